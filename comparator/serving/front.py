"""What a browser gets first: the start page of each address with its own title, or a polite word when it is full.

Streamlit answers every address with one page called "Streamlit", those that do not exist too. Search engines and the
previews of shared links read only that page, so it is completed here.
"""

from __future__ import annotations

import gzip
import html
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

import streamlit
from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from comparator import metrics
from comparator.serving.logs import kind_of
from comparator.serving.settings import Settings
from comparator.ui import gate
from comparator.ui.frame import SITE
from comparator.ui.pages import PAGES, Page

STATIC = Path(streamlit.__file__).parent / "static"
# At some 20 ms a script, who comes after these would wait most of a second for every click.
MOST_WAITING = 30
RETRY_SECONDS = 20

_OF_STREAMLIT = ("_stcore", "static", "media", "component", "favicon.png", "manifest.json")
# Its figures of a process, its uploads and its interface for programs are of no use to a visitor of this site.
_HIDDEN = ("/_stcore/metrics", "/_stcore/upload_file", "/_stcore/agent")
_PACKED = (".js", ".css", ".json", ".svg", ".map")
_A_YEAR = "public, immutable, max-age=31536000"
_PLAIN = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>{head}
<style>body {{ font-family: Arial, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; line-height: 1.5;
color: #0b0c0c; background: #fff }} a {{ color: #12436d }}</style></head>
<body><main><h1>{title}</h1><p>{text}</p></main></body></html>
"""


def index() -> str:
    """Return Streamlit's own start page."""
    return (STATIC / "index.html").read_text(encoding="utf-8")


def start_page(page: Page, address: str) -> str:
    """Return the start page of a page: its title, description and preview, in the language of the site.

    Links that must be whole, as those of a preview's picture, are left out where the site's own address is not known.
    """
    title = html.escape(f"{page.title} · {SITE}" if page.path else SITE)
    about = html.escape(page.about)
    head = [
        f"<title>{title}</title>",
        f'<meta name="description" content="{about}">',
        f'<meta property="og:title" content="{title}">',
        f'<meta property="og:description" content="{about}">',
        '<meta property="og:type" content="website">',
        '<meta property="og:locale" content="en_GB">',
        f'<meta property="og:site_name" content="{SITE}">',
        '<meta name="twitter:card" content="summary_large_image">',
    ]
    if address:
        place = html.escape(f"{address}/{page.path}")
        picture = html.escape(f"{address}/preview.png")
        head += [
            f'<link rel="canonical" href="{place}">',
            f'<meta property="og:url" content="{place}">',
            f'<meta property="og:image" content="{picture}">',
        ]
    links = "".join(f'<li><a href="/{other.path}">{other.title}</a></li>' for other in PAGES if other.in_menu)
    text = index()
    for old, new in (
        ('<html lang="en">', '<html lang="en-GB">'),
        ("<title>Streamlit</title>", "\n    ".join(head)),
        (
            '<link rel="shortcut icon" href="./favicon.png" />',
            '<link rel="icon" type="image/svg+xml" href="/icon.svg">',
        ),
        ('<link rel="service-desc" href="./_stcore/agent/openapi.json" />', ""),
    ):
        if old not in text:
            raise RuntimeError(f"Streamlit's start page holds no {old!r} any more: mend comparator/serving/front.py")
        text = text.replace(old, new)
    begin, end = text.index("<noscript>"), text.index("</noscript>")
    told = f"<p>{about} This page needs JavaScript to draw its figures.</p><ul>{links}</ul>"
    return f"{text[:begin]}<noscript>{told}{text[end:]}"


def known_kinds(routes: Iterable[Route]) -> frozenset[str]:
    """Return the first parts of all addresses that are answered: Streamlit's, the pages' and those of the routes."""
    pages = (page.path for page in PAGES if page.path)
    return frozenset((*_OF_STREAMLIT, *pages, *(kind_of(route.path) for route in routes)))


class Front:
    """ASGI middleware that answers the addresses of pages, tells unknown ones apart, and sends static files packed."""

    def __init__(self, app: ASGIApp, settings: Settings, known: Collection[str]) -> None:
        """`known` are the kinds of address that are answered; any other does not exist."""
        self._app, self._settings = app, settings
        self._pages = {f"/{page.path}": start_page(page, settings.address).encode() for page in PAGES}
        self._known = known
        self._sessions = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on to Streamlit."""
        if scope["type"] == "websocket":
            await self._counted(scope, receive, send)
            return
        answer = await self._own_answer(scope) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._sessions += 1
        metrics.SESSIONS.set(self._sessions)
        try:
            await self._app(scope, receive, send)
        finally:
            self._sessions -= 1
            metrics.SESSIONS.set(self._sessions)

    async def _own_answer(self, scope: Scope) -> Response | None:
        path: str = scope["path"]
        if path.startswith(_HIDDEN):
            return PlainTextResponse("There is nothing here.\n", status_code=404)
        if scope["method"] not in ("GET", "HEAD"):
            return None
        if (page := self._pages.get(path)) is not None:
            return self._full() if self._is_full() else HTMLResponse(page, headers={"Cache-Control": "no-cache"})
        if path.startswith("/static/"):
            return await to_thread.run_sync(packed, path.removeprefix("/static/"), Headers(scope=scope))
        if kind_of(path) not in self._known:
            return HTMLResponse(
                _PLAIN.format(
                    title="There is no such page",
                    head="",
                    text=f'<a href="/">Begin at the first page of the {SITE}.</a>',
                ),
                status_code=404,
            )
        return None

    def _is_full(self) -> bool:
        return self._sessions >= self._settings.most_sessions or gate.waiting() >= MOST_WAITING

    def _full(self) -> Response:
        metrics.REFUSED.inc()
        return HTMLResponse(
            _PLAIN.format(
                title="Many people are here just now",
                head=f'<meta http-equiv="refresh" content="{RETRY_SECONDS}">',
                text=f"The {SITE} is busy, and serves those who are in it first. This page tries again by itself "
                f"in {RETRY_SECONDS} seconds.",
            ),
            status_code=503,
            headers={"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"},
        )


def packed(name: str, headers: Headers) -> Response | None:
    """Return a static file of Streamlit's compressed; None for what does not shrink, does not exist or is not wanted.

    The names of these files hold a hash of their content, so that a browser may keep them.
    """
    if "gzip" not in headers.get("accept-encoding", "") or "range" in headers or not name.endswith(_PACKED):
        return None
    if (content := _packed_file(name)) is None:
        return None
    media = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}.get(
        Path(name).suffix, "application/json"
    )
    return Response(
        content,
        media_type=media,
        headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding", "Cache-Control": _A_YEAR},
    )


@lru_cache(maxsize=1024)
def _packed_file(name: str) -> bytes | None:
    folder = (STATIC / "static").resolve()
    file = (folder / name).resolve()
    return gzip.compress(file.read_bytes(), 9) if file.is_file() and file.is_relative_to(folder) else None
