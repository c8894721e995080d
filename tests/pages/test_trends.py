"""The Trends page."""

import pyarrow as pa
import pytest

import comparator
from comparator.analysis.trend import trend
from comparator.periods import WINDOWS

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


def test_city_of_london_is_shown_as_counts_and_beside_nobody(visit):
    app = visit("trends", force="city-of-london", measure="shoplifting", to="2025-12")
    found = trend(SNAPSHOT, force="city-of-london", measure="shoplifting", period="2025-12", counts=True)
    assert "the number of shoplifting offences" in app.header[0].value
    assert app.subheader[0].value == "Shoplifting, recorded"
    assert [row["force"] for row in datasets(app)["rates"]] == list(found.year_values[3:])
    assert {label["text"] for label in datasets(app)["labels"]} == {"City of London"}
    assert [option.content for option in app.get("button_group")[0].proto.options] == [
        "12 months", "Is it a real change?",
    ]  # fmt: skip


def test_a_force_can_be_set_beside_up_to_four_others(visit):
    app = visit("trends", force="cleveland", measure="shoplifting", to="2025-12", view="Several forces")
    app.multiselect(key="with").set_value(["kent", "essex", "gwent", "durham"]).run()
    rows = datasets(app)["rates"]
    assert {row["name"] for row in rows} == {"Cleveland", "Kent", "Essex", "Gwent", "Durham"}
    block = SNAPSHOT.blocks["shoplifting", "year"]
    assert [row["value"] for row in rows if row["name"] == "Essex"] == pytest.approx(
        block.value[:, block.column["essex"]]
    )
    assert {label["text"] for label in datasets(app)["labels"]} >= {"Kent", "England and Wales"}


def test_a_fault_of_a_force_set_beside_is_shaded_and_told(visit):
    app = visit("trends", force="kent", measure="rape", to="2025-12", view="Several forces")
    app.multiselect(key="with").set_value(["greater-manchester"]).run()
    assert "Greater Manchester 2019/20" in {caveat["label"] for caveat in datasets(app)["caveats"]}
    assert "Greater Manchester 2019/20" in text_of(app)
    app.multiselect(key="with").set_value(["essex"]).run()
    assert "Greater Manchester 2019/20" not in {caveat["label"] for caveat in datasets(app)["caveats"]}
    assert "Greater Manchester 2019/20" not in text_of(app)


def test_lines_can_be_shown_as_an_index(visit):
    app = visit("trends", force="cleveland", measure="shoplifting", to="2025-12", view="Several forces", index="true")
    assert "index, year ending March 2013 = 100" in app.subheader[0].value
    rows = datasets(app)["rates"]
    assert {row["value"] for row in rows if row["date"] == "2013-03-01"} == {100.0}


def test_small_panels_show_every_measure_of_the_theme(visit):
    app = visit("trends", force="cleveland", measure="shoplifting", to="2025-12", view="The whole theme")
    theme = SNAPSHOT.measures["shoplifting"].theme
    expected = [measure.short_title for measure in SNAPSHOT.measures.values() if measure.theme == theme]
    assert [title["name"] for title in datasets(app)["titles"]] == expected
    assert [title["name"] for title in datasets(app)["titles"] if title["own"]] == ["Shoplifting"]


def test_small_panels_show_the_measure_for_each_peer(visit):
    app = visit("trends", force="cleveland", measure="shoplifting", to="2025-12", view="Each peer")
    names = [title["name"] for title in datasets(app)["titles"]]
    peers = SNAPSHOT.peers["cleveland", "similar"]
    assert names == ["Cleveland", *(SNAPSHOT.forces[peer].name for peer in peers)]


def test_an_older_series_is_shown_alone_and_not_judged(visit):
    app = visit("trends", force="kent", measure="robbery-2003-to-2018", to="2018-12")
    assert app.header[0].value == "Kent: the rate of robbery 2003 to 2018"
    assert "no real change can be told" in text_of(app)
    dates = [row["date"] for row in datasets(app)["rates"]]
    assert (dates[0], dates[-1]) == ("2003-03-01", "2018-12-01")
    shown = [option.content for option in app.get("button_group")[0].proto.options]
    assert "Is it a real change?" not in shown


def test_a_view_that_a_measure_lacks_falls_back_to_12_months(visit):
    app = visit("trends", force="kent", measure="robbery-2003-to-2018", view="Is it a real change?")
    assert "rates" in datasets(app)


@pytest.mark.parametrize(
    "view", ["12 months", "Is it a real change?", "Several forces", "The whole theme", "Each peer"]
)
@pytest.mark.parametrize(
    "measure", ["homicide", "domestic-burglary", "all-crime-excluding-fraud", "drug-offences-2003-to-2018"]
)
def test_every_view_of_a_measure_opens_for_any_peers(visit, view, measure):
    for force, peers in (("metropolitan", "region"), ("gwent", "all"), ("city-of-london", "similar")):
        app = visit("trends", force=force, measure=measure, view=view, peers=peers, index="true")
        assert SNAPSHOT.forces[force].name in app.header[0].value


@pytest.mark.parametrize("force", SNAPSHOT.forces)
def test_every_force_opens(visit, force):
    app = visit("trends", force=force, measure="homicide", peers="region")
    assert SNAPSHOT.forces[force].name in app.header[0].value


@pytest.mark.parametrize(("measure", "window"), [block for block in SNAPSHOT.blocks if block[1] in WINDOWS])
def test_every_measure_opens_from_its_first_period_on(visit, measure, window):
    first = SNAPSHOT.blocks[measure, window].periods[0]
    app = visit("trends", force="dyfed-powys", measure=measure, window=window, to=first)
    judged = measure in SNAPSHOT.trend_verdicts
    assert ("too short a series" in app.header[0].value) == judged
    assert query_of(app)["to"] == first


@pytest.mark.parametrize("view", ["Several forces", "The whole theme", "Each peer"])
@pytest.mark.parametrize("index", ["true", "false"])
def test_every_view_opens_before_the_first_12_months_are_full(visit, view, index):
    app = visit("trends", force="kent", measure="shoplifting", to="2012-06", view=view, index=index)
    assert "too short a series" in app.header[0].value
