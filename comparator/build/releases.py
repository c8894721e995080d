"""Finds the newest release of a source at its publisher, by the rule that the catalogue gives for it."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from comparator.build.download import TYPES, Access, Wanted, fetch
from comparator.catalogue import Refresh, Source

_ANSWERS = "answers"
_LARGEST_ANSWER = 20_000_000
_EVERYTHING = "/0/query?where=1%3D1&outFields=*&f=geojson"


@dataclass(frozen=True)
class Release:
    """What a publisher offers: a file's name and address, of which edition, and of which day if that is known."""

    name: str
    address: str
    edition: str
    day: date | None


def newest(source: Source, rule: Refresh, downloads: Path, access: Access) -> Release:
    """Return the newest release that the publisher offers; its answer is kept below `downloads`.

    Raises BuildError, with source and address, when the publisher cannot be reached or offers no such file, or several
    of which none is the newest.
    """
    if rule.publisher == "file":
        name = f"{PurePosixPath(urlsplit(rule.address).path).name}.json"
        return Release(name, rule.address, source.release, source.release_date)
    wanted = Wanted(source.id, rule.address, _LARGEST_ANSWER)
    answer = downloads / _ANSWERS / f"{source.id}.json"
    fetch(wanted, answer, access)
    said = json.loads(answer.read_bytes())
    try:
        offered = _OFFERED[rule.publisher](said, source)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        found = f"is no list of files as expected ({error!r})"
        raise wanted.refused(found, "look whether the publisher's page has moved") from error
    as_published = [PurePosixPath(pattern).name for pattern in source.files if pattern.endswith(TYPES)]
    patterns = [rule.extract_of] if rule.extract_of else as_published
    fitting = [offer for offer in offered if any(fnmatch.fnmatchcase(offer.name, pattern) for pattern in patterns)]
    if not fitting:
        names = ", ".join(offer.name for offer in offered[:10]) or "none"
        found = f"offers no file named {' or '.join(patterns)}; its files: {names}"
        raise wanted.refused(found, "if the publisher renamed it, change sources.toml")
    last = max(map(_order, fitting))
    [first, *more] = [offer for offer in fitting if _order(offer) == last]
    if more:
        names = ", ".join(offer.name for offer in (first, *more))
        raise wanted.refused(f"offers several files of which none is the newest: {names}", "choose one")
    return first


def _order(offer: Release) -> tuple[int, date]:
    """Order releases by the year that their name is about, then by their day."""
    years = re.findall(r"(?<!\d)20\d\d(?!\d)", offer.name)
    return max(map(int, years), default=0), offer.day or date.min


def _attachments(said: Mapping[str, Any], source: Source) -> list[Release]:
    """Read a page of GOV.UK's content API; files bear their day of release as ddmmyy, else it is that of the page."""
    updated = date.fromisoformat(str(said.get("public_updated_at") or source.release_date)[:10])
    found = []
    for attachment in said["details"]["attachments"]:
        address = attachment.get("url", "")
        name = PurePosixPath(urlsplit(address).path).name
        # Only a plain name becomes the name of a file here.
        if re.fullmatch(r"[A-Za-z0-9][\w.-]*", name):
            day = _day_in(name) or updated
            found.append(Release(name, address, f"{day.day} {day:%B %Y}", day))
    return found


def _day_in(name: str) -> date | None:
    for digits in reversed(re.findall(r"(?<!\d)\d{6}(?!\d)", name)):
        try:
            return datetime.strptime(digits, "%d%m%y").date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def _services(said: Mapping[str, Any], source: Source) -> list[Release]:
    """Read the list of ArcGIS services, whose names tell an edition: "Police_Force_Areas_December_2023_EW_BUC"."""
    found = []
    for service in said["services"]:
        edition = re.search(r"_([A-Z][a-z]+)_(20\d\d)_", service["name"])
        if service["type"] != "FeatureServer" or edition is None:
            continue
        words = f"{edition[1]} {edition[2]}"
        # What the catalogue knows of an edition is more than its name tells.
        known = source.release.startswith(words)
        found.append(
            Release(
                name=f"{service['name']}.geojson",
                address=service["url"] + _EVERYTHING,
                edition=source.release if known else f"{words} edition",
                day=source.release_date if known else None,
            )
        )
    return found


_OFFERED: Mapping[str, Callable[[Mapping[str, Any], Source], Sequence[Release]]] = {
    "gov-uk": _attachments,
    "arcgis": _services,
}
