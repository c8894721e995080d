"""What every page shares: its title, charts as drawn by the browser, caveats, sources.

Each element costs a fraction of a millisecond of every rerun, so a heading and its text go out as one.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import streamlit as st

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


def show_chart(chart: Chart, key: str) -> None:
    """Draw a chart; only its rows travel when they alone have changed."""
    st.vega_lite_chart(serialised(chart), key=key, alt=chart.alt, width="stretch")


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
        paragraphs.append(f"[{source.title}]({source.address}): {source.publisher}, {source.release}. File: {files}")
    paragraphs.append(
        "Contains public sector information licensed under the "
        "[Open Government Licence v3.0](https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/). "
        f"Snapshot {snapshot.name}."
    )
    st.markdown("\n\n".join(paragraphs))
