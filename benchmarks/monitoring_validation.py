"""What monitoring finds where the truth is known, and what it said of real events: docs/monitoring.md's figures.

`python -m benchmarks.monitoring_validation` reads the real history of the live snapshot, then puts simulated forces
through the very functions of the build (42 forces with their real populations and peers, levels that differ as the real
ones do, a season, quarterly noise of 5% and chance counts), with and without injected problems. Seeds are fixed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import comparator
from comparator import catalogue as catalogues
from comparator import periods
from comparator.analysis.comparison import among_all_forces, compared_forces
from comparator.analysis.monitoring import CLEARLY_OUTLYING, GROUNDS, SEVERE, is_counted, is_monitored
from comparator.build import cases, comparisons, trends
from comparator.catalogue import Measure
from comparator.snapshot import Block, Snapshot
from comparator.statistics.funnel import FAR_OUTLYING

SEED = 20260423
# Years in which no quarter is left out of baselines.
QUARTERS = periods.quarters("2001-03", "2014-12")
SEASON = np.array([0.95, 1.0, 1.05, 1.0])
NOISE = 0.05
BEGINS = 40
LATEST = 8
AFFECTED = 6
SIZES = (1.1, 1.2, 1.3, 1.5, 2.0)
AFTER = (1, 2, 4, 8)
ENTERED = {
    "greater-manchester": "2020-12",
    "gloucestershire": "2021-12",
    "metropolitan": "2022-06",
    "staffordshire": "2022-06",
    "wiltshire": "2022-06",
    "devon-and-cornwall": "2022-12",
    "nottinghamshire": "2024-03",
}


@dataclass(frozen=True)
class World:
    """What simulated forces share with the real ones."""

    snapshot: Snapshot
    catalogue: catalogues.Catalogue
    peers: pd.DataFrame

    def levels(self, measure: Measure) -> tuple[float, float]:
        """Return the overall quarterly rate of a measure per person, and the variance between forces."""
        funnel = among_all_forces(self.snapshot, measure.id, "year", self.snapshot.latest_period)
        assert funnel is not None, measure.id  # noqa: S101 - every current measure has one
        return funnel.theta / 4, funnel.tau2


def simulate(
    world: World,
    measure: Measure,
    random: np.random.Generator,
    problems: Mapping[str, NDArray[np.float64]],
) -> pd.DataFrame:
    """Return the cases table of one simulated measure; `problems` are factors by quarter for the forces that have any.

    Where there are problems only their forces are judged, among all, which saves most of the time.
    """
    forces = list(world.snapshot.forces)
    real = world.snapshot.blocks[measure.id, "quarter"]
    people = real.denominator[-1, [real.column[force] for force in forces]]
    rate, variance = world.levels(measure)
    level = rate * np.exp(random.normal(0, np.sqrt(variance), len(forces)))
    quarter_of_year = np.arange(len(QUARTERS)) % 4
    noise = random.normal(0, NOISE, (len(QUARTERS), len(forces)))
    expected = people * level * SEASON[quarter_of_year][:, np.newaxis] * np.exp(noise)
    for force, factors in problems.items():
        expected[:, forces.index(force)] *= factors
    counts = random.poisson(expected).astype(float)
    years = counts[:-3] + counts[1:-2] + counts[2:-1] + counts[3:]
    blocks = {
        (measure.id, "quarter"): _block(QUARTERS, forces, counts, people, measure),
        (measure.id, "year"): _block(QUARTERS[3:], forces, years, people, measure),
    }
    alone = replace(world.catalogue, measures={measure.id: measure})
    compared = comparisons.table(blocks, world.peers, alone)
    judged = replace(alone, forces={force: alone.forces[force] for force in problems or alone.forces})
    return cases.table(compared, trends.table(blocks, judged), judged)


def _block(
    ends: tuple[str, ...], forces: list[str], counts: NDArray[np.float64], people: NDArray[np.float64], measure: Measure
) -> Block:
    denominator = np.broadcast_to(people, counts.shape)
    nowhere = np.full(counts.shape, np.nan)
    value = counts / denominator * measure.multiplier
    return Block(ends, tuple(forces), counts, denominator, nowhere, value)


def measures(world: World) -> list[Measure]:
    """Return the measures that are counted today."""
    return [
        measure for measure in world.catalogue.measures.values() if is_counted(measure) and measure.last_period is None
    ]


def by_chance(world: World, rounds: int) -> None:
    """Print the shares of force and measure pairs that come out as cases where nothing is wrong."""
    random = np.random.default_rng(SEED)
    found = []
    for number in range(rounds):
        for measure in measures(world):
            rows = simulate(world, measure, random, {})
            found.append(rows.assign(round=number))
    rows = pd.concat(found)
    print("\nNothing wrong: share flagged for change, by the length of the series in quarters")
    for length in (20, 28, 36, 44, len(QUARTERS)):
        print(f"{length:4}{rows.loc[rows['period_end'] == QUARTERS[length - 1], 'worse_change'].mean():8.3f}")
    late = rows["period_end"] >= QUARTERS[-LATEST]
    all_three, level = rows[late], _without_change(rows)[late.to_numpy()]
    print(f"\nNothing wrong: {len(all_three):,} force, measure and quarter triples")
    print(f"{'':24}{'three signals':>16}{'without change':>16}")
    for name, share in (
        *((ground, lambda of, ground=ground: of[f"worse_{ground}"]) for ground in GROUNDS),
        ("flagged", lambda of: of["severity"] > 0),
        ("severe", lambda of: of["severity"] >= SEVERE),
        ("enduring_and_severe", lambda of: (of["severity"] >= SEVERE) & (of["status"] == "enduring")),
        ("survives, worse side", lambda of: of["survives"] & (of["severity"] > 0)),
    ):
        print(f"{name:24}{share(all_three).mean():16.4f}{share(level).mean():16.4f}")


def _without_change(rows: pd.DataFrame) -> pd.DataFrame:
    """Return cases as they were if change could not be told: level signals alone, and runs of them."""
    number = rows["worse_all"].astype(int) + rows["worse_peers"]
    by_z = np.select([rows["z"] >= FAR_OUTLYING, rows["z"] >= CLEARLY_OUTLYING], [3, 2], default=0)
    severity = np.maximum(number, by_z)
    flagged = severity > 0
    keys = [rows["round"], rows["measure"], rows["force"]]
    ended = (~flagged).groupby(keys).cumsum()
    run = flagged.astype(int).groupby([*keys, ended]).cumsum()
    status = np.where(run >= 4, "enduring", "")
    return rows.assign(severity=severity, status=status, worse_change=False)


def injected(world: World, rounds: int) -> None:
    """Print how often problems of a size, that stay or end after a year, are found, and by which signal."""
    print(f"\nInjected problems: {AFFECTED} forces at a time, {rounds} rounds over all measures in turn")
    heads = ("flagged", "all", "peers", "change", "severe", "enduring_and_severe")
    print(f"{'size, length':28}{'after':>6}" + "".join(f"{head:>20}" for head in heads) + f"{'before':>10}")
    for length in (len(QUARTERS) - BEGINS, 4):
        for size in SIZES:
            random = np.random.default_rng(SEED + int(size * 100) + length)
            rows = pd.concat(list(_rounds(world, size, length, rounds, random)))
            before = rows[rows["after"] == 0]
            for after in AFTER:
                at = rows[rows["after"] == after]
                shares = (
                    at["severity"] > 0,
                    *(at[f"worse_{ground}"] for ground in GROUNDS),
                    at["severity"] >= SEVERE,
                    (at["severity"] >= SEVERE) & (at["status"] == "enduring"),
                )
                name = f"{size - 1:+.0%}, {'stays' if length > 4 else 'one year'}"
                cells = "".join(f"{share.mean():20.2f}" for share in shares)
                print(f"{name:28}{after:6}{cells}{(before['severity'] > 0).mean():10.2f}", flush=True)


def _rounds(world: World, size: float, length: int, rounds: int, random: np.random.Generator) -> Iterator[pd.DataFrame]:
    offered = measures(world)
    everyone = list(compared_forces(world.snapshot.forces))
    factors = np.ones(len(QUARTERS))
    factors[BEGINS : BEGINS + length] = size
    place = {end: index - BEGINS + 1 for index, end in enumerate(QUARTERS)}
    for number in range(rounds):
        chosen = [everyone[index] for index in random.choice(len(everyone), AFFECTED, replace=False)]
        rows = simulate(world, offered[number % len(offered)], random, dict.fromkeys(chosen, factors))
        yield rows.assign(after=rows["period_end"].map(place))


def history(world: World) -> None:
    """Print what monitoring said of the real past: cases a quarter, how stable they are, and known events."""
    counted = {
        measure.id for measure in world.catalogue.measures.values() if is_monitored(measure) and is_counted(measure)
    }
    rows = world.snapshot.table("cases")
    rows = rows[rows["measure"].isin(counted)].sort_values(["measure", "force", "period_end"])
    rows["flagged"] = rows["severity"] > 0
    rows["grave"] = (rows["severity"] >= SEVERE) & (rows["status"] == "enduring")
    print("\nReal history: cases a quarter")
    columns = ["flagged", "worse_all", "worse_peers", "worse_change", "grave"]
    by_quarter = rows.groupby("period_end")[columns].sum().assign(judged=rows.groupby("period_end").size())
    print(by_quarter[by_quarter.index.str.endswith("-12") | (by_quarter.index >= "2025-03")].to_string())
    print("\nStability: share that is so a quarter and four quarters later")
    grouped = rows.groupby(["measure", "force"])
    for column in columns:
        now = rows[column].astype(bool)
        later = [grouped[column].shift(-quarters)[now].dropna().astype(bool).mean() for quarters in (1, 4)]
        print(f"{column:16}" + "".join(f"{share:8.2f}" for share in later))
    print("\nChange signals by measure and year (share of forces flagged, December)")
    share = rows[rows["period_end"].str.endswith("-12")].pivot_table("worse_change", "measure", "period_end")
    print((share * 100).round(0).fillna(-1).astype(int).loc[:, "2016-12":].to_string())
    print("\nForces entering Engage: cases in that quarter, place among 42 (1 = most), grave cases")
    for force, end in ENTERED.items():
        at = rows[rows["period_end"] == end].groupby("force")[["flagged", "grave"]].sum()
        place = (at["flagged"] > at.loc[force, "flagged"]).sum() + 1
        own, usual = at.loc[force], at["flagged"].median()
        print(f"{force:24}{end:10}{own['flagged']:4}{place:5}{own['grave']:4}  median {usual:.0f}")


def main() -> None:
    """Run all three parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chance", type=int, default=24, help="rounds over all measures where nothing is wrong (24)")
    parser.add_argument("--injected", type=int, default=40, help="rounds for each size and length (40)")
    options = parser.parse_args()
    snapshot = comparator.open_snapshot()
    world = World(snapshot, catalogues.load(), snapshot.table("peers"))
    history(world)
    if options.chance:
        by_chance(world, options.chance)
    if options.injected:
        injected(world, options.injected)


if __name__ == "__main__":
    main()
