"""The data themselves for download: the whole snapshot, any of its tables, any choice of figures.

Each file is written once to a folder that ends with the process, and sent from there, so that a crowd costs no memory.
"""

from __future__ import annotations

import atexit
import logging
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import anyio
import anyio.to_thread
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from comparator.analysis.names import UnknownNameError, check
from comparator.snapshot import DESCRIPTOR, Snapshot, live

_MEDIA = {"zip": "application/zip", "parquet": "application/vnd.apache.parquet", "csv": "text/csv; charset=utf-8"}
_AT_ONCE = 2
_HEADERS = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
_SHAPES = "boundaries"
_CHOSEN_FROM = "observations"
_KEYS = ("measure", "area", "period_end", "window")
_lock = threading.Lock()
_log = logging.getLogger("comparator")


def tables(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the names of the tables of a snapshot."""
    return tuple(resource["name"] for resource in snapshot.descriptor["resources"] if "schema" in resource)


def addresses(snapshot: Snapshot) -> tuple[tuple[str, str, str], ...]:
    """Return each table with the addresses of its Parquet and its CSV file; "" where it cannot be one."""
    return tuple(
        (name, address(snapshot, name, "parquet"), "" if name == _SHAPES else address(snapshot, name, "csv"))
        for name in tables(snapshot)
    )


def address(snapshot: Snapshot, name: str, form: str, **chosen: str) -> str:
    """Return the address of a file of this very snapshot: when it is replaced, addresses change."""
    query = f"?{urlencode(chosen)}" if chosen else ""
    return f"/data/{snapshot.name}/{name}.{form}{query}"


def routes() -> list[Route]:
    """Return the route that answers these addresses for the live snapshot."""
    return [Route("/data/{snapshot}/{name}.{form}", _answer, methods=["GET"])]


async def _answer(request: Request) -> Response:
    snapshot = live()
    name, form = request.path_params["name"], request.path_params["form"]
    if request.path_params["snapshot"] != snapshot.name:
        return PlainTextResponse(f"That snapshot is not live any more; {snapshot.name} is.\n", status_code=404)
    chosen = {key: request.query_params[key] for key in _KEYS if key in request.query_params}
    shown = f"comparator-{snapshot.name}.zip" if form == "zip" else f"{snapshot.name}-{name}.{form}"
    try:
        if chosen and (name, form) == (_CHOSEN_FROM, "csv"):
            content = await anyio.to_thread.run_sync(_chosen_rows, snapshot, chosen, limiter=_room())
            headers = {**_HEADERS, "Content-Disposition": f'attachment; filename="{shown}"'}
            return Response(content, media_type=_MEDIA["csv"], headers=headers)
        file = await anyio.to_thread.run_sync(_file, snapshot, name, form, limiter=_room())
    except UnknownNameError as error:
        return PlainTextResponse(f"{error}\n", status_code=404)
    except OSError:
        _log.exception("a file for download could not be written")
        told = "The file could not be written just now. Please try again later, or take single tables.\n"
        return PlainTextResponse(told, status_code=503)
    return FileResponse(file, media_type=_MEDIA[form], filename=shown, headers=_HEADERS)


@cache
def _room() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(_AT_ONCE)


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="comparator-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _file(snapshot: Snapshot, name: str, form: str) -> Path:
    """Return the file asked for, written now if it is the first time; raise UnknownNameError for what is none."""
    check("format", form, _MEDIA)
    if form == "zip":
        check("archive", name, ["snapshot"])
        return _written(f"{snapshot.name}.zip", lambda path: _pack(snapshot, path))
    check("table", name, tables(snapshot))
    source = snapshot.folder / f"{name}.parquet"
    if form == "parquet":
        return source
    check("table as CSV", name, [table for table in tables(snapshot) if table != _SHAPES])
    return _written(f"{snapshot.name}-{name}.csv", lambda path: path.write_bytes(_as_csv(pq.read_table(source))))


def _written(name: str, write: Callable[[Path], object]) -> Path:
    file = _folder() / name
    with _lock:
        if not file.exists():
            beside = file.with_suffix(".part")
            try:
                write(beside)
                beside.replace(file)
            finally:
                beside.unlink(missing_ok=True)
    return file


def _pack(snapshot: Snapshot, path: Path) -> None:
    """Write every file that the descriptor names, and the descriptor, into an archive; they are packed already."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in (DESCRIPTOR, *(resource["path"] for resource in snapshot.descriptor["resources"])):
            archive.write(snapshot.folder / name, f"{snapshot.name}/{name}")


def _chosen_rows(snapshot: Snapshot, chosen: Mapping[str, str]) -> bytes:
    """Return the observations of a choice; raise UnknownNameError for a value that none of them has."""
    table = pq.read_table(snapshot.folder / f"{_CHOSEN_FROM}.parquet")
    for key, value in chosen.items():
        check(key, value, (str(known) for known in table[key].unique().to_pylist()))
        table = table.filter(pc.field(key) == value)
    return _as_csv(table)


def _as_csv(table: pa.Table) -> bytes:
    """Return a table as CSV, the values of a list separated by bars."""
    for place, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            joined = ["|".join(values or ()) for values in table[field.name].to_pylist()]
            table = table.set_column(place, field.name, pa.array(joined, pa.string()))
    content = pa.BufferOutputStream()
    pa_csv.write_csv(table, content)
    return bytes(content.getvalue())
