"""Reads who works for the police: the Home Office's table of 31 March by force, and its later counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from comparator import periods
from comparator.build.errors import BuildError
from comparator.build.source_files import SourceFile
from comparator.build.tables import force_ids, only_forces, read_columns
from comparator.catalogue import Catalogue

# Kinds of people by the worker types of the published table, in lower case; None where no full-time equivalent is told.
_KINDS: Mapping[str, str | None] = {
    "police officer": "officers",
    "police staff": "staff",
    "designated officer": "staff",
    "police community support officer": "pcsos",
    "special constable": None,
    "police support volunteer": None,
}
_PUBLISHED = {
    "As at 31 March...": "year",
    "Geo code": "code",
    "Force Name": "force",
    "Worker type": "type",
    "Total (FTE)": "fte",
}
_LATER = {"officer_fte": "officers", "staff_and_designated_fte": "staff", "pcso_fte": "pcsos"}
_KEY = ["date", "force", "kind"]


def load(found: Mapping[str, SourceFile], catalogue: Catalogue, warnings: list[str]) -> pd.DataFrame:
    """Return people in post by `date, force, kind, fte, source`, sorted so; a date is the last day of that month.

    Later counts of a date and kind that the published table has come to hold are left out, with a line in `warnings`.
    Raises BuildError for a missing column, an unknown force or kind, a date or number that is none, or a figure that
    stands twice.
    """
    published = _published(found["workforce"], catalogue)
    later = pd.concat(
        [
            _later(found["police-officers"], ["officer_fte"], catalogue),
            _later(found["workforce-september-2025"], list(_LATER), catalogue),
        ],
        ignore_index=True,
    )
    replaced = pd.MultiIndex.from_frame(later[["date", "kind"]]).isin(
        pd.MultiIndex.from_frame(published[["date", "kind"]])
    )
    for date, kind, source in later[replaced][["date", "kind", "source"]].drop_duplicates().itertuples(index=False):
        warnings.append(
            f"{found[source].path.name}: {kind} on {periods.describe(date, 'date')} are left out, because "
            f"{found['workforce'].path.name} holds them"
        )
    rows = pd.concat([published, later[~replaced]], ignore_index=True)
    twice = rows.duplicated(_KEY)
    if twice.any():
        row = rows[twice].iloc[0]
        raise BuildError(
            f"{found[row['source']].path}: {row['kind']} of {row['force']} on {periods.describe(row['date'], 'date')} "
            "stand twice, or in another file too; keep one of them"
        )
    return rows.sort_values(_KEY, ignore_index=True)[[*_KEY, "fte", "source"]]


def _published(file: SourceFile, catalogue: Catalogue) -> pd.DataFrame:
    rows = only_forces(_sheet(file.path), file.path, file.source, catalogue)
    kinds = rows["type"].str.lower()
    unknown = sorted(set(kinds) - set(_KINDS))
    if unknown:
        raise BuildError(f"{file.path}: unknown worker type {', '.join(map(repr, unknown))}; add it to workforce.py")
    rows["kind"] = kinds.map(_KINDS)
    rows = rows[rows["kind"].notna()].copy()
    rows["date"] = [_march(year, file.path) for year in rows["year"]]
    rows["fte"] = _numbers(rows["fte"], rows, file.path)
    totals: pd.DataFrame = rows.groupby(_KEY)["fte"].sum().reset_index()
    return totals.assign(source=file.source.id)


def _sheet(path: Path) -> pd.DataFrame:
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = [workbook.get_sheet_by_name(name).to_python(skip_empty_area=True) for name in workbook.sheet_names]
    except (OSError, CalamineError) as error:
        raise BuildError(f"{path}: cannot be read as a workbook ({error}); fetch it again") from error
    heads: list[str] = []
    for cells in sheets:
        heads = [str(cell).strip() for cell in cells[0]] if cells else []
        if set(_PUBLISHED) <= set(heads):
            return pd.DataFrame(cells[1:], columns=heads)[list(_PUBLISHED)].rename(columns=_PUBLISHED)
    raise BuildError(f"{path}: no sheet has the columns {', '.join(_PUBLISHED)}; the last has {', '.join(heads)}")


def _later(file: SourceFile, columns: list[str], catalogue: Catalogue) -> pd.DataFrame:
    rows = read_columns(file.path, ["code", "as_at", *columns])
    rows["force"] = force_ids(rows["code"], file.path, catalogue)
    rows["date"] = [_period_end(str(day), file.path) for day in rows["as_at"]]
    long = rows.melt(["date", "force"], columns, "kind", "fte").replace({"kind": _LATER})
    long["fte"] = _numbers(long["fte"], long, file.path)
    return long.assign(source=file.source.id)


def _march(year: object, path: Path) -> str:
    match = re.fullmatch(r"(\d{4})(\.0)?", str(year))
    if match is None:
        raise BuildError(f"{path}: {str(year)!r} is not a year such as 2023; fetch the file again")
    return f"{match[1]}-03"


def _period_end(day: str, path: Path) -> str:
    try:
        return periods.from_day(day)
    except ValueError as error:
        raise BuildError(f"{path}: {error}") from error


def _numbers(cells: pd.Series[Any], rows: pd.DataFrame, path: Path) -> pd.Series[float]:
    numbers = pd.to_numeric(cells, errors="coerce")
    wrong = ~(numbers >= 0)
    if wrong.any():
        row = rows[wrong].iloc[0]
        raise BuildError(
            f"{path}: {str(cells[wrong].iloc[0])!r} is no number of people "
            f"({row['force']}, {row['kind']}, {periods.describe(row['date'], 'date')}); fetch the file again"
        )
    return numbers.astype("float64")
