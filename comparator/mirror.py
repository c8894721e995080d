"""A folder of snapshots that lies elsewhere, such as s3://bucket/data, kept as a copy on this machine's disk.

Any address that fsspec knows will do; replicas that share one follow it by themselves. Pages read the copy alone, so
that a storage that is slow or away disturbs nobody.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec

from comparator.snapshot import CURRENT, DATA, DESCRIPTOR, SnapshotError, faults

LOOK_SECONDS = 30.0

_log = logging.getLogger("comparator")


@dataclass(frozen=True)
class Mirror:
    """A folder of snapshots at an address, and the folder on this disk that is a copy of what is live there."""

    address: str
    folder: Path


def prepare() -> Mirror | None:
    """Copy the live snapshot if COMPARATOR_DATA is an address, and let this process read the copy from now on.

    Returns None where it is a folder already. Raises SnapshotError if there is neither a snapshot at the address nor a
    copy of an earlier one.
    """
    address = os.environ.get(DATA, "")
    if "://" not in address:
        return None
    digest = hashlib.sha256(address.encode()).hexdigest()[:12]
    mirror = Mirror(address.rstrip("/"), Path(tempfile.gettempdir()) / f"comparator-data-{digest}")
    try:
        update(mirror)
    except SnapshotError as error:
        if not (mirror.folder / CURRENT).exists():
            raise
        _log.warning("%s; the copy of an earlier time is served", error)
    os.environ[DATA] = str(mirror.folder)
    return mirror


def update(mirror: Mirror) -> str:
    """Copy the snapshot that is live at the address, unless it is here already, make the copy live and return its name.

    Raises SnapshotError, with the copy as it was, for an address that cannot be read or a snapshot that is not sound.
    """
    try:
        storage, root = fsspec.core.url_to_fs(mirror.address)
        name: str = storage.cat_file(f"{root}/{CURRENT}").decode().strip()
        if not (mirror.folder / name).is_dir():
            _copy(storage, f"{root}/{name}", mirror.folder / name)
    except SnapshotError:
        raise
    except Exception as error:
        # Each kind of storage raises errors of its own.
        raise SnapshotError(f"{mirror.address}: cannot be read ({type(error).__name__}: {error})") from error
    _replace(mirror.folder / CURRENT, f"{name}\n")
    return name


def follow(mirror: Mirror) -> None:
    """Look for another live snapshot from time to time, in the background, for as long as the process lives."""

    def look() -> None:
        pause = threading.Event()
        while not pause.wait(LOOK_SECONDS):
            try:
                update(mirror)
            except SnapshotError as error:
                _log.warning("%s; the copy is served on", error)

    threading.Thread(target=look, daemon=True, name="follow snapshots").start()


def _copy(storage: Any, source: str, to: Path) -> None:
    """Copy a snapshot beside its place, verify it and only then move it there."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".copying-") as beside:
        # A snapshot is verified under its own name.
        copied = Path(beside) / to.name
        copied.mkdir()
        (copied / DESCRIPTOR).write_bytes(storage.cat_file(f"{source}/{DESCRIPTOR}"))
        for resource in json.loads((copied / DESCRIPTOR).read_text(encoding="utf-8"))["resources"]:
            file = copied / resource["path"]
            if not file.resolve().is_relative_to(copied.resolve()):
                raise SnapshotError(f"{source}/{DESCRIPTOR}: names {resource['path']}, which lies outside the snapshot")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(storage.cat_file(f"{source}/{resource['path']}"))
        if wrong := faults(copied):
            raise SnapshotError("\n".join(wrong))
        # Another process of this machine may have been faster.
        if not to.is_dir():
            shutil.move(copied, to)


def _replace(file: Path, text: str) -> None:
    beside = file.with_name(f".{file.name}-{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)
