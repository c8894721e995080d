"""A miniature of the compiled file of interventions: two that rest on reviews, one that rests on a single study."""

import csv
from collections.abc import Sequence
from pathlib import Path

from comparator.build.evidence import COLUMNS

PATH = Path("evidence/whatworks.csv")
SEEN = "sourced:https://mirror.example.org/copy-of-the-review"
_BLANK = dict.fromkeys(COLUMNS, "")

GATES = _BLANK | {
    "slug": "gates",
    "name": "Gates",
    "description": "Gates, with keys, across alleys.",
    "crime_problems": "burglary|ASB",
    "mechanism_type": "situational",
    "how_it_works": "Keeps strangers out.",
    "effect_direction": "reduces",
    "effect_outcome": "burglary",
    "effect_strength": "moderate",
    "strength_basis": "published percentage",
    "headline_effect": "Burglary fell by 12%.",
    "effect_metric": "% change relative to control",
    "effect_value": "-12%; -9.5% nearby",
    "ci95": "-20% to -4%; -15% to 1%",
    "n_studies": "12",
    "certainty": "high",
    "quality_note": "Few are randomised.",
    "review_year": "2018",
    "ref_authors": "Doe J",
    "ref_year": "2018",
    "ref_title": "Gates",
    "ref_source": "Journal 1(1): 1-9",
    "ref_doi": "10.1002/cl2.1046",
    "ref_url": "https://doi.org/10.1002/cl2.1046",
    "provenance": SEEN,
    "prov_effect": f"{SEEN}|{SEEN}",
    "prov_quality": f"{SEEN}|knowledge",
    "prov_context": "knowledge",
    "prov_reference": SEEN,
}
VISITS = GATES | {
    "slug": "prison-visits",
    "name": "Prison visits",
    "effect_direction": "increases",
    "effect_value": "+68%",
    "ci95": "",
    "emmie_effect": "Overall increase",
    "emmie_basis": "College toolkit entry",
    **{f"emmie_q_{name}": "2" for name in ("effect", "mechanism", "moderator", "implementation", "economics")},
    "ref_doi": "",
    "ref_url": "",
    "review_year": "",
    "prov_effect": "knowledge",
}
LOCKS = GATES | {
    "slug": "locks",
    "name": "Locks",
    "n_studies": "1 survey (not a systematic review)",
    "effect_value": "at least 20 times",
    "ci95": "",
}
ROWS = (GATES, VISITS, LOCKS)


def write(path: Path, rows: Sequence[dict[str, str]] = ROWS) -> Path:
    """Write interventions as they are compiled: UTF-8, CRLF, quoted where needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
