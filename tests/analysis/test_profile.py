"""The profile says of each measure what Compare and Trends say of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import comparator
from comparator.analysis.comparison import compare
from comparator.analysis.names import UnknownNameError
from comparator.analysis.profile import RECENT_QUARTERS, arranged, distance_from_average, profile
from comparator.analysis.trend import trend

SNAPSHOT = comparator.open_snapshot()
COMPARED = sorted(set(SNAPSHOT.forces) - {"city-of-london"})
SHARED = ("numerator", "value", "group_average", "rank", "of", "verdict_peers", "z", "verdict_all")


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(COMPARED),
    st.sampled_from(["similar", "region", "all", "kent,gwent,essex,durham,surrey"]),
    st.sampled_from(SNAPSHOT.blocks["rape", "year"].periods),
)
def test_every_line_says_what_the_comparison_and_the_trend_say(force, peers, period):
    if force in peers:
        peers = "similar"
    found = profile(SNAPSHOT, force=force, peers=peers, period=period)
    assert found.period_end == period
    for line in found.lines:
        alone = compare(SNAPSHOT, force=force, measure=line.measure, period=period, peers=peers)
        for name in SHARED:
            assert getattr(line, name) == pytest.approx(getattr(alone, name)), (line.measure, name)
        assert line.england_and_wales == pytest.approx(alone.theta)
        assert sorted(line.peers) == pytest.approx(sorted(peer.value for peer in alone.peers))
        assert len(line.peers) + len(line.others) + 1 == len(alone.everyone)
        moved = trend(SNAPSHOT, force=force, measure=line.measure, period=period)
        assert line.change == moved.verdict
        assert line.change_on_year_percent == pytest.approx(moved.change_on_year_percent)
        known = [value for value in moved.year_values if value is not None]
        assert list(line.recent) == pytest.approx(known[-RECENT_QUARTERS:])


def test_it_holds_each_measure_that_is_published_by_quarter_and_has_figures_then():
    now = [line.measure for line in profile(SNAPSHOT, force="kent", period="2025-12").lines]
    assert "residential-burglary" in now
    assert "domestic-burglary" not in now
    assert not [measure for measure in now if "2003" in measure]
    then = [line.measure for line in profile(SNAPSHOT, force="kent", period="2016-12").lines]
    assert "domestic-burglary" in then
    assert "residential-burglary" not in then
    assert "robbery-2003-to-2018" not in then


def test_cleveland_stands_out_where_its_verdicts_say_so():
    lines = {line.measure: line for line in profile(SNAPSHOT, force="cleveland", period="2025-12").lines}
    assert lines["criminal-damage"].verdict_peers == "far-above"
    assert lines["rape"].verdict_peers == "in-line"
    assert lines["rape"].verdict_all == "above"
    assert lines["criminal-damage"].stands_out
    assert lines["rape"].stands_out
    assert not lines["homicide"].stands_out
    assert lines["shoplifting"].really_changed
    assert not lines["rape"].really_changed


def test_city_of_london_has_counts_and_changes_and_no_comparison():
    for line in profile(SNAPSHOT, force="city-of-london").lines:
        block = SNAPSHOT.blocks[line.measure, "year"]
        counts = block.numerator[-RECENT_QUARTERS:, block.column["city-of-london"]]
        assert list(line.recent) == counts.tolist()
        assert line.numerator == counts[-1]
        assert (line.value, line.rank, line.verdict_peers, line.verdict_all, line.z) == (None,) * 5
        assert line.change == trend(SNAPSHOT, force="city-of-london", measure=line.measure, counts=True).verdict


def test_lines_can_be_put_in_order_of_distance_and_of_change():
    lines = profile(SNAPSHOT, force="cleveland").lines
    by_distance = [distance_from_average(line) for line in arranged(lines, "peers")]
    assert by_distance == sorted(by_distance, reverse=True)
    by_change = [abs(line.change_on_year_percent) for line in arranged(lines, "change")]
    assert by_change == sorted(by_change, reverse=True)
    assert arranged(lines, "theme") == list(lines)


def test_caveats_of_a_line_touch_its_figures():
    lines = {line.measure: line for line in profile(SNAPSHOT, force="kent", period="2025-12").lines}
    assert "conduct-crimes-2023" in lines["stalking-and-harassment"].caveats
    assert "conduct-crimes-2023" not in lines["shoplifting"].caveats
    assert "pandemic" not in lines["shoplifting"].caveats


@pytest.mark.parametrize("wrong", [{"force": "knt"}, {"period": "1999-12"}, {"peers": "kentt"}])
def test_unknown_names_are_refused(wrong):
    with pytest.raises(UnknownNameError):
        profile(SNAPSHOT, **({"force": "kent"} | wrong))
