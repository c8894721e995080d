"""The control chart: a published example, each rule, and how often it is right and wrong by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from comparator.statistics.control_chart import control_chart, natural_limits, seasonal_factors, special_cause

# NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3.2.2 (individuals control charts): ten flow rates, mean
# 50.81, mean moving range 1.8778, limits 55.8041 and 45.8159 (with the factor 3 / 1.128 = 2.6596 where we use 2.66).
NIST_FLOW_RATES = np.array([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])

series = arrays(float, 24, elements=st.floats(1, 100))


def test_limits_are_those_of_nists_worked_example():
    centre, reach = natural_limits(NIST_FLOW_RATES)
    assert centre == pytest.approx(50.81, abs=0.005)
    assert centre + reach == pytest.approx(55.8041, abs=0.002)
    assert centre - reach == pytest.approx(45.8159, abs=0.002)


def test_a_pure_season_is_taken_out_whole():
    season = np.array([0.8, 1.0, 1.3, 0.9])
    values = 10 * np.tile(season, 6)
    quarters = np.tile(np.arange(4), 6)
    assert seasonal_factors(values, quarters) == pytest.approx(season)
    chart = control_chart(values, first_quarter=1)
    assert chart.adjusted == pytest.approx(np.full(24, 10.0))
    assert chart.verdict == "no-real-change"


@given(series, st.integers(1, 4))
def test_the_factors_have_mean_one_and_the_unit_does_not_matter(values, first):
    quarters = (np.arange(24) + first - 1) % 4
    assert seasonal_factors(values, quarters).mean() == pytest.approx(1)
    once, scaled = control_chart(values, first), control_chart(values * 7, first)
    assert scaled.adjusted == pytest.approx(once.adjusted * 7)
    assert scaled.upper == pytest.approx(once.upper * 7)


BASELINE = range(12)
FLAT = [10.0, 11.0] * 6


@pytest.mark.parametrize(
    ("before", "latest", "direction", "rule"),
    [
        (FLAT, [10.0, 11.0, 14.0, 11.0], 1, "beyond-limit"),
        (FLAT, [11.0, 10.0, 7.0, 11.0], -1, "beyond-limit"),
        ([*FLAT[:9], 11.0, 11.0, 11.0], [11.0, 11.2, 10.9, 11.1], 1, "seven-on-one-side"),
        ([*FLAT[:9], 10.0, 10.0, 10.0], [10.0, 10.1, 10.2, 9.9], -1, "seven-on-one-side"),
        ([*FLAT[:10], 9.6, 10.0], [10.4, 10.8, 11.2, 11.6], 1, "six-in-a-row"),
        (FLAT, [10.0, 12.6, 10.0, 12.6], 1, "two-of-three"),
        (FLAT, [11.0, 8.5, 8.5, 10.0], -1, "two-of-three"),
        (FLAT, [10.0, 11.0, 10.0, 11.0], 0, None),
        (FLAT, [10.0, 12.6, 10.0, 8.4], 0, None),
    ],
)
def test_each_rule_fires_for_what_it_is_named_after(before, latest, direction, rule):
    found = special_cause(np.array([*before, *latest]), BASELINE, 10.5, 2.66)
    assert (found.direction, found.rule) == (direction, rule) if found else (direction, rule) == (0, None)


def test_the_baseline_reaches_back_over_what_is_left_out():
    values = np.random.default_rng(5).normal(10, 1, 24)
    pandemic = (10, 11, 12, 13)
    chart = control_chart(values, 1, left_out=pandemic)
    assert chart.baseline == (4, 5, 6, 7, 8, 9, 14, 15, 16, 17, 18, 19)
    assert chart.centre == pytest.approx(chart.adjusted[list(chart.baseline)].mean())


@pytest.mark.parametrize("values", [np.full(15, 5.0), np.r_[np.full(10, 5.0), np.nan, np.full(15, 5.0)]])
def test_less_than_sixteen_quarters_since_the_last_gap_is_too_short(values):
    chart = control_chart(values, 1)
    assert chart.verdict == "too-short"
    assert chart.centre is None
    assert np.isnan(chart.adjusted).all()


def test_a_series_after_a_gap_is_judged_on_what_follows_the_gap():
    values = np.r_[100.0, np.nan, 10 + 0.1 * np.random.default_rng(2).normal(size=20)]
    chart = control_chart(values, 1)
    assert chart.centre == pytest.approx(10, abs=0.2)
    assert np.isnan(chart.adjusted[:2]).all()


def test_a_series_of_zeros_shows_no_change():
    assert control_chart(np.zeros(20), 1).verdict == "no-real-change"


def simulated(step, quarters_since, runs=2000):
    """Return the verdicts on stable series (5% noise, a season, 40 quarters) whose last quarters moved by a step."""
    rng = np.random.default_rng(12345)
    season = np.tile([0.9, 1.0, 1.15, 0.95], 10)
    values = 20 * season * rng.normal(1, 0.05, (runs, 40))
    if quarters_since:
        values[:, -quarters_since:] *= 1 + step
    return np.array([control_chart(row, 2).verdict for row in values])


def test_on_stable_series_the_false_alarm_rate_is_what_the_docs_say():
    # docs/methods.md: about 1 in 8 judgements of a series that did not change.
    assert np.mean(simulated(0, 0) != "no-real-change") == pytest.approx(0.125, abs=0.025)


@pytest.mark.parametrize(
    ("step", "quarters_since", "found"), [(0.20, 1, 0.79), (0.20, 2, 0.96), (0.20, 4, 0.99), (0.10, 4, 0.75)]
)
def test_a_step_is_found_as_often_as_the_docs_say_and_in_its_direction(step, quarters_since, found):
    verdicts = simulated(step, quarters_since)
    assert np.mean(verdicts == "rising") == pytest.approx(found, abs=0.03)
    assert np.mean(verdicts == "falling") < 0.01


def test_a_fall_is_found_as_well_as_a_rise():
    assert np.mean(simulated(-0.20, 4) == "falling") >= 0.96
