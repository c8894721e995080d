"""Every measure by area, period end and window (METHODS 1)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from comparator import periods
from comparator.build.errors import BuildError
from comparator.catalogue import COLUMNS, Catalogue, Columns, Count, CountedTable, Measure
from comparator.periods import Window
from comparator.snapshot import Block

Floats = NDArray[np.float64]
_NAMED = 5

Blocks = dict[tuple[str, Window], Block]


def compute(
    counted: Mapping[CountedTable, pd.DataFrame],
    population: pd.DataFrame,
    catalogue: Catalogue,
    areas: Mapping[str, tuple[str, ...]],
    warnings: list[str],
) -> Blocks:
    """Return a block of observations for each measure and window, its areas in the order of `areas`.

    `counted` holds the tables that measures count from. Of recorded crime, 12 months are the sum of four quarters; the
    other tables' figures stand as published. Where a force lacks a code that other forces report, what counts it has no
    value, nor has a window with such a quarter, nor an area with such a force. Raises BuildError when a measure counts
    no code that is in use, or is divided by what is never known for the same period.
    """
    forces = list(catalogue.forces)
    tables = {name: _counts(rows, name, forces) for name, rows in counted.items()}
    _check_quarters(tables["offences"], counted["offences"], warnings)
    people = population.pivot_table(index="year", columns="force", values="population")[forces]
    columns = [[forces.index(force) for force in members] for members in areas.values()]

    def summed(by_force: Floats) -> Floats:
        return np.column_stack([by_force[:, members].sum(axis=1) for members in columns])

    blocks: Blocks = {}
    for measure in catalogue.measures.values():
        for window in measure.windows:
            ends, counts = _windows(tables, measure.numerator, measure, window, catalogue)
            years = np.full((len(ends), len(areas)), np.nan)
            if measure.denominator == "population":
                used = [_newest_year(people, periods.population_year(end, window)) for end in ends]
                years[:] = np.array(used, dtype=float)[:, np.newaxis]
                denominator = summed(people.loc[used].to_numpy(dtype=float))
            else:
                theirs, by_force = _windows(tables, measure.denominator, measure, window, catalogue)
                both = [end for end in ends if end in theirs]
                if not both:
                    raise BuildError(
                        f"measures.toml: [{measure.id}] denominator: is known for no period of the numerator; "
                        "widen first_period, or take the measure out until it is"
                    )
                denominator = summed(by_force[[theirs.index(end) for end in both]])
                counts, years = counts[[ends.index(end) for end in both]], years[: len(both)]
                ends = tuple(both)
            numerator = summed(counts)
            blocks[measure.id, window] = Block(
                periods=ends,
                areas=tuple(areas),
                numerator=numerator,
                denominator=denominator,
                denominator_year=years,
                value=numerator / denominator * measure.multiplier,
            )
    return blocks


class _Counts:
    """Numbers by period end, force and code; NaN where a force lacks a code that others report then."""

    def __init__(self, rows: pd.DataFrame, columns: Columns, period_ends: tuple[str, ...], forces: list[str]) -> None:
        self.periods = period_ends
        self.forces = forces
        self.codes = sorted(rows[columns.code].unique())
        self.numbers = np.full((len(period_ends), len(forces), len(self.codes)), np.nan)
        self.numbers[
            pd.Index(period_ends).get_indexer(pd.Index(rows[columns.period])),
            pd.Index(forces).get_indexer(pd.Index(rows["force"])),
            pd.Index(self.codes).get_indexer(pd.Index(rows[columns.code])),
        ] = rows[columns.number]
        self.in_use = ~np.isnan(self.numbers).all(axis=1)

    def used_ends(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the period ends in which any of these codes is in use."""
        columns = [self.codes.index(code) for code in codes if code in self.codes]
        used = self.in_use[:, columns].any(axis=1)
        return tuple(end for end, has in zip(self.periods, used, strict=True) if has)

    def of(self, measure: Measure, codes: tuple[str, ...], ends: tuple[str, ...]) -> Floats:
        """Return the counts as (period ends, forces); BuildError where none of the codes is in use."""
        rows = [self.periods.index(end) for end in ends]
        columns = [self.codes.index(code) for code in codes if code in self.codes]
        in_use = self.in_use[np.ix_(rows, columns)]
        if not in_use.any(axis=1).all():
            empty = ends[int(np.argmin(in_use.any(axis=1)))]
            raise BuildError(f"measures.toml: [{measure.id}] numerator: none of its codes is in use in {empty}")
        counts = self.numbers[np.ix_(rows, range(len(self.forces)), columns)]
        total: Floats = np.where(in_use[:, np.newaxis, :], counts, 0.0).sum(axis=2)
        return total


def _counts(rows: pd.DataFrame, table: CountedTable, forces: list[str]) -> _Counts:
    columns = COLUMNS[table]
    ends = rows[columns.period]
    every = periods.quarters(ends.min(), ends.max()) if table == "offences" else tuple(sorted(ends.unique()))
    return _Counts(rows, columns, every, forces)


def _windows(
    tables: Mapping[CountedTable, _Counts], count: Count, measure: Measure, window: Window, catalogue: Catalogue
) -> tuple[tuple[str, ...], Floats]:
    """Return the ends of the windows in which this can be counted, and the counts as (period ends, forces)."""
    table, codes = tables[count.table], catalogue.codes_of(count)
    published = table.periods if count.table == "offences" else table.used_ends(codes)
    last = measure.last_period or published[-1]
    ends = tuple(end for end in published if measure.first_period <= end <= last)
    if not ends:
        raise BuildError(f"measures.toml: [{measure.id}] first_period: no data from {measure.first_period} on")
    counts = table.of(measure, codes, ends)
    if count.table == "offences" and window != "quarter":
        ends, counts = _four_quarters(measure, ends, counts)
    if window != "financial-year":
        return ends, counts
    kept = [index for index, end in enumerate(ends) if end.endswith("-03")]
    return tuple(ends[index] for index in kept), counts[kept]


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
