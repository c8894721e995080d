"""A force within a group of peers: group average, rank, and the range expected of one more such force (METHODS 3, 4).

Arrays hold the force on the leading axes and its peers on the last axis, the force itself left out; NaN is no figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]
PeerVerdict = Literal["far-above", "above", "in-line", "below", "far-below"]

SMALLEST_GROUP = 4
EXPECTED_QUANTILE = 0.90
EXTREME_QUANTILE = 0.975


@dataclass(frozen=True)
class PeerRange:
    """Limits in the unit of the rates, arrays over the leading axes; NaN where there are fewer than four peers."""

    expected_low: Floats
    expected_high: Floats
    extreme_low: Floats
    extreme_high: Floats


def group_average(rate: Floats, peer_rates: Floats) -> Floats:
    """Return the simple mean rate of the force and its peers (HMIC's definition); NaN without the force or any peer."""
    present = ~np.isnan(peer_rates)
    others = np.where(present, peer_rates, 0.0).sum(axis=-1)
    number = present.sum(axis=-1)
    return np.where(number > 0, (rate + others) / (number + 1), np.nan)


def weighted_group_average(numerators: Floats, denominators: Floats) -> Floats:
    """Return the sum of numerators over the sum of denominators on the last axis, the force itself among them.

    This is the average for money (HMICFRS, Understanding the value for money dashboards). NaN where nothing is known.
    """
    present = ~(np.isnan(numerators) | np.isnan(denominators))
    total = np.where(present, denominators, 0.0).sum(axis=-1)
    spent = np.where(present, numerators, 0.0).sum(axis=-1)
    average: Floats = np.divide(spent, total, out=np.full(np.shape(total), np.nan), where=total > 0)
    return average


def peer_range(peer_rates: Floats) -> PeerRange:
    """Return the 80% (expected) and 95% (extreme) prediction intervals of one more force like the peers.

    The interval is exp(mean ± t(p, m-1) · s · sqrt(1 + 1/m)) of the m log rates (METHODS 4). Raises ValueError for a
    rate that is not positive: give a rate of 0 as half an offence.
    """
    if np.any(peer_rates <= 0):
        raise ValueError("peer rates must be positive: treat a rate of 0 as half an offence")
    present = ~np.isnan(peer_rates)
    m = present.sum(axis=-1)
    enough = m >= SMALLEST_GROUP
    safe_m = np.where(enough, m, SMALLEST_GROUP)
    logs = np.where(present, np.log(np.where(present, peer_rates, 1.0)), 0.0)
    mean = logs.sum(axis=-1) / safe_m
    squares = np.where(present, (logs - mean[..., np.newaxis]) ** 2, 0.0).sum(axis=-1)
    spread = np.sqrt(squares / (safe_m - 1) * (1 + 1 / safe_m))

    def limit(quantile: float, side: int) -> Floats:
        return np.where(enough, np.exp(mean + side * stdtrit(safe_m - 1, quantile) * spread), np.nan)

    return PeerRange(
        expected_low=limit(EXPECTED_QUANTILE, -1),
        expected_high=limit(EXPECTED_QUANTILE, +1),
        extreme_low=limit(EXTREME_QUANTILE, -1),
        extreme_high=limit(EXTREME_QUANTILE, +1),
    )


def peer_verdict(rate: Floats, limits: PeerRange) -> NDArray[Any]:
    """Return a PeerVerdict for each rate, or None where the rate or the limits are missing (an array of objects)."""
    missing = np.isnan(rate) | np.isnan(limits.expected_low)
    verdict: NDArray[Any] = np.select(
        [
            missing,
            rate > limits.extreme_high,
            rate > limits.expected_high,
            rate < limits.extreme_low,
            rate < limits.expected_low,
        ],
        ["", "far-above", "above", "far-below", "below"],
        default="in-line",
    ).astype(object)
    verdict[missing] = None
    return verdict


def weighted_average(
    numerator: Floats, denominator: Floats, peer_numerators: Floats, peer_denominators: Floats
) -> Floats:
    """Return the sum of numerators over the sum of denominators of the force and its peers; NaN as `group_average`."""
    present = ~np.isnan(peer_numerators / peer_denominators)
    numerators = np.where(present, peer_numerators, 0.0).sum(axis=-1)
    denominators = np.where(present, peer_denominators, 0.0).sum(axis=-1)
    return np.where(present.any(axis=-1), (numerator + numerators) / (denominator + denominators), np.nan)


def rank_highest_first(rate: Floats, peer_rates: Floats) -> tuple[Floats, Floats]:
    """Return (rank, of): 1 is the highest of the force and its peers, equal rates share the better rank.

    Both are NaN where the force has no rate.
    """
    higher = (peer_rates > rate[..., np.newaxis]).sum(axis=-1)
    number = (~np.isnan(peer_rates)).sum(axis=-1)
    known = ~np.isnan(rate)
    return np.where(known, higher + 1.0, np.nan), np.where(known, number + 1.0, np.nan)
