"""The data over HTTP: the snapshot whole, its tables, a choice of figures, and what is refused."""

import csv
import io
import zipfile

import pyarrow.parquet as pq
import pytest

import comparator
from comparator import snapshot as snapshots
from comparator.analysis.comparison import compare
from comparator.ui import data_files

SNAPSHOT = comparator.open_snapshot()


@pytest.fixture(scope="module")
def get(serve):
    with serve(data_files.routes()) as ask:
        yield ask


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_the_archive_is_a_sound_snapshot(get, tmp_path):
    answer = get(data_files.address(SNAPSHOT, "snapshot", "zip"))
    assert answer.headers["content-disposition"] == f'attachment; filename="comparator-{SNAPSHOT.name}.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    assert snapshots.faults(tmp_path / SNAPSHOT.name) == []


@pytest.mark.parametrize("name", data_files.tables(SNAPSHOT))
def test_every_table_comes_as_it_is_and_its_csv_has_the_same_rows(get, name):
    parquet = get(data_files.address(SNAPSHOT, name, "parquet")).content
    assert parquet == (SNAPSHOT.folder / f"{name}.parquet").read_bytes()
    if name == "boundaries":
        return
    table = pq.read_table(io.BytesIO(parquet))
    found = rows(get(data_files.address(SNAPSHOT, name, "csv")))
    assert len(found) == table.num_rows
    first = table.slice(0, 1).to_pylist()[0]
    for key, value in first.items():
        told = "|".join(value) if isinstance(value, list) else value
        assert found[0][key] == ("" if told is None else found[0][key])
        if isinstance(told, str):
            assert found[0][key] == told


def test_a_choice_of_figures_holds_what_compare_finds(get):
    chosen = {"measure": "shoplifting", "area": "kent", "window": "year"}
    found = rows(get(data_files.address(SNAPSHOT, "observations", "csv", **chosen)))
    newest = compare(SNAPSHOT, force="kent", measure="shoplifting", window="year")
    assert {(row["measure"], row["area"], row["window"]) for row in found} == {tuple(chosen.values())}
    (last,) = [row for row in found if row["period_end"] == newest.period_end]
    assert float(last["value"]) == newest.value
    assert int(float(last["numerator"])) == newest.numerator


@pytest.mark.parametrize(
    "path",
    [
        "boundaries.csv",
        "passwd.csv",
        "observations.exe",
        "snapshot.csv",
        "observations.zip",
        "..%2f..%2f..%2fetc%2fpasswd.parquet",
        "..%5c..%5csecret.csv",
        "observations.csv?measure=nothing",
        "observations.csv?area=kent&measure=%27%20or%201=1",
    ],
)
def test_what_does_not_exist_is_refused_in_plain_text(get, path):
    answer = get(f"/data/{SNAPSHOT.name}/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_snapshot_that_is_not_live_is_told_by_name(get):
    answer = get("/data/2020-01-01-00000000/snapshot.zip")
    assert answer.status_code == 404
    assert SNAPSHOT.name in answer.text
