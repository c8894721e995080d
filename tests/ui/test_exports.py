"""What is downloaded is what the pages show."""

import pytest

import comparator
from comparator.analysis.comparison import PeersError
from comparator.analysis.names import UnknownNameError
from comparator.analysis.profile import profile
from comparator.analysis.trend import trend
from comparator.analysis.value_for_money import value_for_money
from comparator.ui import exports

SNAPSHOT = comparator.open_snapshot()
CLEVELAND = {"force": "cleveland", "measure": "shoplifting", "peers": "similar", "window": "year", "to": "2025-12"}


def rows(name, **query):
    return exports.rows(name, exports.asked({**CLEVELAND, **query}, SNAPSHOT), SNAPSHOT)


def picture(name, **query):
    return exports.picture(name, exports.asked({**CLEVELAND, **query}, SNAPSHOT), SNAPSHOT)


def test_a_trend_has_a_row_for_each_quarter_with_its_signals():
    found = trend(SNAPSHOT, force="cleveland", measure="shoplifting", period="2025-12")
    table = rows("trend")
    assert [row["period_end"] for row in table] == list(found.periods)
    assert [row["twelve_months"] for row in table] == list(found.year_values)
    assert [position for position, row in enumerate(table) if row["signal"]] == list(found.signals)
    assert {row["unit"] for row in table} == {"per 1,000 people"}
    assert {row["unit"] for row in rows("trend", force="city-of-london")} == {"recorded"}


def test_a_profile_has_a_row_for_each_measure():
    found = profile(SNAPSHOT, force="cleveland", period="2025-12")
    table = rows("profile")
    assert [(row["measure"], row["value"], row["verdict_peers"]) for row in table] == [
        (line.measure, line.value, line.verdict_peers) for line in found.lines
    ]


def test_cases_are_those_of_the_page_and_a_case_has_its_whole_history():
    table = rows("cases")
    assert len(table) == len(comparator.monitor(SNAPSHOT, period="2025-12").cases)
    assert {row["force"] for row in rows("cases", scope="force")} == {"cleveland"}
    course = rows("case")
    assert [course[0]["period_end"], course[-1]["period_end"]] == ["2013-03", "2025-12"]
    assert (course[-1]["status"], course[-1]["quarters"]) == ("enduring", 52)
    assert rows("cases", force="city-of-london", scope="force") == [dict.fromkeys(table[0])]


@pytest.mark.parametrize("name", ["peers", "all-forces", "funnel", "years", "change", "forces", "theme", "each-peer"])
def test_every_picture_says_of_whom_and_what_it_is_and_whence(name):
    made = picture(name, others="kent,essex", index="yes" if name == "forces" else "")
    assert made.title.startswith("Cleveland: ")
    assert "December 2025" in made.title
    assert "Source: Home Office and Office for National Statistics, Open Government Licence v3.0." in made.note
    if name == "forces":
        assert "index, year ending March 2013 = 100" in made.title
        assert {row["name"] for row in made.chart.rows["rates"]} == {"Cleveland", "Kent", "Essex"}


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("nothing", {}),
        ("peers", {"force": "city-of-london"}),
        ("theme", {"force": "city-of-london"}),
        ("change", {"measure": "robbery-2003-to-2018", "to": "2018-12"}),
        ("forces", {"others": "kent,nowhere"}),
        ("years", {"to": "2025-13"}),
        ("years", {"peers": "cleveland"}),
    ],
)
def test_what_does_not_exist_is_refused(name, query):
    with pytest.raises((UnknownNameError, PeersError)):
        picture(name, **query)


@pytest.mark.parametrize("name", ["years", "forces", "theme", "each-peer"])
@pytest.mark.parametrize("index", ["yes", ""])
def test_a_period_before_the_first_12_months_gives_an_empty_picture(name, index):
    made = picture(name, to="2012-06", index=index)
    assert made.chart.rows["rates"] == []
    assert made.chart.alt


@pytest.mark.parametrize("query", [{"peers": "a\r\nb"}, {"window": '"'}, {"force": "x"}, {"peers": "cleveland"}])
def test_values_that_mean_nothing_are_refused_even_where_they_would_not_matter(query):
    with pytest.raises((UnknownNameError, PeersError)):
        rows("trend", **query)


def test_a_table_that_does_not_exist_is_refused():
    with pytest.raises(UnknownNameError):
        rows("peers")


@pytest.mark.parametrize("scale", ["fifths", "nation", "peers"])
@pytest.mark.parametrize("shape", ["areas", "hexes"])
def test_a_map_carries_its_shapes_and_their_attribution(shape, scale):
    made = picture(shape, scale=scale)
    assert made.title == "Shoplifting, per 1,000 people, year ending December 2025"
    assert "Contains OS data" in made.note
    assert made.boundaries == SNAPSHOT.topojson


def test_a_map_has_a_row_for_each_force_with_the_reason_for_a_missing_one():
    table = {row["force"]: row for row in rows("map", scale="nation")}
    assert len(table) == 43
    compared = comparator.compare(SNAPSHOT, force="cleveland", measure="shoplifting", period="2025-12", peers="all")
    assert table["cleveland"]["value"] == compared.value
    assert (table["cleveland"]["rank"], table["cleveland"]["verdict_all"]) == (compared.rank, compared.verdict_all)
    assert "few residents" in table["city-of-london"]["missing"]


def test_an_unknown_scale_is_refused():
    with pytest.raises(UnknownNameError):
        rows("map", scale="rainbow")


class TestValueForMoney:
    def test_it_has_a_row_for_each_line_of_the_year(self):
        found = value_for_money(SNAPSHOT, force="cleveland", year="2022-23")
        table = rows("value-for-money", year="2022-23")
        assert [(row["measure"], row["value"], row["outlier"]) for row in table] == [
            (line.measure, line.value, line.outlier) for line in found.lines
        ]
        assert {(row["force"], row["year"], row["basis"]) for row in table} == {("cleveland", "2022-23", "similar")}

    @pytest.mark.parametrize("view", ["differences", "results", "years", "parts"])
    def test_every_picture_says_of_whom_and_what_it_is_and_whence(self, view):
        made = picture(f"value-{view}", year="2024-25", across="spending-on-pay", up="crimes-per-officer")
        assert made.title.startswith("Cleveland: ")
        assert made.title.endswith("2024-25")
        assert "Ministry of Housing, Communities and Local Government" in made.note
        assert "Compared with similar forces." in made.note

    @pytest.mark.parametrize(
        "query", [{"year": "1999"}, {"across": "rape"}, {"up": "rape"}, {"force": "gwent"}, {"force": "city-of-london"}]
    )
    def test_what_does_not_exist_is_refused(self, query):
        with pytest.raises(UnknownNameError):
            picture("value-results", **query)


class TestEvidence:
    def test_it_has_a_row_for_each_intervention_that_the_filters_leave_in_order(self):
        table = rows("evidence", problem="burglary", certainty="high,moderate", order="name")
        names = [row["name"] for row in table]
        assert names == sorted(names, key=str.casefold)
        assert {row["certainty"] for row in table} == {"high", "moderate"}
        assert all("burglary" in row["crime_problems"].split("|") for row in table)
        assert len(table) == 11

    @pytest.mark.parametrize("query", [{"problem": "burglry"}, {"order": "best first"}, {"q": "zzz"}])
    def test_what_does_not_exist_and_what_leaves_nothing_is_refused(self, query):
        with pytest.raises(UnknownNameError, match="unknown choice of interventions"):
            rows("evidence", **query)
