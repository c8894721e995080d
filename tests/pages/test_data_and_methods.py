"""The Data and methods page: every measure, source, method and known problem, and the files."""

import pytest

import comparator
from comparator.analysis.data_findings import NOT_PUBLISHED

from .conftest import text_of

SNAPSHOT = comparator.open_snapshot()


def html_of(app):
    return "".join(element.proto.body for element in app.get("html"))


def test_it_begins_with_how_much_there_is_and_from_whom(visit):
    text = text_of(visit("data_and_methods"))
    assert f"## {len(SNAPSHOT.measures)} measures of 43 police forces" in text
    assert "Home Office, Office for National Statistics" in text
    assert SNAPSHOT.name in text


@pytest.mark.parametrize("theme", SNAPSHOT.themes)
def test_every_measure_is_defined_under_its_theme(visit, theme):
    shown = html_of(visit("data_and_methods", theme=SNAPSHOT.themes[theme].title))
    for measure in SNAPSHOT.measures.values():
        assert (f'<span class="id">{measure.id}</span>' in shown) == (measure.theme == theme)


def test_a_measure_tells_its_codes_its_population_and_what_to_beware_of(visit):
    shown = html_of(visit("data_and_methods", theme="Burglary"))
    assert "table offences: 28E, 28F, 28G, 28H" in shown
    assert "residents, by mid-year estimates" in shown
    assert "What the police record, not all crime" in shown


def test_every_source_stands_with_its_release_licence_and_hash(visit):
    shown = html_of(visit("data_and_methods", part="Sources"))
    for source in SNAPSHOT.sources.values():
        assert source.address.replace("&", "&amp;") in shown
        assert all(digest in shown for digest in source.files.values())
    assert "Open Government Licence v3.0" in shown
    assert "OGL-UK-3.0" not in shown


def test_the_methods_are_worked_with_live_figures(visit):
    app = visit("data_and_methods", part="Methods", force="cleveland", measure="residential-burglary", to="2025-12")
    text = text_of(app)
    assert "2,559 ÷ 600,369 × 1,000 = 4.262" in text
    assert "### Has it really changed?" in text
    app.selectbox(key="choose_force").set_value("gwent").run()
    assert "Residential burglary in Gwent" in text_of(app)


def test_every_known_problem_stands_on_the_time_line_and_what_is_missing_below(visit):
    app = visit("data_and_methods", part="Known problems")
    shown = html_of(app)
    assert all(caveat.title.replace("'", "&#39;") in shown for caveat in SNAPSHOT.caveats.values())
    dated = sum(caveat.first_month is not None for caveat in SNAPSHOT.caveats.values())
    assert shown.count('class="bar"') == dated
    assert all(what in text_of(app) for what, _ in NOT_PUBLISHED)


def test_every_table_is_offered(visit):
    app = visit("data_and_methods", part="Downloads", force="kent", measure="shoplifting")
    shown = html_of(app)
    for resource in SNAPSHOT.descriptor["resources"]:
        if "schema" in resource:
            assert f"/data/{SNAPSHOT.name}/{resource['name']}.parquet" in shown
    assert f"/data/{SNAPSHOT.name}/snapshot.zip" in text_of(app)
    assert f"/data/{SNAPSHOT.name}/observations.csv?area=kent" in text_of(app)


@pytest.mark.parametrize("query", [{"part": "<script>"}, {"theme": "../x"}, {"measure": "x", "part": "Methods"}])
def test_a_hostile_address_shows_the_usual_page(visit, query):
    app = visit("data_and_methods", **query)
    assert "measures of 43 police forces" in text_of(app)
