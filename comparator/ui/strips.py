"""The address under which the small pictures of a profile lie, and the route that answers it. No session is needed."""

from __future__ import annotations

import gzip
from functools import lru_cache
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from comparator.analysis.comparison import PeersError
from comparator.analysis.names import UnknownNameError
from comparator.analysis.profile import profile
from comparator.charts.profile_strips import profile_strips
from comparator.charts.theme import MODES, Mode
from comparator.snapshot import Snapshot, live
from comparator.ui.selection import Selection

_KEPT = 512
_FOREVER = "public, max-age=31536000, immutable"


def address(snapshot: Snapshot, selection: Selection, mode: Mode) -> str:
    """Return the address of a profile's pictures; it names the snapshot, so what it answers never changes."""
    query = urlencode({"force": selection.force, "peers": selection.peers, "to": selection.to})
    return f"/strips/{snapshot.name}/{mode}.svg?{query}"


def routes() -> list[Route]:
    """Return the route that answers these addresses."""
    return [Route("/strips/{snapshot}/{mode}.svg", _strips, methods=["GET"])]


def _strips(request: Request) -> Response:
    snapshot, query = live(), request.query_params
    mode = next((mode for mode in MODES if mode == request.path_params["mode"]), None)
    if mode is None or request.path_params["snapshot"] != snapshot.name:
        return PlainTextResponse("There are no such pictures.\n", status_code=404)
    try:
        content = _drawn(snapshot, query.get("force", ""), query.get("peers", ""), query.get("to", ""), mode)
    except (UnknownNameError, PeersError) as error:
        return PlainTextResponse(f"{error}\n", status_code=404)
    headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(content, media_type="image/svg+xml", headers={**headers, "Content-Encoding": "gzip"})
    return Response(gzip.decompress(content), media_type="image/svg+xml", headers=headers)


@lru_cache(maxsize=_KEPT)
def _drawn(snapshot: Snapshot, force: str, peers: str, period: str, mode: Mode) -> bytes:
    found = profile(snapshot, force=force, peers=peers, period=period)
    return gzip.compress(profile_strips(found, mode).encode(), mtime=0)
