"""The Value for Money profile as one HTML table: a tree of spending, and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from comparator import periods
from comparator.analysis import words
from comparator.analysis.value_findings import figure, in_a_year, missing, when
from comparator.analysis.value_for_money import Line, ValueForMoney
from comparator.catalogue import ValueLine
from comparator.snapshot import Snapshot

_TEMPLATE = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
).get_template("value_table.html")

PARTS: Mapping[str, str] = {
    "spending": "Spending",
    "funding": "Funding and reserves",
    "people": "People",
    "demand": "Demand",
    "results": "Results",
}
FLAGS: Mapping[str | None, tuple[str, str]] = {
    "high": ("▲", "highest tenth"),
    "low": ("▼", "lowest tenth"),
    None: ("", ""),
}


def value_table(snapshot: Snapshot, profile: ValueForMoney, *, dark: bool) -> str:
    """Return the profile as HTML, its text escaped, by part, each line indented below the line it is a part of."""
    own = snapshot.forces[profile.force]
    rows = [(snapshot.value_lines[line.measure].part, _row(line, snapshot, profile)) for line in profile.lines]
    return _TEMPLATE.render(
        dark=dark,
        force=own.name,
        caption=f"{own.name}, {periods.describe(profile.year_end, 'financial-year')}",
        sections=[
            {"title": title, "rows": [row for part, row in rows if part == name]} for name, title in PARTS.items()
        ],
    )


def _row(line: Line, snapshot: Snapshot, profile: ValueForMoney) -> dict[str, Any]:
    measure = snapshot.measures[line.measure]
    mark, flag = FLAGS[line.outlier]
    shown = "" if line.value is None else figure(line.value, measure)
    if line.value is None and line.numerator is not None:
        shown = words.millions(line.numerator) if measure.kind == "money" else words.count(line.numerator)
    unit = measure.unit if line.value is not None or line.numerator is None else "in all"
    return {
        "title": measure.title,
        "unit": ", ".join(filter(None, (unit, when(line, profile)))),
        "depth": _depth(line.measure, snapshot.value_lines),
        "figure": shown,
        "missing": missing(line, snapshot.caveats),
        "group": "" if line.peers_average is None else figure(line.peers_average, measure),
        # Beside a figure of the whole force England's figure per head would be misread.
        "england": "" if line.england is None or line.value is None else figure(line.england, measure),
        "difference": "" if line.difference is None else words.with_sign(figure(line.difference, measure)),
        "total": in_a_year(line, measure),
        "rank": "" if line.rank is None else f"{line.rank} of {line.of}",
        "mark": mark,
        "flag": flag,
        "no_flag": "" if line.rank is None else "no",
    }


def _depth(measure: str, lines: Mapping[str, ValueLine]) -> int:
    above = lines[measure].under
    return 0 if above is None else 1 + _depth(above, lines)
