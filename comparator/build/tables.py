"""Reads the plain CSV files that are keyed by ONS force code."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from comparator.build.errors import BuildError
from comparator.catalogue import Catalogue


def read_csv(path: Path, columns: list[str], catalogue: Catalogue) -> pd.DataFrame:
    """Return the named columns of a CSV file with the force id for `pfa_code` as a column `force`.

    Raises BuildError for a file that cannot be read, a missing column or an unknown code.
    """
    try:
        rows = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise BuildError(f"{path}: cannot be read as CSV ({error}); fetch it again") from error
    missing = [name for name in columns if name not in rows.columns]
    if missing:
        raise BuildError(f"{path}: column {', '.join(missing)} is missing; it has {', '.join(rows.columns)}")
    rows["force"] = force_ids(rows["pfa_code"], path, catalogue)
    return rows


def force_ids(codes: pd.Series[str], path: Path, catalogue: Catalogue) -> pd.Series[str]:
    """Return the force ids of ONS codes; raise BuildError for a code that is not in forces.csv."""
    ids = {force.code: force.id for force in catalogue.forces.values()}
    unknown = sorted(set(codes.astype(str)) - set(ids))
    if unknown:
        raise BuildError(f"{path}: unknown force area {', '.join(unknown)}; add it to forces.csv")
    return codes.map(ids)
