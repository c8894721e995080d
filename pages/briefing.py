"""The briefing: a force's figures as a document to take into the room."""

import streamlit as st

from comparator import periods
from comparator.snapshot import live
from comparator.ui import briefing_views, frame, selection

snapshot = live()
chosen = selection.of_all_measures(snapshot, selection.current(snapshot))
force = snapshot.forces[chosen.force]
frame.begin("Briefing", f"{force.name}, {periods.month_name(chosen.to)}")
st.title("Briefing")
selection.choose(snapshot, chosen, measures=False, windows=False)
choice = briefing_views.choose(snapshot, chosen)
briefing_views.offer(snapshot, choice)
briefing_views.show_preview(snapshot, choice)
if "about" not in choice.sections:
    frame.show_sources(snapshot, ("recorded-crime", "population", "similarity-drivers"))
