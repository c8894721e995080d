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


def set_cell(column, value, force=KENT, code="pfa_code"):
    def change(rows):
        rows = rows.astype({column: object})
        rows.loc[rows.index[rows[code] == force][-1], column] = value
        return rows

    return change


class TestMoney:
    def test_amounts_are_pounds_and_each_stands_once(self, pristine):
        rows = load_finance(pristine)
        assert not rows.duplicated(["year_end", "force", "line"]).any()
        snapshot = publishers._snapshot_table("finance")
        kept = snapshot[snapshot["year_end"] >= published.FIRST].reset_index(drop=True)
        pd.testing.assert_frame_equal(rows.drop(columns="source"), kept.drop(columns="source"), check_dtype=False)

    def test_what_the_council_of_london_raises_is_not_taken_for_its_police(self, pristine):
        rows = load_finance(pristine)
        london = rows[rows["force"].isin(["metropolitan", "city-of-london"]) & (rows["year_end"] == "2024-03")]
        assert set(london["line"]) <= finance._POLICING

    @pytest.mark.parametrize(
        ("path", "change", "told"),
        [
            (published.OUTTURN, lambda rows: rows.drop(columns="council_tax_requirement"), "council_tax_requirement"),
            (published.OUTTURN, set_cell("pfa_code", "E23000099"), "E23000099"),
            (published.OUTTURN, set_cell("police_net_current_exp", "much"), "'much' is no amount (kent"),
            (published.OUTTURN, set_cell("year", "2023"), "'2023' is not a financial year"),
            (published.OUTTURN, set_cell("police_net_current_exp", 1.0), "net-current-expenditure of kent in 2023-24"),
            (published.DETAIL, set_cell("employees", 1.0), "employees of kent in 2024-25 differs"),
            (published.DETAIL, lambda rows: pd.concat([rows, rows.tail(1)]), "stands twice"),
            (published.FUNDING, set_cell("central_grant_gbp", "n/a?", code="code"), "'n/a?' is no amount (kent"),
        ],
        ids=["a column", "a force", "no amount", "a year", "another than published", "a part", "twice", "no grant"],
    )
    def test_a_file_at_fault_stops_the_build_by_name(self, sources, path, change, told):
        change_csv(sources, path, change)
        with pytest.raises(BuildError) as raised:
            load_finance(sources)
        assert told in str(raised.value)

    def test_parts_that_do_not_make_their_whole_are_refused(self, sources):
        def change(rows):
            # A year of which no published workbook is at hand to disagree.
            rows.loc[(rows["pfa_code"] == KENT) & (rows["year"] == "2021-22"), "running_expenses"] = 0.0
            return rows

        change_csv(sources, published.DETAIL, change)
        with pytest.raises(
            BuildError, match=r"total-expenditure of kent in 2021-22 .* its parts make .*fetch the file"
        ):
            load_finance(sources)

    def book(self, folder, change):
        cells = published.detail_book()
        change(cells["LA data"])
        publishers.write_book(folder / published.DETAIL_BOOK, cells)

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (lambda cells: cells.pop(-2), "has no row 'Eng'"),
            (lambda cells: cells.pop(4), "England"),
            (lambda cells: cells.__setitem__(0, ["Revenue outturn"]), "tells no financial year"),
            (lambda cells: cells[2].__setitem__(5, "Wages"), "Police services - Employees (C1) is missing"),
            (lambda cells: cells[4].__setitem__(1, "E23000099"), "unknown police body"),
            (lambda cells: cells[2].__setitem__(0, "Code"), "no sheet has a table of authorities"),
        ],
        ids=["no England", "a body is missing", "no year", "a column", "an unknown body", "another table"],
    )
    def test_a_workbook_at_fault_stops_the_build_by_name(self, sources, change, told):
        self.book(sources, change)
        with pytest.raises(BuildError, match="RSX_LA_Data_test") as raised:
            load_finance(sources)
        assert told in str(raised.value)

    def test_a_file_that_is_no_workbook_is_refused(self, sources):
        (sources / published.DETAIL_BOOK).write_text("<html>not found</html>", encoding="utf-8")
        with pytest.raises(BuildError, match="cannot be read as a workbook"):
            load_finance(sources)


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
