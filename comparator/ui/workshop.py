"""Workshop mode: one line of a Value for Money profile at a time, large, stepped through with the keyboard."""

from __future__ import annotations

import streamlit as st

from comparator.analysis import value_findings
from comparator.analysis.value_for_money import ValueForMoney, group_values
from comparator.charts.value_for_money import projector_chart
from comparator.snapshot import Snapshot
from comparator.ui import frame, selection
from comparator.ui.value_questions import questions


def show(snapshot: Snapshot, profile: ValueForMoney) -> None:
    """Draw the chosen line of a profile, and below it the buttons that step on; the address carries the line."""
    st.html(frame.ASSETS / "workshop.css")
    line_place = st.container()
    line = profile.line(_choose_line(snapshot, profile.force))
    measure, force = snapshot.measures[line.measure], snapshot.forces[profile.force]
    finding = value_findings.of_line(line, profile, snapshot.measures, snapshot.caveats, force)
    with line_place:
        st.header(finding.headline)
        step = list(snapshot.value_lines).index(line.measure) + 1
        st.markdown(f"{' '.join(finding.sentences)} (Line {step} of {len(snapshot.value_lines)}.)")
        values = group_values(snapshot, profile, line)
        if values:
            chart = projector_chart(line, values, measure, snapshot.forces, force.id, frame.mode())
            frame.show_chart(chart, key="workshop_line")
        asked = questions(line, snapshot.value_lines[line.measure])
        if asked:
            st.markdown("\n".join(["**Questions to ask**", "", *(f"- {question}" for question in asked)]))


def _choose_line(snapshot: Snapshot, force: str) -> str:
    """Draw the choice of a line and the buttons that go to the next one, and to the same line of the next force."""
    lines, forces = list(snapshot.value_lines), list(snapshot.forces)
    among = forces.index(force)
    with st.container(horizontal=True, key="steps", vertical_alignment="bottom"):
        line = st.selectbox(
            "Line",
            lines,
            format_func=lambda name: snapshot.measures[name].title,
            key="line",
            bind="query-params",
            width=330,
        )
        at = lines.index(line)
        for label, shortcut, step in (("Previous line", "Left", at - 1), ("Next line", "Right", (at + 1) % len(lines))):
            st.button(label, shortcut=shortcut, on_click=_go_to_line, args=(lines[step],))
        for label, shortcut, step in (
            ("Previous force", "Shift+Left", among - 1),
            ("Next force", "Shift+Right", (among + 1) % len(forces)),
        ):
            st.button(label, shortcut=shortcut, on_click=selection.select_force, args=(snapshot, forces[step]))
        st.button("Leave", shortcut="Esc", on_click=_leave)
    return line


def _go_to_line(measure: str) -> None:
    st.session_state["line"] = measure


def _leave() -> None:
    st.session_state["workshop"] = False
