"""What a page found, as plain sentences made from its figures. They claim no more than the verdict carries."""

from __future__ import annotations

from dataclasses import dataclass

from comparator import periods
from comparator.analysis import words
from comparator.analysis.comparison import Comparison, count_limits
from comparator.analysis.trend import Trend
from comparator.catalogue import CITY_OF_LONDON, Force, Measure

FEW = 20

_BASES = {"similar": "similar forces", "all": "the other forces taken together", "chosen": "the forces chosen"}
_AGAINST_PEERS = {
    "far-above": "is far above {peers}",
    "above": "is above {peers}",
    "in-line": "is in line with {peers}",
    "below": "is below {peers}",
    "far-below": "is far below {peers}",
}
_RANGE = {
    "far-above": "far above the range expected of such forces",
    "above": "above the range expected of such forces",
    "in-line": "within the range expected of such forces",
    "below": "below the range expected of such forces",
    "far-below": "far below the range expected of such forces",
}
_AMONG_ALL = {
    "far-above": "it stands out as very high",
    "above": "it stands out as high",
    "typical": "it does not stand out",
    "below": "it stands out as low",
    "far-below": "it stands out as very low",
}


_CHANGES = {
    "rising": "is really rising",
    "falling": "is really falling",
    "no-real-change": "shows no real change",
    "too-short": "has too short a series to judge",
}
_GROUNDS = {
    "beyond-limit": "at least one of the latest four quarters lies {side} the limits that the three years before set",
    "seven-on-one-side": "the last seven quarters judged all lie {side} the average of the three years before",
    "six-in-a-row": "the rate has {way} in each of the last six quarters",
    "two-of-three": "two of the latest three quarters lie far {side} the average of the three years before",
}
_NO_GROUNDS = {
    "no-real-change": "The season taken out, the latest four quarters vary no more than the three years before.",
    "too-short": "Sixteen quarters are needed to tell a real change from ordinary ups and downs.",
}


@dataclass(frozen=True)
class Finding:
    """A claim in one line, and the sentences that carry it."""

    headline: str
    sentences: tuple[str, ...]


def of_comparison(comparison: Comparison, measure: Measure, force: Force) -> Finding:
    """Return what a comparison found."""
    if comparison.numerator is None or comparison.value is None:
        return Finding(f"{measure.title}: no figure for {force.name}", ("The source has no figure for this period.",))
    if comparison.force == CITY_OF_LONDON:
        return _on_its_own(comparison, measure, force)
    return Finding(
        _headline(comparison, measure, force),
        tuple(
            sentence
            for sentence in (
                _among_peers(comparison, measure, force),
                _among_all(comparison),
                _weakness(comparison, measure),
            )
            if sentence
        ),
    )


def of_trend(found: Trend, measure: Measure, force: Force) -> Finding:
    """Return what a trend found."""
    headline = f"{force.name}: the rate of {_named(measure)} {_CHANGES[found.verdict]}"
    return Finding(headline, tuple(filter(None, (_since_a_year(found, measure, force), _grounds(found)))))


def _since_a_year(found: Trend, measure: Measure, force: Force) -> str | None:
    now = found.year_values[-1]
    if now is None:
        return None
    sentence = (
        f"In the {periods.describe(found.periods[-1], 'year')} {force.name} recorded "
        f"{words.rate(now, measure.decimals)} {measure.many} for every {measure.multiplier:,} people"
    )
    if found.change_on_year_percent is None:
        return f"{sentence}."
    return f"{sentence}, {words.change(found.change_on_year_percent)} a year before."


def _grounds(found: Trend) -> str:
    if found.rule is None:
        return _NO_GROUNDS[found.verdict]
    side = "above" if found.verdict == "rising" else "below"
    way = "risen" if found.verdict == "rising" else "fallen"
    return f"The season taken out, {_GROUNDS[found.rule].format(side=side, way=way)}."


def standing_in_words(comparison: Comparison, force: Force) -> str:
    """Return the verdict against peers as a short phrase for a card: "Above similar forces"."""
    if comparison.verdict_peers is None:
        return "Shown on its own, not compared" if comparison.force == CITY_OF_LONDON else "Too few peers to compare"
    phrase = _AGAINST_PEERS[comparison.verdict_peers].removeprefix("is ").format(peers=group_name(comparison, force))
    return phrase[0].upper() + phrase[1:]


def group_name(comparison: Comparison, force: Force) -> str:
    """Return the peers in words: "similar forces", "the other forces of the North East"."""
    if comparison.basis == "region":
        article = "" if force.region in ("London", "Wales") else "the "
        return f"the other forces of {article}{force.region}"
    return _BASES[comparison.basis]


def meaning_of_gap(comparison: Comparison, measure: Measure, force: Force) -> str | None:
    """Return the gap to the group average in units of the numerator, as a sentence; None without an average."""
    if comparison.gap is None:
        return None
    months = "12 months" if comparison.window == "year" else "3 months"
    size = round(abs(comparison.gap))
    if size == 0:
        return f"At its group's average rate {force.name} would have recorded as many {measure.many} as it did."
    noun = measure.one if size == 1 else measure.many
    more = "fewer" if comparison.gap > 0 else "more"
    return (
        f"At its group's average rate {force.name} would have recorded about {words.about(size)} {more} {noun} "
        f"in these {months}."
    )


def _headline(comparison: Comparison, measure: Measure, force: Force) -> str:
    if comparison.verdict_peers is None:
        return f"{force.name}: too few peers to say what rate of {_named(measure)} to expect"
    against = _AGAINST_PEERS[comparison.verdict_peers].format(peers=group_name(comparison, force))
    return f"{force.name}: the rate of {_named(measure)} {against}"


def _named(measure: Measure) -> str:
    return measure.title[0].lower() + measure.title[1:]


def _recorded(comparison: Comparison, measure: Measure, force: Force, numerator: int) -> str:
    article = "the " if comparison.window == "year" else ""
    if numerator < 0:
        when = periods.describe(comparison.period_end, comparison.window)
        return f"For {article}{when} {force.name} entered {numerator} {measure.many}, a correction of earlier figures"
    return (
        f"{force.name} recorded {words.counted(numerator, measure.one, measure.many)} "
        f"in {article}{periods.describe(comparison.period_end, comparison.window)}"
    )


def _on_its_own(comparison: Comparison, measure: Measure, force: Force) -> Finding:
    reason = (
        f"Only {words.count(comparison.denominator or 0)} people live there, far fewer than come in to work, "
        "so it is not compared per head."
    )
    recorded = f"{_recorded(comparison, measure, force, comparison.numerator or 0)}."
    return Finding(f"{force.name} is shown on its own", (recorded, reason))


def _among_peers(comparison: Comparison, measure: Measure, force: Force) -> str:
    numerator, value = comparison.numerator or 0, comparison.value or 0.0
    sentence = _recorded(comparison, measure, force, numerator)
    if numerator > 0:
        sentence += f": {words.rate(value, measure.decimals)} {_per(measure)}"
    if comparison.rank is None or comparison.of is None or comparison.group_average is None:
        return f"{sentence}. It has no peers to be compared with on this basis."
    lower = sum(peer.value < value for peer in comparison.peers)
    place = words.place(comparison.rank - 1, lower, comparison.of)
    sentence += f", {place} of its group of {words.number(comparison.of)} forces"
    average = f"The group's average is {words.rate(comparison.group_average, measure.decimals)}."
    if comparison.verdict_peers is None or comparison.expected_low is None or comparison.expected_high is None:
        return f"{sentence}. {average}"
    at_an_end = comparison.rank == 1 or lower == 0
    joint = "but" if at_an_end and comparison.verdict_peers == "in-line" else "and"
    low, high = (words.rate(limit, measure.decimals) for limit in (comparison.expected_low, comparison.expected_high))
    counted_as = ", where none is counted as half an offence" if numerator <= 0 else ""
    return f"{sentence}, {joint} {_RANGE[comparison.verdict_peers]} ({low} to {high}){counted_as}. {average}"


def _per(measure: Measure) -> str:
    return f"for every {measure.multiplier:,} people"


def _among_all(comparison: Comparison) -> str | None:
    if comparison.verdict_all is None:
        return None
    sentence = f"Among all {len(comparison.everyone)} forces {_AMONG_ALL[comparison.verdict_all]}"
    if comparison.verdict_all == "typical" and comparison.verdict_peers not in (None, "in-line"):
        sentence += ", because on this measure forces differ widely"
    return f"{sentence}."


def _weakness(comparison: Comparison, measure: Measure) -> str | None:
    if comparison.numerator is None or comparison.denominator is None or comparison.numerator >= FEW:
        return None
    low, high = count_limits(comparison.numerator, comparison.denominator, measure)
    return (
        f"This rests on few cases, so it is weak evidence: chance alone could put the rate anywhere "
        f"from {words.rate(low, measure.decimals)} to {words.rate(high, measure.decimals)}."
    )
