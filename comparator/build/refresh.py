"""From the publishers' newest releases to a snapshot beside the live one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from comparator import catalogue as catalogues
from comparator import snapshot as snapshots
from comparator.analysis.names import check
from comparator.build.command import build
from comparator.build.download import Access, Wanted, fetch
from comparator.build.errors import BuildError
from comparator.build.releases import Release, newest
from comparator.build.source_files import Fetched
from comparator.catalogue import Refresh, Source

_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Refreshed:
    """A snapshot built from the newest releases.

    `downloaded` holds what came from the publishers by source id; `offered` the releases of which only extracts made by
    hand can be read, so that the one in the folder of sources was taken.
    """

    folder: Path
    downloaded: dict[str, Release]
    offered: dict[str, Release]


def refresh(sources: Path, out: Path, downloads: Path, *, by_hand: Collection[str], access: Access) -> Refreshed:
    """Download the newest releases, build a snapshot from them in `out` and return it; `current` stays as it is.

    Sources that no publisher offers as the build reads them, and those named in `by_hand`, come from the folder
    `sources`. Raises BuildError, CatalogueError or, for a name in `by_hand` that is no source, UnknownNameError.
    """
    declared = catalogues.load().sources
    for name in by_hand:
        check("source", name, declared)
    rules = [(source, source.refresh) for source in declared.values() if source.refresh and source.id not in by_hand]
    found = {source.id: newest(source, rule, downloads, access) for source, rule in rules}
    fetched = {
        source.id: _download(source, rule, found[source.id], downloads, access)
        for source, rule in rules
        if rule.extract_of is None
    }
    try:
        folder = build(sources, out, fetched=fetched, publish=False)
    except BuildError as error:
        at_fault = [name for name, file in fetched.items() if str(file.path) in str(error)]
        addresses = "".join(f"{name}: {found[name].address}: " for name in at_fault)
        by_hand_instead = f"; to go on with another file: {' '.join(f'--by-hand {name}' for name in at_fault)}"
        raise BuildError(f"{addresses}{error}{by_hand_instead if at_fault else ''}") from error
    return Refreshed(
        folder=folder,
        downloaded={name: release for name, release in found.items() if name in fetched},
        offered={name: release for name, release in found.items() if name not in fetched},
    )


def report(found: Refreshed, sources: Path) -> list[str]:
    """Return as lines what was downloaded, and what was taken from the folder of sources."""
    lines = ["Downloaded", *(f"  {name}: {one.edition}, {one.name}" for name, one in found.downloaded.items())]
    lines += ["", f"Taken from {sources}"]
    for name, source in snapshots.read(found.folder).sources.items():
        if name in found.downloaded:
            continue
        offered = found.offered.get(name)
        newest_told = f"; the publisher's newest: {offered.edition}, {offered.name}" if offered else ""
        lines.append(f"  {name}: {source.release}{newest_told}")
    return lines


def _download(source: Source, rule: Refresh, release: Release, downloads: Path, access: Access) -> Fetched:
    wanted = Wanted(source.id, release.address, rule.largest_megabytes * _MEGABYTE)
    [folder, *_] = [
        path.parent for path in map(PurePosixPath, source.files) if PurePosixPath(release.name).match(path.name)
    ]
    to = downloads / folder / release.name
    fetch(wanted, to, access)
    return Fetched(path=to, folder=downloads, release=release.edition, release_date=release.day)
