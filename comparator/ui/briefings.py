"""Documents for download: made in another process when asked for, one after the other, and kept for the next visitor.

A document's address carries the whole choice, so it needs no session. The queue is bounded: a crowd is asked to wait
rather than served ever more slowly.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from multiprocessing import get_context
from typing import cast
from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from comparator.analysis.briefing import SECTIONS, Asked, asked
from comparator.analysis.comparison import PeersError
from comparator.analysis.document import Document, Picture
from comparator.analysis.names import UnknownNameError
from comparator.catalogue.loader import kebab_case
from comparator.charts import render as drawing
from comparator.documents.files import MAKERS, Kind
from comparator.documents.formats import NAMES, Format, render
from comparator.documents.html import preview
from comparator.documents.pictures import Illustrations, illustrations
from comparator.snapshot import Snapshot, live

KINDS: Mapping[Kind, str] = {"briefing": "Briefing", "speaking-notes": "Speaking notes"}
FILES: tuple[tuple[Kind, Format], ...] = tuple(product(KINDS, NAMES))

_MEDIA: Mapping[Format, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}
# A file takes about half a second, so that who comes last waits some 20 seconds.
MOST_WAITING = 42
_KEPT_FILES = 96
_KEPT_DOCUMENTS = 32
_RETRY_SECONDS = 20

_log = logging.getLogger("comparator")


class BusyError(Exception):
    """Too many documents are waiting to be made."""


@dataclass(frozen=True)
class _Key:
    snapshot: str
    asked: Asked
    kind: Kind
    form: Format


_files: OrderedDict[_Key, Future[bytes]] = OrderedDict()
_lock = threading.Lock()


def begin(snapshot: Snapshot, choice: Asked) -> None:
    """Have every file of a choice made; raise BusyError, with none of them begun, if the queue is full."""
    for kind, form in FILES:
        _file(snapshot, _Key(snapshot.name, choice, kind, form))


def made(snapshot: Snapshot, choice: Asked) -> int | None:
    """Return how many files of a choice have been made; None if they have not all been asked for, or one failed."""
    keys = [_Key(snapshot.name, choice, kind, form) for kind, form in FILES]
    with _lock:
        futures = [future for key in keys if (future := _files.get(key)) is not None]
    if len(futures) < len(keys) or any(_failed(future) for future in futures):
        return None
    return sum(future.done() for future in futures)


def preview_of(snapshot: Snapshot, choice: Asked, *, dark: bool) -> str:
    """Return the briefing as HTML for the page."""
    document, drawn = _prepared(snapshot, choice, "briefing")
    addresses = {picture: _picture_address(choice, picture) for picture in drawn}
    return preview(document, drawn, addresses, dark=dark)


def address(choice: Asked, kind: Kind, form: Format) -> str:
    """Return the address of a document."""
    query = {"force": choice.force, "to": choice.period_end, "peers": choice.peers}
    if choice.sections != SECTIONS and kind == "briefing":
        query["sections"] = ",".join(choice.sections)
    if choice.measures:
        query["measures"] = ",".join(choice.measures)
    return f"/documents/{kind}.{form}?{urlencode(query)}"


def routes() -> list[Route]:
    """Return the routes that answer these addresses."""
    return [Route("/documents/{kind}.{form}", _answer, methods=["GET"])]


def close() -> None:
    """End the process that makes documents, if one was started."""
    if _maker.cache_info().currsize:
        _maker().shutdown(cancel_futures=True)
        _maker.cache_clear()


async def _answer(request: Request) -> Response:
    kind, form = request.path_params["kind"], request.path_params["form"]
    if kind not in KINDS or form not in NAMES:
        return PlainTextResponse("There is no such document.\n", status_code=404)
    snapshot = live()
    try:
        choice = _asked(request.query_params, snapshot)
        key = _Key(snapshot.name, choice, cast("Kind", kind), cast("Format", form))
        future = await anyio.to_thread.run_sync(_file, snapshot, key)
        content = await asyncio.shield(asyncio.wrap_future(future))
    except (UnknownNameError, PeersError) as error:
        return PlainTextResponse(f"{error}\n", status_code=404)
    except BusyError:
        told = "Many documents are being made just now. Please try again in a minute.\n"
        return PlainTextResponse(told, status_code=503, headers={"Retry-After": str(_RETRY_SECONDS)})
    except BrokenProcessPool:
        told = "The document could not be made. Please try again.\n"
        return PlainTextResponse(told, status_code=503, headers={"Retry-After": "1"})
    name = "-".join(kebab_case(part) for part in (choice.force, choice.period_end, kind))
    return Response(
        content,
        media_type=_MEDIA[key.form],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{form}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _asked(query: Mapping[str, str], snapshot: Snapshot) -> Asked:
    return asked(
        snapshot,
        force=query.get("force", next(iter(snapshot.forces))),
        period=query.get("to"),
        peers=query.get("peers", "similar"),
        sections=[name for name in query.get("sections", "").split(",") if name],
        measures=[name for name in query.get("measures", "").split(",") if name],
    )


def _file(snapshot: Snapshot, key: _Key) -> Future[bytes]:
    """Return the file that is made, being made or, if the queue has room, from now on waits to be made."""
    with _lock:
        kept = _files.get(key)
        if kept is not None and not _failed(kept):
            _files.move_to_end(key)
            return kept
        waiting = sum(not future.done() for future in _files.values())
    if waiting >= MOST_WAITING:
        raise BusyError
    document, drawn = _prepared(snapshot, key.asked, key.kind)
    with _lock:
        kept = _files.get(key)
        if kept is not None and not _failed(kept):
            return kept
        _files[key] = future = _submit(document, drawn, key.form)
        while len(_files) > _KEPT_FILES:
            _files.popitem(last=False)
    return future


def _failed(future: Future[bytes]) -> bool:
    return future.done() and (future.cancelled() or future.exception() is not None)


def _submit(document: Document, drawn: Illustrations, form: Format) -> Future[bytes]:
    try:
        return _maker().submit(render, document, drawn, form)
    except BrokenProcessPool:
        _log.warning("the process that makes documents had ended; a new one is started")
        _maker.cache_clear()
        return _maker().submit(render, document, drawn, form)


@cache
def _maker() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"), initializer=drawing.end_with_parent)


@lru_cache(maxsize=_KEPT_DOCUMENTS)
def _prepared(snapshot: Snapshot, choice: Asked, kind: Kind) -> tuple[Document, Illustrations]:
    document = MAKERS[kind](snapshot, choice)
    return document, illustrations(snapshot, document)


def _picture_address(choice: Asked, picture: Picture) -> str:
    query = {"force": choice.force, "measure": picture.measure, "to": choice.period_end, "peers": "similar"}
    return f"/download/{picture.drawing}.svg?{urlencode(query)}"
