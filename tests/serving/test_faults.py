"""What visitors see when things go wrong around them: processes killed, data replaced or damaged, clocks that jump."""

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import subprocess
import sys

import psutil
import pytest
import requests
from websockets.exceptions import ConnectionClosed

from benchmarks.session import Session
from comparator import snapshot as snapshots

from .server import ROOT, STARTED, free_port, served, wait_until

LIVE = snapshots.named_by_current(ROOT / "data")
VISITORS = 8
QUERY = "force=cleveland&measure=shoplifting"


@pytest.fixture
def data(tmp_path):
    """Return a folder of snapshots of one's own, with a copy of the live one."""
    folder = tmp_path / "data"
    shutil.copytree(LIVE, folder / LIVE.name)
    (folder / "current").write_text(LIVE.name + "\n")
    return folder


def reissued(data, date):
    """Add the live snapshot under another name, as another release would be, and return its name."""
    descriptor = json.loads((LIVE / "datapackage.json").read_text())
    descriptor["title"] = f"{descriptor['title']}, {date}"
    name = snapshots.snapshot_name(descriptor, date)
    shutil.copytree(LIVE, data / name)
    (data / name / "datapackage.json").write_text(
        json.dumps({**descriptor, "name": name}, indent=1, ensure_ascii=False)
    )
    return name


class Crowd:
    """Visitors who click until told to leave, and come back to their address when their connection is lost."""

    def __init__(self, address):
        self.host = address.removeprefix("http://")
        self.clicks, self.lost, self.leave = [0] * VISITORS, 0, asyncio.Event()
        self.last = [""] * VISITORS

    async def visit(self, place):
        query, forces = QUERY, itertools.cycle(["Kent", "Essex", "Gwent"])
        while not self.leave.is_set():
            # What Session cannot show, an error or an exception on the page, it raises, and the test fails.
            with contextlib.suppress(ConnectionClosed):
                async with Session.connected(self.host, 30) as visitor:
                    await visitor.open("compare", query)
                    while not self.leave.is_set():
                        await visitor.select("Police force", next(forces))
                        query = visitor.query
                        self.clicks[place] += 1
                        self.last[place] = "\n".join(visitor.texts())
                        await asyncio.sleep(0.05)
                    return
            self.lost += 1

    async def while_clicking(self, *happenings):
        """Let each thing happen between clicks of all visitors."""
        visits = [asyncio.create_task(self.visit(place)) for place in range(VISITORS)]
        for happening in (*happenings, lambda: None):
            before = list(self.clicks)
            while not all(now > then + 2 for now, then in zip(self.clicks, before, strict=True)):
                if failed := [visit for visit in visits if visit.done()]:
                    await failed[0]
                await asyncio.sleep(0.05)
            happening()
        self.leave.set()
        await asyncio.gather(*visits)


def test_visitors_of_a_killed_process_go_on_where_they_were(tmp_path):
    with served(tmp_path / "log", "--workers", "2") as (process, address):
        wait_until(lambda: (tmp_path / "log").read_text().count(STARTED) == 2)
        crowd = Crowd(address)

        def kill_one():
            workers = [
                one
                for one in psutil.Process(process.pid).children()
                if any(part.startswith("--multiprocessing") for part in one.cmdline())
            ]
            workers[0].kill()

        asyncio.run(crowd.while_clicking(kill_one))
    assert crowd.lost <= VISITORS
    assert all("for every 1,000 people" in text for text in crowd.last)
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_snapshot_is_swapped_under_clicking_visitors_and_a_damaged_one_is_never_shown(tmp_path, data):
    newer, damaged = reissued(data, "2026-07-23"), reissued(data, "2026-10-22")
    with (data / damaged / "observations.parquet").open("r+b") as file:
        file.seek(1000)
        byte = file.read(1)
        file.seek(1000)
        file.write(bytes([byte[0] ^ 1]))
    with served(tmp_path / "log", COMPARATOR_DATA=str(data)) as (_, address):
        crowd = Crowd(address)
        asyncio.run(
            crowd.while_clicking(
                lambda: (data / "current").write_text(newer + "\n"),
                lambda: (data / "current").write_text(damaged + "\n"),
            )
        )
        assert requests.get(f"{address}/readyz", timeout=10).json()["snapshot"] == newer
    assert crowd.lost == 0
    assert all(f"Snapshot {newer}" in text for text in crowd.last)
    assert "SHA-256 differs" in (tmp_path / "log").read_text()


def test_a_running_site_serves_on_when_current_or_the_whole_folder_is_gone(tmp_path, data):
    with served(tmp_path / "log", COMPARATOR_DATA=str(data)) as (_, address):
        crowd = Crowd(address)
        asyncio.run(crowd.while_clicking((data / "current").unlink, lambda: shutil.rmtree(data)))
        assert requests.get(f"{address}/readyz", timeout=10).json()["status"] == "ready"
    assert crowd.lost == 0


@pytest.mark.parametrize("damage", ["cut off", "a bit turned", "no current", "no folder", "no descriptor"])
def test_a_site_does_not_start_on_damaged_data_and_says_in_plain_words_what_is_wrong(data, damage):
    table = data / LIVE.name / "trends.parquet"
    content = table.read_bytes()
    if damage == "cut off":
        table.write_bytes(content[: len(content) // 2])
    elif damage == "a bit turned":
        table.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
    elif damage == "no current":
        (data / "current").unlink()
    elif damage == "no folder":
        shutil.rmtree(data / LIVE.name)
    else:
        (data / LIVE.name / "datapackage.json").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "comparator", "serve", "--port", str(free_port())],
        cwd=ROOT,
        env={**os.environ, "COMPARATOR_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    named = {"no current": "current", "no folder": "current", "no descriptor": "datapackage.json"}.get(
        damage, table.name
    )
    assert named in done.stderr


CLOCK = """
import itertools, time
true, turns = time.time, itertools.count()
# A clock that is set forward by ten years, then back by one, and so on.
time.time = lambda: true() + (315_000_000 if next(turns) // 50 % 2 else -31_500_000)
"""


def test_a_clock_that_jumps_disturbs_nobody(tmp_path, data):
    folder = tmp_path / "clock"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(CLOCK)
    newer = reissued(data, "2026-07-23")
    with served(tmp_path / "log", COMPARATOR_DATA=str(data), PYTHONPATH=f"{folder}:{ROOT}") as (_, address):
        crowd = Crowd(address)
        asyncio.run(crowd.while_clicking(lambda: (data / "current").write_text(newer + "\n")))
        document = requests.get(f"{address}/documents/speaking-notes.html?force=kent", timeout=60)
        assert document.status_code == 200
    assert crowd.lost == 0
    assert all(f"Snapshot {newer}" in text for text in crowd.last)


def test_a_page_that_fails_shows_a_sentence_and_the_log_has_the_reason(tmp_path, data):
    folder = tmp_path / "broken"
    folder.mkdir()
    # The library is broken from outside, where a release with a fault would break it from within.
    (folder / "sitecustomize.py").write_text(
        "import comparator.analysis.findings as broken\n"
        "def fail(*_, **__): raise RuntimeError('secret detail of the inside')\n"
        "broken.of_trend = fail\n"
    )
    with served(tmp_path / "log", COMPARATOR_DATA=str(data), PYTHONPATH=f"{folder}:{ROOT}") as (_, address):
        shown = asyncio.run(_error_of(address))
        assert requests.get(f"{address}/healthz", timeout=10).status_code == 200
    assert "Something went wrong with this page" in shown
    assert "secret" not in shown
    assert "secret detail of the inside" in (tmp_path / "log").read_text()


async def _error_of(address):
    async with Session.connected(address.removeprefix("http://"), 30) as visitor:
        try:
            await visitor.open("trends", QUERY)
        except RuntimeError as error:
            return str(error)
    return ""


def test_the_disk_is_full_when_a_file_is_to_be_written(tmp_path, data):
    full = tmp_path / "full"
    full.mkdir()
    (full / "sitecustomize.py").write_text(
        "import errno, zipfile\n"
        "def fail(*_, **__): raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "zipfile.ZipFile.write = fail\n"
    )
    with served(tmp_path / "log", COMPARATOR_DATA=str(data), PYTHONPATH=f"{full}:{ROOT}") as (_, address):
        answer = requests.get(f"{address}/data/{LIVE.name}/snapshot.zip", timeout=30)
        assert answer.status_code == 503
        assert "Traceback" not in answer.text
        assert "could not be written" in answer.text
        assert requests.get(f"{address}/data/{LIVE.name}/measures.csv", timeout=30).status_code == 200
