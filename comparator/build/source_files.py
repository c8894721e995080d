"""Finds the publishers' files in the folder of sources and takes their fingerprints."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from comparator.build.errors import BuildError
from comparator.catalogue import Source


@dataclass(frozen=True)
class SourceFile:
    """A source and the file found for it; `fingerprints` are the SHA-256s by path relative to the folder of sources."""

    source: Source
    path: Path
    fingerprints: Mapping[str, str]


@dataclass(frozen=True)
class Fetched:
    """A file that was downloaded into a folder, and what its publisher says of its release."""

    path: Path
    folder: Path
    release: str
    release_date: date | None


def find(folder: Path, sources: Mapping[str, Source], fetched: Mapping[str, Fetched]) -> dict[str, SourceFile]:
    """Return the file of each source by source id, optional sources only where present.

    A file that was fetched goes before those in the folder.

    Raises BuildError when the folder or a file is missing, or when several files answer to one source.
    """
    if not folder.is_dir():
        raise BuildError(f"{folder}: is not a folder; give the folder of the publishers' files with --sources")
    found = {}
    for source in sources.values():
        if (newer := fetched.get(source.id)) is not None:
            released = {"release": newer.release, "release_date": newer.release_date}
            fingerprints = _fingerprints(newer.path, newer.folder)
            found[source.id] = SourceFile(source.model_copy(update=released), newer.path, fingerprints)
            continue
        paths = sorted({path for pattern in source.files for path in folder.glob(pattern)})
        if len(paths) > 1:
            names = ", ".join(path.relative_to(folder).as_posix() for path in paths)
            raise BuildError(f"{folder}: several files for source {source.id!r}: {names}; keep one of them")
        if paths:
            found[source.id] = SourceFile(source, paths[0], _fingerprints(paths[0], folder))
        elif not source.optional:
            raise BuildError(f"{folder}: no file for source {source.id!r}; expected {' or '.join(source.files)}")
    return found


def _fingerprints(path: Path, folder: Path) -> dict[str, str]:
    """Fingerprint a file and, for a shapefile, the files that belong to it."""
    parts = sorted(path.parent.glob(f"{path.stem}.*")) if path.suffix == ".shp" else [path]
    return {part.relative_to(folder).as_posix(): hashlib.sha256(part.read_bytes()).hexdigest() for part in parts}
