"""The peers of each force: statistical neighbours, the official groups where supplied, region and all (METHODS 2)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from comparator.analysis.comparison import compared_forces, peer_groups
from comparator.build.errors import BuildError
from comparator.build.tables import read_csv
from comparator.catalogue import Catalogue
from comparator.statistics import neighbours

NEIGHBOURS = 7

_DENSITY = "lsoa_popweighted_density_per_km2"
_DRIVERS = [
    "pct_terraced",
    "pct_lone_parent_households",
    "pct_16plus_never_worked_or_longterm_unemployed",
    "pct_households_deprived_2plus_dims",
]


def load(drivers: Path, official_groups: Path | None, catalogue: Catalogue) -> pd.DataFrame:
    """Return peers by `force, basis, position, peer, distance`, sorted by the first three.

    Raises BuildError for a missing column, force or driver, or a faulty file of official groups.
    """
    forces = list(compared_forces(catalogue.forces))
    distance = _distances(drivers, forces, catalogue)
    nearest = neighbours.nearest(distance, NEIGHBOURS)
    groups: dict[tuple[str, str], list[str]] = {
        (force, "similar"): [forces[other] for other in nearest[index]] for index, force in enumerate(forces)
    }
    for force in forces:
        same = peer_groups(catalogue.forces, {}, force)
        groups[force, "region"] = list(same["region"])
        groups[force, "all"] = list(same["all"])
    if official_groups is not None:
        groups |= _official(official_groups, catalogue)
    rows = [
        (force, basis, position, peer, float(distance[forces.index(force), forces.index(peer)]))
        for (force, basis), group in groups.items()
        for position, peer in enumerate(group, start=1)
    ]
    table = pd.DataFrame(rows, columns=["force", "basis", "position", "peer", "distance"])
    return table.sort_values(["force", "basis", "position"], ignore_index=True)


def _distances(path: Path, forces: list[str], catalogue: Catalogue) -> NDArray[np.float64]:
    rows = read_csv(path, ["pfa_code", *_DRIVERS, _DENSITY], catalogue).set_index("force")
    if not rows.index.is_unique:
        raise BuildError(f"{path}: {rows.index[rows.index.duplicated()][0]} stands twice; fetch the file again")
    missing = sorted(set(forces) - set(rows.index))
    if missing:
        raise BuildError(f"{path}: no row for {', '.join(missing)}")
    rows = rows.loc[forces, [*_DRIVERS, _DENSITY]].apply(pd.to_numeric, errors="coerce")
    for force, driver in zip(*np.nonzero(rows.isna().to_numpy()), strict=True):
        raise BuildError(f"{path}: {rows.columns[driver]} of {forces[force]} is not a number")
    if not (rows[_DENSITY] > 0).all():
        raise BuildError(f"{path}: {_DENSITY} must be known and above 0 for every force")
    drivers = np.column_stack([rows[_DRIVERS].to_numpy(dtype=float), np.log(rows[_DENSITY].to_numpy(dtype=float))])
    try:
        return neighbours.distances(drivers)
    except ValueError as error:
        raise BuildError(f"{path}: {error}") from error


def _official(path: Path, catalogue: Catalogue) -> dict[tuple[str, str], list[str]]:
    """Read the columns `force, peer` of an installation's own file, force ids or names, in the group's order."""
    ids = {name: force.id for force in catalogue.forces.values() for name in (force.id, force.name, *force.aliases)}
    try:
        rows = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise BuildError(f"{path}: cannot be read as CSV ({error}); it needs the columns force and peer") from error
    if not {"force", "peer"} <= set(rows.columns):
        raise BuildError(f"{path}: needs the columns force and peer; it has {', '.join(rows.columns)}")
    if rows.empty:
        raise BuildError(f"{path}: holds no groups; fill it or take it away")
    if rows.duplicated(["force", "peer"]).any():
        twice = rows[rows.duplicated(["force", "peer"])].iloc[0]
        raise BuildError(f"{path}: {twice['force']} with peer {twice['peer']} stands twice")
    compared = compared_forces(catalogue.forces)
    groups: dict[tuple[str, str], list[str]] = {}
    for force, peer in rows[["force", "peer"]].itertuples(index=False):
        if ids.get(force) not in compared or ids.get(peer) not in compared or ids[force] == ids[peer]:
            raise BuildError(
                f"{path}: {force!r} with peer {peer!r} is not a pair of different forces that are compared"
            )
        groups.setdefault((ids[force], "most-similar-group"), []).append(ids[peer])
    return groups
