"""A force's series over time: the control chart of its quarters, and the change of its 12 months (METHODS 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comparator import periods
from comparator.analysis import caveats
from comparator.analysis.names import check
from comparator.catalogue import ENGLAND_AND_WALES, Measure
from comparator.snapshot import Block, Snapshot
from comparator.statistics.control_chart import ControlChart, Rule, TrendVerdict, control_chart
from comparator.statistics.peer_group import group_average

Floats = NDArray[np.float64]

PANDEMIC = ("2020-06", "2020-09", "2020-12", "2021-03")
QUARTERS_A_YEAR = 4


@dataclass(frozen=True)
class Trend:
    """A series up to a period end. Sequences run over `periods`; None where there is no figure.

    `values`, `adjusted`, `centre`, `lower` and `upper` are quarterly rates, `year_values` the rates of the 12 months
    ending each quarter, all in the measure's unit. `signals` are the positions of the points that made the rule fire,
    `baseline` those from which centre and limits come. The changes are of the newest 12 months, in per cent.
    """

    force: str
    measure: str
    periods: tuple[str, ...]
    values: tuple[float | None, ...]
    adjusted: tuple[float | None, ...]
    year_values: tuple[float | None, ...]
    centre: float | None
    lower: float | None
    upper: float | None
    verdict: TrendVerdict
    rule: Rule | None
    signals: tuple[int, ...]
    baseline: tuple[int, ...]
    change_on_year_percent: float | None
    change_on_three_years_percent: float | None
    caveats: tuple[str, ...]


def trend(snapshot: Snapshot, *, force: str, measure: str, period: str | None = None) -> Trend:
    """Return how a force's figures on a measure have moved up to `period` (the newest if None), from data up to it.

    Raises UnknownNameError for an unknown force, measure or period.
    """
    check("force", force, snapshot.forces)
    definition = snapshot.measures[check("measure", measure, snapshot.measures)]
    quarters, years = snapshot.blocks[measure, "quarter"], snapshot.blocks[measure, "year"]
    period = check("period", quarters.periods[-1] if period is None else period, reversed(quarters.periods))
    rows = quarters.row[period] + 1
    ends = quarters.periods[:rows]
    values = quarters.value[:rows, quarters.column[force]]
    chart = chart_of(values, ends)
    year_values = years_ending(quarters, years)[:rows, quarters.column[force]]
    return Trend(
        force=force,
        measure=measure,
        periods=ends,
        values=_plain(values),
        adjusted=_plain(chart.adjusted),
        year_values=_plain(year_values),
        centre=chart.centre,
        lower=chart.lower,
        upper=chart.upper,
        verdict=chart.verdict,
        rule=chart.cause.rule if chart.cause else None,
        signals=chart.cause.points if chart.cause else (),
        baseline=chart.baseline,
        change_on_year_percent=change_percent(year_values, QUARTERS_A_YEAR),
        change_on_three_years_percent=change_percent(year_values, 3 * QUARTERS_A_YEAR),
        caveats=_caveats_along(snapshot, definition, force, quarters, ends),
    )


@dataclass(frozen=True)
class Surroundings:
    """What surrounds a force's 12-month rates, over the same period ends: its peers, its group, England and Wales."""

    lowest: tuple[float | None, ...]
    highest: tuple[float | None, ...]
    group_average: tuple[float | None, ...]
    england_and_wales: tuple[float | None, ...]


def surroundings(snapshot: Snapshot, found: Trend, peers: Sequence[str]) -> Surroundings:
    """Return the lowest and highest peer, the group average and England and Wales along a trend."""
    quarters, years = snapshot.blocks[found.measure, "quarter"], snapshot.blocks[found.measure, "year"]
    rates = years_ending(quarters, years)[: len(found.periods)]
    own = rates[:, quarters.column[found.force]]
    group = rates[:, [quarters.column[peer] for peer in peers]]
    nowhere = np.full(len(found.periods), np.nan)
    return Surroundings(
        lowest=_plain(group.min(axis=1) if peers else nowhere),
        highest=_plain(group.max(axis=1) if peers else nowhere),
        group_average=_plain(group_average(own, group)),
        england_and_wales=_plain(rates[:, quarters.column[ENGLAND_AND_WALES]]),
    )


def years_ending(quarters: Block, years: Block) -> Floats:
    """Return the 12-month rates as (quarters, areas), in the rows of the quarters that end them."""
    rates = np.full(quarters.value.shape, np.nan)
    rates[[quarters.row[end] for end in years.periods]] = years.value
    return rates


def chart_of(values: Floats, ends: tuple[str, ...]) -> ControlChart:
    """Return the control chart of a quarterly series, the pandemic's quarters kept out of its baseline."""
    _, month = periods.parse(ends[0])
    return control_chart(values, month // 3, [index for index, end in enumerate(ends) if end in PANDEMIC])


def change_percent(year_values: Floats, quarters_before: int) -> float | None:
    """Return the change of the newest 12 months on earlier ones, in per cent; None if unknown or from nothing."""
    if year_values.size <= quarters_before:
        return None
    before, now = year_values[-1 - quarters_before], year_values[-1]
    if np.isnan(before) or np.isnan(now) or before <= 0:
        return None
    return float((now / before - 1) * 100)


def as_record(found: Trend) -> dict[str, Any]:
    """Return a trend as plain values, in the order in which the command line shows them."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name in Trend.__dataclass_fields__
        for value in [getattr(found, name)]
    }


def _caveats_along(
    snapshot: Snapshot, measure: Measure, force: str, quarters: Block, ends: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the caveats that touch any quarter of the series, in catalogue order."""
    touched: set[str] = set()
    for end in ends:
        row = quarters.row[end]
        conditions = caveats.conditions(quarters, row, (force,), end, "quarter")
        touched.update(caveats.touching(snapshot.caveats.values(), measure, (force,), end, "quarter", conditions))
    return tuple(caveat for caveat in snapshot.caveats if caveat in touched)


def _plain(values: Floats) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else float(value) for value in values)
