"""The Monitoring page and the page of a case."""

import re

import pytest

import comparator
from comparator import what_works
from comparator.analysis.cases import monitor
from comparator.analysis.monitoring import is_counted

from .conftest import query_of, text_of

SNAPSHOT = comparator.open_snapshot()


def html_of(app):
    return "".join(element.proto.body for element in app.get("html"))


def charts_of(app):
    return app.get("arrow_vega_lite_chart") or app.get("vega_lite_chart")


def test_the_country_begins_with_what_was_found_and_what_chance_would_give(visit):
    app = visit("monitoring")
    text = text_of(app)
    assert "## 213 cases, 18 of them enduring and severe" in text
    assert "If forces differed only as they ordinarily do and nothing changed" in text
    assert 'class="matrix"' in html_of(app)
    assert [tab.label for tab in app.tabs] == ["New (18)", "Eased (22)", "Resolved (6)"]
    kinds = [row["Found"] for row in app.table[0].value.to_dict("records")]
    assert kinds == ["213", "21", "18", "22", "23", "190"]


def test_the_period_replays_the_past(visit):
    app = visit("monitoring", to="2019-03")
    found = monitor(SNAPSHOT, period="2019-03")
    number = sum(case.severity > 0 and is_counted(SNAPSHOT.measures[case.measure]) for case in found.cases)
    assert f"## {number} cases" in text_of(app)
    app.selectbox(key="choose_to").set_value("2014-03").run()
    assert not app.exception
    assert "## 33 cases, five of them enduring and severe" in text_of(app)
    assert "change can be told for 0 of them" in text_of(app)


def test_one_force_has_its_history_its_cases_and_its_good_news(visit):
    app = visit("monitoring", force="cleveland", to="2025-12", scope="One force")
    text = text_of(app)
    assert "## Cleveland: 8 cases, five of them enduring and severe" in text
    assert "Good news: really improving on violence without injury, stalking and harassment" in text
    assert 'class="timeline' in html_of(app)
    assert "**Criminal damage**: a real change for the better, though still flagged" in text
    assert "/feeds/cleveland.atom" in text
    assert query_of(app)["scope"] == "One force"


@pytest.mark.parametrize("force", ["city-of-london", "north-wales", "metropolitan", "gwent"])
@pytest.mark.parametrize("to", ["2013-03", "2017-06", "2025-12"])
def test_forces_open_at_any_quarter(visit, force, to):
    app = visit("monitoring", force=force, to=to, scope="One force")
    assert SNAPSHOT.forces[force].name in text_of(app)


def test_forces_can_stand_with_the_most_cases_first(visit):
    app = visit("monitoring", order="Most cases first")
    first = re.search(r"<tbody>\s*<tr[^>]*><th scope=\"row\"><a [^>]*>([^<]+)<", html_of(app))
    assert first is not None
    assert first[1] == "Avon and Somerset"


def test_a_case_says_why_it_is_flagged_and_asks_first_whether_it_could_be_recording(visit):
    app = visit("case", force="cleveland", measure="shoplifting", to="2025-12")
    text = text_of(app)
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert headings[:2] == ["Cleveland, shoplifting: an enduring and severe case", "Could this be a recording change?"]
    assert "among all forces it stands out (z of 2.45" in text
    assert "Flagged in 52 quarters in a row, since March 2013 (which is where monitoring begins)" in text
    assert "Which chains report, since when, and by which channel?" in text
    assert "Enhanced monitoring (Engage): from 2019 until September 2023" in text
    assert "**Partial**" in text
    assert app.table[0].value["Severity"].iloc[0] == "2 of 3"
    assert len(charts_of(app)) == 2


def test_a_case_puts_the_best_supported_responses_to_its_problem_first(visit):
    text = text_of(visit("case", force="cleveland", measure="residential-burglary"))
    best = what_works(SNAPSHOT, problem="burglary")[:4]
    told = text.split("## What is known to work against burglary")[1]
    places = [told.index(f"[{entry.name}](what-works?intervention={entry.slug}&") for entry in best]
    assert places == sorted(places)
    assert "certainty high" in told
    assert "What is known to work against" not in text_of(visit("case", force="cleveland", measure="bicycle-theft"))


def test_a_known_fault_is_offered_as_an_explanation(visit):
    text = text_of(visit("case", force="greater-manchester", measure="public-order-offences", to="2019-12"))
    assert "**Greater Manchester 2019/20.**" in text
    assert "No fault of the data" not in text


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"force": "kent", "measure": "drug-offences"}, "neither better nor worse"),
        ({"force": "city-of-london", "measure": "rape"}, "too few residents"),
        ({"force": "kent", "measure": "robbery-2003-to-2018", "to": "2018-12"}, "older series"),
        ({"force": "kent", "measure": "rape", "window": "quarter", "to": "2012-09"}, "choose a later period"),
    ],
)
def test_what_is_not_monitored_says_why(visit, query, reason):
    text = text_of(visit("case", **query))
    assert "not monitored" in text
    assert reason in text


@pytest.mark.parametrize("query", [{"force": "<script>"}, {"measure": "money"}, {"to": "2090-01"}, {"scope": "x"}])
@pytest.mark.parametrize("page", ["monitoring", "case"])
def test_hostile_addresses_fall_back(visit, page, query):
    assert "case" in text_of(visit(page, **query))
