"""Serves the site: one process, or several that share a port, each restarted should it end."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import uvicorn

from comparator.charts.render import end_with_parent
from comparator.serving import logs, settings

ROOT = Path(__file__).parent.parent.parent

_BACKLOG = 2048
_GRACEFUL_SECONDS = 10
_LOOK_SECONDS = 0.2
# A process that ends sooner than this after its start will not do better the next time.
_LEAST_SECONDS = 5.0
_MOST_FAILURES = 3

_log = logging.getLogger("comparator.serve")


@dataclass(frozen=True)
class Serving:
    """Where and with how many processes the site is served, and what the environment of each holds besides."""

    host: str
    port: int
    workers: int
    environment: Mapping[str, str]


def serve(asked: Serving) -> int:
    """Serve until told to stop by SIGINT or SIGTERM; return 0 then, and 1 if processes keep ending by themselves.

    Raises SettingError for a setting that cannot be used and OSError where the port cannot be had.
    """
    os.environ.update(asked.environment)
    logs.set_up(settings.from_environment().log_format)
    with _listening(asked.host, asked.port) as port:
        _log.info("serving on http://%s:%d with %d process(es)", asked.host, port.getsockname()[1], asked.workers)
        if asked.workers == 1:
            _run(port)
            return 0
        return _supervise(port, asked.workers)


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket on which all processes listen; whichever is idle takes the next visitor."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, asyncio sends small answers at once; else each waits some 40 ms for the next packet.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(_BACKLOG)
    return listening


def _run(port: socket.socket) -> None:
    sys.path.insert(0, str(ROOT))
    config = uvicorn.Config(
        "app:app",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_GRACEFUL_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[port])


def _work(port: socket.socket) -> None:
    end_with_parent()
    logs.set_up(settings.from_environment().log_format)
    _run(port)


def _supervise(port: socket.socket, number: int) -> int:
    stop = threading.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda *_: stop.set())
    context = multiprocessing.get_context("spawn")

    def begun() -> tuple[BaseProcess, float]:
        process = context.Process(target=_work, args=(port,))
        process.start()
        return process, time.monotonic()

    workers = [begun() for _ in range(number)]
    failures = 0
    try:
        while not stop.wait(_LOOK_SECONDS):
            for place, (process, since) in enumerate(workers):
                if process.is_alive():
                    continue
                failures = failures + 1 if time.monotonic() - since < _LEAST_SECONDS else 0
                if failures >= _MOST_FAILURES:
                    _log.error("processes keep ending right after their start; the reason stands above")
                    return 1
                _log.error("process %s ended with %s; a new one is started", process.pid, process.exitcode)
                workers[place] = begun()
        return 0
    finally:
        _end([process for process, _ in workers])


def _end(processes: list[BaseProcess]) -> None:
    for process in processes:
        process.terminate()
    until = time.monotonic() + _GRACEFUL_SECONDS + 2
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
