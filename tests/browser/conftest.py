"""A real server process and the system's Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = {"width": 1280, "height": 2600}, {"width": 390, "height": 3600}
START_SECONDS = 60


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="NO CHROMIUM FOUND: THIS BROWSER TEST DID NOT RUN"))


@contextmanager
def serving(command: list[str], data: Path | None = None) -> Iterator[str]:
    """Run a server process on a free port ("{port}" in the command) and yield its address once it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, **({"COMPARATOR_DATA": str(data)} if data else {})}
    process = subprocess.Popen(
        [word.format(port=port) for word in command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: ready(address), "the server did not become ready")
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            # A server that waits for a browser's open connections is of no interest to these tests.
            process.kill()
            process.wait()


def ready(address: str) -> bool:
    try:
        return requests.get(f"{address}/healthz", timeout=2).text == '{"status":"ok"}'
    except requests.RequestException:
        return False


def wait_until(condition: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)


STILL = """() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'
    && document.getAnimations().every(animation => animation.playState !== 'running')"""
QUIET = """() => new Promise(resolve => {
    let quiet = setTimeout(resolve, 500);
    const changed = () => { clearTimeout(quiet); quiet = setTimeout(resolve, 500); };
    new MutationObserver(changed).observe(document.body, {subtree: true, childList: true, attributes: true});
})"""


def settle(page: Page) -> None:
    """Wait until the page's script has run, nothing moves and nothing has been changed for a while."""
    page.wait_for_function(STILL)
    page.evaluate(QUIET)
    page.wait_for_function(STILL)


SERVE = [sys.executable, "-m", "comparator", "serve", "--port", "{port}"]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Yield the address of a server that runs as `make run` starts it."""
    with serving(SERVE) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an address in a new browser context; each page must end without a console error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def note(message) -> None:
        # Streamlit's front end probes for its base path on deep links and expects these answers to fail.
        probe = "_stcore" in message.location.get("url", "")
        if message.type == "error" and not probe:
            errors.append(message.text)

    def open_in_new_context(address: str, viewport=DESKTOP, colours: str = "light") -> Page:
        context = browser.new_context(viewport=viewport, color_scheme=colours, locale="en-GB")
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: errors.append(f"a dialog opened: {dialog.message}"))
        page.goto(address)
        page.wait_for_selector("h2")
        return page

    yield open_in_new_context
    for context in contexts:
        context.close()
    assert not errors
