"""What stops a build."""

from __future__ import annotations


class BuildError(RuntimeError):
    """A fault in a source file or at its publisher; the message names the file or address, the place and the remedy."""
