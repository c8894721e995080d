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
FETCH = "fetch the file again"


def found(folder, paths):
    return {name: SourceFile(CATALOGUE.sources[name], folder / path, {}) for name, path in paths.items()}


def load_finance(folder):
    return finance.load(found(folder, FINANCE), CATALOGUE)


def load_workforce(folder, warnings=None):
    return workforce.load(found(folder, WORKFORCE), CATALOGUE, [] if warnings is None else warnings)


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
                FETCH,
            ),
            (published.OUTTURN, set_cell("year", "2023"), "'2023' is not a financial year", "such as 2024-25"),
            (
                published.DETAIL,
                lambda rows: pd.concat([rows, rows[rows["pfa_code"] == KENT].tail(1)]),
                "of kent in 2024-25 stands twice",
                FETCH,
            ),
            (
                published.FUNDING,
                set_cell("central_grant_gbp", "n/a?", code="code"),
                "'n/a?' is no amount (kent, 2025-26, central-grant)",
                FETCH,
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
        assert FETCH in told

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
                FETCH,
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
        change(cells["LA_Data"])
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
    def test_ranks_and_sexes_are_added_up_and_other_bodies_and_volunteers_left_out(self, pristine):
        rows = load_workforce(pristine)
        kept = publishers._snapshot_table("workforce")
        kept = kept[(kept["source"] != "workforce") | kept["date"].isin(published.YEARS_OF_WORKFORCE)]
        pd.testing.assert_frame_equal(rows, kept.reset_index(drop=True), check_dtype=False)

    def test_where_a_newer_table_holds_a_date_it_goes_before_the_later_counts(self, sources):
        cells = published.workforce()
        officers = pd.read_csv(sources / published.OFFICERS)
        of_march = officers[officers["as_at"] == "2025-03-31"]
        names = {force.code: force.name for force in CATALOGUE.forces.values()}
        cells["Data"] += [
            [2025.0, code, names[code], "", "All", "any", "Police Officer", 1.0, fte + 1]
            for code, fte in of_march[["code", "officer_fte"]].itertuples(index=False)
        ]
        publishers.write_book(sources / published.WORKFORCE, cells)
        warnings = []
        loaded = load_workforce(sources, warnings)
        rows = loaded[loaded["date"] == "2025-03"]
        assert len(rows) == len(of_march)
        assert set(rows["source"]) == {"workforce"}
        assert rows["fte"].sum() == pytest.approx(of_march["officer_fte"].sum() + len(of_march))
        assert set(loaded.loc[loaded["date"] == "2026-03", "source"]) == {"police-officers"}
        [told] = warnings
        assert told.startswith(f"{published.OFFICERS.name}: officers on 31 March 2025 are left out, because ")
        assert told.endswith(f"{published.WORKFORCE.name} holds them")

    def test_designated_officers_are_staff(self, sources):
        cells = published.workforce()
        staff = next(line for line in cells["Data"] if line[6] == "Police Staff" and line[2] == "Kent")
        cells["Data"].append([*staff[:6], "Designated Officer", 10.0, 9.5])
        publishers.write_book(sources / published.WORKFORCE, cells)
        rows = load_workforce(sources)
        chosen = (rows["force"] == "kent") & (rows["kind"] == "staff") & (rows["date"] == f"{staff[0]:.0f}-03")
        assert rows[chosen]["fte"].tolist() == [pytest.approx(staff[8] + 9.5)]

    @pytest.mark.parametrize(
        ("change", "place", "remedy"),
        [
            (lambda cells: cells[0].__setitem__(6, "Kind"), "no sheet has the columns", "the last has As at 31 March"),
            (
                lambda cells: cells[1].__setitem__(6, "Robot"),
                "unknown worker type 'robot'",
                "add it to workforce.py",
            ),
            (
                lambda cells: cells[1].__setitem__(2, "Ruritania"),
                "unknown force 'Ruritania'",
                "add it to the aliases in forces.csv, or to other_bodies in sources.toml",
            ),
            (
                lambda cells: cells[1].__setitem__(8, -1.0),
                "'-1.0' is no number of people (avon-and-somerset, officers, 31 March 2017)",
                FETCH,
            ),
            (
                lambda cells: cells[1].__setitem__(8, "-"),
                "'-' is no number of people (avon-and-somerset, officers, 31 March 2017)",
                FETCH,
            ),
            (
                lambda cells: cells[1].__setitem__(0, "2017 (r)"),
                "'2017 (r)' is not a year such as 2023",
                FETCH,
            ),
        ],
        ids=["a column", "a kind", "a force", "a number below nought", "no number", "no year"],
    )
    def test_a_table_at_fault_is_told_with_file_place_and_remedy(self, sources, change, place, remedy):
        cells = {"Data": published.workforce()["Data"][:3]}
        change(cells["Data"])
        publishers.write_book(sources / published.WORKFORCE, cells)
        told = refusal(load_workforce, sources)
        assert told.startswith(f"{sources / published.WORKFORCE}: ")
        assert place in told
        assert remedy in told

    def test_a_file_that_is_no_workbook_is_named_with_its_remedy(self, sources):
        (sources / published.WORKFORCE).write_bytes(b"PK")
        told = refusal(load_workforce, sources)
        assert told.startswith(f"{sources / published.WORKFORCE}: cannot be read as a workbook")
        assert "fetch it again" in told

    @pytest.mark.parametrize(
        ("path", "change", "place", "remedy"),
        [
            (
                published.OFFICERS,
                set_cell("as_at", "2025-04-01", code="code"),
                "'2025-04-01' is not the last day of a quarter",
                "written as 2025-03-31",
            ),
            (
                published.OFFICERS,
                set_cell("as_at", "2025-03-31", code="code"),
                "officers of kent on 31 March 2025 stand twice, or in another file too",
                "keep one of them",
            ),
            (
                published.OFFICERS,
                set_cell("officer_fte", "many", code="code"),
                "'many' is no number of people (kent, officers, 31 March 2026)",
                FETCH,
            ),
            (published.OFFICERS, set_cell("code", "E23000099", code="code"), "area E23000099", "add it to forces.csv"),
            (
                published.SEPTEMBER,
                set_cell("pcso_fte", None, code="code"),
                "is no number of people (kent, pcsos, 30 September 2025)",
                FETCH,
            ),
            (published.SEPTEMBER, lambda rows: rows.drop(columns="pcso_fte"), "column pcso_fte", "it has code"),
        ],
        ids=["a date", "twice", "no number", "a force", "an empty cell", "a column"],
    )
    def test_a_later_count_at_fault_is_told_with_file_place_and_remedy(self, sources, path, change, place, remedy):
        change_csv(sources, path, change)
        told = refusal(load_workforce, sources)
        assert told.startswith(f"{sources / path}: ")
        assert place in told
        assert remedy in told


class TestOutcomes:
    def test_both_ways_of_counting_are_read_and_other_bodies_left_out(self, pristine):
        kept = publishers._snapshot_table("outcomes")
        kept = kept[kept["year_end"] >= published.FIRST].reset_index(drop=True)
        pd.testing.assert_frame_equal(load_outcomes(pristine), kept, check_dtype=False)

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
        assert rows[rows["force"] == "essex"]["by_date_recorded"].notna().all()

    @pytest.mark.parametrize(
        ("change", "place", "remedy"),
        [
            (lambda rows: rows.drop(columns="closed_all_t1"), "column closed_all_t1 is missing", "it has fy, force"),
            (set_cell("force", "Ruritania", "Kent", "force"), "unknown force 'Ruritania'", "forces.csv"),
            (set_cell("fy", "2024", "Kent", "force"), "'2024' is not a financial year", "such as 2024-25"),
            (set_cell("closed_all_t1", 1.5, "Kent", "force"), "'1.5' is no number of outcomes (kent, 2025-26)", FETCH),
            (set_cell("closed_all_t1", -1, "Kent", "force"), "'-1' is no number of outcomes (kent, 2025-26)", FETCH),
            (
                set_cell("recorded_all_oocd", "few", "Kent", "force"),
                "'few' is no number of outcomes (kent, 2025-26)",
                FETCH,
            ),
            (
                lambda rows: pd.concat([rows, rows[rows["force"] == "Kent"].tail(1)]),
                "kent in 2025/26 stands twice",
                FETCH,
            ),
        ],
        ids=["a column", "a force", "a year", "half an outcome", "below nought", "no number", "twice"],
    )
    def test_a_file_at_fault_is_told_with_file_place_and_remedy(self, sources, change, place, remedy):
        change_csv(sources, published.OUTCOMES, change)
        told = refusal(load_outcomes, sources)
        assert told.startswith(f"{sources / published.OUTCOMES}: ")
        assert place in told
        assert remedy in told


class TestOutcomesByGroup:
    def test_rows_of_one_kind_are_added_up_and_fraud_and_other_bodies_left_out(self, pristine):
        kept = publishers._snapshot_table("outcomes_by_group")
        pd.testing.assert_frame_equal(load_groups(pristine), kept, check_dtype=False)

    def test_a_correction_may_lower_another_row_of_its_kind(self, sources):
        rows = published.outcomes_by_group()
        corrected = pd.concat([rows, rows.head(1).assign(n=-1.0)])
        corrected.to_parquet(sources / published.OUTCOMES_BY_GROUP, index=False)
        assert (
            load_groups(sources)["number"].sum() == publishers._snapshot_table("outcomes_by_group")["number"].sum() - 1
        )

    @pytest.mark.parametrize(
        ("column", "value", "place", "remedy"),
        [
            ("Offence Group", "Piracy", "unknown offence group 'Piracy'", "add it to offences.csv"),
            ("Outcome Group", "Forgotten", "unknown outcome 'Forgotten'", "the values in tables.toml [outcomes_by_"),
            ("Force", "Ruritania", "unknown force 'Ruritania'", "add it to the aliases in forces.csv"),
            ("Financial Year", "2024", "'2024' is not a financial year", "such as 2024-25"),
            ("n", None, "of avon-and-somerset has no number of crimes", FETCH),
            ("n", -1e9, "is no number of outcomes (avon-and-somerset, 2024-25)", FETCH),
        ],
    )
    def test_a_row_at_fault_is_told_with_file_place_and_remedy(self, sources, column, value, place, remedy):
        rows = published.outcomes_by_group()
        rows.loc[0, column] = value
        rows.to_parquet(sources / published.OUTCOMES_BY_GROUP, index=False)
        told = refusal(load_groups, sources)
        assert told.startswith(f"{sources / published.OUTCOMES_BY_GROUP}: ")
        assert place in told
        assert remedy in told

    def test_a_missing_column_is_told_beside_those_there_are(self, sources):
        published.outcomes_by_group().drop(columns="n").to_parquet(sources / published.OUTCOMES_BY_GROUP, index=False)
        told = refusal(load_groups, sources)
        assert "column n is missing; it has Financial Year, Force" in told

    def test_a_file_that_is_no_parquet_is_named_with_its_remedy(self, sources):
        (sources / published.OUTCOMES_BY_GROUP).write_text("<html>", encoding="utf-8")
        told = refusal(load_groups, sources)
        assert told.startswith(f"{sources / published.OUTCOMES_BY_GROUP}: cannot be read as Parquet")
        assert "fetch it again" in told
