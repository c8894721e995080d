"""The Crime and Policing Comparator as a library.

>>> import comparator
>>> snapshot = comparator.open_snapshot()
>>> comparator.compare(snapshot, force="cleveland", measure="residential-burglary", period="2025-12").verdict_all
'typical'
"""

from __future__ import annotations

from pathlib import Path

from comparator.analysis.cases import Monitoring, monitor
from comparator.analysis.comparison import Comparison, compare
from comparator.analysis.evidence import what_works
from comparator.catalogue import Intervention
from comparator.snapshot import Snapshot, SnapshotError, live, read
from comparator.version import __version__

__all__ = [
    "Comparison",
    "Intervention",
    "Monitoring",
    "Snapshot",
    "SnapshotError",
    "__version__",
    "compare",
    "monitor",
    "open_snapshot",
    "what_works",
]


def open_snapshot(folder: str | Path | None = None) -> Snapshot:
    """Return a verified snapshot: the one in `folder`, or the live one of the data folder.

    Raises SnapshotError, with file and remedy, when it is missing or damaged.
    """
    return live() if folder is None else read(Path(folder))
