"""Chart specifications: valid, without figures in them, and drawable to files."""

import itertools

import altair as alt
import pytest

import comparator
from comparator.analysis.comparison import compare
from comparator.analysis.effects import SCALES, on_scale
from comparator.analysis.trend import YearSeries, surroundings, trend, year_series
from comparator.charts import comparison, render
from comparator.charts import trend as trends
from comparator.charts.effects import effects_chart
from comparator.charts.theme import MODES

SNAPSHOT = comparator.open_snapshot()


def named(force, peers, measure):
    return [
        trends.NamedSeries(SNAPSHOT.forces[area].name, year_series(SNAPSHOT, area, measure, "2025-12"), 2)
        for area in (force, *(peer.force for peer in peers[:4]))
    ]


def effects_of(force, mode):
    """Return another picture of effects for each force, as for any other chart."""
    scale = SCALES[len(force) % 2]
    return effects_chart(on_scale(SNAPSHOT.evidence.values(), scale), scale, mode, own="cctv")


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
        "lines": trends.lines_chart(named(force, result.peers, measure), None, "rates", caveats, mode),
        "panels": trends.panels_chart(named(force, result.peers, measure), forces[force].name, "rates", caveats, mode),
        "control": trends.control_chart(found, definition, forces, caveats, mode),
        "effects": effects_of(force, mode),
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
    for measure in SNAPSHOT.trend_verdicts:
        for chart in all_charts("light", "gwent", measure).values():
            assert "None" not in chart.alt
            assert "nan" not in chart.alt
            assert any(letter.isdigit() for letter in chart.alt)


def test_panels_share_one_scale_and_tell_the_force_from_the_others():
    chart = trends.panels_chart(
        [
            trends.NamedSeries("Kent", YearSeries("kent", "rape", ("2024-12", "2025-03"), (2.0, 4.0)), 1),
            trends.NamedSeries("Essex", YearSeries("essex", "rape", ("2024-12", "2025-03"), (None, 1.0)), 1),
        ],
        "Kent",
        "rates",
        (),
        "light",
    )
    assert [(row["order"], row["share"], row["shown"]) for row in chart.rows["rates"]] == [
        (0, 0.5, "2.0"),
        (0, 1.0, "4.0"),
        (1, 0.25, "1.0"),
    ]
    assert [(title["name"], title["own"]) for title in chart.rows["titles"]] == [("Kent", True), ("Essex", False)]
    assert "one scale from 0 to 4.0" in chart.alt
    assert "Kent from 2.0 to 4.0; Essex from 1.0 to 1.0." in chart.alt


def test_names_at_the_ends_of_lines_keep_apart():
    series = [
        YearSeries(name, "rape", ("2025-03",), (value,)) for name, value in (("a", 1.0), ("b", 1.01), ("c", 1.02))
    ]
    chart = trends.lines_chart([trends.NamedSeries(one.area, one, 2) for one in series], None, "rates", (), "light")
    places = [label["at"] for label in chart.rows["labels"]]
    assert all(upper - lower >= 0.05 for lower, upper in itertools.pairwise(places))
