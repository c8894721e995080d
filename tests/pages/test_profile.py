"""The Force profile page."""

import re

import pytest

import comparator
from comparator.analysis.profile import profile

from .conftest import query_of, text_of

SNAPSHOT = comparator.open_snapshot()


def rows(app):
    """Return the titles of the measures that the table shows, in order."""
    html = "".join(element.proto.body for element in app.get("html"))
    return re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', html)


def test_the_page_begins_with_how_much_stands_out_and_where(visit):
    app = visit("profile", force="cleveland", to="2025-12")
    assert app.header[0].value == "Cleveland stands out on 13 of 31 measures"
    text = text_of(app)
    assert "Above the range expected of similar forces: criminal damage (13.7 against its group's 8.8)" in text
    assert "theft from the person (0.45 against its group's 0.72)" in text
    assert len(rows(app)) == 31


def test_only_what_stands_out_can_be_shown(visit):
    app = visit("profile", force="cleveland", to="2025-12")
    app.selectbox(key="show").set_value("differs").run()
    lines = profile(SNAPSHOT, force="cleveland", period="2025-12").lines
    assert rows(app) == [SNAPSHOT.measures[line.measure].title for line in lines if line.stands_out]
    app.selectbox(key="show").set_value("changes").run()
    assert rows(app) == [SNAPSHOT.measures[line.measure].title for line in lines if line.really_changed]


def test_the_largest_change_can_come_first(visit):
    app = visit("profile", force="cleveland", to="2025-12")
    app.selectbox(key="sort").set_value("change").run()
    assert rows(app)[0] == "Business robbery"
    assert not app.exception


def test_the_address_reproduces_choice_and_order(visit):
    app = visit("profile", force="cleveland", to="2025-12", show="Only what stands out", sort="Largest change first")
    assert len(rows(app)) == 13
    assert rows(app)[0] == "Miscellaneous crimes against society"
    assert query_of(app)["show"] == "Only what stands out"


def test_an_unknown_choice_in_the_address_falls_back(visit):
    app = visit("profile", force="cleveland", show="<script>", sort="nothing")
    assert len(rows(app)) == 31


@pytest.mark.parametrize("force", SNAPSHOT.forces)
def test_every_force_opens(visit, force):
    app = visit("profile", force=force, peers="region")
    assert SNAPSHOT.forces[force].name in app.header[0].value
    assert len(rows(app)) == 31


@pytest.mark.parametrize("query", [{"to": "2013-03"}, {"measure": "robbery-2003-to-2018", "to": "2005-03"}])
def test_early_periods_and_older_measures_open(visit, query):
    app = visit("profile", force="gwent", **query)
    assert "year ending March 2013" in "\n".join(header.value for header in [*app.header, *app.markdown])


def test_caveats_are_those_of_the_measures_shown(visit):
    assert "Counting rules changed in May 2023" in text_of(visit("profile", force="kent", to="2025-12"))
    assert "City of London has few residents" not in text_of(visit("profile", force="kent", to="2025-12"))
    assert "City of London has few residents" in text_of(visit("profile", force="city-of-london"))
