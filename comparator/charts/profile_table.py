"""The profile as one HTML table with a strip and a line in each row.

A table rather than a chart: it is read by screen readers, prints, wraps on a phone, and goes out as one element.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from comparator.analysis import findings, words
from comparator.analysis.profile import Line, Profile
from comparator.catalogue import CITY_OF_LONDON, Force, Measure
from comparator.charts.profile_strips import has_line, has_strip
from comparator.snapshot import Snapshot

_TEMPLATE = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
).get_template("profile_table.html")

_AGAINST_PEERS = {
    "far-above": ("▲▲", "far above"),
    "above": ("▲", "above"),
    "in-line": ("", "in line"),
    "below": ("▼", "below"),
    "far-below": ("▼▼", "far below"),
    None: ("", "not compared"),
}
_AMONG_ALL = {
    "far-above": ("▲▲", "very high"),
    "above": ("▲", "high"),
    "typical": ("", "typical"),
    "below": ("▼", "low"),
    "far-below": ("▼▼", "very low"),
    None: ("", "not compared"),
}
_CHANGES = {
    "rising": ("▲", "rising"),
    "falling": ("▼", "falling"),
    "no-real-change": ("", "no real change"),
    "too-short": ("", "too short to judge"),
}


def profile_table(
    snapshot: Snapshot,
    profile: Profile,
    lines: Sequence[Line],
    query: Mapping[str, str],
    strips: str,
    *,
    by_theme: bool,
    dark: bool,
) -> str:
    """Return these lines of a profile as HTML, its text escaped.

    `query` is what links carry besides the measure, `strips` the address of the file with its pictures.
    """
    measures, themes = snapshot.measures, snapshot.themes
    own = snapshot.forces[profile.force]
    rows = [(measures[line.measure].theme, _row(line, measures[line.measure], own, query)) for line in lines]
    sections = (
        [
            {"title": theme.title, "rows": of_theme}
            for theme in themes.values()
            if (of_theme := [row for name, row in rows if name == theme.id])
        ]
        if by_theme
        else [{"title": "", "rows": [row for _, row in rows]}]
    )
    compared = profile.force != CITY_OF_LONDON
    units = {measures[line.measure].unit for line in lines}
    return _TEMPLATE.render(
        dark=dark,
        strips=strips,
        compared=compared,
        caption=f"{own.name}: {words.counted(len(lines), 'measure', 'measures')}",
        unit=_sentence_case(units.pop()) if compared and len(units) == 1 else "Recorded" if not compared else "Rate",
        group=findings.group_name(profile.basis, own),
        sections=sections,
    )


def _row(line: Line, measure: Measure, force: Force, query: Mapping[str, str]) -> dict[str, Any]:
    address = urlencode({**query, "measure": measure.id})
    change = line.change_on_year_percent
    return {
        "id": measure.id,
        "title": measure.title,
        "compare": f"compare?{address}",
        "trends": f"trends?{address}",
        "figure": _figure(line, measure),
        "strip": _strip_in_words(line, measure, force) if has_strip(line) else "",
        "rank": "" if line.rank is None else f"{line.rank} of {line.of}",
        "against_peers": _AGAINST_PEERS[line.verdict_peers],
        "side": _side(line.verdict_peers, measure),
        "among_all": _AMONG_ALL[line.verdict_all],
        "side_all": _side(line.verdict_all, measure),
        "change": "" if change is None else words.signed(change),
        "change_verdict": _CHANGES[line.change],
        "line": _line_in_words(line, measure) if has_line(line) else "",
    }


def _figure(line: Line, measure: Measure) -> str:
    if line.value is not None:
        return words.rate(line.value, measure.decimals)
    return "not available" if line.numerator is None else words.count(line.numerator)


def _side(verdict: str | None, measure: Measure) -> str:
    """Return the class of a verdict's cell: coloured only where the measure says which side is worse."""
    higher = verdict in ("above", "far-above")
    if verdict in (None, "in-line", "typical") or measure.polarity == "neutral":
        return "plain"
    return "worse" if higher == (measure.polarity == "higher-worse") else "better"


def _strip_in_words(line: Line, measure: Measure, force: Force) -> str:
    everyone = [*line.peers, *line.others, line.value or 0.0]
    marked = [
        ("Lowest", min(everyone)),
        ("highest", max(everyone)),
        (force.name, line.value),
        ("group average", line.group_average),
    ]
    return ", ".join(f"{name} {words.rate(value, measure.decimals)}" for name, value in marked if value is not None)


def _line_in_words(line: Line, measure: Measure) -> str:
    known = [value for value in line.recent if value is not None]
    decimals = 0 if line.value is None else measure.decimals
    return f"from {words.rate(known[0], decimals)} to {words.rate(known[-1], decimals)}"


def _sentence_case(text: str) -> str:
    return text[0].upper() + text[1:]
