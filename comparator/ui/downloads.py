"""Downloads: addresses that carry the whole selection, and the routes that answer them. No session is needed."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache, lru_cache
from multiprocessing import get_context
from urllib.parse import urlencode

import anyio
import anyio.to_thread
import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from comparator.analysis.comparison import PeersError
from comparator.analysis.names import UnknownNameError
from comparator.catalogue.loader import kebab_case
from comparator.charts import render
from comparator.snapshot import live
from comparator.ui import exports
from comparator.ui.exports import Asked, Rows
from comparator.ui.selection import Selection, to_query

_MEDIA = {"csv": "text/csv; charset=utf-8", "svg": "image/svg+xml", "png": "image/png"}
_KEPT_PICTURES = 64
_AT_ONCE = 4


def address(selection: Selection, name: str, **options: str) -> str:
    """Return the address of a download, such as "peers.png", for a selection and a page's own options."""
    given = {key: value for key, value in options.items() if value}
    return f"/download/{name}?{urlencode({**to_query(selection), **given})}"


def offer(selection: Selection, figures: str, pictures: Mapping[str, str] | None = None, **options: str) -> None:
    """Draw the links to the figures and to these charts (by id, with their names for reading), as one element."""
    lines = [f"[Figures as CSV]({address(selection, f'{figures}.csv', **options)})"]
    for picture, title in (pictures or {}).items():
        png, svg = (address(selection, f"{picture}.{form}", **options) for form in ("png", "svg"))
        lines.append(f"{title}: [PNG]({png}), [SVG]({svg})")
    with st.container(key="downloads"):
        st.markdown("**Download** · " + " · ".join(lines))


def routes() -> list[Route]:
    """Return the routes that answer these addresses."""
    return [Route("/download/{name}.{form}", _download, methods=["GET"])]


def close() -> None:
    """End the process that draws pictures, if one was started."""
    if _painter.cache_info().currsize:
        _painter().shutdown(cancel_futures=True)


async def _download(request: Request) -> Response:
    name, form = request.path_params["name"], request.path_params["form"]
    return await anyio.to_thread.run_sync(_answer, name, form, request, limiter=_waiting_room())


@cache
def _waiting_room() -> anyio.CapacityLimiter:
    """Keep a crowd that asks for pictures from taking all the threads that answer other visitors."""
    return anyio.CapacityLimiter(_AT_ONCE)


def _answer(name: str, form: str, request: Request) -> Response:
    snapshot = live()
    if form not in _MEDIA:
        return PlainTextResponse("There is no such download.\n", status_code=404)
    try:
        asked = exports.asked(request.query_params, snapshot)
        if form == "csv":
            content = _csv(exports.rows(name, asked, snapshot))
        else:
            content = _picture(exports.picture(name, asked, snapshot), form)
    except (UnknownNameError, PeersError) as error:
        return PlainTextResponse(f"{error}\n", status_code=404)
    return Response(
        content,
        media_type=_MEDIA[form],
        headers={
            "Content-Disposition": f'attachment; filename="{_file(name, asked)}.{form}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _file(name: str, asked: Asked) -> str:
    """Return a file's name, of letters, digits and hyphens alone whatever the address holds."""
    peers = "chosen" if "," in asked.peers else asked.peers
    if name.startswith("value-"):
        about: tuple[str | None, ...] = (asked.force, asked.options.get("year"), peers)
    elif name == "evidence":
        about = ()
    elif name in ("profile", "cases"):
        about = (asked.force, asked.to, peers)
    else:
        about = (asked.force, asked.measure, asked.window, asked.to, peers)
    return "-".join(kebab_case(part) for part in (*about, name) if part)


def _csv(rows: Rows) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _picture(picture: exports.Picture, form: str) -> bytes:
    return _drawn(render.standalone(picture.chart, picture.title, picture.note, picture.boundaries), form)


@lru_cache(maxsize=_KEPT_PICTURES)
def _drawn(specification: str, form: str) -> bytes:
    """Draw in another process: the JavaScript engine would hold up every visitor of this one."""
    draw = render.png if form == "png" else render.svg
    try:
        return _painter().submit(draw, specification).result()
    except BrokenProcessPool:
        _painter.cache_clear()
        return _painter().submit(draw, specification).result()


@cache
def _painter() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"), initializer=render.end_with_parent)
