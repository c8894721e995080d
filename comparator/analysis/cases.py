"""Cases: what monitoring says of a quarter in the country, of a force over time, and of one force and measure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from comparator import periods
from comparator.analysis import caveats
from comparator.analysis.monitoring import GROUNDS, SEVERE, STATUSES, Ground, Status, is_counted
from comparator.analysis.names import check
from comparator.analysis.trend import Trend
from comparator.catalogue import Measure
from comparator.snapshot import CaseHistory, Inspection, Snapshot

_KEPT = 64
_MONTHS = 48


@dataclass(frozen=True)
class Case:
    """A force and measure under monitoring at a quarter.

    `worse` are the signals for the worse (a case has one at least), `better` those for the better. `severity` is 0 to
    3, `quarters` for how many quarters in a row it has been flagged, `since` the first of them, `before` its status a
    quarter ago. `z` is that of the 12 months among all forces, `survives` whether it withstands the correction for
    many tests.
    """

    force: str
    measure: str
    period_end: str
    status: Status | None
    before: Status | None
    severity: int
    quarters: int
    since: str | None
    worse: tuple[Ground, ...]
    better: tuple[Ground, ...]
    z: float
    survives: bool

    @property
    def enduring_and_severe(self) -> bool:
        """Whether it is one of the cases that HMIC's monitoring group would have taken up."""
        return self.status == "enduring" and self.severity >= SEVERE

    @property
    def changed(self) -> bool:
        """Whether its status is another one than a quarter ago."""
        return self.status is not None and self.status != self.before


@dataclass(frozen=True)
class Chance:
    """The share of force and measure pairs that come out so where nothing is wrong, each kind a share of all judged.

    They are simulated: docs/monitoring.md tells how, `benchmarks/monitoring_validation.py` does it again.
    """

    all: float
    peers: float
    change: float
    flagged: float
    severe: float
    enduring_and_severe: float


# Before 16 quarters are known nothing can be said of change, so the two other signals stand alone.
CHANCE = Chance(all=0.041, peers=0.024, change=0.075, flagged=0.121, severe=0.023, enduring_and_severe=0.021)
CHANCE_WITHOUT_CHANGE = replace(CHANCE, change=0.0, flagged=0.052, severe=0.020, enduring_and_severe=0.019)


@dataclass(frozen=True)
class Tally:
    """How many cases of a kind were found, and how many would be by chance."""

    kind: str
    found: int
    by_chance: float


@dataclass(frozen=True)
class Monitoring:
    """What monitoring says of a quarter: every case, and how many there are against what chance would produce.

    `cases` are all with a status, gravest and longest first. `tallies` count only measures that are no sums of others;
    `judged` is of how many force and measure pairs, and `judged_change` for how many of them change can be told.
    """

    period_end: str
    cases: tuple[Case, ...]
    judged: int
    judged_change: int
    tallies: tuple[Tally, ...]


def monitor(
    snapshot: Snapshot, *, period: str | None = None, force: str | None = None, status: str | None = None
) -> Monitoring:
    """Return what monitoring says of the quarter that ends with `period` (the newest if None), from data up to it.

    With `force` or `status` only such cases are kept; the tallies always tell of the whole country. Raises
    UnknownNameError for an unknown force, period or status.
    """
    known = quarters_monitored(snapshot)
    period = check("period", known[-1] if period is None else period, reversed(known))
    if force is not None:
        check("force", force, snapshot.forces)
    if status is not None:
        check("status", status, STATUSES)
    found = _monitor(snapshot, period)
    kept = tuple(case for case in found.cases if force in (None, case.force) and status in (None, case.status))
    return Monitoring(found.period_end, kept, found.judged, found.judged_change, found.tallies)


def quarters_monitored(snapshot: Snapshot) -> tuple[str, ...]:
    """Return every quarter of which monitoring says something, the oldest first."""
    return tuple(sorted({end for history in snapshot.case_histories.values() for end in history.periods}))


@lru_cache(maxsize=_KEPT)
def _monitor(snapshot: Snapshot, period: str) -> Monitoring:
    cases = at_quarter(snapshot.case_histories, period)
    histories = {
        name: history
        for name, history in snapshot.case_histories.items()
        if period in history.row and is_counted(snapshot.measures[name])
    }
    judged = sum(int((~np.isnan(history.z[history.row[period]])).sum()) for history in histories.values())
    judged_change = sum(
        int((verdicts.verdict[verdicts.row[period], [verdicts.column[force] for force in history.forces]]
             != "too-short").sum())
        for name, history in histories.items()
        for verdicts in [snapshot.trend_verdicts[name]]
    )  # fmt: skip
    counted = [case for case in cases if case.measure in histories]
    return Monitoring(period, in_order(cases), judged, judged_change, _tallies(counted, judged, judged_change))


def in_order(cases: list[Case]) -> tuple[Case, ...]:
    """Return cases with the gravest and longest first."""
    return tuple(sorted(cases, key=lambda case: (-case.severity, -case.quarters, -case.z, case.force, case.measure)))


def at_quarter(histories: Mapping[str, CaseHistory], period: str) -> list[Case]:
    """Return every force and measure with a status at a quarter."""
    found = []
    for measure, history in histories.items():
        row = history.row.get(period)
        if row is None:
            continue
        columns = (column for column, status in enumerate(history.status[row].tolist()) if status is not None)
        found += [_case(history, measure, row, column) for column in columns]
    return found


def for_the_better(snapshot: Snapshot, force: str, period: str) -> list[Case]:
    """Return the monitored measures of a force that have a signal for the better at a quarter, in catalogue order."""
    found = []
    for measure in snapshot.measures:
        history = snapshot.case_histories.get(measure)
        if history is not None and period in history.row:
            row, column = history.row[period], history.column[force]
            if history.better[row, column].any():
                found.append(_case(history, measure, row, column))
    return found


def along(snapshot: Snapshot, force: str, measure: str, period: str) -> tuple[Case, ...]:
    """Return a force and measure at each quarter up to `period`, the oldest first; none where it is not monitored."""
    history = snapshot.case_histories.get(measure)
    if history is None or force not in history.column or period not in history.row:
        return ()
    return tuple(_case(history, measure, row, history.column[force]) for row in range(history.row[period] + 1))


def _case(history: CaseHistory, measure: str, row: int, column: int) -> Case:
    quarters = int(history.quarters[row, column])
    return Case(
        force=history.forces[column],
        measure=measure,
        period_end=history.periods[row],
        status=history.status[row, column],
        before=history.status[row - 1, column] if row else None,
        severity=int(history.severity[row, column]),
        quarters=quarters,
        since=_run_began(history, row, column) if quarters else None,
        worse=_grounds(history.worse[row, column]),
        better=_grounds(history.better[row, column]),
        z=float(history.z[row, column]),
        survives=bool(history.survives[row, column]),
    )


def _run_began(history: CaseHistory, row: int, column: int) -> str:
    newest_first: list[Status | None] = history.status[row::-1, column].tolist()
    return history.periods[row - newest_first.index("new")]


def _grounds(signals: Any) -> tuple[Ground, ...]:
    return tuple(ground for ground, fires in zip(GROUNDS, signals.tolist(), strict=True) if fires)


def _tallies(cases: list[Case], judged: int, judged_change: int) -> tuple[Tally, ...]:
    flagged = [case for case in cases if case.severity]
    found = {
        "flagged": len(flagged),
        "severe": sum(case.severity >= SEVERE for case in flagged),
        "enduring_and_severe": sum(case.enduring_and_severe for case in flagged),
    }
    found.update((ground, sum(ground in case.worse for case in flagged)) for ground in GROUNDS)
    return tuple(
        Tally(
            kind,
            number,
            getattr(CHANCE, kind) * judged_change + getattr(CHANCE_WITHOUT_CHANGE, kind) * (judged - judged_change),
        )
        for kind, number in found.items()
    )


def judged_of_force(snapshot: Snapshot, force: str, period: str, measures: Collection[str]) -> tuple[int, float]:
    """Return how many of these measures are judged for a force at a quarter, and how many chance alone would flag.

    Sums of other measures are not counted.
    """
    judged, by_chance = 0, 0.0
    for name in measures:
        history = snapshot.case_histories.get(name)
        if history is None or period not in history.row or force not in history.column:
            continue
        if not is_counted(snapshot.measures[name]) or np.isnan(history.z[history.row[period], history.column[force]]):
            continue
        verdicts = snapshot.trend_verdicts[name]
        too_short = verdicts.verdict[verdicts.row[period], verdicts.column[force]] == "too-short"
        judged += 1
        by_chance += (CHANCE_WITHOUT_CHANGE if too_short else CHANCE).flagged
    return judged, by_chance


def forces_changed(snapshot: Snapshot, measure: str, period: str) -> int:
    """Return in how many forces a monitored measure really changes for the worse at a quarter."""
    history = snapshot.case_histories[measure]
    return int(history.worse[history.row[period], :, GROUNDS.index("change")].sum())


def explaining(snapshot: Snapshot, case: Case, found: Trend, peers: tuple[str, ...]) -> tuple[str, ...]:
    """Return the dated caveats that touch the months on which a case's signals rest, in catalogue order.

    The levels rest on 12 months, of the peers too; a change rests on the quarters of its baseline and the latest four.
    """
    measure = snapshot.measures[case.measure]
    areas = (case.force, *peers) if "peers" in case.worse else (case.force,)
    spans = [(periods.months_covered(case.period_end, "year"), areas)]
    if "change" in case.worse:
        judged = [*found.baseline, *range(len(found.periods) - 4, len(found.periods))]
        spans += [(periods.months_covered(found.periods[position], "quarter"), (case.force,)) for position in judged]
    touched = {
        name
        for months, forces in spans
        for name in caveats.within(snapshot, measure, forces, months, ())
        if snapshot.caveats[name].first_month is not None
    }
    return tuple(name for name in snapshot.caveats if name in touched)


@lru_cache(maxsize=_KEPT)
def caveats_of_quarter(snapshot: Snapshot, period: str, forces: tuple[str, ...]) -> tuple[str, ...]:
    """Return the caveats that touch what monitoring says of these forces at a quarter, in catalogue order.

    A change rests on sixteen quarters, and so on 48 months.
    """
    months = (periods.from_ordinal(periods.ordinal(period) - _MONTHS + 1), period)
    measures = [snapshot.measures[name] for name, history in snapshot.case_histories.items() if period in history.row]
    touched = {name for measure in measures for name in caveats.within(snapshot, measure, forces, months, ())}
    return tuple(name for name in snapshot.caveats if name in touched)


def questions(snapshot: Snapshot, measure: Measure) -> tuple[str, ...]:
    """Return the questions to ask about a case of a measure: its own first, then those of its theme."""
    about = [measure.id] if measure.id == measure.theme else [measure.id, measure.theme]
    return tuple(ask for name in about if name in snapshot.questions for ask in snapshot.questions[name].ask)


def inspections_of(snapshot: Snapshot, force: str) -> tuple[Inspection, ...]:
    """Return what is known of HMICFRS's view of a force, newest first."""
    return tuple(
        sorted(
            (inspection for inspection in snapshot.inspections if inspection.force == force),
            key=lambda inspection: inspection.kind,
        )
    )


COLUMNS = (
    "force",
    "measure",
    "period_end",
    "status",
    "severity",
    "quarters",
    "since",
    "signals",
    "signals_for_the_better",
    "z",
    "survives_many_tests",
    "sum_of_others",
)


def as_rows(found: Monitoring, measures: Mapping[str, Measure]) -> list[dict[str, Any]]:
    """Return one row a case, as the command line and the downloads show it; `sum_of_others` marks uncounted sums."""
    return [as_row(case, measures) for case in found.cases]


def as_row(case: Case, measures: Mapping[str, Measure]) -> dict[str, Any]:
    """Return a case as plain values by COLUMNS, several signals separated by a bar."""
    values = (
        case.force,
        case.measure,
        case.period_end,
        case.status,
        case.severity,
        case.quarters,
        case.since,
        "|".join(case.worse),
        "|".join(case.better),
        case.z,
        case.survives,
        not is_counted(measures[case.measure]),
    )
    return dict(zip(COLUMNS, values, strict=True))


def as_record(found: Monitoring, measures: Mapping[str, Measure]) -> dict[str, Any]:
    """Return what monitoring says of a quarter as plain values."""
    return {
        "period_end": found.period_end,
        "judged": found.judged,
        "judged_for_change": found.judged_change,
        "found_and_by_chance": {
            tally.kind: {"found": tally.found, "by_chance": round(tally.by_chance, 1)} for tally in found.tallies
        },
        "cases": as_rows(found, measures),
    }
