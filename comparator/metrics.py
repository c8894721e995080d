"""What a process counts of its own work, for whoever runs it: never of a visitor, an address or a choice."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram, Info

_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

REQUESTS = Counter("comparator_requests", "Requests answered, by kind of address and status", ("kind", "status"))
SESSIONS = Gauge("comparator_sessions", "Pages that are open in browsers now")
REFUSED = Counter("comparator_visitors_refused", "Visitors who were asked to come back because the process was full")
WAITING = Gauge("comparator_scripts_waiting", "Page scripts that wait for their turn now")
WAITED = Histogram("comparator_script_wait_seconds", "How long page scripts waited for their turn", buckets=_SECONDS)
RUN = Histogram("comparator_script_run_seconds", "How long page scripts ran", buckets=_SECONDS)
FAILED = Counter("comparator_scripts_failed", "Page scripts that ended in an error")
SNAPSHOT = Info("comparator_snapshot", "The snapshot that was live when the process started")
