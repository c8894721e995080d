"""Every measure by area, period end and window (METHODS 1)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from comparator import periods
from comparator.build.errors import BuildError
from comparator.catalogue import Catalogue, Measure
from comparator.periods import Window
from comparator.snapshot import Block

Floats = NDArray[np.float64]
_NAMED = 5

Blocks = dict[tuple[str, Window], Block]


def compute(
    offences: pd.DataFrame,
    older_offences: pd.DataFrame,
    population: pd.DataFrame,
    catalogue: Catalogue,
    areas: Mapping[str, tuple[str, ...]],
    warnings: list[str],
) -> Blocks:
    """Return a block of observations for each measure and window, its areas in the order of `areas`.

    A year is the sum of the four quarters in `offences`, or stands as published in `older_offences`. A quarter in which
    a force lacks a code that other forces report has no value for the measures that count it, nor has a window with
    such a quarter. Raises BuildError when a measure counts no code that is in use.
    """
    forces = list(catalogue.forces)
    quarterly = _Counts(offences, periods.quarters(offences["period_end"].min(), offences["period_end"].max()), forces)
    _check_quarters(quarterly, offences, warnings)
    older = older_offences.rename(columns={"offence": "code"})
    rolling = _Counts(older, tuple(sorted(older["period_end"].unique())), forces)
    people = population.pivot_table(index="year", columns="force", values="population")[forces]
    columns = [[forces.index(force) for force in members] for members in areas.values()]

    def summed(by_force: Floats) -> Floats:
        return np.column_stack([by_force[:, members].sum(axis=1) for members in columns])

    blocks: Blocks = {}
    for measure in catalogue.measures.values():
        table = quarterly if measure.numerator.table == "offences" else rolling
        published_ends = table.ends(measure)
        published = summed(table.of(measure, catalogue.codes(measure.id), published_ends))
        for window in measure.windows:
            ends, numerator = published_ends, published
            if window == "year" and table is quarterly:
                ends, numerator = _four_quarters(measure, ends, numerator)
            used = [_newest_year(people, periods.population_year(end, window)) for end in ends]
            denominator = summed(people.loc[used].to_numpy(dtype=float))
            blocks[measure.id, window] = Block(
                periods=ends,
                areas=tuple(areas),
                numerator=numerator,
                denominator=denominator,
                denominator_year=np.repeat(np.array(used, dtype=float)[:, np.newaxis], len(areas), axis=1),
                value=numerator / denominator * measure.multiplier,
            )
    return blocks


class _Counts:
    """Offences by period end, force and code; NaN where a force lacks a code that others report then."""

    def __init__(self, offences: pd.DataFrame, period_ends: tuple[str, ...], forces: list[str]) -> None:
        self.periods = period_ends
        self.forces = forces
        self.codes = sorted(offences["code"].unique())
        self.numbers = np.full((len(period_ends), len(forces), len(self.codes)), np.nan)
        self.numbers[
            pd.Index(period_ends).get_indexer(pd.Index(offences["period_end"])),
            pd.Index(forces).get_indexer(pd.Index(offences["force"])),
            pd.Index(self.codes).get_indexer(pd.Index(offences["code"])),
        ] = offences["number"]
        self.in_use = ~np.isnan(self.numbers).all(axis=1)

    def ends(self, measure: Measure) -> tuple[str, ...]:
        """Return the period ends from the measure's first to its last."""
        last = measure.last_period or self.periods[-1]
        ends = tuple(end for end in self.periods if measure.first_period <= end <= last)
        if not ends:
            raise BuildError(f"measures.toml: [{measure.id}] first_period: no data from {measure.first_period} on")
        return ends

    def of(self, measure: Measure, codes: tuple[str, ...], ends: tuple[str, ...]) -> Floats:
        """Return the measure's counts as (period ends, forces)."""
        rows = [self.periods.index(end) for end in ends]
        columns = [self.codes.index(code) for code in codes if code in self.codes]
        in_use = self.in_use[np.ix_(rows, columns)]
        if not in_use.any(axis=1).all():
            empty = ends[int(np.argmin(in_use.any(axis=1)))]
            raise BuildError(f"measures.toml: [{measure.id}] numerator: none of its codes is in use in {empty}")
        counts = self.numbers[np.ix_(rows, range(len(self.forces)), columns)]
        total: Floats = np.where(in_use[:, np.newaxis, :], counts, 0.0).sum(axis=2)
        return total


def _check_quarters(counts: _Counts, offences: pd.DataFrame, warnings: list[str]) -> None:
    """Warn of codes that a force lacks; raise BuildError where a force or a quarter is missing altogether."""
    absent = sorted(set(counts.forces) - set(offences["force"]))
    if absent:
        raise BuildError(f"the recorded crime file holds no offences of {', '.join(absent)}; fetch it again")
    unused = [end for end, used in zip(counts.periods, counts.in_use.any(axis=1), strict=True) if not used]
    if unused:
        raise BuildError(f"the recorded crime file has no quarter ending {unused[0]}; fetch it again")
    lacking = np.isnan(counts.numbers) & counts.in_use[:, np.newaxis, :]
    for period, force in np.argwhere(lacking.any(axis=2)):
        codes = ", ".join(counts.codes[code] for code in np.flatnonzero(lacking[period, force])[:_NAMED])
        warnings.append(
            f"{counts.forces[force]} lacks offence codes {codes} in the quarter ending {counts.periods[period]}: "
            "what counts them has no value"
        )


def _four_quarters(measure: Measure, ends: tuple[str, ...], counts: Floats) -> tuple[tuple[str, ...], Floats]:
    if len(ends) < 4:
        raise BuildError(
            f"measures.toml: [{measure.id}] windows: fewer than four quarters give no year; "
            'set windows = ["quarter"] until there are four'
        )
    return ends[3:], counts[:-3] + counts[1:-2] + counts[2:-1] + counts[3:]


def _newest_year(people: pd.DataFrame, year: int) -> int:
    years = [known for known in people.index if known <= year]
    if not years:
        raise BuildError(
            f"the population file begins in {people.index.min()}, but the figures need {year}; fetch a longer series"
        )
    return int(max(years))


def table(blocks: Blocks) -> pd.DataFrame:
    """Return the observations table, sorted by measure, window, period end and area."""
    parts = []
    for (measure, window), block in sorted(blocks.items()):
        number = len(block.areas)
        parts.append(
            pd.DataFrame(
                {
                    "measure": measure,
                    "window": window,
                    "period_end": np.repeat(np.array(block.periods, dtype=object), number),
                    "area": np.tile(np.array(block.areas, dtype=object), len(block.periods)),
                    "numerator": block.numerator.ravel(),
                    "denominator": block.denominator.ravel(),
                    "denominator_year": block.denominator_year.ravel(),
                    "value": block.value.ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
