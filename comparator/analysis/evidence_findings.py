"""What the evidence says, as plain sentences. They claim no more than an entry does, and say how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from comparator import periods
from comparator.analysis import words
from comparator.analysis.evidence import Asked, StandsOut
from comparator.analysis.findings import Finding
from comparator.catalogue import (
    CERTAINTIES,
    DIRECTIONS,
    Certainty,
    Direction,
    FieldGroup,
    Intervention,
    Measure,
    Problem,
)

OLD_REVIEW = 2013
_NAMED = 3

_PROBLEMS: Mapping[Problem, str] = {
    "ASB": "anti-social behaviour",
    "shoplifting/retail": "shoplifting",
    "drugs": "drug crime",
    "fraud/cyber": "fraud and cyber crime",
    "confidence in police": "low confidence in the police",
    "all crime": "crime in general",
}
_TOLD: Mapping[Direction, tuple[str, str]] = {
    "reduces": ("reduces the crime or harm that was measured", "reduce the crime or harm that was measured"),
    "mixed": ("has mixed results", "have mixed results"),
    "not a crime outcome": ("was judged on something other than crime", "were judged on something other than crime"),
    "insufficient evidence": ("has too little evidence to tell", "have too little evidence to tell"),
    "no effect": ("makes no difference", "make no difference"),
    "increases": ("makes things worse", "make things worse"),
}
_HEADLINES: Mapping[Direction, str] = {
    "reduces": "reduces {outcome}",
    "mixed": "mixed results",
    "not a crime outcome": "judged on something other than crime",
    "insufficient evidence": "too little evidence to tell",
    "no effect": "no effect found",
    "increases": "increases {outcome}",
}
_CERTAINTY: Mapping[Certainty, str] = {
    "high": "High certainty: as a rule ten or more trials, or twenty or more controlled studies, agree.",
    "moderate": "Moderate certainty: results were put together from several studies, but of weak or mixed designs.",
    "low": "Low certainty: few studies, a single place, or results that could not be put together.",
    "very low": "Very low certainty: there is no usable estimate of its effect.",
}


def problem_name(problem: Problem) -> str:
    """Return a crime problem in words that go into a sentence: "anti-social behaviour" for "ASB"."""
    return _PROBLEMS.get(problem, problem)


def against(problems: Sequence[Problem]) -> str:
    """Return crime problems as a list in a sentence; "crime" if there are none."""
    return words.listed([problem_name(problem) for problem in problems]) or "crime"


def of_list(entries: Sequence[Intervention], asked: Asked) -> Finding:
    """Return what the interventions found say together: how many work, which are best supported, which to avoid."""
    target = against(asked.problems)
    headline = f"What is known to work against {target}"
    if not entries:
        return Finding(headline, ("No intervention fits all of these choices. Take one of them away to see more.",))
    told = [
        f"{number} {_TOLD[direction][number != 1]}"
        for direction in DIRECTIONS
        if (number := sum(entry.effect_direction == direction for entry in entries))
    ]
    first = f"Of {len(entries)} ways of tackling {target} listed here, {words.listed(told)}."
    if len(entries) == 1:
        first = f"The one way of tackling {target} listed here {_TOLD[entries[0].effect_direction][0]}."
    return Finding(headline, tuple(filter(None, (first, _best(entries), _worse(entries)))))


def _best(entries: Sequence[Intervention]) -> str:
    """Return the names of what reduces crime with the highest certainty found, of systematic reviews alone."""
    working = [entry for entry in entries if entry.effect_direction == "reduces" and entry.systematic_review]
    if not working:
        return ""
    highest = min((entry.certainty for entry in working), key=CERTAINTIES.index)
    best = [entry for entry in working if entry.certainty == highest]
    more = [f"{words.number(len(best) - _NAMED)} more"] if len(best) > _NAMED else []
    names = words.listed([*(entry.name for entry in best[:_NAMED]), *more])
    return f"Best supported, with {highest} certainty: {names}."


def _worse(entries: Sequence[Intervention]) -> str:
    names = [entry.name for entry in entries if entry.effect_direction == "increases"]
    return f"To avoid, because things got worse: {words.listed(names)}." if names else ""


def of_intervention(entry: Intervention) -> Finding:
    """Return what is known of one intervention: its direction as the headline, what was found, how sure, its limits."""
    claim = _HEADLINES[entry.effect_direction].format(outcome=entry.effect_outcome)
    return Finding(f"{entry.name}: {claim}", (entry.headline_effect, _CERTAINTY[entry.certainty], *_limits(entry)))


def _limits(entry: Intervention) -> list[str]:
    limits = []
    if not entry.systematic_review:
        limits.append("It rests on a single study or a few, not on a systematic review, and may not hold elsewhere.")
    if said := confirmation(entry, "effect"):
        limits.append(f"The effect is {said[0].lower()}{said[1:]}.")
    if entry.review_year is None:
        limits.append("The year of the review is not known.")
    elif entry.review_year < OLD_REVIEW:
        limits.append(f"The review is of {entry.review_year}: later studies are not in it.")
    return limits


def confirmation(entry: Intervention, group: FieldGroup) -> str:
    """Return whether a group of an entry's fields still waits to be confirmed; "" where it is confirmed or empty."""
    if group in entry.unconfirmed:
        return "Not yet confirmed against the source"
    return "Only in part confirmed against the source" if group in entry.part_confirmed else ""


def of_standing_out(
    found: Sequence[StandsOut], problems: Sequence[Problem], measures: Mapping[str, Measure]
) -> tuple[str, ...]:
    """Return how many measures of these crime problems stand out in some force now, and which have no figures."""
    covered = {problem for one in found for problem in measures[one.measure].problems}
    sentences = []
    if found:
        when = periods.describe(max(one.period_end for one in found), "year")
        some = sum(bool(one.forces) for one in found)
        sentences.append(
            f"In the {when}, {some or 'none'} of {words.counted(len(found), 'measure', 'measures')} of "
            f"{against([problem for problem in problems if problem in covered])} stood out as high in some force, "
            "beyond the ordinary variety between forces."
        )
    if without := [problem for problem in problems if problem not in covered]:
        sentences.append(f"This site has no figures by force that are judged high or low on {against(without)}.")
    return tuple(sentences)
