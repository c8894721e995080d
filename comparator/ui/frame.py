"""What every page shares: its title, charts as drawn by the browser, caveats, sources.

Each element costs a fraction of a millisecond of every rerun, so a heading and its text go out as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import streamlit as st

from comparator.charts.map import PICK
from comparator.charts.theme import Chart, Mode
from comparator.snapshot import Snapshot

ROOT = Path(__file__).parent.parent.parent
PAGES = ROOT / "pages"
ASSETS = ROOT / "assets"
SITE = "Crime and Policing Comparator"


def begin(page: str, about: str | None = None) -> None:
    """Set the title of the browser's tab: the page, what it is about, the site."""
    st.set_page_config(page_title=" · ".join(part for part in (about, page, SITE) if part), layout="wide")
    if mode() == "dark":
        st.html(ASSETS / "dark.css")


def mode() -> Mode:
    """Return whether this visitor sees the light or the dark theme."""
    return "dark" if st.context.theme.type == "dark" else "light"


def show_chart(chart: Chart, key: str, on_pick: Callable[[Mapping[str, Any]], None] | None = None) -> None:
    """Draw a chart; only its rows travel when they alone have changed.

    `on_pick` is given the fields of the selection "pick" after a click, before the page runs again.
    """
    if on_pick is None:
        st.vega_lite_chart(serialised(chart), key=key, alt=chart.alt, width="stretch")
        return

    def picked() -> None:
        st.session_state[f"{key}_turn"] = turn(key) + 1
        for fields in st.session_state[key].selection.get(PICK, []):
            on_pick(fields)

    st.vega_lite_chart(
        serialised(chart), key=key, alt=chart.alt, width="stretch", on_select=picked, selection_mode=PICK
    )


def turn(key: str) -> int:
    """Return how often a chart has been clicked: put in its rows, it tells two clicks on the same mark apart."""
    clicks: int = st.session_state.get(f"{key}_turn", 0)
    return clicks


def serialised(chart: Chart) -> dict[str, Any]:
    """Return a chart as Streamlit takes it, its rows as Arrow streams."""
    rows = {name: _arrow(rows) for name, rows in chart.rows.items()}
    return {**chart.spec, "datasets": rows, "height": chart.height}


def _arrow(rows: list[dict[str, Any]]) -> bytes:
    table = pa.Table.from_pylist(rows)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def show_caveats(snapshot: Snapshot, caveats: Iterable[str]) -> None:
    """List the caveats that touch the figures on the page."""
    paragraphs = ["## Before you rely on these figures"]
    for caveat in (snapshot.caveats[name] for name in caveats):
        cites = ", ".join(f"[source]({cite})" for cite in caveat.cites)
        paragraphs.append(f"**{caveat.title}.** {caveat.text} ({cites})")
    st.markdown("\n\n".join(paragraphs))


def show_sources(snapshot: Snapshot, sources: Iterable[str]) -> None:
    """List the sources of the figures on the page, each with publisher, release and file."""
    paragraphs = ["## Sources"]
    for source in (snapshot.sources[name] for name in sources):
        files = ", ".join(path.rsplit("/", 1)[-1] for path in source.files)
        attribution = f". {source.attribution}" if source.attribution else ""
        paragraphs.append(
            f"[{source.title}]({source.address}): {source.publisher}, {source.release}. File: {files}{attribution}"
        )
    paragraphs.append(
        "Contains public sector information licensed under the "
        "[Open Government Licence v3.0](https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/). "
        f"Snapshot {snapshot.name}."
    )
    st.markdown("\n\n".join(paragraphs))
