"""Refreshing from end to end: publishers on a local server, a snapshot beside the live one, and every interruption."""

import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import comparator
from comparator import snapshot as snapshots
from comparator.__main__ import main
from comparator.build.download import Access
from comparator.build.publish import publish
from comparator.build.refresh import Refreshed, refresh
from comparator.snapshot import Snapshot
from tests.build import money_and_people as published
from tests.build import publisher_server as server
from tests.build import publishers
from tests.build.publisher_server import Offer, attachment, page, services
from tests.build.publishers import CATALOGUE
from tests.build.test_build import contents

ROOT = Path(comparator.__file__).parent.parent
CRIME = "prc-pfa-mar2013-onwards-tables-230726.ods"
WORKFORCE = "open-data-table-police-workforce-220726.ods"
OUTCOMES = "prc-outcomes-open-data-mar2026-tables-230726.ods"
AREAS = "Police_Force_Areas_December_2023_EW_BUC"
CRIME_FILE, WORKFORCE_FILE = attachment(CRIME)["url"], attachment(WORKFORCE)["url"]
FILES = {CRIME_FILE, WORKFORCE_FILE, server.areas_address(AREAS), server.FORCES}
PATIENCE = 60


@pytest.fixture(scope="session")
def offered(tmp_path_factory):
    """Return what the publishers offer, by address: a release with a third more crime in Kent, its columns moved."""
    folder = tmp_path_factory.mktemp("offered")
    rows = publishers.recorded_crime()
    kent = rows["Force Name"] == "Kent"
    rows.loc[kent, "Number of Offences"] = [round(n * 4 / 3) for n in rows.loc[kent, "Number of Offences"]]
    crime = publishers.write(folder / CRIME, rows[rows.columns[::-1]])
    workforce = publishers.write_book(folder / WORKFORCE, published.workforce())
    areas = folder / f"{AREAS}.geojson"
    publishers.boundaries().to_crs(4326).to_file(areas, driver="GeoJSON")
    forces = [{"id": force.id, "name": force.full_name} for force in CATALOGUE.forces.values()]
    forces.append({"id": "northern-ireland", "name": "Police Service of Northern Ireland"})
    return {
        server.CRIME_PAGE: page(attachment("prc-pfa-mar2013-onwards-tables-230426.ods"), attachment(CRIME, server.ODS),
                                attachment(OUTCOMES, server.ODS)),
        server.WORKFORCE_PAGE: page(attachment(WORKFORCE, server.ODS)),
        f"{server.SERVICES}?f=json": services(AREAS),
        CRIME_FILE: Offer(crime.read_bytes(), server.ODS),
        WORKFORCE_FILE: Offer(workforce.read_bytes(), server.ODS),
        server.areas_address(AREAS): Offer(areas.read_bytes(), "application/geo+json", etag=""),
        server.FORCES: Offer(json.dumps(forces).encode(), etag=""),
    }  # fmt: skip


def replayed(offered):
    """Return a server, as a context, that offers all this anew."""
    return server.serving({name: Offer(offer.content, offer.kind, offer.etag) for name, offer in offered.items()})


@pytest.fixture
def at(offered, monkeypatch):
    """Return the publishers on a local server."""
    server.without_proxy(monkeypatch)
    with replayed(offered) as running:
        yield running


@pytest.fixture
def downloads(tmp_path):
    return tmp_path / "downloads"


@pytest.fixture
def refreshed(at, pristine, data, downloads):
    """Return a function that refreshes into `data` and returns what came of it."""

    def run(by_hand=()):
        access = Access(mirrors=at.mirrors, pauses=(0, 0), timeout=(5, 5))
        with contextlib.redirect_stderr(io.StringIO()):
            return refresh(pristine, data, downloads, by_hand=by_hand, access=access)

    return run


@dataclass(frozen=True)
class Done:
    """A finished refresh into a folder in which the build of the sound files was live, and what was asked for."""

    found: Refreshed
    new: Snapshot
    data: Path
    downloads: Path
    asked: set[str]


@pytest.fixture(scope="module")
def done(offered, built, pristine, tmp_path_factory):
    """Return a refresh on which the tests only look."""
    folder = tmp_path_factory.mktemp("refreshed")
    data = Path(shutil.copytree(built.out, folder / "data"))
    with pytest.MonkeyPatch.context() as patch, replayed(offered) as at:
        server.without_proxy(patch)
        with contextlib.redirect_stderr(io.StringIO()):
            found = refresh(pristine, data, folder / "downloads", by_hand=(), access=Access(mirrors=at.mirrors))
        new = snapshots.read(found.folder)
        return Done(found, new, data, folder / "downloads", {address for address, _ in at.requests})


@pytest.fixture
def command(at, pristine, data, downloads):
    """Return the words of a refresh from the local server."""
    options = {"--sources": pristine, "--out": data, "--downloads": downloads, "--mirror": f"https://={at.base}/"}
    return ["refresh", *(str(word) for pair in options.items() for word in pair)]


def without_new(data, built):
    """Return what lies in the folder of snapshots, but for snapshots that are new and what a killed build left."""
    kept = (built.snapshot.name, "current")
    return {name: held for name, held in contents(data).items() if name.split("/")[0] in kept}


class TestWhatComesOfIt:
    def test_the_newest_releases_are_built_beside_the_live_snapshot(self, done, built):
        assert without_new(done.data, built) == contents(built.out)
        assert snapshots.named_by_current(done.data).name == built.snapshot.name
        assert done.new.name.startswith("2026-07-23-")
        assert {name: release.name for name, release in done.found.downloaded.items()} == {
            "recorded-crime": CRIME,
            "workforce": WORKFORCE,
            "boundaries": f"{AREAS}.geojson",
            "police-uk-forces": "forces.json",
        }
        assert done.asked >= FILES

    def test_its_figures_and_releases_are_the_publishers(self, done, built):
        new = done.new
        assert new.sources["recorded-crime"].release == "23 July 2026"
        assert list(new.sources["recorded-crime"].files) == [f"home-office/{CRIME}"]
        assert new.sources["workforce"].release == "22 July 2026"
        assert new.sources["population"].release == built.snapshot.sources["population"].release
        keys = ["period_end", "force", "code"]
        both = new.table("offences").merge(built.snapshot.table("offences"), on=keys)
        assert len(both) == len(built.snapshot.table("offences"))
        kent = both["force"] == "kent"
        assert both.loc[~kent, "number_x"].tolist() == both.loc[~kent, "number_y"].tolist()
        assert both.loc[kent, "number_x"].tolist() == [round(n * 4 / 3) for n in both.loc[kent, "number_y"]]
        pd.testing.assert_frame_equal(new.table("workforce"), built.snapshot.table("workforce"))

    def test_boundaries_in_degrees_are_brought_to_the_national_grid(self, done, built):
        new, old = (
            gpd.read_parquet(folder / "boundaries.parquet") for folder in (done.new.folder, built.snapshot.folder)
        )
        assert new.crs.to_epsg() == 27700
        assert new["force"].tolist() == old["force"].tolist()
        assert (new.area / old.area).between(0.999, 1.001).all()
        assert (new.centroid.distance(old.centroid) < 10).all()

    def test_once_it_is_live_there_is_nothing_new_and_no_workbook_is_downloaded_again(
        self, done, command, at, data, downloads, capsys
    ):
        shutil.copytree(done.data, data, dirs_exist_ok=True)
        shutil.copytree(done.downloads, downloads)
        publish(data, done.new.name)
        before = contents(data)
        assert main(command) == 0
        name = done.new.name
        assert capsys.readouterr().out.endswith(f"{name}: the same snapshot\n\nNothing new: {name} is live\n")
        assert contents(data) == before
        for workbook in (CRIME_FILE, WORKFORCE_FILE):
            assert [headers["If-None-Match"] for headers in at.asked(workbook)] == ['"edition-1"']

    def test_a_source_taken_by_hand_is_not_asked_for(self, refreshed, built, at):
        at.offers[server.CRIME_PAGE].faults = [server.status(404)] * 9
        found = refreshed(["recorded-crime", "outcomes-2024-25"])
        new = snapshots.read(found.folder)
        assert at.asked(server.CRIME_PAGE) == []
        assert new.sources["recorded-crime"].files == built.snapshot.sources["recorded-crime"].files

    def test_a_publisher_with_a_bad_day_is_waited_for(self, refreshed, at):
        at.offers[server.CRIME_PAGE].faults = [server.status(500)]
        at.offers[CRIME_FILE].faults = [server.cut_off, server.status(503)]
        at.offers[server.areas_address(AREAS)].faults = [server.cut_off]
        new = snapshots.read(refreshed().folder)
        assert new.sources["recorded-crime"].release == "23 July 2026"
        assert "Range" in at.asked(CRIME_FILE)[-1]


class TestCommand:
    def test_it_tells_what_came_whence_and_the_difference_and_publishes_nothing(
        self, command, built, data, capsys, pristine
    ):
        assert main(command) == 0
        out = capsys.readouterr().out
        assert f"Downloaded\n  recorded-crime: 23 July 2026, {CRIME}\n" in out
        assert f"\nTaken from {pristine}\n" in out
        assert f"  outcomes-2024-25: July 2025; the publisher's newest: 23 July 2026, {OUTCOMES}\n" in out
        assert "  population: Mid-2024 edition, 30 July 2025\n" in out
        assert f"\n{built.snapshot.name} -> 2026-07-23-" in out
        assert "  recorded-crime: 23 April 2026 -> 23 July 2026\n" in out
        assert "\nNot live yet: 2026-07-23-" in out
        assert without_new(data, built) == contents(built.out)

    def test_with_publish_the_new_one_is_live_and_publish_goes_back(self, command, built, data, capsys):
        assert main([*command, "--publish"]) == 0
        last = capsys.readouterr().out.splitlines()[-1]
        new = snapshots.named_by_current(data)
        assert last == f"Live: {new.name}; to go back: python -m comparator publish {built.snapshot.name}"
        assert new.name.startswith("2026-07-23-")
        assert main(["publish", built.snapshot.name, "--out", str(data)]) == 0
        assert capsys.readouterr().out == f"Live: {built.snapshot.name}\n"
        assert snapshots.named_by_current(data).name == built.snapshot.name

    def test_without_a_live_snapshot_there_is_nothing_to_compare_with(self, command, data, capsys):
        shutil.rmtree(data)
        assert main([*command, "--publish"]) == 0
        out = capsys.readouterr().out
        assert "->" not in out
        assert out.endswith(f"\nLive: {snapshots.named_by_current(data).name}\n")

    def test_a_damaged_live_snapshot_is_told_and_can_be_replaced(self, command, built, data, capsys):
        (data / built.snapshot.name / "peers.parquet").write_bytes(b"damaged")
        assert main([*command, "--publish"]) == 0
        assert "not compared with the live snapshot" in capsys.readouterr().err
        assert snapshots.named_by_current(data).name.startswith("2026-07-23-")

    def test_a_source_that_does_not_exist_cannot_be_taken_by_hand(self, command, capsys):
        assert main([*command, "--by-hand", "recorded-crimes"]) == 2
        assert "unknown source 'recorded-crimes': did you mean recorded-crime" in capsys.readouterr().err

    @pytest.mark.parametrize("mirror", ["https://www.gov.uk", "www.gov.uk=http://a", "https://a=b"])
    def test_a_mirror_of_another_form_is_refused(self, command, mirror, capsys):
        with pytest.raises(SystemExit) as raised:
            main([*command, "--mirror", mirror])
        assert raised.value.code == 2
        assert "https://publisher=http://mirror" in capsys.readouterr().err


def spoiled_crime(tmp_path, change):
    """Return an offer of a small workbook of recorded crime with a change."""
    rows = change(publishers.recorded_crime(publishers.QUARTERS[-1:], ["kent", "essex"]))
    return Offer(publishers.write(tmp_path / "spoiled" / CRIME, rows).read_bytes(), server.ODS)


class TestFailure:
    """Whatever a publisher does, the folder of snapshots stays as it was and the message says who did what."""

    @pytest.fixture
    def told(self, command, data, built, capsys):
        """Return a function that runs the command, which must fail, and returns its message."""

        def run(*words):
            assert main([*command, *words]) == 1
            told = capsys.readouterr()
            assert contents(data) == contents(built.out)
            assert told.out == ""
            assert told.err.endswith("; nothing was published\n")
            return told.err.splitlines()[-1]

        return run

    @pytest.mark.parametrize(
        ("address", "offer", "expected"),
        [
            (server.CRIME_PAGE, None, f"recorded-crime: {server.CRIME_PAGE}: answered 404"),
            (CRIME_FILE, None, f"recorded-crime: {CRIME_FILE}: answered 404"),
            (
                server.CRIME_PAGE,
                Offer(b"<!DOCTYPE html><p>Sorry", "text/html"),
                f"recorded-crime: {server.CRIME_PAGE}: is an HTML page, not a file",
            ),
            (
                WORKFORCE_FILE,
                Offer(b"<!DOCTYPE html><p>Sorry", server.ODS),
                f"workforce: {WORKFORCE_FILE}: is an HTML page, not a file",
            ),
            (CRIME_FILE, Offer(b"%PDF-1.7", server.ODS), f"recorded-crime: {CRIME_FILE}: is no .ods workbook"),
            (
                server.areas_address(AREAS),
                Offer(b'{"error": {"code": 400, "message": "Invalid query"}}'),
                f"boundaries: {server.areas_address(AREAS)}: tells an error",
            ),
            (server.FORCES, Offer(b"[" + b" " * 1_000_001 + b"]"), f"police-uk-forces: {server.FORCES}: has 1,000,003"),
        ],
        ids=["no page", "no file", "an HTML page", "an HTML file", "another type", "an error of 200", "an absurd size"],
    )
    def test_what_is_not_the_file_is_refused(self, told, at, address, offer, expected):
        if offer is None:
            del at.offers[address]
        else:
            at.offers[address] = offer
        assert told().startswith(f"comparator: {expected}")

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            pytest.param(
                lambda rows: rows.rename(columns={"Offence Group": "Offence category"}),
                "column Offence Group is missing; it has ",
                id="a column with a new name",
            ),
            pytest.param(
                lambda rows: rows.replace({"Force Name": {"Essex": "Essex and Suffolk"}}),
                "unknown force 'Essex and Suffolk'; add it to the aliases in forces.csv",
                id="a new force",
            ),
            pytest.param(
                lambda rows: rows.replace({"Number of Offences": {rows["Number of Offences"].iloc[0]: "[x]"}}),
                "number of offences '[x]' is not a whole number",
                id="a mark for a number",
            ),
        ],
    )
    def test_a_workbook_that_changed_is_told_with_source_address_file_and_place(
        self, told, at, tmp_path, downloads, change, expected
    ):
        at.offers[CRIME_FILE] = spoiled_crime(tmp_path, change)
        message = told()
        assert message.startswith(f"comparator: recorded-crime: {CRIME_FILE}: {downloads / 'home-office' / CRIME}: ")
        assert expected in message
        assert "; to go on with another file: --by-hand recorded-crime" in message

    def test_a_force_missing_from_the_boundaries_is_told(self, told, at):
        address = server.areas_address(AREAS)
        areas = json.loads(at.offers[address].content)
        areas["features"].pop()
        at.offers[address] = Offer(json.dumps(areas).encode())
        message = told()
        assert message.startswith(f"comparator: boundaries: {address}: ")
        assert "does not hold each force area once" in message

    def test_a_file_made_by_hand_that_is_missing_is_told_with_its_name(self, told, tmp_path):
        message = told("--sources", str(tmp_path / "downloads"))
        assert "no file for source 'recorded-crime-2003-2018'; expected home-office/" in message

    def test_a_force_new_at_data_police_uk_is_a_warning(self, command, at, capsys):
        forces = [entry for entry in json.loads(at.offers[server.FORCES].content) if entry["id"] != "essex"]
        forces.append({"id": "ruritania", "name": "Ruritania Constabulary"})
        at.offers[server.FORCES] = Offer(json.dumps(forces).encode())
        assert main(command) == 0
        err = capsys.readouterr().err
        assert "warning: forces.json: has no force essex\n" in err
        assert "warning: forces.json: ruritania (Ruritania Constabulary) is not in the catalogue" in err
        assert "northern-ireland" not in err


class TestKilled:
    """A process that is killed can tidy nothing up; what it leaves must harm nobody."""

    @pytest.fixture
    def started(self, command):
        """Return a function that starts a refresh in another process, killed when the test ends."""
        running = []

        def start():
            process = subprocess.Popen(
                [sys.executable, "-m", "comparator", *command, "--publish"],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            running.append(process)
            return process

        yield start
        for process in running:
            process.kill()
            process.communicate()

    def test_during_the_download_the_live_snapshot_stays_and_the_next_run_goes_on_from_there(
        self, started, command, at, data, built, downloads
    ):
        at.offers[CRIME_FILE].faults = [server.half_then_silent]
        process = started()
        assert at.sent_half.wait(PATIENCE)
        part = downloads / "home-office" / f"{CRIME}.part"
        wait_until(lambda: part.exists() and part.stat().st_size > 0)
        process.kill()
        assert process.wait() != 0
        assert contents(data) == contents(built.out)
        assert main(["verify", str(data)]) == 0
        assert main([*command, "--publish"]) == 0
        assert at.asked(CRIME_FILE)[-1]["Range"].startswith("bytes=")
        assert snapshots.named_by_current(data).name.startswith("2026-07-23-")

    def test_by_hand_during_the_download_it_says_so_without_a_trace(self, started, at, data, built):
        at.offers[CRIME_FILE].faults = [server.half_then_silent]
        process = started()
        assert at.sent_half.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1
        assert out == ""
        assert err.endswith("comparator: interrupted; nothing was published, run it again to go on\n")
        assert "Traceback" not in err
        assert contents(data) == contents(built.out)

    def test_during_the_build_the_live_snapshot_stays_and_the_next_run_succeeds(self, started, command, data, built):
        process = started()
        wait_until(lambda: any(data.glob(".building-*")))
        process.kill()
        assert process.wait() != 0
        assert without_new(data, built) == contents(built.out)
        assert main(["verify", str(data)]) == 0
        assert main([*command, "--publish"]) == 0
        new = snapshots.named_by_current(data)
        assert snapshots.faults(new) == []
        assert new.name != built.snapshot.name


def wait_until(condition):
    """Wait until a condition holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


class TestPublish:
    def test_a_snapshot_that_is_damaged_is_not_published(self, refreshed, data, capsys):
        before = (data / "current").read_bytes()
        new = refreshed().folder
        (new / "peers.parquet").write_bytes(b"damaged")
        assert main(["publish", new.name, "--out", str(data)]) == 1
        assert "peers.parquet" in capsys.readouterr().err
        assert (data / "current").read_bytes() == before

    @pytest.mark.parametrize("name", ["2020-01-01-01234567", "../data", ".", ""])
    def test_a_name_that_is_no_snapshot_is_told_with_those_there(self, data, built, name, capsys):
        before = contents(data)
        assert main(["publish", name, "--out", str(data)]) == 1
        assert f"is no snapshot; in {data} are: {built.snapshot.name}" in capsys.readouterr().err
        assert contents(data) == before
