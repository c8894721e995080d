"""The parts of the Data and methods page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from comparator.analysis import data_findings, worked_example
from comparator.analysis.comparison import compare
from comparator.analysis.trend import trend
from comparator.catalogue import CITY_OF_LONDON
from comparator.charts import data_tables
from comparator.snapshot import Snapshot
from comparator.ui import data_files, frame, selection
from comparator.ui.selection import Selection


def show_measures(snapshot: Snapshot, chosen: Selection) -> None:
    """List the measures of a theme: what each counts, by what it is divided, from where, and what to beware of."""
    themes = list(snapshot.themes)
    theme = st.selectbox(
        "Theme",
        themes,
        index=themes.index(snapshot.measures[chosen.measure].theme),
        format_func=lambda name: snapshot.themes[name].title,
        key="theme",
        bind="query-params",
        width=300,
    )
    st.html(data_tables.measure_list(snapshot, snapshot.themes[theme], dark=_dark()))


def show_sources(snapshot: Snapshot, _: Selection) -> None:
    """List the sources with their licences and attributions."""
    st.html(data_tables.source_list(snapshot, dark=_dark()))
    st.markdown(
        "Contains public sector information licensed under the "
        "[Open Government Licence v3.0](https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/): "
        "it may be copied, published and adapted, also commercially, if its source is named. The code of this site is "
        "under the MIT licence."
    )


def show_methods(snapshot: Snapshot, chosen: Selection) -> None:
    """Show each method in plain words with its arithmetic on the chosen force's own figures."""
    selection.choose(snapshot, chosen, windows=False)
    force, measure = snapshot.forces[chosen.force], snapshot.measures[chosen.measure]
    compared = compare(
        snapshot, force=force.id, measure=measure.id, period=chosen.to, peers=chosen.peers, window="year"
    )
    counts = force.id == CITY_OF_LONDON
    moved = trend(snapshot, force=force.id, measure=measure.id, period=chosen.to, counts=counts)
    paragraphs = [f"**{measure.title} in {force.name}.** Figures are rounded here; the verdicts use them unrounded."]
    for step in worked_example.steps(compared, moved, measure, force):
        paragraphs += [f"### {step.question}", step.method, "\n".join(f"- {line}" for line in step.lines)]
    st.markdown("\n\n".join(paragraphs))
    frame.show_caveats(snapshot, compared.caveats)
    frame.show_sources(snapshot, compared.sources)


def show_problems(snapshot: Snapshot, _: Selection) -> None:
    """Show the known problems on a time line, and what is not available."""
    st.html(data_tables.problem_list(snapshot, dark=_dark()))
    missing = "\n".join(f"- **{what}**: {why}." for what, why in data_findings.NOT_PUBLISHED)
    st.markdown(f"### Not available at all\n\n{missing}")


def show_downloads(snapshot: Snapshot, chosen: Selection) -> None:
    """Offer the whole snapshot, each of its tables, and the figures of a force or a measure."""
    whole = data_files.address(snapshot, "snapshot", "zip")
    force = data_files.address(snapshot, "observations", "csv", area=chosen.force)
    measure = data_files.address(snapshot, "observations", "csv", measure=chosen.measure)
    with st.container(key="downloads"):
        st.markdown(
            f"**Download** · [The whole snapshot as a zip]({whole}), every field described in `datapackage.json` "
            f"· [All figures of {snapshot.forces[chosen.force].name} as CSV]({force}) · "
            f"[All figures on {snapshot.measures[chosen.measure].named} as CSV]({measure})"
        )
    st.html(data_tables.table_list(snapshot, data_files.addresses(snapshot), dark=_dark()))
    st.markdown(
        "A choice of figures has an address too: add `measure`, `area`, `period_end` or `window` to that of "
        "`observations.csv`, for example `?measure=shoplifting&period_end=2025-12`."
    )


def _dark() -> bool:
    return frame.mode() == "dark"


PARTS: Mapping[str, tuple[str, Callable[[Snapshot, Selection], None]]] = {
    "measures": ("Measures", show_measures),
    "sources": ("Sources", show_sources),
    "methods": ("Methods", show_methods),
    "problems": ("Known problems", show_problems),
    "downloads": ("Downloads", show_downloads),
}
