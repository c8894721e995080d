"""Money, people and outcomes of the committed snapshot: published totals, identities, and gaps that stay gaps."""

import numpy as np
import pytest

import comparator
from comparator import periods
from comparator.analysis import caveats
from comparator.catalogue import CITY_OF_LONDON

SNAPSHOT = comparator.open_snapshot()
ENGLISH = {name for name, force in SNAPSHOT.forces.items() if force.country == "England"}
WELSH = set(SNAPSHOT.forces) - ENGLISH
LONDON = {"metropolitan", CITY_OF_LONDON}
IN_DETAIL = ("gross-police-spending", "spending-on-pay", "spending-other-than-pay", "income-from-fees-and-other-bodies")
SPENDING = ("net-police-spending", *IN_DETAIL)
YEARS_IN_DETAIL = ("2017-03", "2022-03", "2023-03", "2024-03", "2025-03")
# MHCLG publishes thousands of pounds, most of them rounded.
ROUNDING = 2_000


@pytest.fixture(scope="module")
def amounts():
    """Return the amounts in pounds, a row for each year end and force, a column for each line."""
    return SNAPSHOT.table("finance").pivot_table(index=["year_end", "force"], columns="line", values="amount")


def block(measure):
    return SNAPSHOT.blocks[measure, SNAPSHOT.measures[measure].windows[0]]


def known(measure, end):
    """Return the forces that have a figure."""
    held = block(measure)
    if end not in held.row:
        return set()
    return {force for force in SNAPSHOT.forces if not np.isnan(held.value[held.row[end], held.column[force]])}


class TestPublishedTotals:
    @pytest.mark.parametrize(
        ("line", "thousands"),
        [
            ("employees", 14_769_579.52),
            ("running-expenses", 3_793_621.53),
            ("total-expenditure", 18_563_201.05),
            ("income", 1_654_646.85),
            ("net-current-expenditure", 16_908_554.20),
        ],
    )
    def test_police_bodies_make_the_row_of_england_in_mhclgs_rsx_of_2024_25(self, amounts, line, thousands):
        assert amounts.loc["2025-03", line].sum() == pytest.approx(thousands * 1000, abs=ROUNDING)

    def test_police_bodies_make_the_row_of_england_in_mhclgs_rs_of_2023_24(self, amounts):
        assert amounts.loc["2024-03", "net-current-expenditure"].sum() == pytest.approx(15_814_325_000, abs=ROUNDING)

    def test_grants_make_the_home_offices_total_of_2025_26_but_for_the_rounding_of_43_forces(self, amounts):
        grants = amounts.loc["2026-03", "central-grant"]
        assert grants.count() == 43
        assert grants.sum() == pytest.approx(9_806_553_489, abs=43)

    @pytest.mark.parametrize(
        ("date", "officers"),
        # Home Office, police workforce open data, July 2023 (without British Transport Police), and its counts since.
        [("2023-03", 147_430), ("2025-03", 146_442), ("2026-03", 145_886)],
    )
    def test_officers_make_the_home_offices_totals(self, date, officers):
        rows = SNAPSHOT.table("workforce")
        of_date = rows[(rows["date"] == date) & (rows["kind"] == "officers")]
        assert len(of_date) == 43
        assert round(of_date["fte"].sum()) == officers

    def test_the_metropolitan_police_has_the_officers_that_the_home_office_published_for_march_2023(self):
        held = block("police-officers")
        assert round(held.numerator[held.row["2023-03"], held.column["metropolitan"]]) == 34_899

    def test_every_crime_of_2024_25_stands_once_among_the_outcomes_by_group(self):
        # Home Office, recorded crime of the 43 forces without fraud: 5,225,477 offences.
        assert SNAPSHOT.table("outcomes_by_group")["number"].sum() == 5_225_477

    @pytest.mark.parametrize(("end", "charges"), [("2025-03", 42_003), ("2026-03", 78_174)])
    def test_the_metropolitan_polices_charges_are_those_of_the_home_office(self, end, charges):
        held = block("charge-or-summons-rate")
        assert held.numerator[held.row[end], held.column["metropolitan"]] == charges


class TestIdentities:
    def test_pay_and_running_expenses_make_gross_spending_everywhere_and_in_every_year(self, amounts):
        rows = amounts.dropna(subset=["employees"])
        assert len(rows) == 39 * 5 - 1
        parts = rows["employees"] + rows["running-expenses"]
        assert (parts - rows["total-expenditure"]).abs().max() <= ROUNDING

    def test_gross_spending_less_income_makes_net_spending_everywhere_and_in_every_year(self, amounts):
        rows = amounts.dropna(subset=["total-expenditure"])
        made = rows["total-expenditure"] - rows["income"]
        assert (made - rows["net-current-expenditure"]).abs().max() <= ROUNDING

    @pytest.mark.parametrize(
        ("measure", "lines"),
        [
            ("net-police-spending", ["net-current-expenditure"]),
            ("gross-police-spending", ["total-expenditure"]),
            ("spending-on-pay", ["employees"]),
            ("spending-other-than-pay", ["running-expenses"]),
            ("income-from-fees-and-other-bodies", ["income"]),
            ("council-tax-precept", ["council-tax"]),
            ("central-government-grant", ["central-grant"]),
            ("reserves", ["earmarked-reserves", "unallocated-reserves"]),
        ],
    )
    def test_pounds_a_head_times_people_are_the_amount_for_every_force_and_year(self, amounts, measure, lines):
        held = block(measure)
        window = SNAPSHOT.measures[measure].windows[0]
        people = SNAPSHOT.table("population").set_index(["year", "force"])["population"]
        newest = people.index.get_level_values("year").max()
        made = amounts[lines].sum(axis=1, skipna=False)
        told = 0
        for end in held.periods:
            year = min(periods.population_year(end, window), newest)
            for force in SNAPSHOT.forces:
                value = held.value[held.row[end], held.column[force]]
                amount = made.get((end, force), np.nan)
                assert value * people[year, force] == pytest.approx(amount, nan_ok=True), (end, force)
                told += not np.isnan(value)
        assert told == amounts.loc[list(held.periods), lines].dropna().shape[0]

    def test_spending_per_officer_is_spending_over_the_officers_at_the_years_end(self, amounts):
        officers = SNAPSHOT.table("workforce").query("kind == 'officers'").set_index(["date", "force"])["fte"]
        held = block("net-spending-per-officer")
        for end in held.periods:
            for force in ENGLISH:
                amount = amounts["net-current-expenditure"].get((end, force), np.nan)
                value = held.value[held.row[end], held.column[force]]
                assert value * officers[end, force] == pytest.approx(amount, nan_ok=True), (end, force)

    def test_crimes_per_officer_is_four_quarters_of_crime_over_the_officers_at_the_years_end(self):
        officers = SNAPSHOT.table("workforce").query("kind == 'officers'").set_index(["date", "force"])["fte"]
        held, crime = block("crimes-per-officer"), SNAPSHOT.blocks["all-crime-excluding-fraud", "year"]
        for end in held.periods:
            for force in SNAPSHOT.forces:
                crimes = crime.numerator[crime.row[end], crime.column[force]]
                assert held.numerator[held.row[end], held.column[force]] == crimes
                value = held.value[held.row[end], held.column[force]]
                assert value * officers[end, force] == pytest.approx(crimes)

    def test_shares_of_outcomes_are_of_all_outcomes_assigned_in_the_same_year(self):
        rows = SNAPSHOT.table("outcomes").set_index(["outcome", "year_end", "force"])["by_date_of_outcome"]
        for measure, outcome in {
            "charge-or-summons-rate": "charged-or-summonsed",
            "out-of-court-disposal-rate": "out-of-court",
        }.items():
            held = block(measure)
            for end in held.periods:
                for force in SNAPSHOT.forces:
                    share = 100 * rows[outcome, end, force] / rows["assigned", end, force]
                    assert held.value[held.row[end], held.column[force]] == pytest.approx(share)
                    assert 0 <= share <= 100


class TestGaps:
    @pytest.mark.parametrize("end", [f"{year}-03" for year in range(2008, 2027)])
    def test_net_spending_is_known_of_england_but_for_dorset_in_2016_17_and_not_after_2024_25(self, end):
        expected = set() if end == "2026-03" else ENGLISH - ({"dorset"} if end == "2017-03" else set())
        assert known("net-police-spending", end) == expected
        officers_known = end != "2024-03"
        assert known("net-spending-per-officer", end) == (expected if officers_known else set())

    @pytest.mark.parametrize("measure", IN_DETAIL)
    def test_spending_divides_only_in_the_years_whose_detail_is_published(self, measure):
        assert block(measure).periods == YEARS_IN_DETAIL
        for end in YEARS_IN_DETAIL:
            assert known(measure, end) == ENGLISH - ({"dorset"} if end == "2017-03" else set())

    def test_council_tax_is_not_that_of_the_councils_of_london_nor_known_for_wales_before_2025_26(self):
        for end in block("council-tax-precept").periods[:-1]:
            assert known("council-tax-precept", end) == ENGLISH - LONDON - ({"dorset"} if end == "2017-03" else set())
        assert "2025-03" not in block("council-tax-precept").row
        everyone = set(SNAPSHOT.forces)
        assert known("council-tax-precept", "2026-03") == everyone - {"greater-manchester", CITY_OF_LONDON}

    def test_reserves_are_not_those_of_the_councils_of_london_and_end_in_march_2024(self):
        for end in block("reserves").periods:
            assert known("reserves", end) == ENGLISH - LONDON - ({"dorset"} if end == "2017-03" else set())
        told = {f"{year}-03" for year in range(2010, 2025)} - {"2014-03"}
        assert set(block("reserves").periods) == told

    def test_the_grant_is_known_for_one_year_and_all_forces(self):
        assert block("central-government-grant").periods == ("2026-03",)
        assert known("central-government-grant", "2026-03") == set(SNAPSHOT.forces)

    def test_no_line_is_drawn_across_march_2024_where_nobody_is_counted(self):
        for measure in ("police-officers", "police-staff", "police-community-support-officers"):
            assert "2024-03" not in block(measure).row
            assert "2023-03" in block(measure).row
        for measure in ("net-spending-per-officer", "crimes-per-officer"):
            assert "2024-03" not in block(measure).row

    def test_the_counts_of_september_2025_lack_greater_manchester_alone(self):
        for measure in ("police-officers", "police-staff", "police-community-support-officers"):
            assert known(measure, "2025-09") == set(SNAPSHOT.forces) - {"greater-manchester"}

    def test_outcomes_by_the_date_of_recording_that_were_not_supplied_are_no_noughts(self):
        rows = SNAPSHOT.table("outcomes")
        missing = rows[rows["by_date_recorded"].isna()]
        assert set(zip(missing["year_end"], missing["force"], strict=True)) == {
            ("2015-03", "cumbria"),
            ("2015-03", "leicestershire"),
        }

    @pytest.mark.parametrize("measure", list(SNAPSHOT.value_lines))
    def test_whatever_is_missing_has_a_caveat_that_tells_why(self, measure):
        definition = SNAPSHOT.measures[measure]
        window = definition.windows[0]
        ends = {f"{year}-03" for year in range(2008, 2027)} | ({"2025-09"} if window == "date" else set())
        for end in sorted(ends):
            for force in set(SNAPSHOT.forces) - known(measure, end):
                reasons = gaps(definition, force, end)
                assert reasons, f"{measure} of {force} at {end} is missing, and no caveat tells why"

    @pytest.mark.parametrize("name", [name for name, caveat in SNAPSHOT.caveats.items() if caveat.kind == "gap"])
    def test_whatever_a_caveat_says_is_missing_is_missing_somewhere_for_every_measure_and_force_it_names(self, name):
        caveat = SNAPSHOT.caveats[name]
        assert caveat.measures
        for measure in caveat.measures:
            definition = SNAPSHOT.measures[measure]
            first, last = caveat.first_month, caveat.last_month
            ends = [end for end in periods.quarters("2007-03", "2026-03") if first <= end <= last]
            ends = [end for end in ends if end.endswith("-03") or definition.windows == ("date",)]
            for force in caveat.areas or SNAPSHOT.forces:
                assert any(force not in known(measure, end) for end in ends), (measure, force)

    @pytest.mark.parametrize(
        ("force", "measure", "end", "caveat"),
        [
            ("gwent", "net-police-spending", "2025-03", "welsh-spending"),
            ("south-wales", "reserves", "2020-03", "welsh-spending"),
            ("metropolitan", "council-tax-precept", "2020-03", "london-council-tax-and-reserves"),
            (CITY_OF_LONDON, "reserves", "2015-03", "london-council-tax-and-reserves"),
            ("dorset", "net-police-spending", "2017-03", "dorset-2016-17"),
            ("kent", "police-officers", "2024-03", "workforce-2024"),
            ("kent", "police-staff", "2025-03", "staff-since-2023"),
            ("greater-manchester", "police-officers", "2025-09", "greater-manchester-september-2025"),
            ("greater-manchester", "council-tax-precept", "2026-03", "precept-not-told-2025-26"),
            ("kent", "gross-police-spending", "2020-03", "spending-detail-2017-18-to-2020-21"),
            ("kent", "crimes-per-officer", "2026-03", "recorded-crime-of-2025-26"),
        ],
    )
    def test_a_gap_is_told_by_the_caveat_that_knows_it(self, force, measure, end, caveat):
        assert force not in known(measure, end)
        assert caveat in gaps(SNAPSHOT.measures[measure], force, end)


class TestDoubtfulFigures:
    @pytest.mark.parametrize(
        ("force", "measure", "end", "caveat"),
        [
            ("greater-manchester", "charge-or-summons-rate", "2020-03", "greater-manchester-outcomes-2019-20"),
            ("north-yorkshire", "outcomes-assigned", "2021-03", "north-yorkshire-outcomes"),
            ("metropolitan", "charge-or-summons-rate", "2026-03", "metropolitan-charges-2025-26"),
            ("metropolitan", "net-police-spending", "2025-03", "metropolitan-spending"),
            ("north-yorkshire", "net-police-spending", "2025-03", "north-yorkshire-2024-25"),
            ("west-mercia", "net-police-spending", "2025-03", "west-mercia-other-services"),
            ("warwickshire", "net-spending-per-officer", "2021-03", "warwickshire-other-services"),
            (
                "leicestershire",
                "income-from-fees-and-other-bodies",
                "2022-03",
                "leicestershire-income-2021-22-and-2022-23",
            ),
        ],
    )
    def test_a_doubtful_figure_is_shown_with_the_caveat_that_knows_it(self, force, measure, end, caveat):
        assert force in known(measure, end)
        definition = SNAPSHOT.measures[measure]
        touching = caveats.touching(SNAPSHOT, definition, (force,), end, definition.windows[0], ())
        assert caveat in touching
        assert SNAPSHOT.caveats[caveat].kind != "gap"

    def test_every_income_below_nought_has_a_caveat(self):
        held = block("income-from-fees-and-other-bodies")
        below = [
            (end, force)
            for end in held.periods
            for force in ENGLISH
            if held.value[held.row[end], held.column[force]] < 0
        ]
        assert sorted(below) == [("2022-03", "leicestershire"), ("2023-03", "leicestershire")]


class TestWindows:
    def test_every_measure_stands_in_the_snapshot_in_its_own_windows_and_no_others(self):
        declared = {(name, window) for name, measure in SNAPSHOT.measures.items() for window in measure.windows}
        assert set(SNAPSHOT.blocks) == declared

    def test_financial_years_end_in_march(self):
        for (measure, window), held in SNAPSHOT.blocks.items():
            if window == "financial-year":
                assert all(end.endswith("-03") for end in held.periods), measure


def gaps(definition, force, end):
    """Return the caveats that tell why a force has no figure."""
    touching = caveats.touching(SNAPSHOT, definition, (force,), end, definition.windows[0], ())
    return [name for name in touching if SNAPSHOT.caveats[name].kind == "gap"]
