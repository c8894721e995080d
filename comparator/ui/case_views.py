"""The parts of a case's page that are made of text: what else could explain it, questions, inspections, ways on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from comparator.catalogue import CITY_OF_LONDON, Force, Measure
from comparator.snapshot import Inspection, Snapshot
from comparator.ui import frame, selection
from comparator.ui.selection import Selection

_INSPECTORATE = "HM Inspectorate of Constabulary and Fire & Rescue Services (HMICFRS)"


def show_not_monitored(force: Force, measure: Measure) -> None:
    """Tell why monitoring says nothing of a force, a measure or a quarter."""
    if force.id == CITY_OF_LONDON:
        reason = f"{force.name} has too few residents for a rate per head, and so is compared with nobody."
    elif measure.polarity == "neutral":
        reason = "More of it is neither better nor worse: it shows police activity as well as crime."
    elif "quarter" not in measure.windows:
        reason = "It is an older series that is published for 12 months only."
    else:
        reason = "Monitoring begins with the first 12 months of a measure; choose a later period."
    st.markdown(f"## {force.name}, {measure.title}: not monitored\n\n{reason}")


def show_other_explanations(snapshot: Snapshot, recorded: Iterable[str], said: Sequence[str]) -> None:
    """List what might explain a case instead of policing: known faults and changes of counting first."""
    lines = ["## Could this be a recording change?"]
    for caveat in (snapshot.caveats[name] for name in recorded):
        cites = ", ".join(f"[source]({cite})" for cite in caveat.cites)
        lines.append(f"- **{caveat.title}.** {caveat.text} ({cites})")
    lines += [f"- {line}" for line in said]
    st.markdown("\n\n".join((lines[0], "\n".join(lines[1:]))))


def show_questions(questions: Sequence[str]) -> None:
    """List the questions to ask about a case."""
    asked = "\n".join(f"- {question}" for question in questions)
    st.markdown(f"## Questions to ask\n\n{asked}")


def show_inspections(snapshot: Snapshot, force: Force, inspections: Sequence[Inspection]) -> None:
    """Tell what is known of the inspectorate's view of a force, marked as partial, each with its source."""
    lines = [_in_words(inspection) for inspection in inspections]
    if not any(inspection.kind == "engage" for inspection in inspections):
        lines.insert(0, "No enhanced monitoring (Engage) is known.")
    listed = "\n".join(f"- {line}" for line in lines)
    dates = "; ".join(snapshot.sources[source].release for source in ("engage", "peel-grades"))
    st.markdown(
        f"## What the inspectorate said\n\n{listed}\n\n**Partial**: not the full record of {_INSPECTORATE}, whose "
        f"reports on {force.name} are the place to look. Inspections are of the force, not of this measure. ({dates}.)"
    )


def _in_words(inspection: Inspection) -> str:
    sources = ", ".join(f"[source]({address})" for address in inspection.addresses)
    note = f"; {inspection.note}" if inspection.note else ""
    if inspection.kind == "engage":
        ended = f" until {inspection.ended}" if inspection.ended else ", no end known"
        return f"{inspection.subject}: from {inspection.began}{ended}{note} ({sources})"
    return f"{inspection.subject}: {inspection.grade}{note} ({sources})"


def show_ways_on(chosen: Selection) -> None:
    """Draw the links to the other pages with the same selection."""
    query = selection.to_query(chosen)
    with st.container(horizontal=True):
        for page, label, options in (
            ("monitoring", "All cases of this force", {"scope": "One force"}),
            ("compare", "Compare", {}),
            ("trends", "Over time", {}),
        ):
            st.page_link(frame.PAGES / f"{page}.py", label=f"{label} →", query_params={**query, **options})
