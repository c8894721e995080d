"""The Compare page: what it says, what its address says, and what it does with odd addresses."""

import json

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import comparator
from comparator.analysis.comparison import compare

from .conftest import query_of, text_of

SNAPSHOT = comparator.open_snapshot()
HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE forces; --",
    "../../etc/passwd",
    "cleveland\x00",
    "{{7*7}}",
    "%s%n",
    "nan",
    "-1",
    "",
    "x" * 5000,
    "🚓",
]


def datasets(app, index=0):
    proto = app.get("vega_lite_chart")[index].proto
    return {data.name: pa.ipc.open_stream(data.data.data).read_all().to_pylist() for data in proto.datasets}


def test_the_page_begins_with_what_it_found(visit):
    app = visit("compare", force="cleveland", measure="residential-burglary", to="2025-12")
    assert app.header[0].value == "Cleveland: the rate of residential burglary is in line with similar forces"
    assert "2,559 residential burglaries" in text_of(app)
    assert "about 660 fewer residential burglaries" in text_of(app)


def test_the_chart_holds_the_figures_of_the_comparison_highest_first(visit):
    app = visit("compare", force="cleveland", measure="residential-burglary", to="2025-12")
    result = compare(SNAPSHOT, force="cleveland", measure="residential-burglary", period="2025-12")
    data = datasets(app)
    values = [row["value"] for row in data["rates"]]
    assert values == sorted([result.value, *(peer.value for peer in result.peers)], reverse=True)
    assert data["context"][0]["average"] == pytest.approx(result.group_average)
    assert data["context"][0]["low"] == pytest.approx(result.expected_low)
    assert [row["role"] for row in data["rates"]].count("force") == 1
    assert len(datasets(app, 1)["rates"]) == 42


def test_every_chart_has_a_text_alternative_with_the_figures(visit):
    app = visit("compare", force="cleveland", measure="residential-burglary", to="2025-12")
    peers, strip = (chart.proto.alt for chart in app.get("vega_lite_chart"))
    assert "Cleveland 4.3, West Yorkshire 4.2" in peers
    assert "Strip of 42 forces" in strip


def test_only_the_rows_of_a_chart_change_with_the_selection(visit):
    first = visit("compare", force="cleveland", measure="rape").get("vega_lite_chart")[0].proto
    second = visit("compare", force="kent", measure="shoplifting").get("vega_lite_chart")[0].proto
    assert json.loads(first.spec) == json.loads(second.spec)
    assert first.datasets[0].data.data != second.datasets[0].data.data


def test_choosing_changes_sentence_and_address(visit):
    app = visit("compare", force="cleveland", measure="rape")
    app.selectbox(key="choose_force").set_value("kent").run()
    app.selectbox(key="choose_measure").set_value("shoplifting").run()
    app.selectbox(key="choose_basis").set_value("region").run()
    app.selectbox(key="choose_to").set_value("2024-03").run()
    assert not app.exception
    assert app.header[0].value.startswith("Kent: the rate of shoplifting")
    assert query_of(app) == {
        "force": "kent",
        "measure": "shoplifting",
        "peers": "region",
        "window": "year",
        "to": "2024-03",
    }
    app.selectbox(key="choose_window").set_value("quarter").run()
    assert query_of(app)["window"] == "quarter"
    assert "in January to March 2024" in text_of(app)


def test_an_address_opens_the_same_view_in_another_session(visit):
    app = visit("compare", force="cleveland", measure="rape")
    app.selectbox(key="choose_basis").set_value("chosen").run()
    app.multiselect(key="choose_peers").set_value(["kent", "surrey", "essex", "durham"]).run()
    again = visit("compare", **query_of(app))
    assert text_of(again) == text_of(app)
    assert query_of(again) == query_of(app)
    assert again.multiselect(key="choose_peers").value == ["kent", "surrey", "essex", "durham"]


def test_an_address_without_a_period_shows_the_newest_without_a_notice(visit):
    app = visit("compare", force="gwent", measure="domestic-burglary")
    assert not app.warning
    assert query_of(app)["to"] == "2017-03"


def test_names_in_an_address_may_be_written_in_capitals(visit):
    app = visit("compare", force=" Kent", measure="RAPE")
    assert not app.warning
    assert app.header[0].value.startswith("Kent: the rate of rape")


def test_an_empty_choice_of_peers_says_so_and_shows_similar_forces(visit):
    app = visit("compare", force="cleveland", peers="kent,surrey")
    app.multiselect(key="choose_peers").set_value([]).run()
    assert "until then similar forces are shown" in app.info[0].value
    assert query_of(app)["peers"] == "similar"


def test_a_force_chosen_as_peer_leaves_the_peers_when_it_becomes_the_force(visit):
    app = visit("compare", force="cleveland", peers="kent,surrey,essex,durham")
    app.selectbox(key="choose_force").set_value("kent").run()
    assert not app.exception
    assert query_of(app)["peers"] == "surrey,essex,durham"


def test_a_measure_that_has_ended_shows_its_own_newest_period_and_the_next_measure_its_own_again(visit):
    app = visit("compare", force="cleveland", measure="residential-burglary")
    app.selectbox(key="choose_measure").set_value("domestic-burglary").run()
    assert query_of(app)["to"] == "2017-03"
    app.selectbox(key="choose_measure").set_value("rape").run()
    assert query_of(app)["to"] == SNAPSHOT.latest_period


def test_city_of_london_is_shown_with_counts_and_without_rates(visit):
    app = visit("compare", force="city-of-london", measure="shoplifting", to="2025-12")
    assert app.header[0].value == "City of London is shown on its own"
    assert "1,434 shoplifting offences" in text_of(app)
    assert "City of London has few residents" in text_of(app)
    assert list(app.table[0].value.columns) == ["Force", "Recorded"]


def test_the_metropolitan_police_in_its_region_is_told_that_it_has_no_peers(visit):
    app = visit("compare", force="metropolitan", measure="rape", peers="region")
    assert "no peers to be compared with on this basis" in text_of(app)


@pytest.mark.parametrize("force", SNAPSHOT.forces)
def test_every_force_opens(visit, force):
    app = visit("compare", force=force, measure="homicide", window="quarter", to="2014-03", peers="all")
    assert SNAPSHOT.forces[force].name in app.header[0].value


@pytest.mark.parametrize("measure", SNAPSHOT.crime_measures)
def test_every_measure_opens(visit, measure):
    app = visit("compare", force="dyfed-powys", measure=measure)
    assert SNAPSHOT.measures[measure].title.lower() in app.header[0].value.lower()


@pytest.mark.parametrize("key", ["force", "measure", "peers", "to", "window"])
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_addresses_fall_back_with_a_notice(visit, key, value):
    app = visit("compare", **{key: value})
    assert app.warning
    assert not app.error
    assert all(value not in warning.value for warning in app.warning if value)
    assert query_of(app)["force"] in set(SNAPSHOT.forces)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.fixed_dictionaries(
        {},
        optional={
            "force": st.one_of(st.sampled_from(sorted(SNAPSHOT.forces)), st.text(max_size=20)),
            "measure": st.one_of(st.sampled_from(sorted(SNAPSHOT.measures)), st.text(max_size=20)),
            "peers": st.one_of(
                st.sampled_from(["similar", "region", "all"]),
                st.lists(st.sampled_from(sorted(SNAPSHOT.forces)), min_size=1, max_size=17).map(",".join),
                st.text(max_size=20),
            ),
            "window": st.one_of(st.sampled_from(["year", "quarter"]), st.text(max_size=5)),
            "to": st.one_of(st.sampled_from(["2012-06", "2017-03", "2025-12", "2031-03"]), st.text(max_size=8)),
        },
    )
)
def test_any_address_opens_and_what_it_settles_on_opens_as_the_same_page(visit, query):
    app = visit("compare", **query)
    again = visit("compare", **query_of(app))
    assert text_of(again) == text_of(app)
    assert not again.warning
