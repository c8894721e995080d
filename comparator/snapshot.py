"""Opens a snapshot, verifies it once, and hands out its tables; the only reader of data/.

A snapshot is an immutable folder `<yyyy-mm-dd>-<first 8 of content hash>` with Parquet tables and a
`datapackage.json`. The file `current` beside the folders names the one that is live.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import logging
import os
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from comparator.catalogue import Caveat, Count, Force, Intervention, Measure, Questions, Theme, ValueLine
from comparator.periods import Window

if TYPE_CHECKING:
    import pandas as pd

FORMAT = 4
DESCRIPTOR = "datapackage.json"
# The environment's word for the folder of snapshots.
DATA = "COMPARATOR_DATA"
CURRENT = "current"
TOPOJSON = "boundaries.topojson"
FEEDS = "feeds"
FEED_TYPES = {"atom": "application/atom+xml", "json": "application/feed+json"}
RETRY_SECONDS = 60.0

_NAME = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")
_log = logging.getLogger(__name__)


class SnapshotError(RuntimeError):
    """A snapshot that is missing or damaged; the message names the file and the remedy."""


def data_folder() -> Path:
    """Return the folder of snapshots: COMPARATOR_DATA if that is set, else data/ beside the package."""
    return Path(os.environ.get(DATA) or Path(__file__).parent.parent / "data")


def snapshot_name(descriptor: Mapping[str, Any], date: str) -> str:
    """Return the name that a snapshot with this descriptor must bear: its date and the hash of all it says."""
    said = {key: value for key, value in descriptor.items() if key != "name"}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return f"{date}-{digest[:8]}"


@dataclass(frozen=True)
class SourceRelease:
    """A publisher's edition from which a snapshot was built, with the SHA-256 of each of its files."""

    id: str
    title: str
    publisher: str
    release: str
    licence: str
    address: str
    attribution: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class Block:
    """The observations of one measure in one window: arrays of (periods, areas), NaN where there is no figure."""

    periods: tuple[str, ...]
    areas: tuple[str, ...]
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    denominator_year: NDArray[np.float64]
    value: NDArray[np.float64]

    @cached_property
    def row(self) -> Mapping[str, int]:
        """The row of each period end."""
        return {period: index for index, period in enumerate(self.periods)}

    @cached_property
    def column(self) -> Mapping[str, int]:
        """The column of each area."""
        return {area: index for index, area in enumerate(self.areas)}


@dataclass(frozen=True)
class TrendVerdicts:
    """What the control charts of one measure said at each quarter: arrays of (periods, forces)."""

    periods: tuple[str, ...]
    forces: tuple[str, ...]
    verdict: NDArray[np.object_]

    @cached_property
    def row(self) -> Mapping[str, int]:
        """The row of each period end."""
        return {period: index for index, period in enumerate(self.periods)}

    @cached_property
    def column(self) -> Mapping[str, int]:
        """The column of each force."""
        return {force: index for index, force in enumerate(self.forces)}


@dataclass(frozen=True)
class CaseHistory:
    """What monitoring said of one measure at each quarter: arrays of (periods, forces) out of `cases`.

    `worse` and `better` hold the three signals of each direction (all forces, peers, change) on a third axis.
    """

    periods: tuple[str, ...]
    forces: tuple[str, ...]
    z: NDArray[np.float64]
    worse: NDArray[np.bool_]
    better: NDArray[np.bool_]
    severity: NDArray[np.int64]
    quarters: NDArray[np.int64]
    status: NDArray[np.object_]
    survives: NDArray[np.bool_]

    @cached_property
    def row(self) -> Mapping[str, int]:
        """The row of each period end."""
        return {period: index for index, period in enumerate(self.periods)}

    @cached_property
    def column(self) -> Mapping[str, int]:
        """The column of each force."""
        return {force: index for index, force in enumerate(self.forces)}


@dataclass(frozen=True)
class Inspection:
    """What is known of HMICFRS's view of a force, as its sources state it; partial, never the full record."""

    force: str
    kind: str
    subject: str
    began: str
    ended: str
    grade: str
    addresses: tuple[str, ...]
    note: str


@dataclass(frozen=True, eq=False)
class Snapshot:
    """An opened, verified snapshot. Never changed after opening, so it may be shared by any number of threads."""

    name: str
    folder: Path
    descriptor: Mapping[str, Any] = field(repr=False)
    forces: Mapping[str, Force] = field(repr=False)
    themes: Mapping[str, Theme] = field(repr=False)
    measures: Mapping[str, Measure] = field(repr=False)
    value_lines: Mapping[str, ValueLine] = field(repr=False)
    caveats: Mapping[str, Caveat] = field(repr=False)
    sources: Mapping[str, SourceRelease] = field(repr=False)
    blocks: Mapping[tuple[str, Window], Block] = field(repr=False)
    peers: Mapping[tuple[str, str], Mapping[str, float | None]] = field(repr=False)
    trend_verdicts: Mapping[str, TrendVerdicts] = field(repr=False)
    case_histories: Mapping[str, CaseHistory] = field(repr=False)
    questions: Mapping[str, Questions] = field(repr=False)
    inspections: tuple[Inspection, ...] = field(repr=False)
    outcomes_by_group: Mapping[tuple[str, str], Mapping[str, Mapping[str, int]]] = field(repr=False)
    """Crimes recorded in a year, by year end and force, then by offence group and by outcome."""
    evidence: Mapping[str, Intervention] = field(repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """Return a whole table as a data frame, read anew; KeyError if the snapshot has no such table."""
        if name not in {resource["name"] for resource in self.descriptor["resources"] if "schema" in resource}:
            raise KeyError(f"snapshot {self.name} has no table {name!r}")
        return pq.ParquetFile(self.folder / f"{name}.parquet").read().to_pandas()

    @cached_property
    def topojson(self) -> bytes:
        """The map for the browser: force areas and hexagons; SnapshotError if the snapshot was built without it."""
        try:
            return (self.folder / TOPOJSON).read_bytes()
        except OSError as error:
            raise SnapshotError(
                f"{self.folder / TOPOJSON}: cannot be read ({error.strerror}); build it anew"
            ) from error

    def feed(self, name: str) -> bytes:
        """Return the file of a feed, such as "kent.atom"; KeyError if the snapshot has no such feed."""
        path = f"{FEEDS}/{name}"
        if path not in {resource["path"] for resource in self.descriptor["resources"]}:
            raise KeyError(f"snapshot {self.name} has no feed {name!r}")
        return (self.folder / path).read_bytes()

    @cached_property
    def crime_measures(self) -> Mapping[str, Measure]:
        """The measures of recorded crime: counts per head, among peers, among all forces and over time."""
        return {name: measure for name, measure in self.measures.items() if measure.kind == "count-rate"}

    @property
    def latest_period(self) -> str:
        """The newest quarter of recorded crime."""
        return max(block.periods[-1] for (_, window), block in self.blocks.items() if window == "quarter")


def faults(folder: Path) -> list[str]:
    """Return what is wrong with a snapshot folder, each as one line; an empty list when it is sound."""
    try:
        descriptor = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
        resources = descriptor["resources"]
        found_format = descriptor["snapshot_format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"{folder / DESCRIPTOR}: cannot be read ({error!r}); restore the folder or build it anew"]
    if found_format != FORMAT:
        return [f"{folder / DESCRIPTOR}: snapshot format {found_format}, this program reads {FORMAT}; build it anew"]
    if descriptor.get("name") != folder.name or snapshot_name(descriptor, folder.name[:10]) != folder.name:
        return [f"{folder / DESCRIPTOR}: was changed after it was written, or the folder renamed; restore it"]
    found = []
    for resource in resources:
        path = folder / resource["path"]
        try:
            content = path.read_bytes()
        except OSError as error:
            found.append(f"{path}: cannot be read ({error.strerror}); restore the folder or build it anew")
            continue
        if len(content) != resource["bytes"]:
            found.append(f"{path}: is {len(content)} bytes, should be {resource['bytes']}; restore or build it anew")
        elif f"sha256:{hashlib.sha256(content).hexdigest()}" != resource["hash"]:
            found.append(f"{path}: SHA-256 differs from {DESCRIPTOR}; restore the folder or build it anew")
    return found


def named_by_current(data: Path) -> Path:
    """Return the folder that `current` names; raise SnapshotError if there is none such."""
    pointer = data / CURRENT
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotError(
            f"{pointer}: cannot be read; run `python -m comparator build`, or write a snapshot's name into it"
        ) from error
    if not _NAME.fullmatch(name):
        raise SnapshotError(
            f"{pointer}: {name[:60]!r} is not the name of a snapshot; write one such as {_example(data)}"
        )
    if not (data / name).is_dir():
        raise SnapshotError(f"{pointer}: names {name}, which is not in {data}; write one such as {_example(data)}")
    return data / name


def _example(data: Path) -> str:
    names = sorted(path.name for path in data.glob("*") if _NAME.fullmatch(path.name))
    return names[-1] if names else "2026-04-23-0123abcd"


def read(folder: Path) -> Snapshot:
    """Return the snapshot in a folder after verifying it; raise SnapshotError if anything is wrong with it."""
    wrong = faults(folder)
    if wrong:
        raise SnapshotError("\n".join(wrong))
    descriptor = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    try:
        return Snapshot(
            name=folder.name,
            folder=folder,
            descriptor=descriptor,
            forces=_forces(folder),
            themes={row["id"]: Theme(**row) for row in _rows(folder, "themes")},
            measures={row["id"]: _measure(row) for row in _rows(folder, "measures")},
            value_lines={row["measure"]: ValueLine(**row) for row in _rows(folder, "value_lines")},
            caveats={row["id"]: Caveat(**row) for row in _rows(folder, "caveats")},
            sources={source["id"]: _source(source) for source in descriptor["sources"]},
            blocks=_blocks(folder),
            peers=_peers(folder),
            trend_verdicts=_trend_verdicts(folder),
            case_histories=case_histories(pq.ParquetFile(folder / "cases.parquet").read()),
            questions={row["about"]: Questions(**row) for row in _rows(folder, "questions")},
            inspections=tuple(
                Inspection(**{**row, "addresses": tuple(row["addresses"])}) for row in _rows(folder, "inspections")
            ),
            outcomes_by_group=_outcomes_by_group(folder),
            evidence={row["slug"]: Intervention(**row) for row in _rows(folder, "evidence")},
        )
    except (KeyError, ValueError, TypeError, OSError, pa.ArrowException) as error:
        raise SnapshotError(f"{folder}: not written by this version of the program ({error}); build it anew") from error


def _rows(folder: Path, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.ParquetFile(folder / f"{table}.parquet").read().to_pylist()
    return rows


def _forces(folder: Path) -> dict[str, Force]:
    return {
        row["id"]: Force(**{name: value for name, value in row.items() if name != "kind"})
        for row in _rows(folder, "areas")
        if row["kind"] == "force"
    }


def _measure(row: dict[str, Any]) -> Measure:
    parts = tuple(row.pop("parts"))
    codes = tuple(row.pop("codes"))
    numerator = Count(table=row.pop("table"), codes=() if parts else codes, parts=parts)
    divided_by, divisors = row.pop("denominator"), tuple(row.pop("denominator_codes"))
    denominator = divided_by if divided_by == "population" else Count(table=divided_by, codes=divisors)
    return Measure(numerator=numerator, denominator=denominator, **row)


def _source(source: dict[str, Any]) -> SourceRelease:
    return SourceRelease(
        id=source["id"],
        title=source["title"],
        publisher=source["publisher"],
        release=source["release"],
        licence=source["licence"],
        address=source["path"],
        attribution=source["attribution"],
        files={file["path"]: file["sha256"] for file in source["files"]},
    )


def _blocks(folder: Path) -> dict[tuple[str, Window], Block]:
    """Cut the observations, sorted by measure, window, period end and area, into one block a measure and window."""
    names = ["measure", "window", "period_end", "area"]
    table = pq.ParquetFile(folder / "observations.parquet", read_dictionary=names).read().combine_chunks()
    figures = {
        name: table[name].cast(pa.float64()).to_numpy()
        for name in ("numerator", "denominator", "denominator_year", "value")
    }
    keys = [cast("pa.DictionaryArray[Any, Any]", table[name].chunk(0)) for name in names]
    measures, windows, period_ends, areas = (key.indices.to_numpy() for key in keys)
    words = [key.dictionary.to_pylist() for key in keys]
    changes = (measures[1:] != measures[:-1]) | (windows[1:] != windows[:-1])
    bounds = [0, *(np.flatnonzero(changes) + 1).tolist(), len(table)]
    blocks: dict[tuple[str, Window], Block] = {}
    for start, end in itertools.pairwise(bounds):
        number = int(np.count_nonzero(period_ends[start:end] == period_ends[start]))
        shape = ((end - start) // number, number)
        blocks[words[0][measures[start]], words[1][windows[start]]] = Block(
            periods=tuple(words[2][index] for index in period_ends[start:end:number]),
            areas=tuple(words[3][index] for index in areas[start : start + number]),
            **{name: column[start:end].reshape(shape) for name, column in figures.items()},
        )
    return blocks


def _trend_verdicts(folder: Path) -> dict[str, TrendVerdicts]:
    """Cut the trends, sorted by measure, period end and force, into one block a measure."""
    names = ["measure", "period_end", "force", "verdict"]
    table = pq.ParquetFile(folder / "trends.parquet", read_dictionary=names).read(columns=names).combine_chunks()
    keys = [cast("pa.DictionaryArray[Any, Any]", table[name].chunk(0)) for name in names]
    measures, period_ends, forces, verdicts = (key.indices.to_numpy() for key in keys)
    words = [np.array(key.dictionary.to_pylist(), dtype=object) for key in keys]
    blocks: dict[str, TrendVerdicts] = {}
    for start, end in itertools.pairwise([0, *(np.flatnonzero(np.diff(measures)) + 1).tolist(), len(table)]):
        number = int(np.count_nonzero(period_ends[start:end] == period_ends[start]))
        blocks[words[0][measures[start]]] = TrendVerdicts(
            periods=tuple(words[1][period_ends[start:end:number]]),
            forces=tuple(words[2][forces[start : start + number]]),
            verdict=words[3][verdicts[start:end]].reshape(-1, number),
        )
    return blocks


def case_histories(table: pa.Table) -> dict[str, CaseHistory]:
    """Cut the table `cases`, sorted by measure, period end and force, into one block a measure."""
    keys = [table[name].combine_chunks().dictionary_encode() for name in ("measure", "period_end", "force")]
    measures, period_ends, forces = (key.indices.to_numpy() for key in keys)
    words = [np.array(key.dictionary.to_pylist(), dtype=object) for key in keys]
    columns = {name: table[name].to_numpy() for name in ("z", "severity", "quarters", "status", "survives")}
    for side in ("worse", "better"):
        columns[side] = np.stack([table[f"{side}_{ground}"].to_numpy() for ground in ("all", "peers", "change")], -1)
    blocks: dict[str, CaseHistory] = {}
    for start, end in itertools.pairwise([0, *(np.flatnonzero(np.diff(measures)) + 1).tolist(), len(table)]):
        number = int(np.count_nonzero(period_ends[start:end] == period_ends[start]))
        shape = ((end - start) // number, number)
        blocks[words[0][measures[start]]] = CaseHistory(
            periods=tuple(words[1][period_ends[start:end:number]]),
            forces=tuple(words[2][forces[start : start + number]]),
            **{name: column[start:end].reshape(*shape, *column.shape[1:]) for name, column in columns.items()},
        )
    return blocks


def _outcomes_by_group(folder: Path) -> dict[tuple[str, str], dict[str, dict[str, int]]]:
    found: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
    for row in _rows(folder, "outcomes_by_group"):
        groups = found.setdefault((row["year_end"], row["force"]), {})
        groups.setdefault(row["group"], {})[row["outcome"]] = row["number"]
    return found


def _peers(folder: Path) -> dict[tuple[str, str], dict[str, float | None]]:
    peers: dict[tuple[str, str], dict[str, float | None]] = {}
    for row in _rows(folder, "peers"):
        peers.setdefault((row["force"], row["basis"]), {})[row["peer"]] = row["distance"]
    return peers


class LiveSnapshot:
    """The snapshot that `current` names, opened when first asked for and again whenever `current` changes.

    A snapshot that is refused as damaged leaves the one before it in service.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._lock = threading.Lock()
        self._open: Snapshot | None = None
        self._refused: tuple[str, float] | None = None

    def get(self) -> Snapshot:
        """Return the live snapshot; raise SnapshotError only when none has ever opened."""
        opened = self._open
        try:
            name = (self._data / CURRENT).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            name = ""
        if opened is not None and name == opened.name:
            return opened
        with self._lock:
            return self._switch(name)

    def _switch(self, name: str) -> Snapshot:
        if self._open is not None:
            if name == self._open.name:
                return self._open
            if self._refused is not None and self._refused[0] == name and time.monotonic() < self._refused[1]:
                return self._open
        try:
            self._open = read(named_by_current(self._data))
        except SnapshotError as error:
            if self._open is None:
                raise
            self._refused = (name, time.monotonic() + RETRY_SECONDS)
            _log.error("refused a new snapshot and serve %s on: %s", self._open.name, error)
        return self._open


_live: dict[Path, LiveSnapshot] = {}


def live(data: Path | None = None) -> Snapshot:
    """Return the live snapshot of a data folder, shared within the process (LiveSnapshot tells the rest)."""
    folder = data or data_folder()
    return _live.setdefault(folder, LiveSnapshot(folder)).get()
