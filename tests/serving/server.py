"""A real server, started by the command on a port of its own."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 90
# What each process writes to the log once visitors can come.
STARTED = "Application startup complete"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(log, *arguments, **environment):
    """Run `python -m comparator serve` on a free port, its log in a file; give its process and address."""
    port = free_port()
    with log.open("w") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "comparator", "serve", "--port", str(port), *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=lines,
            stderr=lines,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: is_ready(address))
        yield process, address
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(condition):
    until = time.monotonic() + START_SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


def is_ready(address):
    try:
        return requests.get(f"{address}/readyz", timeout=2).json()["status"] == "ready"
    except requests.RequestException:
        return False
