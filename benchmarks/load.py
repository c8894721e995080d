"""Measures many visitors at once: `python -m benchmarks.load --visitors 550 --processes 1 --seconds 120`.

Visitors speak Streamlit's own protocol without a browser. Each arrives, opens a page, then every five seconds or so
(exponentially distributed) changes a choice or goes to another page, and leaves after a dozen clicks or so, upon which
another arrives. All pages take part. The client runs on the same machine and takes its share of it, which is told.
docs/performance.md tells what was found.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import psutil
from websockets.exceptions import WebSocketException

from benchmarks.rerun import PLAIN
from benchmarks.server import HOST, PATIENCE, ROOT, Way, free_ports, serving
from benchmarks.session import Session, SessionError

THINK_SECONDS = 5.0
CLICKS = 12
MOVES_ON = 0.25
LOOK_SECONDS = 5.0
MOST_SECONDS = 1.0
MOST_FIRST_SECONDS = 1.5
# Who is told that the site is full comes back after so long, as its page does by itself.
RETRY_SECONDS = 20
_FOUND, _FULL = 200, 503
PAGES = (
    "", "profile", "compare", "map", "trends", "value-for-money", "monitoring", "case", "what-works", "briefing",
    "data-and-methods",
)  # fmt: skip
# How often each page is gone to; Compare is what the site is for.
WEIGHTS = (10, 12, 25, 8, 12, 8, 8, 5, 5, 3, 4)
# How often each choice is changed: most go from force to force, and look at the newest figures.
BOXES = {"Police force": 10, "Measure": 5, "Period": 1, "Compared with": 1, "In order": 1, "Financial year": 1}


@dataclass
class Seen:
    """What visitors saw after the warm-up: seconds of first pages and of answers, and what went wrong."""

    first: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    refused: int = 0
    counts: bool = False


@dataclass(frozen=True)
class Load:
    """How many visitors at once, over how long they come and how long they are measured, and how long each stays."""

    visitors: int
    warm_up: float
    seconds: float
    clicks: float


async def _visit(address: str, pages: Sequence[str], load: Load, seen: Seen, chance: random.Random) -> None:
    began, page = time.perf_counter(), _page(pages, chance)
    if (status := await _status(address, page)) == _FULL:
        seen.refused += seen.counts
        await asyncio.sleep(RETRY_SECONDS)
        return
    if status != _FOUND:
        raise SessionError(f"the start page answers {status}")
    async with Session.connected(address, PATIENCE) as visitor:
        await visitor.open(page)
        if seen.counts:
            seen.first.append(time.perf_counter() - began)
        while chance.random() > 1 / load.clicks:
            await asyncio.sleep(chance.expovariate(1 / THINK_SECONDS))
            run = await _click(visitor, pages, chance)
            if seen.counts:
                seen.answers.append(run)


async def _status(address: str, page: str) -> int:
    """Return with which status the start page of a page is answered, as a browser would ask for it."""
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /{page} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1])


async def _click(visitor: Session, pages: Sequence[str], chance: random.Random) -> float:
    offered = [
        element.selectbox
        for element in visitor.elements
        if element.WhichOneof("type") == "selectbox"
        and element.selectbox.label in BOXES
        and len(element.selectbox.options) > 1
    ]
    if len(pages) > 1 and (not offered or chance.random() < MOVES_ON):
        return (await visitor.open(_page(pages, chance), visitor.query)).seconds
    (box,) = chance.choices(offered, [BOXES[box.label] for box in offered])
    return (await visitor.select(box.label, chance.choice(list(box.options)))).seconds


def _page(pages: Sequence[str], chance: random.Random) -> str:
    return chance.choices(pages, WEIGHTS[: len(pages)])[0]


async def _keep_coming(
    address: str, pages: Sequence[str], load: Load, seen: Seen, until: float, chance: random.Random
) -> None:
    await asyncio.sleep(chance.uniform(0, load.warm_up * 0.8))
    while time.monotonic() < until:
        try:
            await asyncio.wait_for(_visit(address, pages, load, seen, chance), until - time.monotonic())
        except TimeoutError:
            return
        except (SessionError, OSError, WebSocketException) as error:
            if time.monotonic() < until - 1:
                seen.errors.append(f"{type(error).__name__}: {error}")
                await asyncio.sleep(THINK_SECONDS)


@dataclass(frozen=True)
class Used:
    """What the servers used at a moment: seconds since the start, processor seconds and bytes of all processes."""

    at: float
    processor: float
    memory: int


def _used(server: psutil.Process, began: float) -> Used:
    processor, memory = 0.0, 0
    for process in (server, *server.children(recursive=True)):
        try:
            times = process.cpu_times()
            processor += times.user + times.system
            memory += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return Used(time.monotonic() - began, processor, memory)


async def measured(way: Way, pages: Sequence[str], load: Load, port: int) -> tuple[Seen, list[Used], float]:
    """Return what visitors saw, what the server used over time, and the share of a processor that the client took."""
    with serving(way, port) as server:
        address = f"{HOST}:{port}"
        async with Session.connected(address, PATIENCE) as visitor:
            for page in pages:
                await visitor.open(page)
        seen, began = Seen(), time.monotonic()
        until = began + load.warm_up + load.seconds
        chance = random.Random(7)  # noqa: S311 (a load, not a secret)
        crowd = [
            asyncio.create_task(_keep_coming(address, pages, load, seen, until, random.Random(chance.random())))  # noqa: S311
            for _ in range(load.visitors)
        ]
        await asyncio.sleep(load.warm_up)
        seen.counts, client = True, time.process_time()
        used = [_used(server, began)]
        while time.monotonic() < until - LOOK_SECONDS:
            await asyncio.sleep(LOOK_SECONDS)
            used.append(_used(server, began))
        seen.counts = False
        share = (time.process_time() - client) / (used[-1].at - used[0].at)
        await asyncio.gather(*crowd)
        return seen, used, share


def _report(name: str, load: Load, seen: Seen, used: Sequence[Used], client: float) -> None:
    seconds = used[-1].at - used[0].at
    processor = used[-1].processor - used[0].processor
    number = len(seen.answers) + len(seen.first)
    if not seen.answers or not seen.first:
        print(f"{name}: nobody was answered; {seen.errors[:1]}")
        return
    fifty, ninety_five, ninety_nine = np.percentile(seen.answers, [50, 95, 99])
    first = float(np.percentile(seen.first, 95))
    kept = ninety_five < MOST_SECONDS and first < MOST_FIRST_SECONDS and not seen.errors
    print(f"\n{'pass' if kept else 'FAIL'}  {name}: {load.visitors} visitors for {seconds:.0f} s")
    print(
        f"  answers     {len(seen.answers):8,}  median {fifty:.3f} s, p95 {ninety_five:.3f} s, p99 {ninety_nine:.3f} s"
    )
    print(f"  first pages {len(seen.first):8,}  median {statistics.median(seen.first):.3f} s, p95 {first:.3f} s")
    print(f"  errors      {len(seen.errors):8,}  {'; '.join(sorted(set(seen.errors)))[:300]}")
    print(f"  refused     {seen.refused:8,}  times, politely, because the site was full")
    print(f"  served      {number / seconds:8.1f}  runs a second, {processor / number * 1000:.1f} ms of processor each")
    print(f"  processors  {processor / seconds:8.2f}  used by the server, {client:.2f} by the client")
    hours = np.array([one.at for one in used]) / 3600
    slope = np.polyfit(hours, [one.memory / 1e6 for one in used], 1)[0]
    print(f"  memory      {used[-1].memory / 1e6:8.0f}  MB at the end, changing by {slope:+.0f} MB an hour", flush=True)


def main() -> None:
    """Measure this application and, if asked, the plain way, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=550)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=120, help="how long visitors are measured")
    parser.add_argument("--warm-up", type=float, default=30, help="over how many seconds they arrive")
    parser.add_argument("--clicks", type=float, default=CLICKS, help="how many times each clicks, on average")
    parser.add_argument("--plain", type=int, nargs="*", default=[], help="numbers of visitors for the plain way")
    asked = parser.parse_args()
    ports = free_ports()
    ours = Way(
        f"this application, {asked.processes} process(es)",
        ROOT,
        ("comparator", "serve", "--workers", str(asked.processes), "--port"),
        "",
    )
    load = Load(asked.visitors, asked.warm_up, asked.seconds, asked.clicks)
    _report(ours.name, load, *asyncio.run(measured(ours, PAGES, load, next(ports))))
    for visitors in asked.plain:
        load = Load(visitors, asked.warm_up, asked.seconds, asked.clicks)
        _report(PLAIN.name, load, *asyncio.run(measured(PLAIN, ("",), load, next(ports))))


if __name__ == "__main__":
    main()
