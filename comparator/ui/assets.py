"""The boundaries that the browser fetches once: served from memory, by an address that says what they are."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from comparator.snapshot import Snapshot, live

_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class _Boundaries:
    address: str
    content: bytes
    compressed: bytes


def boundaries_address(snapshot: Snapshot) -> str:
    """Return the address of a snapshot's boundaries, which changes when they do."""
    return _boundaries(snapshot).address


def routes() -> list[Route]:
    """Return the route that answers that address for the live snapshot."""
    return [Route("/assets/{file}", _answer, methods=["GET"])]


async def _answer(request: Request) -> Response:
    boundaries = _boundaries(live())
    if request.url.path != boundaries.address:
        return PlainTextResponse("There is no such file.\n", status_code=404)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers = {**_HEADERS, "Content-Encoding": "gzip"}
        return Response(boundaries.compressed, media_type="application/json", headers=headers)
    return Response(boundaries.content, media_type="application/json", headers=_HEADERS)


@lru_cache(maxsize=1)
def _boundaries(snapshot: Snapshot) -> _Boundaries:
    content = snapshot.topojson
    digest = hashlib.sha256(content).hexdigest()
    return _Boundaries(f"/assets/areas-{digest[:12]}.topojson", content, gzip.compress(content, mtime=0))
