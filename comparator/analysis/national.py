"""England and Wales as a whole: which measures have really changed, and in how many forces (METHODS 5)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from comparator.analysis.comparison import compared_forces
from comparator.analysis.trend import change_percent, chart_of
from comparator.catalogue import ENGLAND_AND_WALES, Measure
from comparator.snapshot import Snapshot
from comparator.statistics.control_chart import TrendVerdict

ENOUGH = 100
_KEPT = 4


@dataclass(frozen=True)
class NationalChange:
    """The change of a measure in England and Wales: the 12 months ending a period on those a year before, in per cent.

    `rising` and `falling` count the forces whose own series has really changed, out of `forces`. `furthest` is the
    force with the largest real change in the nation's direction among those with 100 offences or more in each of both
    years, and `furthest_percent` its change; None where there is none. `new` tells that the verdict was another one a
    quarter before.
    """

    measure: str
    verdict: TrendVerdict
    new: bool
    change_on_year_percent: float
    rising: int
    falling: int
    forces: int
    furthest: str | None
    furthest_percent: float | None


@lru_cache(maxsize=_KEPT)
def real_changes(snapshot: Snapshot, period: str) -> tuple[NationalChange, ...]:
    """Return the measures that have really risen or fallen in England and Wales, the largest change first.

    Sums of other measures are left out: their parts tell more.
    """
    found = [
        change
        for measure in snapshot.measures.values()
        if not measure.numerator.parts
        and measure.id in snapshot.trend_verdicts
        and period in snapshot.blocks[measure.id, "year"].row
        and (change := _change(snapshot, measure, period)) is not None
    ]
    return tuple(sorted(found, key=lambda change: -abs(change.change_on_year_percent)))


def _change(snapshot: Snapshot, measure: Measure, period: str) -> NationalChange | None:
    quarters, years = snapshot.blocks[measure.id, "quarter"], snapshot.blocks[measure.id, "year"]
    upto, nation = quarters.row[period] + 1, quarters.column[ENGLAND_AND_WALES]
    verdict = chart_of(quarters.value[:upto, nation], quarters.periods[:upto]).verdict
    rows = years.row[period] + 1
    ends = years.periods[:rows]
    percent = change_percent(ends, years.value[:rows, years.column[ENGLAND_AND_WALES]], years=1)
    if verdict not in ("rising", "falling") or percent is None or (percent > 0) != (verdict == "rising"):
        return None
    said = snapshot.trend_verdicts[measure.id]
    forces = compared_forces(snapshot.forces)
    verdicts = {force: said.verdict[said.row[period], said.column[force]] for force in forces}
    now, then = (years.numerator[row] for row in (rows - 1, rows - 5))
    moved = {
        force: change
        for force in forces
        if verdicts[force] == verdict
        and np.minimum(now, then)[years.column[force]] >= ENOUGH
        and (change := change_percent(ends, years.value[:rows, years.column[force]], years=1)) is not None
        and (change > 0) == (verdict == "rising")
    }
    furthest = max(moved, key=lambda force: abs(moved[force]), default=None)
    return NationalChange(
        measure=measure.id,
        verdict=verdict,
        new=verdict != chart_of(quarters.value[: upto - 1, nation], quarters.periods[: upto - 1]).verdict,
        change_on_year_percent=percent,
        rising=sum(one == "rising" for one in verdicts.values()),
        falling=sum(one == "falling" for one in verdicts.values()),
        forces=len(forces),
        furthest=furthest,
        furthest_percent=None if furthest is None else moved[furthest],
    )
