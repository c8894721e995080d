"""Every measure by area, period and window: sums, gaps and populations, set against plain sums of the source."""

import numpy as np
import pytest

from comparator import periods
from comparator.build import areas, observations
from comparator.build.errors import BuildError
from comparator.catalogue import CITY_OF_LONDON, COLUMNS, ENGLAND_AND_WALES
from tests.build.publishers import CATALOGUE, OLDER_ENDS, QUARTERS

MEMBERS = areas.members(CATALOGUE)


@pytest.fixture(scope="module")
def offences(built):
    return built.snapshot.table("offences")


@pytest.fixture(scope="module")
def people(built):
    return built.snapshot.table("population")


@pytest.fixture(scope="module")
def older(built):
    return built.snapshot.table("offences_rolling_year")


@pytest.fixture
def compute(built):
    """Return a function that computes every measure from the offences and people given, and all else as built."""
    others = {name: built.snapshot.table(name) for name in COLUMNS if name != "offences"}

    def run(offences, people, warnings=None):
        counted = {"offences": offences, **others}
        return observations.compute(counted, people, CATALOGUE, MEMBERS, [] if warnings is None else warnings)

    return run


def figure(blocks, measure, window, area, end, name="numerator"):
    block = blocks[measure, window]
    return getattr(block, name)[block.row[end], block.column[area]]


def plain_sum(offences, measure, area, ends):
    wanted = (
        offences["code"].isin(CATALOGUE.codes(measure))
        & offences["force"].isin(MEMBERS[area])
        & offences["period_end"].isin(ends)
    )
    return offences["number"][wanted].sum()


@pytest.mark.parametrize("area", ["kent", CITY_OF_LONDON, "region-wales", "region-london", ENGLAND_AND_WALES])
@pytest.mark.parametrize("measure", ["all-crime-excluding-fraud", "burglary", "homicide", "shoplifting"])
def test_a_figure_is_the_sum_of_its_codes_quarters_and_forces(built, offences, measure, area):
    blocks = built.snapshot.blocks
    for index, end in enumerate(QUARTERS):
        assert figure(blocks, measure, "quarter", area, end) == plain_sum(offences, measure, area, [end])
        if index >= 3:
            ends = QUARTERS[index - 3 : index + 1]
            assert figure(blocks, measure, "year", area, end) == plain_sum(offences, measure, area, ends)


def test_a_rate_is_offences_for_every_thousand_people(built, people):
    block = built.snapshot.blocks["shoplifting", "year"]
    kent = people[(people["force"] == "kent") & (people["year"] == 2016)]["population"].item()
    offences = figure(built.snapshot.blocks, "shoplifting", "year", "kent", "2017-03")
    assert block.value[block.row["2017-03"], block.column["kent"]] == pytest.approx(offences / kent * 1000)


def test_region_and_nation_leave_city_of_london_out():
    assert MEMBERS["region-london"] == ("metropolitan",)
    assert CITY_OF_LONDON not in MEMBERS[ENGLAND_AND_WALES]
    assert len(MEMBERS[ENGLAND_AND_WALES]) == 42


@pytest.mark.parametrize(
    ("window", "end", "year"),
    [
        ("quarter", "2016-06", 2016),
        ("quarter", "2016-12", 2016),
        ("quarter", "2017-03", 2017),
        ("year", "2017-03", 2016),
        ("year", "2017-06", 2017),
        ("year", "2018-03", 2017),
    ],
)
def test_the_population_is_of_the_30_june_in_the_window_or_of_the_quarters_calendar_year(
    built, people, window, end, year
):
    used = people[(people["force"] == "kent") & (people["year"] == year)]["population"].item()
    blocks = built.snapshot.blocks
    assert figure(blocks, "robbery", window, "kent", end, "denominator") == used
    assert figure(blocks, "robbery", window, "kent", end, "denominator_year") == year


@pytest.mark.parametrize(("window", "end"), [("quarter", "2018-03"), ("quarter", "2018-06"), ("year", "2018-06")])
def test_where_the_population_is_not_published_yet_the_newest_before_it_is_used(built, window, end):
    assert periods.population_year(end, window) == 2018
    assert figure(built.snapshot.blocks, "robbery", window, "kent", end, "denominator_year") == 2017


def test_a_population_file_that_begins_too_late_stops_the_build(compute, offences, people):
    with pytest.raises(BuildError, match=r"population .*begins in 2017.*2016"):
        compute(offences, people[people["year"] == 2017])


def test_burglary_by_class_ends_and_begins_in_april_2017_and_its_total_runs_on(built):
    blocks = built.snapshot.blocks
    assert blocks["domestic-burglary", "quarter"].periods == QUARTERS[:4]
    assert blocks["domestic-burglary", "year"].periods == ("2017-03",)
    assert blocks["residential-burglary", "quarter"].periods == QUARTERS[4:]
    assert blocks["residential-burglary", "year"].periods == ("2018-03", "2018-06")
    assert blocks["burglary", "year"].periods == QUARTERS[3:]


def test_a_force_without_a_quarter_has_no_value_in_the_windows_with_that_quarter_and_others_have(
    compute, offences, people
):
    warnings = []
    gap = (offences["force"] == "kent") & (offences["period_end"] == "2017-09")
    blocks = compute(offences[~gap], people, warnings)
    whole = compute(offences, people)
    for (measure, window), block in blocks.items():
        if CATALOGUE.measures[measure].numerator.table != "offences" or window == "financial-year":
            continue
        for area in block.areas:
            touched = "kent" in MEMBERS[area]
            empty = np.isnan(block.value[:, block.column[area]])
            held = [touched and periods.months_covered(end, window)[0] <= "2017-09" <= end for end in block.periods]
            assert empty.tolist() == held, (measure, window, area)
            same = whole[measure, window].value[~empty, block.column[area]]
            assert np.array_equal(block.value[~empty, block.column[area]], same)
    assert len(warnings) == 1
    assert "kent" in warnings[0]
    assert "2017-09" in warnings[0]


def test_a_force_that_lacks_one_code_has_no_value_only_where_that_code_counts(compute, offences, people):
    gap = (offences["force"] == "kent") & (offences["period_end"] == "2017-09") & (offences["code"] == "46")
    blocks = compute(offences[~gap], people)
    for measure in ("shoplifting", "theft-offences", "all-crime-excluding-fraud"):
        assert np.isnan(figure(blocks, measure, "year", "kent", "2017-09", "value"))
        assert not np.isnan(figure(blocks, measure, "year", "essex", "2017-09", "value"))
    assert figure(blocks, "robbery", "year", "kent", "2017-09", "value") > 0


def test_a_code_that_nobody_uses_in_a_quarter_counts_as_none(compute, offences, people):
    gap = (offences["period_end"] == "2017-09") & (offences["code"] == "58J")
    assert gap.any()
    blocks = compute(offences[~gap], people)
    assert figure(blocks, "criminal-damage", "quarter", "kent", "2017-09") == plain_sum(
        offences[~gap], "criminal-damage", "kent", ["2017-09"]
    )


@pytest.mark.parametrize("measure", ["shoplifting", "residential-burglary"])
def test_a_measure_of_which_no_code_is_in_use_stops_the_build_by_name(compute, offences, people, measure):
    with pytest.raises(BuildError, match=rf"measures\.toml: \[{measure}\] numerator"):
        compute(offences[~offences["code"].isin(CATALOGUE.codes(measure))], people)


class TestMoneyPeopleAndOutcomes:
    @pytest.fixture
    def computed(self, built, people):
        """Return a function that computes every measure from the sources as built, but for the tables given."""

        def run(**tables):
            counted = {name: built.snapshot.table(name) for name in COLUMNS} | tables
            return observations.compute(counted, people, CATALOGUE, MEMBERS, [])

        return run

    def test_every_measure_has_its_own_windows_and_no_others(self, built):
        declared = {(measure.id, window) for measure in CATALOGUE.measures.values() for window in measure.windows}
        assert set(built.snapshot.blocks) == declared

    def test_a_financial_year_of_crime_is_its_four_quarters(self, built, offences):
        assert built.snapshot.blocks["crimes-per-officer", "financial-year"].periods == ("2017-03", "2018-03")
        for end, quarters in {"2017-03": QUARTERS[:4], "2018-03": QUARTERS[4:8]}.items():
            crimes = figure(built.snapshot.blocks, "crimes-per-officer", "financial-year", "kent", end)
            assert crimes == plain_sum(offences, "all-crime-excluding-fraud", "kent", quarters)

    def test_a_region_has_a_figure_only_where_all_its_forces_have(self, built):
        blocks = built.snapshot.blocks
        for area, known in {"region-wales": False, "region-south-west": False, "region-south-east": True}.items():
            net = figure(blocks, "net-police-spending", "financial-year", area, "2017-03", "value")
            assert np.isnan(net) != known
        parts = [
            figure(blocks, "net-police-spending", "financial-year", force, "2017-03")
            for force in MEMBERS["region-south-east"]
        ]
        assert figure(blocks, "net-police-spending", "financial-year", "region-south-east", "2017-03") == sum(parts)

    def test_a_line_that_a_force_lacks_leaves_its_sum_without_a_figure(self, computed, built):
        money = built.snapshot.table("finance")
        gap = (money["force"] == "kent") & (money["line"] == "unallocated-reserves")
        blocks = computed(finance=money[~gap])
        for end in blocks["reserves", "date"].periods:
            assert np.isnan(figure(blocks, "reserves", "date", "kent", end))
            assert figure(blocks, "reserves", "date", "essex", end) > 0

    def test_what_is_divided_by_people_has_no_figure_in_years_without_them(self, computed, built):
        people = built.snapshot.table("workforce")
        blocks = computed(workforce=people[people["date"] != "2018-03"])
        assert "2018-03" not in blocks["net-spending-per-officer", "financial-year"].row
        assert "2018-03" in blocks["net-police-spending", "financial-year"].row
        assert blocks["crimes-per-officer", "financial-year"].periods == ("2017-03",)

    def test_people_counted_in_september_are_of_no_financial_year(self, built):
        blocks = built.snapshot.blocks
        assert "2025-09" in blocks["police-officers", "date"].row
        assert all(end.endswith("-03") for end in blocks["net-spending-per-officer", "financial-year"].periods)

    def test_a_measure_that_is_divided_by_what_is_never_known_stops_the_build_by_name(self, computed, built):
        people = built.snapshot.table("workforce")
        with pytest.raises(
            BuildError, match=r"measures\.toml: \[net-spending-per-officer\] denominator: .*first_period"
        ):
            computed(workforce=people[people["date"] > "2025-03"])


class TestOlderSeries:
    MEASURES = tuple(measure for measure in CATALOGUE.measures.values() if measure.theme == "older-series")

    @pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
    def test_they_are_12_months_as_published_at_the_ends_that_were_published(self, built, older, measure):
        block = built.snapshot.blocks[measure.id, "year"]
        assert block.periods == tuple(end for end in OLDER_ENDS if end <= measure.last_period)
        assert (measure.id, "quarter") not in built.snapshot.blocks
        for end in block.periods:
            for area in ("kent", CITY_OF_LONDON, "region-wales", ENGLAND_AND_WALES):
                rows = older[older["offence"].isin(measure.numerator.codes) & older["force"].isin(MEMBERS[area])]
                published = rows[rows["period_end"] == end]["number"].sum()
                assert figure(built.snapshot.blocks, measure.id, "year", area, end) == published

    @pytest.mark.parametrize(("end", "year"), [("2016-06", 2016), ("2017-03", 2016), ("2017-06", 2017)])
    def test_their_population_is_of_the_30_june_in_the_12_months(self, built, people, end, year):
        used = people[(people["force"] == "kent") & (people["year"] == year)]["population"].item()
        assert figure(built.snapshot.blocks, "robbery-2003-to-2018", "year", "kent", end, "denominator") == used

    @pytest.mark.parametrize("measure", ["domestic-burglary-2003-to-2017", "non-domestic-burglary-2003-to-2017"])
    def test_no_12_months_of_an_old_class_of_burglary_reach_into_the_new_one(self, built, older, measure):
        assert (older["period_end"] > "2017-03").any()
        assert built.snapshot.blocks[measure, "year"].periods[-1] == "2017-03"

    def test_the_total_runs_on_because_it_counts_burglary_of_either_class(self, built):
        blocks = built.snapshot.blocks
        for end in ("2017-03", "2017-06", "2017-12", "2018-03"):
            total = figure(blocks, "all-crime-excluding-fraud-2003-to-2018", "year", "kent", end)
            assert total == figure(blocks, "all-crime-excluding-fraud", "year", "kent", end)

    def test_they_have_no_quarters_and_so_no_rows_among_the_trends(self, built):
        trends = set(built.snapshot.table("trends")["measure"])
        assert trends == {measure.id for measure in CATALOGUE.measures.values() if "quarter" in measure.windows}
        assert not trends & {measure.id for measure in self.MEASURES}

    def test_they_are_compared_among_peers_and_among_all_forces(self, built):
        rows = built.snapshot.table("comparisons").set_index(["measure", "window", "period_end", "force"])
        row = rows.loc["robbery-2003-to-2018", "year", "2016-06", "kent"]
        assert row["of_all"] == 42
        assert row["verdict_all"]
