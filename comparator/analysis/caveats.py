"""Which caveats touch exactly the figures at hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np

from comparator import periods
from comparator.catalogue import Caveat, Measure
from comparator.periods import Window, months_covered
from comparator.snapshot import Block, Snapshot

_KEPT = 512


def touching(
    snapshot: Snapshot,
    measure: Measure,
    areas: Collection[str],
    period_end: str,
    window: Window,
    conditions: Collection[str],
) -> tuple[str, ...]:
    """Return the ids of the caveats that touch a measure's figures for these areas in this window, in catalogue order.

    `conditions` are the conditions found true of the figures, such as "population-carried-forward".
    """
    return within(snapshot, measure, areas, months_covered(period_end, window), conditions)


def along(
    snapshot: Snapshot, measure: Measure, areas: Sequence[str], block: Block, window: Window, last: str
) -> tuple[str, ...]:
    """Return the ids of the caveats that touch any of a block's figures for these areas up to the period end `last`."""
    ends = block.periods[: block.row[last] + 1]
    # Only the newest population can be missing, so the newest figures show whether one was carried forward.
    found = conditions(block, block.row[last], areas, last, window)
    if np.any(block.numerator[: len(ends), [block.column[area] for area in areas]] < 0):
        found.add("negative-count")
    return within(snapshot, measure, areas, (months_covered(ends[0], window)[0], last), found)


def conditions(block: Block, row: int, areas: Sequence[str], period_end: str, window: Window) -> set[str]:
    """Return which conditions of caveats hold for the figures of these areas in a row of a block."""
    columns = [block.column[area] for area in areas]
    found = set()
    if np.any(block.denominator_year[row, columns] < periods.population_year(period_end, window)):
        found.add("population-carried-forward")
    if np.any(block.numerator[row, columns] < 0):
        found.add("negative-count")
    return found


def within(
    snapshot: Snapshot,
    measure: Measure,
    areas: Collection[str],
    months: tuple[str, str],
    conditions: Collection[str],
) -> tuple[str, ...]:
    """Return the ids of the caveats that touch figures from the first to the last of these months."""
    return tuple(
        caveat.id
        for caveat in _of_measure(snapshot, measure.id)
        if (not caveat.areas or any(area in caveat.areas for area in areas))
        and _touches_months(caveat, months)
        and (caveat.condition is None or caveat.condition in conditions)
    )


@lru_cache(maxsize=_KEPT)
def _of_measure(snapshot: Snapshot, name: str) -> tuple[Caveat, ...]:
    """Return the caveats that touch a measure, or a source that it is made from, somewhere."""
    sources = snapshot.measures[name].sources
    return tuple(
        caveat
        for caveat in snapshot.caveats.values()
        if name in caveat.measures or any(source in caveat.sources for source in sources)
    )


def _touches_months(caveat: Caveat, months: tuple[str, str]) -> bool:
    if caveat.first_month is None:
        return True
    first, last = (periods.ordinal(month) for month in months)
    begins = periods.ordinal(caveat.first_month)
    if caveat.kind == "break":
        return first <= begins <= last + 1
    return begins <= last and first <= periods.ordinal(caveat.last_month or caveat.first_month)
