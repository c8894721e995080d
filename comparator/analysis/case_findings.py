"""What monitoring found, as plain sentences made from its figures. A case is a reason to ask, never a verdict."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from comparator import periods
from comparator.analysis import findings, words
from comparator.analysis.cases import Case, Monitoring
from comparator.analysis.comparison import Comparison
from comparator.analysis.findings import FEW, Finding
from comparator.analysis.monitoring import GROUNDS, Ground, Status, is_counted
from comparator.analysis.trend import Trend
from comparator.catalogue import Force, Measure

GROUND_NAMES: Mapping[Ground, str] = {
    "all": "stands out among all forces",
    "peers": "far beyond similar forces",
    "change": "a real change for the worse",
}
BETTER_NAMES: Mapping[Ground, str] = {
    "all": "stands out among all forces",
    "peers": "far beyond similar forces",
    "change": "a real change for the better",
}
STATUS_NAMES: Mapping[Status, str] = {
    "new": "New",
    "persisting": "Persisting",
    "enduring": "Enduring",
    "easing": "Easing",
    "resolved": "Resolved",
}
_RECENT = 12
_NAMED = 4


def of_country(found: Monitoring, measures: Mapping[str, Measure]) -> Finding:
    """Return what monitoring found in the country at a quarter, and how much of it chance would produce."""
    flagged = [case for case in found.cases if case.severity and is_counted(measures[case.measure])]
    grave = [case for case in flagged if case.enduring_and_severe]
    by_chance = {tally.kind: tally.by_chance for tally in found.tallies}
    forces = Counter(case.force for case in flagged)
    counted = (
        f"Of {words.count(found.judged)} pairs of a force and a measure in the "
        f"{periods.describe(found.period_end, 'year')}, {words.count(len(flagged))} are flagged in "
        f"{words.number(len(forces))} forces. If forces differed only as they ordinarily do and nothing changed, "
        f"about {words.about(by_chance['flagged'])} would be, and about "
        f"{words.about(by_chance['enduring_and_severe'])} would be enduring and severe."
    )
    ordinary = (
        "So no more are enduring and severe than ordinary variety between forces could give: they are where to look "
        "first, not proof that something is wrong."
        if grave and len(grave) <= _most_by_chance(by_chance["enduring_and_severe"])
        else None
    )
    reason = "A case is a reason to ask, not a verdict: the cause may be recording or police work as well as crime."
    return Finding(
        f"{words.counted(len(flagged), 'case', 'cases')}, {_number_of_grave(len(grave))}",
        tuple(filter(None, (counted, ordinary, _most_widespread(flagged, measures), reason))),
    )


def _most_by_chance(expected: float) -> float:
    """Return two standard deviations above what is expected of a count."""
    return expected + 2 * math.sqrt(expected)


def _number_of_grave(number: int) -> str:
    return f"{words.number(number) if number else 'none'} of them enduring and severe"


def _most_widespread(flagged: Sequence[Case], measures: Mapping[str, Measure]) -> str:
    most = Counter(case.measure for case in flagged).most_common(_NAMED)
    if not most:
        return "No force is flagged on any measure."
    named = [f"{measures[measure].named} ({words.counted(number, 'force', 'forces')})" for measure, number in most]
    return f"Most widespread: {words.listed(named)}."


def of_force(found: Monitoring, better: Sequence[Case], measures: Mapping[str, Measure], force: Force) -> Finding:
    """Return what monitoring found of one force at a quarter: its cases, what moved, and good news.

    `found` holds the cases of that force alone, `better` its measures with a signal for the better.
    """
    counted = [case for case in found.cases if is_counted(measures[case.measure])]
    flagged = [case for case in counted if case.severity]
    grave = [case for case in flagged if case.enduring_and_severe]
    number = words.counted(len(flagged), "case", "cases") if flagged else "no case"
    sentences = [f"Enduring and severe: {_measures(grave, measures)}."] if grave else []
    for status, said in (("new", "New this quarter"), ("easing", "Eased"), ("resolved", "Resolved")):
        if moved := [case for case in counted if case.status == status]:
            sentences.append(f"{said}: {_measures(moved, measures)}.")
    good = [case for case in better if is_counted(measures[case.measure]) and not case.severity]
    sentences.append(f"Good news: {_good_news(good, measures)}." if good else "No measure stands out for the better.")
    return Finding(f"{force.name}: {number}{f', {_number_of_grave(len(grave))}' if flagged else ''}", tuple(sentences))


def _measures(cases: Sequence[Case], measures: Mapping[str, Measure]) -> str:
    return words.listed([measures[case.measure].named for case in cases])


def _good_news(good: Sequence[Case], measures: Mapping[str, Measure]) -> str:
    level = [case for case in good if {"all", "peers"} & set(case.better)]
    moving = [case for case in good if case not in level]
    parts = []
    if level:
        parts.append(f"clearly better than elsewhere on {_measures(level, measures)}")
    if moving:
        parts.append(f"really improving on {_measures(moving, measures)}")
    return "; ".join(parts)


def of_case(case: Case, comparison: Comparison, found: Trend, measure: Measure, force: Force) -> Finding:
    """Return why a force and measure is flagged, or that it is not, with the figures.

    `comparison` is among similar forces over the 12 months ending the case's quarter, `found` the trend up to it.
    """
    about = f"{force.name}, {measure.named}"
    if not case.severity:
        said = {"easing": "not flagged any more", "resolved": "resolved"}.get(case.status or "", "not flagged")
        headline = f"{about}: {said}"
    else:
        grave = "an enduring and severe case" if case.enduring_and_severe else _a_case(case)
        headline = f"{about}: {grave}"
    return Finding(
        headline,
        (
            _level(case, comparison, measure, force),
            findings.of_trend(found, measure, force).sentences[-1],
            *([_mitigation(case)] if case.severity and case.better else []),
        ),
    )


def _a_case(case: Case) -> str:
    return f"{'an' if case.status == 'enduring' else 'a'} {case.status} case, severity {case.severity} of 3"


def _level(case: Case, comparison: Comparison, measure: Measure, force: Force) -> str:
    high, when = comparison.extreme_high, periods.describe(case.period_end, "year")
    rate, average = (
        words.rate(value or 0.0, measure.decimals) for value in (comparison.value, comparison.group_average)
    )
    recorded = f"In the {when} {force.name} recorded {rate} {measure.many} for every {measure.multiplier:,} people"
    parts = [f"{recorded}, where the average of its group is {average}"]
    if "peers" in case.worse and high is not None:
        parts.append(
            f"it is far above its similar forces: by chance one such force in 40 would be beyond "
            f"{words.rate(high, measure.decimals)}"
        )
    z = words.rate(case.z, 2).replace("-", "−")
    if "all" in case.worse:
        parts.append(f"among all forces it stands out (z of {z}; from 1.96 on it is flagged)")
    elif comparison.verdict_all is not None:
        parts.append(f"among all forces it does not stand out as high (z of {z}, below 1.96)")
    return "; ".join(parts) + "."


def _mitigation(case: Case) -> str:
    if "change" in case.better:
        return "It is really improving, though it is still flagged for its level."
    return "Its level is clearly better than elsewhere, though it is really worsening."


def of_duration(case: Case, history: Sequence[Case]) -> str:
    """Return how long and how often a case has been flagged, as sentences; `history` ends with the case itself."""
    recent = history[-_RECENT:]
    times = sum(one.severity > 0 for one in recent)
    often = f"It was flagged in {words.number(times)} of the latest {words.number(len(recent))} quarters."
    if not case.severity or case.since is None:
        return often if times else f"It was not flagged in the latest {words.number(len(recent))} quarters."
    run = (
        f"Flagged in {words.number(case.quarters)} quarters in a row, since {periods.month_name(case.since)}"
        if case.quarters > 1
        else f"Newly flagged in the quarter to {periods.month_name(case.period_end)}"
    )
    begins = " (which is where monitoring begins)" if case.since == history[0].period_end else ""
    return f"{run}{begins}. {often}"


def of_many_tests(case: Case) -> tuple[str, ...]:
    """Return in a sentence whether a flagged level withstands the correction for the many pairs that are looked at."""
    if "all" not in case.worse:
        return ()
    if case.survives:
        return ("Its level stands out even after allowing for the many pairs of force and measure that are looked at.",)
    doubt = (
        "So many pairs of force and measure are looked at that a level like this one among all forces may come by "
        "chance: it does not withstand the correction for many tests."
    )
    return (doubt,)


def could_be_something_else(
    case: Case, comparison: Comparison, changed: int, measure: Measure, *, recorded: bool
) -> tuple[str, ...]:
    """Return what else than policing might explain a case, from the figures.

    `changed` is in how many forces the measure really changes for the worse; `recorded` whether a fault or a change of
    counting is known for its months.
    """
    said = []
    if not recorded:
        said.append(
            "No fault of the data or change of counting is known here for these months. That does not rule one out: "
            "the force's crime registrar would know."
        )
    if "change" in case.worse:
        of = len(comparison.everyone)
        beyond = ", which points to a cause beyond this force" if changed > of / 2 else ""
        said.append(f"A real change for the worse is told of {changed} of {of} forces on this measure{beyond}.")
    if (comparison.numerator or 0) < FEW:
        number = words.counted(comparison.numerator or 0, measure.one, measure.many)
        said.append(f"It rests on few cases ({number} in 12 months), so chance weighs heavily.")
    said.append(
        "Recorded crime is also what people report and what the police find and write down: better recording, more "
        "trust or more police work raise it."
    )
    return tuple(said)


def grounds_in_words(case: Case) -> str:
    """Return the signals of a case for a table: "stands out among all forces, a real change for the worse"."""
    return ", ".join(GROUND_NAMES[ground] for ground in GROUNDS if ground in case.worse)


def better_in_words(case: Case) -> str:
    """Return the signals for the better for a table."""
    return ", ".join(BETTER_NAMES[ground] for ground in GROUNDS if ground in case.better)


def of_changes(changes: Sequence[Case], period_end: str, force: Force | None) -> str:
    """Return the title of a feed's entry: how many cases of a force, or of all, changed their status, and how."""
    numbers = Counter(case.status for case in changes)
    parts = [f"{numbers[status]} {name.lower()}" for status, name in STATUS_NAMES.items() if numbers[status]]
    about = f"{force.name}, " if force else ""
    return f"{about}quarter to {periods.month_name(period_end)}: {words.listed(parts) or 'no change'}"


def change_in_words(case: Case, measure: Measure, force: Force | None) -> str:
    """Return a change of status as one line: "New: Kent, rape, severity 2 of 3 (stands out among all forces)"."""
    about = f"{force.name}, {measure.named}" if force else measure.named
    name = STATUS_NAMES[case.status or "resolved"]
    if not case.severity:
        return f"{name}: {about}"
    return f"{name}: {about}, severity {case.severity} of 3 ({grounds_in_words(case)})"
