"""Reads what is known of HMICFRS's enhanced monitoring and PEEL grades: two partial compilations."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from comparator.build.errors import BuildError
from comparator.build.source_files import SourceFile
from comparator.build.tables import only_forces, read_columns
from comparator.catalogue import Catalogue

_COLUMNS = ["force", "kind", "subject", "began", "ended", "grade", "addresses", "note"]
_ENGAGE = ["force", "entered_engage_as_stated", "left_engage_as_stated", "source_urls", "note"]
_PEEL = ["cycle", "pillar_or_question", "force", "grade", "source_url"]


def load(engage: SourceFile, grades: SourceFile, catalogue: Catalogue) -> pd.DataFrame:
    """Return the inspections table, sorted by its key; dates and grades as their sources state them.

    Raises BuildError for a missing column, an unknown force, a row without a source address or a cycle without a year.
    """
    rows = pd.concat([_enhanced_monitoring(engage, catalogue), _grades(grades, catalogue)], ignore_index=True)
    return rows.sort_values(_COLUMNS[:4], ignore_index=True)[_COLUMNS]


def _enhanced_monitoring(file: SourceFile, catalogue: Catalogue) -> pd.DataFrame:
    rows = only_forces(read_columns(file.path, _ENGAGE), file.path, file.source, catalogue).fillna("")
    return pd.DataFrame(
        {
            "force": rows["force"],
            "kind": "engage",
            "subject": "Enhanced monitoring (Engage)",
            "began": rows["entered_engage_as_stated"].astype(str),
            "ended": rows["left_engage_as_stated"].astype(str),
            "grade": "",
            "addresses": [_addresses(cell, file.path) for cell in rows["source_urls"]],
            "note": rows["note"],
        }
    )


def _grades(file: SourceFile, catalogue: Catalogue) -> pd.DataFrame:
    rows = only_forces(read_columns(file.path, _PEEL), file.path, file.source, catalogue).fillna("")
    return pd.DataFrame(
        {
            "force": rows["force"],
            "kind": "peel",
            "subject": rows["cycle"] + ", " + rows["pillar_or_question"],
            "began": [_year(cycle, file.path) for cycle in rows["cycle"]],
            "ended": "",
            "grade": rows["grade"],
            "addresses": [_addresses(cell, file.path) for cell in rows["source_url"]],
            "note": "",
        }
    )


def _addresses(cell: str, path: Path) -> tuple[str, ...]:
    addresses = tuple(part.strip() for part in str(cell).split(" ; "))
    wrong = [address for address in addresses if not re.fullmatch(r"https?://\S+", address)]
    if wrong:
        raise BuildError(f"{path}: {wrong[0]!r} is no address of a source; every row needs one")
    return addresses


def _year(cycle: str, path: Path) -> str:
    year = re.search(r"\d{4}", cycle)
    if year is None:
        raise BuildError(f"{path}: cycle {cycle!r} names no year")
    return year[0]
