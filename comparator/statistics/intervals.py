"""Confidence intervals of single rates and proportions (METHODS 4)."""

from __future__ import annotations

import math

from scipy.special import gammaincinv, ndtri

EXACT_BELOW = 10


def count_interval(count: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the lower and upper confidence limit of an observed count of events.

    Byar's method; below 10 events the exact Poisson limits through the chi-squared distribution
    (half the chi-squared quantile on 2k degrees of freedom is the gamma quantile of shape k).
    Source: OHID Technical Guide, Confidence intervals, appendices 1 and 2. Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError(f"a count cannot be negative: {count}")
    tail = (1 - confidence) / 2
    if count < EXACT_BELOW:
        lower = float(gammaincinv(count, tail)) if count > 0 else 0.0
        return lower, float(gammaincinv(count + 1, 1 - tail))
    z = float(ndtri(1 - tail))
    above = count + 1
    lower = count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3
    return lower, above * (1 - 1 / (9 * above) + z / (3 * math.sqrt(above))) ** 3


def proportion_interval(successes: float, total: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the lower and upper confidence limit of a proportion, each between 0 and 1, by Wilson's score method.

    Source: Brown, Cai and DasGupta (2001); OHID Technical Guide, appendix 3. Raises ValueError unless
    0 <= successes <= total and total > 0.
    """
    if not 0 <= successes <= total or total <= 0:
        raise ValueError(f"{successes} of {total} is not a proportion")
    z2 = float(ndtri((1 + confidence) / 2)) ** 2
    p = successes / total
    centre = p + z2 / (2 * total)
    spread = math.sqrt(z2 * (p * (1 - p) + z2 / (4 * total)) / total)
    scale = 1 + z2 / total
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
