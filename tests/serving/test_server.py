"""A real server, started by the command: its answers, its log, and what it does when full, killed or stopped."""

import json
import os
import re
import signal
import socket
import subprocess
import sys

import psutil
import pytest
import requests
from websockets.sync.client import connect

from .server import ROOT, STARTED, free_port, served, wait_until


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Give the address and the log of a server that is set up whole."""
    log = tmp_path_factory.mktemp("served") / "log"
    with served(
        log,
        "--log-format",
        "json",
        "--metrics",
        COMPARATOR_ADDRESS="https://comparator.example",
        COMPARATOR_FRAME_ANCESTORS="'self' https://pcc.example",
    ) as (_, address):
        yield address, log


@pytest.mark.parametrize("path", ["/", "/compare?force=kent", "/static/css", "/nowhere", "/healthz", "/download/x.csv"])
def test_every_answer_carries_the_security_headers(site, path):
    headers = requests.get(site[0] + path, timeout=10).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'self' https://pcc.example" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert "geolocation=()" in headers["permissions-policy"]


def test_each_page_has_its_title_before_any_script_runs(site):
    answer = requests.get(f"{site[0]}/value-for-money?force=kent", timeout=10)
    assert "<title>Value for money · Crime and Policing Comparator</title>" in answer.text
    assert answer.headers["cache-control"] == "no-cache"


def test_an_address_that_does_not_exist_is_not_found(site):
    for path in ("/nowhere", "/compare.php", "/admin", "/_stcore/metrics", "/_stcore/upload_file/a/b"):
        answer = requests.get(site[0] + path, timeout=10)
        assert answer.status_code == 404, path
        assert "Traceback" not in answer.text


def test_nothing_can_be_uploaded(site):
    answer = requests.put(f"{site[0]}/_stcore/upload_file/session/file", data=b"x", timeout=10)
    assert answer.status_code == 404


def test_programs_are_told_of_health_data_figures_and_addresses(site):
    assert requests.get(f"{site[0]}/healthz", timeout=10).json() == {"status": "ok"}
    ready = requests.get(f"{site[0]}/readyz", timeout=10).json()
    assert ready == {"status": "ready", "snapshot": (ROOT / "data" / "current").read_text().strip()}
    assert "https://comparator.example/compare" in requests.get(f"{site[0]}/sitemap.xml", timeout=10).text
    assert "Sitemap: https://comparator.example/sitemap.xml" in requests.get(f"{site[0]}/robots.txt", timeout=10).text
    assert requests.get(f"{site[0]}/preview.png", timeout=10).headers["content-type"] == "image/png"
    figures = requests.get(f"{site[0]}/metrics", timeout=10).text
    assert re.search(r'comparator_requests_total\{kind="healthz",status="200"\} [1-9]', figures)
    assert ready["snapshot"] in figures


def test_what_is_refused_is_counted_together_whatever_it_was_called(site):
    for path in ("/made-up", "//made-up", "/made-up/../x", "/download/made-up.csv"):
        assert requests.get(site[0] + path, timeout=10).status_code >= 400
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert requests.request(method, f"{site[0]}/made-up-{method}/x", timeout=10).status_code >= 400
    assert "made-up" not in requests.get(f"{site[0]}/metrics", timeout=10).text


def test_the_log_says_what_happened_and_not_who_asked_what(site):
    address, log = site
    requests.get(
        f"{address}/compare?force=secret-force",
        headers={"User-Agent": "secret-browser", "Referer": "secret"},
        timeout=10,
    )
    wait_until(lambda: '"path": "/compare"' in log.read_text())
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    asked = [line for line in lines if line.get("path") == "/compare"]
    assert {(line["method"], line["status"]) for line in asked} == {("GET", 200)}
    assert "secret" not in log.read_text()
    assert all("127.0.0.1" not in json.dumps(line) for line in asked)
    assert not any(line.get("path") in ("/healthz", "/readyz") for line in lines)


def test_no_address_can_write_a_line_of_its_own_into_the_log(tmp_path):
    log = tmp_path / "log"
    with served(log, "--log-format", "text") as (_, address):
        requests.get(f"{address}/x%0a2030-01-01 INFO comparator: all is well", timeout=10)
        wait_until(lambda: "/x%0A2030" in log.read_text())
    assert not any(line.startswith("2030") for line in log.read_text().splitlines())


def test_a_full_process_asks_visitors_politely_to_come_back(tmp_path):
    with (
        served(tmp_path / "log", COMPARATOR_MOST_SESSIONS="1") as (_, address),
        connect(address.replace("http", "ws") + "/_stcore/stream"),
    ):
        wait_until(lambda: requests.get(f"{address}/compare", timeout=10).status_code == 503)
        answer = requests.get(f"{address}/compare", timeout=10)
        assert int(answer.headers["retry-after"]) > 0
        assert "Many people are here just now" in answer.text
        assert 'http-equiv="refresh"' in answer.text
        assert requests.get(f"{address}/readyz", timeout=10).status_code == 200


def test_a_killed_worker_is_replaced_while_the_other_serves_on_and_all_end_when_told(tmp_path):
    log = tmp_path / "log"
    with served(log, "--workers", "2") as (process, address):
        workers = [
            one for one in psutil.Process(process.pid).children() if "resource_tracker" not in str(one.cmdline())
        ]
        assert len(workers) == 2
        wait_until(lambda: log.read_text().count(STARTED) == 2)
        workers[0].send_signal(signal.SIGKILL)
        for _ in range(5):
            assert requests.get(f"{address}/compare", timeout=10).status_code == 200
        wait_until(lambda: log.read_text().count(STARTED) == 3)
        assert "ended with -9; a new one is started" in log.read_text()
        everybody = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        assert process.wait(timeout=20) == 0
        psutil.wait_procs(everybody, timeout=10)
        assert not any(one.is_running() for one in everybody)


def test_workers_that_cannot_start_are_given_up_with_the_reason(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "comparator", "serve", "--port", str(free_port()), "--workers", "2"],
        cwd=ROOT,
        env={**os.environ, "COMPARATOR_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(tmp_path) in done.stderr
    assert "keep ending right after their start" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "said"),
    [
        (["--workers", "0"], {}, 2, "--workers must be 1 or more"),
        ([], {"COMPARATOR_MOST_SESSIONS": "x"}, 2, "COMPARATOR_MOST_SESSIONS must be a whole number"),
    ],
)
def test_a_command_that_cannot_be_served_says_why(arguments, environment, status, said):
    done = subprocess.run(
        [sys.executable, "-m", "comparator", "serve", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert said in done.stderr


def test_a_port_that_is_taken_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "comparator", "serve", "--port", port],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
