"""All forces on a map: the same figures as one comparison after another, and classes that follow from them."""

from dataclasses import replace

import numpy as np
import pytest

import comparator
from comparator.analysis.comparison import compare
from comparator.analysis.geography import DIFFERENCES, FIFTHS, SCALES, _fifths, _percent_from, _steps, shade
from comparator.analysis.names import UnknownNameError

SNAPSHOT = comparator.open_snapshot()
CASES = [
    ("residential-burglary", "2025-12", "year"),
    ("homicide", "2014-03", "quarter"),
    ("drug-trafficking", "2020-06", "quarter"),
    ("domestic-burglary", "2017-03", "year"),
]


@pytest.mark.parametrize(("measure", "period", "window"), CASES)
def test_every_force_has_the_figures_of_its_own_comparison(measure, period, window):
    found = shade(SNAPSHOT, measure=measure, period=period, window=window)
    assert [area.force for area in found.areas] == list(SNAPSHOT.forces)
    for area in found.areas:
        if area.force == "city-of-london":
            assert (area.value, area.rank, area.step, area.verdict_all) == (None, None, None, None)
            assert "few residents" in area.missing
            continue
        alone = compare(SNAPSHOT, force=area.force, measure=measure, period=period, window=window)
        among_all = compare(SNAPSHOT, force=area.force, measure=measure, period=period, window=window, peers="all")
        assert area.value == alone.value
        assert (area.rank, found.of) == (among_all.rank, among_all.of)
        assert area.lower == sum(other.value < area.value for other in among_all.peers)
        assert area.verdict_all == alone.verdict_all
        assert area.verdict_peers == alone.verdict_peers
        if alone.group_average:
            assert area.from_peers == pytest.approx((alone.value / alone.group_average - 1) * 100)
        else:
            assert area.from_peers is None
        if among_all.theta:
            assert area.from_nation == pytest.approx((alone.value / among_all.theta - 1) * 100)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("measure", SNAPSHOT.crime_measures)
def test_every_force_has_either_a_class_or_a_reason(measure, scale):
    for window in SNAPSHOT.measures[measure].windows:
        block = SNAPSHOT.blocks[measure, window]
        for period in (block.periods[0], block.periods[-1]):
            found = shade(SNAPSHOT, measure=measure, period=period, window=window, scale=scale)
            for area in found.areas:
                assert (area.step is None) != (area.missing is None)
                assert area.step is None or area.step in (FIFTHS if scale == "fifths" else DIFFERENCES)
            assert "boundaries" in found.sources


def test_a_force_without_a_figure_says_so_and_is_left_out_of_ranks_and_fifths():
    block = SNAPSHOT.blocks["rape", "year"]
    gaps = {name: getattr(block, name).copy() for name in ("numerator", "denominator", "value")}
    for figures in gaps.values():
        figures[-1, block.column["kent"]] = np.nan
    snapshot = replace(SNAPSHOT, blocks={**SNAPSHOT.blocks, ("rape", "year"): replace(block, **gaps)})
    found = shade(snapshot, measure="rape", period=block.periods[-1], scale="peers")
    areas = {area.force: area for area in found.areas}
    assert areas["kent"].missing == "no figure for this period"
    assert areas["kent"].step is None
    assert found.of == 41
    assert max(area.rank or 0 for area in found.areas) == 41
    assert areas["essex"].from_peers is not None


def test_differences_are_classed_by_fixed_borders_the_same_way_up_and_down():
    percent = np.array([0, 9, 10, -10, 10.1, -10.1, 25, 25.1, -25.1, 50, 50.1, -50, -50.1, -100, 900, np.nan])
    steps = [0, 0, 0, 0, 1, -1, 1, 2, -2, 2, 3, -2, -3, -3, 3]
    assert _steps(percent)[:-1].tolist() == steps
    assert np.isnan(_steps(percent)[-1])


def test_fifths_hold_as_many_forces_each_and_equal_values_are_never_parted():
    values = np.arange(42.0)
    assert sorted(np.unique(_fifths(values, values), return_counts=True)[1]) == [8, 8, 8, 9, 9]
    ties = np.array([0.0] * 30 + [1.0, 2.0, 3.0, np.nan])
    classes = _fifths(ties, ties[:-1])
    assert set(classes[:30]) == {1.0}
    assert classes[32] == 5.0
    assert np.isnan(classes[33])
    assert set(_fifths(np.full(42, 7.0), np.full(42, 7.0))) == {1.0}


def test_nothing_can_be_compared_with_an_average_of_nothing():
    assert np.isnan(_percent_from(np.array([0.0, 1.0, 1.0]), np.array([0.0, -1.0, np.nan]))).all()


def test_a_force_whose_group_recorded_nothing_says_so():
    rare = [
        area
        for period in SNAPSHOT.blocks["homicide", "quarter"].periods
        for area in shade(SNAPSHOT, measure="homicide", period=period, window="quarter", scale="peers").areas
        if area.value is not None and area.from_peers is None
    ]
    assert all("none recorded in its group" in area.missing and area.value == 0 for area in rare)


@pytest.mark.parametrize(
    "wrong", [{"measure": "riot"}, {"period": "1999-12"}, {"window": "month"}, {"scale": "sixths"}]
)
def test_unknown_names_are_refused(wrong):
    with pytest.raises(UnknownNameError):
        shade(SNAPSHOT, **{"measure": "rape", "period": "2025-12", "window": "year", **wrong})
