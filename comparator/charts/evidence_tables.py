"""Interventions as HTML, all text escaped: the compact list, up to four side by side, and one to be read.

Effect and certainty are two marks, each a shape and a word: neither needs colour nor can be taken for the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from comparator.analysis import words
from comparator.analysis.evidence import Order, StandsOut, marked, words_of
from comparator.analysis.evidence_findings import confirmation, problem_name
from comparator.catalogue import DIRECTIONS, FIELD_GROUPS, Certainty, Direction, Intervention
from comparator.snapshot import Snapshot

_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


class Mark(NamedTuple):
    """A shape and the word that says the same."""

    shape: str
    word: str


EFFECTS: Mapping[Direction, Mark] = {
    "reduces": Mark("▼", "reduces"),
    "mixed": Mark("◆", "mixed"),
    "not a crime outcome": Mark("○", "not crime"),
    "insufficient evidence": Mark("?", "too little to tell"),
    "no effect": Mark("=", "no effect"),
    "increases": Mark("▲", "increases"),
}
CERTAINTY: Mapping[Certainty, Mark] = {
    "high": Mark("●●●●", "high"),
    "moderate": Mark("●●●○", "moderate"),
    "low": Mark("●●○○", "low"),
    "very low": Mark("●○○○", "very low"),
}
SECTIONS: Mapping[Direction, str] = {
    "reduces": "Reduces crime or harm",
    "mixed": "Mixed results",
    "not a crime outcome": "Judged on something other than crime",
    "insufficient evidence": "Too little evidence to tell",
    "no effect": "No effect found",
    "increases": "Avoid: makes things worse",
}
SET_APART = "Single studies or a few, not systematic reviews"
_EMMIE = ("Effect", "How it works", "Where it works", "How to do it", "What it costs")
COLLEGE = "https://www.college.police.uk/research/crime-reduction-toolkit"
YEF = "https://youthendowmentfund.org.uk/toolkit/"
CRIMESOLUTIONS = "https://crimesolutions.ojp.gov/"
_NOT_KNOWN = "not known"


def intervention_list(
    entries: Sequence[Intervention], order: Order, text: str, query: Mapping[str, str], *, dark: bool
) -> str:
    """Return interventions as a table; best first by direction, what is no systematic review set apart in any order.

    What a search found is marked in name, description and problems. `query` is what links carry besides.
    """
    terms = words_of(text)
    parts = [(title, [_row(entry, terms) for entry in of_title]) for title, of_title in _sections(entries, order)]
    return _TEMPLATES.get_template("evidence_list.html").render(
        dark=dark,
        searching=bool(terms),
        address=_address(query),
        caption=words.counted(len(entries), "intervention", "interventions"),
        sections=[{"title": title, "rows": rows} for title, rows in parts if rows],
    )


def _sections(entries: Sequence[Intervention], order: Order) -> list[tuple[str, list[Intervention]]]:
    reviews = [entry for entry in entries if entry.systematic_review]
    apart = (SET_APART, [entry for entry in entries if not entry.systematic_review])
    if order != "best":
        return [("Systematic reviews", reviews), apart]
    by_direction = [
        (SECTIONS[direction], [entry for entry in reviews if entry.effect_direction == direction])
        for direction in DIRECTIONS
    ]
    return [*by_direction, apart]


def _row(entry: Intervention, terms: Sequence[str]) -> dict[str, Any]:
    return {
        "slug": entry.slug,
        **(_found(entry, terms) if terms else {"name": entry.name}),
        "effect": EFFECTS[entry.effect_direction],
        "size": size(entry),
        "certainty": CERTAINTY[entry.certainty],
        "outcome": entry.effect_outcome,
        "evidence": _evidence(entry),
    }


def _found(entry: Intervention, terms: Sequence[str]) -> dict[str, Any]:
    problems = marked(", ".join(entry.crime_problems), terms)
    return {
        "name": marked(entry.name, terms),
        "description": marked(entry.description, terms),
        "problems": problems if any(hit for _, hit in problems) else [],
    }


def size(entry: Intervention) -> str:
    """Return the size of an effect, such as "size moderate"; "" where there is none to tell of."""
    if entry.effect_strength == "none" or entry.effect_direction == "insufficient evidence":
        return ""
    return f"size {entry.effect_strength}"


def _evidence(entry: Intervention) -> str:
    told = [
        f"Review {entry.review_year}" if entry.review_year else "Year not known",
        "UK" if entry.uk_evidence else "",
        "cost" if entry.cost_evidence else "",
        "effect not yet confirmed" if "effect" in entry.unconfirmed else "",
    ]
    return ", ".join(filter(None, told))


def side_by_side(entries: Sequence[Intervention], query: Mapping[str, str], *, dark: bool) -> str:
    """Return interventions beside each other, one a column."""
    rows: list[tuple[str, list[str], str]] = [
        ("What it is", [entry.description for entry in entries], ""),
        ("What was measured", [entry.effect_outcome for entry in entries], ""),
        ("Finding", [entry.headline_effect for entry in entries], ""),
        ("Published figure", [_published(entry) for entry in entries], "no single figure"),
        ("Number of studies", [entry.n_studies for entry in entries], _NOT_KNOWN),
        ("Effect confirmed", [confirmation(entry, "effect") or "Yes, against a source" for entry in entries], ""),
        ("Limits of the studies", [entry.quality_note for entry in entries], _NOT_KNOWN),
        ("Works best", [entry.works_best for entry in entries], _NOT_KNOWN),
        ("Watch for", [entry.watch_for for entry in entries], _NOT_KNOWN),
        ("Cost", [entry.cost_evidence for entry in entries], "no cost evidence found"),
        ("United Kingdom", [entry.uk_evidence for entry in entries], "no evidence found"),
        ("Year of the review", [str(entry.review_year or "") for entry in entries], _NOT_KNOWN),
    ]
    return _TEMPLATES.get_template("evidence_beside.html").render(
        dark=dark,
        address=_address(query),
        caption="Side by side",
        columns=[
            {
                "slug": entry.slug,
                "name": entry.name,
                "effect": EFFECTS[entry.effect_direction],
                "size": size(entry),
                "certainty": CERTAINTY[entry.certainty],
            }
            for entry in entries
        ],
        rows=[
            {"title": title, "cells": [{"text": cell or otherwise, "empty": not cell} for cell in cells]}
            for title, cells, otherwise in rows
        ],
    )


def _published(entry: Intervention) -> str:
    figures = "; ".join(
        figure.published + (f" (95% interval {figure.interval})" if figure.interval else "") for figure in entry.figures
    )
    return f"{figures}, {entry.effect_metric}" if figures else ""


def article(entry: Intervention, *, dark: bool) -> str:
    """Return all that is known of one intervention, with what is missing or not yet confirmed said in its place."""
    ratings = [
        {"by": by, "says": says, "address": address}
        for by, says, address in (
            ("College of Policing", _college(entry), COLLEGE),
            ("Youth Endowment Fund, impact on violence", entry.yef_impact, YEF),
            ("CrimeSolutions, United States", entry.crimesolutions_rating, CRIMESOLUTIONS),
        )
        if says
    ]
    scores = entry.emmie_scores
    return _TEMPLATES.get_template("evidence_article.html").render(
        dark=dark,
        entry=entry,
        effect=EFFECTS[entry.effect_direction],
        size=size(entry),
        certainty=CERTAINTY[entry.certainty],
        problems=words.listed([problem_name(problem) for problem in entry.crime_problems]),
        kinds=words.listed(entry.mechanism_type),
        figures=entry.figures,
        confirmed={group: confirmation(entry, group) for group in FIELD_GROUPS},
        ratings=ratings,
        emmie=list(zip(_EMMIE, scores, strict=True)) if scores else [],
    )


def where_it_stands_out(found: Sequence[StandsOut], snapshot: Snapshot, query: Mapping[str, str], *, dark: bool) -> str:
    """Return the measures of a problem and the forces where each stands out, linked to Compare."""
    return _TEMPLATES.get_template("evidence_where.html").render(
        dark=dark,
        caption="Where it stands out now",
        rows=[
            {
                "title": snapshot.measures[one.measure].title,
                "forces": [
                    {
                        "name": snapshot.forces[force].name,
                        "address": f"compare?{urlencode({**query, 'force': force, 'measure': one.measure})}",
                    }
                    for force, _ in one.forces
                ],
            }
            for one in found
        ],
    )


def _college(entry: Intervention) -> str:
    return f"{entry.emmie_effect} ({entry.emmie_basis})" if entry.emmie_effect else ""


def _address(query: Mapping[str, str]) -> str:
    return f"?{urlencode({**query, 'intervention': ''})}"
