"""Chart specifications: valid, without figures in them, and drawable to files."""

import altair as alt
import pytest

import comparator
from comparator.analysis.comparison import compare
from comparator.analysis.trend import surroundings, trend
from comparator.charts import comparison, render
from comparator.charts import trend as trends
from comparator.charts.theme import MODES

SNAPSHOT = comparator.open_snapshot()


def all_charts(mode, force="cleveland", measure="rape"):
    definition, forces = SNAPSHOT.measures[measure], SNAPSHOT.forces
    result = compare(SNAPSHOT, force=force, measure=measure)
    found = trend(SNAPSHOT, force=force, measure=measure)
    around = surroundings(SNAPSHOT, found, [peer.force for peer in result.peers])
    caveats = [SNAPSHOT.caveats[name] for name in found.caveats]
    return {
        "peers": comparison.peers_chart(result, definition, forces, mode),
        "all forces": comparison.all_forces_chart(result, definition, forces, mode),
        "funnel": comparison.funnel_chart(result, definition, forces, mode),
        "years": trends.years_chart(found, around, definition, forces, caveats, mode),
        "control": trends.control_chart(found, definition, forces, caveats, mode),
    }


@pytest.mark.parametrize("mode", MODES)
def test_every_specification_is_valid_vega_lite_and_holds_no_figures(mode):
    for name, chart in all_charts(mode).items():
        alt.LayerChart.from_dict(dict(chart.spec), validate=True)
        assert "datasets" not in chart.spec, name
        assert set(chart.rows) == {
            layer["data"]["name"] for layer in chart.spec["layer"] if "name" in layer.get("data", {})
        } | ({chart.spec["data"]["name"]} if "name" in chart.spec.get("data", {}) else set()), name


@pytest.mark.parametrize("mode", MODES)
def test_specifications_are_built_once_and_shared_between_selections(mode):
    first, second = all_charts(mode), all_charts(mode, "kent", "shoplifting")
    for name, chart in first.items():
        assert second[name].spec is chart.spec, name
        assert second[name].rows != chart.rows, name


def test_every_chart_can_be_drawn_to_svg_and_png_without_a_browser():
    for name, chart in all_charts("light").items():
        specification = render.standalone(chart, f"Title of {name}", "Source of it")
        assert f"Title of {name}".encode() in render.svg(specification)
        assert render.png(specification).startswith(b"\x89PNG")


def test_no_text_alternative_lacks_its_figures():
    for measure in SNAPSHOT.measures:
        for chart in all_charts("light", "gwent", measure).values():
            assert "None" not in chart.alt
            assert "nan" not in chart.alt
            assert any(letter.isdigit() for letter in chart.alt)
