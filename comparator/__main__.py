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
from comparator.analysis import briefing, cases, difference, evidence, trend, value_for_money
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

    _add_briefing(commands)
    _add_serve(commands)
    for name, about in (("measures", "list the measures"), ("forces", "list the forces")):
        command = commands.add_parser(name, help=about)
        command.add_argument("--format", choices=("table", "json"), default="table")
        command.set_defaults(run=_measures if name == "measures" else _forces)
    return parser


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("serve", help="serve the site")
    command.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 for all")
    command.add_argument("--port", type=int, default=8501)
    command.add_argument("--workers", type=int, default=1, metavar="N", help="processes, best one for each core")
    command.add_argument("--log-format", choices=("text", "json"), help="of the lines on standard error")
    command.add_argument("--metrics", action="store_true", help="answer /metrics in the format of Prometheus")
    command.set_defaults(run=_serve)


def _add_briefing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("briefing", help="write a force's briefing as a document to take into the room")
    whose = command.add_mutually_exclusive_group(required=True)
    whose.add_argument("--force", help="for example cleveland; needs --out")
    whose.add_argument("--all", type=Path, metavar="DIR", help="write one for every force into this folder")
    command.add_argument("--out", type=Path, metavar="FILE", help="file to write, ending in .docx, .pdf or .html")
    command.add_argument("--format", choices=("docx", "pdf", "html"), default="docx", help="of the files of --all")
    command.add_argument("--period", help="end of the quarter, for example 2025-12; the newest if left out")
    command.add_argument("--peers", default="similar", help="similar, region, all, or forces separated by commas")
    command.add_argument("--sections", default="", help=f"some of {','.join(briefing.SECTIONS)}; all if left out")
    command.add_argument("--measures", default="", help="measures separated by commas; all if left out")
    command.add_argument("--notes", action="store_true", help="speaking notes for a public meeting instead")
    command.set_defaults(run=_briefing)


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


def _briefing(options: argparse.Namespace) -> int:
    # Only this command needs what draws and writes documents.
    from comparator.documents.files import FileNameError, Kind, write

    snapshot = snapshots.live()
    if options.force and options.out is None:
        print("comparator: --force needs --out FILE, ending in .docx, .pdf or .html", file=sys.stderr)
        return UNUSABLE
    kind: Kind = "speaking-notes" if options.notes else "briefing"
    wanted = (
        {options.force: options.out}
        if options.force
        else {force: options.all / f"{force}-{kind}.{options.format}" for force in snapshot.forces}
    )
    try:
        for force, path in wanted.items():
            asked = briefing.asked(
                snapshot,
                force=force,
                period=options.period,
                peers=options.peers,
                sections=_separated(options.sections),
                measures=_separated(options.measures),
            )
            write(snapshot, asked, kind, path)
            print(path)
    except FileNameError as error:
        print(f"comparator: {error}", file=sys.stderr)
        return UNUSABLE
    except OSError as error:
        print(f"comparator: cannot write {path}: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


def _separated(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _serve(options: argparse.Namespace) -> int:
    # Only this command needs the server.
    from comparator.serving import settings
    from comparator.serving.command import Serving, serve

    if options.workers < 1:
        print(f"comparator: --workers must be 1 or more, not {options.workers}", file=sys.stderr)
        return UNUSABLE
    environment = {settings.LOG_FORMAT: options.log_format} if options.log_format else {}
    if options.metrics:
        environment[settings.METRICS] = "1"
    try:
        return serve(Serving(options.host, options.port, options.workers, environment))
    except settings.SettingError as error:
        print(f"comparator: {error}", file=sys.stderr)
        return UNUSABLE
    except OSError as error:
        told = f"cannot listen on {options.host}:{options.port}: {error.strerror or error}"
        print(f"comparator: {told}; choose another with --port", file=sys.stderr)
        return 1


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
