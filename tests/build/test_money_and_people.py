"""Money, people and outcomes: what is read, and what is refused, by file, place and remedy."""

import pandas as pd
import pytest

from comparator.build import finance, outcomes, workforce
from comparator.build.errors import BuildError
from comparator.build.source_files import SourceFile
from tests.build import money_and_people as published
from tests.build import publishers
from tests.build.publishers import CATALOGUE

FINANCE = {
    "police-outturn": published.OUTTURN,
    "police-outturn-detail": published.DETAIL,
    "outturn-as-published": published.OUTTURN_BOOK,
    "outturn-detail-as-published": published.DETAIL_BOOK,
    "police-funding": published.FUNDING,
}
WORKFORCE = {
    "workforce": published.WORKFORCE,
    "police-officers": published.OFFICERS,
    "workforce-september-2025": published.SEPTEMBER,
}
KENT = CATALOGUE.forces["kent"].code


def found(folder, paths):
    return {name: SourceFile(CATALOGUE.sources[name], folder / path, {}) for name, path in paths.items()}


def load_finance(folder):
    return finance.load(found(folder, FINANCE), CATALOGUE)


def load_workforce(folder):
    return workforce.load(found(folder, WORKFORCE), CATALOGUE)


def load_outcomes(folder):
    return outcomes.load(folder / published.OUTCOMES, CATALOGUE.sources["outcomes"], CATALOGUE)


def load_groups(folder):
    return outcomes.load_by_group(
        folder / published.OUTCOMES_BY_GROUP, CATALOGUE.sources["outcomes-2024-25"], CATALOGUE
    )


def change_csv(folder, path, change):
    publishers.write_csv(folder / path, change(pd.read_csv(folder / path)))


def set_cell(column, value, force=KENT, code="pfa_code", year=None):
    """Return a change of a force's newest cell in a column, or that of a year: to a value, or by a function of it."""

    def change(rows):
        chosen = rows[(rows[code] == force) & ((rows["year"] == year) if year else True)].index[-1]
        rows = rows.astype({column: object})
        rows.loc[chosen, column] = value(rows.loc[chosen, column]) if callable(value) else value
        return rows

    return change


def line_of(cells, code):
    """Return the first line of a sheet with this code of an authority, its own or that of ONS."""
    return next(line for line in cells if code in line[:2])


def refusal(load, folder):
    """Return what is told of the fault that stops a reader."""
    with pytest.raises(BuildError) as raised:
        load(folder)
    return str(raised.value)


class TestMoney:
    def test_amounts_are_pounds_and_each_stands_once(self, pristine):
        rows = load_finance(pristine)
        assert not rows.duplicated(["year_end", "force", "line"]).any()
        snapshot = publishers._snapshot_table("finance")
        kept = snapshot[snapshot["year_end"] >= published.FIRST].reset_index(drop=True)
        pd.testing.assert_frame_equal(rows.drop(columns="source"), kept.drop(columns="source"), check_dtype=False)

    def test_what_the_councils_of_london_raise_and_hold_is_not_taken_for_their_polices(self, pristine):
        rows = load_finance(pristine)
        london = rows[rows["force"].isin(["metropolitan", "city-of-london"]) & (rows["year_end"] == "2024-03")]
        assert set(london["line"]) <= set(published.IN_DETAIL.values())
        assert published.OF_COUNCILS * 1000 not in set(london["amount"])

    def test_an_empty_cell_is_no_row_and_not_nought(self, sources):
        change_csv(sources, published.OUTTURN, set_cell("council_tax_requirement", None))
        cells = published.outturn_book()
        kent = next(line for line in cells["LA_Data"] if line[1:2] == [KENT])
        kent[cells["LA_Data"][2].index("COUNCIL TAX REQUIREMENT (total of lines 805 to 885)")] = ""
        publishers.write_book(sources / published.OUTTURN_BOOK, cells)
        rows = load_finance(sources)
        of_kent = rows[(rows["force"] == "kent") & (rows["year_end"] == "2024-03")]
        assert "council-tax" not in set(of_kent["line"])
        assert "net-current-expenditure" in set(of_kent["line"])

    @pytest.mark.parametrize("thousands", [1.9, -1.9])
    def test_files_may_differ_by_their_rounding(self, sources, thousands):
        change_csv(sources, published.DETAIL, set_cell("net_current_expenditure", lambda amount: amount + thousands))
        rows = load_finance(sources).set_index(["year_end", "force", "line"])
        kept = publishers._snapshot_table("finance").set_index(["year_end", "force", "line"])["amount"]
        key = ("2025-03", "kent", "net-current-expenditure")
        assert rows.loc[key, "amount"] == kept[key] + 1000 * thousands
        assert rows.loc[key, "source"] == "police-outturn-detail"

    @pytest.mark.parametrize(
        ("path", "change", "place", "remedy"),
        [
            (
                published.OUTTURN,
                lambda rows: rows.drop(columns="council_tax_requirement"),
                "column council_tax_requirement is missing",
                "it has year, pfa_code",
            ),
            (published.OUTTURN, set_cell("pfa_code", "E23000099"), "unknown force area E23000099", "add it to forces"),
            (
                published.OUTTURN,
                set_cell("police_net_current_exp", "much"),
                "'much' is no amount (kent, 2023-24, net-current-expenditure)",
                "fetch the file again",
            ),
            (published.OUTTURN, set_cell("year", "2023"), "'2023' is not a financial year", "such as 2024-25"),
            (
                published.DETAIL,
                lambda rows: pd.concat([rows, rows[rows["pfa_code"] == KENT].tail(1)]),
                "of kent in 2024-25 stands twice",
                "fetch the file again",
            ),
            (
                published.FUNDING,
                set_cell("central_grant_gbp", "n/a?", code="code"),
                "'n/a?' is no amount (kent, 2025-26, central-grant)",
                "fetch the file again",
            ),
            (published.FUNDING, lambda rows: rows.drop(columns="precept_gbp"), "column precept_gbp", "it has code"),
        ],
        ids=["a column", "a force", "no amount", "no year", "twice", "no grant", "a column of grants"],
    )
    def test_an_extract_at_fault_is_told_with_file_place_and_remedy(self, sources, path, change, place, remedy):
        change_csv(sources, path, change)
        told = refusal(load_finance, sources)
        assert told.startswith(f"{sources / path}: ")
        assert place in told
        assert remedy in told

    @pytest.mark.parametrize(
        ("path", "column", "place", "book"),
        [
            (published.OUTTURN, "police_net_current_exp", "net-current-expenditure of kent in 2023-24", "OUTTURN_BOOK"),
            (published.OUTTURN, "council_tax_requirement", "council-tax of kent in 2023-24", "OUTTURN_BOOK"),
            (published.DETAIL, "employees", "employees of kent in 2024-25", "DETAIL_BOOK"),
            (published.DETAIL, "total_income", "income of kent in 2024-25", "DETAIL_BOOK"),
        ],
    )
    def test_an_extract_that_differs_from_the_workbook_as_published_is_told_with_both(
        self, sources, path, column, place, book
    ):
        change_csv(sources, path, set_cell(column, lambda amount: amount + 2.1))
        told = refusal(load_finance, sources)
        assert told.startswith(f"{sources / path} and ")
        assert str(sources / getattr(published, book)) in told
        assert f"{place} differs: " in told
        assert "keep the file that is right" in told

    @pytest.mark.parametrize(
        ("column", "whole"),
        [
            ("running_expenses", "total-expenditure"),
            ("total_income", "net-current-expenditure"),
        ],
    )
    def test_parts_that_do_not_make_their_whole_are_told_with_file_and_place(self, sources, column, whole):
        # In a year of which no workbook tells the same amounts.
        change_csv(sources, published.DETAIL, set_cell(column, lambda amount: amount + 3, year="2021-22"))
        told = refusal(load_finance, sources)
        assert told.startswith(f"{sources / published.DETAIL}: {whole} of kent in 2021-22 is ")
        assert "its parts make" in told
        assert "fetch the file again" in told

    @pytest.mark.parametrize(
        ("change", "place", "remedy"),
        [
            (lambda cells: cells.remove(line_of(cells, "Eng")), "has no row 'Eng'", "fetch it again"),
            (
                lambda cells: cells.remove(line_of(cells, KENT)),
                "Police services - Employees (C1): the police bodies make",
                "add the missing body to wider_bodies in sources.toml",
            ),
            (
                lambda cells: line_of(cells, "E6360").__setitem__(0, "E6399"),
                "Police services - Employees (C1): the police bodies make",
                "add the missing body to wider_bodies in sources.toml",
            ),
            (lambda cells: cells.__setitem__(0, ["Outturn"]), "tells no financial year", "is it the right file?"),
            (
                lambda cells: cells[2].__setitem__(5, "Wages"),
                "column Police services - Employees (C1) is missing",
                "is it the right file?",
            ),
            (
                lambda cells: line_of(cells, KENT).__setitem__(1, "E23000099"),
                "unknown police body 'Kent' (E6018, E23000099)",
                "add it to forces.csv, or to wider_bodies in sources.toml",
            ),
            (
                lambda cells: cells[2].__setitem__(0, "Code"),
                "no sheet has a table of authorities",
                "is it the right file?",
            ),
            (
                lambda cells: line_of(cells, KENT).__setitem__(5, "[x]"),
                "'[x]' is no amount (kent, 2024-25, employees)",
                "fetch the file again",
            ),
        ],
        ids=[
            "no England",
            "a force is missing",
            "a wider body is missing",
            "no year",
            "a column",
            "an unknown body",
            "another table",
            "no amount",
        ],
    )
    def test_a_workbook_at_fault_is_told_with_file_place_and_remedy(self, sources, change, place, remedy):
        cells = published.detail_book()
        # Below the row of England the head and some rows stand again.
        change(cells["LA_Data"])
        if place.startswith("no sheet"):
            cells["LA_Data"] = cells["LA_Data"][:-4]
        publishers.write_book(sources / published.DETAIL_BOOK, cells)
        told = refusal(load_finance, sources)
        assert told.startswith(f"{sources / published.DETAIL_BOOK}: ")
        assert place in told
        assert remedy in told

    @pytest.mark.parametrize("name", ["OUTTURN_BOOK", "DETAIL_BOOK"])
    def test_a_file_that_is_no_workbook_is_named_with_its_remedy(self, sources, name):
        path = sources / getattr(published, name)
        path.write_text("<html>not found</html>", encoding="utf-8")
        told = refusal(load_finance, sources)
        assert told.startswith(f"{path}: cannot be read as a workbook")
        assert "fetch it again" in told


class TestPeople:
    def test_ranks_and_sexes_are_added_up_and_other_bodies_left_out(self, pristine):
        rows = load_workforce(pristine).set_index(["date", "force", "kind"])["fte"]
        kept = publishers._snapshot_table("workforce").set_index(["date", "force", "kind"])["fte"]
        for key, fte in rows.items():
            assert fte == pytest.approx(kept[key])
        assert {kind for *_, kind in rows.index} == {"officers", "staff", "pcsos"}

    def sheet(self, folder, change):
        cells = published.workforce()
        change(cells["Data"])
        publishers.write_book(folder / published.WORKFORCE, cells)

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (lambda cells: cells[0].__setitem__(6, "Kind"), "no sheet has the columns"),
            (lambda cells: cells[1].__setitem__(6, "Robot"), "unknown worker type 'robot'"),
            (lambda cells: cells[1].__setitem__(2, "Ruritania"), "'Ruritania'"),
            (lambda cells: cells[1].__setitem__(8, -1.0), "-1.0"),
        ],
        ids=["a column", "a kind", "a force", "a number below nought"],
    )
    def test_a_table_at_fault_stops_the_build_by_name(self, sources, change, told):
        self.sheet(sources, change)
        with pytest.raises(BuildError, match="open-data-table-police-workforce-test") as raised:
            load_workforce(sources)
        assert told in str(raised.value)

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (set_cell("as_at", "2025-04-01", code="code"), "'2025-04-01' is not the last day of a quarter"),
            (set_cell("as_at", "2023-03-31", code="code"), "officers of kent in 2023-03 stands in another file too"),
            (set_cell("officer_fte", "many", code="code"), "many"),
        ],
        ids=["a date", "twice", "no number"],
    )
    def test_a_later_count_at_fault_stops_the_build(self, sources, change, told):
        change_csv(sources, published.OFFICERS, change)
        with pytest.raises(BuildError) as raised:
            load_workforce(sources)
        assert told in str(raised.value)


class TestOutcomes:
    def test_years_not_supplied_by_date_of_recording_are_no_numbers(self, sources):
        change_csv(
            sources,
            published.OUTCOMES,
            lambda rows: rows.assign(
                **{name: rows[name].where(rows["force"] != "Kent", 0) for name in rows if name.startswith("recorded_")}
            ),
        )
        rows = load_outcomes(sources)
        assert rows[rows["force"] == "kent"]["by_date_recorded"].isna().all()
        assert rows[rows["force"] == "kent"]["by_date_of_outcome"].notna().all()

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (lambda rows: rows.drop(columns="closed_all_t1"), "closed_all_t1"),
            (set_cell("force", "Ruritania", "Kent", "force"), "'Ruritania'"),
            (set_cell("fy", "2024", "Kent", "force"), "'2024' is not a financial year"),
            (set_cell("closed_all_t1", 1.5, "Kent", "force"), "'1.5' is no number of outcomes (kent)"),
            (set_cell("closed_all_t1", -1, "Kent", "force"), "'-1' is no number of outcomes (kent)"),
            (lambda rows: pd.concat([rows, rows[rows["force"] == "Kent"].tail(1)]), "stands twice"),
        ],
        ids=["a column", "a force", "a year", "half an outcome", "below nought", "twice"],
    )
    def test_a_file_at_fault_stops_the_build_by_name(self, sources, change, told):
        change_csv(sources, published.OUTCOMES, change)
        with pytest.raises(BuildError, match="outcomes-by-force-test") as raised:
            load_outcomes(sources)
        assert told in str(raised.value)

    @pytest.mark.parametrize(
        ("column", "value", "told"),
        [
            ("Offence Group", "Piracy", "unknown offence group 'Piracy'"),
            ("Outcome Group", "Forgotten", "unknown outcome 'Forgotten'"),
            ("Force", "Ruritania", "'Ruritania'"),
        ],
    )
    def test_a_group_or_outcome_that_is_not_known_stops_the_build(self, sources, column, value, told):
        rows = published.outcomes_by_group()
        rows.loc[0, column] = value
        rows.to_parquet(sources / published.OUTCOMES_BY_GROUP, index=False)
        with pytest.raises(BuildError, match="outcomes-2024-25") as raised:
            load_groups(sources)
        assert told in str(raised.value)

    def test_a_file_that_is_no_parquet_is_refused(self, sources):
        (sources / published.OUTCOMES_BY_GROUP).write_text("<html>", encoding="utf-8")
        with pytest.raises(BuildError, match="cannot be read as Parquet"):
            load_groups(sources)
