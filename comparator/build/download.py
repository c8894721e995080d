"""Downloads a publisher's file: tried again, gone on with where it stopped, held against size and type."""

from __future__ import annotations

import json
import sys
import time
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests
from tqdm import tqdm

from comparator.build.errors import BuildError
from comparator.version import __version__

_BLOCK = 1 << 16
_SPREADSHEETS = {
    ".ods": ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
    ".xlsx": ("[Content_Types].xml", b"spreadsheetml"),
}
TYPES = (*_SPREADSHEETS, ".geojson", ".json")
_MAY_PASS = {408, 425, 429}


@dataclass(frozen=True)
class Access:
    """How the publishers are reached.

    `mirrors` holds other addresses by the beginnings that they replace; `pauses` the seconds to wait before each
    further attempt; `timeout` the seconds to wait for a connection and between two parts of an answer.
    """

    mirrors: Mapping[str, str] = field(default_factory=dict)
    pauses: tuple[float, ...] = (1, 2, 4, 8, 16)
    timeout: tuple[float, float] = (10, 60)

    def reached_at(self, address: str) -> str:
        """Return the address itself or its place at a mirror."""
        for beginning, mirror in self.mirrors.items():
            if address.startswith(beginning):
                return mirror + address.removeprefix(beginning)
        return address


@dataclass(frozen=True)
class Wanted:
    """A file to download: for which source, from which address, and how many bytes it may have at most."""

    source: str
    address: str
    largest: int

    def refused(self, found: str, remedy: str) -> BuildError:
        """Return the error that tells source, address, what was found there and what to do."""
        by_hand = f"or put the file into the folder of sources and give --by-hand {self.source}"
        return BuildError(f"{self.source}: {self.address}: {found}; {remedy}, {by_hand}")


class _MayPassError(Exception):
    """A failure that another attempt may not meet."""


def fetch(wanted: Wanted, to: Path, access: Access) -> None:
    """Download a file to a path, unless the one there is still what the publisher offers.

    What has come before a failure lies beside it as `.part` and is gone on with, also by a later run, if the publisher
    still offers the same. Raises BuildError, and leaves nothing at the path that was not there before, when it is not
    there, too large, of another type, or not to be had in the attempts allowed.
    """
    if not wanted.address.startswith("https://"):
        raise wanted.refused("is not an address with https", "look at the publisher's page")
    for pause in (*access.pauses, None):
        try:
            _attempt(wanted, to, access)
        except (requests.RequestException, _MayPassError) as error:
            problem = _in_words(error)
            if pause is None:
                attempts = len(access.pauses) + 1
                raise wanted.refused(
                    f"{problem} ({attempts} attempts)", "run refresh again, which goes on from what has come"
                ) from error
            tqdm.write(f"{wanted.source}: {problem}; trying again in {pause:g} s", file=sys.stderr)
            time.sleep(pause)
        except OSError as error:
            raise wanted.refused(f"cannot be kept as {to} ({error.strerror})", "make room there") from error
        else:
            return


def _in_words(error: Exception) -> str:
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return "did not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "was cut off"
    return str(error) if isinstance(error, _MayPassError) else f"cannot be reached ({str(error)[:200]})"


def _attempt(wanted: Wanted, to: Path, access: Access) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    part, part_note, note = (to.with_name(to.name + ending) for ending in (".part", ".part.note", ".note"))
    headers = {"User-Agent": f"crime-and-policing-comparator/{__version__}", "Accept-Encoding": "identity"}
    started = _validator(part_note, wanted.address) if part.exists() else None
    have = part.stat().st_size if started else 0
    if started and have:
        headers |= {"Range": f"bytes={have}-", "If-Range": started}
    elif to.exists() and (known := _validator(note, wanted.address)):
        headers["If-None-Match" if known.startswith('"') else "If-Modified-Since"] = known
    with requests.get(
        access.reached_at(wanted.address), headers=headers, stream=True, timeout=access.timeout
    ) as response:
        if response.status_code == requests.codes.not_modified and not have:
            _check_type(wanted, to, to.suffix)
            return
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            part.unlink(missing_ok=True)
            raise _MayPassError("offers less than has come of it")
        _check_answer(wanted, response)
        if response.status_code != requests.codes.partial_content:
            have = 0
            part.unlink(missing_ok=True)
            _note(part_note, wanted.address, response)
        elif not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            part.unlink(missing_ok=True)
            raise _MayPassError("sent another part than the one asked for")
        _receive(wanted, response, part, have)
    _check_type(wanted, part, to.suffix)
    part.replace(to)
    part_note.replace(note)


def _check_answer(wanted: Wanted, response: requests.Response) -> None:
    code = response.status_code
    if code >= requests.codes.internal_server_error or code in _MAY_PASS:
        raise _MayPassError(f"answered {code} {response.reason}")
    if code not in (requests.codes.ok, requests.codes.partial_content):
        raise wanted.refused(f"answered {code} {response.reason}", "look whether the publisher's page has moved")
    if response.headers.get("Content-Type", "").startswith("text/html"):
        raise wanted.refused("is an HTML page, not a file", "look at it in a browser")


def _receive(wanted: Wanted, response: requests.Response, part: Path, have: int) -> None:
    """Add the body of an answer to the part."""
    length = response.headers.get("Content-Length", "")
    total = have + int(length) if length.isdigit() else None
    if total is not None and total > wanted.largest:
        raise _too_large(wanted, total, part)
    with (
        part.open("ab") as file,
        tqdm(
            desc=wanted.source, total=total, initial=have, unit="B", unit_scale=True, file=sys.stderr, leave=False
        ) as progress,
    ):
        for block in response.iter_content(_BLOCK):
            file.write(block)
            have += len(block)
            progress.update(len(block))
            if have > wanted.largest:
                raise _too_large(wanted, have, part)
    if total is not None and have != total:
        raise _MayPassError(f"was cut off at {have:,} of {total:,} bytes")


def _too_large(wanted: Wanted, size: int, part: Path) -> BuildError:
    part.unlink(missing_ok=True)
    return wanted.refused(
        f"has {size:,} bytes or more, where {wanted.largest:,} are allowed",
        "look at it, then raise largest_megabytes in sources.toml",
    )


def _validator(note: Path, address: str) -> str | None:
    """Return what a note says by which the file of the address can be recognised; None if it does not."""
    try:
        said = json.loads(note.read_text(encoding="utf-8"))
        return said["validator"] or None if said["address"] == address else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note(note: Path, address: str, response: requests.Response) -> None:
    # A weak tag may name other bytes of the same meaning, which cannot be gone on with.
    tag = response.headers.get("ETag", "")
    validator = tag if tag.startswith('"') else response.headers.get("Last-Modified", "")
    note.write_text(json.dumps({"address": address, "validator": validator}), encoding="utf-8")


def _check_type(wanted: Wanted, path: Path, suffix: str) -> None:
    wrong = _wrong_spreadsheet(path, suffix) if suffix in _SPREADSHEETS else _wrong_json(path, suffix)
    if wrong:
        begins = path.read_bytes()[:20]
        path.unlink()
        page = begins.lstrip().lower().startswith((b"<!doctype html", b"<html"))
        found = "is an HTML page, not a file" if page else f"{wrong}; it begins with {begins!r}"
        raise wanted.refused(found, "look at it in a browser")


def _wrong_spreadsheet(path: Path, suffix: str) -> str | None:
    member, mark = _SPREADSHEETS[suffix]
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
            marked = mark in archive.read(member)
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, ValueError, NotImplementedError, zlib.error) as error:
        return f"is no {suffix} workbook ({error})"
    if damaged:
        return f"is a damaged {suffix} workbook (part {damaged})"
    return None if marked else f"is no {suffix} workbook"


def _wrong_json(path: Path, suffix: str) -> str | None:
    try:
        said = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        return f"is no JSON ({error})"
    if isinstance(said, dict) and "error" in said:
        return f"tells an error, {json.dumps(said['error'])[:200]}"
    if suffix != ".geojson":
        return None
    if not isinstance(said, dict) or said.get("type") != "FeatureCollection":
        return "is no GeoJSON"
    properties = said.get("properties")
    cut = said.get("exceededTransferLimit") or (
        isinstance(properties, dict) and properties.get("exceededTransferLimit")
    )
    return "holds only a part of the areas (exceededTransferLimit)" if cut else None
