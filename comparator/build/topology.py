"""Makes the map that the browser draws: a TopoJSON of the force areas and of one equal hexagon for each force."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from topojson.core.topology import Topology

from comparator.catalogue import Hex

# A pixel of the largest map that the pages draw.
_TOLERANCE = 1_000
# Half the width and a quarter of the height of a hexagon: whole numbers, so that neighbours share corners exactly.
_HALF_WIDTH, _QUARTER = 26_000, 15_011
_CORNERS = ((0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1))


def boundaries(shapes: gpd.GeoDataFrame, hexes: Mapping[str, Hex]) -> bytes:
    """Return TopoJSON with the objects `areas` and `hexes`, in metres, y to the north; the same input, the same bytes.

    `shapes` are the areas by `force, geometry` on the British National Grid. The id of every shape is its force; its
    properties are `short`, a short name, and `x` and `y`, the place where it can be written on. Borders are simplified
    together and stay shared.
    """
    simplified = shapely.coverage_simplify(shapes.geometry.to_numpy(), _TOLERANCE)
    objects = {
        "areas": shapely.transform(simplified, np.round),
        "hexes": np.array([_hexagon(hexes[force]) for force in shapes["force"]]),
    }
    made = Topology(
        [gpd.GeoDataFrame(geometry=geometries) for geometries in objects.values()],
        object_name=list(objects),
        prequantize=False,
        shared_coords=False,
    ).to_dict()
    written = {
        name: {
            "type": "GeometryCollection",
            "geometries": [
                {
                    "type": found["type"],
                    "arcs": found["arcs"],
                    "id": force,
                    "properties": {**_place_to_write(shape), "short": hexes[force].short},
                }
                for found, force, shape in zip(
                    made["objects"][name]["geometries"], shapes["force"], geometries, strict=True
                )
            ],
        }
        for name, geometries in objects.items()
    }
    topology = {
        "type": "Topology",
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "objects": written,
        "arcs": [_steps(arc) for arc in made["arcs"]],
    }
    return json.dumps(topology, separators=(",", ":")).encode()


def _hexagon(cell: Hex) -> shapely.Polygon:
    """Return the pointed-top hexagon of a cell; odd rows stand half a hexagon to the right."""
    x, y = (2 * cell.column + cell.row % 2) * _HALF_WIDTH, -3 * cell.row * _QUARTER
    return shapely.Polygon([(x + across * _HALF_WIDTH, y + up * _QUARTER) for across, up in _CORNERS])


def _place_to_write(shape: shapely.Polygon | shapely.MultiPolygon) -> dict[str, int]:
    """Return the point inside a shape that is furthest from its border."""
    x, y = shapely.maximum_inscribed_circle(shape, tolerance=100).coords[0]
    return {"x": round(x), "y": round(y)}


def _steps(arc: Any) -> list[list[int]]:
    """Return an arc as TopoJSON writes it: its first point, then the step to each next one."""
    steps: list[list[int]] = np.diff(np.asarray(arc, dtype=np.int64), axis=0, prepend=[[0, 0]]).tolist()
    return steps
