"""Quarters and the windows that end with them (METHODS 1).

A period end is the last month of a calendar quarter, written "2025-12". A window is what is counted up to it:
"year" (the 12 months ending then) or "quarter" (the 3 months ending then).
"""

from __future__ import annotations

import re
from typing import Literal

Window = Literal["year", "quarter"]
WINDOWS: tuple[Window, ...] = ("year", "quarter")

_PERIOD_END = re.compile(r"(\d{4})-(03|06|09|12)")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS_IN = {"year": 12, "quarter": 3}


def parse(period_end: str) -> tuple[int, int]:
    """Return (year, month) of a period end such as "2025-12"; ValueError if it is not the end of a quarter."""
    match = _PERIOD_END.fullmatch(period_end)
    if match is None:
        raise ValueError(
            f"{period_end!r} is not the end of a quarter: write it as 2025-03, 2025-06, 2025-09 or 2025-12"
        )
    return int(match[1]), int(match[2])


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


def from_financial_quarter(financial_year: str, quarter: int) -> str:
    """Return the period end of a financial quarter: ("2025/26", 3) is "2025-12".

    Raises ValueError when the year is not written like "2025/26" or the quarter is not 1 to 4.
    """
    match = re.fullmatch(r"(\d{4})/(\d{2})", financial_year)
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        raise ValueError(f"{financial_year!r} is not a financial year such as 2025/26")
    if quarter not in (1, 2, 3, 4):
        raise ValueError(f"{quarter!r} is not a financial quarter from 1 to 4")
    start = int(match[1])
    return f"{start + 1}-03" if quarter == 4 else f"{start}-{3 + 3 * quarter:02d}"


def months_covered(period_end: str, window: Window) -> tuple[str, str]:
    """Return the first and the last month of the window."""
    last = ordinal(period_end)
    return from_ordinal(last - _MONTHS_IN[window] + 1), period_end


def population_year(period_end: str, window: Window) -> int:
    """Return the year whose mid-year population is the denominator (METHODS 1).

    For 12 months it is the year of the one 30 June that lies in them, for a quarter its calendar year.
    """
    year, month = parse(period_end)
    return year - 1 if window == "year" and month < 6 else year


def month_name(month: str) -> str:
    """Return "December 2025" for "2025-12"."""
    year, number = month.split("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def describe(period_end: str, window: Window) -> str:
    """Return the window in words: "year ending December 2025", "October to December 2025"."""
    if window == "year":
        return f"year ending {month_name(period_end)}"
    first, last = months_covered(period_end, window)
    return f"{month_name(first).split()[0]} to {month_name(last)}"
