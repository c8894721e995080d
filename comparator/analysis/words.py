"""How numbers are written for reading: one place for every page, chart and sentence."""

from __future__ import annotations

from collections.abc import Sequence

_SMALL = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
)  # fmt: skip
_ORDINALS = ("", "", "second ", "third ", "fourth ", "fifth ", "sixth ", "seventh ", "eighth ")


def count(number: float) -> str:
    """Return a whole number with thousands separated: "2,559"."""
    return f"{number:,.0f}"


def rate(value: float, decimals: int) -> str:
    """Return a rate rounded to so many decimals, never as minus zero: "4.3"."""
    return f"{value:,.{decimals}f}".replace("-0." + "0" * decimals, "0." + "0" * decimals)


def about(number: float) -> str:
    """Return a number rounded to three significant figures, for sentences that begin with "about": "44,100"."""
    size = abs(number)
    digits = 0 if size < 1000 else 3 - len(str(int(size)))
    return f"{round(size, digits):,.0f}"


def number(value: int) -> str:
    """Return a small number as a word, a larger one in figures: "eight", "42"."""
    return _SMALL[value] if 0 < value < len(_SMALL) else count(value)


def ordinal(value: int) -> str:
    """Return 21 as "21st"."""
    suffix = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{suffix}"


def place(higher: int, lower: int, of: int) -> str:
    """Return a place among `of` as words, told from the nearer end: "the highest", "the joint second lowest"."""
    side, position = ("highest", higher + 1) if higher <= lower else ("lowest", lower + 1)
    joint = "joint " if higher + lower + 1 < of else ""
    if position < len(_ORDINALS):
        return f"the {joint}{_ORDINALS[position]}{side}"
    return f"the {joint}{ordinal(position)} {side}"


def change(percent: float, down: str = "less") -> str:
    """Return a change in words that go before "a year before": "6.3% more than", "the same as"."""
    size = f"{abs(percent):,.1f}"
    if size == "0.0":
        return "the same as"
    return f"{size}% {'more' if percent > 0 else down} than"


def counted(number_of: float, one: str, many: str) -> str:
    """Return a count with its noun: "1 homicide", "2,559 residential burglaries"."""
    return f"{count(number_of)} {one if number_of == 1 else many}"


def counted_in_words(number_of: int, one: str, many: str) -> str:
    """Return a small count as a word with its noun: "one measure", "eight measures", "42 measures"."""
    return f"{number(number_of)} {one if number_of == 1 else many}"


def lower_first(text: str) -> str:
    """Return a title as it stands within a sentence."""
    return text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Return words as they begin a sentence."""
    return text[:1].upper() + text[1:]


def signed(percent: float) -> str:
    """Return a change in per cent with its sign, for tables: "+6.3%", "−13.2%", "0.0%"."""
    size = f"{abs(percent):,.1f}%"
    return size if size == "0.0%" else f"{'+' if percent > 0 else '−'}{size}"


def listed(items: Sequence[str]) -> str:
    """Return items as a list in a sentence: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1]))) if items else ""


def pounds(value: float, decimals: int = 0) -> str:
    """Return an amount in pounds: "£319", "−£28.41"."""
    size = f"{abs(value):,.{decimals}f}"
    return f"{'−' if value < 0 and float(size.replace(',', '')) else ''}£{size}"


def millions(value: float) -> str:
    """Return an amount in pounds as millions with one decimal: "£15.9 million", "−£0.4 million"."""
    return f"{pounds(value / 1e6, 1)} million"


def with_sign(text: str) -> str:
    """Return a formatted number with a plus before it unless it is negative or nothing but noughts."""
    return text if text.startswith("−") or not any(digit in text for digit in "123456789") else f"+{text}"
