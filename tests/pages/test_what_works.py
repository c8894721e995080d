"""The What works page: its list and filters, its address, one intervention, and the way there and back."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

import comparator
from comparator.analysis.evidence import Asked, counts, matching, what_works
from comparator.ui.finding_evidence import View, from_query, to_query

from .conftest import query_of, text_of
from .test_compare import HOSTILE

SNAPSHOT = comparator.open_snapshot()
OWN = ("q", "problem", "kind", "effect", "certainty", "uk", "cost", "order", "beside", "intervention")


def html_of(app):
    return "".join(element.proto.body for element in app.get("html"))


def listed(app):
    """Return the interventions in the list, in order."""
    table = re.search(r'<table class="list">.*?</table>', html_of(app), re.DOTALL)
    return re.findall(r"intervention=([a-z0-9-]+)", table[0]) if table else []


def own_query(app):
    return {key: value for key, value in query_of(app).items() if key in OWN}


def test_the_page_begins_with_how_many_ways_work_and_which_are_best_supported(visit):
    app = visit("what_works", problem="burglary")
    assert app.header[0].value == "What is known to work against burglary"
    assert "Of 18 ways of tackling burglary listed here, 14 reduce the crime or harm" in text_of(app)
    assert listed(app) == [entry.slug for entry in what_works(SNAPSHOT, problem="burglary")]


def test_filters_search_and_order_are_read_from_the_address_and_kept_in_it(visit):
    asked = {"q": "school", "problem": "violence,asb", "certainty": "high,moderate", "order": "name", "uk": "no"}
    app = visit("what_works", **asked)
    wanted = Asked(text="school", problems=("violence", "ASB"), certainties=("high", "moderate"))
    assert sorted(listed(app)) == sorted(entry.slug for entry in matching(SNAPSHOT.evidence.values(), wanted))
    assert own_query(app) == {"q": "school", "problem": "violence,ASB", "certainty": "high,moderate", "order": "name"}
    assert "<mark>School</mark>" in html_of(app)


def test_choosing_narrows_the_list_counts_the_options_anew_and_writes_the_address(visit):
    app = visit("what_works")
    app.multiselect(key="find_problem").set_value(["burglary"]).run()
    app.multiselect(key="find_certainty").set_value(["high"]).run()
    app.checkbox(key="find_cost").check().run()
    asked = Asked(problems=("burglary",), certainties=("high",), cost=True)
    assert listed(app) == ["problem-oriented-policing", "restorative-justice-conferencing"]
    assert own_query(app) == {"problem": "burglary", "certainty": "high", "cost": "yes"}
    numbers = counts(SNAPSHOT.evidence.values(), asked)
    assert f"Moderate ({numbers.certainties['moderate']})" in app.multiselect(key="find_certainty").options
    assert f"Anti-social behaviour ({numbers.problems['ASB']})" in app.multiselect(key="find_problem").options
    assert app.checkbox(key="find_uk").label == f"UK evidence ({numbers.uk})"
    app.multiselect(key="find_problem").set_value([]).run()
    app.text_input(key="find_q").set_value("cameras").run()
    assert own_query(app) == {"q": "cameras", "certainty": "high", "cost": "yes"}


def test_nothing_found_is_said_and_the_filters_stay(visit):
    app = visit("what_works", q="zzz")
    assert "No intervention fits all of these choices" in text_of(app)
    assert app.text_input(key="find_q").value == "zzz"


def test_up_to_four_stand_side_by_side(visit):
    app = visit("what_works", beside="cctv,scared-straight,dare,boot-camps,mentoring")
    assert own_query(app) == {"beside": "cctv,scared-straight,dare,boot-camps"}
    assert html_of(app).count('scope="col"><a href') == 4
    app.multiselect(key="find_beside").set_value(["cctv"]).run()
    assert own_query(app) == {"beside": "cctv"}


def test_one_intervention_is_read_by_its_address_and_leads_back_to_the_filtered_list(visit):
    app = visit("what_works", intervention="cctv", problem="burglary")
    assert app.header[0].value == "CCTV: reduces crime in camera areas"
    assert "doi:10.1111/1745-9133.12419" in html_of(app)
    back = parse_qs(app.get("page_link")[0].proto.query_string)
    assert back["problem"] == ["burglary"]
    assert "intervention" not in back


def test_the_force_chosen_on_other_pages_is_kept(visit):
    app = visit("what_works", force="kent", measure="rape")
    assert query_of(app)["force"] == "kent"
    assert "force=kent" in html_of(app)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_addresses_fall_back_with_a_notice_and_never_fail(value):
    view, notices = from_query(dict.fromkeys(OWN, value), SNAPSHOT)
    assert view.asked.problems == view.asked.kinds == view.beside == ()
    assert view.intervention is None
    assert len(view.asked.text) <= 80
    assert bool(notices) or not value
    assert all(value not in notice for notice in notices if value)
    assert from_query(to_query(view), SNAPSHOT) == (view, [])


def test_a_hostile_address_opens_with_a_notice(visit):
    app = visit("what_works", intervention="<script>", problem="x", q="<img src=x onerror=alert(1)>")
    assert [warning.value for warning in app.warning] == [
        "The address asks for an unknown crime problem; it is left out.",
        "The address asks for an unknown intervention; it is left out.",
    ]
    assert "<img" not in html_of(app)


def test_an_address_means_what_it_was_made_from():
    asked = Asked(
        "café", ("shoplifting/retail", "ASB"), ("diversion",), ("no effect",), ("very low",), uk=True, cost=True
    )
    view = View(asked, "newest", ("cctv", "dare"), "dare")
    assert from_query(to_query(view), SNAPSHOT) == (view, [])
    assert to_query(View()) == {}


@pytest.mark.parametrize(
    ("page", "query", "problem"),
    [
        ("compare", {"force": "cleveland", "measure": "residential-burglary"}, "burglary"),
        ("trends", {"force": "cleveland", "measure": "shoplifting"}, "shoplifting/retail"),
        ("profile", {"force": "cleveland", "to": "2025-12"}, "criminal damage"),
    ],
)
def test_the_figures_link_to_what_is_known_to_work_against_them(visit, page, query, problem):
    app = visit(page, **query)
    links = [link.proto for link in app.get("page_link") if link.proto.page == "what-works"]
    asked = parse_qs(links[0].query_string)
    assert len(links) == 1
    assert problem in asked["problem"][0].split(",")
    assert asked["force"] == ["cleveland"]
    view, notices = from_query({"problem": asked["problem"][0]}, SNAPSHOT)
    assert (notices, bool(matching(SNAPSHOT.evidence.values(), view.asked))) == ([], True)


def test_an_intervention_links_back_to_comparisons_that_open(visit):
    app = visit("what_works", intervention="hot-spots-policing")
    links = re.findall(r'href="(compare\?[^"]+)"', html_of(app))
    query = {key: values[0] for key, values in parse_qs(urlsplit(links[0].replace("&amp;", "&")).query).items()}
    there = visit("compare", **query)
    assert SNAPSHOT.forces[query["force"]].name in there.header[0].value
    assert "stands out as" in text_of(there)


def mail(app):
    text = next(element.value for element in app.markdown if "Ask for a topic" in element.value)
    return text, re.search(r"\((mailto:[^)]*)\)", text)[1]


def test_a_topic_is_asked_for_by_a_prepared_e_mail_that_carries_the_view(visit, monkeypatch):
    monkeypatch.setenv("COMPARATOR_TOPICS_EMAIL", "evidence@example.org")
    text, letter = mail(visit("what_works", problem="shoplifting/retail"))
    assert letter.startswith("mailto:evidence@example.org?subject=Topic%20for%20What%20works&body=")
    assert "problem=shoplifting%2Fretail" in unquote(letter)
    assert "It goes to evidence@example.org." in text


@pytest.mark.parametrize("given", [None, "", "nobody", "a@b.org?bcc=c@d.org", "a@b.org,c@d.org", "a@b.org\nx"])
def test_without_a_sound_address_it_is_said_that_nobody_is_named(visit, monkeypatch, given):
    monkeypatch.delenv("COMPARATOR_TOPICS_EMAIL", raising=False)
    if given is not None:
        monkeypatch.setenv("COMPARATOR_TOPICS_EMAIL", given)
    text, letter = mail(visit("what_works"))
    assert letter.startswith("mailto:?subject=")
    assert "This site does not name whom to ask" in text
