"""What has really changed in England and Wales."""

import pytest

import comparator
from comparator.analysis.national import ENOUGH, real_changes
from comparator.analysis.trend import trend

SNAPSHOT = comparator.open_snapshot()
CHANGES = real_changes(SNAPSHOT, "2025-12")


def nation(measure, end):
    block = SNAPSHOT.blocks[measure, "year"]
    return block.value[block.row[end], block.column["england-and-wales"]]


def test_the_change_is_that_of_the_nations_12_month_rates_largest_first():
    assert CHANGES[0].measure == "business-robbery"
    assert CHANGES[0].change_on_year_percent == pytest.approx(78.16, abs=0.01)
    for change in CHANGES:
        expected = (nation(change.measure, "2025-12") / nation(change.measure, "2024-12") - 1) * 100
        assert change.change_on_year_percent == pytest.approx(expected)
        assert (expected > 0) == (change.verdict == "rising")
    sizes = [abs(change.change_on_year_percent) for change in CHANGES]
    assert sizes == sorted(sizes, reverse=True)


def test_sums_are_left_out_so_that_nothing_is_told_twice():
    assert not any(SNAPSHOT.measures[change.measure].numerator.parts for change in CHANGES)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.measure)
def test_forces_are_counted_by_their_own_verdicts(change):
    forces = [force for force in SNAPSHOT.forces if force != "city-of-london"]
    trends = {force: trend(SNAPSHOT, force=force, measure=change.measure, period="2025-12") for force in forces}
    verdicts = [found.verdict for found in trends.values()]
    assert (change.rising, change.falling, change.forces) == (verdicts.count("rising"), verdicts.count("falling"), 42)
    block = SNAPSHOT.blocks[change.measure, "year"]
    counts = block.numerator[[block.row["2024-12"], block.row["2025-12"]]].min(axis=0)
    same_way = {
        force: found.change_on_year_percent
        for force, found in trends.items()
        if found.verdict == change.verdict
        and counts[block.column[force]] >= ENOUGH
        and (found.change_on_year_percent > 0) == (change.verdict == "rising")
    }
    if change.furthest is None:
        assert not same_way
    else:
        assert change.furthest_percent == pytest.approx(max(same_way.values(), key=abs))
        assert same_way[change.furthest] == pytest.approx(change.furthest_percent)


def test_the_first_periods_have_no_real_changes():
    assert real_changes(SNAPSHOT, "2013-03") == ()
