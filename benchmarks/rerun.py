"""Measures a rerun of the Compare page beside the same page written the plain way: `python -m benchmarks.rerun`.

Both servers are real processes, both are asked by the same client over Streamlit's own socket, in alternating rounds
of one run, so that whatever else the machine does falls on both. docs/performance.md tells what the figures mean.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.server import (
    HOST,
    OURS,
    PATIENCE,
    ROOT,
    WITHOUT_CHARTS,
    Way,
    free_ports,
    serving,
    wait_for_lines,
)
from benchmarks.session import Run, Session

WARM_UP = 5
COLD_STARTS = 3
BOX = "Police force"


PLAIN = Way("the plain way", ROOT / "benchmarks" / "plain", ("streamlit", "run", "page.py", "--server.port"), "")
WAYS = (OURS, PLAIN)
EMPTY = Way("an empty page", PLAIN.folder, ("streamlit", "run", "empty.py", "--server.port"), "")


@dataclass(frozen=True)
class Figures:
    """What was measured of one way: milliseconds, kilobytes (1,000 bytes), seconds and megabytes (1,000,000 bytes)."""

    script_ms: float
    script_p95_ms: float
    script_processor_ms: float
    after_ms: float
    answer_ms: float
    answer_p95_ms: float
    process_processor_ms: float
    messages_kb: float
    wire_kb: float
    cold_start_s: float
    memory_first_mb: float
    memory_last_mb: float


LABELS = {
    "script_ms": "Script of a rerun, median (ms)",
    "script_p95_ms": "Script of a rerun, 95th percentile (ms)",
    "script_processor_ms": "  processor time of it, median (ms)",
    "after_ms": "Clearing up after it, median (ms)",
    "answer_ms": "Request to last message, median (ms)",
    "answer_p95_ms": "Request to last message, 95th perc. (ms)",
    "process_processor_ms": "Processor time of the whole server (ms)",
    "messages_kb": "Messages of an interaction, median (kB)",
    "wire_kb": "  as they come over the wire (kB)",
    "cold_start_s": "Process start to first page, median (s)",
    "memory_first_mb": "Memory after the first page (MB)",
    "memory_last_mb": "Memory after all reruns (MB)",
}


@dataclass(frozen=True)
class Target:
    """A figure that the application means to keep, and what it is now."""

    what: str
    value: float
    limit: float
    at_least: bool = False

    def verdict(self) -> str:
        """Return the target in a line that begins with "pass" or "FAIL"."""
        kept = self.value >= self.limit if self.at_least else self.value <= self.limit
        sign = ">=" if self.at_least else "<="
        return f"{'pass' if kept else 'FAIL'}  {self.what}: {self.value:.3g} (target {sign} {self.limit:g})"


@dataclass
class Visit:
    """One way under measurement: its server, its visitor, and what the visitor has met so far."""

    process: psutil.Process
    session: Session
    way: Way
    times: Path
    options: Iterator[str]
    memory_first: int = 0
    visits: int = 0
    processor: float = 0.0
    runs: list[Run] = field(default_factory=list)

    async def change_force(self, times: int, *, counted: bool) -> None:
        """Choose another force so many times, one as soon as the one before is answered."""
        before = _processor(self.process)
        runs = [await self.session.select(BOX, next(self.options)) for _ in range(times)]
        self.visits += times
        if counted:
            self.runs += runs
            # The server may clear up after its last answer.
            wait_for_lines(self.times, self.visits)
            self.processor += _processor(self.process) - before


def measure(rounds: int, changes: int) -> tuple[dict[Way, Figures], list[str]]:
    """Return the figures of both ways, and notes on what the reader should know of this run."""
    ports = free_ports()
    cold = _cold_starts(ports)
    with tempfile.TemporaryDirectory() as folder:
        figures, notes = asyncio.run(_reruns(rounds, changes, cold, Path(folder), ports))
    longer = f"{OURS.name} takes {cold[OURS] / cold[EMPTY]:.1f} times that"
    return figures, [*notes, f"An empty Streamlit page starts in {cold[EMPTY]:.2f} s on this machine now; {longer}."]


def _cold_starts(ports: Iterator[int]) -> dict[Way, float]:
    """Return the seconds that each way takes to start, and those of a page with nothing on it as a yardstick."""
    seconds: dict[Way, list[float]] = {way: [] for way in (*WAYS, EMPTY)}
    for way in WAYS:  # unmeasured: writes the bytecode and fills the disk cache
        asyncio.run(_cold_start(way, next(ports)))
    for turn in range(COLD_STARTS):
        for way in (*_order(turn), EMPTY):
            seconds[way].append(asyncio.run(_cold_start(way, next(ports))))
    return {way: statistics.median(values) for way, values in seconds.items()}


async def _cold_start(way: Way, port: int) -> float:
    """Return the seconds from starting the process to the last message of its first page."""
    start = time.perf_counter()
    with serving(way, port):
        async with Session.connected(f"{HOST}:{port}", PATIENCE) as session:
            await session.open(way.page)
            return time.perf_counter() - start


async def _reruns(
    rounds: int, changes: int, cold: dict[Way, float], folder: Path, ports: Iterator[int]
) -> tuple[dict[Way, Figures], list[str]]:
    async with AsyncExitStack() as stack:
        visits = {way: await _visit(way, folder, next(ports), stack) for way in WAYS}
        for visit in visits.values():
            await visit.change_force(WARM_UP, counted=False)
        start, busy = time.perf_counter(), _busy()
        for turn in range(rounds):
            for way in _order(turn):
                await visits[way].change_force(changes, counted=True)
        others = (_busy() - busy - sum(visit.processor for visit in visits.values())) / (time.perf_counter() - start)
        figures = {way: _figures(visit, cold[way]) for way, visit in visits.items()}
        texts = {way: visit.session.texts() for way, visit in visits.items()}
    return figures, [
        f"{rounds} rounds of {changes} changes of force each, after {WARM_UP} to warm up; {COLD_STARTS} cold starts.",
        f"Other programs, this client among them, kept {others:.2f} of {psutil.cpu_count()} cores busy meanwhile.",
        *_differences(texts),
    ]


async def _visit(way: Way, folder: Path, port: int, stack: AsyncExitStack) -> Visit:
    """Return a visit that has seen its first page; the stack ends it and its server."""
    times = folder / f"{port}.txt"
    process = stack.enter_context(serving(way, port, times))
    session = await stack.enter_async_context(Session.connected(f"{HOST}:{port}", PATIENCE))
    await session.open(way.page)
    forces = [option for option in session.selectbox(BOX).options if option != WITHOUT_CHARTS]
    # The second force comes first, since the first one is shown already.
    options = itertools.islice(itertools.cycle(forces), 1, None)
    return Visit(process, session, way, times, options, memory_first=_memory(process), visits=1)


def _figures(visit: Visit, cold_start: float) -> Figures:
    lines = wait_for_lines(visit.times, visit.visits)[-len(visit.runs) :]
    scripts, processor, after = zip(*(map(float, line.split()) for line in lines), strict=True)
    answers = [run.seconds * 1000 for run in visit.runs]
    return Figures(
        script_ms=statistics.median(scripts),
        script_p95_ms=_p95(scripts),
        script_processor_ms=statistics.median(processor),
        after_ms=statistics.median(after),
        answer_ms=statistics.median(answers),
        answer_p95_ms=_p95(answers),
        process_processor_ms=visit.processor / len(visit.runs) * 1000,
        messages_kb=statistics.median(run.messages for run in visit.runs) / 1000,
        wire_kb=statistics.median(run.wire for run in visit.runs) / 1000,
        cold_start_s=cold_start,
        memory_first_mb=visit.memory_first / 1e6,
        memory_last_mb=_memory(visit.process) / 1e6,
    )


def targets(figures: dict[Way, Figures]) -> list[Target]:
    """Return what the application means to keep."""
    ours, plain = figures[OURS], figures[PLAIN]
    return [
        Target("script of a rerun, median in ms", ours.script_ms, 15),
        Target("script of the plain way, times ours", plain.script_ms / ours.script_ms, 4, at_least=True),
        Target("messages of an interaction, in kB", ours.messages_kb, 40),
        Target("process start to first page, in s", ours.cold_start_s, 1.5),
        Target("memory after all reruns, in MB", ours.memory_last_mb, 250),
    ]


def table(figures: dict[Way, Figures]) -> str:
    """Return the figures side by side, with the ratio of the plain way to ours."""
    ours, plain = asdict(figures[OURS]), asdict(figures[PLAIN])
    lines = [f"{'':42}{OURS.name:>18}{PLAIN.name:>16}{'ratio':>8}"]
    for name, label in LABELS.items():
        ratio = f"{plain[name] / ours[name]:.1f}" if ours[name] >= 0.005 else "-"
        lines.append(f"{label:42}{ours[name]:>18.2f}{plain[name]:>16.2f}{ratio:>8}")
    return "\n".join(lines)


def _order(turn: int) -> Sequence[Way]:
    """Return who goes first in this turn: each way every other time."""
    return WAYS if turn % 2 == 0 else WAYS[::-1]


def _memory(process: psutil.Process) -> int:
    """Return the resident memory of a server and whatever processes it started."""
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))


def _processor(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _busy() -> float:
    """Return the processor seconds that the machine has worked since it was started."""
    times: Any = psutil.cpu_times()
    return float(times.user + times.system)


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _differences(texts: dict[Way, list[str]]) -> list[str]:
    """Return notes on paragraphs that only one of the two pages sends, for the comparison to be seen to be fair."""
    paragraphs = {way: [part for text in texts[way] for part in text.split("\n\n")] for way in WAYS}
    notes = []
    for way, other in (WAYS, WAYS[::-1]):
        only = [part for part in paragraphs[way] if part not in paragraphs[other]]
        notes += [f"Text that only {way.name} sends: {part.splitlines()[0][:70]}" for part in only]
    return notes or ["Both pages send the same text."]


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4, help="rounds in which the two ways take turns (4)")
    parser.add_argument("--changes", type=int, default=8, help="changes of force in a round (8)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
    asked = parser.parse_args()
    figures, notes = measure(asked.rounds, asked.changes)
    print(table(figures), *notes, "", *(target.verdict() for target in targets(figures)), sep="\n")
    if asked.json:
        found = {way.name: asdict(figures[way]) for way in WAYS}
        asked.json.write_text(json.dumps({"figures": found, "notes": notes}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
