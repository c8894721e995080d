"""Addresses for programs: health, metrics, and what search engines and browsers ask of a site besides its pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from comparator.serving.settings import Settings
from comparator.snapshot import SnapshotError, live
from comparator.ui.frame import ASSETS
from comparator.ui.pages import PAGES

_A_DAY = {"Cache-Control": "public, max-age=86400"}


def routes(settings: Settings) -> list[Route]:
    """Return the routes; metrics, the map of the site and robots' hint to it only where they are set up."""
    found = [
        Route("/healthz", _health),
        Route("/readyz", _ready),
        Route("/icon.svg", _icon),
        Route("/preview.png", _preview),
        Route("/robots.txt", _robots(settings)),
    ]
    if settings.metrics:
        found.append(Route("/metrics", _metrics))
    if settings.address:
        found.append(Route("/sitemap.xml", _sitemap(settings.address)))
    return found


async def _health(_: Request) -> Response:
    """Answer that the process is up; it says nothing of its data."""
    return JSONResponse({"status": "ok"})


async def _ready(_: Request) -> Response:
    """Answer whether visitors can be served: what they would wait for is loaded before the first request is taken."""
    try:
        return JSONResponse({"status": "ready", "snapshot": live().name})
    except SnapshotError:
        return JSONResponse({"status": "no usable snapshot"}, status_code=503)


async def _metrics(_: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _icon(_: Request) -> Response:
    return FileResponse(ASSETS / "icon.svg", headers=_A_DAY)


async def _preview(_: Request) -> Response:
    """Answer with the picture that stands beside a shared link."""
    return FileResponse(ASSETS / "preview.png", headers=_A_DAY)


def _robots(settings: Settings) -> Callable[[Request], Awaitable[Response]]:
    lines = ["User-agent: *", "Disallow: /download/", "Disallow: /documents/"]
    if settings.address:
        lines.append(f"Sitemap: {settings.address}/sitemap.xml")

    async def answer(_: Request) -> Response:
        return PlainTextResponse("\n".join([*lines, ""]), headers=_A_DAY)

    return answer


def _sitemap(address: str) -> Callable[[Request], Awaitable[Response]]:
    places = "".join(f"<url><loc>{escape(f'{address}/{page.path}')}</loc></url>" for page in PAGES if page.in_menu)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{namespace}">{places}</urlset>\n'

    async def answer(_: Request) -> Response:
        return Response(text, media_type="application/xml", headers=_A_DAY)

    return answer
