"""What the readers of tables share: plain CSV files, and forces by ONS code or by published name."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from comparator.build.errors import BuildError
from comparator.catalogue import Catalogue, Source


def read_columns(path: Path, columns: list[str]) -> pd.DataFrame:
    """Return a CSV file's rows; raise BuildError for one that cannot be read or lacks a column."""
    try:
        rows = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise BuildError(f"{path}: cannot be read as CSV ({error}); fetch it again") from error
    missing = [name for name in columns if name not in rows.columns]
    if missing:
        raise BuildError(f"{path}: column {', '.join(missing)} is missing; it has {', '.join(rows.columns)}")
    return rows


def read_csv(path: Path, columns: list[str], catalogue: Catalogue) -> pd.DataFrame:
    """Return a CSV file's rows with the force id for `pfa_code` as a column `force`.

    Raises BuildError for a file that cannot be read, a missing column or an unknown code.
    """
    rows = read_columns(path, columns)
    rows["force"] = force_ids(rows["pfa_code"], path, catalogue)
    return rows


def force_ids(codes: pd.Series[str], path: Path, catalogue: Catalogue) -> pd.Series[str]:
    """Return the force ids of ONS codes; raise BuildError for a code that is not in forces.csv."""
    ids = {force.code: force.id for force in catalogue.forces.values()}
    unknown = sorted(set(codes.astype(str)) - set(ids))
    if unknown:
        raise BuildError(f"{path}: unknown force area {', '.join(unknown)}; add it to forces.csv")
    return codes.map(ids)


def only_forces(rows: pd.DataFrame, path: Path, source: Source, catalogue: Catalogue) -> pd.DataFrame:
    """Return the rows of the 43 forces, their published names in `force` replaced by force ids.

    Raises BuildError for a name that is neither a force nor one of the source's other bodies.
    """
    ids = {name: force.id for force in catalogue.forces.values() for name in (force.name, *force.aliases)}
    unknown = sorted(set(rows["force"]) - set(ids) - set(source.other_bodies))
    if unknown:
        raise BuildError(
            f"{path}: unknown force {', '.join(map(repr, unknown))}; add it to the aliases in forces.csv, "
            "or to other_bodies in sources.toml"
        )
    rows = rows[rows["force"].isin(list(ids))].copy()
    rows["force"] = rows["force"].map(ids)
    return rows
