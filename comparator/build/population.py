"""Reads mid-year populations by police force area."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from comparator.build.errors import BuildError
from comparator.build.tables import read_csv
from comparator.catalogue import Catalogue


def load(path: Path, catalogue: Catalogue) -> pd.DataFrame:
    """Return populations by `force, year, population, vintage`, sorted so.

    Raises BuildError for a missing column, an unknown or missing force, a duplicate key, or an impossible number.
    """
    rows = read_csv(path, ["pfa_code", "year", "population", "vintage"], catalogue)
    if rows.duplicated(["force", "year"]).any():
        row = rows[rows.duplicated(["force", "year"])].iloc[0]
        raise BuildError(f"{path}: {row['force']} in {row['year']} stands twice; fetch the file again")
    if rows.empty:
        raise BuildError(f"{path}: holds no populations; fetch the file again")
    years = pd.to_numeric(rows["year"], errors="coerce")
    if years.isna().any() or (years % 1 != 0).any():
        raise BuildError(f"{path}: year {str(rows['year'][years.isna() | (years % 1 != 0)].iloc[0])!r} is not a year")
    people = pd.to_numeric(rows["population"], errors="coerce")
    impossible = rows[~((people > 0) & (people % 1 == 0))]
    if len(impossible):
        row = impossible.iloc[0]
        raise BuildError(
            f"{path}: population {str(row['population'])!r} of {row['force']} in {row['year']} is not possible"
        )
    gaps = rows.groupby("year")["force"].nunique()
    short = gaps[gaps < len(catalogue.forces)]
    if len(short):
        raise BuildError(f"{path}: {short.index[0]} has {short.iloc[0]} of {len(catalogue.forces)} forces")
    rows = rows[["force", "year", "population", "vintage"]].astype({"year": "int64", "population": "int64"})
    return rows.sort_values(["force", "year"], ignore_index=True)
