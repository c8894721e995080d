"""The methods in plain words, each with its arithmetic on a force's own figures."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from comparator import periods
from comparator.analysis import findings, words
from comparator.analysis.comparison import Comparison
from comparator.analysis.trend import Trend
from comparator.catalogue import CITY_OF_LONDON, Force, Measure
from comparator.statistics.control_chart import LIMIT_FACTOR
from comparator.statistics.funnel import ZERO_COUNTS_AS
from comparator.statistics.peer_group import EXPECTED_QUANTILE, EXTREME_QUANTILE

_EXACT = 4
_MOST_ADDED = 16


@dataclass(frozen=True)
class Step:
    """A method: what it asks, how it is done in plain words, and its arithmetic line by line."""

    question: str
    method: str
    lines: tuple[str, ...]


def steps(comparison: Comparison, found: Trend, measure: Measure, force: Force) -> tuple[Step, ...]:
    """Return the steps from what was counted to each verdict, as far as METHODS takes this force and measure.

    `comparison` is of 12 months, `found` the trend up to the same quarter. Figures in the lines are rounded for
    reading; the verdicts come from unrounded ones.
    """
    if comparison.numerator is None or comparison.denominator is None or comparison.value is None:
        return ()
    counted = words.counted(comparison.numerator, measure.one, measure.many)
    when = periods.describe(comparison.period_end, comparison.window)
    if comparison.force == CITY_OF_LONDON:
        told = f"{force.name} recorded {counted} in the {when}. With so few residents it is compared with nobody."
        return (Step("How much?", told, ()),)
    of_all = (
        _rate(comparison, measure, f"{counted} in the {when}"),
        _average(comparison, force),
        _among_peers(comparison, measure),
        _among_all(comparison, measure, force),
        _change(found, measure, force),
    )
    return tuple(step for step in of_all if step is not None)


def _rate(comparison: Comparison, measure: Measure, counted: str) -> Step:
    number, people = words.count(comparison.numerator or 0), words.count(comparison.denominator or 0)
    method = (
        "What was recorded in 12 months is divided by the people who live there, and multiplied by "
        f"{measure.multiplier:,}."
    )
    lines = (
        counted,
        f"{people} people (estimate of mid-{comparison.denominator_year})",
        f"{number} ÷ {people} × {measure.multiplier:,} = {_exact(comparison.value)}",
    )
    return Step("How much for its size?", method, lines)


def _average(comparison: Comparison, force: Force) -> Step | None:
    if comparison.group_average is None:
        return None
    rates = [comparison.value or 0.0, *(peer.value for peer in comparison.peers)]
    group = findings.group_name(comparison.basis, force)
    method = f"The average of {force.name} and {group}, each force counted once whatever its size."
    total = (
        f"({' + '.join(_exact(value) for value in rates)})"
        if len(rates) <= _MOST_ADDED
        else f"the sum of {len(rates)} rates, {_exact(sum(rates))},"
    )
    lines = (f"{total} ÷ {len(rates)} = {_exact(comparison.group_average)}",)
    return Step("What is usual in its group?", method, lines)


def _among_peers(comparison: Comparison, measure: Measure) -> Step | None:
    low, high = comparison.expected_low, comparison.expected_high
    if low is None or high is None or comparison.verdict_peers is None:
        return None
    logs = np.log(
        [max(peer.numerator, ZERO_COUNTS_AS) / peer.denominator * measure.multiplier for peer in comparison.peers]
    )
    number = len(logs)
    mean, deviation = _exact(float(np.mean(logs))), _exact(float(np.std(logs, ddof=1)))
    t, far_t = (_exact(float(stdtrit(number - 1, quantile))) for quantile in (EXPECTED_QUANTILE, EXTREME_QUANTILE))
    far_low, far_high = _exact(comparison.extreme_low), _exact(comparison.extreme_high)
    method = (
        f"From the rates of the other {number} forces alone follows the range in which one more force like them would "
        "lie in four cases of five. Rates are compared by their logarithms, so that twice as much counts like half "
        "as much."
    )
    lines = (
        f"mean of the {number} logarithms {mean}, standard deviation {deviation}",
        f"exp({mean} ± {t} × {deviation} × √(1 + 1/{number})) = {_exact(low)} to {_exact(high)}",
        f"beyond 19 in 20, with {far_t} in the place of {t}: below {far_low} or above {far_high}",
        f"{_exact(comparison.value)} is {findings.RANGE[comparison.verdict_peers]}",
    )
    return Step("Is it unlike forces like it?", method, lines)


def _among_all(comparison: Comparison, measure: Measure, force: Force) -> Step | None:
    if comparison.z is None or comparison.theta is None or comparison.tau2 is None or comparison.verdict_all is None:
        return None
    people = comparison.denominator or 0.0
    expected = people * comparison.theta / measure.multiplier
    counted = max(comparison.numerator or 0.0, ZERO_COUNTS_AS)
    distance, by_chance = _exact(float(np.log(counted / expected))), f"{1 / expected:.6f}"
    between, z = f"{comparison.tau2:.6f}", words.rate(comparison.z, 2).replace("-", "−")
    method = (
        f"{force.name} is set beside what it would have recorded at the rate of all {len(comparison.everyone)} "
        "forces together. How far off is unusual follows from chance and from how much forces ordinarily differ."
    )
    rate_of_all = f"{_exact(comparison.theta)} ÷ {measure.multiplier:,}"
    lines = (
        f"{words.count(people)} people × {rate_of_all} = {_exact(expected)} expected",
        f"logarithm of {words.rate(counted, 0 if counted >= 1 else 1)} ÷ {_exact(expected)} = {distance}",
        f"variance by chance 1 ÷ {_exact(expected)} = {by_chance}, between forces {between}",
        f"z = {distance} ÷ √({by_chance} + {between}) = {z}; beyond ±1.96 it stands out, beyond ±3.09 very clearly",
        f"so {findings.AMONG_ALL[comparison.verdict_all]}",
    )
    return Step("Does it stand out among all forces?", method, lines)


def _change(found: Trend, measure: Measure, force: Force) -> Step | None:
    if found.verdict is None or found.centre is None or found.lower is None or found.upper is None:
        return None
    step = _exact((found.upper - found.centre) / LIMIT_FACTOR)
    latest = ", ".join(_exact(value) for value in found.adjusted[-4:] if value is not None)
    method = (
        "Each quarter is freed of its season. The three years before the latest four quarters give an average and "
        "the limits of ordinary ups and downs: 2.66 times the average step from quarter to quarter on either side."
    )
    lines = (
        f"average of the {len(found.baseline)} quarters before {_exact(found.centre)}, average step {step}",
        f"limits {_exact(found.lower)} to {_exact(found.upper)}",
        f"latest four quarters: {latest}",
        findings.of_trend(found, measure, force).sentences[-1],
    )
    return Step("Has it really changed?", method, lines)


def _exact(value: float | None) -> str:
    """Return a number to four significant figures, as a calculator would show it."""
    if not value:
        return "–" if value is None else "0"
    decimals = max(0, _EXACT - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{decimals}f}".replace("-", "−")
