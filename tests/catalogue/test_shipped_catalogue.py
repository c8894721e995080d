"""The catalogue that is shipped: what DESIGN 5 asks for, and that no offence is counted twice or not at all."""

import re
from urllib.parse import urlparse

import pytest

from comparator import catalogue as catalogues
from comparator.catalogue.loader import kebab_case

CATALOGUE = catalogues.load()
TOTAL = "all-crime-excluding-fraud"
GROUPS = {offence.group for offence in CATALOGUE.offences}
MEASURE_OF_SUBGROUP = {
    "Homicide": "homicide",
    "Death or serious injury - unlawful driving": "death-or-serious-injury-by-unlawful-driving",
    "Violence with injury": "violence-with-injury",
    "Violence without injury": "violence-without-injury",
    "Stalking and harassment": "stalking-and-harassment",
    "Rape offences": "rape",
    "Other sexual offences": "other-sexual-offences",
    "Robbery of personal property": "personal-robbery",
    "Robbery of business property": "business-robbery",
    "Domestic burglary": "domestic-burglary",
    "Non-domestic burglary": "non-domestic-burglary",
    "Residential burglary": "residential-burglary",
    "Non-residential burglary": "non-residential-burglary",
    "Vehicle offences": "vehicle-offences",
    "Theft from the person": "theft-from-the-person",
    "Bicycle theft": "bicycle-theft",
    "Shoplifting": "shoplifting",
    "Other theft offences": "other-theft-offences",
    "Criminal damage": "criminal-damage",
    "Arson": "arson",
    "Trafficking of drugs": "drug-trafficking",
    "Possession of drugs": "drug-possession",
    "Possession of weapons offences": "possession-of-weapons-offences",
    "Public order offences": "public-order-offences",
    "Miscellaneous crimes against society": "miscellaneous-crimes-against-society",
}
SUBGROUPS_OF_CODE = {
    code: {offence.subgroup for offence in CATALOGUE.offences if offence.code == code}
    for code in {offence.code for offence in CATALOGUE.offences}
}


def test_there_are_the_43_forces_each_with_a_code_of_its_own():
    assert len(CATALOGUE.forces) == 43
    assert len({force.code for force in CATALOGUE.forces.values()}) == 43
    assert sum(force.country == "Wales" for force in CATALOGUE.forces.values()) == 4


def test_every_measure_is_named_by_its_title_in_kebab_case():
    for name, measure in CATALOGUE.measures.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*(-2003-to-201[78])?", name)
        assert name == kebab_case(measure.title) == measure.id


@pytest.mark.parametrize("subgroup", sorted({offence.subgroup for offence in CATALOGUE.offences}))
def test_the_measure_of_a_subgroup_counts_the_codes_of_that_subgroup_and_no_others(subgroup):
    counted = set(CATALOGUE.codes(MEASURE_OF_SUBGROUP[subgroup]))
    assert counted <= {code for code, subgroups in SUBGROUPS_OF_CODE.items() if subgroup in subgroups}
    assert counted >= {code for code, subgroups in SUBGROUPS_OF_CODE.items() if subgroups == {subgroup}}


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_the_measure_of_an_offence_group_counts_exactly_the_codes_that_the_publisher_puts_in_it(group):
    codes = CATALOGUE.codes(kebab_case(group))
    assert sorted(codes) == sorted({offence.code for offence in CATALOGUE.offences if offence.group == group})


def test_all_nine_offence_groups_are_there_and_fraud_is_not():
    assert len(GROUPS) == 9
    assert not any("fraud" in group.lower() for group in GROUPS)
    assert set(CATALOGUE.measures[TOTAL].numerator.parts) == {kebab_case(group) for group in GROUPS}


def test_all_crime_counts_every_code_exactly_once():
    codes = CATALOGUE.codes(TOTAL)
    assert len(codes) == len(set(codes))
    assert set(codes) == set(SUBGROUPS_OF_CODE)


def test_no_code_belongs_to_two_offence_groups():
    for code in SUBGROUPS_OF_CODE:
        assert len({offence.group for offence in CATALOGUE.offences if offence.code == code}) == 1


def test_the_old_classification_of_burglary_ends_where_the_new_one_begins():
    measures = CATALOGUE.measures
    assert {measures[name].last_period for name in ("domestic-burglary", "non-domestic-burglary")} == {"2017-03"}
    assert {measures[name].first_period for name in ("residential-burglary", "non-residential-burglary")} == {"2017-06"}


@pytest.mark.parametrize(
    "measure", ["drug-offences", "drug-trafficking", "drug-possession", "possession-of-weapons-offences"]
)
def test_what_the_police_find_is_neither_good_nor_bad(measure):
    assert CATALOGUE.measures[measure].polarity == "neutral"


def test_every_measure_has_a_theme_that_some_page_shows_and_no_theme_is_empty():
    assert {measure.theme for measure in CATALOGUE.measures.values()} == set(CATALOGUE.themes)


@pytest.mark.parametrize("caveat", CATALOGUE.caveats.values(), ids=lambda caveat: caveat.id)
def test_a_caveat_cites_a_public_page_over_https(caveat):
    assert caveat.cites
    for address in caveat.cites:
        assert urlparse(address).scheme == "https"
        assert "." in urlparse(address).netloc


BURGLARIES = (
    "residential-burglary",
    "non-residential-burglary",
    "domestic-burglary",
    "non-domestic-burglary",
    "domestic-burglary-2003-to-2017",
    "non-domestic-burglary-2003-to-2017",
)


@pytest.mark.parametrize(
    ("caveat", "areas", "first_month", "last_month"),
    [
        ("burglary-reclassified-2017", (), "2017-04", None),
        ("greater-manchester-2019-20", ("greater-manchester",), "2019-07", "2020-03"),
        ("devon-and-cornwall-2022-23", ("devon-and-cornwall",), "2022-10", "2023-03"),
        ("conduct-crimes-2023", (), "2023-05", None),
        ("pandemic", (), "2020-04", "2021-03"),
        ("city-of-london-residents", ("city-of-london",), None, None),
        ("recording", (), None, None),
        ("population-carried-forward", (), None, None),
    ],
)
def test_a_known_fault_of_the_data_is_told_for_its_areas_and_months(caveat, areas, first_month, last_month):
    found = CATALOGUE.caveats[caveat]
    assert (found.areas, found.first_month, found.last_month) == (areas, first_month, last_month)


def test_the_change_of_burglary_touches_the_measures_that_begin_or_end_and_not_their_total():
    assert sorted(CATALOGUE.caveats["burglary-reclassified-2017"].measures) == sorted(BURGLARIES)


def test_the_conduct_crime_rules_touch_the_total_and_what_they_moved():
    touched = CATALOGUE.caveats["conduct-crimes-2023"].measures
    assert {TOTAL, "violence-against-the-person", "violence-without-injury", "stalking-and-harassment"} <= set(touched)
    assert "shoplifting" not in touched


class TestOlderSeries:
    MEASURES = tuple(measure for measure in CATALOGUE.measures.values() if measure.theme == "older-series")

    def test_they_are_the_measures_of_the_table_of_totals_of_12_months_and_stand_last(self):
        assert len(self.MEASURES) == 20
        assert (
            tuple(
                measure for measure in CATALOGUE.measures.values() if measure.numerator.table == "offences_rolling_year"
            )
            == self.MEASURES
        )
        crime = [measure for measure in CATALOGUE.measures.values() if measure.kind == "count-rate"]
        assert tuple(crime[-20:]) == self.MEASURES

    @pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
    def test_each_has_years_only_and_is_titled_read_and_shown_as_the_newer_measure_it_is_not_joined_to(self, measure):
        newer = CATALOGUE.measures[measure.id.rsplit("-", 3)[0]]
        assert measure.title == f"{newer.title} 2003 to {measure.last_period[:4]}"
        assert measure.windows == ("year",)
        assert "never joined" in measure.definition
        assert measure.sources == ("recorded-crime-2003-2018", "population")
        for field in ("short_title", "one", "many", "polarity", "decimals", "unit", "multiplier", "problems"):
            assert getattr(measure, field) == getattr(newer, field)

    @pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
    def test_only_burglary_ends_before_its_classes_changed(self, measure):
        assert measure.first_period == "2003-03"
        assert measure.last_period == ("2017-03" if "burglary" in measure.id else "2018-12")

    def test_the_total_counts_what_the_others_count_and_the_newer_classes_of_burglary(self):
        total, *others = self.MEASURES
        counted = {code for measure in others for code in measure.numerator.codes}
        assert set(total.numerator.codes) == counted | {"Residential burglary", "Non-residential burglary"}

    def test_a_caveat_tells_of_them_and_those_of_forces_in_later_years_do_not_touch_them(self):
        touching = {caveat.id for caveat in CATALOGUE.caveats.values() if "recorded-crime-2003-2018" in caveat.sources}
        assert touching == {"recording", "negative-count", "older-series"}


class TestValueForMoney:
    LINES = tuple(CATALOGUE.value_lines.values())

    def test_the_parts_of_the_profile_stand_together_and_in_order(self):
        parts = [line.part for line in self.LINES]
        assert list(dict.fromkeys(parts)) == ["spending", "funding", "people", "demand", "results"]
        assert parts == sorted(parts, key=list(dict.fromkeys(parts)).index)

    def test_spending_is_a_tree_of_pay_other_costs_and_income_under_net_spending(self):
        assert {line.measure: line.under for line in self.LINES if line.part == "spending"} == {
            "net-police-spending": None,
            "gross-police-spending": "net-police-spending",
            "spending-on-pay": "gross-police-spending",
            "spending-other-than-pay": "gross-police-spending",
            "income-from-fees-and-other-bodies": "net-police-spending",
        }

    @pytest.mark.parametrize("line", LINES, ids=lambda line: line.measure)
    def test_each_side_of_a_line_asks_questions_that_are_questions_and_blame_nobody(self, line):
        for question in (*line.above, *line.below):
            assert question.endswith("?")
            assert not re.search(r"\b(fail|waste|excess|blame|fault|inefficien|poor|bad|good)", question.lower())

    @pytest.mark.parametrize("line", LINES, ids=lambda line: line.measure)
    def test_a_line_stands_in_one_kind_of_period_that_its_measure_is_made_for(self, line):
        measure = CATALOGUE.measures[line.measure]
        if measure.kind == "count-rate":
            assert measure.windows == ("year", "quarter")
        else:
            assert measure.windows in {("financial-year",), ("date",)}

    def test_what_stands_on_a_day_is_people_and_reserves_and_all_else_is_of_a_year(self):
        assert {name for name, measure in CATALOGUE.measures.items() if "date" in measure.windows} == {
            "reserves",
            "police-officers",
            "police-staff",
            "police-community-support-officers",
        }

    def test_money_that_welsh_forces_account_for_differently_is_compared_in_england_only(self):
        money = {name for name, measure in CATALOGUE.measures.items() if measure.kind == "money"}
        in_england = {name for name, measure in CATALOGUE.measures.items() if measure.compared == "england"}
        assert in_england == money - {"council-tax-precept"}

    def test_more_or_less_money_or_people_is_neither_good_nor_bad(self):
        for line in self.LINES:
            if line.part in ("spending", "funding", "people"):
                assert CATALOGUE.measures[line.measure].polarity == "neutral"


def test_a_carried_forward_population_is_told_only_where_it_was_carried_forward():
    assert CATALOGUE.caveats["population-carried-forward"].condition == "population-carried-forward"


@pytest.mark.parametrize(
    ("measure", "problem"),
    [
        ("residential-burglary", "burglary"),
        ("vehicle-offences", "vehicle crime"),
        ("personal-robbery", "robbery"),
        ("homicide", "violence"),
        ("rape", "sexual offences"),
        ("shoplifting", "shoplifting/retail"),
        ("possession-of-weapons-offences", "knife crime"),
        ("public-order-offences", "ASB"),
        ("death-or-serious-injury-by-unlawful-driving", "road safety"),
    ],
)
def test_a_measure_names_the_crime_problem_under_which_the_evidence_speaks_of_it(measure, problem):
    assert CATALOGUE.measures[measure].problems == (problem,)


def test_a_part_of_a_measure_is_about_one_of_its_crime_problems():
    for measure in CATALOGUE.measures.values():
        if measure.problems and measure.id != TOTAL:
            parts = {problem for part in measure.numerator.parts for problem in CATALOGUE.measures[part].problems}
            assert parts - {"domestic abuse", "road safety"} <= set(measure.problems), measure.id


def test_no_measure_of_money_people_or_outcomes_has_a_crime_problem():
    assert not [
        measure.id for measure in CATALOGUE.measures.values() if measure.kind != "count-rate" and measure.problems
    ]
