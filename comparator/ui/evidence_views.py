"""The parts of What works: published effects, where a problem stands out, and the way there from the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import pyarrow as pa
import streamlit as st

from comparator.analysis import words
from comparator.analysis.effects import SCALES, ComparableEffect, Scale, on_scale, scale_of
from comparator.analysis.evidence import Asked, matching, ordered, standing_out
from comparator.analysis.evidence_findings import against, of_standing_out
from comparator.catalogue import Intervention, Problem
from comparator.charts.effects import effects_chart
from comparator.charts.evidence_tables import EFFECTS, where_it_stands_out
from comparator.snapshot import Snapshot
from comparator.ui import frame, selection
from comparator.ui.selection import Selection

_BEST = 4
_SCALE_NAMES = {
    "percent": "Per cent",
    "yef": "YEF average",
    "odds": "Odds ratio",
    "d": "Cohen's d",
    "smd": "Mean difference",
}
_READING = (
    "Only figures of one metric stand on one axis, each with its own outcome and comparison. Line: 95% interval, where "
    "one was published; a point without a line was published without one, and is no surer for it."
)


def link_to(problems: Sequence[Problem], chosen: Selection) -> None:
    """Draw the link from figures to what is known to work against these crime problems, or to all of it if none."""
    query = selection.to_query(chosen) | ({"problem": ",".join(problems)} if problems else {})
    # A label does not wrap, and more names than one are cut off on a phone.
    target = against(problems) if len(problems) <= 1 else f"these {words.number(len(problems))} problems"
    label = f"What is known to work against {target} →"
    st.page_link(frame.PAGES / "what_works.py", label=label, query_params=query)


def show_best(snapshot: Snapshot, problems: Sequence[Problem], chosen: Selection) -> None:
    """List the best supported interventions against these crime problems, and draw the link to all of them."""
    if problems:
        best = ordered(matching(snapshot.evidence.values(), Asked(problems=tuple(problems))))[:_BEST]
        query = urlencode(selection.short_query(chosen, snapshot))
        lines = [
            f"- [{entry.name}](what-works?intervention={entry.slug}&{query}): {EFFECTS[entry.effect_direction].word}, "
            f"certainty {entry.certainty}"
            for entry in best
        ]
        st.markdown("\n".join([f"## What is known to work against {against(problems)}", "", *lines]))
    link_to(problems, chosen)


def show_effects(entries: Sequence[Intervention]) -> None:
    """Draw the published effects of a list of interventions, one metric at a time; nothing if no two share one."""
    drawn = {scale.id: on_scale(entries, scale) for scale in SCALES}
    offered = {name: effects for name, effects in drawn.items() if len({effect.slug for effect in effects}) > 1}
    if not offered:
        return
    st.header("How large are the effects?")
    metric = next(iter(offered))
    if len(offered) > 1:
        metric = st.segmented_control(
            "Measured as",
            list(offered),
            format_func=_SCALE_NAMES.__getitem__,
            default=metric,
            required=True,
            key="metric",
            bind="query-params",
            wrap=True,
        )
    _show_scale(next(scale for scale in SCALES if scale.id == metric), offered[metric], own=None)


def show_effect_among_others(entry: Intervention, snapshot: Snapshot) -> None:
    """Draw an intervention's published effects beside those of others with the same metric."""
    scale = scale_of(entry)
    st.header("Beside other interventions")
    if scale is None:
        other = "gives no single figure" if not entry.effect_metric else f"is measured as {entry.effect_metric}"
        st.markdown(f"It {other}, so it cannot be drawn on one axis with others.")
        return
    _show_scale(scale, on_scale(snapshot.evidence.values(), scale), own=entry.slug)


def _show_scale(scale: Scale, effects: Sequence[ComparableEffect], own: str | None) -> None:
    st.subheader(scale.title)
    frame.show_chart(effects_chart(effects, scale, frame.mode(), own), key=f"effects_{scale.id}")
    st.caption(f"{scale.reading} {_READING}")
    figures = st.expander("These effects as a table", on_change="rerun", key="effects_table")
    if figures.open:
        rows = [
            {
                "Intervention": effect.name,
                "Published": effect.published,
                "95% interval": effect.interval or "not published",
            }
            for effect in effects
        ]
        figures.table(pa.Table.from_pylist(rows), hide_index=True, border="horizontal", alt=scale.title)


def show_where(entry: Intervention, snapshot: Snapshot, chosen: Selection) -> None:
    """Show in which forces the problems of an intervention stand out now."""
    found = standing_out(snapshot, entry.crime_problems)
    sentences = of_standing_out(found, entry.crime_problems, snapshot.measures)
    st.markdown(f"## Where the problem stands out now\n\n{' '.join(sentences)}")
    if found:
        query = selection.to_query(
            replace(chosen, peers="similar", window="year", to=max(one.period_end for one in found))
        )
        st.html(where_it_stands_out(found, snapshot, query, dark=frame.mode() == "dark"))
