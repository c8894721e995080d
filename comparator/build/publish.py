"""Makes a snapshot the live one: a new release, or the one before when a release has to be taken back."""

from __future__ import annotations

import os
from pathlib import Path

from comparator import snapshot as snapshots


def publish(out: Path, name: str) -> None:
    """Verify the snapshot of that name in `out`, then make `current` name it, in one rename.

    Raises SnapshotError, and leaves `current` as it was, when there is no such snapshot or it is damaged.
    """
    folder = out / name
    if Path(name).name != name or not (folder / snapshots.DESCRIPTOR).is_file():
        there = sorted(path.parent.name for path in out.glob(f"[0-9]*/{snapshots.DESCRIPTOR}"))
        raise snapshots.SnapshotError(f"{folder}: is no snapshot; in {out} are: {', '.join(there) or 'none'}")
    snapshots.read(folder)
    pointer = out / f".{snapshots.CURRENT}-{os.getpid()}"
    pointer.write_text(name + "\n", encoding="utf-8")
    pointer.replace(out / snapshots.CURRENT)
