"""Writes a snapshot: its tables and `datapackage.json`; never anything half-written."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from comparator.build.errors import BuildError
from comparator.build.source_files import SourceFile
from comparator.catalogue import Table
from comparator.snapshot import DESCRIPTOR, FEED_TYPES, FEEDS, FORMAT, TOPOJSON, faults, snapshot_name
from comparator.version import __version__

_ARROW: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "array": pa.list_(pa.string()),
}
_DAY = 24 * 60 * 60
_LICENCE = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}


def snapshot(
    out: Path,
    tables: Mapping[str, pd.DataFrame],
    declared: Mapping[str, Table],
    sources: Mapping[str, SourceFile],
    catalogue_hash: str,
    topojson: bytes,
    *,
    feeds: Mapping[str, bytes],
) -> Path:
    """Write the tables, the map and the feeds as a snapshot under `out` and return its folder.

    The folder is built beside the others under another name, renamed, then verified. Raises BuildError for a table that
    is not as declared; nothing is left behind then.
    """
    out.mkdir(parents=True, exist_ok=True)
    for left in out.glob(".building-*"):
        # Of a build that was killed; a younger one may still run.
        if time.time() - left.stat().st_mtime > _DAY:
            shutil.rmtree(left, ignore_errors=True)
    building = out / f".building-{os.getpid()}"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    try:
        resources = [_resource(building, declared[name], rows) for name, rows in sorted(tables.items())]
        resources.append(_map_resource(building, topojson))
        resources += [_feed_resource(building, name, content) for name, content in sorted(feeds.items())]
        descriptor = _descriptor(resources, sources, catalogue_hash)
        date = max(
            str(found.source.release_date)
            for found in sources.values()
            if found.source.role == "table" and found.source.release_date is not None
        )
        name = snapshot_name(descriptor, date)
        text = json.dumps({"name": name, **descriptor}, indent=1, ensure_ascii=False)
        (building / DESCRIPTOR).write_text(text + "\n", encoding="utf-8")
        folder = out / name
        if folder.exists() and faults(folder):
            shutil.rmtree(folder)
        if not folder.exists():
            building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    wrong = faults(folder)
    if wrong:
        raise BuildError("\n".join(wrong))
    return folder


def _resource(folder: Path, table: Table, rows: pd.DataFrame) -> dict[str, Any]:
    _check(table, rows)
    path = folder / f"{table.id}.parquet"
    if isinstance(rows, gpd.GeoDataFrame):
        rows.to_parquet(path, compression="zstd", index=False)
    else:
        schema = pa.schema([(field.name, _ARROW[field.type]) for field in table.fields])
        arrow = pa.Table.from_pandas(rows[list(schema.names)], schema=schema, preserve_index=False, safe=True)
        pq.write_table(arrow.replace_schema_metadata(None), path, compression="zstd", compression_level=12)
    content = path.read_bytes()
    return {
        "name": table.id,
        "profile": "tabular-data-resource",
        "path": path.name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": table.description,
        **_fingerprint(content),
        "rows": len(rows),
        "schema": {
            "fields": [field.model_dump(exclude_defaults=True) for field in table.fields],
            **({"primaryKey": list(table.key)} if table.key else {}),
        },
    }


def _map_resource(folder: Path, content: bytes) -> dict[str, Any]:
    (folder / TOPOJSON).write_bytes(content)
    return {
        "name": "map",
        "profile": "data-resource",
        "path": TOPOJSON,
        "format": "topojson",
        "mediatype": "application/json",
        "description": "The force areas, and one equal hexagon for each force, as the browser draws them, in metres.",
        **_fingerprint(content),
    }


def _feed_resource(folder: Path, name: str, content: bytes) -> dict[str, Any]:
    path = folder / FEEDS / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    area, form = name.split(".")
    return {
        "name": f"feed-{area}-{form}",
        "profile": "data-resource",
        "path": f"{FEEDS}/{name}",
        "format": form,
        "mediatype": FEED_TYPES[form],
        "description": "Changes in status of monitoring's cases, one entry a quarter.",
        **_fingerprint(content),
    }


def _fingerprint(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def _check(table: Table, rows: pd.DataFrame) -> None:
    names = [field.name for field in table.fields]
    if sorted(names) != sorted(rows.columns):
        odd = sorted(set(names) ^ set(rows.columns))
        raise BuildError(
            f"tables.toml: [{table.id}] fields: the build makes other columns; differing: {', '.join(odd)}"
        )
    key = list(table.key)
    if key and rows.duplicated(key).any():
        raise BuildError(f"table {table.id}: duplicate key {rows[rows.duplicated(key)].iloc[0][key].to_dict()}")


def _descriptor(
    resources: list[dict[str, Any]], sources: Mapping[str, SourceFile], catalogue_hash: str
) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "title": "Crime and Policing Comparator: figures of the police forces of England and Wales",
        "snapshot_format": FORMAT,
        "code_version": __version__,
        "catalogue_sha256": catalogue_hash,
        "licenses": [_LICENCE],
        "sources": [_source(found) for found in sources.values()],
        "resources": resources,
    }


def _source(found: SourceFile) -> dict[str, Any]:
    source = found.source
    return {
        "id": source.id,
        "title": source.title,
        "path": source.address,
        "publisher": source.publisher,
        "release": source.release,
        "release_date": str(source.release_date or ""),
        "licence": source.licence,
        "attribution": source.attribution,
        "role": source.role,
        "files": [{"path": path, "sha256": digest} for path, digest in found.fingerprints.items()],
    }
