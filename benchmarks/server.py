"""Starts servers to be measured, each by its own command, with a stopwatch inside."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.session import SessionError

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"
FIRST_PORT = 8700
PATIENCE = 60.0
# Shown without comparisons, so its pages cost less than any other's.
WITHOUT_CHARTS = "City of London"


@dataclass(frozen=True)
class Way:
    """A way of writing and serving the page: the folder and the command that start it, and the page's name there."""

    name: str
    folder: Path
    command: tuple[str, ...]
    page: str


OURS = Way("this application", ROOT, ("uvicorn", "app:app", "--port"), "compare")


@contextmanager
def serving(way: Way, port: int, times: Path | None = None) -> Iterator[psutil.Process]:
    """Start a server by its own command, with the stopwatch in it if `times` is given, and stop it afterwards."""
    command = [*way.command, str(port)]
    if times is not None:
        command = ["benchmarks.timed", str(times), *command]
    server = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=way.folder,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _environment() -> dict[str, str]:
    """Return our environment, without what would set one server up unlike the other or keep it from its bytecode."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("STREAMLIT_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    path = [str(ROOT), kept["PYTHONPATH"]] if kept.get("PYTHONPATH") else [str(ROOT)]
    return {**kept, "PYTHONPATH": os.pathsep.join(path)}


def free_ports() -> Iterator[int]:
    """Give port after port on which nothing listens."""
    for port in itertools.count(FIRST_PORT):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) != 0:
                yield port


def wait_for_lines(file: Path, number: int) -> list[str]:
    """Return the lines of the stopwatch once there is one for each run that the visitor saw."""
    until = time.monotonic() + 5
    while True:
        lines = file.read_text(encoding="utf-8").splitlines()
        if len(lines) == number:
            return lines
        if len(lines) > number or time.monotonic() > until:
            raise SessionError(f"the server ran its page {len(lines)} times where the visitor saw {number} runs")
        time.sleep(0.005)
