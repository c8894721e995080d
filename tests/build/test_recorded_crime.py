"""Police recorded crime: three file formats, one reading, and each fault told with file, place and remedy."""

from pathlib import Path

import pandas as pd
import pytest

import comparator
from comparator.build import recorded_crime
from comparator.build.errors import BuildError
from tests.build import publishers
from tests.build.publishers import CATALOGUE, PUBLISHED, write, write_book

SOURCE = CATALOGUE.sources["recorded-crime"]
QUARTERS = ("2016-12", "2017-03", "2017-06")
FORCES = ("avon-and-somerset", "city-of-london", "kent")
ROBBERY = ("Robbery of personal property", "Robbery", "Robbery of personal property", "34B")


def few(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows or [("2017/18", 1, "Kent", *ROBBERY, 7)], columns=PUBLISHED, dtype=object)


def load(path: Path) -> tuple[pd.DataFrame, list[str]]:
    warnings: list[str] = []
    return recorded_crime.load(path, SOURCE, CATALOGUE, warnings), warnings


def loaded(tmp_path: Path, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    return load(write(tmp_path / "crime.parquet", rows))


@pytest.mark.parametrize("suffix", [".parquet", ".ods", ".xlsx"])
def test_every_format_gives_exactly_the_figures_of_the_forces_without_fraud(tmp_path, suffix):
    rows = publishers.recorded_crime(QUARTERS, FORCES)
    assert {"British Transport Police", "Action Fraud"} < set(rows["Force Name"])
    found, warnings = load(write(tmp_path / f"crime{suffix}", rows))
    offences = comparator.open_snapshot().table("offences")
    expected = offences[offences["period_end"].isin(QUARTERS) & offences["force"].isin(FORCES)]
    pd.testing.assert_frame_equal(found, expected.reset_index(drop=True), check_dtype=False)
    assert not warnings


@pytest.mark.parametrize("suffix", [".ods", ".xlsx"])
def test_codes_are_read_right_whether_the_cell_holds_a_number_or_text(tmp_path, suffix):
    cells = {"104": 104, "37.2": 37.2, "4.1": 4.1, "4.10": "4.10", "1": "1", "46": 46.0, "8L": " 8L "}
    codes = publishers.recorded_crime(QUARTERS).drop_duplicates("Offence Code").set_index("Offence Code")
    lines = [
        ["2017/18", 1, "Kent", *(codes.loc[code, name] for name in PUBLISHED[3:6]), cell, number]
        for number, (code, cell) in enumerate(cells.items())
    ]
    found, _ = load(write_book(tmp_path / f"crime{suffix}", {"2017-18": [PUBLISHED, *lines]}))
    assert dict(zip(found["code"], found["number"], strict=True)) == {code: n for n, code in enumerate(cells)}


@pytest.mark.parametrize("suffix", [".ods", ".xlsx"])
def test_a_sheet_is_read_from_its_heading_on_and_other_sheets_are_passed_over(tmp_path, suffix):
    book = {
        "Cover": [["Police recorded crime"], ["Financial Year", "is April to March"]],
        "2016-17": [["Table 1"], ["Figures are provisional"], PUBLISHED, ["2016/17", 4, "Kent", *ROBBERY, 5]],
        "Empty": [],
        "2017-18": [PUBLISHED, ["2017/18", 1, "Kent", *ROBBERY, 7], [""] * 8],
    }
    found, _ = load(write_book(tmp_path / f"crime{suffix}", book))
    assert found.to_numpy().tolist() == [["2017-03", "kent", "34B", 5], ["2017-06", "kent", "34B", 7]]


@pytest.mark.parametrize(("year", "quarter", "end"), [("2017/18", 1, "2017-06"), ("2017/18", 4, "2018-03")])
def test_a_financial_quarter_becomes_the_calendar_month_in_which_it_ends(tmp_path, year, quarter, end):
    found, _ = loaded(tmp_path, few((year, quarter, "Kent", *ROBBERY, 7)))
    assert found["period_end"].tolist() == [end]


@pytest.mark.parametrize(
    ("published", "force"),
    [
        ("London, City of", "city-of-london"),
        ("Metropolitan Police", "metropolitan"),
        ("Metropolitan", "metropolitan"),
        ("Devon & Cornwall", "devon-and-cornwall"),
        (" Kent ", "kent"),
    ],
)
def test_a_force_is_known_under_each_of_its_published_names(tmp_path, published, force):
    found, _ = loaded(tmp_path, few(("2017/18", 1, published, *ROBBERY, 7)))
    assert found["force"].tolist() == [force]


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("Force Name", "Ruritania", ["'Ruritania'", "aliases in forces.csv", "other_bodies in sources.toml"]),
        ("Offence Code", "999Z", ["'999Z'", "Robbery of personal property", "add it to offences.csv"]),
        ("Offence Group", "Theft offences", ["'34B'", "'Theft offences'", "add it to offences.csv"]),
        ("Offence Subgroup", "Mugging", ["'34B'", "'Mugging'", "add it to offences.csv"]),
        ("Financial Year", "17/18", ["'17/18'", "such as 2024-25"]),
        ("Financial Year", "2017/19", ["'2017/19'", "such as 2024-25"]),
        ("Financial Quarter", 5, ["2017/18", "quarter", "from 1 to 4"]),
        ("Financial Quarter", "Q1", ["2017/18", "'Q1'"]),
        ("Number of Offences", "many", ["'many'", "not a whole number", "kent", "2017/18", "34B"]),
        ("Number of Offences", 1.5, ["1.5", "not a whole number", "kent", "2017/18", "34B"]),
        ("Number of Offences", None, ["not a whole number", "kent", "2017/18", "34B"]),
    ],
)
def test_a_value_that_cannot_be_used_stops_the_build_with_file_place_and_remedy(tmp_path, column, value, told):
    rows = few()
    rows.loc[0, column] = value
    with pytest.raises(BuildError) as raised:
        loaded(tmp_path, rows)
    message = str(raised.value)
    assert message.startswith(f"{tmp_path / 'crime.parquet'}: ")
    for part in told:
        assert part in message


@pytest.mark.parametrize("suffix", [".parquet", ".ods", ".xlsx"])
@pytest.mark.parametrize("column", PUBLISHED)
def test_a_missing_column_is_named_with_the_columns_that_are_there(tmp_path, suffix, column):
    path = write(tmp_path / f"crime{suffix}", few().drop(columns=column))
    with pytest.raises(BuildError) as raised:
        load(path)
    missing = publishers.IN_PARQUET[column] if suffix == ".parquet" else column
    assert f"column {missing} is missing; it has " in str(raised.value)
    assert str(raised.value).startswith(str(path) if suffix == ".parquet" else f"{path}: sheet '2017-18'")


def test_a_workbook_without_the_table_says_which_columns_it_looked_for(tmp_path):
    path = write_book(tmp_path / "crime.xlsx", {"Notes": [["Police recorded crime"]]})
    with pytest.raises(BuildError, match=r"crime\.xlsx: no sheet has the columns Financial Year, .*right file"):
        load(path)


@pytest.mark.parametrize("suffix", [".parquet", ".ods", ".xlsx"])
def test_a_file_that_is_cut_off_is_named_with_its_remedy(tmp_path, suffix):
    path = write(tmp_path / f"crime{suffix}", few())
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(BuildError, match=rf"crime{suffix}: cannot be read as .*fetch it again"):
        load(path)


def test_a_figure_that_stands_twice_is_named(tmp_path):
    rows = few(("2017/18", 1, "Kent", *ROBBERY, 7), ("2017/18", 1, "Kent", *ROBBERY, 8))
    with pytest.raises(BuildError, match=r"crime\.parquet: .*twice.*kent.*2017-06.*34B; fetch the file again"):
        loaded(tmp_path, rows)


def test_a_figure_that_stands_on_two_sheets_is_named_too(tmp_path):
    line = ["2017/18", 1, "Kent", *ROBBERY, 7]
    path = write_book(tmp_path / "crime.xlsx", {"one": [PUBLISHED, line], "two": [PUBLISHED, line]})
    with pytest.raises(BuildError, match=r"crime\.xlsx: .*twice.*kent"):
        load(path)


@pytest.mark.parametrize(("year", "quarter"), [("2012/13", 1), ("2018/19", 4)])
def test_a_negative_number_before_april_2019_is_kept_with_a_warning(tmp_path, year, quarter):
    found, warnings = loaded(tmp_path, few((year, quarter, "Kent", *ROBBERY, -3)))
    assert found["number"].tolist() == [-3]
    assert len(warnings) == 1
    assert warnings[0].startswith("1 negative number")


def test_a_negative_number_since_april_2019_stops_the_build(tmp_path):
    with pytest.raises(BuildError, match=r"crime\.parquet: negative .*-3 .*kent.*2019-06.*34B.*ask the publisher"):
        loaded(tmp_path, few(("2019/20", 1, "Kent", *ROBBERY, -3)))


@pytest.mark.parametrize(
    ("description", "warned"),
    [
        ("Mugging", True),
        ("Robbery of personal property", False),
        ("ROBBERY, of personal property (outcomes only)", False),
    ],
)
def test_only_a_description_that_really_changed_is_warned_of(tmp_path, description, warned):
    found, warnings = loaded(tmp_path, few(("2017/18", 1, "Kent", description, *ROBBERY[1:], 7)))
    assert len(found) == 1
    assert [("34B" in line and "'Mugging'" in line) for line in warnings] == [True] * warned


@pytest.mark.parametrize(
    "row",
    [
        ("British Transport Police", *ROBBERY),
        ("Action Fraud", "Fraud", "Fraud offences", "Fraud: Action Fraud", "AF"),
        ("CIFAS", "Fraud", "Fraud offences", "Fraud: CIFAS", "AF"),
        ("Kent", "Fraud by company director", "Fraud offences", "Fraud offences", "51"),
    ],
    ids=lambda row: row[0],
)
def test_fraud_and_bodies_that_are_no_force_are_left_out(tmp_path, row):
    found, warnings = loaded(tmp_path, pd.concat([few(), few(("2017/18", 1, *row, 999))]))
    assert found.to_numpy().tolist() == [["2017-06", "kent", "34B", 7]]
    assert not warnings
