"""Every force among its peers and among all forces, for every measure, period and window (METHODS 3 and 4)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from comparator.analysis.comparison import BASES, compared_forces, funnel_over, peer_groups, standing
from comparator.build.observations import Blocks
from comparator.catalogue import Catalogue, Measure
from comparator.snapshot import Block
from comparator.statistics.funnel import funnel_verdict

Floats = NDArray[np.float64]


def table(blocks: Blocks, peers: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the comparisons of measures of recorded crime, sorted by measure, window, period end and force."""
    forces = sorted(catalogue.forces)
    distances: dict[tuple[str, str], dict[str, float | None]] = {}
    for force, basis, peer, distance in peers[["force", "basis", "peer", "distance"]].itertuples(index=False):
        distances.setdefault((force, basis), {})[peer] = distance
    groups = {force: peer_groups(catalogue.forces, distances, force) for force in forces}
    parts = [
        _of_block(block, catalogue.measures[measure], forces, groups).assign(measure=measure, window=window)
        for (measure, window), block in sorted(blocks.items())
        if catalogue.measures[measure].kind == "count-rate"
    ]
    return pd.concat(parts, ignore_index=True)


def _of_block(
    block: Block, measure: Measure, forces: list[str], groups: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> pd.DataFrame:
    z = _z(block, measure, forces)
    columns = {
        "period_end": np.repeat(np.array(block.periods, dtype=object), len(forces)),
        "force": np.tile(np.array(forces, dtype=object), len(block.periods)),
        "z": z.ravel(),
        "verdict_all": [funnel_verdict(value) for value in z.ravel()],
    }
    for basis in BASES:
        own, others = _group_columns(block, forces, [groups[force][basis] for force in forces])
        place = standing(
            block.numerator[:, own],
            block.denominator[:, own],
            _pick(block.numerator, others),
            _pick(block.denominator, others),
            measure.multiplier,
        )
        compared = ~np.isnan(place.group_average)
        columns |= {
            f"group_average_{basis}": place.group_average.ravel(),
            f"rank_{basis}": np.where(compared, place.rank, np.nan).ravel(),
            f"of_{basis}": np.where(compared, place.of, np.nan).ravel(),
            "verdict_all_peers" if basis == "all" else f"verdict_{basis}": place.verdict.ravel(),
        }
    return pd.DataFrame(columns)


def _z(block: Block, measure: Measure, forces: list[str]) -> Floats:
    compared = compared_forces(forces)
    columns = [block.column[force] for force in compared]
    z = np.full((len(block.periods), len(forces)), np.nan)
    places = [forces.index(force) for force in compared]
    for row in range(len(block.periods)):
        among_all = funnel_over(block.numerator[row, columns], block.denominator[row, columns], measure)
        if among_all is not None:
            z[row, places] = among_all.z
    return z


def _group_columns(
    block: Block, forces: list[str], groups: list[tuple[str, ...]]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return each force's column, and its peers' as (forces, most peers) filled up with -1."""
    widest = max(len(group) for group in groups)
    others = np.full((len(forces), widest), -1, dtype=np.intp)
    for index, group in enumerate(groups):
        others[index, : len(group)] = [block.column[peer] for peer in group]
    return np.array([block.column[force] for force in forces], dtype=np.intp), others


def _pick(figures: Floats, others: NDArray[np.intp]) -> Floats:
    """Return the peers' figures as (periods, forces, peers), NaN for no peer."""
    return np.where(others >= 0, figures[:, others], np.nan)
