"""The Home page."""

import json

import pyarrow as pa
import pytest

import comparator
from comparator.analysis import findings
from comparator.analysis.profile import profile

from .conftest import query_of, text_of

SNAPSHOT = comparator.open_snapshot()


def test_it_says_in_three_sentences_what_stands_out_for_the_chosen_force(visit):
    app = visit("home", force="cleveland")
    finding = findings.of_profile(profile(SNAPSHOT, force="cleveland"), SNAPSHOT.measures, SNAPSHOT.forces["cleveland"])
    assert app.header[0].value == finding.headline
    assert len(finding.sentences) == 3
    for sentence in finding.sentences:
        assert sentence in text_of(app)


@pytest.mark.parametrize("force", SNAPSHOT.forces)
def test_every_force_opens(visit, force):
    assert SNAPSHOT.forces[force].name in visit("home", force=force).header[0].value


def test_choosing_a_force_changes_the_page_and_the_address(visit):
    app = visit("home")
    app.selectbox(key="choose_force").set_value("gwent").run()
    assert query_of(app)["force"] == "gwent"
    assert "Gwent" in app.header[0].value


def test_the_map_outlines_the_chosen_force_and_fetches_its_shapes_by_address(visit):
    proto = visit("home", force="kent").get("vega_lite_chart")[0].proto
    rows = {data.name: pa.ipc.open_stream(data.data.data).read_all().to_pylist() for data in proto.datasets}
    assert [row["force"] for row in rows["forces"] if row["chosen"]] == ["kent"]
    assert json.loads(proto.spec)["data"]["url"].startswith("/assets/areas-")


def test_the_country_is_told_by_its_largest_real_changes(visit):
    app = visit("home", force="kent", to="2025-12")
    assert "Really rising: business robbery (+78.2% on a year before, rising in 39 of 42 forces)" in text_of(app)
    table = app.table[0].value
    assert table["Measure"].iloc[0] == "Business robbery"
    assert table["Forces rising, falling"].iloc[0] == "39, 0"
    assert table["Furthest"].iloc[0] == "Hampshire +409.0%"


def test_it_says_how_new_the_figures_are_and_how_to_read_them(visit):
    text = text_of(visit("home"))
    assert "They run to December 2025 and were published by the Home Office on 23 April 2026." in text
    assert "How to read this site in 30 seconds" in text


def test_the_chosen_force_is_kept_on_the_way_to_compare(visit):
    app = visit("home")
    app.selectbox(key="choose_force").set_value("gwent").run()
    app.query_params.clear()
    app.switch_page("../../pages/compare.py").run()
    assert not app.exception
    assert app.header[0].value.startswith("Gwent")


def test_a_measure_and_period_chosen_elsewhere_are_kept_in_the_address(visit):
    app = visit("home", force="kent", measure="rape", to="2020-12", peers="region")
    assert query_of(app) == {
        "force": "kent", "measure": "rape", "peers": "region", "window": "year", "to": "2020-12",
    }  # fmt: skip
