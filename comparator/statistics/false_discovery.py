"""Many tests at once: which of them survive when a share of false finds is allowed (METHODS 6).

Source: Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate, J. R. Statist. Soc. B 57:289.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]


def two_sided_p(z: Floats) -> Floats:
    """Return the probability of a standard normal value as far from 0 as each z; NaN stays NaN."""
    p: Floats = 2 * ndtr(-np.abs(z))
    return p


def survivors(p: Floats, rate: float) -> NDArray[np.bool_]:
    """Return which tests Benjamini and Hochberg's step-up procedure rejects at a false discovery rate.

    With the m known p-values in order, the largest k with p(k) <= k / m x rate and all below it survive; NaN never.
    """
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    below = np.flatnonzero(p[order] <= np.arange(1, order.size + 1) / max(order.size, 1) * rate)
    surviving = np.zeros(p.shape, dtype=np.bool_)
    if below.size:
        surviving[order[: below[-1] + 1]] = True
    return surviving
