"""The charts and the table of a Value for Money profile: valid, without figures in them, true to the profile."""

import re
from dataclasses import replace
from html import unescape

import altair as alt
import pytest

import comparator
from comparator.analysis import value_findings, words
from comparator.analysis.value_for_money import NET, Point, group_values, value_for_money
from comparator.charts import render
from comparator.charts.theme import MODES
from comparator.charts.value_for_money import _label_heights, projector_chart
from comparator.charts.value_table import PARTS, value_table
from comparator.ui import value_views

SNAPSHOT = comparator.open_snapshot()


def views(force, mode="light", year="2024-25"):
    found = value_for_money(SNAPSHOT, force=force, year=year)
    return {
        name: value_views.draw(name, SNAPSHOT, found, across=NET, up="charge-or-summons-rate", mode=mode)
        for name in value_views.VIEWS
    }


def projected(force, measure=NET, mode="light"):
    found = value_for_money(SNAPSHOT, force=force)
    line = found.line(measure)
    values = group_values(SNAPSHOT, found, line)
    return projector_chart(line, values, SNAPSHOT.measures[measure], SNAPSHOT.forces, force, mode)


@pytest.mark.parametrize("mode", MODES)
def test_every_specification_is_valid_shared_and_holds_no_figures(mode):
    charts = [*(view.chart for view in views("kent", mode).values()), projected("kent", mode=mode)]
    others = [*(view.chart for view in views("essex", mode).values()), projected("essex", mode=mode)]
    for chart, other in zip(charts, others, strict=True):
        alt.LayerChart.from_dict(dict(chart.spec), validate=True)
        assert "datasets" not in chart.spec
        assert chart.spec is other.spec
        assert chart.rows != other.rows
        assert chart.alt.endswith(".")


def test_differences_come_largest_first_with_their_signs():
    chart = views("cleveland")["differences"].chart
    assert [row["label"] for row in chart.rows["lines"]] == [
        "Net police spending|+£15.9m",
        "Income|−£12.7m",
        "Spending other than pay|+£6.2m",
        "Gross police spending|+£3.2m",
        "Spending on pay|−£3.0m",
    ]
    assert "Net police spending +£15.9m" in chart.alt


def test_a_quadrant_marks_the_force_and_has_the_averages_as_cross_hairs():
    chart = views("cleveland")["results"].chart
    assert [row["name"] for row in chart.rows["points"] if row["own"]] == ["Cleveland"]
    (context,) = chart.rows["context"]
    line = value_for_money(SNAPSHOT, force="cleveland").line(NET)
    assert context["across"] == line.peers_average
    assert context["across_label"] == "Net police spending, £ per person →"


def test_names_of_points_beside_each_other_are_set_apart():
    points = [Point("a", 10.0, 5.0), Point("b", 10.1, 5.01), Point("c", 20.0, 5.0), Point("d", 15.0, 9.0)]
    heights = _label_heights(points)
    assert heights["a"] == 5.0
    assert heights["b"] == pytest.approx(5.0 + 4 * 0.05)
    assert heights["c"] == 5.0
    assert _label_heights([]) == {}


def test_years_without_figures_break_the_line_and_are_told():
    found = value_for_money(SNAPSHOT, force="dorset")
    chart = value_views.draw("years", SNAPSHOT, found, across=NET, up=NET, mode="light").chart
    rows = {row["year"]: row for row in chart.rows["years"]}
    assert rows["2016-17"]["force"] is None
    assert rows["2016-17"]["shown"] == "not available"
    assert rows["2015-16"]["force"] > 0
    assert "from £" in chart.alt


def test_a_force_without_figures_is_not_offered_their_pictures():
    offered = {
        force: value_views.offered(SNAPSHOT, value_for_money(SNAPSHOT, force=force))
        for force in ("kent", "gwent", "city-of-london")
    }
    assert offered == {"kent": list(value_views.VIEWS), "gwent": ["years"], "city-of-london": []}


def test_bars_for_a_projector_come_highest_first_with_their_figures():
    chart = projected("cleveland")
    assert chart.rows["forces"][0]["name"] == "Merseyside £330.95"
    assert [row["name"] for row in chart.rows["forces"] if row["own"]] == ["Cleveland £318.73"]
    assert chart.rows["context"][0]["label"] == "group average £292.31"


@pytest.mark.parametrize("name", value_views.VIEWS)
def test_every_picture_can_be_drawn_without_a_browser(name):
    view = views("kent")[name]
    drawn = render.svg(render.standalone(view.chart, view.title, "a note", None)).decode()
    assert drawn.startswith("<svg")
    assert "Kent" in drawn or name == "differences"


class TestTable:
    def rows(self, force, snapshot=SNAPSHOT):
        found = value_for_money(snapshot, force=force)
        html = value_table(snapshot, found, dark=False)
        return found, html, re.findall(r'<tr class="depth(\d)">(.*?)</tr>', html, re.DOTALL)

    @pytest.mark.parametrize("force", SNAPSHOT.forces)
    def test_every_line_stands_in_its_part_with_its_figure_or_the_reason(self, force):
        found, html, rows = self.rows(force)
        assert len(rows) == len(found.lines)
        assert [title for title in PARTS.values() if title in html] == list(PARTS.values())
        for line, (_, row) in zip(found.lines, rows, strict=True):
            measure = SNAPSHOT.measures[line.measure]
            text = unescape(row)
            assert measure.title in text
            if line.value is not None:
                assert f'<td class="number own">{value_findings.figure(line.value, measure)}</td>' in text
            elif line.numerator is None:
                assert value_findings.missing(line, SNAPSHOT.caveats) in text
            assert ("highest tenth" in text) == (line.outlier == "high")
            assert ("lowest tenth" in text) == (line.outlier == "low")

    def test_parts_are_indented_below_their_whole(self):
        found, _, rows = self.rows("kent")
        depths = {line.measure: int(depth) for line, (depth, _) in zip(found.lines, rows, strict=True)}
        assert depths["net-police-spending"] == 0
        assert depths["gross-police-spending"] == depths["income-from-fees-and-other-bodies"] == 1
        assert depths["spending-on-pay"] == 2

    def test_headings_have_their_scope_and_text_from_data_is_escaped(self):
        forces = {**SNAPSHOT.forces, "kent": replace_name(SNAPSHOT.forces["kent"], "<b>Kent</b> & Co")}
        _, html, _ = self.rows("kent", replace(SNAPSHOT, forces=forces))
        assert "<b>Kent" not in html
        assert "&lt;b&gt;Kent&lt;/b&gt; &amp; Co" in html
        assert len(re.findall(r'<th scope="(?:col|row|rowgroup)"', html)) == len(re.findall("<th", html)) - 1

    def test_england_is_not_set_beside_a_figure_of_the_whole_force(self):
        _, _, rows = self.rows("city-of-london")
        assert words.pounds(284.72, 2) not in rows[0][1]


def replace_name(force, name):
    return force.model_copy(update={"name": name})
