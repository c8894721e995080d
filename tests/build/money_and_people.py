"""The publishers' files of money, people and outcomes, from 2016-17 on, made from the committed snapshot's figures."""

from functools import cache
from pathlib import Path

import pandas as pd

import comparator
from comparator import catalogue, periods

CATALOGUE = catalogue.load()
FIRST = "2017-03"

OUTTURN = Path("mhclg/police-rs-outturn-test.csv")
DETAIL = Path("mhclg/police-rsx-test.csv")
OUTTURN_BOOK = Path("mhclg/rs_test.xlsx")
DETAIL_BOOK = Path("mhclg/RSX_LA_Data_test.ods")
FUNDING = Path("home-office/police-funding-test.csv")
WORKFORCE = Path("home-office/open-data-table-police-workforce-test.ods")
OFFICERS = Path("home-office/police-officers-fte-test.csv")
SEPTEMBER = Path("home-office/police-workforce-fte-test.csv")
OUTCOMES = Path("home-office/outcomes-by-force-test.csv")
OUTCOMES_BY_GROUP = Path("home-office/outcomes-2024-25.parquet")

IN_OUTTURN = {
    "police_net_current_exp": "net-current-expenditure",
    "council_tax_requirement": "council-tax",
    "other_earmarked_reserves_mar": "earmarked-reserves",
    "unallocated_reserves_mar": "unallocated-reserves",
}
IN_OUTTURN_BOOK = {
    "Police services": "net-current-expenditure",
    "COUNCIL TAX REQUIREMENT (total of lines 805 to 885)": "council-tax",
    "Estimated other earmarked financial reserves level at 31 March (unadjusted)": "earmarked-reserves",
    "Estimated unallocated financial reserves level at 31 March": "unallocated-reserves",
}
IN_DETAIL = {
    "employees": "employees",
    "running_expenses": "running-expenses",
    "total_expenditure": "total-expenditure",
    "total_income": "income",
    "net_current_expenditure": "net-current-expenditure",
}
IN_DETAIL_BOOK = {
    "Police services - Employees (C1)": "employees",
    "Police services - Running Expenses (C2)": "running-expenses",
    "Police services - Total Expenditure (C3 = C1 + C2)": "total-expenditure",
    "Police services - Total Income (C6 = C4 + C5)": "income",
    "Police services - Net Current Expenditure (C7 = C3 - C6)": "net-current-expenditure",
}
WIDER = {"metropolitan": "E5100", "city-of-london": "E5010"}
# What the councils of London raise and hold is not that of their police, and must not be taken for it.
OF_COUNCILS = 999.0
CLASSES = {"E5100": "GLA", "E5010": "London", "E6360": "Combined Authority"}
WORKER_TYPES = {"officers": "Police Officer", "staff": "Police Staff", "pcsos": "Police Community Support Officer"}
YEARS_OF_WORKFORCE = ("2017-03", "2018-03")


@cache
def _table(name: str) -> pd.DataFrame:
    return comparator.open_snapshot().table(name)


def _amounts(*sources: str) -> pd.DataFrame:
    """Return amounts in thousands of pounds, a row for each year and force, a column for each line."""
    rows = _table("finance")
    rows = rows[rows["source"].isin(sources) & (rows["year_end"] >= FIRST)]
    return (rows.pivot_table(index=["year_end", "force"], columns="line", values="amount") / 1000).reset_index()


def _extract(rows: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": [periods.describe(end, "financial-year") for end in rows["year_end"]],
            "pfa_code": [CATALOGUE.forces[force].code for force in rows["force"]],
            "ecode": [WIDER.get(force, "E6000") for force in rows["force"]],
            **{column: rows[line] for column, line in columns.items()},
        }
    )


def outturn() -> pd.DataFrame:
    """Return the extract of the outturn's summary."""
    rows = _extract(_amounts("police-outturn"), IN_OUTTURN)
    of_london = rows["ecode"].isin([*WIDER.values()])
    rows[of_london] = rows[of_london].fillna(OF_COUNCILS)
    return rows


def detail() -> pd.DataFrame:
    """Return the extract of spending by kind; years of which the summary tells net spending are whole too."""
    rows = _amounts("police-outturn-detail", "police-outturn").dropna(subset=["employees"])
    return _extract(rows, IN_DETAIL)


def outturn_book() -> dict[str, list[list[object]]]:
    """Return the summary's workbook of 2023-24: all authorities, then England, then totals by class of authority."""
    rows = _amounts("police-outturn")
    return _book("2023-24", rows[rows["year_end"] == "2024-03"], IN_OUTTURN_BOOK, WIDER)


def detail_book() -> dict[str, list[list[object]]]:
    """Return the workbook of spending by kind of 2024-25, in which a combined authority polices North Yorkshire."""
    rows = _amounts("police-outturn-detail")
    return _book("2024-25", rows[rows["year_end"] == "2025-03"], IN_DETAIL_BOOK, WIDER | {"north-yorkshire": "E6360"})


def _book(
    year: str, rows: pd.DataFrame, columns: dict[str, str], wider: dict[str, str]
) -> dict[str, list[list[object]]]:
    lines: list[list[object]] = [["E0532", "E07000008", "Cambridge", "SD", "SD", *(0.0 for _ in columns)]]
    for _, row in rows.iterrows():
        force = CATALOGUE.forces[row["force"]]
        amounts = [OF_COUNCILS if pd.isna(row[line]) else row[line] for line in columns.values()]
        ecode = wider.get(force.id, f"E6{len(lines):03d}")
        kind = CLASSES.get(ecode, "Police")
        code = "E47000012" if kind == "Combined Authority" else force.code
        lines.append([ecode, code, force.name, "O", kind, *amounts])
    england: list[object] = [sum(line[5 + place] for line in lines) for place in range(len(columns))]
    head: list[object] = ["E-code", "ONS Code", "Local authority", "Class", "Detailed Class", *columns]
    return {
        "Front_Page": [["Revenue outturn"], ["Published on 12 December"]],
        "LA_drop-down": [["Select a local authority"]],
        "LA_Data": [
            [f"Worksheet 2: Revenue Outturn (RO) {year} data"],
            ["Data are reported in £ thousand."],
            head,
            *lines,
            ["Eng", "E92000001", "England", "Eng", "Eng", *england],
            [],
            head,
            ["[Y]", "", "Police", "O", "Police", *england],
            *(line for line in lines if line[4] == "GLA"),
        ],
    }


def funding() -> pd.DataFrame:
    """Return grant and precept of 2025-26; where no precept is told its cell is empty."""
    rows = _table("finance")
    rows = rows[rows["source"] == "police-funding"].pivot_table(index="force", columns="line", values="amount")
    return pd.DataFrame(
        {
            "code": [CATALOGUE.forces[force].code for force in rows.index],
            "year": "2025-26",
            "central_grant_gbp": rows["central-grant"].to_numpy(),
            "precept_gbp": rows["council-tax"].to_numpy(),
        }
    )


def workforce() -> dict[str, list[list[object]]]:
    """Return the table of 31 March for some years, officers as two ranks and with people who are not counted."""
    rows = _table("workforce")
    rows = rows[(rows["source"] == "workforce") & rows["date"].isin(YEARS_OF_WORKFORCE)]
    head = ["As at 31 March...", "Geo code", "Force Name", "Region", "Sex", "Rank description", "Worker type"]
    lines: list[list[object]] = [[*head, "Total (headcount)", "Total (FTE)"]]
    for date, force, kind, fte in rows[["date", "force", "kind", "fte"]].itertuples(index=False):
        area, year = CATALOGUE.forces[force], float(date[:4])
        shares = (("Female", 0.25), ("Male", 0.75)) if kind == "officers" else (("All", 1.0),)
        lines += [
            [year, area.code, area.name, area.region, sex, "any", WORKER_TYPES[kind], 1.0, fte * share]
            for sex, share in shares
        ]
    lines.append([2018.0, "", "British Transport Police", "", "Male", "Constable", "Police Officer", 9.0, 9.0])
    lines.append([2018.0, "E23000032", "Kent", "South East", "Male", "Special", "Special Constable", 9.0, "-"])
    return {"Notes": [["Police workforce, England and Wales"]], "Data": lines}


def officers() -> pd.DataFrame:
    """Return the later counts of officers."""
    rows = _table("workforce")
    rows = rows[rows["source"] == "police-officers"]
    return pd.DataFrame(
        {
            "code": [CATALOGUE.forces[force].code for force in rows["force"]],
            "as_at": [f"{date}-31" for date in rows["date"]],
            "officer_fte": rows["fte"].to_numpy(),
        }
    )


def september() -> pd.DataFrame:
    """Return the counts of 30 September 2025."""
    rows = _table("workforce")
    rows = rows[rows["source"] == "workforce-september-2025"].pivot_table(index="force", columns="kind", values="fte")
    return pd.DataFrame(
        {
            "code": [CATALOGUE.forces[force].code for force in rows.index],
            "officer_fte": rows["officers"].to_numpy(),
            "staff_and_designated_fte": rows["staff"].to_numpy(),
            "pcso_fte": rows["pcsos"].to_numpy(),
            "as_at": "2025-09-30",
        }
    )


def outcomes() -> pd.DataFrame:
    """Return outcomes by force and year; years not supplied by the date of recording stand as noughts."""
    rows = _table("outcomes")
    rows = rows[rows["year_end"] >= FIRST]
    names = {"charged-or-summonsed": "t1", "out-of-court": "oocd", "assigned": "assigned"}
    wide = rows.assign(outcome=rows["outcome"].map(names)).pivot_table(
        index=["year_end", "force"], columns="outcome", values=["by_date_of_outcome", "by_date_recorded"]
    )
    published = pd.DataFrame(
        {
            f"{basis}_all_{name}": wide[column, name].fillna(0).astype(int)
            for basis, column in (("closed", "by_date_of_outcome"), ("recorded", "by_date_recorded"))
            for name in names.values()
        }
    ).reset_index()
    published.insert(
        0, "fy", [periods.describe(end, "financial-year").replace("-", "/") for end in published["year_end"]]
    )
    published["force"] = [CATALOGUE.forces[force].name for force in published["force"]]
    other = published.iloc[0].to_dict() | {"force": "British Transport Police"}
    return pd.concat([published, pd.DataFrame([other])], ignore_index=True).drop(columns="year_end")


def outcomes_by_group() -> pd.DataFrame:
    """Return the crimes of 2024/25 by how they ended, with fraud and another body's, as the Home Office does."""
    rows = _table("outcomes_by_group")
    published = CATALOGUE.values("outcomes_by_group", "outcome")
    table = pd.DataFrame(
        {
            "Financial Year": "2024/25",
            "Force": [CATALOGUE.forces[force].name for force in rows["force"]],
            "Offence Group": rows["group"].to_numpy(),
            "Outcome Group": [published[outcome] for outcome in rows["outcome"]],
            "n": rows["number"].to_numpy(dtype=float),
        }
    )
    others = table.head(2).assign(Force=["British Transport Police", "Kent"])
    others.loc[others["Force"] == "Kent", "Offence Group"] = "Fraud offences to 2012/13"
    return pd.concat([table, others], ignore_index=True)
