"""Reads police force area boundaries."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from comparator.build.errors import BuildError
from comparator.build.tables import force_ids
from comparator.catalogue import Catalogue

BRITISH_NATIONAL_GRID = 27700
_DEGREES = 4326


def load(path: Path, catalogue: Catalogue) -> gpd.GeoDataFrame:
    """Return the boundaries by `force, geometry` on the British National Grid, sorted by force.

    The file is a shapefile on that grid, or GeoJSON, which may be in degrees. Raises BuildError for a missing code
    column, an unknown or missing force, another projection or a faulty shape.
    """
    try:
        shapes = gpd.read_file(path)
    except (OSError, ValueError, RuntimeError) as error:
        raise BuildError(f"{path}: cannot be read as a map ({error}); fetch all its parts again") from error
    code = next((name for name in shapes.columns if name.startswith("PFA") and name.endswith("CD")), None)
    if code is None:
        raise BuildError(f"{path}: has no column PFA..CD with the force area codes; it has {', '.join(shapes.columns)}")
    # GeoJSON is in degrees by its own standard.
    if path.suffix == ".geojson" and shapes.crs is not None and shapes.crs.to_epsg() == _DEGREES:
        shapes = shapes.to_crs(BRITISH_NATIONAL_GRID)
    if shapes.crs is None or shapes.crs.to_epsg() != BRITISH_NATIONAL_GRID:
        raise BuildError(f"{path}: is not on the British National Grid (EPSG:27700)")
    shapes["force"] = force_ids(shapes[code], path, catalogue)
    missing = sorted(set(catalogue.forces) - set(shapes["force"]))
    if missing or not shapes["force"].is_unique:
        raise BuildError(f"{path}: does not hold each force area once; missing: {', '.join(missing) or 'none'}")
    if not shapes.is_valid.all():
        raise BuildError(f"{path}: faulty shape of {', '.join(shapes.loc[~shapes.is_valid, 'force'])}")
    return shapes[["force", "geometry"]].sort_values("force", ignore_index=True)
