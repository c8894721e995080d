"""Reads what policing costs and who pays: MHCLG's revenue outturn, as extracts and as published, and the funding."""

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
from comparator.build.tables import force_ids, read_columns
from comparator.catalogue import Catalogue, Source

NET = "net-current-expenditure"

# What the columns of the extracts and of the published workbooks hold, as lines of the finance table.
_SUMMARY = {
    "police_net_current_exp": NET,
    "council_tax_requirement": "council-tax",
    "other_earmarked_reserves_mar": "earmarked-reserves",
    "unallocated_reserves_mar": "unallocated-reserves",
}
_SUMMARY_PUBLISHED = {
    "Police services": NET,
    "COUNCIL TAX REQUIREMENT (total of lines 805 to 885)": "council-tax",
    "Estimated other earmarked financial reserves level at 31 March (unadjusted)": "earmarked-reserves",
    "Estimated unallocated financial reserves level at 31 March": "unallocated-reserves",
}
_DETAIL = {
    "employees": "employees",
    "running_expenses": "running-expenses",
    "total_expenditure": "total-expenditure",
    "total_income": "income",
    "net_current_expenditure": NET,
}
_DETAIL_PUBLISHED = {
    "Police services - Employees (C1)": "employees",
    "Police services - Running Expenses (C2)": "running-expenses",
    "Police services - Total Expenditure (C3 = C1 + C2)": "total-expenditure",
    "Police services - Total Income (C6 = C4 + C5)": "income",
    "Police services - Net Current Expenditure (C7 = C3 - C6)": NET,
}
_POLICING = {*_DETAIL.values()}
_FUNDING = {"central_grant_gbp": "central-grant", "precept_gbp": "council-tax"}
_HEADER_WITHIN_ROWS = 20
_ENGLAND = "Eng"
# Amounts are published in thousands of pounds, most of them rounded to whole ones.
_ROUNDING = 2_000

_KEY = ["year_end", "force", "line"]


def load(found: Mapping[str, SourceFile], catalogue: Catalogue) -> pd.DataFrame:
    """Return amounts in pounds by `year_end, force, line, amount, source`, sorted so; what is not published is no row.

    Of bodies that do more than policing only the lines about policing are taken. Where several files tell the same
    amount they must agree. Raises BuildError for a missing column, an unknown force, an amount that is none, files
    that differ, or parts that do not make up their whole.
    """
    parts = [
        _extract(found["police-outturn"], _SUMMARY, catalogue),
        _extract(found["police-outturn-detail"], _DETAIL, catalogue),
        _workbook(found["outturn-as-published"], _SUMMARY_PUBLISHED, catalogue),
        _workbook(found["outturn-detail-as-published"], _DETAIL_PUBLISHED, catalogue),
        _funding(found["police-funding"], catalogue),
    ]
    rows = pd.concat(parts, ignore_index=True).dropna(subset=["amount"])
    rows["amount"] = rows["amount"].round().astype("int64")
    _check_agreement(rows, found)
    rows = rows.drop_duplicates(_KEY).sort_values(_KEY, ignore_index=True)
    _check_identities(rows, found["police-outturn-detail"].path)
    return rows[[*_KEY, "amount", "source"]]


def _extract(file: SourceFile, columns: Mapping[str, str], catalogue: Catalogue) -> pd.DataFrame:
    rows = read_columns(file.path, ["year", "pfa_code", "ecode", *columns])
    rows["force"] = force_ids(rows["pfa_code"], file.path, catalogue)
    rows["wider"] = rows["ecode"].isin(list(file.source.wider_bodies))
    return _lines(rows, columns, file.path, file.source)


def _workbook(file: SourceFile, columns: Mapping[str, str], catalogue: Catalogue) -> pd.DataFrame:
    """Return the lines of a workbook of all local authorities, of which the police and the wider bodies are taken."""
    year, table = _authorities(file.path, columns)
    england = table.index[table["E-code"] == _ENGLAND]
    if not len(england):
        raise BuildError(f"{file.path}: has no row {_ENGLAND!r} with the totals of England; fetch it again")
    # Below the row of England the workbook repeats its rows as totals by class of authority.
    authorities, total = table.loc[: england[0] - 1], table.loc[england[0]]
    wider = authorities["E-code"].isin(list(file.source.wider_bodies))
    rows = authorities[(authorities["Detailed Class"] == "Police") | wider].copy()
    codes = {force.code: force.id for force in catalogue.forces.values()}
    rows["force"] = [
        file.source.wider_bodies.get(str(ecode)) or codes.get(str(code))
        for ecode, code in zip(rows["E-code"], rows["ONS Code"], strict=True)
    ]
    if rows["force"].isna().any():
        row = rows[rows["force"].isna()].iloc[0]
        raise BuildError(
            f"{file.path}: unknown police body {row['Local authority']!r} ({row['E-code']}, {row['ONS Code']}); add it "
            "to forces.csv, or to wider_bodies in sources.toml"
        )
    rows["year"] = year
    rows["wider"] = rows["E-code"].isin(list(file.source.wider_bodies))
    lines = _lines(rows, columns, file.path, file.source)
    for published, line in columns.items():
        if line not in _POLICING:
            continue
        ours, theirs = lines.loc[lines["line"] == line, "amount"].sum(), float(total[published]) * 1000
        if abs(ours - theirs) > _ROUNDING:
            raise BuildError(
                f"{file.path}: {published}: the police bodies make {ours:,.0f}, England {theirs:,.0f}; add the missing "
                "body to wider_bodies in sources.toml"
            )
    return lines


def _authorities(path: Path, columns: Mapping[str, str]) -> tuple[str, pd.DataFrame]:
    """Return the financial year and the table of authorities: the sheet whose head begins with "E-code"."""
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = [workbook.get_sheet_by_name(name).to_python(skip_empty_area=True) for name in workbook.sheet_names]
    except (OSError, CalamineError) as error:
        raise BuildError(f"{path}: cannot be read as a workbook ({error}); fetch it again") from error
    needed = {"E-code", "ONS Code", "Local authority", "Detailed Class", *columns}
    missing: set[str] = set()
    for rows in sheets:
        for index, row in enumerate(rows[:_HEADER_WITHIN_ROWS]):
            if not row or row[0] != "E-code":
                continue
            heads = [str(cell).strip() for cell in row]
            missing = needed - set(heads)
            if not missing:
                return _year(rows[:index], path), pd.DataFrame(rows[index + 1 :], columns=heads)
    what = f"column {', '.join(sorted(missing))} is missing" if missing else "no sheet has a table of authorities"
    raise BuildError(f"{path}: {what}; is it the right file?")


def _year(title: list[list[Any]], path: Path) -> str:
    for row in title:
        if match := re.search(r"\b(\d{4}-\d{2})\b", str(row[0])):
            return match[1]
    raise BuildError(f"{path}: tells no financial year above its table; is it the right file?")


def _lines(rows: pd.DataFrame, columns: Mapping[str, str], path: Path, source: Source) -> pd.DataFrame:
    """Return amounts in pounds by year end, force and line; of wider bodies only the lines about policing."""
    long = rows.melt(["year", "force", "wider"], list(columns), "column", "thousands")
    long["line"] = long["column"].map(columns)
    long = long[~long["wider"] | long["line"].isin(_POLICING)]
    long["amount"] = 1000 * _numbers(long["thousands"], long, path)
    long["year_end"] = _year_ends(long["year"], path)
    return long[[*_KEY, "amount"]].assign(source=source.id)


def _funding(file: SourceFile, catalogue: Catalogue) -> pd.DataFrame:
    rows = read_columns(file.path, ["code", "year", *_FUNDING])
    rows["force"] = force_ids(rows["code"], file.path, catalogue)
    long = rows.melt(["year", "force"], list(_FUNDING), "line", "amount").replace({"line": _FUNDING})
    long["amount"] = _numbers(long["amount"], long, file.path)
    long["year_end"] = _year_ends(long["year"], file.path)
    return long[[*_KEY, "amount"]].assign(source=file.source.id)


def _numbers(cells: pd.Series[Any], rows: pd.DataFrame, path: Path) -> pd.Series[float]:
    numbers = pd.to_numeric(cells, errors="coerce")
    wrong = numbers.isna() & cells.notna() & (cells != "")
    if wrong.any():
        row = rows[wrong].iloc[0]
        raise BuildError(
            f"{path}: {str(cells[wrong].iloc[0])!r} is no amount ({row['force']}, {row['year']}, {row['line']}); "
            "fetch the file again"
        )
    return numbers.astype("float64")


def _year_ends(years: pd.Series[str], path: Path) -> pd.Series[str]:
    try:
        ends = {year: periods.from_financial_year(str(year)) for year in years.unique()}
    except ValueError as error:
        raise BuildError(f"{path}: {error}") from error
    return years.map(ends)


def _check_agreement(rows: pd.DataFrame, found: Mapping[str, SourceFile]) -> None:
    twice = rows.duplicated([*_KEY, "source"])
    if twice.any():
        row = rows[twice].iloc[0]
        raise BuildError(
            f"{found[row['source']].path}: {row['line']} of {row['force']} in "
            f"{periods.describe(row['year_end'], 'financial-year')} stands twice; fetch the file again"
        )
    told = rows.groupby(_KEY)["amount"].agg(["min", "max"])
    apart = told[told["max"] - told["min"] > _ROUNDING]
    if len(apart):
        (end, force, line), row = apart.index[0], apart.iloc[0]
        sources = rows[(rows["year_end"] == end) & (rows["force"] == force) & (rows["line"] == line)]["source"]
        paths = " and ".join(str(found[source].path) for source in sources)
        raise BuildError(
            f"{paths}: {line} of {force} in {periods.describe(end, 'financial-year')} differs: "
            f"{row['min']:,} and {row['max']:,}; ask the publisher, and keep the file that is right"
        )


def _check_identities(rows: pd.DataFrame, path: Path) -> None:
    lines = rows.pivot_table(index=["year_end", "force"], columns="line", values="amount")
    for whole, made in {
        "total-expenditure": lines["employees"] + lines["running-expenses"],
        NET: lines["total-expenditure"] - lines["income"],
    }.items():
        off = (lines[whole] - made).abs() > _ROUNDING
        if off.any():
            (end, force), row = lines[off].index[0], lines[off].iloc[0]
            raise BuildError(
                f"{path}: {whole} of {force} in {periods.describe(end, 'financial-year')} is "
                f"{row[whole]:,.0f}, its parts make {made[end, force]:,.0f}; fetch the file again"
            )
