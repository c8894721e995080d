"""Every measure of one force at a glance: its level among peers and all forces, and its change (METHODS 3 to 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from comparator import periods
from comparator.analysis import caveats
from comparator.analysis.comparison import (
    Standing,
    among_all_forces,
    chosen_peers,
    compared_forces,
    standing,
)
from comparator.analysis.names import check
from comparator.analysis.trend import change_percent, chart_of
from comparator.catalogue import CITY_OF_LONDON, Measure
from comparator.snapshot import Snapshot
from comparator.statistics.control_chart import TrendVerdict
from comparator.statistics.funnel import FunnelVerdict, funnel_verdict
from comparator.statistics.peer_group import PeerVerdict

Floats = NDArray[np.float64]
Order = Literal["theme", "peers", "change"]

RECENT_QUARTERS = 13
_MONTHS_SHOWN = 48
# Most visitors look at the newest period among similar forces: one profile for each force.
_KEPT = 64


@dataclass(frozen=True)
class Line:
    """One measure of a force: the 12 months ending the profile's period.

    Rates are in the measure's unit; `england_and_wales` is the rate of all compared forces together. `recent` are the
    rates of the 12 months ending each of the latest 13 quarters, which is three years of change. City of London has
    counts in `recent`, and only `numerator` and the change besides. What METHODS does not give is None.
    """

    measure: str
    numerator: int | None
    value: float | None
    group_average: float | None
    rank: int | None
    of: int | None
    verdict_peers: PeerVerdict | None
    z: float | None
    verdict_all: FunnelVerdict | None
    england_and_wales: float | None
    peers: tuple[float, ...]
    others: tuple[float, ...]
    change_on_year_percent: float | None
    change: TrendVerdict
    recent: tuple[float | None, ...]
    caveats: tuple[str, ...]

    @property
    def stands_out(self) -> bool:
        """Whether the rate lies outside the range expected of such forces, or is outlying among all forces."""
        return self.verdict_peers not in (None, "in-line") or self.verdict_all not in (None, "typical")

    @property
    def really_changed(self) -> bool:
        """Whether the control chart of its quarters calls the newest change real."""
        return self.change in ("rising", "falling")


@dataclass(frozen=True)
class Profile:
    """Every measure of a force for the 12 months ending a period, in the catalogue's order."""

    force: str
    period_end: str
    basis: str
    lines: tuple[Line, ...]


def profile(
    snapshot: Snapshot, *, force: str, period: str | None = None, peers: str | Sequence[str] = "similar"
) -> Profile:
    """Return a force's profile for the 12 months ending `period` (the newest if None).

    It holds the measures that are published by quarter and have figures then. Raises UnknownNameError for an unknown
    force or period and PeersError for unusable peers.
    """
    check("force", force, snapshot.forces)
    ends = sorted({end for measure in _by_quarter(snapshot) for end in snapshot.blocks[measure.id, "year"].periods})
    period = check("period", ends[-1] if period is None else period, reversed(ends))
    return _profile(snapshot, force, period, *chosen_peers(snapshot, force, peers))


@lru_cache(maxsize=_KEPT)
def _profile(snapshot: Snapshot, force: str, period: str, basis: str, group: tuple[str, ...]) -> Profile:
    by_quarter = _by_quarter(snapshot)
    measures = [measure for measure in by_quarter if period in snapshot.blocks[measure.id, "year"].row]
    blocks = [snapshot.blocks[measure.id, "year"] for measure in measures]
    column = blocks[0].column
    figures = _Figures(
        period=period,
        areas=(force, *group),
        numerators=np.array([block.numerator[block.row[period]] for block in blocks]),
        denominators=np.array([block.denominator[block.row[period]] for block in blocks]),
        own=column[force],
        peers=[column[peer] for peer in group],
        everyone=[column[other] for other in compared_forces(snapshot.forces)],
    )
    places = standing(
        figures.numerators[:, figures.own],
        figures.denominators[:, figures.own],
        figures.numerators[:, figures.peers],
        figures.denominators[:, figures.peers],
        1,
    )
    lines = tuple(_line(snapshot, measure, figures, places, index) for index, measure in enumerate(measures))
    return Profile(force, period, basis, lines)


def arranged(lines: Sequence[Line], order: Order) -> list[Line]:
    """Return the lines by theme as they stand, by distance above or below the group's average, or by change."""
    if order == "peers":
        return sorted(lines, key=lambda line: -distance_from_average(line))
    if order == "change":
        return sorted(lines, key=lambda line: -abs(line.change_on_year_percent or 0.0))
    return list(lines)


def distance_from_average(line: Line) -> float:
    """Return how many times the group's average a rate is, up or down, as a logarithm; 0 where there is no average."""
    if not line.value or not line.group_average:
        return 0.0
    return abs(float(np.log(line.value / line.group_average)))


@dataclass(frozen=True)
class _Figures:
    """The figures of a period: numerators and denominators as (measures, areas), and where in them the forces stand.

    `areas` are the force and its peers by name.
    """

    period: str
    areas: tuple[str, ...]
    numerators: Floats
    denominators: Floats
    own: int
    peers: list[int]
    everyone: list[int]


def _by_quarter(snapshot: Snapshot) -> list[Measure]:
    return [measure for measure in snapshot.measures.values() if "quarter" in measure.windows]


def _line(snapshot: Snapshot, measure: Measure, figures: _Figures, places: Standing, index: int) -> Line:
    block = snapshot.blocks[measure.id, "year"]
    row = block.row[figures.period]
    force = figures.areas[0]
    counts_only = force == CITY_OF_LONDON
    rates = figures.numerators[index] / figures.denominators[index] * measure.multiplier
    known = not np.isnan(figures.numerators[index, figures.own])
    among_all = None if counts_only or not known else among_all_forces(snapshot, measure.id, "year", figures.period)
    z = None if among_all is None else _number(among_all.z[figures.everyone.index(figures.own)])
    series = (block.numerator if counts_only else block.value)[: row + 1, figures.own]
    average = _number(places.group_average[index] * measure.multiplier)
    return Line(
        measure=measure.id,
        numerator=_whole(figures.numerators[index, figures.own]),
        value=None if counts_only else _number(rates[figures.own]),
        group_average=average,
        rank=None if average is None else _whole(places.rank[index]),
        of=None if average is None else _whole(places.of[index]),
        verdict_peers=places.verdict[index],
        z=z,
        verdict_all=None if z is None else funnel_verdict(z),
        england_and_wales=None if among_all is None else among_all.theta * measure.multiplier,
        peers=_known(rates[figures.peers]),
        others=_known(rates[[place for place in figures.everyone if place not in (figures.own, *figures.peers)]]),
        change_on_year_percent=change_percent(block.periods[: row + 1], series, years=1),
        change=_change(snapshot, measure, force, figures.period),
        recent=tuple(_number(value) for value in series[-RECENT_QUARTERS:]),
        caveats=caveats.within(
            snapshot,
            measure,
            figures.areas,
            (periods.from_ordinal(periods.ordinal(figures.period) - _MONTHS_SHOWN + 1), figures.period),
            caveats.conditions(block, row, figures.areas, figures.period, "year"),
        ),
    )


def _change(snapshot: Snapshot, measure: Measure, force: str, period: str) -> TrendVerdict:
    if force == CITY_OF_LONDON:
        quarters = snapshot.blocks[measure.id, "quarter"]
        upto = quarters.row[period] + 1
        return chart_of(quarters.numerator[:upto, quarters.column[force]], quarters.periods[:upto]).verdict
    said = snapshot.trend_verdicts[measure.id]
    verdict: TrendVerdict = said.verdict[said.row[period], said.column[force]]
    return verdict


def _known(values: Floats) -> tuple[float, ...]:
    return tuple(values[~np.isnan(values)].tolist())


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)


def _whole(value: Any) -> int | None:
    return None if np.isnan(value) else int(value)
