"""Reads how recorded crimes ended: the Home Office's outcomes by force and year, and by offence group for one year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from comparator import periods
from comparator.build.errors import BuildError
from comparator.build.tables import only_forces, read_columns
from comparator.catalogue import Catalogue, Source

_OUTCOMES = {"t1": "charged-or-summonsed", "oocd": "out-of-court", "assigned": "assigned"}
_KEY = ["year_end", "force", "outcome"]
_GROUPED = {
    "Financial Year": "year",
    "Force": "force",
    "Offence Group": "group",
    "Outcome Group": "outcome",
    "n": "number",
}
_FRAUD = "Fraud offences to 2012/13"


def load(path: Path, source: Source, catalogue: Catalogue) -> pd.DataFrame:
    """Return outcomes by `year_end, force, outcome, by_date_of_outcome, by_date_recorded`, sorted so.

    Years that a force did not supply by the date of recording stand in the file as noughts, and here as no number.
    Raises BuildError for a missing column, an unknown force, a year or number that is none, or a row that stands twice.
    """
    columns = [f"{basis}_all_{name}" for basis in ("closed", "recorded") for name in _OUTCOMES]
    rows = only_forces(read_columns(path, ["force", "fy", *columns]), path, source, catalogue)
    rows["year_end"] = _year_ends(rows["fy"], path)
    if rows.duplicated(["year_end", "force"]).any():
        row = rows[rows.duplicated(["year_end", "force"])].iloc[0]
        raise BuildError(f"{path}: {row['force']} in {row['fy']} stands twice; fetch the file again")
    for column in columns:
        rows[column] = _whole(rows[column], rows, path)
    recorded = [column for column in columns if column.startswith("recorded")]
    rows[recorded] = rows[recorded].where(rows[recorded].sum(axis=1) > 0)
    parts = [
        rows[["year_end", "force"]].assign(
            outcome=outcome,
            by_date_of_outcome=rows[f"closed_all_{name}"],
            by_date_recorded=rows[f"recorded_all_{name}"],
        )
        for name, outcome in _OUTCOMES.items()
    ]
    return pd.concat(parts).sort_values(_KEY, ignore_index=True)


def load_by_group(path: Path, source: Source, catalogue: Catalogue) -> pd.DataFrame:
    """Return crimes recorded in a year by `year_end, force, group, outcome, number`, sorted so, without fraud.

    Raises BuildError for a file that cannot be read, a missing column, an unknown force, offence group or outcome.
    """
    try:
        rows = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise BuildError(f"{path}: cannot be read as Parquet ({error}); fetch it again") from error
    missing = [name for name in _GROUPED if name not in rows.columns]
    if missing:
        raise BuildError(f"{path}: column {', '.join(missing)} is missing; it has {', '.join(rows.columns)}")
    rows = only_forces(rows[list(_GROUPED)].rename(columns=_GROUPED), path, source, catalogue)
    rows = rows[rows["group"] != _FRAUD].copy()
    unknown = sorted(set(rows["group"]) - {offence.group for offence in catalogue.offences})
    if unknown:
        raise BuildError(f"{path}: unknown offence group {', '.join(map(repr, unknown))}; add it to offences.csv")
    names = {published: name for name, published in catalogue.values("outcomes_by_group", "outcome").items()}
    unknown = sorted(set(rows["outcome"]) - set(names))
    if unknown:
        raise BuildError(
            f"{path}: unknown outcome {', '.join(map(repr, unknown))}; add it to the values in tables.toml "
            "[outcomes_by_group]"
        )
    rows["outcome"] = rows["outcome"].map(names)
    rows["year_end"] = _year_ends(rows["year"], path)
    rows["number"] = pd.to_numeric(rows["number"], errors="coerce")
    if rows["number"].isna().any():
        row = rows[rows["number"].isna()].iloc[0]
        raise BuildError(f"{path}: {row['group']} of {row['force']} has no number of crimes; fetch the file again")
    # Single rows may be negative, where a force corrected an earlier figure; their sums may not.
    totals: pd.DataFrame = rows.groupby(["year_end", "force", "group", "outcome"])["number"].sum().reset_index()
    totals["number"] = _whole(totals["number"], totals, path)
    return totals


def _year_ends(years: pd.Series[str], path: Path) -> pd.Series[str]:
    try:
        ends = {year: periods.from_financial_year(str(year)) for year in years.unique()}
    except ValueError as error:
        raise BuildError(f"{path}: {error}") from error
    return years.map(ends)


def _whole(cells: pd.Series[Any], rows: pd.DataFrame, path: Path) -> pd.Series[int]:
    numbers = pd.to_numeric(cells, errors="coerce")
    wrong = numbers.isna() | (numbers % 1 != 0) | (numbers < 0)
    if wrong.any():
        row = rows[wrong].iloc[0]
        raise BuildError(
            f"{path}: {str(cells[wrong].iloc[0])!r} is no number of outcomes "
            f"({row['force']}, {periods.describe(row['year_end'], 'financial-year')}); fetch the file again"
        )
    return numbers.astype("int64")
