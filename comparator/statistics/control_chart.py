"""Is this a real change? The control chart (XmR, process behaviour chart) of a quarterly series (METHODS 5).

Sources: D. J. Wheeler, Understanding Variation; NHS England, Making Data Count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TrendVerdict = Literal["rising", "falling", "no-real-change", "too-short"]
Rule = Literal["beyond-limit", "seven-on-one-side", "six-in-a-row", "two-of-three"]

LATEST = 4
BASELINE = 12
# The mean moving range times this is three standard deviations of single values (3 / 1.128).
LIMIT_FACTOR = 2.66
_SEVEN = 7
_SIX = 6


@dataclass(frozen=True)
class SpecialCause:
    """Why a change is called real: its direction (+1 up, -1 down), the rule, and the points that show it."""

    direction: int
    rule: Rule
    points: tuple[int, ...]


@dataclass(frozen=True)
class ControlChart:
    """A control chart of the seasonally adjusted series, in the unit of the series.

    `baseline` are the positions whose mean and moving range made centre and limits. For a series that is too short
    `adjusted` is all NaN and there are no limits. `cause` is the first special cause found, if any.
    """

    adjusted: Floats
    baseline: tuple[int, ...]
    centre: float | None
    lower: float | None
    upper: float | None
    cause: SpecialCause | None

    @property
    def verdict(self) -> TrendVerdict:
        """What the chart says."""
        if self.centre is None:
            return "too-short"
        if self.cause is None:
            return "no-real-change"
        return "rising" if self.cause.direction > 0 else "falling"


def control_chart(values: Floats, first_quarter: int, left_out: Sequence[int] = ()) -> ControlChart:
    """Return the control chart of a quarterly series that ends now.

    `first_quarter` is the calendar quarter (1 to 4) of the first value; `left_out` are positions, such as the
    pandemic's, that are kept out of the baseline. Needs 16 values besides those, without a gap in the middle.
    """
    known = np.flatnonzero(np.isnan(values))
    start = int(known[-1]) + 1 if known.size else 0
    baseline = tuple(position for position in range(start, values.size - LATEST) if position not in left_out)[
        -BASELINE:
    ]
    if len(baseline) < BASELINE:
        return ControlChart(np.full(values.shape, np.nan), (), None, None, None, None)
    adjusted = np.full(values.shape, np.nan)
    quarters = (np.arange(values.size) + first_quarter - 1) % 4
    adjusted[start:] = values[start:] / seasonal_factors(values[start:], quarters[start:])[quarters[start:]]
    centre, reach = natural_limits(adjusted[list(baseline)])
    return ControlChart(
        adjusted=adjusted,
        baseline=baseline,
        centre=centre,
        lower=centre - reach,
        upper=centre + reach,
        cause=special_cause(adjusted, baseline, centre, reach),
    )


def seasonal_factors(values: Floats, quarters: NDArray[np.intp]) -> Floats:
    """Return the four seasonal factors, of mean 1, by classical multiplicative decomposition.

    `quarters` (0 to 3) says which factor each value belongs to. The factor is the median ratio of the values of a
    quarter to the centred average of four quarters; a quarter without a usable ratio has no season (factor 1).
    """
    centred = np.convolve(values, [0.125, 0.25, 0.25, 0.25, 0.125], mode="valid")
    usable = centred > 0
    ratios = values[2:-2][usable] / centred[usable]
    of_quarter = quarters[2:-2][usable]
    factors = np.array(
        [np.median(ratios[of_quarter == quarter]) if (of_quarter == quarter).any() else 1.0 for quarter in range(4)]
    )
    factors[factors <= 0] = 1.0
    scaled: Floats = factors / factors.mean()
    return scaled


def natural_limits(values: Floats) -> tuple[float, float]:
    """Return the mean, and how far the natural process limits lie from it: 2.66 times the mean moving range."""
    return float(values.mean()), float(LIMIT_FACTOR * np.abs(np.diff(values)).mean())


def special_cause(adjusted: Floats, baseline: Sequence[int], centre: float, reach: float) -> SpecialCause | None:
    """Return the first special cause in the latest four points, or None where there is none."""
    newest = range(adjusted.size - LATEST, adjusted.size)
    beyond = [position for position in newest if abs(adjusted[position] - centre) > reach]
    if beyond:
        return SpecialCause(_side(adjusted[beyond[-1]] - centre), "beyond-limit", tuple(beyond))
    seven = (*baseline[LATEST - _SEVEN :], *newest)
    sides = {_side(adjusted[position] - centre) for position in seven}
    if len(sides) == 1 and 0 not in sides:
        return SpecialCause(sides.pop(), "seven-on-one-side", seven)
    steps = {_side(step) for step in np.diff(adjusted[-_SIX:])}
    if len(steps) == 1 and 0 not in steps:
        return SpecialCause(steps.pop(), "six-in-a-row", tuple(range(adjusted.size - _SIX, adjusted.size)))
    far = [position for position in newest[-3:] if abs(adjusted[position] - centre) > reach * 2 / 3]
    for side in (1, -1):
        same = tuple(position for position in far if _side(adjusted[position] - centre) == side)
        if len(same) >= 2:
            return SpecialCause(side, "two-of-three", same)
    return None


def _side(difference: float) -> int:
    return int(np.sign(difference))
