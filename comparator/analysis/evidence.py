"""What is known to work against crime: found by text and filters, put in order, and joined to the figures."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from comparator.analysis.comparison import among_all_forces, comparable_forces
from comparator.analysis.names import UnknownNameError, check
from comparator.analysis.profile import Line
from comparator.catalogue import (
    CERTAINTIES,
    DIRECTIONS,
    KINDS,
    PROBLEMS,
    STRENGTHS,
    Certainty,
    Direction,
    Intervention,
    Kind,
    Measure,
    Problem,
)
from comparator.snapshot import Snapshot
from comparator.statistics.funnel import funnel_verdict

Order = Literal["best", "certainty", "newest", "name"]
ORDERS: tuple[Order, ...] = ("best", "certainty", "newest", "name")
MOST_COMPARED = 4

_WORSE: Mapping[str, tuple[str, ...]] = {
    "higher-worse": ("above", "far-above"),
    "higher-better": ("below", "far-below"),
}
_KEPT_TEXTS = 512
_KEPT_PROBLEMS = 64


@dataclass(frozen=True)
class Asked:
    """What interventions are looked for: all of the words, and any of the values given in each filter."""

    text: str = ""
    problems: tuple[Problem, ...] = ()
    kinds: tuple[Kind, ...] = ()
    directions: tuple[Direction, ...] = ()
    certainties: tuple[Certainty, ...] = ()
    uk: bool = False
    cost: bool = False


@dataclass(frozen=True)
class Counts:
    """How many interventions each value of a filter would leave, the other filters as they are."""

    problems: Mapping[str, int]
    kinds: Mapping[str, int]
    directions: Mapping[str, int]
    certainties: Mapping[str, int]
    uk: int
    cost: int


@dataclass(frozen=True)
class StandsOut:
    """A measure and the forces whose rate stands out among all forces on its worse side, furthest first, with z."""

    measure: str
    period_end: str
    forces: tuple[tuple[str, float], ...]


def what_works(snapshot: Snapshot, *, problem: str | None = None, text: str = "") -> list[Intervention]:
    """Return the interventions against a crime problem (all if None), the best supported first.

    Case does not matter. Raises UnknownNameError for a problem that is not in the evidence.
    """
    problems = () if problem is None else (named_problem(problem),)
    return ordered(matching(snapshot.evidence.values(), Asked(text=text, problems=problems)))


def named_problem(given: str) -> Problem:
    """Return a crime problem as it is written in the evidence; raise UnknownNameError if there is none such."""
    for problem in PROBLEMS:
        if problem.casefold() == given.strip().casefold():
            return problem
    raise UnknownNameError("crime problem", given, PROBLEMS)


def matching(entries: Iterable[Intervention], asked: Asked) -> list[Intervention]:
    """Return the interventions that hold every word asked for and pass every filter, in the order given."""
    terms = words_of(asked.text)
    return [entry for entry in entries if _passes(entry, asked) and _holds(entry, terms)]


def counts(entries: Iterable[Intervention], asked: Asked) -> Counts:
    """Return how many interventions each value of each filter would leave."""
    entries = list(entries)

    def without(**filters: Any) -> list[Intervention]:
        return matching(entries, replace(asked, **filters))

    by_problem, by_kind = without(problems=()), without(kinds=())
    by_direction, by_certainty = without(directions=()), without(certainties=())
    return Counts(
        problems={name: sum(name in entry.crime_problems for entry in by_problem) for name in PROBLEMS},
        kinds={name: sum(name in entry.mechanism_type for entry in by_kind) for name in KINDS},
        directions={name: sum(name == entry.effect_direction for entry in by_direction) for name in DIRECTIONS},
        certainties={name: sum(name == entry.certainty for entry in by_certainty) for name in CERTAINTIES},
        uk=len(without(uk=True)),
        cost=len(without(cost=True)),
    )


def ordered(entries: Iterable[Intervention], order: Order = "best") -> list[Intervention]:
    """Return interventions in an order; "best" puts what reduces crime with the highest certainty first.

    It sets entries that are no systematic review last, then goes by direction, by certainty, by size of effect and by
    whether the effect was confirmed against a source. "certainty" goes by that first. Ties stand by name.
    """
    check("order", order, ORDERS)
    by_name = sorted(entries, key=lambda entry: entry.name.casefold())
    if order == "name":
        return by_name
    if order == "newest":
        return sorted(by_name, key=lambda entry: -(entry.review_year or 0))
    if order == "certainty":
        return sorted(by_name, key=lambda entry: (CERTAINTIES.index(entry.certainty), *_support(entry)))
    return sorted(by_name, key=_support)


def _support(entry: Intervention) -> tuple[int, ...]:
    return (
        0 if entry.systematic_review else 1,
        DIRECTIONS.index(entry.effect_direction),
        CERTAINTIES.index(entry.certainty),
        STRENGTHS.index(entry.effect_strength),
        1 if "effect" in entry.unconfirmed else 0,
    )


def _passes(entry: Intervention, asked: Asked) -> bool:
    return (
        (not asked.problems or not set(asked.problems).isdisjoint(entry.crime_problems))
        and (not asked.kinds or not set(asked.kinds).isdisjoint(entry.mechanism_type))
        and (not asked.directions or entry.effect_direction in asked.directions)
        and (not asked.certainties or entry.certainty in asked.certainties)
        and (not asked.uk or bool(entry.uk_evidence))
        and (not asked.cost or bool(entry.cost_evidence))
    )


def _holds(entry: Intervention, terms: Sequence[str]) -> bool:
    if not terms:
        return True
    searched = "\n".join(_folded(text)[0] for text in (entry.name, entry.description, *entry.crime_problems))
    return all(term in searched for term in terms)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a search, without accents and case."""
    return tuple(dict.fromkeys(_folded(text)[0].split()))


def marked(text: str, terms: Sequence[str]) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether a search for these words found it there."""
    folded, places = _folded(text)
    if not any(term in folded for term in terms):
        return [(text, False)]
    found = [False] * len(text)
    for term in terms:
        start = folded.find(term)
        while start >= 0:
            for place in places[start : start + len(term)]:
                found[place] = True
            start = folded.find(term, start + 1)
    pieces: list[tuple[str, bool]] = []
    for letter, hit in zip(text, found, strict=True):
        if pieces and pieces[-1][1] == hit:
            pieces[-1] = (pieces[-1][0] + letter, hit)
        else:
            pieces.append((letter, hit))
    return pieces


@lru_cache(maxsize=_KEPT_TEXTS)
def _folded(text: str) -> tuple[str, tuple[int, ...]]:
    """Return a text without accents and case, and for each of its letters the place in the text it comes from."""
    letters = [
        (letter, place)
        for place, written in enumerate(text)
        for letter in unicodedata.normalize("NFKD", written.casefold())
        if not unicodedata.combining(letter)
    ]
    return "".join(letter for letter, _ in letters), tuple(place for _, place in letters)


def measures_of(measures: Iterable[Measure], problems: Iterable[str]) -> list[Measure]:
    """Return the measures still published that count any of these crime problems, in catalogue order."""
    wanted = set(problems)
    return [measure for measure in measures if measure.last_period is None and not wanted.isdisjoint(measure.problems)]


@lru_cache(maxsize=_KEPT_PROBLEMS)
def standing_out(snapshot: Snapshot, problems: tuple[str, ...]) -> tuple[StandsOut, ...]:
    """Return where these problems stand out in the newest 12 months, for each of their measures that has a worse side.

    A force stands out when its z over all forces, adjusted for over-dispersion, lies beyond 1.96 (METHODS 4).
    """
    found = []
    for measure in measures_of(snapshot.measures.values(), problems):
        block = snapshot.blocks[measure.id, "year"]
        funnel = among_all_forces(snapshot, measure.id, "year", block.periods[-1])
        worse = _WORSE.get(measure.polarity, ())
        if not worse or funnel is None:
            continue
        scores = zip(comparable_forces(snapshot.forces, measure), funnel.z.tolist(), strict=True)
        outlying = [(force, z) for force, z in scores if funnel_verdict(z) in worse]
        outlying.sort(key=lambda item: -abs(item[1]))
        found.append(StandsOut(measure.id, block.periods[-1], tuple(outlying)))
    return tuple(found)


def problems_standing_out(lines: Iterable[Line], measures: Mapping[str, Measure]) -> tuple[Problem, ...]:
    """Return the crime problems of the measures that stand out on their worse side in a force's profile."""
    found: set[Problem] = set()
    for line in lines:
        measure = measures[line.measure]
        worse = _WORSE.get(measure.polarity, ())
        if line.verdict_peers in worse or line.verdict_all in worse:
            found.update(measure.problems)
    return tuple(problem for problem in PROBLEMS if problem in found)


def as_record(entry: Intervention) -> dict[str, Any]:
    """Return an intervention as plain values for JSON, and whether it rests on a systematic review."""
    return entry.model_dump(mode="json") | {"systematic_review": entry.systematic_review}
