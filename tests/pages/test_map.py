"""The Map page: what it says, what it draws, what its address says."""

import json

import pyarrow as pa
import pytest

import comparator
from comparator.analysis.geography import shade

from .conftest import query_of, text_of
from .test_compare import HOSTILE

SNAPSHOT = comparator.open_snapshot()
SCALES = ["Fifths", "From England and Wales", "From similar forces"]
SHAPES = ["Areas", "Equal hexagons"]


def datasets(app):
    proto = app.get("vega_lite_chart")[0].proto
    return {data.name: pa.ipc.open_stream(data.data.data).read_all().to_pylist() for data in proto.datasets}


def test_the_page_begins_with_what_it_found(visit):
    app = visit("map", force="kent", measure="residential-burglary", to="2025-12")
    text = text_of(app)
    assert "Cleveland has the highest rate of residential burglary of 42 forces" in text
    assert "rates went from 1.2 (Devon and Cornwall) to 4.3 for every 1,000 people. England and Wales: 2.5." in text
    assert "Kent has 1.8, the 14th lowest: 27% below England and Wales and 14% below the average" in text
    assert "Contains OS data" in text


def test_the_map_holds_every_force_with_the_chosen_one_marked(visit):
    rows = datasets(visit("map", force="kent", measure="rape", to="2025-12"))["forces"]
    found = shade(SNAPSHOT, measure="rape", period="2025-12")
    assert [row["force"] for row in rows] == [area.force for area in found.areas]
    assert [row["force"] for row in rows if row["chosen"]] == ["kent"]
    assert [row["mark"] for row in rows] == [str(area.step or "") for area in found.areas]


def test_no_shapes_are_sent_with_the_page(visit):
    chart = visit("map", force="kent").get("vega_lite_chart")[0].proto
    sent = len(chart.spec) + sum(len(data.data.data) for data in chart.datasets)
    assert sent < 40_000
    assert "/assets/areas-" in chart.spec


def test_sliding_to_another_year_changes_the_period_of_the_bar_and_of_the_address(visit):
    app = visit("map", force="kent", measure="rape", to="2025-12")
    years = app.select_slider(key="choose_year")
    assert years.options[-1] == "December 2025"
    assert all(option.startswith("December") for option in years.options)
    years.set_value("2019-12").run()
    assert not app.exception
    assert app.selectbox(key="choose_to").value == "2019-12"
    assert query_of(app)["to"] == "2019-12"
    assert "In the year ending December 2019" in text_of(app)
    app.selectbox(key="choose_to").set_value("2018-03").run()
    assert app.select_slider(key="choose_year").value == "2018-03"
    assert query_of(app)["to"] == "2018-03"


def test_the_table_lists_all_forces_highest_first_once_it_is_opened(visit):
    app = visit("map", force="kent", measure="residential-burglary", to="2025-12")
    assert not app.table
    app.session_state["ranking"] = True
    app.run()
    table = app.table[0].value
    assert table["Force"].iloc[0] == r"1\. Cleveland"
    assert table["Rate"].iloc[0] == "4.26 (+70.9%)"
    assert table["Force"].iloc[-1] == "City of London"
    assert "few residents" in table["Rate"].iloc[-1]
    assert len(table) == 43


def test_the_table_follows_the_scale(visit):
    app = visit("map", force="kent", measure="residential-burglary", to="2025-12", scale=SCALES[2])
    app.session_state["ranking"] = True
    app.run()
    assert app.table[0].value["Rate"].iloc[0] == "4.26 (+34.8%)"


@pytest.mark.parametrize("force", SNAPSHOT.forces)
def test_every_force_opens(visit, force):
    app = visit("map", force=force, measure="homicide", window="quarter", to="2014-03", shape="Equal hexagons")
    assert f"{SNAPSHOT.forces[force].name} " in text_of(app)


@pytest.mark.parametrize("measure", SNAPSHOT.crime_measures)
def test_every_measure_opens_with_its_newest_figures(visit, measure):
    app = visit("map", force="dyfed-powys", measure=measure, scale="From similar forces")
    assert len(datasets(app)["forces"]) == 43
    assert SNAPSHOT.measures[measure].title in text_of(app)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scale", SCALES)
def test_scale_and_shape_are_taken_from_the_address(visit, scale, shape):
    app = visit("map", force="kent", measure="shoplifting", scale=scale, shape=shape)
    heading = {"Fifths": "in fifths", "From England and Wales": "England and Wales", "From similar forces": "similar"}
    assert heading[scale] in datasets(app)["heading"][0]["label"]
    spec = json.loads(app.get("vega_lite_chart")[0].proto.spec)
    assert spec["data"]["format"]["feature"] == ("hexes" if shape == "Equal hexagons" else "areas")
    assert not app.warning


@pytest.mark.parametrize("key", ["scale", "shape"])
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_scales_and_shapes_fall_back_to_the_usual(visit, key, value):
    app = visit("map", force="kent", measure="rape", **{key: value})
    assert not app.error
    assert "in fifths" in datasets(app)["heading"][0]["label"]
    assert query_of(app)["force"] == "kent"


def test_choosing_a_force_by_a_click_is_as_choosing_it_in_the_bar(visit):
    app = visit("map", force="kent", measure="rape")
    app.session_state["choose_force"] = "gwent"
    app.run()
    assert query_of(app)["force"] == "gwent"
    assert "Gwent has" in text_of(app)
