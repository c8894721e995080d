"""The server as it is started: deep links first, both ways of starting, new and damaged snapshots, no third parties."""

import json
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from comparator import snapshot as snapshots

from .conftest import DESKTOP, PHONE, ROOT, SERVE, serving, settle

DEEP = "/compare?force=gwent&measure=rape"
TREND = "/trends?force=greater-manchester&measure=stalking-and-harassment"
TREND_VIEWS = [f"{TREND}&view={view}" for view in ("Several+forces", "The+whole+theme&index=true", "Each+peer")]
PROFILE = "/profile?force=cleveland"
VALUE = ["/value-for-money?force=cleveland&picture=Spending+and+results", "/value-for-money?force=gwent&workshop=true"]
MAPS = ["/map?force=gwent&measure=rape", "/map?force=kent&scale=From+similar+forces&shape=Equal+hexagons"]
EVIDENCE = [
    "/what-works?problem=burglary&q=gates&beside=cctv,scared-straight&uk=yes",
    "/what-works?intervention=police-initiated-stops",
]
DATA = ["/data-and-methods", *(f"/data-and-methods?part={part}" for part in ("Methods", "Known+problems", "Downloads"))]
BRIEFING = "/briefing?force=cleveland"
MONITORING = [
    "/monitoring?force=cleveland",
    "/monitoring?force=cleveland&scope=One+force",
    "/case?force=cleveland&measure=shoplifting",
]
STREAMLIT = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", "{port}"]


@pytest.mark.parametrize("command", [SERVE, STREAMLIT], ids=["uvicorn", "streamlit run"])
def test_a_deep_link_as_the_very_first_visit_opens_its_page(open_page, command):
    with serving(command) as address:
        page = open_page(address + DEEP)
        expect(page.locator("h2").first).to_contain_text("Gwent: the rate of rape")
        expect(page).to_have_title("Gwent, Rape · Compare · Crime and Policing Comparator")
        assert page.get_by_role("link", name="Home").count() == 1
        page.close()


def test_no_request_leaves_the_site(server, browser):
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(server + DEEP)
    page.wait_for_selector("[data-testid=stVegaLiteChart] svg")
    context.close()
    assert hosts - {""} == {urlsplit(server).netloc}


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1280", "390"])
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "/?force=gwent",
        DEEP,
        "/compare?force=city-of-london",
        DEEP + "&peers=kent,essex",
        TREND,
        *TREND_VIEWS,
        PROFILE,
        *VALUE,
        *MAPS,
        *EVIDENCE,
        *MONITORING,
        BRIEFING,
        *DATA,
    ],
)
def test_axe_finds_no_serious_violation(server, open_page, path, colours, viewport):
    page = open_page(server + path, viewport=viewport, colours=colours)
    settle(page)
    found = Axe().run(page).response["violations"]
    grave = [
        (violation["id"], [node["html"][:150] for node in violation["nodes"]])
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
    assert grave == []


def test_a_new_snapshot_is_shown_without_a_restart_and_a_damaged_one_is_not(open_page, tmp_path):
    live = snapshots.named_by_current(ROOT / "data")
    shutil.copytree(live, tmp_path / live.name)
    (tmp_path / "current").write_text(live.name + "\n")
    newer = reissued(tmp_path / live.name, "2026-07-23")
    damaged = reissued(tmp_path / live.name, "2026-10-22")
    with (damaged / "observations.parquet").open("r+b") as file:
        file.seek(1000)
        file.write(b"\xff\xff\xff\xff")
    with serving(SERVE, data=tmp_path) as address:
        for named, shown in ((live, live), (newer, newer), (damaged, newer)):
            (tmp_path / "current").write_text(named.name + "\n")
            page = open_page(address + DEEP)
            expect(page.get_by_text(f"Snapshot {shown.name}")).to_be_visible()
            page.close()


def reissued(folder: Path, date: str) -> Path:
    """Copy a snapshot under a later date, as another release would be."""
    descriptor = json.loads((folder / "datapackage.json").read_text())
    descriptor["title"] = f"{descriptor['title']}, {date}"
    name = snapshots.snapshot_name(descriptor, date)
    copied = folder.parent / name
    shutil.copytree(folder, copied)
    (copied / "datapackage.json").write_text(json.dumps({**descriptor, "name": name}, indent=1, ensure_ascii=False))
    return copied
