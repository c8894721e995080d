"""Monitoring as HTML tables: forces by measures at a quarter, measures by quarters of a force, and lists of cases.

A severity stands in its cell as a digit, which screen readers tell; the style sheet shows it as a shape and a shade.
End tags that HTML does not need are left out, since hundreds of cells travel with a rerun.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from comparator import periods
from comparator.analysis import case_findings, words
from comparator.analysis.cases import Case, Monitoring, quarters_monitored
from comparator.analysis.comparison import compared_forces
from comparator.analysis.monitoring import is_counted
from comparator.catalogue import Measure
from comparator.snapshot import Snapshot

Order = Literal["region", "cases"]

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=False
)
_MATRIX, _TIMELINE, _CASES = (
    _TEMPLATES.get_template(f"monitoring_{name}.html") for name in ("matrix", "timeline", "cases")
)
_UNKNOWN = Markup('<td class="none">')
_COURSE_CELLS: Mapping[int | str, Markup] = {
    0: Markup("<td>"),
    1: Markup('<td class="s1">1'),
    2: Markup('<td class="s2">2'),
    3: Markup('<td class="s3">3'),
    "better": Markup('<td class="b">+'),
}
_KEPT = 32
_SUMS = "Totals of several measures: judged too, but not counted"
_YEARS_ON_A_PHONE = 3


@lru_cache(maxsize=_KEPT)
def matrix(snapshot: Snapshot, found: Monitoring, *, order: Order, dark: bool) -> str:
    """Return all forces by all monitored measures as HTML, with the cases of a quarter, totals, and those by chance.

    `order` is whether forces stand by region or by their number of cases. It is the same whichever force is chosen,
    whose row `row_mark` makes stand out, so that it need not be made, nor travel, anew.
    """
    measures = _monitored(snapshot, found.period_end)
    counted = [measure for measure in measures if is_counted(measure)]
    flagged = {(case.force, case.measure): case for case in found.cases if case.severity}
    of_force = Counter(case.force for case in flagged.values() if is_counted(snapshot.measures[case.measure]))
    of_measure = Counter(case.measure for case in flagged.values())
    forces = [snapshot.forces[force] for force in compared_forces(snapshot.forces)]
    by_chance = next(tally.by_chance for tally in found.tallies if tally.kind == "flagged")
    when = _when(snapshot, found.period_end)

    def row(force: str) -> dict[str, Any]:
        return {
            "name": snapshot.forces[force].name,
            "address": f"{_force_address(force)}{urlencode({'scope': 'One force', **when})}",
            "number": of_force[force],
            "cells": [_cell(flagged.get((force, measure.id)), measure, when) for measure in measures],
        }

    if order == "region":
        regions = groupby(sorted(forces, key=lambda force: force.region), key=lambda force: force.region)
        sections = [{"title": region, "rows": [row(force.id) for force in inside]} for region, inside in regions]
    else:
        ranked = sorted(forces, key=lambda force: -of_force[force.id])
        sections = [{"title": "", "rows": [row(force.id) for force in ranked]}]
    return _MATRIX.render(
        dark=dark,
        caption=f"Cases by force and measure, quarter to {periods.month_name(found.period_end)}",
        measures=[
            {
                "title": measure.short_title,
                "first_sum": position == len(counted),
                "number": of_measure[measure.id],
                "by_chance": words.rate(by_chance / max(len(counted), 1), 0) if is_counted(measure) else "",
            }
            for position, measure in enumerate(measures)
        ],
        sections=sections,
        number=sum(of_force.values()),
        by_chance=words.rate(by_chance, 0),
    )


def row_mark(force: str) -> str:
    """Return the style that makes a force's row of the matrix stand out."""
    return f'<style>.matrix th:has(> a[href^="{_force_address(force)}"]) {{ background: var(--own); }}</style>'


def _force_address(force: str) -> str:
    return f"monitoring?force={force}&"


def _cell(case: Case | None, measure: Measure, when: Mapping[str, str]) -> dict[str, Any] | None:
    if case is None:
        return None
    return {
        "severity": case.severity,
        "enduring": case.status == "enduring",
        "address": _address(case, when) if is_counted(measure) else "",
    }


def timeline(snapshot: Snapshot, force: str, period: str, *, dark: bool) -> str:
    """Return a force's measures by quarters up to `period` as HTML: severities, and signals for the better."""
    ends = [end for end in quarters_monitored(snapshot) if end <= period]
    years = [(year, len(list(quarters))) for year, quarters in groupby(ends, key=lambda end: end[:4])]
    measures = _monitored(snapshot, period)
    sections = [
        {"title": title, "rows": [_course(snapshot, force, measure, ends) for measure in measures if one_of(measure)]}
        for title, one_of in (("", is_counted), (_SUMS, lambda measure: not is_counted(measure)))
    ]
    return _TIMELINE.render(
        dark=dark,
        caption=f"{snapshot.forces[force].name}: cases by measure and quarter",
        years=[
            {"name": year, "quarters": quarters, "old": position < len(years) - _YEARS_ON_A_PHONE}
            for position, (year, quarters) in enumerate(years)
        ],
        quarters=len(ends),
        sections=sections,
    )


def _course(snapshot: Snapshot, force: str, measure: Measure, ends: Sequence[str]) -> dict[str, Any]:
    history = snapshot.case_histories[measure.id]
    column, last = history.column[force], history.row[ends[-1]]
    severities: list[int] = history.severity[:, column].tolist()
    better = [any(signals) for signals in history.better[:, column].tolist()]
    rows = [history.row.get(end) for end in ends]
    # Of so many cells each is one of six, so that they are put together here and not by the template.
    cells = Markup("").join(
        _UNKNOWN if row is None else _COURSE_CELLS[severities[row] or ("better" if better[row] else 0)] for row in rows
    )
    address = urlencode({"force": force, "measure": measure.id, **_when(snapshot, ends[-1])})
    now, side = _now(history.status[last, column], int(history.quarters[last, column]), better=better[last])
    return {"title": measure.short_title, "address": f"case?{address}", "cells": cells, "now": now, "side": side}


def _now(status: str | None, quarters: int, *, better: bool) -> tuple[str, str]:
    """Return the newest quarter in words, and the class of its cell."""
    if quarters:
        return f"{status}, {quarters}", "worse"
    if better:
        return "for the better", "better"
    return status or "", "plain"


@lru_cache(maxsize=_KEPT)
def case_list(snapshot: Snapshot, cases: tuple[Case, ...], caption: str, *, with_force: bool, dark: bool) -> str:
    """Return cases as an HTML table in their order: measure, severity, since when, why, and z."""
    return _CASES.render(
        dark=dark,
        caption=caption,
        with_force=with_force,
        rows=[
            {
                "force": snapshot.forces[case.force].name,
                "measure": snapshot.measures[case.measure].title,
                "address": _address(case, _when(snapshot, case.period_end)),
                "severity": case.severity,
                "status": _since(case),
                "why": case_findings.grounds_in_words(case),
                "z": words.rate(case.z, 2).replace("-", "−"),
                "survives": case.survives,
            }
            for case in cases
        ],
    )


def _since(case: Case) -> str:
    status = case_findings.STATUS_NAMES[case.status or "new"]
    if case.since is None or case.quarters == 1:
        return status
    return f"{status}, since {periods.month_name(case.since)}"


def _monitored(snapshot: Snapshot, period: str) -> list[Measure]:
    """Return the measures that are monitored at a quarter, those that are sums of others last."""
    measures = [
        measure
        for measure in snapshot.measures.values()
        if measure.id in snapshot.case_histories and period in snapshot.case_histories[measure.id].row
    ]
    return sorted(measures, key=lambda measure: not is_counted(measure))


def _address(case: Case, when: Mapping[str, str]) -> str:
    return f"case?{urlencode({'force': case.force, 'measure': case.measure, **when})}"


def _when(snapshot: Snapshot, period: str) -> dict[str, str]:
    """Return what an address says of the quarter: nothing for the newest, which is the usual."""
    return {} if period == quarters_monitored(snapshot)[-1] else {"to": period}
