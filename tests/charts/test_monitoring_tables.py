"""Monitoring as HTML tables."""

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

import comparator
from comparator.analysis.cases import monitor, quarters_monitored
from comparator.analysis.monitoring import is_counted
from comparator.charts.monitoring_tables import case_list, matrix, timeline

SNAPSHOT = comparator.open_snapshot()
NEWEST = monitor(SNAPSHOT, period="2025-12")


class Table(HTMLParser):
    """The cells of each row, each with its text, its class and its link."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.tags = [], set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        given = dict(attributes)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append({"text": "", "class": given.get("class", ""), "link": ""})
        elif tag == "a" and self.rows:
            self.rows[-1][-1]["link"] = given["href"]

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1]["text"] = (self.rows[-1][-1]["text"] + data).strip()

    def row(self, name):
        """Return the first row that begins with a name."""
        return next(row for row in self.rows if row[0]["text"] == name)


def drawn(found=NEWEST, snapshot=SNAPSHOT, order="region"):
    return Table(matrix(snapshot, found, order=order, dark=False))


def test_every_force_has_a_cell_for_every_monitored_measure_and_each_case_its_severity_and_link():
    table = drawn()
    heads = [cell["text"] for cell in table.rows[0]]
    titles = {
        measure.short_title: measure for measure in SNAPSHOT.measures.values() if measure.id in SNAPSHOT.case_histories
    }
    flagged = {(case.force, case.measure): case for case in NEWEST.cases if case.severity}
    forces = {force.name: force.id for force in SNAPSHOT.forces.values()}
    shown = [row for row in table.rows[1:] if row[0]["text"] in forces and len(row) > 1]
    assert len(shown) == 42
    for row in shown:
        force = forces[row[0]["text"]]
        assert len(row) == len(heads) == 2 + 27
        for head, cell in zip(heads[2:], row[2:], strict=True):
            case = flagged.get((force, titles[head].id))
            assert cell["text"] == (str(case.severity) if case else "")
            assert (" e" in cell["class"]) == (case is not None and case.status == "enduring")
            if case and is_counted(titles[head]):
                assert parse_qs(urlsplit(cell["link"]).query) == {"force": [force], "measure": [titles[head].id]}


def test_totals_are_those_of_the_cases_that_are_counted_with_those_by_chance_below():
    table = drawn()
    counted = [case for case in NEWEST.cases if case.severity and is_counted(SNAPSHOT.measures[case.measure])]
    assert table.row("Cleveland")[1]["text"] == str(sum(case.force == "cleveland" for case in counted)) == "8"
    totals = table.row("Cases")
    assert totals[1]["text"] == str(len(counted)) == "213"
    by_chance = next(tally.by_chance for tally in NEWEST.tallies if tally.kind == "flagged")
    assert table.row("By chance")[1]["text"] == f"{by_chance:.0f}"
    heads = [cell["text"] for cell in table.rows[0]]
    assert totals[heads.index("Shoplifting")]["text"] == str(sum(case.measure == "shoplifting" for case in counted))


def test_forces_stand_by_region_or_with_the_most_cases_first():
    regions = [row[0]["text"] for row in drawn().rows if len(row) == 1]
    assert regions == sorted({force.region for force in SNAPSHOT.forces.values() if force.id != "city-of-london"})
    numbers = [int(row[1]["text"]) for row in drawn(order="cases").rows[1:43]]
    assert numbers == sorted(numbers, reverse=True)


def test_a_replayed_quarter_links_to_that_quarter():
    table = drawn(monitor(SNAPSHOT, period="2019-03"))
    links = [cell["link"] for row in table.rows for cell in row if cell["link"]]
    assert links
    assert all("to=2019-03" in link for link in links)


@pytest.mark.parametrize("period", ["2013-03", "2017-03", "2025-12"])
def test_a_timeline_has_a_row_for_each_measure_and_a_cell_for_each_quarter(period):
    table = Table(timeline(SNAPSHOT, "cleveland", period, dark=False))
    ends = [end for end in quarters_monitored(SNAPSHOT) if end <= period]
    history = SNAPSHOT.case_histories["shoplifting"]
    row = table.row("Shoplifting")
    assert len(row) == len(ends) + 2
    column = history.column["cleveland"]
    assert [cell["text"] for cell in row[1:-1]] == [str(history.severity[history.row[end], column]) for end in ends]
    assert row[-1]["text"] == f"{history.status[history.row[period], column]}, {len(ends)}"


def test_a_timeline_marks_good_news_and_quarters_before_a_measure_began():
    table = Table(timeline(SNAPSHOT, "cleveland", "2025-12", dark=False))
    kinds = Counter(cell["class"] for cell in table.row("Residential burglary")[1:-1])
    assert kinds["none"] == 20
    assert kinds["b"] > 0
    assert table.row("Residential burglary")[-1] == {"text": "for the better", "class": "now better", "link": ""}


def test_a_list_of_cases_says_why_each_is_flagged():
    grave = tuple(case for case in NEWEST.cases if (case.force, case.measure) == ("gwent", "arson"))
    table = Table(case_list(SNAPSHOT, grave, "Cases", with_force=True, dark=True))
    cells = [cell["text"] for cell in table.rows[1]]
    assert cells == [
        "Gwent", "Arson", "3 of 3", "Enduring, since June 2017",
        "stands out among all forces, far beyond similar forces", "3.62✓",
    ]  # fmt: skip


def test_names_from_the_data_cannot_become_markup():
    hostile = SNAPSHOT.measures["rape"].model_copy(update={"short_title": "<script>", "title": "<script>"})
    snapshot = replace(SNAPSHOT, measures={**SNAPSHOT.measures, "rape": hostile})
    rape = tuple(case for case in NEWEST.cases if case.measure == "rape")
    for html in (
        matrix(snapshot, NEWEST, order="region", dark=False),
        timeline(snapshot, "kent", "2025-12", dark=False),
        case_list(snapshot, rape, "Cases", with_force=True, dark=False),
    ):
        assert "script" not in Table(html).tags
        assert "&lt;script&gt;" in html
