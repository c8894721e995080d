"""The Briefing page: what it shows, its choices and its address, and how documents are asked for."""

import pytest

import comparator
from comparator.analysis.briefing import TITLES
from comparator.ui import briefings

from .conftest import query_of, text_of

SNAPSHOT = comparator.open_snapshot()


def preview_of(app):
    return "".join(element.proto.body for element in app.get("html"))


@pytest.fixture(autouse=True)
def nothing_made():
    briefings._files.clear()
    yield
    briefings.close()


def test_the_preview_begins_with_three_things_to_know(visit):
    app = visit("briefing", force="cleveland", to="2025-12")
    shown = preview_of(app)
    assert "Eight measures are flagged for the worse, five enduring and severe." in shown
    assert [title for title in TITLES.values() if f"<h2>{title}</h2>" in shown] == list(TITLES.values())
    assert '<img src="/download/peers.svg?force=cleveland&amp;measure=criminal-damage&amp;to=2025-12' in shown
    assert "about Cleveland" not in shown


def test_the_address_reproduces_the_choice(visit):
    sections = ["Three things to know", "Performance beside peers"]
    app = visit("briefing", force="kent", to="2024-12", peers="region", sections=sections, measures=["Shoplifting"])
    shown = preview_of(app)
    assert "Kent beside the other forces of the South East, year ending December 2024" in shown
    assert "<h2>Value for money</h2>" not in shown
    assert "Shoplifting" in shown
    assert "Bicycle theft" not in shown
    # A briefing without its own sources still tells them.
    assert "## Sources" in text_of(app)
    assert query_of(app)["peers"] == "region"


def test_no_section_chosen_shows_all_and_says_so(visit):
    app = visit("briefing", force="kent")
    app.multiselect(key="sections").set_value([]).run()
    assert not app.exception
    assert "until then all are shown" in app.info[0].value
    assert "<h2>Questions for the Chief Constable</h2>" in preview_of(app)


@pytest.mark.parametrize("force", ["city-of-london", "gwent", "metropolitan"])
@pytest.mark.parametrize("to", ["2013-03", "2019-09"])
def test_other_forces_and_old_quarters_open(visit, force, to):
    app = visit("briefing", force=force, to=to)
    assert SNAPSHOT.forces[force].name in preview_of(app)


def test_a_measure_that_an_old_quarter_does_not_have_is_left_out(visit):
    app = visit("briefing", force="kent", to="2013-03", measures="Residential burglary")
    assert not app.exception
    assert "Kent" in preview_of(app)


@pytest.mark.parametrize(
    "query", [{"sections": "<script>"}, {"measures": "../../x"}, {"to": "9999-99"}, {"peers": "'"}]
)
def test_a_hostile_address_shows_the_usual_briefing(visit, query):
    app = visit("briefing", force="kent", **query)
    assert "<h2>Three things to know</h2>" in preview_of(app)


def test_documents_are_made_when_asked_for_and_then_offered(visit):
    app = visit("briefing", force="kent", to="2025-12")
    assert "Speaking notes:" not in text_of(app)
    app.button[0].click().run()
    assert not app.exception
    for future in list(briefings._files.values()):
        future.result()
    app.run()
    assert "[Word](/documents/briefing.docx?force=kent&to=2025-12&peers=similar)" in text_of(app)
    assert "[PDF](/documents/speaking-notes.pdf?force=kent&to=2025-12&peers=similar)" in text_of(app)


def test_a_full_queue_is_told_politely(visit, monkeypatch):
    monkeypatch.setattr(briefings, "MOST_WAITING", 0)
    app = visit("briefing", force="kent")
    app.button[0].click().run()
    assert "Many documents are being made just now" in app.warning[0].value
    app.run()
    assert not app.warning
