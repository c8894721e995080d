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
    population: pd.DataFrame,
    catalogue: Catalogue,
    areas: Mapping[str, tuple[str, ...]],
    warnings: list[str],
) -> Blocks:
    """Return a block of observations for each measure and window, its areas in the order of `areas`.

    A quarter in which a force lacks a code that other forces report has no value for the measures that count it, nor
    has a window with such a quarter. Raises BuildError when a measure counts no code that is in use.
    """
    cube = _QuarterlyCounts(offences, list(catalogue.forces), warnings)
    people = population.pivot_table(index="year", columns="force", values="population")[list(catalogue.forces)]
    columns = [[cube.forces.index(force) for force in forces] for forces in areas.values()]

    def summed(by_force: Floats) -> Floats:
        return np.column_stack([by_force[:, members].sum(axis=1) for members in columns])

    blocks: Blocks = {}
    for measure in catalogue.measures.values():
        quarters = [
            end for end in cube.periods if measure.first_period <= end <= (measure.last_period or cube.periods[-1])
        ]
        if not quarters:
            raise BuildError(f"measures.toml: [{measure.id}] first_period: no data from {measure.first_period} on")
        counts = summed(cube.of(measure, catalogue.codes(measure.id), quarters))
        for window in measure.windows:
            numerator = counts if window == "quarter" else counts[:-3] + counts[1:-2] + counts[2:-1] + counts[3:]
            ends = quarters if window == "quarter" else quarters[3:]
            if not ends:
                raise BuildError(
                    f"measures.toml: [{measure.id}] windows: fewer than four quarters give no year; "
                    'set windows = ["quarter"] until there are four'
                )
            used = [_newest_year(people, periods.population_year(end, window)) for end in ends]
            denominator = summed(people.loc[used].to_numpy(dtype=float))
            blocks[measure.id, window] = Block(
                periods=tuple(ends),
                areas=tuple(areas),
                numerator=numerator,
                denominator=denominator,
                denominator_year=np.repeat(np.array(used, dtype=float)[:, np.newaxis], len(areas), axis=1),
                value=numerator / denominator * measure.multiplier,
            )
    return blocks


class _QuarterlyCounts:
    """Offences by quarter, force and code; NaN where a force lacks a code that others report that quarter."""

    def __init__(self, offences: pd.DataFrame, forces: list[str], warnings: list[str]) -> None:
        self.forces = forces
        self.periods = list(periods.quarters(offences["period_end"].min(), offences["period_end"].max()))
        self._codes = sorted(offences["code"].unique())
        counts = np.full((len(self.periods), len(forces), len(self._codes)), np.nan)
        counts[
            pd.Index(self.periods).get_indexer(pd.Index(offences["period_end"])),
            pd.Index(forces).get_indexer(pd.Index(offences["force"])),
            pd.Index(self._codes).get_indexer(pd.Index(offences["code"])),
        ] = offences["number"]
        self._counts = counts
        self._in_use = ~np.isnan(counts).all(axis=1)
        absent = sorted(set(forces) - set(offences["force"]))
        if absent:
            raise BuildError(f"the recorded crime file holds no offences of {', '.join(absent)}; fetch it again")
        unused = [end for end, used in zip(self.periods, self._in_use.any(axis=1), strict=True) if not used]
        if unused:
            raise BuildError(f"the recorded crime file has no quarter ending {unused[0]}; fetch it again")
        lacking = np.isnan(counts) & self._in_use[:, np.newaxis, :]
        for period, force in np.argwhere(lacking.any(axis=2)):
            codes = ", ".join(self._codes[code] for code in np.flatnonzero(lacking[period, force])[:_NAMED])
            warnings.append(
                f"{forces[force]} lacks offence codes {codes} in the quarter ending {self.periods[period]}: "
                "what counts them has no value"
            )

    def of(self, measure: Measure, codes: tuple[str, ...], quarters: list[str]) -> Floats:
        """Return the measure's counts as (quarters, forces)."""
        rows = [self.periods.index(end) for end in quarters]
        columns = [self._codes.index(code) for code in codes if code in self._codes]
        in_use = self._in_use[np.ix_(rows, columns)]
        if not in_use.any(axis=1).all():
            empty = quarters[int(np.argmin(in_use.any(axis=1)))]
            raise BuildError(f"measures.toml: [{measure.id}] numerator: none of its codes is in use in {empty}")
        counts = self._counts[np.ix_(rows, range(len(self.forces)), columns)]
        total: Floats = np.where(in_use[:, np.newaxis, :], counts, 0.0).sum(axis=2)
        return total


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
