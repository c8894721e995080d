"""Quarters and the windows that end with them (METHODS 1).

A period end is the last month of a calendar quarter, written "2025-12". A window is what is counted up to it:
"year" (the 12 months ending then), "quarter" (the 3 months ending then), "financial-year" (the 12 months ending in
March, for which money and outcomes are told) or "date" (the last day of that month, on which people in post are
counted). Figures of different windows are never one series.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Window = Literal["year", "quarter", "financial-year", "date"]
WINDOWS: tuple[Window, ...] = ("year", "quarter")
"""The windows of recorded crime, between which pages let a reader choose."""

_PERIOD_END = re.compile(r"(\d{4})-(03|06|09|12)")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS_IN = {"year": 12, "quarter": 3, "financial-year": 12, "date": 1}
_LAST_DAY = {3: 31, 6: 30, 9: 30, 12: 31}


def parse(period_end: str) -> tuple[int, int]:
    """Return (year, month) of a period end such as "2025-12"; ValueError if it is not the end of a quarter."""
    match = _PERIOD_END.fullmatch(period_end)
    if match is None:
        raise ValueError(
            f"{period_end!r} is not the end of a quarter: write it as 2025-03, 2025-06, 2025-09 or 2025-12"
        )
    return int(match[1]), int(match[2])


@lru_cache(maxsize=4096)
def ordinal(month: str) -> int:
    """Return a month such as "2025-12" as a running number of months, for arithmetic and ordering."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def from_ordinal(number: int) -> str:
    """Return the month that `ordinal` numbered so."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def quarters(first: str, last: str) -> tuple[str, ...]:
    """Return every period end from `first` to `last`, both included."""
    parse(first), parse(last)
    return tuple(from_ordinal(n) for n in range(ordinal(first), ordinal(last) + 1, 3))


def from_financial_year(financial_year: str) -> str:
    """Return the period end of a financial year, "2025-03" for "2024-25" or "2024/25"; ValueError if it is none."""
    match = re.fullmatch(r"(\d{4})[-/](\d{2})", financial_year)
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        raise ValueError(f"{financial_year!r} is not a financial year such as 2024-25")
    return f"{int(match[1]) + 1}-03"


def from_financial_quarter(financial_year: str, quarter: int) -> str:
    """Return the period end of a financial quarter: ("2025/26", 3) is "2025-12".

    Raises ValueError when the year is none or the quarter is not 1 to 4.
    """
    start = int(from_financial_year(financial_year)[:4]) - 1
    if quarter not in (1, 2, 3, 4):
        raise ValueError(f"{quarter!r} is not a financial quarter from 1 to 4")
    return f"{start + 1}-03" if quarter == 4 else f"{start}-{3 + 3 * quarter:02d}"


def from_day(day: str) -> str:
    """Return the period end of the last day of a quarter, "2025-03" for "2025-03-31"; ValueError for another day."""
    month = day[:7]
    if _PERIOD_END.fullmatch(month) is None or day != f"{month}-{_LAST_DAY[int(month[5:])]}":
        raise ValueError(f"{day!r} is not the last day of a quarter, written as 2025-03-31")
    return month


def last_day(period_end: str) -> str:
    """Return the last day of a period end, "2025-12-31" for "2025-12"; ValueError if it is no end of a quarter."""
    return f"{period_end}-{_LAST_DAY[parse(period_end)[1]]}"


def months_covered(period_end: str, window: Window) -> tuple[str, str]:
    """Return the first and the last month of the window; of a date, the month that it ends."""
    last = ordinal(period_end)
    return from_ordinal(last - _MONTHS_IN[window] + 1), period_end


def population_year(period_end: str, window: Window) -> int:
    """Return the year whose mid-year population is the denominator (METHODS 1).

    For 12 months it is the year of the one 30 June that lies in them, for a quarter its calendar year, for a date the
    year of the newest 30 June up to it.
    """
    year, month = parse(period_end)
    return year - 1 if window != "quarter" and month < 6 else year


def month_name(month: str) -> str:
    """Return "December 2025" for "2025-12"."""
    year, number = month.split("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def describe(period_end: str, window: Window) -> str:
    """Return the window in words: "year ending March 2025", "January to March 2025", "2024-25", "31 March 2025"."""
    year, month = parse(period_end)
    if window == "year":
        return f"year ending {month_name(period_end)}"
    if window == "financial-year":
        return f"{year - 1}-{year % 100:02d}"
    if window == "date":
        return f"{_LAST_DAY[month]} {month_name(period_end)}"
    first, last = months_covered(period_end, window)
    return f"{month_name(first).split()[0]} to {month_name(last)}"
