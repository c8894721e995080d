"""What stops a build."""

from __future__ import annotations


class BuildError(RuntimeError):
    """A fault in a source file; the message names the file, the place and the remedy."""
