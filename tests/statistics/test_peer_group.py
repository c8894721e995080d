"""Group average, rank, and the range expected from peers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from comparator.statistics import peer_group

rates = arrays(float, st.integers(4, 15), elements=st.floats(0.01, 200))


def limits_by_hand(peers):
    """Return the two intervals, written out slowly with another library's t distribution."""
    logs = [np.log(rate) for rate in peers]
    m = len(logs)
    mean = sum(logs) / m
    s = (sum((value - mean) ** 2 for value in logs) / (m - 1)) ** 0.5
    reach = s * (1 + 1 / m) ** 0.5
    expected, extreme = (stats.t.ppf(p, m - 1) * reach for p in (0.90, 0.975))
    return [np.exp(mean + by) for by in (-expected, expected, -extreme, extreme)]


@given(rates)
def test_the_ranges_are_the_prediction_intervals_of_the_log_rates(peers):
    found = peer_group.peer_range(peers)
    assert [
        float(limit) for limit in (found.expected_low, found.expected_high, found.extreme_low, found.extreme_high)
    ] == pytest.approx(limits_by_hand(peers), rel=1e-9)


@given(rates, st.floats(0.1, 10))
def test_the_ranges_scale_with_the_unit(peers, factor):
    once, scaled = peer_group.peer_range(peers), peer_group.peer_range(peers * factor)
    assert float(scaled.expected_high) == pytest.approx(float(once.expected_high) * factor)


def test_one_more_like_force_is_outside_the_expected_range_once_in_five():
    rng = np.random.default_rng(1)
    groups = np.exp(rng.normal(1.0, 0.3, (20_000, 8)))
    verdicts = peer_group.peer_verdict(groups[:, 0], peer_group.peer_range(groups[:, 1:]))
    assert np.mean(verdicts != "in-line") == pytest.approx(0.20, abs=0.01)
    assert np.mean((verdicts == "far-above") | (verdicts == "far-below")) == pytest.approx(0.05, abs=0.006)


def test_three_peers_give_no_range_and_no_verdict():
    found = peer_group.peer_range(np.array([1.0, 2.0, 3.0]))
    assert np.isnan(found.expected_low)
    assert peer_group.peer_verdict(np.array(2.0), found).item() is None


def test_a_missing_peer_is_left_out():
    with_gap = peer_group.peer_range(np.array([1.0, np.nan, 2.0, 3.0, 4.0]))
    without = peer_group.peer_range(np.array([1.0, 2.0, 3.0, 4.0]))
    assert float(with_gap.extreme_low) == pytest.approx(float(without.extreme_low))


@pytest.mark.parametrize(
    ("rate", "verdict"),
    [
        (0.5, "far-below"),
        (1.5, "below"),
        (2.0, "in-line"),
        (4.0, "in-line"),
        (4.1, "above"),
        (9.0, "far-above"),
        (np.nan, None),
    ],
)
def test_verdicts_change_just_beyond_the_limits(rate, verdict):
    limits = peer_group.PeerRange(*(np.array(limit) for limit in (2.0, 4.0, 1.0, 8.0)))
    assert peer_group.peer_verdict(np.array(rate), limits).item() == verdict


def test_a_rate_of_zero_must_be_given_as_half_an_offence():
    with pytest.raises(ValueError, match="half an offence"):
        peer_group.peer_range(np.array([0.0, 1.0, 2.0, 3.0]))


def test_the_group_average_counts_the_force_itself_and_leaves_out_gaps():
    average = peer_group.group_average(np.array([4.0, np.nan]), np.array([[1.0, np.nan, 1.0], [1.0, 2.0, 3.0]]))
    assert average[0] == pytest.approx(2.0)
    assert np.isnan(average[1])


def test_without_peers_there_is_no_group_average():
    assert np.isnan(peer_group.group_average(np.array(4.0), np.array([])))


def test_money_is_averaged_by_weight():
    average = peer_group.weighted_group_average(np.array([10.0, 90.0, np.nan]), np.array([1.0, 3.0, 5.0]))
    assert float(average) == pytest.approx(25.0)


@given(rates, st.floats(0.01, 200))
def test_the_rank_is_one_more_than_the_number_of_higher_peers(peers, rate):
    rank, of = peer_group.rank_highest_first(np.array(rate), peers)
    assert rank == 1 + sum(peer > rate for peer in peers)
    assert of == len(peers) + 1


def test_equal_rates_share_the_better_rank():
    rank, of = peer_group.rank_highest_first(np.array(3.0), np.array([5.0, 3.0, 3.0, 1.0]))
    assert (rank, of) == (2, 5)
