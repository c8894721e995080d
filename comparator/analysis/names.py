"""Unknown names: what was given, and the nearest valid ones."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class UnknownNameError(ValueError):
    """A name that does not exist; the message is one line with the nearest valid names."""

    def __init__(self, kind: str, given: str, valid: Iterable[str]) -> None:
        names = list(valid)
        near = (
            difflib.get_close_matches(given.lower(), names, n=3, cutoff=0.5)
            or [name for name in names if given and given.lower() in name][:3]
        )
        hint = f"did you mean {' or '.join(near)}?" if near else f"for example {', '.join(names[:3])}"
        super().__init__(f"unknown {kind} {given[:80]!r}: {hint}")


def check(kind: str, given: str, valid: Iterable[str]) -> str:
    """Return the name if it is valid, else raise UnknownNameError."""
    names = list(valid)
    if given not in names:
        raise UnknownNameError(kind, given, names)
    return given
