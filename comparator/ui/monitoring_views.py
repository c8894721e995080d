"""The parts of the Monitoring page: all forces at a quarter, one force over time, and the feeds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from comparator.analysis import case_findings, words
from comparator.analysis.cases import Case, for_the_better, monitor
from comparator.analysis.monitoring import Status, is_counted
from comparator.catalogue import CITY_OF_LONDON, Force
from comparator.charts import monitoring_tables
from comparator.charts.monitoring_tables import Order
from comparator.snapshot import Snapshot
from comparator.ui import feeds, frame, tables
from comparator.ui.selection import Selection

_MOVED: tuple[tuple[Status, str], ...] = (("new", "New"), ("easing", "Eased"), ("resolved", "Resolved"))
_ENDURING = '<i><span class="s1 e">1</span>underlined: flagged for a year or more</i>'
_BETTER = '<i><span class="b">+</span>not flagged, and a signal for the better</i>'


def show_country(snapshot: Snapshot, chosen: Selection, order: Order) -> None:
    """Show every force and measure at the chosen quarter, what is enduring and severe, what moved, and chance."""
    found = monitor(snapshot, period=chosen.to)
    finding = case_findings.of_country(found, snapshot.measures)
    st.markdown(f"## {finding.headline}\n\n{' '.join(finding.sentences)}")
    dark = frame.mode() == "dark"
    st.html(_key(_ENDURING, dark=dark) + monitoring_tables.row_mark(chosen.force))
    st.html(monitoring_tables.matrix(snapshot, found, order=order, dark=dark))
    st.caption(
        "A cell leads to its case, a force to its history. The columns from All crime on are totals of several "
        "measures: they are judged too, but not counted. By chance: how many there would be if nothing were wrong."
    )
    st.header("Enduring and severe")
    counted = [case for case in found.cases if is_counted(snapshot.measures[case.measure])]
    grave = tuple(case for case in counted if case.enduring_and_severe)
    if grave:
        st.html(monitoring_tables.case_list(snapshot, grave, "Enduring and severe cases", with_force=True, dark=dark))
    else:
        st.markdown("No case is both.")
    st.header("Since the quarter before")
    _show_moved(snapshot, counted)
    st.header("How much of it is chance?")
    tables.show_tallies(found)


def _show_moved(snapshot: Snapshot, counted: Sequence[Case]) -> None:
    moved = {status: [case for case in counted if case.status == status] for status, _ in _MOVED}
    names = [f"{name} ({len(moved[status])})" for status, name in _MOVED]
    for tab, (status, _) in zip(st.tabs(names, on_change="rerun", key="moved"), _MOVED, strict=True):
        if tab.open:
            with tab:
                st.markdown(_by_measure(snapshot, moved[status]) or "None.")


def _by_measure(snapshot: Snapshot, cases: Sequence[Case]) -> str:
    order = list(snapshot.measures)
    inside = sorted(cases, key=lambda case: (order.index(case.measure), case.force))
    return "\n".join(
        f"- **{snapshot.measures[measure].title}**: "
        + words.listed([snapshot.forces[case.force].name for case in of_measure])
        for measure, of_measure in groupby(inside, key=lambda case: case.measure)
    )


def show_force(snapshot: Snapshot, chosen: Selection) -> None:
    """Show a force's cases over time, its cases now and its good news."""
    force = snapshot.forces[chosen.force]
    if force.id == CITY_OF_LONDON:
        st.header(f"{force.name} is not monitored")
        st.markdown("It has too few residents for a rate per head, and so is compared with nobody.")
        return
    found = monitor(snapshot, period=chosen.to, force=force.id)
    better = for_the_better(snapshot, force.id, chosen.to)
    finding = case_findings.of_force(found, better, snapshot.measures, force)
    st.markdown(f"## {finding.headline}\n\n" + "\n\n".join(finding.sentences))
    dark = frame.mode() == "dark"
    st.html(_key(_BETTER, dark=dark) + monitoring_tables.timeline(snapshot, force.id, chosen.to, dark=dark))
    flagged = tuple(case for case in found.cases if case.severity and is_counted(snapshot.measures[case.measure]))
    if flagged:
        st.header("Its cases, gravest first")
        st.html(monitoring_tables.case_list(snapshot, flagged, "Cases", with_force=False, dark=dark))
    st.header("For the better")
    st.markdown(_good_news(snapshot, better) or "No signal for the better in this quarter.")


def _good_news(snapshot: Snapshot, better: Sequence[Case]) -> str:
    lines = [
        f"- **{snapshot.measures[case.measure].title}**: {case_findings.better_in_words(case)}"
        + (", though still flagged" if case.severity else "")
        for case in better
        if is_counted(snapshot.measures[case.measure])
    ]
    return "\n".join(lines)


def _key(more: str, *, dark: bool) -> str:
    return (
        f'<div class="monitoring{" dark" if dark else ""}"><p class="key"><b>Severity</b>'
        '<i><span class="s1">1</span>one signal</i><i><span class="s2">2</span>two signals, or a level far out</i>'
        f'<i><span class="s3">3</span>all three, or a level very far out</i>{more}</p></div>'
    )


def show_feeds(force: Force) -> None:
    """Tell where changes can be subscribed to, of this force and of all."""
    own = "" if force.id == CITY_OF_LONDON else f"{force.name}: {_links(force.id)}. "
    st.markdown(f"**Subscribe to changes** · {own}All forces: {_links(None)}")


def _links(force: str | None) -> str:
    return f"[Atom]({feeds.address(force, 'atom')}), [JSON]({feeds.address(force, 'json')})"
