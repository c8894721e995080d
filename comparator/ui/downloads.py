"""Downloads: addresses that carry the whole selection, and the routes that answer them. No session is needed."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache, lru_cache
from multiprocessing import get_context
from typing import cast
from urllib.parse import urlencode

import anyio
import anyio.to_thread
import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from comparator import periods
from comparator.analysis import findings
from comparator.analysis.comparison import Comparison, PeersError, as_rows, compare
from comparator.analysis.names import UnknownNameError
from comparator.charts import comparison as charts
from comparator.charts import render
from comparator.periods import Window
from comparator.snapshot import Snapshot, live
from comparator.ui.selection import Selection, default, to_query

_NAMES = {"peers": "chart of peers", "all-forces": "all forces", "funnel": "funnel"}
_CHARTS = {"peers": charts.peers_chart, "all-forces": charts.all_forces_chart, "funnel": charts.funnel_chart}
_MEDIA = {"csv": "text/csv; charset=utf-8", "svg": "image/svg+xml", "png": "image/png"}
_KEPT_PICTURES = 64
_AT_ONCE = 4


def address(selection: Selection, name: str) -> str:
    """Return the address of a download, such as "comparison.csv" or "peers.png", for a selection."""
    return f"/download/{name}?{urlencode(to_query(selection))}"


def offer(selection: Selection, pictures: Sequence[str]) -> None:
    """Draw the links to the figures and to these charts, as one element."""
    lines = [f"[Figures as CSV]({address(selection, 'comparison.csv')})"]
    for picture in pictures:
        png, svg = (address(selection, f"{picture}.{form}") for form in ("png", "svg"))
        lines.append(f"{_NAMES[picture]}: [PNG]({png}), [SVG]({svg})")
    st.markdown("**Download** · " + " · ".join(lines))


def drawable(comparison: Comparison) -> tuple[str, ...]:
    """Return the charts that a comparison has."""
    peers = () if comparison.rank is None else ("peers",)
    return peers if comparison.z is None else (*peers, "all-forces", "funnel")


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
    try:
        comparison = _asked(request, snapshot)
    except (UnknownNameError, PeersError) as error:
        return PlainTextResponse(f"{error}\n", status_code=404)
    if name == "comparison" and form == "csv":
        content = _csv(comparison, snapshot)
    elif name in drawable(comparison) and form in ("svg", "png"):
        content = _picture(name, form, comparison, snapshot)
    else:
        return PlainTextResponse("There is no such download.\n", status_code=404)
    parts = (comparison.force, comparison.measure, comparison.window, comparison.period_end, comparison.basis, name)
    file = f"{'-'.join(parts)}.{form}"
    return Response(
        content,
        media_type=_MEDIA[form],
        headers={"Content-Disposition": f'attachment; filename="{file}"', "X-Content-Type-Options": "nosniff"},
    )


def _asked(request: Request, snapshot: Snapshot) -> Comparison:
    """Return the comparison that a request asks for, strictly: a download must not silently be another one."""
    usual = default(snapshot)
    query = request.query_params
    return compare(
        snapshot,
        force=query.get("force", usual.force),
        measure=query.get("measure", usual.measure),
        peers=query.get("peers", usual.peers),
        window=cast("Window", query.get("window", usual.window)),
        period=query.get("to"),
    )


def _csv(comparison: Comparison, snapshot: Snapshot) -> bytes:
    rows = as_rows(comparison, snapshot.measures[comparison.measure])
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _picture(name: str, form: str, comparison: Comparison, snapshot: Snapshot) -> bytes:
    measure, force = snapshot.measures[comparison.measure], snapshot.forces[comparison.force]
    chart = _CHARTS[name](comparison, measure, snapshot.forces, "light")
    sources = " and ".join(dict.fromkeys(snapshot.sources[source].publisher for source in measure.sources))
    return _drawn(
        render.standalone(
            chart,
            title=f"{force.name}: {measure.title}, {measure.unit}, "
            f"{periods.describe(comparison.period_end, comparison.window)}",
            source=f"Compared with {findings.group_name(comparison, force)}. Source: {sources}, "
            f"Open Government Licence v3.0. Data of {snapshot.name[:10]}.",
        ),
        form,
    )


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
