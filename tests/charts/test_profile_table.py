"""The profile as HTML, and the file of its small pictures."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest

import comparator
from comparator.analysis import words
from comparator.analysis.profile import arranged, profile
from comparator.charts.profile_strips import profile_strips
from comparator.charts.profile_table import profile_table

SNAPSHOT = comparator.open_snapshot()
SVG = "{http://www.w3.org/2000/svg}"


class Table(HTMLParser):
    """The cells of each row, the links and the pictures of a table."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.links, self.pictures, self.tags = [], [], [], set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
        elif tag == "a":
            self.links.append(dict(attributes)["href"])
        elif tag == "img":
            self.pictures.append(dict(attributes))

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] = (self.rows[-1][-1] + data).strip()


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def table(force, snapshot=SNAPSHOT, *, by_theme=True, order="theme"):
    found = profile(snapshot, force=force)
    lines = arranged(found.lines, order)
    query = {"force": force, "peers": "region"}
    html = profile_table(snapshot, found, lines, query, "/strips/x.svg?a=1&b=2", by_theme=by_theme, dark=False)
    return found, Table(html)


@pytest.mark.parametrize("force", SNAPSHOT.forces)
def test_every_measure_has_a_row_with_its_figures_in_words(force):
    found, shown = table(force)
    rows = {row[0]: row for row in shown.rows}
    for line in found.lines:
        measure = SNAPSHOT.measures[line.measure]
        row = rows[measure.title]
        if force == "city-of-london":
            assert row[1] == words.count(line.numerator)
            assert len(row) == 4
            continue
        assert row[1] == words.rate(line.value, measure.decimals)
        assert row[3] == (f"{line.rank} of {line.of}" if line.rank else "")
        verdict = (line.verdict_peers or "not compared").replace("-", " ")
        assert row[4].lstrip("▲▼ ") == verdict
        assert row[5].lstrip("▲▼ ") == {
            "far-above": "very high", "above": "high", "typical": "typical", "below": "low", "far-below": "very low",
        }[line.verdict_all]  # fmt: skip
        assert words.signed(line.change_on_year_percent) in row[6]
    assert not re.search(r"None|nan", " ".join(cell for row in shown.rows for cell in row))


def test_rows_stand_under_their_themes_or_in_the_order_asked_for():
    _, by_theme = table("kent")
    themes = [row[0] for row in by_theme.rows if len(row) == 1]
    assert themes == [theme.title for theme in SNAPSHOT.themes.values() if theme.title in themes]
    assert "Robbery" in themes
    found, by_change = table("kent", by_theme=False, order="change")
    assert [row[0] for row in by_change.rows[1:]] == [
        SNAPSHOT.measures[line.measure].title for line in arranged(found.lines, "change")
    ]


def test_a_row_leads_to_compare_and_trends_with_the_selection():
    found, shown = table("kent")
    targets = [(urlsplit(link).path, parse_qs(urlsplit(link).query)) for link in shown.links]
    expected = {"force": ["kent"], "peers": ["region"]}
    for line in found.lines:
        for page in ("compare", "trends"):
            assert (page, {**expected, "measure": [line.measure]}) in targets
    assert len(targets) == 2 * len(found.lines)


def test_names_from_the_data_cannot_become_markup():
    hostile = SNAPSHOT.measures["rape"].model_copy(update={"title": "<script>alert(1)</script>"})
    snapshot = replace(SNAPSHOT, measures={**SNAPSHOT.measures, "rape": hostile})
    _, shown = table("kent", snapshot)
    assert "script" not in shown.tags
    assert any(row[0] == "<script>alert(1)</script>" for row in shown.rows)


def test_every_picture_is_in_the_file_and_has_a_text_alternative():
    found, shown = table("kent")
    views = {view.get("id") for view in parsed(profile_strips(found, "light")).iter(f"{SVG}view")}
    named = {urlsplit(picture["src"]).fragment for picture in shown.pictures}
    assert named == views
    assert len(named) == 2 * len(found.lines)
    line = next(line for line in found.lines if line.measure == "rape")
    alternative = next(picture["alt"] for picture in shown.pictures if picture["src"].endswith("#rape"))
    assert f"Kent {line.value:.2f}, group average {line.group_average:.2f}" in alternative


def test_a_strip_marks_the_force_its_peers_the_others_and_the_average_at_their_places():
    found = profile(SNAPSHOT, force="cleveland", period="2025-12")
    root = parsed(profile_strips(found, "light"))
    position = [line.measure for line in found.lines].index("criminal-damage")
    line, strip = found.lines[position], root.findall(f"{SVG}g")[2 * position]
    others, peers, average, own = (
        [float(place) for place in re.findall(r"M([\d.]+) ", path.get("d"))] for path in strip.findall(f"{SVG}path")
    )
    # Cleveland is the highest of all, so its mark stands at the right end: 4 + 200.
    assert own == [204.0]
    assert len(peers) == 7
    assert min(others) == 4.0
    lowest = min(line.others)
    assert average == [pytest.approx(4 + (line.group_average - lowest) / (line.value - lowest) * 200, abs=0.06)]


@pytest.mark.parametrize("force", ["city-of-london", "kent"])
@pytest.mark.parametrize("period", ["2013-03", "2025-12"])
def test_pictures_can_be_drawn_of_the_first_and_the_newest_period(force, period):
    found = profile(SNAPSHOT, force=force, period=period)
    content = profile_strips(found, "dark")
    assert "nan" not in content
    lines = parsed(content).findall(f".//{SVG}polyline")
    assert len(lines) == (0 if period == "2013-03" else len(found.lines))
