"""Reads police recorded crime: the Home Office's table as Parquet, or as published in .ods or .xlsx."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from comparator import periods
from comparator.build.errors import BuildError
from comparator.build.tables import only_forces
from comparator.catalogue import Catalogue, Source

FRAUD = "Fraud offences"
NO_NEGATIVES_FROM = "2019-04"

_PUBLISHED = {
    "Financial Year": "year",
    "Financial Quarter": "quarter",
    "Force Name": "force",
    "Offence Description": "description",
    "Offence Group": "group",
    "Offence Subgroup": "subgroup",
    "Offence Code": "code",
    "Number of Offences": "number",
}
_PARQUET = {
    "FY": "year",
    "Financial Quarter": "quarter",
    "Force": "force",
    "Offence Description": "description",
    "Group": "group",
    "Offence Subgroup": "subgroup",
    "Offence Code": "code",
    "n": "number",
}
_HEADER_WITHIN_ROWS = 20


def load(path: Path, source: Source, catalogue: Catalogue, warnings: list[str]) -> pd.DataFrame:
    """Return recorded offences by `period_end, force, code, number`, sorted so, without fraud and other bodies.

    Adds a line to `warnings` for what is odd but usable. Raises BuildError for a missing column, an unknown force or
    offence, a duplicate key, a number that is none, or a negative number since April 2019.
    """
    rows = _read_parquet(path) if path.suffix == ".parquet" else _read_workbook(path)
    rows = only_forces(rows, path, source, catalogue)
    rows = rows[rows["group"] != FRAUD].copy()
    if rows.empty:
        raise BuildError(f"{path}: holds no offences of any force; is it the right file?")
    _check_offences(rows, path, catalogue, warnings)
    rows["period_end"] = _period_ends(rows, path)
    rows["number"] = _numbers(rows, path)
    rows = rows[["period_end", "force", "code", "number"]].sort_values(
        ["period_end", "force", "code"], ignore_index=True
    )
    _check_keys(rows, path)
    _check_negatives(rows, path, warnings)
    return rows


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        rows = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise BuildError(f"{path}: cannot be read as Parquet ({error}); fetch it again") from error
    return _renamed(rows, _PARQUET, str(path))


def _read_workbook(path: Path) -> pd.DataFrame:
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = [sheet for name in workbook.sheet_names for sheet in _sheets(workbook, name, path)]
    except (OSError, CalamineError) as error:
        raise BuildError(f"{path}: cannot be read as a workbook ({error}); fetch it again") from error
    if not sheets:
        raise BuildError(f"{path}: no sheet has the columns {', '.join(_PUBLISHED)}; is it the right file?")
    return pd.concat(sheets, ignore_index=True)


def _sheets(workbook: CalamineWorkbook, name: str, path: Path) -> Iterator[pd.DataFrame]:
    """Yield the sheet's table, if it holds one: a row within the first few that names at least half of the columns."""
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
    for index, row in enumerate(rows[:_HEADER_WITHIN_ROWS]):
        heads = [str(cell).strip() for cell in row]
        if len(set(heads) & set(_PUBLISHED)) * 2 >= len(_PUBLISHED):
            body = [cells for cells in rows[index + 1 :] if any(cell != "" for cell in cells)]
            yield _renamed(pd.DataFrame(body, columns=heads), _PUBLISHED, f"{path}: sheet {name!r}")
            return


def _renamed(rows: pd.DataFrame, names: dict[str, str], place: str) -> pd.DataFrame:
    missing = [name for name in names if name not in rows.columns]
    if missing:
        raise BuildError(f"{place}: column {', '.join(missing)} is missing; it has {', '.join(map(str, rows.columns))}")
    table = rows[list(names)].rename(columns=names)
    for name in ("year", "force", "description", "group", "subgroup", "code"):
        table[name] = table[name].map({cell: _text(cell) for cell in table[name].unique()})
    return table


def _text(cell: object) -> str:
    """Return a cell as text; spreadsheets hold codes such as 104 or 37.2 as numbers."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _check_offences(rows: pd.DataFrame, path: Path, catalogue: Catalogue, warnings: list[str]) -> None:
    known = {(offence.code, offence.subgroup, offence.group): offence for offence in catalogue.offences}
    for code, subgroup, group, description in (
        rows[["code", "subgroup", "group", "description"]].drop_duplicates().itertuples(index=False)
    ):
        offence = known.get((code, subgroup, group))
        if offence is None:
            raise BuildError(
                f"{path}: unknown offence: code {code!r} ({description}) in subgroup {subgroup!r} of {group!r}; "
                "add it to offences.csv and to a measure in measures.toml"
            )
        if _plain(description) not in map(_plain, (offence.description, *offence.aliases)):
            warnings.append(f"offence {code} is now described as {description!r}, until now {offence.description!r}")


def _plain(description: str) -> str:
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\(outcomes? only\)", "", description.lower()))


def _period_ends(rows: pd.DataFrame, path: Path) -> pd.Series[str]:
    ends: dict[tuple[str, object], str] = {}
    for year, quarter in rows[["year", "quarter"]].drop_duplicates().itertuples(index=False):
        try:
            ends[year, quarter] = periods.from_financial_quarter(str(year), _whole(quarter))
        except ValueError as error:
            raise BuildError(f"{path}: financial year {year!r}, quarter {quarter!r}: {error}") from error
    return pd.Series(
        [ends[key] for key in zip(rows["year"], rows["quarter"], strict=True)], index=rows.index, dtype=object
    )


def _whole(cell: object) -> int:
    number = float(str(cell))
    if not number.is_integer():
        raise ValueError(f"{cell} is not a whole number")
    return int(number)


def _numbers(rows: pd.DataFrame, path: Path) -> pd.Series[int]:
    numbers = pd.to_numeric(rows["number"], errors="coerce")
    wrong = numbers.isna() | (numbers % 1 != 0)
    if wrong.any():
        row = rows[wrong].iloc[0]
        raise BuildError(
            f"{path}: number of offences {str(row['number'])!r} is not a whole number "
            f"({row['force']}, {row['year']} quarter {row['quarter']}, code {row['code']})"
        )
    return numbers.astype("int64")


def _check_keys(rows: pd.DataFrame, path: Path) -> None:
    twice = rows.duplicated(["period_end", "force", "code"])
    if twice.any():
        row = rows[twice].iloc[0]
        raise BuildError(
            f"{path}: {int(twice.sum())} rows stand twice, first {row['force']}, quarter ending {row['period_end']}, "
            f"offence code {row['code']}; fetch the file again"
        )


def _check_negatives(rows: pd.DataFrame, path: Path, warnings: list[str]) -> None:
    negative = rows[rows["number"] < 0]
    late = negative[negative["period_end"] >= NO_NEGATIVES_FROM]
    if len(late):
        row = late.iloc[0]
        raise BuildError(
            f"{path}: negative number of offences {row['number']} ({row['force']}, quarter ending "
            f"{row['period_end']}, offence code {row['code']}); ask the publisher"
        )
    if len(negative):
        warnings.append(f"{len(negative)} negative numbers before April 2019 are corrections at source and were kept")
