"""Documents written to files, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, cast

from comparator.analysis.briefing import Asked, briefing, speaking_notes
from comparator.analysis.document import Document
from comparator.documents.formats import NAMES, Format, render
from comparator.documents.pictures import illustrations
from comparator.snapshot import Snapshot

Kind = Literal["briefing", "speaking-notes"]
MAKERS: Mapping[Kind, Callable[[Snapshot, Asked], Document]] = {
    "briefing": briefing,
    "speaking-notes": speaking_notes,
}


class FileNameError(ValueError):
    """A file's name that does not end in a format; the message says which there are."""


def write(snapshot: Snapshot, asked: Asked, kind: Kind, path: Path) -> None:
    """Write a document to a file, in the format that its name ends in; folders on the way are made.

    Raises FileNameError for another ending and OSError where it cannot be written; a file that was there stays then.
    """
    form = path.suffix.removeprefix(".").lower()
    if form not in NAMES:
        raise FileNameError(f"{path} must end in {', '.join(f'.{name}' for name in NAMES)}")
    document = MAKERS[kind](snapshot, asked)
    content = render(document, illustrations(snapshot, document), cast("Format", form))
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
