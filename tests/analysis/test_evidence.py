"""What is known to work: search, filters, order, comparable effects, and the join with the figures."""

import unicodedata

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import comparator
from comparator.analysis.effects import SCALES, on_scale, scale_of
from comparator.analysis.evidence import (
    ORDERS,
    Asked,
    counts,
    marked,
    matching,
    measures_of,
    ordered,
    problems_standing_out,
    standing_out,
    what_works,
    words_of,
)
from comparator.analysis.names import UnknownNameError
from comparator.analysis.profile import profile
from comparator.catalogue import CERTAINTIES, DIRECTIONS, KINDS, PROBLEMS

SNAPSHOT = comparator.open_snapshot()
ENTRIES = tuple(SNAPSHOT.evidence.values())
TABLE = SNAPSHOT.table("evidence").set_index("slug")
NOT_REVIEWS = {
    "stop-and-search-surges-london", "predictive-policing", "gang-injunctions", "rapid-response", "home-security",
    "second-hand-goods-rules", "summer-jobs", "housing-relocation",
}  # fmt: skip


def some(values):
    return st.lists(st.sampled_from(values), max_size=3, unique=True).map(tuple)


ASKED = st.builds(
    Asked,
    text=st.sampled_from(["", "police", "POLICE drug", "school", "violence ", "zzz", "CÀMERAS", "(cpted"]),
    problems=some(PROBLEMS),
    kinds=some(KINDS),
    directions=some(DIRECTIONS),
    certainties=some(CERTAINTIES),
    uk=st.booleans(),
    cost=st.booleans(),
)


def plain(text):
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    ).lower()


SEARCHED = (TABLE["name"] + "\n" + TABLE["description"] + "\n" + TABLE["crime_problems"].str.join("\n")).map(plain)


def filtered(asked):
    """Filter the table itself, one column at a time."""
    rows = TABLE
    for column, wanted in (("crime_problems", asked.problems), ("mechanism_type", asked.kinds)):
        if wanted:
            rows = rows[rows[column].map(lambda cell, wanted=wanted: any(value in cell for value in wanted))]
    if asked.directions:
        rows = rows[rows["effect_direction"].isin(asked.directions)]
    if asked.certainties:
        rows = rows[rows["certainty"].isin(asked.certainties)]
    if asked.uk:
        rows = rows[rows["uk_evidence"] != ""]
    if asked.cost:
        rows = rows[rows["cost_evidence"] != ""]
    for word in plain(asked.text).split():
        rows = rows[[word in SEARCHED[slug] for slug in rows.index]]
    return rows


@settings(deadline=None)
@given(ASKED)
def test_filters_and_search_combine_as_a_plain_filter_over_the_table(asked):
    assert [entry.slug for entry in matching(ENTRIES, asked)] == filtered(asked).index.tolist()


@settings(deadline=None, max_examples=20)
@given(ASKED)
def test_a_count_beside_an_option_is_what_choosing_that_option_alone_leaves(asked):
    found = counts(ENTRIES, asked)
    for field, numbers in (("problems", found.problems), ("kinds", found.kinds), ("certainties", found.certainties)):
        for value, number in numbers.items():
            assert number == len(filtered(Asked(**{**vars(asked), field: (value,)})))
    assert found.cost == len(filtered(Asked(**{**vars(asked), "cost": True})))


@pytest.mark.parametrize(
    ("text", "search", "expected"),
    [
        ("Café cameras", "CAFE", [("Café", True), (" cameras", False)]),
        ("A&E navigators", "navi", [("A&E ", False), ("navi", True), ("gators", False)]),
        ("Straße", "strasse", [("Straße", True)]),
        ("anana", "ana", [("anana", True)]),
        ("<b>gates</b>", "gates", [("<b>", False), ("gates", True), ("</b>", False)]),
        ("Gates", "locks", [("Gates", False)]),
        ("", "gates", [("", False)]),
    ],
)
def test_a_match_is_marked_whatever_its_accents_and_case(text, search, expected):
    assert marked(text, words_of(search)) == expected


@given(st.text(max_size=30), st.text(max_size=5))
def test_marking_changes_nothing_of_a_text(text, search):
    assert "".join(piece for piece, _ in marked(text, words_of(search))) == text


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_loses_no_intervention(order):
    assert sorted(entry.slug for entry in ordered(ENTRIES, order)) == sorted(SNAPSHOT.evidence)


def test_the_best_supported_responses_to_burglary_stand_first_and_single_studies_last():
    found = what_works(SNAPSHOT, problem="burglary")
    assert [entry.slug for entry in found[:4]] == [
        "problem-oriented-policing", "cctv", "restorative-justice-conferencing", "street-lighting",
    ]  # fmt: skip
    assert {entry.slug for entry in found if not entry.systematic_review} == {
        entry.slug for entry in found[-sum(entry.slug in NOT_REVIEWS for entry in found) :]
    }


def test_what_reduces_stands_before_what_does_not_and_within_it_the_more_certain_before_the_less():
    reviews = [entry for entry in ordered(ENTRIES) if entry.systematic_review]
    places = [(DIRECTIONS.index(e.effect_direction), CERTAINTIES.index(e.certainty)) for e in reviews]
    assert places == sorted(places)
    assert reviews[-1].effect_direction == "increases"


def test_exactly_the_eight_entries_without_a_systematic_review_are_told_apart():
    assert {entry.slug for entry in ENTRIES if not entry.systematic_review} == NOT_REVIEWS


def test_a_problem_is_known_whatever_its_case_and_an_unknown_one_is_told_with_the_nearest():
    assert what_works(SNAPSHOT, problem="asb") == what_works(SNAPSHOT, problem="ASB")
    with pytest.raises(UnknownNameError, match="unknown crime problem 'burglry': did you mean burglary"):
        what_works(SNAPSHOT, problem="burglry")


def test_every_problem_has_an_intervention_and_every_current_crime_measure_but_four_a_problem():
    assert all(what_works(SNAPSHOT, problem=problem) for problem in PROBLEMS)
    without = {
        measure.id
        for measure in SNAPSHOT.crime_measures.values()
        if not measure.problems and measure.last_period is None
    }
    assert without == {
        "theft-from-the-person", "bicycle-theft", "other-theft-offences", "miscellaneous-crimes-against-society",
    }  # fmt: skip


@pytest.mark.parametrize("problem", PROBLEMS)
def test_where_a_problem_stands_out_is_what_the_comparisons_table_says_of_measures_with_a_worse_side(problem):
    table = SNAPSHOT.table("comparisons")
    table = table[table["window"] == "year"]
    expected = {}
    for measure in measures_of(SNAPSHOT.measures.values(), [problem]):
        if measure.polarity == "higher-worse":
            of_measure = table[table["measure"] == measure.id]
            newest = of_measure[of_measure["period_end"] == of_measure["period_end"].max()]
            high = newest[newest["verdict_all"].isin(["above", "far-above"])].sort_values("z", ascending=False)
            expected[measure.id] = list(zip(high["force"], high["z"].round(6), strict=True))
    found = {one.measure: one for one in standing_out(SNAPSHOT, (problem,))}
    assert {name: [(force, round(z, 6)) for force, z in one.forces] for name, one in found.items()} == expected


def test_drugs_and_weapons_are_neither_high_nor_low():
    assert standing_out(SNAPSHOT, ("drugs",)) == standing_out(SNAPSHOT, ("knife crime",)) == ()


def test_a_profile_s_problems_are_those_of_measures_that_stand_out_on_the_worse_side():
    lines = profile(SNAPSHOT, force="cleveland", period="2025-12").lines
    found = problems_standing_out(lines, SNAPSHOT.measures)
    high = {line.measure for line in lines if "above" in f"{line.verdict_peers} {line.verdict_all}"}
    worse = [SNAPSHOT.measures[name] for name in high if SNAPSHOT.measures[name].polarity == "higher-worse"]
    assert set(found) == {problem for measure in worse for problem in measure.problems}
    assert "criminal damage" in found
    assert "drugs" not in found


class TestEffects:
    def test_no_axis_holds_two_metrics_and_none_is_on_two_axes(self):
        metrics = [metric for scale in SCALES for metric in scale.metrics]
        assert len(metrics) == len(set(metrics))
        assert set(metrics) <= set(TABLE["effect_metric"])
        assert not [metric for metric in metrics if "%" in metric and "odds" in metric]

    @pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
    def test_every_point_and_interval_is_the_published_one(self, scale):
        effects = on_scale(ENTRIES, scale)
        assert len({effect.slug for effect in effects}) > 1
        for effect in effects:
            row = TABLE.loc[effect.slug]
            assert effect.published in [part.strip() for part in row["effect_value"].split(";")]
            assert float(effect.published.replace("%", " ").split()[0]) == effect.value
            assert effect.interval in [part.strip() for part in row["ci95"].split(";")]
            assert (effect.low is None) == (effect.interval == "")

    def test_intervals_are_read_with_their_signs(self):
        found = {effect.slug: effect for scale in SCALES for effect in on_scale(ENTRIES, scale)}
        assert (found["police-initiated-stops"].low, found["police-initiated-stops"].high) == (-16.0, -9.0)
        assert (found["sexual-offence-treatment"].low, found["sexual-offence-treatment"].high) == (1.22, 1.95)
        assert (found["after-school-programmes"].low, found["after-school-programmes"].high) == (-0.098, 0.223)

    def test_what_reduces_lies_on_the_better_side_of_its_axis(self):
        for scale in SCALES:
            left = "Left" in scale.reading
            for effect in on_scale(ENTRIES, scale):
                if SNAPSHOT.evidence[effect.slug].effect_direction == "reduces":
                    assert (effect.value < scale.none) == left, effect

    @pytest.mark.parametrize(
        "slug", ["restorative-justice-conferencing", "boot-camps", "disrupting-high-level-targets"]
    )
    def test_what_was_published_with_another_sign_or_as_a_count_is_not_drawn(self, slug):
        assert scale_of(SNAPSHOT.evidence[slug]) is None


def test_the_table_has_no_row_less_and_no_fact_of_where_it_was_seen():
    assert isinstance(TABLE, pd.DataFrame)
    assert len(TABLE) == len(ENTRIES) == 89
    assert not [column for column in TABLE.columns if column.startswith("prov")]
