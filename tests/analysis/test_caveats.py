"""Caveats are told where they touch the figures, and nowhere else."""

import pytest

import comparator
from comparator.analysis.comparison import compare

SNAPSHOT = comparator.open_snapshot()


def caveats(force="kent", measure="burglary", period="2025-12", peers="similar", window="year"):
    return compare(SNAPSHOT, force=force, measure=measure, period=period, peers=peers, window=window).caveats


@pytest.mark.parametrize(
    ("period", "window", "touched"),
    [
        ("2019-06", "year", False),
        ("2019-09", "year", True),
        ("2020-12", "year", True),
        ("2021-03", "year", False),
        ("2019-06", "quarter", False),
        ("2020-03", "quarter", True),
        ("2020-06", "quarter", False),
    ],
)
def test_greater_manchesters_gap_touches_the_windows_that_overlap_it(period, window, touched):
    found = caveats("greater-manchester", period=period, window=window)
    assert ("greater-manchester-2019-20" in found) == touched


def test_a_fault_of_a_peer_touches_the_comparison_and_a_fault_of_a_stranger_does_not():
    assert "greater-manchester-2019-20" in caveats("cleveland", period="2020-03", peers="similar")
    assert "greater-manchester-2019-20" not in caveats("cleveland", period="2020-03", peers="region")


@pytest.mark.parametrize(
    ("measure", "period", "touched"),
    [
        ("stalking-and-harassment", "2023-03", False),
        ("stalking-and-harassment", "2023-06", True),
        ("stalking-and-harassment", "2024-03", True),
        ("stalking-and-harassment", "2024-06", False),
        ("shoplifting", "2023-06", False),
    ],
)
def test_the_break_of_may_2023_touches_the_windows_in_which_counting_changed(measure, period, touched):
    assert ("conduct-crimes-2023" in caveats(measure=measure, period=period)) == touched


def test_the_new_classification_of_burglary_is_told_in_its_first_year_only():
    assert "burglary-reclassified-2017" in caveats(measure="residential-burglary", period="2018-03")
    assert "burglary-reclassified-2017" not in caveats(measure="residential-burglary", period="2018-06")
    assert "burglary-reclassified-2017" not in caveats(measure="burglary", period="2018-03")


@pytest.mark.parametrize(
    ("period", "window", "carried"),
    [
        ("2025-03", "year", False),
        ("2025-06", "year", True),
        ("2024-12", "quarter", False),
        ("2025-03", "quarter", True),
    ],
)
def test_population_is_marked_as_carried_forward_when_the_mid_year_is_not_published(period, window, carried):
    assert ("population-carried-forward" in caveats(period=period, window=window)) == carried


def test_a_negative_count_is_explained():
    assert "negative-count" in caveats("suffolk", "homicide", "2014-03", "region", "quarter")
    assert "negative-count" not in caveats("suffolk", "homicide", "2014-06", "region", "quarter")


def test_the_pandemic_touches_every_recorded_crime_measure_of_its_quarters():
    assert all("pandemic" in caveats(measure=measure, period="2021-12") for measure in ("rape", "arson", "burglary"))
    assert "pandemic" not in caveats(measure="rape", period="2022-03")


def test_recorded_crime_is_always_told_apart_from_all_crime():
    assert all("recording" in caveats(force, "rape") for force in ("kent", "city-of-london"))
