"""A force's series over time: the control chart of its quarters, and the change of its 12 months (METHODS 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comparator import periods
from comparator.analysis import caveats
from comparator.analysis.names import check
from comparator.catalogue import ENGLAND_AND_WALES
from comparator.periods import Window
from comparator.snapshot import Block, Snapshot
from comparator.statistics.control_chart import ControlChart, Rule, TrendVerdict, control_chart
from comparator.statistics.peer_group import group_average

Floats = NDArray[np.float64]

PANDEMIC = ("2020-06", "2020-09", "2020-12", "2021-03")


@dataclass(frozen=True)
class Trend:
    """A series up to a period end. Sequences run over `periods`; None where there is no figure.

    `values`, `adjusted`, `centre`, `lower` and `upper` are quarterly rates, `year_values` the rates of the 12 months
    ending each quarter, all in the measure's unit, or plain counts if `counts`. `signals` are the positions of the
    points that made the rule fire, `baseline` those from which centre and limits come. The changes are of the newest 12
    months, in per cent. A measure that is published for 12 months only has no quarters to judge: no verdict.
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
    verdict: TrendVerdict | None
    rule: Rule | None
    signals: tuple[int, ...]
    baseline: tuple[int, ...]
    change_on_year_percent: float | None
    change_on_three_years_percent: float | None
    caveats: tuple[str, ...]
    counts: bool = False


def trend(snapshot: Snapshot, *, force: str, measure: str, period: str | None = None, counts: bool = False) -> Trend:
    """Return how a force's figures on a measure have moved up to `period` (the newest if None), from data up to it.

    With `counts` the series are of what was counted, not of rates. Raises UnknownNameError for an unknown force,
    measure or period.
    """
    check("force", force, snapshot.forces)
    definition = snapshot.measures[check("measure", measure, snapshot.crime_measures)]
    window: Window = "quarter" if "quarter" in definition.windows else "year"
    block, years = snapshot.blocks[measure, window], snapshot.blocks[measure, "year"]
    period = check("period", block.periods[-1] if period is None else period, reversed(block.periods))
    rows, column = block.row[period] + 1, block.column[force]
    ends = block.periods[:rows]
    year_values = years_ending(block, years, counts=counts)[:rows, column]
    touching = caveats.along(snapshot, definition, (force,), block, window, period)
    values = (block.numerator if counts else block.value)[:rows, column]
    chart = chart_of(values, ends) if window == "quarter" else None
    nothing = (None,) * rows
    return Trend(
        force=force,
        measure=measure,
        periods=ends,
        values=_plain(values) if chart else nothing,
        adjusted=_plain(chart.adjusted) if chart else nothing,
        year_values=_plain(year_values),
        centre=chart.centre if chart else None,
        lower=chart.lower if chart else None,
        upper=chart.upper if chart else None,
        verdict=chart.verdict if chart else None,
        rule=chart.cause.rule if chart and chart.cause else None,
        signals=chart.cause.points if chart and chart.cause else (),
        baseline=chart.baseline if chart else (),
        change_on_year_percent=change_percent(ends, year_values, years=1),
        change_on_three_years_percent=change_percent(ends, year_values, years=3),
        caveats=touching,
        counts=counts,
    )


@dataclass(frozen=True)
class Surroundings:
    """What surrounds a force's 12-month rates, over the same period ends: its peers, its group, England and Wales."""

    lowest: tuple[float | None, ...]
    highest: tuple[float | None, ...]
    group_average: tuple[float | None, ...]
    england_and_wales: tuple[float | None, ...]


def surroundings(snapshot: Snapshot, found: Trend, peers: Sequence[str]) -> Surroundings:
    """Return the lowest and highest peer, the group average and England and Wales along a trend of rates."""
    years = snapshot.blocks[found.measure, "year"]
    block = snapshot.blocks.get((found.measure, "quarter"), years)
    rates = years_ending(block, years)[: len(found.periods)]
    own = rates[:, block.column[found.force]]
    group = rates[:, [block.column[peer] for peer in peers]]
    nowhere = np.full(len(found.periods), np.nan)
    return Surroundings(
        lowest=_plain(group.min(axis=1) if peers else nowhere),
        highest=_plain(group.max(axis=1) if peers else nowhere),
        group_average=_plain(group_average(own, group)),
        england_and_wales=_plain(rates[:, block.column[ENGLAND_AND_WALES]]),
    )


@dataclass(frozen=True)
class YearSeries:
    """The 12 months ending each of `periods`, as values in the measure's unit, of one area and measure."""

    area: str
    measure: str
    periods: tuple[str, ...]
    values: tuple[float | None, ...]


def year_series(snapshot: Snapshot, area: str, measure: str, period: str) -> YearSeries:
    """Return the 12-month rates of an area up to the period end `period`; no values if the measure begins later."""
    block = snapshot.blocks[measure, "year"]
    ends = tuple(end for end in block.periods if end <= period)
    return YearSeries(area, measure, ends, _plain(block.value[: len(ends), block.column[area]]))


def indexed(series: Sequence[YearSeries]) -> tuple[str | None, list[YearSeries]]:
    """Return the first period end at which all series have a figure above 0, and the series from it on, 100 there.

    Series that share no such period cannot be indexed: then the period is None and the list empty.
    """
    if not series:
        return None, []
    known: list[Mapping[str, float]] = [
        {end: value for end, value in zip(one.periods, one.values, strict=True) if value is not None} for one in series
    ]
    shared = sorted(set.intersection(*({end for end, value in one.items() if value > 0} for one in known)))
    if not shared:
        return None, []
    base = shared[0]
    return base, [
        YearSeries(
            one.area,
            one.measure,
            tuple(end for end in one.periods if end >= base),
            tuple(
                None if value is None else value / values[base] * 100
                for end, value in zip(one.periods, one.values, strict=True)
                if end >= base
            ),
        )
        for one, values in zip(series, known, strict=True)
    ]


def years_ending(block: Block, years: Block, *, counts: bool = False) -> Floats:
    """Return the 12-month rates (or counts) as (periods, areas), in the rows of `block` that end them."""
    along = np.full(block.value.shape, np.nan)
    along[[block.row[end] for end in years.periods]] = years.numerator if counts else years.value
    return along


def chart_of(values: Floats, ends: tuple[str, ...]) -> ControlChart:
    """Return the control chart of a quarterly series, the pandemic's quarters kept out of its baseline."""
    _, month = periods.parse(ends[0])
    return control_chart(values, month // 3, [index for index, end in enumerate(ends) if end in PANDEMIC])


def change_percent(ends: Sequence[str], year_values: Floats, *, years: int) -> float | None:
    """Return the change of the newest 12 months on those so many years before, in per cent.

    `year_values` are the 12 months ending each of `ends`. None where either is missing, or it would be from nothing.
    """
    before = periods.from_ordinal(periods.ordinal(ends[-1]) - 12 * years)
    if before not in ends:
        return None
    then, now = year_values[ends.index(before)], year_values[-1]
    return None if np.isnan(then) or np.isnan(now) or then <= 0 else float((now / then - 1) * 100)


def as_record(found: Trend) -> dict[str, Any]:
    """Return a trend as plain values, in the order in which the command line shows them."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name in Trend.__dataclass_fields__
        if name != "counts"
        for value in [getattr(found, name)]
    }


def _plain(values: Floats) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else float(value) for value in values)
