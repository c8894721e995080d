"""The engine of monitoring on hand-made series: signals, severities, runs, and every status."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import comparator
from comparator.analysis.monitoring import course, is_counted, is_monitored, severity, signals

SNAPSHOT = comparator.open_snapshot()
VERDICTS = ["far-below", "below", "in-line", "above", "far-above"]
CHANGES = ["falling", "no-real-change", "rising"]
NEW, STAYS, YEAR, EASES, OVER = "new", "persisting", "enduring", "easing", "resolved"


def judged(z, verdict="in-line", change="no-real-change", *, upwards=True):
    return signals(
        np.array([[z]], dtype=float),
        np.array([[verdict]], dtype=object),
        np.array([[change]], dtype=object),
        upwards=upwards,
    )


def graveness(*case, **way):
    return severity(judged(*case, **way)).item()


def told(flags):
    """Return the runs and the statuses of one force, from a string of + and - by quarter (? where nothing is known)."""
    flagged = np.array([[mark == "+"] for mark in flags])
    found = course(flagged, np.array([[mark != "?"] for mark in flags]))
    return tuple(values[:, 0].tolist() for values in found)


class TestSignals:
    @pytest.mark.parametrize(
        ("case", "expected"),
        [
            ((1.95, "above", "no-real-change"), []),
            ((1.96, "above", "no-real-change"), ["all"]),
            ((0.0, "far-above", "no-real-change"), ["peers"]),
            ((0.0, "in-line", "rising"), ["change"]),
            ((-4.0, "far-below", "falling"), []),
            ((2.0, "far-above", "rising"), ["all", "peers", "change"]),
            ((np.nan, None, "too-short"), []),
        ],
    )
    def test_each_fires_in_the_worse_direction_alone(self, case, expected):
        found = judged(*case)
        assert [name for name in ("all", "peers", "change") if getattr(found, name).item()] == expected
        assert found.number.item() == len(expected)

    def test_where_less_is_worse_everything_is_turned_round(self):
        found = judged(-2.0, "far-below", "falling", upwards=False)
        assert found.number.item() == 3
        assert judged(2.0, "far-above", "rising", upwards=False).number.item() == 0


class TestSeverity:
    @pytest.mark.parametrize(
        ("case", "expected"),
        [
            ((0.0,), 0),
            ((1.96,), 1),
            ((2.57,), 1),
            ((2.58,), 2),
            ((3.08,), 2),
            ((3.09,), 3),
            ((0.0, "far-above"), 1),
            ((0.0, "far-above", "rising"), 2),
            ((2.0, "far-above"), 2),
            ((2.58, "far-above"), 2),
            ((2.0, "far-above", "rising"), 3),
            ((-9.0, "far-above", "rising"), 2),
            ((np.nan, None, "rising"), 1),
        ],
    )
    def test_it_follows_the_number_of_signals_or_how_far_out_z_is(self, case, expected):
        assert graveness(*case) == expected

    @given(
        st.tuples(st.floats(-6, 6), st.integers(0, 4), st.integers(0, 2)),
        st.tuples(st.floats(0, 6), st.integers(0, 4), st.integers(0, 2)),
        st.booleans(),
    )
    def test_worse_figures_never_lower_it(self, case, by, upwards):
        """Worse: z, the place among peers and the trend each as they are, or further in the worse direction."""
        z, verdict, change = case
        further = (z + by[0], min(verdict + by[1], 4), min(change + by[2], 2))
        (now, then) = (
            graveness(
                z if upwards else -z,
                VERDICTS[verdict if upwards else 4 - verdict],
                CHANGES[change if upwards else 2 - change],
                upwards=upwards,
            )
            for z, verdict, change in (case, further)
        )
        assert then >= now
        assert (now == 0) == (z < 1.96 and verdict < 4 and change < 2)


class TestCourse:
    @pytest.mark.parametrize(
        ("flags", "quarters", "statuses"),
        [
            ("----", [0] * 4, [None] * 4),
            ("+", [1], [NEW]),
            ("-+", [0, 1], [None, NEW]),
            ("-+++", [0, 1, 2, 3], [None, NEW, STAYS, STAYS]),
            ("++++++", [1, 2, 3, 4, 5, 6], [NEW, STAYS, STAYS, YEAR, YEAR, YEAR]),
            ("+-", [1, 0], [NEW, EASES]),
            ("+------", [1, 0, 0, 0, 0, 0, 0], [NEW, EASES, None, None, OVER, None, None]),
            ("+-+", [1, 0, 1], [NEW, EASES, NEW]),
            ("+---+", [1, 0, 0, 0, 1], [NEW, EASES, None, None, NEW]),
            ("++++-+", [1, 2, 3, 4, 0, 1], [NEW, STAYS, STAYS, YEAR, EASES, NEW]),
            ("+?+", [1, 0, 2], [NEW, None, STAYS]),
            ("+?-", [1, 0, 0], [NEW, None, EASES]),
            ("+--?--", [1, 0, 0, 0, 0, 0], [NEW, EASES, None, None, None, OVER]),
            ("??+", [0, 0, 1], [None, None, NEW]),
        ],
    )
    def test_every_status_and_the_ways_between_them(self, flags, quarters, statuses):
        assert told(flags) == (quarters, statuses)

    def test_forces_do_not_touch_each_other(self):
        flagged = np.array([[True, False], [True, True], [False, True]])
        quarters, statuses = course(flagged, np.ones_like(flagged))
        assert quarters.tolist() == [[1, 0], [2, 1], [0, 2]]
        assert statuses.tolist() == [[NEW, None], [STAYS, NEW], [EASES, STAYS]]

    @given(st.lists(st.booleans(), min_size=1, max_size=30), st.data())
    def test_one_more_flagged_quarter_never_shortens_a_run_and_never_touches_the_past(self, flags, data):
        at = data.draw(st.integers(0, len(flags) - 1))
        more = [*flags[:at], True, *flags[at + 1 :]]
        before, after = (told("".join("+" if flag else "-" for flag in marks)) for marks in (flags, more))
        assert all(then >= now for now, then in zip(before[0], after[0], strict=True))
        assert before[0][:at] == after[0][:at]
        assert before[1][:at] == after[1][:at]


def test_monitored_are_the_measures_of_recorded_crime_by_quarter_of_which_more_is_worse():
    monitored = {measure.id for measure in SNAPSHOT.measures.values() if is_monitored(measure)}
    assert {"rape", "burglary", "domestic-burglary", "all-crime-excluding-fraud"} <= monitored
    assert monitored.isdisjoint({"drug-offences", "possession-of-weapons-offences", "robbery-2003-to-2018"})
    assert all(SNAPSHOT.measures[name].kind == "count-rate" for name in monitored)
    assert set(SNAPSHOT.case_histories) == monitored


def test_sums_of_other_measures_are_monitored_and_not_counted():
    sums = {measure.id for measure in SNAPSHOT.measures.values() if is_monitored(measure) and not is_counted(measure)}
    assert sums == {
        "all-crime-excluding-fraud", "violence-against-the-person", "sexual-offences", "robbery", "burglary",
        "theft-offences", "criminal-damage-and-arson",
    }  # fmt: skip
