"""Small source files in the publishers' own layouts, made from the committed snapshot's figures."""

import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd

import comparator
from comparator import catalogue, periods
from tests.build import evidence_file, inspection_files
from tests.build import money_and_people as published

CATALOGUE = catalogue.load()
QUARTERS = periods.quarters("2016-06", "2018-06")  # the last year of the old burglary classes, the first of the new
FULL_YEAR = "2017/18"

CRIME = Path("home-office/recorded-crime-pfa-test.parquet")
ODS = Path("home-office/prc-pfa-mar2013-onwards-tables-test.ods")
XLSX = Path("home-office/prc-pfa-mar2013-onwards-tables-test.xlsx")
FULL_YEAR_TOTALS = Path("home-office/recorded-crime-2025-26-by-group.json")
OFFICIAL_GROUPS = Path("home-office/most-similar-groups.csv")
OLDER_CRIME = Path("home-office/recorded-crime-rolling-12m-test.csv")
POPULATION = Path("ons/population-pfa-test.csv")
DRIVERS = Path("ons/similarity-drivers-pfa-test.csv")
BOUNDARIES = Path("ons/PFA_DEC_2023_EW_BUC/PFA_DEC_2023_EW_BUC.shp")

PUBLISHED = [
    "Financial Year",
    "Financial Quarter",
    "Force Name",
    "Offence Description",
    "Offence Group",
    "Offence Subgroup",
    "Offence Code",
    "Number of Offences",
]
IN_PARQUET = dict(
    zip(
        PUBLISHED,
        ["FY", "Financial Quarter", "Force", "Offence Description", "Group", "Offence Subgroup", "Offence Code", "n"],
        strict=True,
    )
)
NOT_FOR_FORCES = [
    ("British Transport Police", "Robbery of personal property", "Robbery", "Robbery of personal property", "34B", 99),
    ("Action Fraud", "Fraud offences recorded by Action Fraud", "Fraud offences", "Fraud: Action Fraud", "AF", 9999),
    ("Cleveland", "Fraud by company director", "Fraud offences", "Fraud offences", "51", 5),
]

OLDER_PUBLISHED = ["12 months ending", "PFA", "Region", "Offence", "Rolling year total number of offences"]
OLDER_ENDS = {
    "2016-06": "30-06-2016",
    "2016-12": "31-12-2016",
    "2017-03": "31-03-2017",
    "2017-06": "30-06-2017",
    "2017-12": "30-12-2017",  # so misprinted at source
    "2018-03": "31-03-2018",
}


@cache
def _snapshot_table(name: str) -> pd.DataFrame:
    return comparator.open_snapshot().table(name)


def recorded_crime(quarters: Iterable[str] = QUARTERS, forces: Iterable[str] = ()) -> pd.DataFrame:
    """Return the committed snapshot's offences as the Home Office publishes them: its names, and rows of others."""
    offences = _snapshot_table("offences")
    rows = offences[offences["period_end"].isin(list(quarters))]
    rows = rows[rows["force"].isin(list(forces or CATALOGUE.forces))].merge(
        _snapshot_table("offence_codes").drop_duplicates("code"), on="code"
    )
    names = {force.id: force.name for force in CATALOGUE.forces.values()} | {"city-of-london": "London, City of"}
    financial = {end: financial_quarter(end) for end in rows["period_end"].unique()}
    published = pd.DataFrame(
        {
            "Financial Year": rows["period_end"].map({end: year for end, (year, _) in financial.items()}),
            "Financial Quarter": rows["period_end"].map({end: quarter for end, (_, quarter) in financial.items()}),
            "Force Name": rows["force"].map(names),
            "Offence Description": rows["description"],
            "Offence Group": rows["group"],
            "Offence Subgroup": rows["subgroup"],
            "Offence Code": rows["code"],
            "Number of Offences": rows["number"],
        }
    ).astype(object)
    others = pd.DataFrame(
        [(*quarter, *row) for quarter in financial.values() for row in NOT_FOR_FORCES], columns=PUBLISHED, dtype=object
    )
    return pd.concat([published, others], ignore_index=True)


def older_crime(ends: Iterable[str] = tuple(OLDER_ENDS), forces: Iterable[str] = ()) -> pd.DataFrame:
    """Return the committed snapshot's offences as the Home Office's totals of 12 months, with rows of others."""
    offences = _snapshot_table("offences")
    offences = offences[offences["force"].isin(list(forces or CATALOGUE.forces))]
    lines: list[tuple[object, ...]] = []
    for end in ends:
        first, last = periods.months_covered(end, "year")
        months = offences[offences["period_end"].between(first, last)]
        for offence, codes in codes_of_older_offences().items():
            numbers = months[months["code"].isin(codes)].groupby("force")["number"].sum()
            lines += [
                (OLDER_ENDS[end], force.name, force.region, offence, int(numbers.get(force.id, 0)))
                for force in CATALOGUE.forces.values()
                if not forces or force.id in forces
            ]
        lines += [
            (OLDER_ENDS[end], "Kent", "South East", "Fraud offences", -7),
            (OLDER_ENDS[end], "British Transport Police", "British Transport Police", "Robbery", 99),
            (OLDER_ENDS[end], "Action Fraud", "Fraud: Action Fraud", "Action Fraud", 9999),
        ]
    return pd.DataFrame(lines, columns=OLDER_PUBLISHED)


@cache
def codes_of_older_offences() -> dict[str, tuple[str, ...]]:
    """Return the offence codes of today that each older offence held, in the total's order."""
    newer = {
        measure.numerator.codes[0]: re.sub(r"-2003-to-\d{4}$", "", measure.id)
        for measure in CATALOGUE.measures.values()
        if measure.numerator.table == "offences_rolling_year" and len(measure.numerator.codes) == 1
    }
    newer |= {name: name.lower().replace(" ", "-") for name in ("Residential burglary", "Non-residential burglary")}
    return {offence: CATALOGUE.codes(measure) for offence, measure in newer.items()}


def financial_quarter(period_end: str) -> tuple[str, int]:
    """Return ("2017/18", 4) for "2018-03"."""
    year, month = (int(part) for part in period_end.split("-"))
    start = year - 1 if month == 3 else year
    return f"{start}/{(start + 1) % 100:02d}", {6: 1, 9: 2, 12: 3, 3: 4}[month]


def write(path: Path, rows: pd.DataFrame) -> Path:
    """Write recorded crime in the format that the file's name calls for."""
    return write_parquet(path, rows) if path.suffix == ".parquet" else write_book(path, sheets(rows))


def write_parquet(path: Path, rows: pd.DataFrame) -> Path:
    """Write recorded crime as the Parquet file of SOURCES.md, where quarters and numbers are floats."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = rows.rename(columns=IN_PARQUET).assign(territorial=True)
    for name in {"Financial Quarter", "n"} & set(table.columns):
        all_numbers = table[name].map(lambda cell: isinstance(cell, int | float)).all()
        table[name] = table[name].astype(float if all_numbers else str)
    table.to_parquet(path, index=False)
    return path


def write_book(path: Path, book: Mapping[str, list[list[object]]]) -> Path:
    """Write sheets of cells as .ods or .xlsx."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return _write_ods(path, book) if path.suffix == ".ods" else _write_xlsx(path, book)


def sheets(rows: pd.DataFrame) -> dict[str, list[list[object]]]:
    """Return the sheets of the published workbook: notes, then one a financial year, codes held as in a spreadsheet."""
    book: dict[str, list[list[object]]] = {
        "Notes": [["Police recorded crime open data"], ["Offence Code", "see the user guide"], ["1", 2.5]]
    }
    years = rows["Financial Year"].to_numpy() if "Financial Year" in rows else np.full(len(rows), FULL_YEAR)
    for year, of_year in rows.groupby(years, sort=False):
        cells = of_year.copy()
        if "Offence Code" in cells:
            cells["Offence Code"] = cells["Offence Code"].map(as_cell)
        book[str(year).replace("/", "-")] = [list(cells.columns), *cells.to_numpy(dtype=object).tolist()]
    return book


def as_cell(code: str) -> object:
    """Return the code as a spreadsheet holds it: a number where nothing is lost by it ("104", "37.2", not "4.10")."""
    try:
        return float(code) if f"{float(code):g}" == code else code
    except ValueError:
        return code


def _write_xlsx(path: Path, book: Mapping[str, list[list[object]]]) -> Path:
    workbook = openpyxl.Workbook(write_only=True)
    for name, lines in book.items():
        sheet = workbook.create_sheet(name)
        for line in lines:
            sheet.append(line)
    workbook.save(path)
    return path


def _write_ods(path: Path, book: Mapping[str, list[list[object]]]) -> Path:
    """Write the parts of an OpenDocument file that a reader needs, which is far quicker than by a library for it."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>{''.join(map(_ods_row, lines))}</table:table>"
        for name, lines in book.items()
    )
    spaces = " ".join(
        f'xmlns:{part}="urn:oasis:names:tc:opendocument:xmlns:{part}:1.0"' for part in ("office", "table", "text")
    )
    content = f"<office:document-content {spaces}><office:body><office:spreadsheet>{tables}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", f"{content}</office:spreadsheet></office:body></office:document-content>")
    return path


def _ods_row(line: list[object]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, line))}</table:table-row>"


def _ods_cell(value: object) -> str:
    number = isinstance(value, int | float)
    kind = f'office:value-type="float" office:value="{value}"' if number else 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def population(years: Iterable[int] = (2016, 2017)) -> pd.DataFrame:
    """Return ONS's mid-year populations; with them the figures of 2018 are carried forward from 2017."""
    rows = _snapshot_table("population")
    rows = rows[rows["year"].isin(list(years))]
    forces = CATALOGUE.forces
    return pd.DataFrame(
        {
            "pfa_code": [forces[force].code for force in rows["force"]],
            "pfa_name": [forces[force].name for force in rows["force"]],
            "year": rows["year"].to_numpy(),
            "population": rows["population"].to_numpy(),
            "vintage": rows["vintage"].to_numpy(),
        }
    )


def drivers() -> pd.DataFrame:
    """Return drivers that grow alike down the list of forces, so that neighbours in it are statistical neighbours."""
    place = np.arange(len(CATALOGUE.forces), dtype=float)
    return pd.DataFrame(
        {
            "pfa_code": [force.code for force in CATALOGUE.forces.values()],
            "pfa_name": [force.name for force in CATALOGUE.forces.values()],
            "pct_terraced": 10 + place,
            "pct_lone_parent_households": 5 + place / 10,
            "pct_16plus_never_worked_or_longterm_unemployed": 3 + place / 20,
            "pct_households_deprived_2plus_dims": 12 + place / 5,
            "lsoa_popweighted_density_per_km2": np.exp(5 + place / 10),
            "pct_white": 100 - place,
        }
    )


def boundaries() -> gpd.GeoDataFrame:
    shapes = gpd.read_parquet(comparator.open_snapshot().folder / "boundaries.parquet")
    codes = [CATALOGUE.forces[force].code for force in shapes["force"]]
    return gpd.GeoDataFrame({"PFA23CD": codes}, geometry=shapes.geometry.to_numpy(), crs=shapes.crs)


def full_year_totals(rows: pd.DataFrame, year: str = FULL_YEAR) -> dict[str, object]:
    """Return totals by force and offence group as the Home Office gives them, exactly those of `rows` in the year."""
    ids = {name: force.id for force in CATALOGUE.forces.values() for name in (force.name, *force.aliases)}
    ids["British Transport Police"] = "british-transport-police"
    counted = rows[(rows["Financial Year"] == year) & (rows["Offence Group"] != "Fraud offences")]
    forces = {}
    for name, of_force in counted.groupby("Force Name"):
        by_group = of_force.groupby("Offence Group")["Number of Offences"].sum()
        forces[ids[name]] = {
            "name": name,
            "total": int(by_group.sum()),
            "byOffenceGroup": [{"label": group, "count": int(number)} for group, number in by_group.items()],
        }
    return {"source": "Home Office", "period": year, "forces": forces}


def write_all(folder: Path) -> Path:
    """Write every source that the build needs, and return the folder of sources."""
    rows = recorded_crime()
    write_parquet(folder / CRIME, rows)
    write_csv(folder / OLDER_CRIME, older_crime())
    write_money_and_people(folder)
    write_csv(folder / POPULATION, population())
    write_csv(folder / DRIVERS, drivers())
    write_shapes(folder / BOUNDARIES, boundaries())
    (folder / FULL_YEAR_TOTALS).write_text(json.dumps(full_year_totals(rows)), encoding="utf-8")
    evidence_file.write(folder / evidence_file.PATH)
    inspection_files.write(folder)
    return folder


def write_money_and_people(folder: Path) -> None:
    """Write the sources of money, people and outcomes."""
    for path, table in {
        published.OUTTURN: published.outturn(),
        published.DETAIL: published.detail(),
        published.FUNDING: published.funding(),
        published.OFFICERS: published.officers(),
        published.SEPTEMBER: published.september(),
        published.OUTCOMES: published.outcomes(),
    }.items():
        write_csv(folder / path, table)
    for path, book in {
        published.OUTTURN_BOOK: published.outturn_book(),
        published.DETAIL_BOOK: published.detail_book(),
        published.WORKFORCE: published.workforce(),
    }.items():
        write_book(folder / path, book)
    published.outcomes_by_group().to_parquet(folder / published.OUTCOMES_BY_GROUP, index=False)


def write_csv(path: Path, rows: pd.DataFrame) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.to_csv(path, index=False)
    return path


def write_shapes(path: Path, shapes: gpd.GeoDataFrame) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    shapes.to_file(path)
    return path
