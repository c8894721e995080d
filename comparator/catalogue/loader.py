"""Reads and checks the catalogue's files. A fault is told with file, entry and field."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from comparator.catalogue.model import (
    COLUMNS,
    Caveat,
    Count,
    Force,
    Hex,
    Measure,
    Offence,
    Questions,
    Source,
    Table,
    Theme,
    ValueLine,
)
from comparator.periods import WINDOWS

HERE = Path(__file__).parent
Entry = TypeVar("Entry", bound=BaseModel)


class CatalogueError(ValueError):
    """A fault in a file of the catalogue; the message names file, entry and field."""


@dataclass(frozen=True)
class Catalogue:
    """Everything declared, by id in file order."""

    forces: Mapping[str, Force]
    themes: Mapping[str, Theme]
    measures: Mapping[str, Measure]
    sources: Mapping[str, Source]
    caveats: Mapping[str, Caveat]
    tables: Mapping[str, Table]
    value_lines: Mapping[str, ValueLine]
    questions: Mapping[str, Questions]
    hexes: Mapping[str, Hex]
    offences: tuple[Offence, ...]

    def codes(self, measure_id: str) -> tuple[str, ...]:
        """Return every code that the measure's numerator sums, its parts resolved."""
        return self.codes_of(self.measures[measure_id].numerator)

    def codes_of(self, count: Count) -> tuple[str, ...]:
        """Return every code that is counted, parts resolved."""
        return count.codes + tuple(code for part in count.parts for code in self.codes(part))

    def values(self, table: str, field: str) -> Mapping[str, str]:
        """Return every value that a table's field can have, with what it means; KeyError if there is no such field."""
        return {entry.name: entry.values for entry in self.tables[table].fields}[field]


def load(folder: Path = HERE) -> Catalogue:
    """Return the checked catalogue in a folder; raise CatalogueError on the first file with faults, naming them all."""
    catalogue = Catalogue(
        forces=_by_id("forces.csv", Force, _with_aliases(folder / "forces.csv")),
        themes=_by_id("themes.toml", Theme, _toml_entries(folder / "themes.toml")),
        measures=_by_id("measures.toml", Measure, _measure_entries(folder / "measures.toml")),
        sources=_by_id("sources.toml", Source, _toml_entries(folder / "sources.toml")),
        caveats=_by_id("caveats.toml", Caveat, _toml_entries(folder / "caveats.toml")),
        tables=_by_id("tables.toml", Table, _table_entries(folder / "tables.toml")),
        value_lines=_by_id(
            "value_for_money.toml", ValueLine, _value_lines(folder / "value_for_money.toml"), key="measure"
        ),
        questions=_by_id(
            "questions.toml",
            Questions,
            [{"about": name, **fields} for name, fields in _toml(folder / "questions.toml").items()],
            key="about",
        ),
        hexes=_by_id("hexes.csv", Hex, _csv_rows(folder / "hexes.csv"), key="force"),
        offences=tuple(
            _entry("offences.csv", row.get("code", "?"), Offence, row) for row in _with_aliases(folder / "offences.csv")
        ),
    )
    faults = [
        *_measure_faults(catalogue),
        *_source_faults(catalogue),
        *_caveat_faults(catalogue),
        *_value_line_faults(catalogue),
        *_question_faults(catalogue),
        *_force_faults(catalogue),
        *_hex_faults(catalogue),
        *_offence_faults(catalogue),
    ]
    if faults:
        raise CatalogueError("\n".join(faults))
    return catalogue


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path.name}: cannot be read ({error})") from error


def _toml(path: Path) -> dict[str, dict[str, Any]]:
    try:
        entries = tomllib.loads(_read(path))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path.name}: not valid TOML: {error}") from error
    for name, fields in entries.items():
        if not isinstance(fields, dict):
            raise CatalogueError(f"{path.name}: {name}: a value outside any table; put it under [an-id]")
    return entries


def _toml_entries(path: Path) -> list[dict[str, Any]]:
    return [{"id": name, **fields} for name, fields in _toml(path).items()]


def _measure_entries(path: Path) -> list[dict[str, Any]]:
    entries = _toml(path)
    defaults = entries.pop("defaults", {})
    return [
        {"id": name, "short_title": fields.get("title", name), **defaults, **fields} for name, fields in entries.items()
    ]


def _value_lines(path: Path) -> list[dict[str, Any]]:
    return [{"measure": name, **fields} for name, fields in _toml(path).items()]


def _table_entries(path: Path) -> list[dict[str, Any]]:
    entries = []
    for entry in _toml_entries(path):
        fields = entry.pop("fields", {})
        if not isinstance(fields, dict) or not all(isinstance(field, dict) for field in fields.values()):
            raise CatalogueError(f"{path.name}: [{entry['id']}] fields: each must be a table with type and description")
        entries.append({**entry, "fields": [{"name": name, **field} for name, field in fields.items()]})
    return entries


def _csv_rows(path: Path) -> list[dict[str, Any]]:
    rows = list(csv.DictReader(_read(path).splitlines()))
    for number, row in enumerate(rows, start=2):
        if None in row:
            raise CatalogueError(f"{path.name}: line {number}: more cells than columns")
    return rows


def _with_aliases(path: Path) -> list[dict[str, Any]]:
    return [
        {**row, "aliases": [alias for alias in (row.get("aliases") or "").split("|") if alias]}
        for row in _csv_rows(path)
    ]


def _entry(file: str, name: str, kind: type[Entry], fields: Mapping[str, Any]) -> Entry:
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise CatalogueError(
            "\n".join(
                f"{file}: [{name}] {'.'.join(str(part) for part in fault['loc']) or 'entry'}: {fault['msg']}"
                for fault in error.errors()
            )
        ) from error


def _by_id(file: str, kind: type[Entry], rows: Iterable[Mapping[str, Any]], key: str = "id") -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for row in rows:
        name = str(row.get(key, "?"))
        if name in entries:
            raise CatalogueError(f"{file}: [{name}] {key}: stands twice")
        entries[name] = _entry(file, name, kind, row)
    return entries


def kebab_case(title: str) -> str:
    """Return a title as an id: "Theft from the person" is "theft-from-the-person"."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _measure_faults(catalogue: Catalogue) -> list[str]:
    faults = [
        f"measures.toml: [{measure.id}] {what}"
        for measure in catalogue.measures.values()
        for what in (
            *_naming_faults(measure),
            *_table_faults(measure, catalogue),
            *_unknown_references(measure, catalogue),
        )
    ]
    return faults or [
        f"measures.toml: [{measure.id}] {field}: {what}"
        for measure in catalogue.measures.values()
        for field, count in _counts(measure)
        if (what := _counting_fault(count, catalogue))
    ]


def _counts(measure: Measure) -> Iterator[tuple[str, Count]]:
    yield "numerator", measure.numerator
    if measure.denominator != "population":
        yield "denominator", measure.denominator


def _naming_faults(measure: Measure) -> Iterator[str]:
    if measure.id != kebab_case(measure.title):
        yield f"id: must be the title in kebab case, {kebab_case(measure.title)!r}"
    if measure.last_period is not None and measure.last_period < measure.first_period:
        yield "last_period: lies before first_period"
    if len(measure.windows) > 1 and not set(measure.windows) <= set(WINDOWS):
        yield f"windows: {', '.join(measure.windows)} are never one series; give each a measure of its own"


def _table_faults(measure: Measure, catalogue: Catalogue) -> Iterator[str]:
    for field, count in _counts(measure):
        windows = COLUMNS[count.table].windows
        for window in measure.windows:
            if window not in windows:
                yield f"windows: {field}.table {count.table} has no {window!r}, only {', '.join(windows)}"
        for part in count.parts:
            if part in catalogue.measures and catalogue.measures[part].numerator.table != count.table:
                yield f"{field}.parts: {part!r} is counted in another table than {count.table}"


def _unknown_references(measure: Measure, catalogue: Catalogue) -> Iterator[str]:
    references: list[tuple[str, tuple[str, ...], Collection[str], str]] = [
        ("theme", (measure.theme,), catalogue.themes, "themes.toml"),
        ("sources", measure.sources, catalogue.sources, "sources.toml"),
    ]
    for field, count in _counts(measure):
        references.append((f"{field}.parts", count.parts, catalogue.measures, "measures.toml"))
        # The names of older offences are listed nowhere: the build holds them against the publisher's file.
        if count.table == "offences":
            known: Collection[str] = {entry.code for entry in catalogue.offences}
            references.append((f"{field}.codes", count.codes, known, "offences.csv"))
        elif count.table != "offences_rolling_year":
            known = catalogue.values(count.table, COLUMNS[count.table].code)
            references.append((f"{field}.codes", count.codes, known, f"tables.toml [{count.table}]"))
    for field, names, known, file in references:
        for name in names:
            if name not in known:
                yield f"{field}: {name!r} is not in {file}"


def _counting_fault(count: Count, catalogue: Catalogue) -> str | None:
    try:
        codes = catalogue.codes_of(count)
    except RecursionError:
        return "the measure is a part of itself"
    twice = sorted({code for code in codes if codes.count(code) > 1})
    return f"counts {', '.join(twice)} more than once" if twice else None


def _source_faults(catalogue: Catalogue) -> list[str]:
    return [
        f"sources.toml: [{source.id}] wider_bodies: {force!r} is not in forces.csv"
        for source in catalogue.sources.values()
        for force in source.wider_bodies.values()
        if force not in catalogue.forces
    ]


def _caveat_faults(catalogue: Catalogue) -> list[str]:
    known: dict[str, Mapping[str, Any]] = {
        "measures": catalogue.measures,
        "sources": catalogue.sources,
        "areas": catalogue.forces,
    }
    return [
        f"caveats.toml: [{caveat.id}] {field}: {name!r} is not known"
        for caveat in catalogue.caveats.values()
        for field, entries in known.items()
        for name in getattr(caveat, field)
        if name not in entries
    ]


def _value_line_faults(catalogue: Catalogue) -> list[str]:
    faults = []
    before: set[str] = set()
    for line in catalogue.value_lines.values():
        if line.measure not in catalogue.measures:
            faults.append(f"value_for_money.toml: [{line.measure}] measure: is not in measures.toml")
        if line.under is not None and line.under not in before:
            faults.append(f"value_for_money.toml: [{line.measure}] under: {line.under!r} is no line before it")
        before.add(line.measure)
    return faults


def _question_faults(catalogue: Catalogue) -> list[str]:
    return [
        f"questions.toml: [{about}]: is neither in themes.toml nor in measures.toml"
        for about in catalogue.questions
        if about not in catalogue.themes and about not in catalogue.measures
    ]


def _offence_faults(catalogue: Catalogue) -> list[str]:
    keys = [(offence.code, offence.subgroup) for offence in catalogue.offences]
    counted = {
        code
        for measure in catalogue.measures.values()
        if measure.numerator.table == "offences"
        for code in measure.numerator.codes
    }
    return [
        *(
            f"offences.csv: [{code}] stands twice in {subgroup}"
            for code, subgroup in sorted(set(keys))
            if keys.count((code, subgroup)) > 1
        ),
        *(f"offences.csv: [{code}] is counted by no measure" for code in sorted({code for code, _ in keys} - counted)),
    ]


def _hex_faults(catalogue: Catalogue) -> list[str]:
    known, placed = set(catalogue.forces), set(catalogue.hexes)
    cells: dict[tuple[int, int], str] = {}
    faults = [f"hexes.csv: [{force}] force: is not in forces.csv" for force in sorted(placed - known)]
    faults += [f"hexes.csv: [{force}] force: has no line" for force in sorted(known - placed)]
    for cell in catalogue.hexes.values():
        other = cells.setdefault((cell.column, cell.row), cell.force)
        if other != cell.force:
            faults.append(f"hexes.csv: [{cell.force}] column, row: {other} stands there too")
    return faults


def _force_faults(catalogue: Catalogue) -> list[str]:
    owner: dict[str, str] = {}
    faults = []
    for force in catalogue.forces.values():
        for name in {force.code, force.name, *force.aliases}:
            if name in owner:
                faults.append(f"forces.csv: [{force.id}] aliases: {name!r} also names {owner[name]}")
            owner[name] = force.id
    return faults
