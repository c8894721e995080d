"""Trends: how a force's figures have moved, among its peers, and whether the newest change is real."""

import streamlit as st

from comparator.analysis import findings
from comparator.analysis.comparison import chosen_peers
from comparator.analysis.trend import surroundings, trend
from comparator.catalogue import CITY_OF_LONDON
from comparator.charts import trend as charts
from comparator.snapshot import live
from comparator.ui import frame, selection, tables

snapshot = live()
chosen = selection.current(snapshot)
force, measure = snapshot.forces[chosen.force], snapshot.measures[chosen.measure]
frame.begin("Trends", f"{force.name}, {measure.title}")
st.title("Trends")
selection.choose(snapshot, chosen, windows=False)

if force.id == CITY_OF_LONDON:
    st.header(f"{force.name} is not shown over time")
    st.markdown(
        "So few people live there, and their number has changed so much, that a rate per head over time would mislead. "
        "Compare shows its counts."
    )
    st.stop()

found = trend(snapshot, force=force.id, measure=measure.id, period=chosen.to)
_, peers = chosen_peers(snapshot, force.id, chosen.peers)
finding = findings.of_trend(found, measure, force)
st.header(finding.headline)
st.markdown(" ".join(finding.sentences))

mode = frame.mode()
dated = [snapshot.caveats[name] for name in found.caveats if snapshot.caveats[name].first_month is not None]
st.subheader(f"{measure.title} {measure.unit}")
years, quarters = st.tabs(["12 months ending", "Is it a real change?"], on_change="rerun", key="trend_view")
if years.open:
    with years:
        around = surroundings(snapshot, found, peers)
        frame.show_chart(charts.years_chart(found, around, measure, snapshot.forces, dated, mode), key="years_chart")
        if peers:
            st.caption("Shaded: from the lowest to the highest of its peers. Dashed: England and Wales.")
if quarters.open:
    with quarters:
        frame.show_chart(charts.control_chart(found, measure, snapshot.forces, dated, mode), key="control_chart")
        st.caption(
            "Each point is a quarter with its season taken out. Large points are the three years that set the average "
            "and the limits; diamonds are the points that show a real change. Of series that did not change, about one "
            "in eight is called changed by chance."
        )
st.header("Figures")
tables.show_series(found, measure)
frame.show_caveats(snapshot, found.caveats)
frame.show_sources(snapshot, measure.sources)
