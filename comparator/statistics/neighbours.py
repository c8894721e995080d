"""Statistical neighbours: the nearest forces by their standardised drivers (METHODS 2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def distances(drivers: Floats) -> Floats:
    """Return the (n, n) Euclidean distances between n units over d drivers, given as an (n, d) array.

    Each driver is first turned into z scores with the population standard deviation. Raises ValueError when a driver
    is missing for a unit or the same for all of them.
    """
    spread = drivers.std(axis=0)
    if np.isnan(drivers).any() or (spread == 0).any():
        raise ValueError("every driver must be known for every unit and differ between units")
    z = (drivers - drivers.mean(axis=0)) / spread
    apart: Floats = np.sqrt(((z[:, np.newaxis, :] - z[np.newaxis, :, :]) ** 2).sum(axis=2))
    return apart


def nearest(distance: Floats, how_many: int) -> NDArray[np.intp]:
    """Return the (n, how_many) indices of each unit's nearest others, nearest first."""
    apart = distance.copy()
    np.fill_diagonal(apart, np.inf)
    return np.argsort(apart, axis=1, kind="stable")[:, :how_many]
