"""The Home page."""

import comparator
from comparator.analysis.comparison import compare

from .conftest import query_of, text_of

SNAPSHOT = comparator.open_snapshot()


def test_four_headline_figures_of_the_chosen_force_are_those_of_the_comparison(visit):
    app = visit("home", force="cleveland")
    expected = [
        f"{compare(SNAPSHOT, force='cleveland', measure=measure).value:.1f}"
        for measure in ("all-crime-excluding-fraud", "violence-with-injury", "residential-burglary", "shoplifting")
    ]
    assert [metric.value for metric in app.metric] == expected
    assert "Cleveland in the year ending December 2025" in app.header[0].value


def test_choosing_a_force_changes_the_page_and_the_address(visit):
    app = visit("home")
    app.selectbox(key="choose_force").set_value("gwent").run()
    assert query_of(app)["force"] == "gwent"
    assert "Gwent" in app.header[0].value


def test_city_of_london_shows_counts(visit):
    app = visit("home", force="city-of-london")
    assert app.metric[0].value == "8,656"
    assert "Shown on its own, not compared" in text_of(app)


def test_the_chosen_force_is_kept_on_the_way_to_compare(visit):
    app = visit("home")
    app.selectbox(key="choose_force").set_value("gwent").run()
    app.query_params.clear()
    app.switch_page("../../pages/compare.py").run()
    assert not app.exception
    assert app.header[0].value.startswith("Gwent")
