"""Many tests at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comparator.statistics.false_discovery import survivors, two_sided_p

some_p = st.lists(st.floats(0, 1), min_size=1, max_size=60).map(np.array)


def test_two_sided_p_values_are_those_of_the_normal_distribution():
    found = two_sided_p(np.array([0.0, 1.96, -1.96, 3.09, np.nan]))
    assert found[:4] == pytest.approx([1.0, 0.05, 0.05, 0.002], abs=5e-5)
    assert np.isnan(found[4])


def test_the_example_of_benjamini_and_hochberg_1995():
    # The 15 p-values of their section 3.2; at 0.05 the four smallest are rejected.
    p = np.array([
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
        0.7590, 1.0,
    ])  # fmt: skip
    shuffled = np.random.default_rng(1).permutation(15)
    assert np.flatnonzero(survivors(p[shuffled], 0.05)).size == 4
    assert set(np.flatnonzero(survivors(p, 0.05))) == {0, 1, 2, 3}


def test_a_larger_p_value_can_carry_a_smaller_one_that_would_fail_alone():
    assert survivors(np.array([0.04, 0.045]), 0.05).tolist() == [True, True]
    assert survivors(np.array([0.04, 0.9]), 0.05).tolist() == [False, False]


def test_missing_tests_neither_survive_nor_count():
    assert survivors(np.array([0.04, np.nan, np.nan]), 0.05).tolist() == [True, False, False]
    assert survivors(np.array([np.nan]), 0.05).tolist() == [False]


@given(some_p, st.floats(0.01, 0.2))
def test_what_survives_are_the_smallest_and_a_larger_rate_never_takes_one_away(p, rate):
    found = survivors(p, rate)
    if found.any() and not found.all():
        assert p[found].max() <= p[~found].min()
    assert (survivors(p, rate * 2) >= found).all()
    assert (found >= (p <= rate / p.size)).all()
