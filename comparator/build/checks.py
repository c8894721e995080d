"""What the build compares itself with: the publisher's own totals, the release before, and the list of forces."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd

from comparator import periods
from comparator.build.errors import BuildError
from comparator.catalogue import Catalogue, Source
from comparator.snapshot import Block, Snapshot

MOVED = 0.20
ODD_SHARE = 0.10
TOTAL = "all-crime-excluding-fraud"


def moved_totals(previous: Snapshot, new: Block) -> list[str]:
    """Return a line for each force whose total moved by more than 20% on the release before.

    Compared are the same 12 months in both releases, and the newest 12 months of each.
    """
    old = previous.blocks[TOTAL, "year"]
    common = max(set(old.periods) & set(new.periods), default=None)
    pairs = {(old.periods[-1], new.periods[-1])} | ({(common, common)} if common else set())
    lines = []
    for before, after in sorted(pairs):
        for force in previous.forces:
            was = old.numerator[old.row[before], old.column[force]]
            now = new.numerator[new.row[after], new.column[force]]
            if abs(now - was) > MOVED * abs(was):
                lines.append(
                    f"{force}: {now:,.0f} offences in the year ending {after}, "
                    f"{now / was - 1:+.0%} on {was:,.0f} in the year ending {before} of the release before"
                )
    return lines


def against_full_year(path: Path, offences: pd.DataFrame, catalogue: Catalogue, warnings: list[str]) -> pd.DataFrame:
    """Return our count and the publisher's full-year total by offence group, summed over the 43 forces.

    Columns: `group, quarters, ours, published, share`; with all four quarters the share should be near 100%, with three
    near 75%. Adds a warning for each force whose share lies more than 10 points away. Raises BuildError for a file
    whose groups do not add up to its totals or that names an unknown force.
    """
    try:
        published = json.loads(path.read_text(encoding="utf-8"))
        year, totals = str(published["period"]), published["forces"]
        rows = [
            (force, group["label"], int(group["count"]), int(entry["total"]))
            for force, entry in totals.items()
            for group in entry["byOffenceGroup"]
        ]
        ends = [periods.from_financial_quarter(year, quarter) for quarter in (1, 2, 3, 4)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BuildError(f"{path}: cannot be read as totals by force and group ({error!r}); fetch it again") from error
    theirs = pd.DataFrame(rows, columns=["force", "group", "published", "total"])
    by_force = theirs.groupby("force").agg(published=("published", "sum"), total=("total", "first"))
    wrong = by_force[by_force["published"] != by_force["total"]]
    if len(wrong):
        raise BuildError(f"{path}: the groups of {wrong.index[0]} do not add up to its total; fetch it again")
    theirs = theirs[theirs["force"] != "british-transport-police"]
    unknown = sorted(set(theirs["force"]) ^ set(catalogue.forces))
    if unknown:
        raise BuildError(f"{path}: holds other forces than forces.csv: {', '.join(unknown)}")
    groups = {offence.code: offence.group for offence in catalogue.offences}
    unknown = sorted(set(theirs["group"]) - set(groups.values()))
    if unknown:
        warnings.append(f"{path.name}: unknown offence group {', '.join(unknown)} is not compared")
    mine = offences[offences["period_end"].isin(ends)].assign(group=lambda rows: rows["code"].map(groups))
    quarters = mine["period_end"].nunique()
    if not quarters:
        warnings.append(f"{path.name}: {year} shares no quarter with our release and is not compared")
    _warn_of_odd_shares(mine.groupby("force")["number"].sum() / by_force["published"], quarters / 4, year, warnings)
    table = pd.DataFrame(
        {"ours": mine.groupby("group")["number"].sum(), "published": theirs.groupby("group")["published"].sum()}
    ).reset_index()
    table.insert(1, "quarters", quarters)
    return table.assign(share=table["ours"] / table["published"])


def _warn_of_odd_shares(shares: pd.Series[float], expected: float, year: str, warnings: list[str]) -> None:
    for force, share in shares.dropna().items():
        if abs(share - expected) > ODD_SHARE:
            warnings.append(f"{force}: {share:.0%} of its published {year} total so far, where {expected:.0%} is usual")


def force_list(path: Path, catalogue: Catalogue) -> list[str]:
    """Return a line for each force that the compiled list and the catalogue do not name and code alike."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            listed = {row["id"]: (row["code"], row["name"]) for row in csv.DictReader(file)}
    except (OSError, UnicodeDecodeError, KeyError) as error:
        raise BuildError(f"{path}: cannot be read as a list with id, code and name ({error!r})") from error
    lines = [f"{path.name}: has no force {force}" for force in catalogue.forces if force not in listed]
    for name, (code, title) in listed.items():
        force = catalogue.forces.get(name)
        if force is None or code != force.code or title not in (force.name, *force.aliases):
            lines.append(f"{path.name}: {name} ({code}, {title}) is not so in the catalogue")
    return lines


def police_uk_forces(path: Path, source: Source, catalogue: Catalogue) -> list[str]:
    """Return a line for each force that data.police.uk and the catalogue do not both have."""
    try:
        listed = {entry["id"]: entry["name"] for entry in json.loads(path.read_text(encoding="utf-8"))}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuildError(f"{path}: cannot be read as a list of forces ({error!r}); fetch it again") from error
    return [
        *(f"{path.name}: has no force {force}" for force in catalogue.forces if force not in listed),
        *(
            f"{path.name}: {name} ({title}) is not in the catalogue; if it is a new force, add it to forces.csv"
            for name, title in listed.items()
            if name not in catalogue.forces and name not in source.other_bodies
        ),
    ]
