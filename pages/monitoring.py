"""Monitoring: which forces stand out for the worse on which measures, how gravely and since when."""

import streamlit as st

from comparator import periods
from comparator.analysis.cases import caveats_of_quarter
from comparator.analysis.comparison import compared_forces
from comparator.snapshot import live
from comparator.ui import downloads, frame, monitoring_views, selection

SCOPES = {"country": "All forces", "force": "One force"}
ORDERS = {"region": "By region", "cases": "Most cases first"}

snapshot = live()
chosen = selection.of_all_measures(snapshot, selection.current(snapshot))
force = snapshot.forces[chosen.force]
frame.begin("Monitoring", f"{force.name}, {periods.month_name(chosen.to)}")
st.html(frame.ASSETS / "monitoring.css")
st.title("Monitoring")
selection.choose(snapshot, chosen, bases=False, measures=False, windows=False)
with st.container(horizontal=True, vertical_alignment="bottom", key="showing"):
    scope = st.segmented_control(
        "Show",
        list(SCOPES),
        format_func=SCOPES.__getitem__,
        default="country",
        required=True,
        key="scope",
        bind="query-params",
    )
    if scope == "country":
        order = st.selectbox(
            "Forces in order", list(ORDERS), format_func=ORDERS.__getitem__, key="order", bind="query-params", width=200
        )

if scope == "force":
    monitoring_views.show_force(snapshot, chosen)
else:
    monitoring_views.show_country(snapshot, chosen, order)
selection.choose_year(snapshot, chosen)
downloads.offer(chosen, "cases", scope=scope)
monitoring_views.show_feeds(force)
forces = (force.id,) if scope == "force" else compared_forces(snapshot.forces)
frame.show_caveats(snapshot, caveats_of_quarter(snapshot, chosen.to, forces))
frame.show_sources(snapshot, ("recorded-crime", "population", "similarity-drivers"))
