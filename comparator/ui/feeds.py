"""The feeds of monitoring: static files of the snapshot under stable addresses. No session is needed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from comparator.snapshot import FEED_TYPES, Snapshot, live

ALL_FORCES = "all-forces"


def address(force: str | None, form: str) -> str:
    """Return the address of a force's feed, or of that of all forces, as "atom" or "json"."""
    return f"/feeds/{force or ALL_FORCES}.{form}"


def routes() -> list[Route]:
    """Return the route that answers these addresses."""
    return [Route("/feeds/{file}", _feed, methods=["GET"])]


def _feed(request: Request) -> Response:
    snapshot, file = live(), request.path_params["file"]
    headers = {"ETag": _tag(snapshot), "Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
    try:
        content = snapshot.feed(file)
    except KeyError:
        message = "There is no such feed: /feeds/ and a force's id or all-forces, then .atom or .json.\n"
        return PlainTextResponse(message, status_code=404)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=FEED_TYPES[file.rsplit(".", 1)[1]], headers=headers)


def _tag(snapshot: Snapshot) -> str:
    return f'"{snapshot.name}"'
