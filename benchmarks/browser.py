"""Measures pages in a real browser on a slow machine: `python -m benchmarks.browser`.

Chromium's processor is slowed down four times. For each page, opened anew three times: when its largest part was drawn
(Largest Contentful Paint) and how long after a change of force, made with the keyboard, the first heading or title told
of the new one. docs/performance.md tells what was found.
"""

from __future__ import annotations

import shutil
import statistics
import time

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.server import HOST, OURS, free_ports, serving
from comparator.ui.pages import PAGES

TIMES = 3
SLOWER = 4
MOST_PAINT_SECONDS = 2.5
MOST_CHANGE_SECONDS = 0.5
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_LARGEST = """() => new Promise(done => {
    let last = 0;
    new PerformanceObserver(list => { for (const one of list.getEntries()) last = one.startTime; })
        .observe({type: 'largest-contentful-paint', buffered: true});
    setTimeout(() => done(last / 1000), 500);
})"""


def _opened(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB").new_page()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address)
    page.wait_for_selector("h2")
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
    )
    page.wait_for_timeout(1500)
    return page


def _change(page: Page) -> float | None:
    box = page.get_by_role("combobox", name="Police force")
    if not box.count():
        return None
    box.first.focus()
    page.keyboard.type("Kent")
    page.wait_for_timeout(500)
    began = time.perf_counter()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.title.includes('Kent')")
    return time.perf_counter() - began


def main() -> None:
    """Measure each page and print what was found."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    port = next(free_ports())
    print(f"{'':28}{'largest part drawn':>20}{'another force told':>20}")
    with serving(OURS, port), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        time.sleep(6)
        for page in PAGES:
            paints, changes = [], []
            for _ in range(TIMES):
                shown = _opened(browser, f"http://{HOST}:{port}/{page.path}?force=cleveland&measure=shoplifting")
                paints.append(shown.evaluate(_LARGEST))
                changes.append(_change(shown))
                shown.context.close()
            paint = statistics.median(paints)
            told = [change for change in changes if change is not None]
            change = statistics.median(told) if told else None
            kept = paint <= MOST_PAINT_SECONDS and (change is None or change <= MOST_CHANGE_SECONDS)
            shown_change = "–" if change is None else f"{change:.2f} s"
            print(f"{'pass' if kept else 'FAIL'}  {page.title:22}{paint:18.2f} s{shown_change:>20}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
