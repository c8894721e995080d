"""Change over time on the real figures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import comparator
from comparator.analysis.names import UnknownNameError
from comparator.analysis.trend import PANDEMIC, YearSeries, as_record, indexed, trend, year_series
from comparator.statistics.control_chart import control_chart

SNAPSHOT = comparator.open_snapshot()
TABLE = SNAPSHOT.table("trends").set_index(["measure", "period_end", "force"])

some_force = st.sampled_from(sorted(SNAPSHOT.forces))
some_measure = st.sampled_from(sorted(name for name, window in SNAPSHOT.blocks if window == "quarter"))


def test_a_series_runs_from_the_first_quarter_to_the_period_asked_for():
    found = trend(SNAPSHOT, force="cleveland", measure="shoplifting", period="2024-09")
    assert (found.periods[0], found.periods[-1]) == ("2012-06", "2024-09")
    assert len(found.values) == len(found.adjusted) == len(found.year_values) == len(found.periods)
    assert found.year_values[:3] == (None, None, None)
    assert None not in found.year_values[3:]


def test_the_change_on_a_year_before_is_that_of_the_12_month_rates():
    found = trend(SNAPSHOT, force="cleveland", measure="shoplifting", period="2025-12")
    block = SNAPSHOT.blocks["shoplifting", "year"]
    now, before, long_before = (
        block.value[block.row[end], block.column["cleveland"]] for end in ("2025-12", "2024-12", "2022-12")
    )
    assert found.change_on_year_percent == pytest.approx((now / before - 1) * 100)
    assert found.change_on_three_years_percent == pytest.approx((now / long_before - 1) * 100)


@settings(max_examples=40)
@given(some_force, some_measure, st.data())
def test_what_is_said_of_a_quarter_uses_no_later_data_and_is_what_the_snapshot_says(force, measure, data):
    end = data.draw(st.sampled_from(SNAPSHOT.blocks[measure, "quarter"].periods))
    found, row = trend(SNAPSHOT, force=force, measure=measure, period=end), TABLE.loc[(measure, end, force)]
    block = SNAPSHOT.blocks[measure, "quarter"]
    upto = block.row[end] + 1
    left_out = [index for index, quarter in enumerate(block.periods[:upto]) if quarter in PANDEMIC]
    first_quarter = int(block.periods[0][-2:]) // 3
    alone = control_chart(block.value[:upto, block.column[force]].copy(), first_quarter, left_out)
    assert found.verdict == alone.verdict == row["verdict"]
    assert found.rule == (alone.cause.rule if alone.cause else None)
    if found.verdict == "too-short":
        assert found.centre is None
        assert np.isnan(row["centre"])
    else:
        assert found.lower < found.centre < found.upper or found.lower == found.centre == found.upper
        assert [row["centre"], row["lower"], row["upper"]] == pytest.approx([found.centre, found.lower, found.upper])
        assert row["adjusted"] == pytest.approx(found.adjusted[-1])
    if found.change_on_year_percent is not None:
        assert row["change_on_year_percent"] == pytest.approx(found.change_on_year_percent)


def test_sixteen_quarters_are_needed_and_the_pandemic_does_not_count_towards_the_baseline():
    assert trend(SNAPSHOT, force="kent", measure="rape", period="2015-12").verdict == "too-short"
    assert trend(SNAPSHOT, force="kent", measure="rape", period="2016-03").verdict != "too-short"
    # Residential burglary begins in April 2017: 12 quarters to March 2020, four left out, then the latest four.
    assert trend(SNAPSHOT, force="kent", measure="residential-burglary", period="2021-03").verdict != "too-short"
    assert trend(SNAPSHOT, force="kent", measure="residential-burglary", period="2020-12").verdict == "too-short"


def test_a_short_series_has_no_changes():
    found = trend(SNAPSHOT, force="kent", measure="rape", period="2012-09")
    assert found.change_on_year_percent is None
    assert found.change_on_three_years_percent is None


def test_caveats_are_those_along_the_whole_series():
    assert "greater-manchester-2019-20" in trend(SNAPSHOT, force="greater-manchester", measure="rape").caveats
    assert "greater-manchester-2019-20" not in trend(SNAPSHOT, force="kent", measure="rape").caveats
    assert "conduct-crimes-2023" in trend(SNAPSHOT, force="kent", measure="stalking-and-harassment").caveats
    assert "pandemic" not in trend(SNAPSHOT, force="kent", measure="rape", period="2019-12").caveats


def test_the_record_has_plain_values_only():
    record = as_record(trend(SNAPSHOT, force="kent", measure="rape"))
    assert list(record)[2:6] == ["periods", "values", "adjusted", "year_values"]
    assert all(isinstance(value, (list, str, float, type(None))) for value in record.values())


@pytest.mark.parametrize("wrong", [{"force": "knt"}, {"measure": "rpe"}, {"period": "2025-01"}])
def test_unknown_names_are_refused(wrong):
    with pytest.raises(UnknownNameError):
        trend(SNAPSHOT, **({"force": "kent", "measure": "rape"} | wrong))


def test_counts_are_judged_as_counts():
    found = trend(SNAPSHOT, force="city-of-london", measure="shoplifting", counts=True)
    block = SNAPSHOT.blocks["shoplifting", "quarter"]
    counts = block.numerator[:, block.column["city-of-london"]]
    assert list(found.values) == counts.tolist()
    years = SNAPSHOT.blocks["shoplifting", "year"]
    assert found.year_values[-1] == years.numerator[-1, years.column["city-of-london"]] == counts[-4:].sum()
    left_out = [index for index, end in enumerate(block.periods) if end in PANDEMIC]
    assert found.verdict == control_chart(counts.copy(), int(block.periods[0][-2:]) // 3, left_out).verdict


def test_a_measure_of_12_months_only_is_not_judged_but_has_its_changes():
    found = trend(SNAPSHOT, force="kent", measure="robbery-2003-to-2018")
    assert (found.periods[0], found.periods[-1]) == ("2003-03", "2018-12")
    assert (found.verdict, found.rule, found.centre) == (None, None, None)
    assert set(found.values) == set(found.adjusted) == {None}
    block = SNAPSHOT.blocks["robbery-2003-to-2018", "year"]
    rates = dict(zip(block.periods, block.value[:, block.column["kent"]], strict=True))
    assert found.change_on_year_percent == pytest.approx((rates["2018-12"] / rates["2017-12"] - 1) * 100)
    early = trend(SNAPSHOT, force="kent", measure="robbery-2003-to-2018", period="2006-03")
    assert early.change_on_three_years_percent == pytest.approx((rates["2006-03"] / rates["2003-03"] - 1) * 100)
    assert "older-series" in found.caveats


def test_a_series_of_years_stops_at_the_period_asked_for():
    found = year_series(SNAPSHOT, "kent", "robbery", "2024-03")
    assert (found.periods[0], found.periods[-1]) == ("2013-03", "2024-03")
    block = SNAPSHOT.blocks["robbery", "year"]
    assert found.values[-1] == block.value[block.row["2024-03"], block.column["kent"]]
    assert year_series(SNAPSHOT, "kent", "residential-burglary", "2017-06").periods == ()


def test_an_index_begins_at_100_where_all_series_have_a_figure_above_nothing():
    first = YearSeries("a", "m", ("2020-03", "2020-06", "2020-09"), (None, 4.0, 5.0))
    second = YearSeries("b", "m", ("2020-03", "2020-06", "2020-09"), (0.0, 8.0, None))
    assert indexed([first, second]) == (
        "2020-06",
        [
            YearSeries("a", "m", ("2020-06", "2020-09"), (100.0, 125.0)),
            YearSeries("b", "m", ("2020-06", "2020-09"), (100.0, None)),
        ],
    )
    assert indexed([]) == (None, [])
    assert indexed([first, YearSeries("c", "m", ("2020-06",), (0.0,))]) == (None, [])
