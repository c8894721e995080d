"""What the figures are made of, as HTML: measures, sources, known problems on a time line, tables to download."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from comparator import periods
from comparator.analysis import data_findings, words
from comparator.catalogue import Caveat, Measure, Theme
from comparator.snapshot import Snapshot

_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
_KEPT = 64
_KINDS = {"fault": "fault", "gap": "no figures", "break": "change of counting", "reading": "how to read it"}
_AREAS_NAMED = 4


@lru_cache(maxsize=_KEPT)
def measure_list(snapshot: Snapshot, theme: Theme, *, dark: bool) -> str:
    """Return the measures of a theme as a table."""
    rows = [
        {
            "id": measure.id,
            "title": measure.title,
            "definition": measure.definition,
            "numerator": data_findings.numerator_of(measure, snapshot.measures),
            "denominator": data_findings.denominator_of(measure, snapshot.measures),
            "unit": measure.unit,
            "polarity": data_findings.POLARITIES[measure.polarity],
            "span": data_findings.span_of(measure, snapshot),
            "sources": [snapshot.sources[name].title for name in measure.sources],
            "caveats": _caveats_of(snapshot, measure),
        }
        for measure in data_findings.measures_of(theme, snapshot)
    ]
    return _TEMPLATES.get_template("data_measures.html").render(theme=theme.title, rows=rows, dark=dark)


def _caveats_of(snapshot: Snapshot, measure: Measure) -> list[str]:
    return [
        caveat.title
        for caveat in snapshot.caveats.values()
        if measure.id in caveat.measures or set(measure.sources) & set(caveat.sources)
    ]


@lru_cache(maxsize=_KEPT)
def source_list(snapshot: Snapshot, *, dark: bool) -> str:
    """Return every source with publisher, release, licence, address and the SHA-256 of each of its files."""
    rows = [
        {
            "title": source.title,
            "publisher": source.publisher,
            "release": source.release,
            "licence": data_findings.licence_name(source.licence),
            "address": source.address,
            "attribution": source.attribution,
            "files": [(path.rsplit("/", 1)[-1], digest) for path, digest in source.files.items()],
        }
        for source in snapshot.sources.values()
    ]
    return _TEMPLATES.get_template("data_sources.html").render(rows=rows, dark=dark)


@lru_cache(maxsize=_KEPT)
def problem_list(snapshot: Snapshot, *, dark: bool) -> str:
    """Return the known problems of the data on a time line, those of no certain time last."""
    caveats = sorted(snapshot.caveats.values(), key=lambda one: (one.first_month is None, one.first_month or ""))
    first = periods.ordinal(min(one.first_month for one in caveats if one.first_month is not None))
    last = periods.ordinal(snapshot.latest_period)
    rows = [_problem(caveat, snapshot, first, last) for caveat in caveats]
    years = [
        {"year": year, "left": _share(year * 12 - first, first, last)}
        for year in range(first // 12 + 1, last // 12 + 1)
        if year % 5 == 0
    ]
    return _TEMPLATES.get_template("data_problems.html").render(rows=rows, years=years, dark=dark)


def _problem(caveat: Caveat, snapshot: Snapshot, first: int, last: int) -> dict[str, Any]:
    names = [snapshot.forces[area].name if area in snapshot.forces else area for area in caveat.areas]
    more = [f"{words.number(len(names) - _AREAS_NAMED)} more"] if len(names) > _AREAS_NAMED else []
    row: dict[str, Any] = {
        "title": caveat.title,
        "text": caveat.text,
        "kind": _KINDS[caveat.kind],
        "months": data_findings.months_of(caveat.first_month, caveat.last_month),
        "areas": words.listed([*names[:_AREAS_NAMED], *more]) or "all forces",
        "cites": caveat.cites,
        "bar": None,
    }
    if caveat.first_month is not None:
        begins = periods.ordinal(caveat.first_month)
        ends = periods.ordinal(caveat.last_month or caveat.first_month) + 1
        left = _share(begins - first, first, last)
        row["bar"] = {"left": left, "width": max(0.8, min(100.0 - left, _share(ends - begins, first, last)))}
    return row


def _share(months: int, first: int, last: int) -> float:
    return round(min(100.0, months / (last - first + 1) * 100), 2)


@lru_cache(maxsize=_KEPT)
def table_list(snapshot: Snapshot, addresses: Sequence[tuple[str, str, str]], *, dark: bool) -> str:
    """Return the tables of a snapshot with their descriptions and the addresses of their Parquet and CSV files."""
    described = {resource["name"]: resource for resource in snapshot.descriptor["resources"] if "schema" in resource}
    rows = [
        {
            "name": name,
            "description": described[name]["description"],
            "rows": words.count(described[name]["rows"]),
            "parquet": parquet,
            "csv": csv,
        }
        for name, parquet, csv in addresses
    ]
    return _TEMPLATES.get_template("data_files.html").render(rows=rows, dark=dark)
