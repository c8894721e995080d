"""What a page found, as plain sentences made from its figures. They claim no more than the verdict carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comparator import periods
from comparator.analysis import words
from comparator.analysis.comparison import Comparison, count_limits
from comparator.analysis.geography import Area, Shading
from comparator.analysis.national import NationalChange
from comparator.analysis.profile import Line, Profile, distance_from_average
from comparator.analysis.trend import Trend
from comparator.catalogue import CITY_OF_LONDON, Force, Measure

FEW = 20
_NAMED = 3
# What would be rounded to 0.0% is not named as a change.
_LEAST_PERCENT = 0.05

_BASES = {"similar": "similar forces", "all": "the other forces taken together", "chosen": "the forces chosen"}
_AGAINST_PEERS = {
    "far-above": "is far above {peers}",
    "above": "is above {peers}",
    "in-line": "is in line with {peers}",
    "below": "is below {peers}",
    "far-below": "is far below {peers}",
}
RANGE = {
    "far-above": "far above the range expected of such forces",
    "above": "above the range expected of such forces",
    "in-line": "within the range expected of such forces",
    "below": "below the range expected of such forces",
    "far-below": "far below the range expected of such forces",
}
AMONG_ALL = {
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
    "six-in-a-row": "it has {way} in each of the last six quarters",
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
    what = f"the number of {measure.many}" if found.counts else f"the rate of {measure.named}"
    return Finding(
        f"{force.name}: {what}" if found.verdict is None else f"{force.name}: {what} {_CHANGES[found.verdict]}",
        tuple(filter(None, (_since_a_year(found, measure, force), _grounds(found)))),
    )


def _since_a_year(found: Trend, measure: Measure, force: Force) -> str | None:
    now = found.year_values[-1]
    if now is None:
        return None
    recorded = (
        words.counted(round(now), measure.one, measure.many)
        if found.counts
        else f"{words.rate(now, measure.decimals)} {measure.many} for every {measure.multiplier:,} people"
    )
    sentence = f"In the {periods.describe(found.periods[-1], 'year')} {force.name} recorded {recorded}"
    if found.change_on_year_percent is None:
        return f"{sentence}."
    change = words.change(found.change_on_year_percent, "fewer" if found.counts else "less")
    return f"{sentence}, {change} a year before."


def _grounds(found: Trend) -> str:
    if found.verdict is None:
        return "Only totals of 12 months are published, so no real change can be told from ordinary ups and downs."
    if found.rule is None:
        return _NO_GROUNDS[found.verdict]
    side = "above" if found.verdict == "rising" else "below"
    way = "risen" if found.verdict == "rising" else "fallen"
    return f"The season taken out, {_GROUNDS[found.rule].format(side=side, way=way)}."


def of_profile(found: Profile, measures: Mapping[str, Measure], force: Force) -> Finding:
    """Return what a profile found, in a headline and three sentences."""
    changes = _real_changes([line for line in found.lines if _rests_on_enough(line)], measures)
    if found.force == CITY_OF_LONDON:
        total = found.lines[0]
        recorded = words.counted(total.numerator or 0, measures[total.measure].one, measures[total.measure].many)
        when = periods.describe(found.period_end, "year")
        alone = "Far fewer people live there than come in to work, so it is not compared per head."
        return Finding(
            f"{force.name} is shown on its own",
            (f"{force.name} recorded {recorded} in the {when}.", alone, changes),
        )
    number = sum(line.stands_out for line in found.lines)
    return Finding(
        f"{force.name} stands out on {number or 'none'} of {len(found.lines)} measures",
        (*(_furthest(found, measures, force, side) for side in ("above", "below")), changes),
    )


def _furthest(found: Profile, measures: Mapping[str, Measure], force: Force, side: str) -> str:
    """Return the sentence on what stands out on one side: from the peers or, if they are too few, from all forces."""
    peers_judged = any(line.verdict_peers for line in found.lines)
    against = group_name(found.basis, force) if peers_judged else "all forces"

    def judged(line: Line) -> tuple[str, float]:
        """Return the verdict that counts, and the average to set beside the rate."""
        if peers_judged:
            return line.verdict_peers or "", line.group_average or 0.0
        return line.verdict_all or "", line.england_and_wales or 0.0

    lines = _not_told_by_parts(
        [line for line in found.lines if judged(line)[0].removeprefix("far-") == side and _rests_on_enough(line)],
        measures,
    )
    if not lines:
        return f"On no measure with {FEW} cases or more does it lie {side} the range expected of {against}."
    lines.sort(key=lambda line: (not judged(line)[0].startswith("far-"), -distance_from_average(line)))
    average_of = "its group's" if peers_judged else "the national"
    named = [
        f"{measure.named} ({words.rate(line.value or 0.0, measure.decimals)} "
        f"against {average_of} {words.rate(judged(line)[1], measure.decimals)})"
        for line in lines[:_NAMED]
        for measure in [measures[line.measure]]
    ]
    return f"{side.title()} the range expected of {against}: {_and_more(named, len(lines))}."


def _real_changes(lines: Sequence[Line], measures: Mapping[str, Measure]) -> str:
    """Return the sentence on the largest real changes, up and down."""
    parts = []
    for verdict in ("rising", "falling"):
        same_way = [
            line
            for line in lines
            if line.change == verdict
            and (line.change_on_year_percent or 0.0) * (1 if verdict == "rising" else -1) >= _LEAST_PERCENT
        ]
        changed = sorted(
            _not_told_by_parts(same_way, measures), key=lambda line: -abs(line.change_on_year_percent or 0.0)
        )
        named = [
            f"{measures[line.measure].named} ({words.signed(line.change_on_year_percent or 0.0)} on a year before)"
            if position == 0
            else f"{measures[line.measure].named} ({words.signed(line.change_on_year_percent or 0.0)})"
            for position, line in enumerate(changed[:_NAMED])
        ]
        if named:
            parts.append(f"really {verdict}: {_and_more(named, len(changed))}")
    if not parts:
        return "Nothing shows a real change on the year before."
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _and_more(named: Sequence[str], number: int) -> str:
    more = number - len(named)
    return words.listed([*named, f"{words.number(more)} more"] if more else named)


def _rests_on_enough(line: Line) -> bool:
    return (line.numerator or 0) >= FEW


def of_nation(changes: Sequence[NationalChange], measures: Mapping[str, Measure]) -> Finding:
    """Return what has really changed in England and Wales, the largest changes named."""
    sentences = []
    for verdict in ("rising", "falling"):
        same_way = [change for change in changes if change.verdict == verdict]
        named = [
            f"{measures[change.measure].named} ({words.signed(change.change_on_year_percent)} on a year before, "
            f"{verdict} in {change.rising if verdict == 'rising' else change.falling} of {change.forces} forces)"
            for change in same_way[:_NAMED]
        ]
        if named:
            sentences.append(f"Really {verdict}: {_and_more(named, len(same_way))}.")
    return Finding("England and Wales now", tuple(sentences) or ("Nothing shows a real change on the year before.",))


def _not_told_by_parts(lines: Sequence[Line], measures: Mapping[str, Measure]) -> list[Line]:
    """Return the lines without each sum of which a part is among them, so that nothing is told twice."""
    named = {line.measure for line in lines}
    return [line for line in lines if named.isdisjoint(measures[line.measure].numerator.parts)]


def of_map(found: Shading, measure: Measure, forces: Mapping[str, Force], force: Force) -> Finding:
    """Return what a map of all forces found, and where the chosen force stands on it."""
    ranked = sorted((area for area in found.areas if area.value is not None), key=lambda area: -(area.value or 0.0))
    when = periods.describe(found.period_end, found.window)
    if not ranked:
        return Finding(f"{measure.title}: no figures", (f"The source has no figures for the {when}.",))
    chosen = next(area for area in found.areas if area.force == force.id)
    return Finding(
        _highest(ranked, measure, forces),
        tuple(filter(None, (_extremes(ranked, found, measure, forces), _chosen_on_map(chosen, found, measure, force)))),
    )


def _highest(ranked: Sequence[Area], measure: Measure, forces: Mapping[str, Force]) -> str:
    highest = [forces[area.force].name for area in ranked if area.rank == 1]
    rate = f"rate of {measure.named} of {len(ranked)} forces"
    if len(highest) == len(ranked):
        return f"All {len(ranked)} forces have the same rate of {measure.named}"
    if len(highest) == 1:
        return f"{highest[0]} has the highest {rate}"
    sharing = words.listed(highest) if len(highest) <= _NAMED else f"{words.number(len(highest)).capitalize()} forces"
    return f"{sharing} share the highest {rate}"


def _extremes(ranked: Sequence[Area], found: Shading, measure: Measure, forces: Mapping[str, Force]) -> str:
    high, low = (words.rate(area.value or 0.0, measure.decimals) for area in (ranked[0], ranked[-1]))
    lowest = [forces[area.force].name for area in ranked if area.lower == 0]
    where = words.listed(lowest) if len(lowest) <= _NAMED else f"{words.number(len(lowest))} forces"
    when = periods.describe(found.period_end, found.window)
    when = f"In the {when}" if found.window == "year" else f"In {when}"
    nation = "" if found.nation is None else f" England and Wales: {words.rate(found.nation, measure.decimals)}."
    if len(lowest) == len(ranked):
        return f"{when} each had {high} {_per(measure)}.{nation}"
    return f"{when} rates went from {low} ({where}) to {high} {_per(measure)}.{nation}"


def _chosen_on_map(chosen: Area, found: Shading, measure: Measure, force: Force) -> str:
    if chosen.value is None or chosen.rank is None or chosen.lower is None:
        return f"{force.name} is not ranked: {chosen.missing}."
    place = words.place(chosen.rank - 1, chosen.lower, found.of)
    sentence = f"{force.name} has {words.rate(chosen.value, measure.decimals)}, {place}"
    distances = [
        f"{_distance(percent)} {what}"
        for percent, what in (
            (chosen.from_nation, "England and Wales"),
            (chosen.from_peers, "the average of its group of similar forces"),
        )
        if percent is not None
    ]
    return f"{sentence}: {words.listed(distances)}." if distances else f"{sentence}."


def _distance(percent: float) -> str:
    size = f"{abs(percent):,.0f}%"
    if size == "0%":
        return "level with"
    return f"{size} {'above' if percent > 0 else 'below'}"


def verdicts_in_words(area: Area) -> str:
    """Return what is said of a force on the map, against similar forces and among all: "" where nothing can be."""
    parts = []
    if area.verdict_peers is not None:
        parts.append(_AGAINST_PEERS[area.verdict_peers].removeprefix("is ").format(peers=_BASES["similar"]))
    if area.verdict_all is not None:
        parts.append(f"among all {AMONG_ALL[area.verdict_all].removeprefix('it ')}")
    sentence = "; ".join(parts)
    return sentence[:1].upper() + sentence[1:]


def standing_in_words(comparison: Comparison, force: Force) -> str:
    """Return the verdict against peers as a short phrase for a card: "Above similar forces"."""
    if comparison.verdict_peers is None:
        return "Shown on its own, not compared" if comparison.force == CITY_OF_LONDON else "Too few peers to compare"
    phrase = (
        _AGAINST_PEERS[comparison.verdict_peers].removeprefix("is ").format(peers=group_name(comparison.basis, force))
    )
    return phrase[0].upper() + phrase[1:]


def group_name(basis: str, force: Force) -> str:
    """Return the peers on a basis in words: "similar forces", "the other forces of the North East"."""
    if basis == "region":
        article = "" if force.region in ("London", "Wales") else "the "
        return f"the other forces of {article}{force.region}"
    return _BASES[basis]


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
        return f"{force.name}: too few peers to say what rate of {measure.named} to expect"
    against = _AGAINST_PEERS[comparison.verdict_peers].format(peers=group_name(comparison.basis, force))
    return f"{force.name}: the rate of {measure.named} {against}"


def _recorded(comparison: Comparison, measure: Measure, force: Force, numerator: float) -> str:
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
    return f"{sentence}, {joint} {RANGE[comparison.verdict_peers]} ({low} to {high}){counted_as}. {average}"


def _per(measure: Measure) -> str:
    return f"for every {measure.multiplier:,} people"


def _among_all(comparison: Comparison) -> str | None:
    if comparison.verdict_all is None:
        return None
    sentence = f"Among all {len(comparison.everyone)} forces {AMONG_ALL[comparison.verdict_all]}"
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
