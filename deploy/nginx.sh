#!/bin/sh
# Fills in deploy/nginx.conf and runs nginx in the foreground:
#   deploy/nginx.sh LISTEN RUN REPLICA...      for example: deploy/nginx.sh 8080 /run/comparator 127.0.0.1:8501 127.0.0.1:8502
set -eu
[ $# -ge 3 ] || { sed -n 2,3p "$0" >&2; exit 2; }
listen=$1 run=$2
shift 2
mkdir -p "$run"
mime=/etc/nginx/mime.types
replicas=""
for replica in "$@"; do replicas="$replicas        server $replica max_fails=2 fail_timeout=10s;\\n"; done
sed -e "s|{LISTEN}|$listen|" -e "s|{RUN}|$run|g" -e "s|{MIME}|$mime|" -e "s|{REPLICAS}|$replicas|" \
    "$(dirname "$0")/nginx.conf" > "$run/nginx.conf"
exec nginx -c "$run/nginx.conf" -p "$run" -e stderr -g "daemon off;"
