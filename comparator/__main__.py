"""The command line: python -m comparator COMMAND, as its help lists them."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from comparator import snapshot as snapshots
from comparator.analysis import cases, difference, evidence, trend, value_for_money
from comparator.analysis.comparison import PeersError, as_record, as_rows, compare
from comparator.analysis.names import UnknownNameError
from comparator.catalogue import CatalogueError

UNUSABLE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 something is wrong with the data, 2 unusable words."""
    options = _parser().parse_args(arguments)
    try:
        status = int(options.run(options))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (UnknownNameError, PeersError) as error:
        print(f"comparator: {error}", file=sys.stderr)
        return UNUSABLE
    except (snapshots.SnapshotError, CatalogueError) as error:
        print(f"comparator: {error}", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m comparator", description="Crime and Policing Comparator")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    _add_commands_of_releases(commands)

    command = commands.add_parser("compare", help="compare a force with its peers and with all forces")
    command.add_argument("--force", required=True, help="for example cleveland")
    command.add_argument("--measure", required=True, help="for example residential-burglary")
    command.add_argument("--period", help="end of the window, for example 2025-12; the newest if left out")
    command.add_argument("--peers", default="similar", help="similar, region, all, or forces separated by commas")
    command.add_argument("--window", help="year, quarter, financial-year or date; the usual if left out")
    command.add_argument("--format", choices=("table", "json", "csv"), default="table")
    command.set_defaults(run=_compare)

    command = commands.add_parser("trend", help="tell whether a force's figures have really changed")
    command.add_argument("--force", required=True, help="for example cleveland")
    command.add_argument("--measure", required=True, help="for example residential-burglary")
    command.add_argument("--period", help="the newest quarter to look at, for example 2025-12; the newest if left out")
    command.add_argument("--format", choices=("table", "json"), default="table")
    command.set_defaults(run=_trend)

    command = commands.add_parser("profile", help="tell what a force spends, has, faces and achieves beside its peers")
    command.add_argument("--force", required=True, help="for example cleveland")
    command.add_argument("--year", help="financial year, for example 2024-25; the newest with spending if left out")
    command.add_argument("--peers", default="similar", help="similar, region, all, or forces separated by commas")
    command.add_argument("--format", choices=("table", "json"), default="table")
    command.set_defaults(run=_profile)

    command = commands.add_parser("evidence", help="list what is known to work against crime, best supported first")
    command.add_argument("--problem", help="crime problem, for example burglary; all if left out")
    command.add_argument("--format", choices=("table", "json"), default="table")
    command.set_defaults(run=_evidence)
    command = commands.add_parser("monitor", help="tell which forces stand out for the worse, how gravely, since when")
    command.add_argument("--period", help="quarter to look at, for example 2025-12; the newest if left out")
    command.add_argument("--force", help="only this force, for example cleveland")
    command.add_argument("--status", help="only new, persisting, enduring, easing or resolved")
    command.add_argument("--format", choices=("table", "json", "csv"), default="table")
    command.set_defaults(run=_monitor)

    for name, about in (("measures", "list the measures"), ("forces", "list the forces")):
        command = commands.add_parser(name, help=about)
        command.add_argument("--format", choices=("table", "json"), default="table")
        command.set_defaults(run=_measures if name == "measures" else _forces)
    return parser


def _add_commands_of_releases(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("build", help="make a snapshot from the publishers' files")
    command.add_argument("--sources", type=Path, required=True, metavar="DIR", help="folder of the publishers' files")
    command.add_argument("--out", type=Path, default=snapshots.data_folder(), metavar="DIR", help="folder of snapshots")
    command.set_defaults(run=_build)

    command = commands.add_parser("verify", help="check a snapshot against its SHA-256s")
    command.add_argument("path", nargs="?", type=Path, metavar="PATH", help="a snapshot, or the folder of snapshots")
    command.set_defaults(run=_verify)

    command = commands.add_parser("refresh", help="build a snapshot from the publishers' newest releases")
    command.add_argument(
        "--sources", type=Path, default=Path("sources"), metavar="DIR", help="folder of the files made by hand"
    )
    command.add_argument("--out", type=Path, default=snapshots.data_folder(), metavar="DIR", help="folder of snapshots")
    command.add_argument(
        "--downloads", type=Path, metavar="DIR", help="folder of what is downloaded; one in your cache if left out"
    )
    command.add_argument(
        "--by-hand", action="append", default=[], metavar="SOURCE", help="take this source too from --sources"
    )
    command.add_argument(
        "--mirror",
        action="append",
        default=[],
        type=_mirror,
        metavar="BEGINNING=OTHER",
        help="reach addresses that begin so at another address",
    )
    command.add_argument("--publish", action="store_true", help="make the new snapshot the live one")
    command.set_defaults(run=_refresh)

    command = commands.add_parser("publish", help="make a snapshot the live one, also to go back to one before")
    command.add_argument("name", metavar="NAME", help="name of a snapshot, for example 2026-04-23-0123abcd")
    command.add_argument("--out", type=Path, default=snapshots.data_folder(), metavar="DIR", help="folder of snapshots")
    command.set_defaults(run=_publish)

    command = commands.add_parser("diff", help="tell what a release changed, from snapshot A to snapshot B")
    command.add_argument("a", metavar="A", help="name or folder of a snapshot")
    command.add_argument("b", nargs="?", metavar="B", help="name or folder of another; the live one if left out")
    command.add_argument("--format", choices=("table", "json"), default="table")
    command.set_defaults(run=_diff)


def _build(options: argparse.Namespace) -> int:
    # Only this command needs the heavy readers of publishers' files.
    from comparator.build.command import build
    from comparator.build.errors import BuildError

    try:
        print(build(options.sources, options.out))
    except BuildError as error:
        print(f"comparator: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"comparator: {error}; nothing was published", file=sys.stderr)
        return 1
    return 0


def _cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "crime-and-policing-comparator"


def _mirror(given: str) -> tuple[str, str]:
    beginning, _, other = given.partition("=")
    if not (beginning.startswith("https://") and other.startswith(("http://", "https://"))):
        raise argparse.ArgumentTypeError(f"{given!r} is not of the form https://publisher=http://mirror")
    return beginning, other


def _refresh(options: argparse.Namespace) -> int:
    # Only the build may load what reads publishers' files and addresses.
    from comparator.build.download import Access
    from comparator.build.errors import BuildError
    from comparator.build.publish import publish
    from comparator.build.refresh import refresh, report

    try:
        found = refresh(
            options.sources,
            options.out,
            options.downloads or _cache_folder(),
            by_hand=options.by_hand,
            access=Access(mirrors=dict(options.mirror)),
        )
    except (BuildError, OSError) as error:
        print(f"comparator: {error}; nothing was published", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("comparator: interrupted; nothing was published, run it again to go on", file=sys.stderr)
        return 1
    print("\n".join(report(found, options.sources)), end="\n\n")
    built, live = snapshots.read(found.folder), _live_in(options.out)
    if live is not None:
        print("\n".join(difference.as_lines(difference.difference(live, built))), end="\n\n")
    if live is not None and live.name == built.name:
        print(f"Nothing new: {built.name} is live")
    elif options.publish:
        publish(options.out, built.name)
        print(f"Live: {built.name}" + (f"; to go back: python -m comparator publish {live.name}" if live else ""))
    else:
        print(f"Not live yet: {built.name}; to make it so: python -m comparator publish {built.name}")
    return 0


def _live_in(out: Path) -> snapshots.Snapshot | None:
    if not (out / snapshots.CURRENT).exists():
        return None
    try:
        return snapshots.read(snapshots.named_by_current(out))
    except snapshots.SnapshotError as error:
        print(f"comparator: not compared with the live snapshot: {error}", file=sys.stderr)
        return None


def _publish(options: argparse.Namespace) -> int:
    from comparator.build.publish import publish

    publish(options.out, options.name)
    print(f"Live: {options.name}")
    return 0


def _verify(options: argparse.Namespace) -> int:
    path = options.path or snapshots.data_folder()
    if path.is_file():
        raise snapshots.SnapshotError(f"{path}: is not a folder; give a snapshot or the folder of snapshots")
    folder = path if (path / snapshots.DESCRIPTOR).exists() else snapshots.named_by_current(path)
    found = snapshots.faults(folder)
    for line in found:
        print(line, file=sys.stderr)
    if found:
        return 1
    snapshots.read(folder)
    print(f"{folder}: sound")
    return 0


def _diff(options: argparse.Namespace) -> int:
    before = _snapshot(options.a)
    after = snapshots.live() if options.b is None else _snapshot(options.b)
    found = difference.difference(before, after)
    if options.format == "json":
        _print_json(difference.as_record(found))
    else:
        print("\n".join(difference.as_lines(found)))
    return 0


def _snapshot(given: str) -> snapshots.Snapshot:
    data = snapshots.data_folder()
    folder = Path(given) if (Path(given) / snapshots.DESCRIPTOR).exists() else data / given
    if not (folder / snapshots.DESCRIPTOR).exists():
        raise UnknownNameError(
            "snapshot", given, sorted(path.parent.name for path in data.glob(f"*/{snapshots.DESCRIPTOR}"))
        )
    return snapshots.read(folder)


def _compare(options: argparse.Namespace) -> int:
    snapshot = snapshots.live()
    result = compare(
        snapshot,
        force=options.force,
        measure=options.measure,
        period=options.period,
        peers=options.peers,
        window=options.window,
    )
    if options.format == "json":
        _print_json(as_record(result))
        return 0
    rows = as_rows(result, snapshot.measures[options.measure])
    if options.format == "csv":
        _print_csv(rows, list(rows[0]))
        return 0
    first = rows[0]
    for name in [name for name in first if name not in ("role", "distance")]:
        print(f"{name:<18}{_shown(first[name])}")
    print()
    _print_table(
        rows, ["role", "force", "numerator", "denominator", "value", "interval_low", "interval_high", "distance"]
    )
    return 0


def _trend(options: argparse.Namespace) -> int:
    found = trend.trend(snapshots.live(), force=options.force, measure=options.measure, period=options.period)
    if options.format == "json":
        _print_json(trend.as_record(found))
        return 0
    for name in (
        "verdict",
        "rule",
        "centre",
        "lower",
        "upper",
        "change_on_year_percent",
        "change_on_three_years_percent",
    ):
        print(f"{name:<31}{_shown(getattr(found, name))}")
    print(f"{'caveats':<31}{'|'.join(found.caveats)}\n")
    series = zip(found.periods, found.values, found.adjusted, found.year_values, strict=True)
    rows = [dict(zip(("ending", "rate", "adjusted", "12 months"), row, strict=True)) for row in series]
    _print_table(rows, ["ending", "rate", "adjusted", "12 months"])
    return 0


def _profile(options: argparse.Namespace) -> int:
    found = value_for_money.value_for_money(
        snapshots.live(), force=options.force, year=options.year, peers=options.peers
    )
    record = value_for_money.as_record(found)
    if options.format == "json":
        _print_json(record)
        return 0
    print(f"{record['force']}, {record['year']}, beside {', '.join(record['peers']) or 'nobody'}\n")
    columns = ["measure", "period_end", "value", "peers_average", "england", "difference", "difference_total", "rank"]
    _print_table(
        [{**line, "caveats": "|".join(line["caveats"])} for line in record["lines"]],
        [*columns, "of", "outlier", "caveats"],
    )
    return 0


def _evidence(options: argparse.Namespace) -> int:
    rows = [evidence.as_record(entry) for entry in evidence.what_works(snapshots.live(), problem=options.problem)]
    columns = ["slug", "effect_direction", "effect_strength", "certainty", "systematic_review", "review_year"]
    return _list(options, rows, [*columns, "effect_outcome"])


def _monitor(options: argparse.Namespace) -> int:
    snapshot = snapshots.live()
    found = cases.monitor(snapshot, period=options.period, force=options.force, status=options.status)
    rows = cases.as_rows(found, snapshot.measures)
    if options.format == "json":
        _print_json(cases.as_record(found, snapshot.measures))
    elif options.format == "csv":
        _print_csv(rows, list(cases.COLUMNS))
    else:
        print(f"quarter to {found.period_end}, {found.judged} pairs of force and measure\n")
        _print_table(
            [{"kind": tally.kind, "found": tally.found, "by chance": tally.by_chance} for tally in found.tallies],
            ["kind", "found", "by chance"],
        )
        print()
        _print_table(rows, ["force", "measure", "status", "severity", "quarters", "since", "signals", "z"])
    return 0


def _measures(options: argparse.Namespace) -> int:
    snapshot = snapshots.live()
    rows = []
    for measure in snapshot.measures.values():
        ends = snapshot.blocks[measure.id, measure.windows[0]].periods
        row = measure.model_dump(exclude={"numerator"})
        rows.append({**row, "first_period_end": ends[0], "last_period_end": ends[-1]})
    return _list(options, rows, ["id", "theme", "polarity", "first_period_end", "last_period_end"])


def _forces(options: argparse.Namespace) -> int:
    rows = [force.model_dump() for force in snapshots.live().forces.values()]
    return _list(options, rows, ["id", "code", "name", "region", "policing_body"])


def _list(options: argparse.Namespace, rows: list[dict[str, Any]], columns: list[str]) -> int:
    if options.format == "json":
        _print_json(rows)
    else:
        _print_table(rows, columns)
    return 0


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=1, ensure_ascii=False))


def _print_csv(rows: list[dict[str, Any]], columns: list[str]) -> None:
    writer = csv.DictWriter(sys.stdout, fieldnames=columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _print_table(rows: list[dict[str, Any]], columns: list[str]) -> None:
    cells = [columns, *([_shown(row[name]) for name in columns] for row in rows)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _shown(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:,.4f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
