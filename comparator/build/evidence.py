"""Reads the compiled interventions against crime, and what of them no source has confirmed yet."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from comparator.build.errors import BuildError
from comparator.catalogue import FIELD_GROUPS, FieldGroup, Intervention

_LISTS = ("crime_problems", "mechanism_type")
_NUMBERS = ("review_year", "ref_year", *(name for name in Intervention.model_fields if name.startswith("emmie_q_")))
_DERIVED = ("unconfirmed", "part_confirmed")
_SAID_WHERE = ("provenance", *(f"prov_{group}" for group in FIELD_GROUPS))
COLUMNS = (*(name for name in Intervention.model_fields if name not in _DERIVED), *_SAID_WHERE)
_WHERE = re.compile(r"knowledge|sourced:https?://\S+")


def load(path: Path) -> pd.DataFrame:
    """Return the interventions by slug in the file's order.

    Where a fact was seen stays behind; only which groups of fields are unconfirmed, or confirmed in part, is kept.
    Raises BuildError for a file that cannot be read, other columns than expected, or faulty rows, all of them named.
    """
    rows = _rows(path)
    entries: dict[str, Intervention] = {}
    faults: list[str] = []
    for line, row in rows:
        place = f"{path}: line {line}, {row['slug'] or 'no slug'}"
        if row["slug"] in entries:
            faults.append(f"{place}, slug: stands twice; keep one of them")
        try:
            entries[row["slug"]] = Intervention.model_validate(_fields(row))
        except ValidationError as error:
            faults += [
                f"{place}, {'.'.join(map(str, fault['loc'])) or 'row'}: {fault['msg']}; correct it"
                for fault in error.errors()
            ]
        faults += [f"{place}, {fault}" for fault in _faults_of_where(row)]
    if faults:
        raise BuildError("\n".join(faults))
    return pd.DataFrame([entry.model_dump() for entry in entries.values()]).astype(dict.fromkeys(_NUMBERS, "Int64"))


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return each row with the number of the line on which it ends."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            names = reader.fieldnames or []
            odd = sorted(set(COLUMNS) ^ set(names))
            if odd:
                raise BuildError(
                    f"{path}: columns missing or not expected: {', '.join(odd)}; see tables.toml [evidence]"
                )
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BuildError(f"{path}: cannot be read as CSV ({error}); fetch it again") from error
    for line, row in rows:
        if None in row or None in row.values():
            raise BuildError(f"{path}: line {line}: has not {len(COLUMNS)} cells; quote cells that hold a comma")
    if not rows:
        raise BuildError(f"{path}: holds no interventions; fetch it again")
    return rows


def _fields(row: Mapping[str, str]) -> dict[str, object]:
    fields: dict[str, object] = {name: row[name] for name in COLUMNS if name not in _SAID_WHERE}
    fields |= {name: tuple(row[name].split("|")) for name in _LISTS}
    fields |= {name: row[name] or None for name in _NUMBERS}
    groups = {group: _said(row, group) for group in FIELD_GROUPS}
    return fields | {
        "unconfirmed": tuple(group for group, said in groups.items() if said == {"knowledge"}),
        "part_confirmed": tuple(group for group, said in groups.items() if said > {"knowledge"}),
    }


def _said(row: Mapping[str, str], group: FieldGroup) -> set[str]:
    return {where for where in row[f"prov_{group}"].split("|") if where}


def _faults_of_where(row: Mapping[str, str]) -> list[str]:
    return [
        f"prov_{group}: {where[:60]!r} is neither 'knowledge' nor 'sourced:' with an address; correct it"
        for group in FIELD_GROUPS
        for where in _said(row, group)
        if _WHERE.fullmatch(where) is None
    ]
