"""The map: nothing but rows changes, it reads without colour, and it can be drawn to a file."""

import json
from dataclasses import replace

import altair as alt
import pytest

import comparator
from comparator.analysis.geography import SCALES, shade
from comparator.charts import render
from comparator.charts.map import SHAPES, _ink, legend, map_chart
from comparator.charts.theme import COLOURS, MODES

SNAPSHOT = comparator.open_snapshot()
ADDRESS = "/assets/areas-0123456789ab.topojson"


def drawn(measure="rape", force="kent", scale="fifths", shape="areas", mode="light", period="2025-12"):
    definition = SNAPSHOT.measures[measure]
    shading = shade(SNAPSHOT, measure=measure, period=period, scale=scale)
    return map_chart(shading, definition, SNAPSHOT.forces, force, shape=shape, address=ADDRESS, mode=mode)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_specification_is_valid_shared_and_holds_neither_shapes_nor_figures(shape, mode):
    first = drawn(shape=shape, mode=mode)
    second = drawn("shoplifting", "cleveland", "peers", shape, mode, "2020-03")
    assert second.spec is first.spec
    assert second.alt == first.alt
    alt.LayerChart.from_dict(dict(first.spec), validate=True)
    assert len(json.dumps(first.spec)) < 20_000
    assert first.spec["data"]["url"] == ADDRESS
    assert first.spec["data"]["format"] == {"type": "topojson", "feature": shape}
    assert not any("datasets" in layer for layer in [first.spec, *first.spec["layer"]])


@pytest.mark.parametrize("scale", SCALES)
def test_every_class_on_the_map_has_a_mark_and_a_range_in_the_legend(scale):
    chart = drawn(scale=scale)
    lines = {line["fill"]: line for line in chart.rows["legend"]}
    assert len(lines) == len({line["mark"] for line in lines.values() if line["fill"]}) + 1
    for row in chart.rows["forces"]:
        assert lines[row["fill"]]["mark"] == row["mark"]
        assert lines[row["fill"]]["label"]


def test_the_legend_of_fifths_spans_all_rates_from_the_highest_down():
    shading = shade(SNAPSHOT, measure="residential-burglary", period="2025-12")
    labels = [line["label"] for line in legend(shading, SNAPSHOT.measures["residential-burglary"], "light")]
    assert labels == ["2.9 to 4.3", "2.3 to 2.6", "1.9 to 2.3", "1.6 to 1.9", "1.2 to 1.6", "not compared"]


def test_a_force_without_a_class_is_hatched_and_says_why():
    city = next(row for row in drawn().rows["forces"] if row["force"] == "city-of-london")
    assert city["fill"] is None
    assert city["rate"] == "few residents, so not compared per head"


def test_the_legend_tells_of_forces_without_a_figure():
    shading = shade(SNAPSHOT, measure="rape", period="2025-12")
    gone = [replace(area, step=None, missing="no figure") if area.force == "kent" else area for area in shading.areas]
    lines = legend(replace(shading, areas=tuple(gone)), SNAPSHOT.measures["rape"], "light")
    assert lines[-1]["label"] == "no figure to compare"
    assert lines[-1]["fill"] is None


@pytest.mark.parametrize("mode", MODES)
def test_colours_are_ordered_and_what_is_written_on_them_can_be_read(mode):
    colours = COLOURS[mode]
    order = [luminance(colour) for colour in colours.fifths]
    assert order == sorted(order, reverse=mode == "light")
    above, below = colours.differences[2::-1], colours.differences[4:]
    for side in (above, below):
        order = [luminance(colour) for colour in side]
        assert order == sorted(order, reverse=mode == "light")
    for colour in (*colours.fifths, *colours.differences):
        lighter, darker = sorted((luminance(colour), luminance(_ink(colour))), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_drawn_to_a_file_with_its_43_shapes_and_its_legend(shape):
    specification = render.standalone(drawn(shape=shape), "A title", "A source", SNAPSHOT.topojson)
    svg = render.svg(specification).decode()
    shapes = svg.split('class="mark-shape role-mark shapes_marks"')[1].split("</g>")[0]
    assert shapes.count("<path") == 43
    assert shapes.count("url(#gradient") == 1
    assert "not compared" in svg
    assert "A title" in svg
    assert ADDRESS not in specification
    assert render.png(specification).startswith(b"\x89PNG")
