"""Quarters, windows and the population that belongs to them."""

import pytest

from comparator import periods


@pytest.mark.parametrize("wrong", ["", "2025", "2025-01", "2025-13", "2025-3", "25-12", "2025-12-31", "2025-12\n", "x"])
def test_only_the_end_of_a_quarter_is_a_period_end(wrong):
    with pytest.raises(ValueError, match="not the end of a quarter: write it as 2025-03"):
        periods.parse(wrong)


def test_a_period_end_has_a_year_and_a_month():
    assert periods.parse("2025-09") == (2025, 9)


@pytest.mark.parametrize("month", ["2012-06", "2024-12", "2025-01"])
def test_a_month_survives_being_numbered(month):
    assert periods.from_ordinal(periods.ordinal(month)) == month


def test_december_is_followed_by_january():
    assert periods.from_ordinal(periods.ordinal("2024-12") + 1) == "2025-01"


def test_quarters_run_over_the_turn_of_the_year_with_both_ends():
    assert periods.quarters("2024-06", "2025-03") == ("2024-06", "2024-09", "2024-12", "2025-03")
    assert periods.quarters("2025-03", "2025-03") == ("2025-03",)


def test_quarters_refuse_a_month_that_ends_none():
    with pytest.raises(ValueError, match="2024-05"):
        periods.quarters("2024-05", "2025-03")


@pytest.mark.parametrize(("quarter", "end"), [(1, "2025-06"), (2, "2025-09"), (3, "2025-12"), (4, "2026-03")])
def test_a_financial_year_begins_in_april(quarter, end):
    assert periods.from_financial_quarter("2025/26", quarter) == end
    assert periods.from_financial_quarter("2025-26", quarter) == end


def test_the_turn_of_the_century_is_a_financial_year_too():
    assert periods.from_financial_quarter("1999/00", 4) == "2000-03"


@pytest.mark.parametrize(
    ("year", "quarter"), [("2025/27", 1), ("2025 26", 1), ("2025", 1), ("", 1), ("2025/26", 0), ("2025/26", 5)]
)
def test_what_is_no_financial_quarter_is_refused(year, quarter):
    with pytest.raises(ValueError, match="is not a financial"):
        periods.from_financial_quarter(year, quarter)


@pytest.mark.parametrize(
    ("window", "end", "covered"),
    [
        ("year", "2025-12", ("2025-01", "2025-12")),
        ("year", "2025-03", ("2024-04", "2025-03")),
        ("quarter", "2025-12", ("2025-10", "2025-12")),
        ("quarter", "2025-03", ("2025-01", "2025-03")),
    ],
)
def test_a_window_covers_the_months_up_to_its_end(window, end, covered):
    assert periods.months_covered(end, window) == covered


@pytest.mark.parametrize("end", periods.quarters("2019-03", "2026-03"))
def test_the_population_of_12_months_is_of_the_one_30_june_that_lies_in_them(end):
    first, last = periods.months_covered(end, "year")
    assert first <= f"{periods.population_year(end, 'year')}-06" <= last


@pytest.mark.parametrize("end", ["2025-03", "2025-06", "2025-09", "2025-12"])
def test_the_population_of_a_quarter_is_of_its_calendar_year(end):
    assert periods.population_year(end, "quarter") == 2025


@pytest.mark.parametrize("end", ["2008-03", "2017-03", "2025-03"])
def test_the_population_of_a_financial_year_is_of_the_one_30_june_that_lies_in_it(end):
    first, last = periods.months_covered(end, "financial-year")
    assert (first[5:], last) == ("04", end)
    assert first <= f"{periods.population_year(end, 'financial-year')}-06" <= last


@pytest.mark.parametrize(("end", "year"), [("2025-03", 2024), ("2025-06", 2025), ("2025-09", 2025), ("2025-12", 2025)])
def test_the_population_of_a_date_is_of_the_newest_30_june_up_to_it(end, year):
    assert periods.population_year(end, "date") == year
    assert periods.months_covered(end, "date") == (end, end)


@pytest.mark.parametrize("wrong", ["2025-27", "2025", "", "24-25", "2024-25 ", "2024–25"])
def test_what_is_no_financial_year_is_refused(wrong):
    with pytest.raises(ValueError, match="is not a financial year such as 2024-25"):
        periods.from_financial_year(wrong)


@pytest.mark.parametrize(("day", "end"), [("2025-03-31", "2025-03"), ("2025-09-30", "2025-09")])
def test_a_count_on_the_last_day_of_a_quarter_stands_at_its_end(day, end):
    assert periods.from_day(day) == end


@pytest.mark.parametrize("wrong", ["2025-03-30", "2025-04-30", "31/03/2025", "2025-03", ""])
def test_a_count_on_another_day_is_refused(wrong):
    with pytest.raises(ValueError, match="is not the last day of a quarter"):
        periods.from_day(wrong)


def test_windows_are_told_in_words_each_kind_in_its_own():
    assert periods.month_name("2025-01") == "January 2025"
    assert periods.describe("2025-12", "year") == "year ending December 2025"
    assert periods.describe("2025-03", "financial-year") == "2024-25"
    assert periods.describe("2025-09", "date") == "30 September 2025"
    assert periods.describe("2025-12", "quarter") == "October to December 2025"
    assert periods.describe("2025-03", "quarter") == "January to March 2025"
