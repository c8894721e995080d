"""The build from end to end: read, check, compute, write, and tell what was done."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from comparator import catalogue as catalogues
from comparator import snapshot as snapshots
from comparator.build import (
    areas,
    boundaries,
    cases,
    checks,
    comparisons,
    evidence,
    feeds,
    finance,
    inspections,
    observations,
    older_recorded_crime,
    outcomes,
    peers,
    population,
    recorded_crime,
    source_files,
    topology,
    trends,
    workforce,
    write,
)
from comparator.build import publish as publishing
from comparator.catalogue import Catalogue, CountedTable
from comparator.catalogue.loader import HERE

_STEPS = 12


def build(
    sources: Path, out: Path, *, fetched: Mapping[str, source_files.Fetched] | None = None, publish: bool = True
) -> Path:
    """Build a snapshot from a folder of publishers' files, make it live in `out`, and return its folder.

    Files in `fetched`, by source id, are taken before those of the folder. Without `publish` the snapshot lies beside
    the live one, which stays. Prints a progress bar, the cross-check against the publisher's totals, a summary and the
    warnings to stderr. Raises CatalogueError or BuildError, and leaves `out` as it was, when something is wrong.
    """
    warnings: list[str] = []
    with tqdm(total=_STEPS, file=sys.stderr, unit="step", leave=False) as progress:

        def step(doing: str) -> None:
            progress.set_description(doing)
            progress.update()

        step("catalogue")
        catalogue = catalogues.load()
        step("finding files")
        found = source_files.find(sources, catalogue.sources, fetched or {})
        step("recorded crime")
        crime = found["recorded-crime"]
        offences = recorded_crime.load(crime.path, crime.source, catalogue, warnings)
        older = found["recorded-crime-2003-2018"]
        older_offences = older_recorded_crime.load(older.path, older.source, catalogue)
        step("money, people, results")
        amounts = finance.load(found, catalogue)
        in_post = workforce.load(found, catalogue, warnings)
        ended = outcomes.load(found["outcomes"].path, found["outcomes"].source, catalogue)
        grouped = found["outcomes-2024-25"]
        ended_by_group = outcomes.load_by_group(grouped.path, grouped.source, catalogue)
        step("population, peers, boundaries")
        people = population.load(found["population"].path, catalogue)
        official = found.get("most-similar-groups")
        peer_table = peers.load(found["similarity-drivers"].path, official.path if official else None, catalogue)
        shapes = boundaries.load(found["boundaries"].path, catalogue)
        known_to_work = evidence.load(found["evidence"].path)
        inspected = inspections.load(found["engage"], found["peel-grades"], catalogue)
        step("observations")
        counted: dict[CountedTable, pd.DataFrame] = {
            "offences": offences,
            "offences_rolling_year": older_offences,
            "finance": amounts,
            "workforce": in_post,
            "outcomes": ended,
        }
        blocks = observations.compute(counted, people, catalogue, areas.members(catalogue), warnings)
        step("comparisons")
        compared = comparisons.table(blocks, peer_table, catalogue)
        step("trends")
        moved = trends.table(blocks, catalogue)
        step("monitoring")
        monitored = cases.table(compared, moved, catalogue)
        step("checks")
        totals = checks.against_full_year(found["recorded-crime-2025-26"].path, offences, catalogue, warnings)
        warnings += _force_lists(found, catalogue)
        warnings += _moved_on_release_before(out, blocks)
        step("writing")
        tables: dict[str, pd.DataFrame] = {
            "areas": areas.table(catalogue),
            "themes": _entries(catalogue.themes.values()),
            "measures": _measures(catalogue),
            "value_lines": _entries(catalogue.value_lines.values()),
            "caveats": _entries(catalogue.caveats.values()),
            "offence_codes": _entries(catalogue.offences),
            "observations": observations.table(blocks),
            "comparisons": compared,
            "trends": moved,
            "cases": monitored,
            "questions": _entries(catalogue.questions.values()),
            "inspections": inspected,
            "peers": peer_table,
            "offences": offences,
            "offences_rolling_year": older_offences,
            "finance": amounts,
            "workforce": in_post,
            "outcomes": ended,
            "outcomes_by_group": ended_by_group,
            "population": people,
            "boundaries": shapes,
            "evidence": known_to_work,
        }
        folder = write.snapshot(
            out,
            tables,
            catalogue.tables,
            found,
            _catalogue_hash(),
            topology.boundaries(shapes, catalogue.hexes),
            feeds=feeds.files(monitored, catalogue, crime.source),
        )
        if publish:
            publishing.publish(out, folder.name)
        step("done")
    print(_summary(folder, totals, warnings, live=publish), file=sys.stderr)
    return folder


def _force_lists(found: Mapping[str, source_files.SourceFile], catalogue: Catalogue) -> list[str]:
    lines = []
    if "forces" in found:
        lines += checks.force_list(found["forces"].path, catalogue)
    if "police-uk-forces" in found:
        listed = found["police-uk-forces"]
        lines += checks.police_uk_forces(listed.path, listed.source, catalogue)
    return lines


def _moved_on_release_before(out: Path, blocks: observations.Blocks) -> list[str]:
    if not (out / snapshots.CURRENT).exists():
        return []
    try:
        previous = snapshots.read(snapshots.named_by_current(out))
    except snapshots.SnapshotError as error:
        return [f"not compared with the release before: {error}"]
    return checks.moved_totals(previous, blocks[checks.TOTAL, "year"])


def _entries(entries: Iterable[Any]) -> pd.DataFrame:
    return pd.DataFrame([entry.model_dump() for entry in entries])


def _measures(catalogue: Catalogue) -> pd.DataFrame:
    rows = []
    for measure in catalogue.measures.values():
        row = measure.model_dump()
        numerator = row.pop("numerator")
        divided = measure.denominator
        rows.append(
            {
                **row,
                "table": numerator["table"],
                "parts": numerator["parts"],
                "codes": catalogue.codes(measure.id),
                "denominator": divided if divided == "population" else divided.table,
                "denominator_codes": () if divided == "population" else catalogue.codes_of(divided),
            }
        )
    return pd.DataFrame(rows)


def _catalogue_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted([*HERE.glob("*.toml"), *HERE.glob("*.csv")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _summary(folder: Path, totals: pd.DataFrame, warnings: list[str], *, live: bool) -> str:
    descriptor = snapshots.read(folder).descriptor
    lines = [f"\n{'table':<22}{'rows':>10}{'kB':>9}"]
    lines += [
        f"{resource['name']:<22}{rows:>10}{resource['bytes'] / 1000:>9,.0f}"
        for resource in descriptor["resources"]
        for rows in [f"{resource['rows']:,}" if "rows" in resource else ""]
    ]
    ours, published = totals["ours"].sum(), totals["published"].sum()
    lines += ["", f"{'cross-check: totals of the publisher by group':<46}{'ours':>10}{'theirs':>11}{'share':>7}"]
    lines += [
        f"{row.group:<46}{row.ours:>10,.0f}{row.published:>11,.0f}{row.share:>7.1%}"
        for row in totals.itertuples(index=False)
    ]
    lines += [
        f"{'all':<46}{ours:>10,.0f}{published:>11,.0f}{ours / published:>7.1%}",
        f"({int(totals['quarters'].iloc[0])} of 4 quarters are in our release)",
        "",
        *(f"warning: {warning}" for warning in warnings),
        f"{len(warnings)} warnings. {'Live' if live else 'New'} snapshot: {folder.name}",
    ]
    return "\n".join(lines)
