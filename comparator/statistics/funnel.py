"""The funnel with over-dispersion: is a force unlike all forces, beyond chance and ordinary variety (METHODS 4)?

Source: D. J. Spiegelhalter (2005), Handling over-dispersion of performance indicators, Qual Saf Health Care 14:347.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FunnelVerdict = Literal["far-above", "above", "typical", "below", "far-below"]

OUTLYING = 1.96
FAR_OUTLYING = 3.09
WINSORISED_TAIL = 0.10
ZERO_COUNTS_AS = 0.5


@dataclass(frozen=True)
class Funnel:
    """A funnel over k units.

    `theta`: the overall rate (numerators over denominators, no multiplier). `tau2`: the variance between units on the
    log scale. `z`: the adjusted z of each unit, in the order given; NaN where numerator or denominator is missing.
    """

    theta: float
    tau2: float
    z: Floats


def count_funnel(numerators: Floats, denominators: Floats) -> Funnel:
    """Return the funnel of counts over exposures; a count of 0 (or a negative correction) is taken as 0.5.

    Raises ValueError when fewer than two units have both figures or nothing was counted at all.
    """
    present = ~(np.isnan(numerators) | np.isnan(denominators))
    if present.sum() < 2:
        raise ValueError("a funnel needs at least two units")
    counts, exposures = numerators[present], denominators[present]
    theta = float(counts.sum() / exposures.sum())
    if theta <= 0:
        raise ValueError("a funnel needs at least one event")
    expected = exposures * theta
    deviation = np.log(at_least_half(counts) / expected)
    return _adjusted(theta, deviation, 1 / expected, present)


def proportion_funnel(successes: Floats, totals: Floats) -> Funnel:
    """Return the funnel of proportions on the logit scale, with variance 1/E + 1/(n - E).

    No or only successes are taken as half a success, or half a failure. Raises ValueError when fewer than two units
    have both figures, or when there was no success or no failure at all.
    """
    present = ~(np.isnan(successes) | np.isnan(totals))
    if present.sum() < 2:
        raise ValueError("a funnel needs at least two units")
    counts, n = successes[present], totals[present]
    theta = float(counts.sum() / n.sum())
    if not 0 < theta < 1:
        raise ValueError("a funnel of proportions needs successes and failures")
    deviation = np.log(at_least_half(counts) / at_least_half(n - counts)) - np.log(theta / (1 - theta))
    return _adjusted(theta, deviation, 1 / (n * theta) + 1 / (n * (1 - theta)), present)


def _adjusted(theta: float, deviation: Floats, variance: Floats, present: NDArray[np.bool_]) -> Funnel:
    tau2 = between_unit_variance(winsorise(deviation / np.sqrt(variance)), variance)
    z = np.full(present.shape, np.nan)
    z[present] = deviation / np.sqrt(variance + tau2)
    return Funnel(theta=theta, tau2=tau2, z=z)


def at_least_half(counts: Floats) -> Floats:
    """Return counts with 0 (or a negative correction at source) as half an event, so that their logarithm exists."""
    return np.where(counts > 0, counts, ZERO_COUNTS_AS)


def winsorise(z: Floats) -> Floats:
    """Return z with its lowest and highest tenth pulled in to the 10% and 90% quantiles (linear interpolation)."""
    low, high = np.quantile(z, [WINSORISED_TAIL, 1 - WINSORISED_TAIL])
    return np.clip(z, low, high)


def between_unit_variance(z: Floats, variance: Floats) -> float:
    """Return tau squared by moments from unadjusted z scores and the within-unit variances, never below 0.

    With phi = mean z² this is (k·phi - (k-1)) / (Σw - Σw²/Σw), w = 1/variance: DerSimonian and Laird's estimator.
    """
    weight = 1 / variance
    excess = float((z**2).sum()) - (z.size - 1)
    return max(0.0, excess / float(weight.sum() - (weight**2).sum() / weight.sum()))


def funnel_limit(theta: float, tau2: float, denominators: Floats, z: float) -> Floats:
    """Return the rate at which a unit with such a denominator reaches the adjusted z (negative z: the lower limit)."""
    return theta * np.exp(z * np.sqrt(1 / (denominators * theta) + tau2))


def funnel_verdict(z: float) -> FunnelVerdict | None:
    """Return where an adjusted z stands among all units at 1.96 and 3.09; None for NaN."""
    if np.isnan(z):
        return None
    if abs(z) <= OUTLYING:
        return "typical"
    far = abs(z) > FAR_OUTLYING
    if z > 0:
        return "far-above" if far else "above"
    return "far-below" if far else "below"
