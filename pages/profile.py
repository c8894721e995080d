"""Force profile: every measure of one force in one table."""

import streamlit as st

from comparator import periods
from comparator.analysis import findings
from comparator.analysis.evidence import problems_standing_out
from comparator.analysis.profile import arranged, profile
from comparator.catalogue import CITY_OF_LONDON
from comparator.charts.profile_table import profile_table
from comparator.snapshot import live
from comparator.ui import downloads, evidence_views, frame, selection, strips

ORDERS = {"theme": "By theme", "peers": "Furthest from its group first", "change": "Largest change first"}
SHOWN = {"all": "All measures", "differs": "Only what stands out", "changes": "Only real changes"}

snapshot = live()
chosen = selection.of_all_measures(snapshot, selection.current(snapshot))
force = snapshot.forces[chosen.force]
frame.begin("Force profile", force.name)
st.html(frame.ASSETS / "profile.css")
st.title("Force profile")
selection.choose(snapshot, chosen, measures=False, windows=False)

found = profile(snapshot, force=force.id, period=chosen.to, peers=chosen.peers)
finding = findings.of_profile(found, snapshot.measures, force)
st.header(finding.headline)
st.markdown("\n\n".join(finding.sentences))
evidence_views.link_to(problems_standing_out(found.lines, snapshot.measures), chosen)

alone = force.id == CITY_OF_LONDON
with st.container(horizontal=True, key="showing"):
    shown = st.selectbox("Show", list(SHOWN), format_func=SHOWN.__getitem__, key="show", bind="query-params", width=230)
    order = st.selectbox(
        "In order", list(ORDERS), format_func=ORDERS.__getitem__, key="sort", bind="query-params", width=280
    )
lines = [
    line
    for line in arranged(found.lines, order)
    if shown == "all" or (line.stands_out if shown == "differs" else line.really_changed)
]
st.markdown(f"## {force.name}, {periods.describe(found.period_end, 'year')}")
if lines:
    mode = frame.mode()
    table = profile_table(
        snapshot,
        found,
        lines,
        selection.short_query(chosen, snapshot),
        strips.address(snapshot, chosen, mode),
        by_theme=order == "theme",
        dark=mode == "dark",
    )
    st.html(table)
else:
    st.info("Nothing fits this choice. Choose All measures to see the rest.")
if not alone:
    st.caption(
        f"In each strip the tall mark is {force.name}, middle marks are its peers, short marks the other forces; the "
        "dashed line is its group's average. By chance alone one measure in five lies outside the expected range of "
        "its peers, and one series in eight that did not change is called changed."
    )
downloads.offer(chosen, "profile")
frame.show_caveats(snapshot, dict.fromkeys(caveat for line in found.lines for caveat in line.caveats))
frame.show_sources(snapshot, ("recorded-crime", "population", "similarity-drivers"))
