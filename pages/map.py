"""Map: all forces on one measure, as areas or as equal hexagons."""

import streamlit as st

from comparator import periods
from comparator.analysis import findings
from comparator.analysis.geography import SCALES, shade
from comparator.charts.map import SHAPES, map_chart
from comparator.snapshot import live
from comparator.ui import assets, downloads, frame, selection, tables

SCALE_NAMES = {"fifths": "Fifths", "nation": "From England and Wales", "peers": "From similar forces"}
SHAPE_NAMES = {"areas": "Areas", "hexes": "Equal hexagons"}

snapshot = live()
chosen = selection.current(snapshot)
force, measure = snapshot.forces[chosen.force], snapshot.measures[chosen.measure]
frame.begin("Map", f"{measure.title}, {force.name}")
st.title("Map")
selection.choose(snapshot, chosen, bases=False)
finding_place = st.container()

with st.container(horizontal=True):
    scale = st.segmented_control(
        "Scale",
        SCALES,
        format_func=SCALE_NAMES.__getitem__,
        default=SCALES[0],
        required=True,
        key="scale",
        bind="query-params",
        wrap=True,
    )
    shape = st.segmented_control(
        "Shapes",
        SHAPES,
        format_func=SHAPE_NAMES.__getitem__,
        default=SHAPES[0],
        required=True,
        key="shape",
        bind="query-params",
    )
shading = shade(snapshot, measure=measure.id, period=chosen.to, window=chosen.window, scale=scale or SCALES[0])
finding = findings.of_map(shading, measure, snapshot.forces, force)
finding_place.markdown(f"## {finding.headline}\n\n{' '.join(finding.sentences)}")

period = periods.describe(chosen.to, chosen.window)
st.markdown(f"### {measure.title} {measure.unit}, {period}")
chart = map_chart(
    shading,
    measure,
    snapshot.forces,
    force.id,
    shape=shape or SHAPES[0],
    address=assets.boundaries_address(snapshot),
    mode=frame.mode(),
    turn=frame.turn("map"),
)
frame.show_chart(chart, key="map", on_pick=lambda picked: selection.select_force(snapshot, picked["force"]))
selection.choose_year(snapshot, chosen)
st.caption(
    "Point at a force for its figures; click it to choose it. "
    "A higher figure is not always worse: recorded crime is also what the police find and record."
)

tables.show_areas(shading, measure, snapshot)
downloads.offer(chosen, "map", {shape or SHAPES[0]: "map"}, scale=shading.scale)
frame.show_caveats(snapshot, shading.caveats)
frame.show_sources(snapshot, shading.sources)
