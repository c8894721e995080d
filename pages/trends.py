"""Trends: how a force's figures have moved, among its peers, and whether the newest change is real."""

import streamlit as st

from comparator.analysis import findings
from comparator.analysis.comparison import chosen_peers, compared_forces
from comparator.analysis.trend import trend
from comparator.catalogue import CITY_OF_LONDON
from comparator.snapshot import live
from comparator.ui import downloads, evidence_views, frame, selection, tables, trend_views

snapshot = live()
chosen = selection.current(snapshot)
force, measure = snapshot.forces[chosen.force], snapshot.measures[chosen.measure]
frame.begin("Trends", f"{force.name}, {measure.title}")
st.title("Trends")
selection.choose(snapshot, chosen, windows=False)

found = trend(snapshot, force=force.id, measure=measure.id, period=chosen.to, counts=force.id == CITY_OF_LONDON)
_, peers = chosen_peers(snapshot, force.id, chosen.peers)
finding = findings.of_trend(found, measure, force)
st.header(finding.headline)
st.markdown(" ".join(finding.sentences))
evidence_views.link_to(measure.problems, chosen)

views = trend_views.offered(found)
view = st.segmented_control(
    "Show",
    views,
    format_func=trend_views.VIEWS.__getitem__,
    default=views[0],
    required=True,
    key="view",
    wrap=True,
    bind="query-params",
)
others, index = [], False
if view in ("forces", "theme", "each-peer"):
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if view == "forces":
            others = st.multiselect(
                f"Beside it (up to {trend_views.MOST_OTHERS})",
                [other for other in compared_forces(snapshot.forces) if other != force.id],
                default=list(peers[:2]),
                format_func=lambda other: snapshot.forces[other].name,
                max_selections=trend_views.MOST_OTHERS,
                key="with",
                bind="query-params",
                width=520,
            )
        index = st.toggle("As an index, first year = 100", key="index", bind="query-params")
drawn = trend_views.draw(view, snapshot, found, peers, others=others, index=index, mode=frame.mode())
st.subheader(drawn.title)
frame.show_chart(drawn.chart, key=f"trend_{view}")
if drawn.reading:
    st.caption(drawn.reading)

st.header("Figures")
tables.show_series(found, measure)
downloads.offer(chosen, "trend", {view: trend_views.VIEWS[view]}, others=",".join(others), index="yes" if index else "")
frame.show_caveats(snapshot, drawn.caveats)
frame.show_sources(snapshot, measure.sources)
