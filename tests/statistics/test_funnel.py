"""The funnel with over-dispersion: published between-unit variance, limits, and properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from comparator.statistics import funnel

# The between-unit variance is DerSimonian and Laird's estimator when nothing is winsorised. Published example: 13
# trials of the BCG vaccine (Colditz et al. 1994), log relative risks and their variances as in the documentation of R's
# metafor: Q = 152.2330, tau² = 0.3088 (DL).
BCG_EFFECTS = np.array(
    [-0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209, 0.0120, -0.4694, -1.3713, -0.3394, 0.4459, -0.0173]
)
BCG_VARIANCES = np.array(
    [0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730, 0.0124, 0.5325, 0.0714]
)

counts = arrays(float, 12, elements=st.integers(1, 5000).map(float))
exposures = arrays(float, 12, elements=st.integers(100_000, 9_000_000).map(float))


def test_between_unit_variance_is_the_published_one_of_the_bcg_trials():
    weights = 1 / BCG_VARIANCES
    pooled = (weights * BCG_EFFECTS).sum() / weights.sum()
    z = (BCG_EFFECTS - pooled) / np.sqrt(BCG_VARIANCES)
    assert (z**2).sum() == pytest.approx(152.233, rel=0.003)
    assert funnel.between_unit_variance(z, BCG_VARIANCES) == pytest.approx(0.3088, rel=0.003)


def test_without_over_dispersion_the_limits_are_the_poisson_ones_of_spiegelhalters_funnel_plot():
    # Spiegelhalter (2005), Stat Med 24:1185: on the log scale theta * exp(±1.96 / sqrt(expected count)).
    expected = np.array([10.0, 100.0, 1000.0])
    limits = funnel.funnel_limit(0.001, 0.0, expected / 0.001, 1.96) / 0.001
    assert limits == pytest.approx([1.8586, 1.2165, 1.0639], abs=0.0001)


def test_the_limit_is_where_a_unit_reaches_that_z():
    numerators, denominators = np.array([50.0, 90.0, 400.0, 120.0]), np.array([1e5, 1e5, 3e5, 2e5])
    found = funnel.count_funnel(numerators, denominators)
    at_limit = funnel.funnel_limit(found.theta, found.tau2, denominators, found.z[1])[1]
    assert at_limit == pytest.approx(numerators[1] / denominators[1])


def test_winsorising_pulls_in_the_outer_tenths_by_linear_interpolation():
    pulled = funnel.winsorise(np.arange(11.0))
    assert pulled.tolist() == [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]


@given(counts, exposures)
def test_scaling_all_populations_changes_no_z(numerators, denominators):
    once, doubled = funnel.count_funnel(numerators, denominators), funnel.count_funnel(numerators, denominators * 2)
    assert doubled.theta == pytest.approx(once.theta / 2)
    assert doubled.z == pytest.approx(once.z, abs=1e-7)


@given(counts, exposures)
def test_z_has_the_sign_of_the_difference_from_the_overall_rate(numerators, denominators):
    found = funnel.count_funnel(numerators, denominators)
    higher = numerators / denominators - found.theta
    clear = np.abs(higher) > 1e-12
    assert (np.sign(found.z[clear]) == np.sign(higher[clear])).all()
    assert found.tau2 >= 0


@given(counts, exposures)
def test_a_unit_without_a_figure_changes_nothing_for_the_others(numerators, denominators):
    found = funnel.count_funnel(numerators, denominators)
    with_gap = funnel.count_funnel(np.append(numerators, np.nan), np.append(denominators, 1e6))
    assert with_gap.z[:-1] == pytest.approx(found.z)
    assert math.isnan(with_gap.z[-1])


def test_pure_poisson_counts_are_not_taken_for_over_dispersed():
    rng = np.random.default_rng(20250630)
    denominators = rng.uniform(4e5, 9e6, 42)
    flagged = [
        (np.abs(funnel.count_funnel(rng.poisson(denominators * 0.002).astype(float), denominators).z) > 1.96).mean()
        for _ in range(200)
    ]
    assert np.mean(flagged) == pytest.approx(0.05, abs=0.02)


def test_a_count_of_zero_or_a_negative_correction_is_taken_as_half():
    denominators = np.full(5, 1e6)
    zero, half, negative = (
        funnel.count_funnel(np.array([value, 30.0, 40.0, 50.0, 60.0]), denominators).z[0] for value in (0.0, 0.5, -1.0)
    )
    assert zero == pytest.approx(half, rel=0.02)
    assert negative == pytest.approx(half, rel=0.04)


def test_proportions_far_from_one_half_are_judged_alike_on_both_sides():
    totals = np.array([1000.0, 1200.0, 900.0, 5000.0, 800.0])
    successes = np.array([100.0, 180.0, 60.0, 520.0, 75.0])
    up = funnel.proportion_funnel(successes, totals)
    down = funnel.proportion_funnel(totals - successes, totals)
    assert down.z == pytest.approx(-up.z)
    assert down.theta == pytest.approx(1 - up.theta)


def test_the_binomial_form_agrees_with_the_poisson_one_for_rare_events():
    totals = np.array([1e6, 2e6, 1.5e6, 3e6, 8e5])
    successes = np.array([100.0, 260.0, 120.0, 330.0, 60.0])
    assert funnel.proportion_funnel(successes, totals).z == pytest.approx(
        funnel.count_funnel(successes, totals).z, abs=0.001
    )


@pytest.mark.parametrize(
    ("z", "verdict"),
    [
        (0.0, "typical"),
        (1.96, "typical"),
        (1.97, "above"),
        (3.09, "above"),
        (3.1, "far-above"),
        (-1.97, "below"),
        (-3.1, "far-below"),
        (math.nan, None),
    ],
)
def test_verdicts_change_just_beyond_1_96_and_3_09(z, verdict):
    assert funnel.funnel_verdict(z) == verdict


def test_too_little_to_judge_is_refused():
    with pytest.raises(ValueError, match="two units"):
        funnel.count_funnel(np.array([5.0, np.nan]), np.array([1e5, 1e5]))
    with pytest.raises(ValueError, match="one event"):
        funnel.count_funnel(np.zeros(5), np.full(5, 1e5))
    with pytest.raises(ValueError, match="two units"):
        funnel.proportion_funnel(np.array([5.0]), np.array([10.0]))
    with pytest.raises(ValueError, match="successes and failures"):
        funnel.proportion_funnel(np.array([5.0, 6.0]), np.array([5.0, 6.0]))
