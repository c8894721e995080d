"""Source files written once, and the snapshot built from them."""

import contextlib
import io
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from comparator import snapshot as snapshots
from comparator.build.command import build
from comparator.snapshot import Snapshot
from tests.build import publishers


@dataclass(frozen=True)
class Built:
    """A finished build: its snapshot, the folder of snapshots, and what was told on stderr."""

    snapshot: Snapshot
    out: Path
    told: str

    @property
    def warnings(self) -> list[str]:
        """The warnings told, in their order."""
        return [line.removeprefix("warning: ") for line in self.told.splitlines() if line.startswith("warning: ")]


def run(sources: Path, out: Path) -> Built:
    """Build, and return what came of it."""
    with contextlib.redirect_stderr(io.StringIO()) as told:
        folder = build(sources, out)
    return Built(snapshots.read(folder), out, told.getvalue())


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a sound file for each source; tests must not write there."""
    return publishers.write_all(tmp_path_factory.mktemp("pristine"))


@pytest.fixture(scope="session")
def built(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return the build of the sound files; tests must not write there."""
    return run(pristine, tmp_path_factory.mktemp("built"))


@pytest.fixture
def sources(pristine: Path, tmp_path: Path) -> Path:
    """Return a copy of the sound files that a test may spoil."""
    return Path(shutil.copytree(pristine, tmp_path / "sources"))


@pytest.fixture
def data(built: Built, tmp_path: Path) -> Path:
    """Return a folder of snapshots of one's own, in which the build of the sound files is live."""
    return Path(shutil.copytree(built.out, tmp_path / "data"))
