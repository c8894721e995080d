"""The Trends page."""

import pyarrow as pa
import pytest

import comparator
from comparator.analysis.trend import trend

from .conftest import query_of, text_of

SNAPSHOT = comparator.open_snapshot()


def datasets(app):
    proto = app.get("vega_lite_chart")[0].proto
    return {data.name: pa.ipc.open_stream(data.data.data).read_all().to_pylist() for data in proto.datasets}


def test_the_page_begins_with_whether_the_change_is_real(visit):
    app = visit("trends", force="cleveland", measure="shoplifting", to="2025-12")
    assert app.header[0].value == "Cleveland: the rate of shoplifting is really rising"
    assert "14.6 shoplifting offences for every 1,000 people, 6.3% more than a year before" in text_of(app)


def test_the_chart_holds_the_12_month_rates_and_the_peers_around_them(visit):
    app = visit("trends", force="cleveland", measure="shoplifting", to="2025-12")
    found = trend(SNAPSHOT, force="cleveland", measure="shoplifting", period="2025-12")
    rows = datasets(app)["rates"]
    assert [row["force"] for row in rows] == pytest.approx(found.year_values[3:])
    assert all(row["low"] <= row["high"] for row in rows)
    assert {label["text"] for label in datasets(app)["labels"]} == {"Cleveland", "group average", "England and Wales"}
    assert [caveat["label"] for caveat in datasets(app)["caveats"]] == ["The pandemic"]


def test_city_of_london_is_not_shown_per_head_over_time(visit):
    app = visit("trends", force="city-of-london", measure="rape")
    assert "not shown over time" in app.header[0].value
    assert not app.get("vega_lite_chart")


@pytest.mark.parametrize("force", SNAPSHOT.forces)
def test_every_force_opens(visit, force):
    app = visit("trends", force=force, measure="homicide", peers="region")
    assert SNAPSHOT.forces[force].name in app.header[0].value


@pytest.mark.parametrize("measure", SNAPSHOT.measures)
@pytest.mark.parametrize("window", ["year", "quarter"])
def test_every_measure_opens_from_its_first_period_on(visit, measure, window):
    first = SNAPSHOT.blocks[measure, window].periods[0]
    app = visit("trends", force="dyfed-powys", measure=measure, window=window, to=first)
    assert "too short a series" in app.header[0].value
    assert query_of(app)["to"] == first
