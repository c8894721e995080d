"""Snapshots that lie at an address: copied whole and verified, followed, and done without when the address is away."""

import shutil

import fsspec
import pytest
import requests

from comparator import mirror
from comparator import snapshot as snapshots
from comparator.mirror import Mirror
from comparator.snapshot import SnapshotError

from .server import ROOT, served
from .test_faults import LIVE, reissued

ADDRESS = "memory://shared/data"


@pytest.fixture
def storage():
    """Return a storage in memory that holds the live snapshot, as a bucket would."""
    files = fsspec.filesystem("memory")
    files.store.clear()
    for path in (path for path in LIVE.rglob("*") if path.is_file()):
        files.pipe(f"/shared/data/{LIVE.name}/{path.relative_to(LIVE).as_posix()}", path.read_bytes())
    files.pipe("/shared/data/current", f"{LIVE.name}\n".encode())
    yield files
    files.store.clear()


@pytest.fixture
def copy(tmp_path):
    return Mirror(ADDRESS, tmp_path / "copy")


def test_the_live_snapshot_is_copied_whole_once(storage, copy):
    assert mirror.update(copy) == LIVE.name
    assert snapshots.faults(snapshots.named_by_current(copy.folder)) == []
    # What is here already is not asked for again: without its tables the address would not do.
    for path in list(storage.store):
        if path.endswith(".parquet"):
            del storage.store[path]
    assert mirror.update(copy) == LIVE.name


@pytest.mark.parametrize("damage", ["a table cut off", "a table missing", "current missing", "a path that leads out"])
def test_what_is_not_sound_is_refused_and_the_copy_stays(storage, copy, damage):
    mirror.update(copy)
    other = f"2027-01-01-{LIVE.name[-8:]}"
    for path, file in list(storage.store.items()):
        if LIVE.name in path:
            storage.pipe(path.replace(LIVE.name, other), file.getvalue())
    storage.pipe("/shared/data/current", f"{other}\n".encode())
    table, descriptor = (f"/shared/data/{other}/{name}" for name in ("trends.parquet", "datapackage.json"))
    if damage == "a table cut off":
        storage.pipe(table, storage.cat_file(table)[:1000])
    elif damage == "a table missing":
        storage.rm(table)
    elif damage == "current missing":
        storage.rm("/shared/data/current")
    else:
        storage.pipe(descriptor, storage.cat_file(descriptor).replace(b'"areas.parquet"', b'"../../areas.parquet"'))
    with pytest.raises(SnapshotError):
        mirror.update(copy)
    assert snapshots.named_by_current(copy.folder).name == LIVE.name
    assert sorted(path.name for path in copy.folder.iterdir()) == sorted([LIVE.name, "current"])


def test_a_folder_is_left_to_be_read_as_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv("COMPARATOR_DATA", str(tmp_path))
    assert mirror.prepare() is None


def test_an_address_that_is_away_is_told_unless_there_is_a_copy(storage, monkeypatch, tmp_path):
    monkeypatch.setenv("COMPARATOR_DATA", ADDRESS)
    monkeypatch.setattr(mirror.tempfile, "gettempdir", lambda: str(tmp_path))
    storage.store.clear()
    with pytest.raises(SnapshotError, match="memory://shared/data: cannot be read"):
        mirror.prepare()


def test_a_site_serves_what_lies_at_an_address(tmp_path):
    data = tmp_path / "shared"
    shutil.copytree(LIVE, data / LIVE.name)
    newer = reissued(data, "2026-07-23")
    (data / "current").write_text(newer + "\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with served(tmp_path / "log", COMPARATOR_DATA=f"file://{data}", TMPDIR=str(temporary)) as (_, address):
        assert requests.get(f"{address}/readyz", timeout=10).json()["snapshot"] == newer
    assert [path.name for path in temporary.glob("comparator-data-*/2*")] == [newer]
    assert ROOT not in temporary.parents
