"""Confidence intervals against values published elsewhere, and their properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparator.statistics.intervals import EXACT_BELOW, count_interval, proportion_interval

# Exact Poisson limits: Ulm (1990), Am J Epidemiol 131:373, and Garwood (1936), Biometrika 28:437.
EXACT = {0: (0.0, 3.689), 1: (0.025, 5.572), 2: (0.242, 7.225), 5: (1.623, 11.668), 9: (4.115, 17.085)}
# Breslow and Day (1987), Statistical Methods in Cancer Research II, table 2.11: Byar's limits and the exact
# limits there (10: 4.80 to 18.39, 100: 81.36 to 121.63) differ by less than 0.2%, as OHID's Technical Guide says.
NEARLY_EXACT = {10: (4.795, 18.390), 20: (12.217, 30.888), 50: (37.111, 65.919), 100: (81.364, 121.627)}
# Wilson's limits: Newcombe (1998), Stat Med 17:857, table I, method 3.
WILSON = {
    (81, 263): (0.2553, 0.3662),
    (15, 148): (0.0624, 0.1605),
    (0, 20): (0.0, 0.1611),
    (1, 29): (0.0061, 0.1718),
}


@pytest.mark.parametrize(("count", "published"), EXACT.items())
def test_small_counts_have_the_published_exact_poisson_limits(count, published):
    assert count_interval(count) == pytest.approx(published, abs=0.001)


@pytest.mark.parametrize(("count", "published"), NEARLY_EXACT.items())
def test_byars_limits_are_within_a_fifth_of_a_per_cent_of_the_published_exact_ones(count, published):
    assert count_interval(count) == pytest.approx(published, rel=0.002)


@pytest.mark.parametrize(("case", "published"), WILSON.items())
def test_wilsons_limits_are_newcombes(case, published):
    assert proportion_interval(*case) == pytest.approx(published, abs=0.00006)


@given(st.integers(0, 10**6))
def test_a_count_lies_within_its_limits_and_more_confidence_widens_them(count):
    low, high = count_interval(count)
    wider_low, wider_high = count_interval(count, 0.998)
    assert 0 <= wider_low <= low <= count <= high <= wider_high


def test_the_change_from_exact_to_byar_is_seamless():
    below, at = count_interval(EXACT_BELOW - 1), count_interval(EXACT_BELOW)
    assert below[0] < at[0] < below[0] + 1.2
    assert below[1] < at[1] < below[1] + 1.8


@given(st.integers(1, 10**6), st.data())
def test_a_proportion_lies_within_its_limits_and_so_does_its_mirror_image(total, data):
    successes = data.draw(st.integers(0, total))
    low, high = proportion_interval(successes, total)
    mirror_low, mirror_high = proportion_interval(total - successes, total)
    assert 0 <= low <= successes / total + 1e-12
    assert successes / total - 1e-12 <= high <= 1
    assert (low, high) == pytest.approx((1 - mirror_high, 1 - mirror_low), abs=1e-9)


def test_impossible_counts_and_proportions_are_refused():
    with pytest.raises(ValueError, match="negative"):
        count_interval(-1)
    with pytest.raises(ValueError, match="not a proportion"):
        proportion_interval(3, 2)
    with pytest.raises(ValueError, match="not a proportion"):
        proportion_interval(0, 0)
