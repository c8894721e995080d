"""What monitoring says of the real figures: the newest quarter, cases and their explanations."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import comparator
from comparator import periods
from comparator.analysis import case_findings, cases
from comparator.analysis.comparison import compare, compared_forces
from comparator.analysis.names import UnknownNameError
from comparator.analysis.trend import chart_of, trend
from comparator.statistics.funnel import count_funnel

SNAPSHOT = comparator.open_snapshot()
FORCES = compared_forces(SNAPSHOT.forces)
NEWEST = "2025-12"
FOUND = cases.monitor(SNAPSHOT, period=NEWEST)
GRAVE = {
    ("cleveland", "criminal-damage"): (3, 52, ("all", "peers")),
    ("cleveland", "miscellaneous-crimes-against-society"): (3, 40, ("all", "change")),
    ("durham", "criminal-damage"): (3, 40, ("all", "peers")),
    ("gwent", "arson"): (3, 35, ("all", "peers")),
    ("cleveland", "other-sexual-offences"): (3, 21, ("all", "peers", "change")),
    ("avon-and-somerset", "rape"): (3, 9, ("all", "peers", "change")),
    ("cleveland", "shoplifting"): (2, 52, ("all", "change")),
    ("cambridgeshire", "bicycle-theft"): (2, 52, ("all", "peers")),
    ("metropolitan", "theft-from-the-person"): (2, 44, ("peers", "change")),
    ("south-yorkshire", "miscellaneous-crimes-against-society"): (2, 40, ("all", "change")),
    ("avon-and-somerset", "violence-without-injury"): (2, 40, ("peers", "change")),
    ("west-yorkshire", "stalking-and-harassment"): (2, 36, ("all", "peers")),
    ("metropolitan", "other-theft-offences"): (2, 30, ("all", "peers")),
    ("sussex", "shoplifting"): (2, 14, ("peers", "change")),
    ("west-yorkshire", "other-sexual-offences"): (2, 7, ("all", "change")),
    ("gwent", "miscellaneous-crimes-against-society"): (2, 6, ("all", "change")),
    ("cambridgeshire", "violence-without-injury"): (2, 5, ("peers", "change")),
    ("cleveland", "rape"): (2, 4, ("all",)),
}

some_force = st.sampled_from(FORCES)
some_measure = st.sampled_from(sorted(SNAPSHOT.case_histories))


def case_of(force, measure, period=NEWEST):
    return cases.along(SNAPSHOT, force, measure, period)[-1]


def plain_z(measure, period):
    """Return each force's adjusted z, written out anew from METHODS 4, without our functions."""
    block = SNAPSHOT.blocks[measure, "year"]
    row = block.periods.index(period)
    counts = {force: block.numerator[row, block.areas.index(force)] for force in FORCES}
    people = {force: block.denominator[row, block.areas.index(force)] for force in FORCES}
    theta = sum(counts.values()) / sum(people.values())
    expected = {force: people[force] * theta for force in FORCES}
    y = {force: math.log(max(counts[force], 0.5) / expected[force]) for force in FORCES}
    z = sorted(y[force] * math.sqrt(expected[force]) for force in FORCES)

    def quantile(share):
        place = share * (len(z) - 1)
        low = int(place)
        return z[low] + (place - low) * (z[low + 1] - z[low])

    low, high = quantile(0.1), quantile(0.9)
    k = len(FORCES)
    phi = sum(min(max(one, low), high) ** 2 for one in z) / k
    weights = list(expected.values())
    tau2 = max(0.0, (k * phi - (k - 1)) / (sum(weights) - sum(w * w for w in weights) / sum(weights)))
    return {force: y[force] / math.sqrt(1 / expected[force] + tau2) for force in FORCES}


class TestTheNewestQuarter:
    def test_its_cases_are_these(self):
        flagged = [
            case for case in FOUND.cases if case.severity and not SNAPSHOT.measures[case.measure].numerator.parts
        ]
        assert len(flagged) == 213
        found = {(case.force, case.measure): (case.severity, case.quarters, case.worse) for case in flagged}
        grave = {key: found[key] for key in found if case_of(*key).enduring_and_severe}
        assert grave == GRAVE
        assert {tally.kind: tally.found for tally in FOUND.tallies} == {
            "flagged": 213, "severe": 21, "enduring_and_severe": 18, "all": 22, "peers": 23, "change": 190,
        }  # fmt: skip
        assert (FOUND.judged, FOUND.judged_change) == (840, 840)

    @pytest.mark.parametrize("measure", ["criminal-damage", "rape", "arson", "shoplifting"])
    def test_the_level_signal_is_that_of_a_plain_calculation(self, measure):
        z = plain_z(measure, NEWEST)
        for force in FORCES:
            case = case_of(force, measure)
            assert case.z == pytest.approx(z[force], abs=1e-9)
            assert ("all" in case.worse) == (z[force] >= 1.96)
            assert ("all" in case.better) == (z[force] <= -1.96)

    def test_a_run_is_that_of_plainly_counted_quarters(self):
        ends = SNAPSHOT.blocks["rape", "year"].periods
        flagged = []
        for end in reversed(ends):
            result = compare(SNAPSHOT, force="avon-and-somerset", measure="rape", period=end, window="year")
            moved = trend(SNAPSHOT, force="avon-and-somerset", measure="rape", period=end).verdict
            flagged.append(result.z >= 1.96 or result.verdict_peers == "far-above" or moved == "rising")
            if not flagged[-1]:
                break
        case = case_of("avon-and-somerset", "rape")
        assert case.quarters == len(flagged) - 1 == 9
        assert case.since == ends[-9] == "2023-12"

    def test_the_correction_for_many_tests_is_that_of_a_plain_calculation(self):
        everyone = [
            case_of(force, measure) for measure in SNAPSHOT.case_histories if measure_now(measure) for force in FORCES
        ]
        p = sorted(math.erfc(abs(case.z) / math.sqrt(2)) for case in everyone)
        passing = [value for place, value in enumerate(p, start=1) if value <= place / len(p) * 0.1]
        for case in everyone:
            assert case.survives == (math.erfc(abs(case.z) / math.sqrt(2)) <= max(passing))


def measure_now(measure):
    return NEWEST in SNAPSHOT.case_histories[measure].row


@settings(max_examples=60, deadline=None)
@given(some_force, some_measure, st.data())
def test_the_table_says_what_comparison_and_trend_say_of_the_same_quarter(force, measure, data):
    period = data.draw(st.sampled_from(SNAPSHOT.case_histories[measure].periods))
    case = case_of(force, measure, period)
    result = compare(SNAPSHOT, force=force, measure=measure, period=period, window="year")
    verdict = trend(SNAPSHOT, force=force, measure=measure, period=period).verdict
    assert case.z == pytest.approx(result.z)
    assert case.worse == tuple(
        name
        for name, fires in (
            ("all", result.z >= 1.96),
            ("peers", result.verdict_peers == "far-above"),
            ("change", verdict == "rising"),
        )
        if fires
    )
    assert (case.severity > 0) == bool(case.worse) == (case.quarters > 0) == (case.since is not None)
    assert (case.status in ("new", "persisting", "enduring")) == (case.severity > 0)


@settings(max_examples=60, deadline=None)
@given(some_force.filter(lambda force: force != "metropolitan"), some_measure, st.floats(1, 3))
def test_more_crime_in_the_newest_figures_never_makes_a_force_look_better(force, measure, factor):
    """The Metropolitan Police is so much of the country that the average follows it (docs/monitoring.md)."""
    years, quarters = SNAPSHOT.blocks[measure, "year"], SNAPSHOT.blocks[measure, "quarter"]
    columns = [years.column[other] for other in FORCES]
    counts, people = years.numerator[-1, columns], years.denominator[-1, columns]
    more = counts.copy()
    more[FORCES.index(force)] = np.ceil(counts[FORCES.index(force)] * factor)
    now, then = (count_funnel(figures, people).z[FORCES.index(force)] for figures in (counts, more))
    assert then >= now
    rates = quarters.value[:, quarters.column[force]]
    worse = np.append(rates[:-1], rates[-1] * factor)
    if chart_of(rates, quarters.periods).verdict == "rising":
        assert chart_of(worse, quarters.periods).verdict == "rising"


def test_a_force_and_a_status_narrow_the_cases_but_not_the_tallies():
    found = cases.monitor(SNAPSHOT, period=NEWEST, force="cleveland", status="enduring")
    assert {case.force for case in found.cases} == {"cleveland"}
    assert {case.status for case in found.cases} == {"enduring"}
    assert [case.severity for case in found.cases] == sorted((case.severity for case in found.cases), reverse=True)
    assert found.tallies == FOUND.tallies
    assert cases.monitor(SNAPSHOT, force="city-of-london").cases == ()


@pytest.mark.parametrize("wrong", [{"force": "knt"}, {"period": "2012-06"}, {"status": "worse"}])
def test_unknown_names_are_refused(wrong):
    with pytest.raises(UnknownNameError):
        cases.monitor(SNAPSHOT, **wrong)


def test_before_sixteen_quarters_change_is_not_judged_and_not_expected_by_chance():
    early = cases.monitor(SNAPSHOT, period="2015-12")
    assert early.judged_change == 0
    assert next(tally for tally in early.tallies if tally.kind == "change") == cases.Tally("change", 0, 0.0)


def test_a_measure_that_has_ended_is_no_case_any_more():
    assert cases.along(SNAPSHOT, "kent", "domestic-burglary", NEWEST) == ()
    assert cases.along(SNAPSHOT, "kent", "domestic-burglary", "2017-03")


def test_changes_of_counting_in_the_months_judged_are_offered_as_an_explanation():
    def explained(force, measure, period):
        case = case_of(force, measure, period)
        found = trend(SNAPSHOT, force=force, measure=measure, period=period)
        peers = tuple(SNAPSHOT.peers[force, "similar"])
        return cases.explaining(SNAPSHOT, case, found, peers)

    assert explained("greater-manchester", "public-order-offences", "2019-12") == ("greater-manchester-2019-20",)
    assert explained("kent", "rape", "2020-12") == ("pandemic",)
    assert "conduct-crimes-2023" in explained("west-yorkshire", "stalking-and-harassment", "2024-03")
    # Cleveland's shoplifting is flagged for a change too, whose baseline leaves the pandemic out.
    assert explained("cleveland", "shoplifting", NEWEST) == ()


def test_questions_are_the_measures_own_and_then_those_of_its_theme():
    shoplifting = cases.questions(SNAPSHOT, SNAPSHOT.measures["shoplifting"])
    assert shoplifting[:3] == SNAPSHOT.questions["shoplifting"].ask
    assert shoplifting[3:] == SNAPSHOT.questions["theft"].ask
    assert cases.questions(SNAPSHOT, SNAPSHOT.measures["robbery"]) == SNAPSHOT.questions["robbery"].ask


def test_every_monitored_measure_has_questions():
    assert all(cases.questions(SNAPSHOT, SNAPSHOT.measures[name]) for name in SNAPSHOT.case_histories)


def test_inspections_have_dates_and_sources_and_enhanced_monitoring_comes_first():
    found = cases.inspections_of(SNAPSHOT, "greater-manchester")
    assert [one.kind for one in found] == ["engage", "peel", "peel"]
    assert (found[0].began, found[0].ended) == ("December 2020", "October 2022 (announced 28 Oct 2022)")
    assert all(one.began and one.addresses for one in SNAPSHOT.inspections)


class TestSentences:
    def test_the_country_is_told_with_what_chance_would_give(self):
        finding = case_findings.of_country(FOUND, SNAPSHOT.measures)
        assert finding.headline == "213 cases, 18 of them enduring and severe"
        by_chance = {tally.kind: tally.by_chance for tally in FOUND.tallies}
        assert f"about {by_chance['flagged']:.0f} would be" in finding.sentences[0]
        assert any(
            sentence.startswith("Most widespread: business robbery (39 forces)") for sentence in finding.sentences
        )

    def test_ordinary_variety_is_named_only_where_no_more_are_found(self):
        def told(by_chance):
            tallies = tuple(
                replace(tally, by_chance=by_chance) if tally.kind == "enduring_and_severe" else tally
                for tally in FOUND.tallies
            )
            finding = case_findings.of_country(replace(FOUND, tallies=tallies), SNAPSHOT.measures)
            return any("ordinary variety" in sentence for sentence in finding.sentences)

        # 18 are found: 11.0 expected by chance may well be 17.6 in one quarter, 11.5 may be 18.3.
        assert told(11.5)
        assert not told(11.0)

    @settings(max_examples=60, deadline=None)
    @given(some_force, some_measure, st.data())
    def test_a_case_says_what_its_signals_say_and_nothing_else(self, force, measure, data):
        period = data.draw(st.sampled_from(SNAPSHOT.case_histories[measure].periods))
        history = cases.along(SNAPSHOT, force, measure, period)
        case = history[-1]
        result = compare(SNAPSHOT, force=force, measure=measure, period=period, window="year")
        found = trend(SNAPSHOT, force=force, measure=measure, period=period)
        finding = case_findings.of_case(case, result, found, SNAPSHOT.measures[measure], SNAPSHOT.forces[force])
        text = " ".join(finding.sentences)
        assert ("far above its similar forces" in text) == ("peers" in case.worse)
        assert ("among all forces it stands out" in text) == ("all" in case.worse)
        assert ("enduring and severe" in finding.headline) == case.enduring_and_severe
        assert ("not flagged" in finding.headline or "resolved" in finding.headline) == (case.severity == 0)
        assert "None" not in text
        assert "nan" not in text
        lasted = case_findings.of_duration(case, history)
        assert (f"since {periods.month_name(case.since)}" in lasted) if case.quarters > 1 else "in a row" not in lasted

    def test_few_cases_and_a_change_in_most_forces_are_told_as_other_explanations(self):
        homicide = compare(SNAPSHOT, force="cleveland", measure="homicide", period=NEWEST)
        case = case_of("cleveland", "homicide")
        said = case_findings.could_be_something_else(case, homicide, 3, SNAPSHOT.measures["homicide"], recorded=False)
        assert any("rests on few cases (" in line for line in said)
        assert said[0].startswith("No fault of the data")
        kent = compare(SNAPSHOT, force="kent", measure="shoplifting", period=NEWEST)
        changed = cases.forces_changed(SNAPSHOT, "shoplifting", NEWEST)
        assert changed == 33
        said = case_findings.could_be_something_else(
            case_of("kent", "shoplifting"), kent, changed, SNAPSHOT.measures["shoplifting"], recorded=True
        )
        assert said[0] == (
            "A real change for the worse is told of 33 of 42 forces on this measure, which points to a cause beyond "
            "this force."
        )

    def test_good_news_is_told_of_a_force(self):
        better = cases.for_the_better(SNAPSHOT, "dorset", NEWEST)
        assert better
        assert all(case.better for case in better)
        found = cases.monitor(SNAPSHOT, period=NEWEST, force="dorset")
        finding = case_findings.of_force(found, better, SNAPSHOT.measures, SNAPSHOT.forces["dorset"])
        assert finding.headline.startswith("Dorset: 2 cases, none of them enduring and severe")
        assert "Good news: " in finding.sentences[-1]


def test_the_feeds_changes_are_told_in_one_line():
    case = case_of("cleveland", "rape")
    line = case_findings.change_in_words(case, SNAPSHOT.measures["rape"], SNAPSHOT.forces["cleveland"])
    assert line == "Enduring: Cleveland, rape, severity 2 of 3 (stands out among all forces)"
    assert case.changed
    assert np.isfinite(case.z)
