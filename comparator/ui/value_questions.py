"""What a Value for Money profile leads to: questions to ask, and what a line would come to at another level."""

from __future__ import annotations

import streamlit as st

from comparator.analysis import value_findings
from comparator.analysis.value_for_money import Line, ValueForMoney, what_if
from comparator.catalogue import ValueLine
from comparator.snapshot import Snapshot


def questions(line: Line, declared: ValueLine) -> tuple[str, ...]:
    """Return the questions of the side of its group's average on which a line lies; none without a difference."""
    if not line.difference:
        return ()
    return declared.above if line.difference > 0 else declared.below


def show_questions(snapshot: Snapshot, profile: ValueForMoney) -> None:
    """List the questions of each line that stands out by HMIC's rule."""
    paragraphs = ["## Questions to ask"]
    for line in profile.lines:
        if line.outlier is None:
            continue
        declared = snapshot.value_lines[line.measure]
        title, side = snapshot.measures[line.measure].title, value_findings.side_of(line)
        asked = declared.above if line.outlier == "high" else declared.below
        paragraphs.append(f"**{title}**, among the {side} tenth of forces:")
        paragraphs.append("\n".join(f"- {question}" for question in asked))
    if len(paragraphs) == 1:
        paragraphs.append("No line stands out in this year. The questions of every line can be seen in workshop mode.")
    with st.container(key="questions"):
        st.markdown("\n\n".join(paragraphs))


def show_what_if(snapshot: Snapshot, profile: ValueForMoney) -> None:
    """Draw the choice of a line of money and of another level for it, and what that would come to."""
    lines = {
        line.measure: line
        for line in profile.lines
        if line.value is not None and snapshot.measures[line.measure].kind == "money"
    }
    if not lines:
        return
    changed = st.expander("What if a line came to something else?", on_change="rerun", key="what_if")
    if not changed.open:
        return
    with changed:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(
                "If this line", list(lines), format_func=lambda name: snapshot.measures[name].title, width=280
            )
            line, measure = lines[chosen], snapshot.measures[chosen]
            start = line.value if line.peers_average is None else line.peers_average
            target = st.number_input(
                f"came to £ {measure.unit}",
                min_value=0.0,
                value=round(start or 0.0, 2),
                step=1.0,
                # A new line, force or year begins anew with its own group's average.
                key=f"target-{profile.force}-{profile.year_end}-{profile.basis}-{chosen}",
                width=200,
            )
        force = snapshot.forces[profile.force]
        st.markdown(value_findings.of_what_if(what_if(profile, line, target, measure), line, target, measure, force))
        st.caption(
            "Arithmetic alone, not a forecast: the difference times the force's own population or officers. It begins "
            "with the group's average. What would have to change, and what it would do, the figures cannot tell."
        )
