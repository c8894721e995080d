"""Measures a rerun of every page when another force, or order, is chosen: `python -m benchmarks.pages`.

For each page: the script's time and the bytes of its messages, over Streamlit's own socket and without a browser, from
one server process. docs/performance.md tells what the figures mean.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.server import HOST, OURS, PATIENCE, WITHOUT_CHARTS, free_ports, serving, wait_for_lines
from benchmarks.session import Session

WARM_UP = 5
MOST_KB = 40.0


@dataclass(frozen=True)
class Asked:
    """A page as it is opened, how many milliseconds its script may take, and the select box that is changed."""

    page: str
    query: str = ""
    most_ms: float = 15.0
    box: str = "Police force"

    @property
    def name(self) -> str:
        """The page's name, with what tells it from others."""
        return " ".join(part for part in (self.page or "home", self.query) if part)


PAGES = (
    Asked(""),
    Asked("profile", most_ms=40.0),
    Asked("compare"),
    Asked("map"),
    Asked("map", "shape=Equal+hexagons"),
    Asked("trends"),
    Asked("trends", "view=Is+it+a+real+change%3F"),
    Asked("trends", "view=Several+forces"),
    Asked("trends", "view=The+whole+theme&measure=shoplifting"),
    Asked("trends", "view=Each+peer"),
    *(
        Asked("value-for-money", f"picture={view}", most_ms=20.0)
        for view in ("Differences+in+pounds", "Spending+and+results", "Over+the+years", "What+it+is+made+of")
    ),
    Asked("value-for-money", "workshop=true", most_ms=20.0),
    Asked("what-works", most_ms=20.0, box="In order"),
    Asked("what-works", "problem=burglary", most_ms=20.0, box="In order"),
    Asked("monitoring", most_ms=20.0),
    Asked("monitoring", "scope=One+force", most_ms=20.0),
    Asked("case", "measure=shoplifting", most_ms=20.0),
    Asked("briefing", most_ms=20.0),
    Asked("data-and-methods", most_ms=20.0, box="Theme"),
    Asked("data-and-methods", "part=Methods", most_ms=20.0),
)


async def _measured(asked: Asked, changes: int, port: int, times: Path) -> str:
    with serving(OURS, port, times):
        async with Session.connected(f"{HOST}:{port}", PATIENCE) as visitor:
            await visitor.open(asked.page, asked.query)
            offered = [option for option in visitor.selectbox(asked.box).options if option != WITHOUT_CHARTS]
            options = itertools.islice(itertools.cycle(offered), 1, None)
            runs = [await visitor.select(asked.box, next(options)) for _ in range(WARM_UP + changes)][WARM_UP:]
            lines = wait_for_lines(times, 1 + WARM_UP + changes)[-changes:]
    scripts, processor, _ = zip(*(map(float, line.split()) for line in lines), strict=True)
    script, sent = statistics.median(scripts), statistics.median(run.messages for run in runs) / 1000
    wire = statistics.median(run.wire for run in runs) / 1000
    kept = script <= asked.most_ms and sent <= MOST_KB
    return (
        f"{'pass' if kept else 'FAIL'}  {asked.name:44}{script:8.1f} of {asked.most_ms:.0f} ms"
        f"{statistics.median(processor):8.1f}{sent:8.1f} of {MOST_KB:.0f} kB{wire:8.1f}"
    )


def main() -> None:
    """Measure each page in a server of its own, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=20, help="changes on each page (20)")
    changes = parser.parse_args().changes
    print(f"{'':50}{'script, median':>17}{'processor':>11}{'messages':>13}{'wire':>9}")
    ports = free_ports()
    with tempfile.TemporaryDirectory() as folder:
        for number, asked in enumerate(PAGES):
            print(asyncio.run(_measured(asked, changes, next(ports), Path(folder) / f"{number}.txt")), flush=True)


if __name__ == "__main__":
    main()
