"""Value for Money: what a force spends, has, faces and achieves in a financial year, beside its peers and England.

Averages are weighted (METHODS 3): the sum of numerators over the sum of denominators of the group, the force included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from comparator import periods
from comparator.analysis import caveats
from comparator.analysis.comparison import chosen_peers, comparable_forces
from comparator.analysis.names import UnknownNameError
from comparator.catalogue import CITY_OF_LONDON, Measure
from comparator.periods import Window
from comparator.snapshot import Block, Snapshot

Outlier = Literal["high", "low"]

# HMIC's rule: in the highest or lowest tenth of forces and, for money, a difference worth at least this a head.
TENTH = 0.1
LEAST_POUNDS_A_HEAD = 1.0

NET = "net-police-spending"
PAY, OTHER, INCOME = "spending-on-pay", "spending-other-than-pay", "income-from-fees-and-other-bodies"
COST_OF_AN_OFFICER = "net-spending-per-officer"

_CHARGED = ("charged-or-summonsed",)
_OUT_OF_COURT = ("out-of-court-formal", "out-of-court-informal")
_NEAR_MONTHS = 6
_KEPT, _KEPT_OF_ENGLAND = 128, 1024


@dataclass(frozen=True)
class Line:
    """One line of a profile. Values and averages are in the measure's unit; what is not known is None.

    `period_end` is the year's own, or for people in post the nearest count within six months. `difference` is the value
    less the peers' average, `difference_total` the same in units of the numerator (pounds, officers, crimes) for the
    force's own denominator. `rank` 1 is the highest of the `of` forces compared. `peers_known` are the peers in the
    average besides the force. `outlier` follows HMIC's rule. `caveats` touch the figures, or say why there is none.
    """

    measure: str
    window: Window
    period_end: str
    numerator: float | None
    denominator: float | None
    value: float | None
    peers_average: float | None
    peers_known: int
    england: float | None
    difference: float | None
    difference_total: float | None
    rank: int | None
    of: int
    outlier: Outlier | None
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class ValueForMoney:
    """The profile of a force for the financial year that ends with `year_end`, its lines in the catalogue's order."""

    force: str
    year_end: str
    basis: str
    peers: tuple[str, ...]
    lines: tuple[Line, ...]

    def line(self, measure: str) -> Line:
        """Return the line of a measure; KeyError if the profile has none."""
        return {line.measure: line for line in self.lines}[measure]


@dataclass(frozen=True)
class Point:
    """A force by one measure across and another up, both in their units."""

    force: str
    across: float
    up: float


@dataclass(frozen=True)
class Quadrant:
    """The force and its peers by spending and by demand or result in one financial year, with the group's averages.

    `points` begin with the force itself, if it has both figures.
    """

    force: str
    across: str
    up: str
    year_end: str
    points: tuple[Point, ...]
    average_across: float | None
    average_up: float | None


@dataclass(frozen=True)
class YearOfSpending:
    """A measure in one financial year: the force, its peers' lowest, highest and weighted average, and England."""

    year_end: str
    value: float | None
    lowest: float | None
    highest: float | None
    average: float | None
    england: float | None


@dataclass(frozen=True)
class Composition:
    """What a force's net spending is made of, in pounds a head: pay + other - income = net."""

    force: str
    pay: float
    other: float
    income: float
    net: float


@dataclass(frozen=True)
class WhatIf:
    """What moving a line from its value to another would come to: a year, and in officers at the force's own cost."""

    pounds: float
    cost_of_an_officer: float | None
    officers: float | None


def years(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the ends of the financial years for which there is any figure of money, the newest last."""
    ends = {
        end
        for name in snapshot.value_lines
        if snapshot.measures[name].kind == "money"
        for end in _block(snapshot, snapshot.measures[name]).periods
    }
    return tuple(sorted(ends))


def newest_year(snapshot: Snapshot) -> str:
    """Return the newest financial year for which what forces spent is known."""
    return _block(snapshot, snapshot.measures[NET]).periods[-1]


def year_end_of(snapshot: Snapshot, year: str) -> str:
    """Return the period end of a financial year written as "2024-25"; UnknownNameError if it has no figures."""
    known = {periods.describe(end, "financial-year"): end for end in reversed(years(snapshot))}
    if year.replace("/", "-") not in known:
        raise UnknownNameError("financial year", year, known)
    return known[year.replace("/", "-")]


def value_for_money(
    snapshot: Snapshot, *, force: str, year: str | None = None, peers: str | Sequence[str] = "similar"
) -> ValueForMoney:
    """Return a force's profile for a financial year such as "2024-25" (the newest with spending if None).

    Raises UnknownNameError for an unknown force or year and PeersError for unusable peers.
    """
    if force not in snapshot.forces:
        raise UnknownNameError("force", force, snapshot.forces)
    year_end = newest_year(snapshot) if year is None else year_end_of(snapshot, year)
    return _profile(snapshot, force, year_end, *chosen_peers(snapshot, force, peers))


@lru_cache(maxsize=_KEPT)
def _profile(snapshot: Snapshot, force: str, year_end: str, basis: str, group: tuple[str, ...]) -> ValueForMoney:
    lines = tuple(_line(snapshot, snapshot.measures[name], force, group, year_end) for name in snapshot.value_lines)
    return ValueForMoney(force, year_end, basis, group, lines)


def _block(snapshot: Snapshot, measure: Measure) -> Block:
    return snapshot.blocks[measure.id, measure.windows[0]]


def _nearest(block: Block, window: Window, year_end: str) -> str:
    """Return the year's end, or for people in post the date nearest to it of which there are figures."""
    if window != "date" or year_end in block.row:
        return year_end
    wanted = periods.ordinal(year_end)
    near = min(block.periods, key=lambda end: abs(periods.ordinal(end) - wanted))
    return near if abs(periods.ordinal(near) - wanted) <= _NEAR_MONTHS else year_end


def _line(snapshot: Snapshot, measure: Measure, force: str, group: tuple[str, ...], year_end: str) -> Line:
    block, window = _block(snapshot, measure), measure.windows[0]
    end = _nearest(block, window, year_end)
    row = block.row.get(end)
    known = row is not None and not np.isnan(block.numerator[row, block.column[force]])
    touching = _touching(snapshot, measure, (force, *group) if known else (force,), block, end, known=known)
    if row is None:
        return Line(measure.id, window, end, None, None, None, None, 0, None, None, None, None, 0, None, touching)
    own = block.column[force]
    everyone = comparable_forces(snapshot.forces, measure)
    columns = [block.column[other] for other in everyone]
    group_columns = [block.column[peer] for peer in group if peer in everyone]
    alone = force == CITY_OF_LONDON and measure.denominator == "population"
    value = None if alone else _number(block.value[row, own])
    average, peers_known = None, 0
    if value is not None and force in everyone:
        average, members = _weighted(block, row, [own, *group_columns], measure.multiplier)
        average, peers_known = (average, members - 1) if members > 1 else (None, 0)
    values = block.value[row, columns]
    ranked = values[~np.isnan(values)]
    rank = None if value is None or force not in everyone else int(np.sum(ranked > value)) + 1
    difference = None if value is None or average is None else value - average
    denominator = _number(block.denominator[row, own])
    return Line(
        measure=measure.id,
        window=window,
        period_end=end,
        numerator=_number(block.numerator[row, own]),
        denominator=denominator,
        value=value,
        peers_average=average,
        peers_known=peers_known,
        england=_england(snapshot, measure.id, row),
        difference=difference,
        difference_total=None
        if difference is None or denominator is None
        else difference * denominator / measure.multiplier,
        rank=rank,
        of=ranked.size,
        outlier=_outlier(measure, rank, ranked.size, difference),
        caveats=touching,
    )


def _weighted(block: Block, row: int, columns: Sequence[int], multiplier: int) -> tuple[float | None, int]:
    """Return the sum of numerators over the sum of denominators of those who have both, and their number."""
    numerators, denominators = block.numerator[row, columns], block.denominator[row, columns]
    known = ~np.isnan(numerators / denominators)
    if not known.any():
        return None, 0
    return float(numerators[known].sum() / denominators[known].sum() * multiplier), int(known.sum())


@lru_cache(maxsize=_KEPT_OF_ENGLAND)
def _england(snapshot: Snapshot, name: str, row: int) -> float | None:
    measure = snapshot.measures[name]
    block = _block(snapshot, measure)
    forces = comparable_forces(snapshot.forces, measure)
    columns = [block.column[force] for force in forces if snapshot.forces[force].country == "England"]
    return _weighted(block, row, columns, measure.multiplier)[0]


def _outlier(measure: Measure, rank: int | None, of: int, difference: float | None) -> Outlier | None:
    """Return on which side HMIC's rule calls a figure an outlier, if it does."""
    if rank is None or (measure.kind == "money" and abs(difference or 0.0) < LEAST_POUNDS_A_HEAD):
        return None
    if rank <= of * TENTH:
        return "high"
    return "low" if of - rank + 1 <= of * TENTH else None


def _touching(
    snapshot: Snapshot, measure: Measure, areas: tuple[str, ...], block: Block, end: str, *, known: bool
) -> tuple[str, ...]:
    """Return the caveats of a figure; where there is none, those that tell why."""
    window, row = measure.windows[0], block.row.get(end)
    conditions = caveats.conditions(block, row, areas, end, window) if known and row is not None else ()
    return tuple(
        name
        for name in caveats.touching(snapshot, measure, areas, end, window, conditions)
        if (snapshot.caveats[name].kind == "gap") != known
    )


def crossable(snapshot: Snapshot) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the measures that a quadrant can have across (money) and up (demand and results), in page order."""
    lines = snapshot.value_lines.values()
    money = tuple(line.measure for line in lines if snapshot.measures[line.measure].kind == "money")
    return money, tuple(line.measure for line in lines if line.part in ("demand", "results", "people"))


def group_values(snapshot: Snapshot, profile: ValueForMoney, line: Line) -> dict[str, float]:
    """Return the values of the force, first, and its peers at a line's period; those without one are left out."""
    measure = snapshot.measures[line.measure]
    block = _block(snapshot, measure)
    row = block.row.get(line.period_end)
    comparable = comparable_forces(snapshot.forces, measure)
    values = {
        force: _number(block.value[row, block.column[force]])
        for force in (profile.force, *profile.peers)
        if row is not None and force in comparable
    }
    return {force: value for force, value in values.items() if value is not None}


def quadrant(snapshot: Snapshot, profile: ValueForMoney, across: str, up: str) -> Quadrant:
    """Return the force and its peers by two measures, each at the period of its line in the profile."""
    lines = profile.line(across), profile.line(up)
    values_across, values_up = (group_values(snapshot, profile, line) for line in lines)
    points = tuple(
        Point(force, value, values_up[force]) for force, value in values_across.items() if force in values_up
    )
    return Quadrant(profile.force, across, up, profile.year_end, points, *(line.peers_average for line in lines))


def over_the_years(snapshot: Snapshot, profile: ValueForMoney, measure: str = NET) -> tuple[YearOfSpending, ...]:
    """Return every financial year of a measure up to the newest; years without figures hold None."""
    definition = snapshot.measures[measure]
    block = _block(snapshot, definition)
    everyone = comparable_forces(snapshot.forces, definition)
    own = block.column[profile.force]
    group = [block.column[peer] for peer in profile.peers if peer in everyone]
    shown = profile.force in everyone
    found = []
    every = periods.quarters(block.periods[0], block.periods[-1])[::4]
    for end in every:
        row = block.row.get(end)
        if row is None:
            found.append(YearOfSpending(end, None, None, None, None, None))
            continue
        peers = block.value[row, group][~np.isnan(block.value[row, group])]
        found.append(
            YearOfSpending(
                year_end=end,
                value=_number(block.value[row, own]) if shown else None,
                lowest=float(peers.min()) if peers.size else None,
                highest=float(peers.max()) if peers.size else None,
                average=_weighted(block, row, [own, *group] if shown else group, definition.multiplier)[0],
                england=_england(snapshot, measure, row),
            )
        )
    return tuple(found)


def compositions(snapshot: Snapshot, profile: ValueForMoney) -> tuple[Composition, ...]:
    """Return what net spending is made of for the force and its peers whose parts are known, highest first."""
    pay, other, income, net = (
        group_values(snapshot, profile, profile.line(measure)) for measure in (PAY, OTHER, INCOME, NET)
    )
    found = [
        Composition(force, pay[force], other[force], income[force], net[force])
        for force in net
        if force in pay and force in other and force in income
    ]
    return tuple(sorted(found, key=lambda one: -one.net))


def what_if(profile: ValueForMoney, line: Line, target: float, measure: Measure) -> WhatIf:
    """Return what moving a line of money to `target` (in its unit) would come to; positive where it is above that.

    Arithmetic alone: (value - target) x denominator, over the force's net spending per officer of the same year. Raises
    ValueError for a line without a figure.
    """
    if line.value is None or line.denominator is None:
        raise ValueError(f"{line.measure} of {profile.force} has no figure to start from")
    pounds = (line.value - target) * line.denominator / measure.multiplier
    cost = profile.line(COST_OF_AN_OFFICER).value
    return WhatIf(pounds, cost, None if cost is None else pounds / cost)


@dataclass(frozen=True)
class GroupOfOffences:
    """Crimes of an offence group recorded in a year, and the shares per 100 charged and settled out of court so far."""

    group: str
    recorded: int
    charged: float | None
    out_of_court: float | None
    peers_charged: float | None
    peers_out_of_court: float | None


def by_offence_group(snapshot: Snapshot, profile: ValueForMoney) -> tuple[GroupOfOffences, ...]:
    """Return outcomes by offence group of the year's crimes beside the group's averages; empty if not known."""
    own, *others = [
        snapshot.outcomes_by_group.get((profile.year_end, force), {}) for force in (profile.force, *profile.peers)
    ]
    return tuple(
        GroupOfOffences(
            group=group,
            recorded=sum(outcomes.values()),
            charged=_share([outcomes], _CHARGED),
            out_of_court=_share([outcomes], _OUT_OF_COURT),
            peers_charged=_share([outcomes, *(other[group] for other in others)], _CHARGED) if others else None,
            peers_out_of_court=_share([outcomes, *(other[group] for other in others)], _OUT_OF_COURT)
            if others
            else None,
        )
        for group, outcomes in own.items()
    )


def _share(of_forces: Sequence[Mapping[str, int]], outcomes: tuple[str, ...]) -> float | None:
    whole = sum(sum(numbers.values()) for numbers in of_forces)
    return sum(numbers[outcome] for numbers in of_forces for outcome in outcomes) / whole * 100 if whole else None


def as_record(profile: ValueForMoney) -> dict[str, Any]:
    """Return a profile as plain values, in the order in which the command line shows them."""
    return {
        "force": profile.force,
        "year": periods.describe(profile.year_end, "financial-year"),
        "basis": profile.basis,
        "peers": list(profile.peers),
        "lines": [
            {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(line).items()}
            for line in profile.lines
        ],
    }


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)
