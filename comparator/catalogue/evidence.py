"""What an evidence entry is made of. The same class checks the compiled file and reads the table of a snapshot."""

from __future__ import annotations

import re
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Problem = Literal[
    "burglary",
    "vehicle crime",
    "robbery",
    "violence",
    "domestic abuse",
    "sexual offences",
    "knife crime",
    "ASB",
    "criminal damage",
    "shoplifting/retail",
    "drugs",
    "youth offending",
    "reoffending",
    "road safety",
    "fraud/cyber",
    "confidence in police",
    "all crime",
]
Kind = Literal[
    "situational",
    "policing tactic",
    "offender rehabilitation",
    "diversion",
    "community",
    "early prevention",
    "criminal-justice sanction",
]
Direction = Literal["reduces", "mixed", "not a crime outcome", "insufficient evidence", "no effect", "increases"]
Strength = Literal["large", "moderate", "small", "unclear", "none"]
Certainty = Literal["high", "moderate", "low", "very low"]
FieldGroup = Literal["effect", "quality", "context", "cost", "uk", "reference"]

PROBLEMS: tuple[Problem, ...] = get_args(Problem)
KINDS: tuple[Kind, ...] = get_args(Kind)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
STRENGTHS: tuple[Strength, ...] = get_args(Strength)
CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)
FIELD_GROUPS: tuple[FieldGroup, ...] = get_args(FieldGroup)

_Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
_Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_Score = Annotated[int, Field(ge=0, le=4)] | None
_Year = Annotated[int, Field(ge=1950, le=2100)] | None
_Doi = Annotated[str, StringConstraints(pattern=r"^(10\.\d{4,9}/\S+)?$")]
_Address = Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+\.[^\s]+)?$")]

_PERCENTAGE = re.compile(r"([+-]?\d+(?:\.\d+)?)%")
_LEAST_PERCENT, _MOST_PERCENT = -100.0, 1000.0
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_INTERVAL = re.compile(r"([+-]?\d+(?:\.\d+)?)%? to ([+-]?\d+(?:\.\d+)?)%?")


class Figure(NamedTuple):
    """One published figure and its interval as they stand in the source ("" if none), and the numbers in them."""

    published: str
    interval: str
    number: float | None
    low: float | None
    high: float | None


class Intervention(BaseModel):
    """Something done against crime, and what is known of whether it works. Empty means not known, never zero.

    `effect_direction` is that of `effect_outcome`, which is not always crime. `effect_value` and `ci95` hold one figure
    or several separated by ";", in the same order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: _Slug
    name: _Text
    description: _Text
    crime_problems: Annotated[tuple[Problem, ...], Field(min_length=1)]
    mechanism_type: Annotated[tuple[Kind, ...], Field(min_length=1)]
    how_it_works: _Text
    effect_direction: Direction
    effect_outcome: _Text
    effect_strength: Strength
    strength_basis: _Text
    headline_effect: _Text
    effect_metric: str
    effect_value: str
    ci95: str
    n_studies: str
    emmie_effect: str
    emmie_q_effect: _Score
    emmie_q_mechanism: _Score
    emmie_q_moderator: _Score
    emmie_q_implementation: _Score
    emmie_q_economics: _Score
    emmie_basis: str
    yef_impact: str
    crimesolutions_rating: str
    certainty: Certainty
    quality_note: str
    works_best: str
    watch_for: str
    cost_evidence: str
    uk_evidence: str
    review_year: _Year
    ref_authors: str
    ref_year: _Year
    ref_title: str
    ref_source: str
    ref_doi: _Doi
    ref_url: _Address
    notes: str
    unconfirmed: tuple[FieldGroup, ...] = Field(description="groups of fields that no source has confirmed")
    part_confirmed: tuple[FieldGroup, ...] = Field(description="groups that a source has confirmed in part")

    @property
    def systematic_review(self) -> bool:
        """Whether the entry rests on a systematic review, and not on one study or a few."""
        return "not a systematic review" not in self.n_studies

    @property
    def emmie_scores(self) -> tuple[int, ...]:
        """The five scores of the College of Policing in its order, effect first; empty where it gave none."""
        scores = (
            self.emmie_q_effect,
            self.emmie_q_mechanism,
            self.emmie_q_moderator,
            self.emmie_q_implementation,
            self.emmie_q_economics,
        )
        return tuple(score for score in scores if score is not None)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The published figures with the number that each begins with, None for words."""
        values = _split(self.effect_value)
        intervals = _split(self.ci95) or [""] * len(values)
        return tuple(map(_figure, values, intervals))

    @model_validator(mode="after")
    def _figures_are_possible(self) -> Intervention:
        for text in (self.effect_value, self.ci95):
            for number in _PERCENTAGE.findall(text):
                if not _LEAST_PERCENT <= float(number) <= _MOST_PERCENT:
                    raise ValueError(f"effect_value, ci95: {number}% is not possible")
        intervals = _split(self.ci95)
        if intervals and len(intervals) != len(_split(self.effect_value)):
            raise ValueError("ci95: needs one interval for each figure in effect_value")
        for interval in intervals:
            if _INTERVAL.fullmatch(interval) is None:
                raise ValueError(f"ci95: {interval!r} is no interval such as '0.56 to 0.87'")
        for published, _, number, low, high in self.figures:
            if number is not None and low is not None and high is not None and not low <= number <= high:
                raise ValueError(f"ci95: {published} does not lie within it")
        return self

    @model_validator(mode="after")
    def _ratings_and_reference_are_whole(self) -> Intervention:
        if len(self.emmie_scores) not in (0, 5):
            raise ValueError("emmie_q_effect to emmie_q_economics: give all five scores or none")
        if bool(self.emmie_effect) != bool(self.emmie_basis) or (self.emmie_scores and not self.emmie_effect):
            raise ValueError("emmie_basis: scores need a label, and a label needs the entry that it comes from")
        if self.ref_doi and self.ref_url != f"https://doi.org/{self.ref_doi}":
            raise ValueError(f"ref_url: must be https://doi.org/{self.ref_doi}, as ref_doi says")
        if set(self.unconfirmed) & set(self.part_confirmed):
            raise ValueError("unconfirmed, part_confirmed: a group stands in both")
        return self


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _figure(published: str, interval: str) -> Figure:
    number, bounds = _NUMBER.match(published), _INTERVAL.fullmatch(interval)
    low, high = (float(bounds[1]), float(bounds[2])) if bounds else (None, None)
    return Figure(published, interval, float(number[0]) if number else None, low, high)
