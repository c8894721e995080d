"""Home: choose a force on the map or the list, see what stands out now, there and in the country."""

from dataclasses import replace

import streamlit as st

from comparator import periods
from comparator.analysis import findings
from comparator.analysis.geography import shade
from comparator.analysis.national import real_changes
from comparator.analysis.profile import profile
from comparator.charts.map import map_chart
from comparator.snapshot import live
from comparator.ui import assets, frame, selection, tables

HOW_TO_READ = """## How to read this site in 30 seconds

- **Rates, not counts.** Figures are for every 1,000 people, so that large and small forces can be compared.
- **Similar forces.** Each force is set beside the seven whose places are most like its own in the 2021 census.
- **Expected range.** Four in five such forces would lie within it. Only beyond it is a force called above or below.
- **Really rising, really falling.** Said only when the newest quarters vary more than the three years before.
- **Recorded crime** is what people report and the police find and write down. Higher is not always worse."""

snapshot = live()
kept = selection.current(snapshot)
chosen = selection.of_all_measures(snapshot, kept)
force = snapshot.forces[chosen.force]
frame.begin("Home", force.name)
st.title("How does your police force compare?")

newest = snapshot.latest_period
measure = snapshot.measures[chosen.measure]
text, picture = st.columns([6, 5], gap="large")
with text:
    st.markdown(
        "Choose one of the 43 police forces of England and Wales, in the list or on the map. Its figures are set "
        "beside those of similar forces, with an honest word on whether a difference means anything."
    )
    selection.choose_force(snapshot, chosen, width=360)
    found = profile(snapshot, force=force.id, period=newest)
    finding = findings.of_profile(found, snapshot.measures, force)
    st.header(finding.headline)
    st.markdown("\n\n".join(finding.sentences))
    with st.container(horizontal=True):
        query = selection.to_query(kept)
        for page, label in (("profile", "All its figures"), ("compare", "Compare"), ("trends", "Over time")):
            st.page_link(frame.PAGES / f"{page}.py", label=f"{label} →", query_params=query)
with picture:
    shading = shade(snapshot, measure=measure.id, period=newest)
    chart = map_chart(
        shading,
        measure,
        snapshot.forces,
        force.id,
        shape="areas",
        address=assets.boundaries_address(snapshot),
        mode=frame.mode(),
        turn=frame.turn("home_map"),
    )
    chart = replace(chart, alt="Map of the police forces; a click chooses one, as the list does.")
    frame.show_chart(chart, key="home_map", on_pick=lambda picked: selection.select_force(snapshot, picked["force"]))
    st.caption(f"{measure.title} {measure.unit}, {periods.describe(newest, 'year')}. Click a force to choose it.")

changes = real_changes(snapshot, newest)
nation = findings.of_nation(changes, snapshot.measures)
st.markdown(f"## {nation.headline}\n\n" + "\n\n".join(nation.sentences))
tables.show_national(changes, snapshot)
source = snapshot.sources["recorded-crime"]
st.markdown(
    f"{HOW_TO_READ}\n\n## How new the figures are\n\n"
    f"They run to {periods.month_name(newest)} and were published by the {source.publisher} on {source.release}."
)
frame.show_caveats(snapshot, dict.fromkeys(caveat for line in found.lines for caveat in line.caveats))
frame.show_sources(snapshot, ("recorded-crime", "population", "similarity-drivers", "boundaries"))
