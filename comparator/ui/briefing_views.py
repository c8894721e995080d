"""The parts of the Briefing page: what goes into the document, its preview, and the files."""

from __future__ import annotations

import streamlit as st

from comparator.analysis.briefing import SECTIONS, TITLES, Asked, asked, measures_offered
from comparator.analysis.cases import quarters_monitored
from comparator.documents.formats import NAMES
from comparator.snapshot import Snapshot
from comparator.ui import briefings, frame
from comparator.ui.briefings import FILES, KINDS, BusyError
from comparator.ui.selection import Selection

_LOOK_SECONDS = 0.5
_BUSY = "documents_busy"


def choose(snapshot: Snapshot, chosen: Selection) -> Asked:
    """Draw the choice of sections and measures and return what the document is asked for."""
    period = min(chosen.to, quarters_monitored(snapshot)[-1])
    with st.expander("Choose sections and measures"):
        sections = st.multiselect(
            "Sections", SECTIONS, default=SECTIONS, format_func=TITLES.__getitem__, key="sections", bind="query-params"
        )
        offered = measures_offered(snapshot, snapshot.latest_period)
        measures = st.multiselect(
            "Measures",
            offered,
            format_func=lambda name: snapshot.measures[name].title,
            placeholder="All measures",
            key="measures",
            bind="query-params",
        )
        if not sections:
            st.info("Choose at least one section; until then all are shown.")
    known = measures_offered(snapshot, period)
    return asked(
        snapshot,
        force=chosen.force,
        period=period,
        peers=chosen.peers,
        sections=sections,
        measures=[name for name in measures if name in known],
    )


def offer(snapshot: Snapshot, choice: Asked) -> None:
    """Draw the button that has the files made, how far that is, or the links to them."""
    number = briefings.made(snapshot, choice)
    if number == len(FILES):
        _show_links(choice)
        return
    if number is not None:
        st.fragment(_show_progress, run_every=_LOOK_SECONDS)(snapshot, choice)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Make the documents", on_click=_begin, args=(snapshot, choice))
        st.caption("As Word, PDF and web page, with speaking notes for a public meeting. It takes a few seconds.")
    if st.session_state.pop(_BUSY, False):
        st.warning("Many documents are being made just now. Please try again in a minute.")


def _begin(snapshot: Snapshot, choice: Asked) -> None:
    try:
        briefings.begin(snapshot, choice)
    except BusyError:
        st.session_state[_BUSY] = True


def _show_progress(snapshot: Snapshot, choice: Asked) -> None:
    number = briefings.made(snapshot, choice)
    if number is None or number == len(FILES):
        st.rerun()
    st.progress((number or 0) / len(FILES), text=f"Making the documents: {number} of {len(FILES)} are ready.")


def _show_links(choice: Asked) -> None:
    lines = []
    for kind, title in KINDS.items():
        links = (f"[{name}]({briefings.address(choice, kind, form)})" for form, name in NAMES.items())
        lines.append(f"{title}: {', '.join(links)}")
    with st.container(key="downloads"):
        st.markdown("**Download** · " + " · ".join(lines))


def show_preview(snapshot: Snapshot, choice: Asked) -> None:
    """Draw the briefing as it stands in the files."""
    st.html(frame.ASSETS / "briefing.css")
    st.html(briefings.preview_of(snapshot, choice, dark=frame.mode() == "dark"))
