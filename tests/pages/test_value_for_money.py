"""The Value for Money page, run by Streamlit's own test runner."""

import re
from html import unescape

import pytest

import comparator
from comparator.analysis.value_for_money import value_for_money
from comparator.catalogue import CITY_OF_LONDON

from .conftest import query_of, text_of

SNAPSHOT = comparator.open_snapshot()
WHAT_IF = "What if a line came to something else?"
WELSH = [force.id for force in SNAPSHOT.forces.values() if force.country == "Wales"]
ENGLISH = [force.id for force in SNAPSHOT.forces.values() if force.country == "England" and force.id != CITY_OF_LONDON]


def table(app):
    """Return the profile's rows: a title, then the cells."""
    (markup,) = [
        element.proto.body for element in app.main if element.type == "html" and "<table>" in element.proto.body
    ]
    rows = re.findall(r'<tr class="depth\d">(.*?)</tr>', markup, re.DOTALL)
    return {
        unescape(re.search(r"<th[^>]*>(.*?) <span", row)[1]): [
            unescape(re.sub("<[^>]+>", "", cell)).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        ]
        for row in rows
    }


def press(app, label):
    next(button for button in app.button if button.label == label).click().run()


def test_the_page_begins_with_what_was_spent_for_every_person(visit):
    app = visit("value_for_money", force="cleveland")
    assert app.header[0].value == "Cleveland spent £319 on policing for every person in 2024-25"
    told = text_of(app)
    assert "Cleveland spent £191.4 million net on policing in 2024-25." in told
    assert "It is £26 more than the average of Cleveland and six of seven similar forces" in told


def test_each_line_tells_force_group_england_difference_and_rank(visit):
    rows = table(visit("value_for_money", force="cleveland"))
    assert list(rows) == [SNAPSHOT.measures[name].title for name in SNAPSHOT.value_lines]
    assert rows["Net police spending"] == [
        "£318.73", "£292.31", "£284.72", "+£26.43", "+£15.9 million", "3 of 38", "▲ highest tenth",
    ]  # fmt: skip
    assert rows["Police officers"][4:] == ["−27 officers", "9 of 42", "no"]


@pytest.mark.parametrize("force", ENGLISH[::6])
def test_an_english_force_has_a_figure_wherever_one_is_published(visit, force):
    rows = table(visit("value_for_money", force=force))
    missing = [title for title, cells in rows.items() if len(cells) == 1]
    gaps = ["Council-tax precept", "Central government grant", "Reserves"]
    if force == "greater-manchester":
        gaps += ["Police staff", "Police community support officers"]
    assert missing == gaps


@pytest.mark.parametrize("force", WELSH[:2])
def test_a_welsh_force_is_told_why_its_spending_is_missing(visit, force):
    app = visit("value_for_money", force=force)
    assert app.header[0].value == f"What {SNAPSHOT.forces[force].name} spent in 2024-25 is not available"
    rows = table(app)
    assert rows["Net police spending"] == ["Not available. No spending of Welsh forces."]
    assert len(rows["Police officers"]) == len(rows["Charge or summons rate"]) == 7
    assert app.segmented_control[0].options == ["Over the years"]
    assert not app.expander or WHAT_IF not in [expander.label for expander in app.expander]


def test_city_of_london_shows_totals_without_comparing_them(visit):
    app = visit("value_for_money", force=CITY_OF_LONDON)
    assert app.header[0].value == "City of London is shown on its own"
    assert table(app)["Net police spending"] == ["£222.8 million", "", "", "", "", "", ""]
    assert not app.segmented_control


def test_the_metropolitan_police_has_figures_of_policing_alone(visit):
    assert table(visit("value_for_money", force="metropolitan"))["Net police spending"][0] == "£482.48"


@pytest.mark.parametrize("year", ["2007-08", "2016-17", "2023-24", "2025-26"])
def test_any_year_opens_with_its_own_figures(visit, year):
    app = visit("value_for_money", force="kent", year=year)
    found = value_for_money(SNAPSHOT, force="kent", year=year)
    rows = table(app)
    for line in found.lines:
        shown = rows[SNAPSHOT.measures[line.measure].title]
        assert shown[0].startswith("Not available") == (line.value is None)
    assert app.selectbox(key="year").value == year


@pytest.mark.parametrize(
    "view", ["Differences in pounds", "Spending and results", "Over the years", "What it is made of"]
)
def test_the_address_reproduces_a_picture(visit, view):
    app = visit("value_for_money", force="kent", picture=view, money="Spending on pay")
    assert app.segmented_control[0].value == {
        "Differences in pounds": "differences",
        "Spending and results": "results",
        "Over the years": "years",
        "What it is made of": "parts",
    }[view]  # fmt: skip
    if view in ("Spending and results", "Over the years"):
        assert app.subheader[0].value.startswith("Spending on pay")


@pytest.mark.parametrize(
    "query",
    [{"year": "1999"}, {"picture": "<script>"}, {"workshop": "perhaps", "line": "nothing"}, {"money": "../x"}],
)
def test_values_that_mean_nothing_fall_back(visit, query):
    app = visit("value_for_money", force="cleveland", **query)
    assert app.header[0].value == "Cleveland spent £319 on policing for every person in 2024-25"


def test_questions_are_those_of_the_lines_that_stand_out(visit):
    told = text_of(visit("value_for_money", force="cleveland"))
    for line in value_for_money(SNAPSHOT, force="cleveland").lines:
        declared = SNAPSHOT.value_lines[line.measure]
        asked = {"high": declared.above, "low": declared.below, None: ()}[line.outlier]
        for question in (*declared.above, *declared.below):
            assert (question in told) == (question in asked)


def test_what_if_begins_with_the_groups_average_and_tells_pounds_and_officers(visit):
    app = visit("value_for_money", force="cleveland")
    app.session_state["what_if"] = True
    app.run()
    assert app.number_input[0].value == 292.31
    assert "the difference would be £15.9 million a year less, as much as 126 officers cost" in text_of(app)
    app.number_input[0].set_value(300.0).run()
    assert "moved from £318.73 to £300.00 per person" in text_of(app)


def test_outcomes_by_offence_group_are_shown_on_request_where_they_are_known(visit):
    app = visit("value_for_money", force="kent")
    assert [expander.label for expander in app.expander] == [WHAT_IF, "What became of the crimes recorded in 2024-25"]
    app.session_state["outcomes"] = True
    app.run()
    (table_of_groups,) = app.table
    shown = dict(zip(table_of_groups.value["Offence group"], table_of_groups.value["Recorded"], strict=True))
    known = SNAPSHOT.outcomes_by_group["2025-03", "kent"]
    assert shown == {group: f"{sum(outcomes.values()):,}" for group, outcomes in known.items()}
    earlier = visit("value_for_money", force="kent", year="2023-24")
    assert [expander.label for expander in earlier.expander] == [WHAT_IF]


def test_a_workshop_steps_by_line_and_by_force_and_keeps_the_step(visit):
    app = visit("value_for_money", force="cleveland", workshop="true", line="Police officers")
    assert app.header[0].value == "Police officers: 2.53 per 1,000 people"
    assert not app.number_input
    press(app, "Next line")
    assert app.header[0].value.startswith("Police staff: ")
    press(app, "Next force")
    assert app.header[0].value.startswith("Police staff: ")
    assert query_of(app)["force"] == "cumbria"
    assert query_of(app)["line"] == "Police staff"


def test_every_line_of_every_kind_of_force_can_be_stepped_to(visit):
    for force in ("metropolitan", "dyfed-powys", CITY_OF_LONDON):
        app = visit("value_for_money", force=force, workshop="true")
        for _ in SNAPSHOT.value_lines:
            press(app, "Next line")
            assert not app.exception
        assert app.selectbox(key="line").value == next(iter(SNAPSHOT.value_lines))
