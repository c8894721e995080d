"""The older series, 2003 to 2018: what is read, what is refused, and what the committed snapshot holds of them."""

import pandas as pd
import pytest

import comparator
from comparator.build import older_recorded_crime
from comparator.build.errors import BuildError
from tests.build import publishers
from tests.build.publishers import CATALOGUE, OLDER_ENDS, OLDER_PUBLISHED

SOURCE = CATALOGUE.sources["recorded-crime-2003-2018"]
END, FORCE, REGION, OFFENCE, NUMBER = OLDER_PUBLISHED
MEASURES = [measure for measure in CATALOGUE.measures.values() if measure.theme == "older-series"]
TOTAL = "all-crime-excluding-fraud-2003-to-2018"


def load(path, catalogue=CATALOGUE):
    return older_recorded_crime.load(path, SOURCE, catalogue)


def loaded(tmp_path, rows):
    return load(publishers.write_csv(tmp_path / "older.csv", rows))


@pytest.fixture(scope="module")
def snapshot():
    return comparator.open_snapshot()


@pytest.fixture(scope="module")
def one_year():
    return publishers.older_crime(["2017-03"])


def with_cell(rows, column, value, offence="Robbery"):
    """Return the rows with one cell of Kent's row of an offence replaced."""
    changed = rows.astype(object)
    changed.loc[(rows[FORCE] == "Kent") & (rows[OFFENCE] == offence), column] = value
    return changed


class TestReading:
    def test_it_has_each_force_offence_and_end_once_without_fraud_and_other_bodies(self, tmp_path):
        found = loaded(tmp_path, publishers.older_crime().sample(frac=1, random_state=1))
        expected = [
            (end, force, offence)
            for end in OLDER_ENDS
            for force in sorted(CATALOGUE.forces)
            for offence in sorted(CATALOGUE.codes(TOTAL))
        ]
        assert list(found[["period_end", "force", "offence"]].itertuples(index=False, name=None)) == expected

    def test_a_number_stays_as_it_was_published(self, tmp_path, one_year):
        found = loaded(tmp_path, with_cell(one_year, NUMBER, -3)).set_index(["force", "offence"])["number"]
        assert found["kent", "Robbery"] == -3
        essex = one_year[(one_year[FORCE] == "Essex") & (one_year[OFFENCE] == "Robbery")]
        assert found["essex", "Robbery"] == essex[NUMBER].item()

    def test_december_2017_is_known_although_it_is_misprinted_as_ending_on_the_30th(self, tmp_path):
        rows = publishers.older_crime(["2017-12"])
        assert set(rows[END]) == {"30-12-2017"}
        assert set(loaded(tmp_path, rows)["period_end"]) == {"2017-12"}


class TestFaults:
    @pytest.mark.parametrize(
        ("column", "value", "told"),
        [
            (END, "2017-03-31", ["'2017-03-31'", "written as 31-03-2003"]),
            (END, "31-04-2017", ["'31-04-2017'", "last day of a quarter"]),
            (END, "01-03-2017", ["'01-03-2017'", "last day of a quarter"]),
            (END, "", ["12 months ending ''"]),
            (FORCE, "Ruritania", ["'Ruritania'", "aliases in forces.csv", "other_bodies in sources.toml"]),
            (FORCE, "", ["unknown force ''"]),
            (OFFENCE, "Mugging", ["unknown offence 'Mugging'", "add it to a measure of offences_rolling_year"]),
            (OFFENCE, "", ["unknown offence ''"]),
            (NUMBER, "many", ["'many'", "not a whole number", "kent", "31-03-2017", "Robbery", "fetch"]),
            (NUMBER, "1.5", ["'1.5'", "not a whole number", "kent", "31-03-2017", "Robbery"]),
            (NUMBER, "1,172", ["'1,172'", "not a whole number"]),
            (NUMBER, "", ["not a whole number", "kent", "31-03-2017", "Robbery"]),
        ],
    )
    def test_a_value_that_cannot_be_used_is_told_with_file_place_and_remedy(
        self, tmp_path, one_year, column, value, told
    ):
        with pytest.raises(BuildError) as raised:
            loaded(tmp_path, with_cell(one_year, column, value))
        assert str(raised.value).startswith(f"{tmp_path / 'older.csv'}: ")
        for part in told:
            assert part in str(raised.value)

    @pytest.mark.parametrize("column", [END, FORCE, OFFENCE, NUMBER])
    def test_a_missing_column_is_named_with_the_columns_that_are_there(self, tmp_path, one_year, column):
        with pytest.raises(BuildError, match=rf"older\.csv: column {column} is missing; it has .*Region"):
            loaded(tmp_path, one_year.drop(columns=column))

    def test_a_figure_that_stands_twice_is_named(self, tmp_path, one_year):
        kent = one_year[(one_year[FORCE] == "Kent") & (one_year[OFFENCE] == "Robbery")]
        with pytest.raises(BuildError, match=r"older\.csv: 1 rows stand twice, first kent, .*2017-03, Robbery; fetch"):
            loaded(tmp_path, pd.concat([one_year, kent]))

    def test_december_2017_under_both_its_dates_stands_twice(self, tmp_path):
        rows = publishers.older_crime(["2017-12"])
        with pytest.raises(BuildError, match=r"stand twice, .*2017-12"):
            loaded(tmp_path, pd.concat([rows, rows.assign(**{END: "31-12-2017"})]))

    @pytest.mark.parametrize("lost", [["Robbery"], sorted(CATALOGUE.codes(TOTAL))], ids=["an offence", "all"])
    def test_a_force_that_lacks_a_figure_is_named(self, tmp_path, one_year, lost):
        gap = (one_year[FORCE] == "Kent") & one_year[OFFENCE].isin(lost)
        with pytest.raises(BuildError, match=rf"older\.csv: no figure for kent, .*2017-03, {lost[0]}; fetch the file"):
            loaded(tmp_path, one_year[~gap])

    def test_a_class_of_offence_may_begin_late_but_not_go_missing_again(self, tmp_path):
        rows = publishers.older_crime(["2016-12", "2017-03", "2017-06"])
        residential = rows[OFFENCE] == "Residential burglary"
        found = loaded(tmp_path, rows[~(residential & (rows[END] == "31-12-2016"))])
        assert found[found["offence"] == "Residential burglary"]["period_end"].min() == "2017-03"
        with pytest.raises(
            BuildError, match=r"no figure for avon-and-somerset, .*2017-06, Residential burglary; fetch"
        ):
            loaded(tmp_path, rows[~(residential & (rows[END] == "30-06-2017"))])

    def test_a_measure_of_an_offence_that_the_file_has_not_is_named(self, tmp_path, one_year):
        robberies = one_year[OFFENCE] == "Robbery"
        with pytest.raises(BuildError, match=rf"measures\.toml: \[{TOTAL}\] numerator\.codes: 'Robbery' .*older\.csv"):
            loaded(tmp_path, one_year[~robberies])

    def test_a_file_without_forces_is_not_the_right_one(self, tmp_path, one_year):
        with pytest.raises(BuildError, match=r"older\.csv: holds no offences of any force; is it the right file\?"):
            loaded(tmp_path, one_year[one_year[FORCE] == "Action Fraud"])

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01"])
    def test_a_file_that_is_no_table_is_named_with_its_remedy(self, tmp_path, content):
        path = tmp_path / "older.csv"
        path.write_bytes(content)
        with pytest.raises(BuildError, match=r"older\.csv: cannot be read as CSV .*fetch it again"):
            load(path)


class TestCommitted:
    """The committed snapshot against the Home Office's file, and against the newer measures where both have figures."""

    def count(self, snapshot, force, measure, end):
        block = snapshot.blocks[measure, "year"]
        return block.numerator[block.row[end], block.column[force]]

    @pytest.mark.parametrize(
        ("force", "measure", "end", "published"),
        [
            ("cambridgeshire", "vehicle-offences-2003-to-2018", "2003-03", 14_872),
            ("cambridgeshire", "domestic-burglary-2003-to-2017", "2003-03", 5_457),
            ("cambridgeshire", TOTAL, "2003-03", 82_465),
            ("greater-manchester", "homicide-2003-to-2018", "2003-03", 225),
            ("cheshire", "death-or-serious-injury-by-unlawful-driving-2003-to-2018", "2007-12", -3),
            ("kent", "robbery-2003-to-2018", "2016-03", 998),
            ("cambridgeshire", "robbery-2003-to-2018", "2017-12", 665),
        ],
    )
    def test_a_figure_is_the_one_in_the_home_offices_file(self, snapshot, force, measure, end, published):
        assert self.count(snapshot, force, measure, end) == published

    @pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
    def test_a_series_runs_yearly_to_march_2007_and_then_by_quarters(self, snapshot, measure):
        ends = snapshot.blocks[measure.id, "year"].periods
        last = "2017-03" if "burglary" in measure.id else "2018-12"
        assert ends[:6] == ("2003-03", "2004-03", "2005-03", "2006-03", "2007-03", "2007-06")
        assert ends[4:] == comparator.periods.quarters("2007-03", last)

    @pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
    def test_up_to_march_2014_it_agrees_exactly_with_the_newer_measure(self, snapshot, measure):
        newer = snapshot.blocks[measure.id.rsplit("-", 3)[0], "year"]
        older = snapshot.blocks[measure.id, "year"]
        shared = [end for end in older.periods if end in newer.periods and end <= "2014-03"]
        assert shared
        for end in shared:
            assert older.numerator[older.row[end]].tolist() == newer.numerator[newer.row[end]].tolist()

    @pytest.mark.parametrize(
        ("force", "measure", "end", "difference"),
        [
            ("kent", "robbery", "2016-03", -0.0010),
            ("cleveland", "robbery", "2016-03", 0.0120),
            ("metropolitan", "robbery", "2016-03", -0.0001),
            ("hampshire", "shoplifting", "2016-03", -0.0005),
            ("west-yorkshire", "bicycle-theft", "2018-03", 0.0024),
            ("kent", "all-crime-excluding-fraud", "2018-12", -0.0016),
        ],
    )
    def test_later_it_differs_by_what_was_corrected_since_mostly_less_than_two_per_cent(
        self, snapshot, force, measure, end, difference
    ):
        older = self.count(snapshot, force, f"{measure}-2003-to-2018", end)
        newer = self.count(snapshot, force, measure, end)
        assert older / newer - 1 == pytest.approx(difference, abs=0.005)
        assert abs(older / newer - 1) < 0.02

    def test_the_total_of_england_and_wales_is_within_half_a_per_cent_in_every_year_that_both_cover(self, snapshot):
        newer, older = snapshot.blocks["all-crime-excluding-fraud", "year"], snapshot.blocks[TOTAL, "year"]
        shared = [end for end in older.periods if end in newer.periods]
        assert (shared[0], shared[-1]) == ("2013-03", "2018-12")
        for end in shared:
            column = newer.column["england-and-wales"]
            assert older.numerator[older.row[end], column] == pytest.approx(
                newer.numerator[newer.row[end], column], rel=0.005
            )
