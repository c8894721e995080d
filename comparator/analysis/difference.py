"""What a release changed: one snapshot held against another."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from comparator.analysis import words
from comparator.snapshot import Block, Snapshot

Key = TypeVar("Key", bound=Hashable)
SMALL = 100
_SHOWN = 20


@dataclass(frozen=True)
class SourceChange:
    """A source of another release or with other files; a release is None where the snapshot lacks the source."""

    source: str
    release_before: str | None
    release_after: str | None
    files_before: tuple[str, ...]
    files_after: tuple[str, ...]


@dataclass(frozen=True)
class TableChange:
    """A table whose content changed: its rows (None where there is no such table), and the fields that are others.

    `added`, `removed` and `changed` count rows by the table's key, numbers compared but for rounding; they are None for
    a table without a key or that only one of the snapshots has.
    """

    table: str
    rows_before: int | None
    rows_after: int | None
    added: int | None
    removed: int | None
    changed: int | None
    fields_added: tuple[str, ...]
    fields_removed: tuple[str, ...]
    fields_changed: tuple[str, ...]


@dataclass(frozen=True)
class EntryChanges:
    """Which entries of the catalogue, by id, came, went, or say something else."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True)
class PeriodChange:
    """The period ends of a measure and window that came or went."""

    measure: str
    window: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class Revision:
    """A figure that both snapshots hold and that is no longer the same; None stands for no figure."""

    measure: str
    window: str
    period_end: str
    area: str
    value_before: float | None
    value_after: float | None
    numerator_before: float | None
    numerator_after: float | None
    change_percent: float | None


@dataclass(frozen=True)
class Revised:
    """How many figures of a measure or an area were revised, and the largest of them."""

    name: str
    figures: int
    largest: Revision


@dataclass(frozen=True)
class Revisions:
    """The figures of measure, window, period end and area that both snapshots have a place for.

    Largest is what changed most in proportion; figures that count fewer than 100 before and after give way to others.
    """

    compared: int
    revised: int
    by_measure: tuple[Revised, ...]
    by_area: tuple[Revised, ...]


@dataclass(frozen=True)
class VerdictChange:
    """A verdict on a force's newest figure that is another one, and the period ends it is of; None for none."""

    among: str
    force: str
    measure: str
    period_before: str | None
    period_after: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True)
class CaseChange:
    """A case of the newest quarter whose status or severity is another one; a status of None is no case."""

    force: str
    measure: str
    status_before: str | None
    status_after: str | None
    severity_before: int
    severity_after: int


@dataclass(frozen=True)
class Difference:
    """Everything in which a snapshot differs from the one before it."""

    before: str
    after: str
    sources: tuple[SourceChange, ...]
    tables: tuple[TableChange, ...]
    measures: EntryChanges
    forces: EntryChanges
    caveats: EntryChanges
    periods: tuple[PeriodChange, ...]
    revisions: Revisions
    verdicts: tuple[VerdictChange, ...]
    cases: tuple[CaseChange, ...]


def difference(before: Snapshot, after: Snapshot) -> Difference:
    """Return what changed from one snapshot to another."""
    return Difference(
        before=before.name,
        after=after.name,
        sources=tuple(_sources(before, after)),
        tables=tuple(_tables(before, after)),
        measures=_entries(before.measures, after.measures),
        forces=_entries(before.forces, after.forces),
        caveats=_entries(before.caveats, after.caveats),
        periods=tuple(_periods(before, after)),
        revisions=_revisions(before, after),
        verdicts=tuple(_verdicts(before, after)),
        cases=tuple(_cases(before, after)),
    )


def as_record(found: Difference) -> dict[str, Any]:
    """Return the difference as nested mappings and lists, ready for JSON."""
    return asdict(found)


def as_lines(found: Difference) -> list[str]:
    """Return the difference as lines of text, long lists cut short; the record has all of them."""
    if found.before == found.after:
        return [f"{found.before}: the same snapshot"]
    parts = {
        "Sources": [_source_line(change) for change in found.sources],
        "Tables": [_table_line(change) for change in found.tables],
        "Measures": _entry_lines(found.measures),
        "Forces": _entry_lines(found.forces),
        "Caveats": _entry_lines(found.caveats),
        "Period ends": _period_lines(found.periods),
        "Figures revised": _revision_lines(found.revisions),
        "Verdicts on the newest figures": _cut(
            f"{change.force}, {change.measure}, {change.among}: {_verdict(change.before, change.period_before)}"
            f" -> {_verdict(change.after, change.period_after)}"
            for change in found.verdicts
        ),
        "Cases of the newest quarter": _cut(
            f"{change.force}, {change.measure}: {_case(change.status_before, change.severity_before)}"
            f" -> {_case(change.status_after, change.severity_after)}"
            for change in found.cases
        ),
    }
    lines = [f"{found.before} -> {found.after}"]
    for title, told in parts.items():
        lines += ["", title, *(f"  {line}" for line in told or ["no change"])]
    return lines


def _sources(before: Snapshot, after: Snapshot) -> Iterator[SourceChange]:
    for name in _either(before.sources, after.sources):
        old, new = before.sources.get(name), after.sources.get(name)
        sides = [
            (source.release if source else None, set(source.files.values()) if source else set())
            for source in (old, new)
        ]
        if sides[0] != sides[1]:
            yield SourceChange(
                source=name,
                release_before=old.release if old else None,
                release_after=new.release if new else None,
                files_before=tuple(old.files) if old else (),
                files_after=tuple(new.files) if new else (),
            )


def _tables(before: Snapshot, after: Snapshot) -> Iterator[TableChange]:
    old, new = (
        {part["name"]: part for part in snapshot.descriptor["resources"] if "schema" in part}
        for snapshot in (before, after)
    )
    for name in _either(old, new):
        one, other = old.get(name), new.get(name)
        if one and other and (one["hash"], one["schema"]) == (other["hash"], other["schema"]):
            continue
        fields = [{field["name"]: field for field in part["schema"]["fields"]} if part else {} for part in (one, other)]
        changed = _entries(*fields)
        keys = [part["schema"].get("primaryKey") if part else None for part in (one, other)]
        rows = _rows_changed(before, after, name, keys[1]) if keys[1] and keys[0] == keys[1] else (None, None, None)
        yield TableChange(
            table=name,
            rows_before=one and one["rows"],
            rows_after=other and other["rows"],
            added=rows[0],
            removed=rows[1],
            changed=rows[2],
            fields_added=changed.added,
            fields_removed=changed.removed,
            fields_changed=changed.changed,
        )


def _rows_changed(before: Snapshot, after: Snapshot, table: str, key: list[str]) -> tuple[int, int, int]:
    """Return how many rows came, went and say something else in the fields that both tables have."""
    old, new = (snapshot.table(table).set_index(key) for snapshot in (before, after))
    shared = new.index.intersection(old.index)
    one, other = old.loc[shared], new.loc[shared]
    differs = np.zeros(len(shared), dtype=bool)
    for name in one.columns.intersection(other.columns):
        differs |= ~_same(one[name], other[name])
    return len(new) - len(shared), len(old) - len(shared), int(differs.sum())


def _same(before: pd.Series[Any], after: pd.Series[Any]) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (
        np.isclose(before.to_numpy(), after.to_numpy(), rtol=1e-9, atol=1e-12, equal_nan=True)
        if before.dtype.kind == after.dtype.kind == "f"
        else before.map(str).to_numpy() == after.map(str).to_numpy()
    )
    return same


def _entries(before: Mapping[str, Any], after: Mapping[str, Any]) -> EntryChanges:
    return EntryChanges(
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in before if name not in after),
        changed=tuple(name for name in after if name in before and before[name] != after[name]),
    )


def _periods(before: Snapshot, after: Snapshot) -> Iterator[PeriodChange]:
    for measure, window in _either(before.blocks, after.blocks):
        old, new = (
            snapshot.blocks[measure, window].periods if (measure, window) in snapshot.blocks else ()
            for snapshot in (before, after)
        )
        if old != new:
            yield PeriodChange(
                measure=measure,
                window=window,
                added=tuple(end for end in new if end not in old),
                removed=tuple(end for end in old if end not in new),
            )


def _revisions(before: Snapshot, after: Snapshot) -> Revisions:
    compared = 0
    found: list[Revision] = []
    for (measure, window), old in before.blocks.items():
        if (new := after.blocks.get((measure, window))) is not None:
            compared += len(_shared(old.periods, new.periods)) * len(_shared(old.areas, new.areas))
            found += _revisions_of(measure, window, old, new)
    return Revisions(
        compared=compared,
        revised=len(found),
        by_measure=_largest(found, "measure"),
        by_area=_largest(found, "area"),
    )


def _revisions_of(measure: str, window: str, old: Block, new: Block) -> Iterator[Revision]:
    ends, areas = _shared(old.periods, new.periods), _shared(old.areas, new.areas)
    if not ends or not areas:
        return
    one, other = (
        np.stack([figures[np.ix_(rows, columns)] for figures in (block.value, block.numerator, block.denominator)])
        for block in (old, new)
        for rows, columns in [([block.row[end] for end in ends], [block.column[area] for area in areas])]
    )
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    for row, column in np.argwhere(~same.all(axis=0)):
        (was, counted, _), (now, counts, _) = one[:, row, column], other[:, row, column]
        yield Revision(
            measure=measure,
            window=window,
            period_end=ends[row],
            area=areas[column],
            value_before=_number(was),
            value_after=_number(now),
            numerator_before=_number(counted),
            numerator_after=_number(counts),
            change_percent=_number((now / was - 1) * 100) if was else None,
        )


def _largest(found: Iterable[Revision], by: str) -> tuple[Revised, ...]:
    groups: dict[str, list[Revision]] = {}
    for revision in found:
        groups.setdefault(getattr(revision, by), []).append(revision)
    revised = [Revised(name, len(group), max(group, key=_size)) for name, group in groups.items()]
    return tuple(sorted(revised, key=lambda one: _size(one.largest), reverse=True))


def _size(revision: Revision) -> tuple[bool, float]:
    """Order revisions: of small numbers last; what came, went or rose from nought counts as a change of 100%."""
    counted = max(abs(revision.numerator_before or 0), abs(revision.numerator_after or 0))
    return counted >= SMALL, 100.0 if revision.change_percent is None else abs(revision.change_percent)


def _verdicts(before: Snapshot, after: Snapshot) -> Iterator[VerdictChange]:
    old, new = _newest_verdicts(before), _newest_verdicts(after)
    for key in _either(old, new):
        period_before, said = old.get(key, (None, None))
        period_after, says = new.get(key, (None, None))
        if said != says:
            yield VerdictChange(*key, period_before, period_after, said, says)


def _newest_verdicts(snapshot: Snapshot) -> dict[tuple[str, str, str], tuple[str, str | None]]:
    """Return by kind of verdict, force and measure the newest period end of the usual window, and the verdict."""
    usual = pd.DataFrame(
        [(name, measure.windows[0]) for name, measure in snapshot.measures.items()], columns=["measure", "window"]
    )
    rows = snapshot.table("comparisons").merge(usual, on=["measure", "window"])
    rows = rows[rows["period_end"] == rows.groupby("measure")["period_end"].transform("max")]
    found = {
        (among, row["force"], row["measure"]): (row["period_end"], _word(row[column]))
        for row in rows.to_dict("records")
        for among, column in (("among all forces", "verdict_all"), ("among similar forces", "verdict_similar"))
    }
    for measure, trends in snapshot.trend_verdicts.items():
        for force, verdict in zip(trends.forces, trends.verdict[-1], strict=True):
            found["over time", force, measure] = (trends.periods[-1], _word(verdict))
    return found


def _cases(before: Snapshot, after: Snapshot) -> Iterator[CaseChange]:
    old, new = _newest_cases(before), _newest_cases(after)
    for force, measure in _either(old, new):
        status_before, severity_before = old.get((force, measure), (None, 0))
        status_after, severity_after = new.get((force, measure), (None, 0))
        if (status_before, severity_before) != (status_after, severity_after):
            yield CaseChange(force, measure, status_before, status_after, severity_before, severity_after)


def _newest_cases(snapshot: Snapshot) -> dict[tuple[str, str], tuple[str | None, int]]:
    return {
        (force, measure): (_word(status), int(severity))
        for measure, history in snapshot.case_histories.items()
        for force, status, severity in zip(history.forces, history.status[-1], history.severity[-1], strict=True)
    }


def _either(before: Iterable[Key], after: Iterable[Key]) -> list[Key]:
    return list(dict.fromkeys([*before, *after]))


def _shared(before: tuple[str, ...], after: tuple[str, ...]) -> list[str]:
    return [name for name in after if name in before]


def _word(cell: object) -> str | None:
    return cell if isinstance(cell, str) else None


def _number(figure: np.float64) -> float | None:
    return float(figure) if np.isfinite(figure) else None


def _source_line(change: SourceChange) -> str:
    if change.release_before is None:
        return f"{change.source}: new, {change.release_after}"
    if change.release_after is None:
        return f"{change.source}: gone, was {change.release_before}"
    if change.release_before == change.release_after:
        return f"{change.source}: other files of the same release, {change.release_after}"
    return f"{change.source}: {change.release_before} -> {change.release_after}"


def _table_line(change: TableChange) -> str:
    if change.rows_before is None:
        return f"{change.table}: new, {change.rows_after:,} rows"
    if change.rows_after is None:
        return f"{change.table}: gone, had {change.rows_before:,} rows"
    same = change.rows_before == change.rows_after
    told = [
        f"{change.rows_after:,} rows as before" if same else f"{change.rows_before:,} -> {change.rows_after:,} rows"
    ]
    if change.added is not None:
        none = not (change.added or change.removed or change.changed)
        counts = f"{change.added:,} added, {change.removed:,} removed, {change.changed:,} changed"
        told.append("the same but for rounding" if none else counts)
    told += [
        f"fields {verb}: {', '.join(names)}"
        for verb, names in (
            ("added", change.fields_added),
            ("removed", change.fields_removed),
            ("described anew", change.fields_changed),
        )
        if names
    ]
    return f"{change.table}: {'; '.join(told)}"


def _entry_lines(changes: EntryChanges) -> list[str]:
    return [
        f"{verb}: {', '.join(names)}"
        for verb, names in (("added", changes.added), ("removed", changes.removed), ("changed", changes.changed))
        if names
    ]


def _period_lines(changes: Iterable[PeriodChange]) -> list[str]:
    measures: dict[tuple[str, str, str], int] = {}
    for change in changes:
        for verb, ends in (("added", change.added), ("removed", change.removed)):
            for end in ends:
                measures[verb, end, change.window] = measures.get((verb, end, change.window), 0) + 1
    return [
        f"{verb}: {end}, {window}, of {words.counted(number, 'measure', 'measures')}"
        for (verb, end, window), number in sorted(measures.items())
    ]


def _revision_lines(revisions: Revisions) -> list[str]:
    if not revisions.revised:
        return []
    return [
        f"{revisions.revised:,} of {revisions.compared:,} that both hold",
        *(
            line
            for title, groups in (("by measure", revisions.by_measure), ("by area", revisions.by_area))
            for line in (
                f"{title}, the largest first:",
                *_cut(f"  {one.name}: {one.figures:,}, the largest {_revision(one.largest)}" for one in groups),
            )
        ),
    ]


def _revision(revision: Revision) -> str:
    change = "" if revision.change_percent is None else f" ({words.signed(revision.change_percent)})"
    return (
        f"{revision.measure} of {revision.area}, {revision.window} to {revision.period_end}: "
        f"{_shown(revision.value_before)} -> {_shown(revision.value_after)}{change}"
    )


def _verdict(verdict: str | None, period_end: str | None) -> str:
    return f"{verdict or 'none'} ({period_end or 'no period'})"


def _case(status: str | None, severity: int) -> str:
    return f"{status}, severity {severity}" if status else "no case"


def _shown(figure: float | None) -> str:
    return "none" if figure is None else f"{figure:,.4g}" if abs(figure) < SMALL else f"{figure:,.0f}"


def _cut(lines: Iterable[str]) -> list[str]:
    told = list(lines)
    more = [f"and {len(told) - _SHOWN:,} more; --format json has all"] if len(told) > _SHOWN else []
    return told[:_SHOWN] + more
