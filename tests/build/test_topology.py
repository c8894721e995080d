"""The map for the browser: every force valid and visible, borders shared, hexagons equal and in their places."""

import gzip
import itertools
import json
from collections import Counter

import geopandas as gpd
import numpy as np
import pytest
import shapely

import comparator
from comparator import catalogue
from comparator.build import topology

SHAPES = gpd.read_parquet(comparator.open_snapshot().folder / "boundaries.parquet")
ORIGINAL = dict(zip(SHAPES["force"], SHAPES.geometry, strict=True))
HEXES = catalogue.load().hexes
WRITTEN = topology.boundaries(SHAPES, HEXES)
TOPOLOGY = json.loads(WRITTEN)
BORDERS = [
    (one, other)
    for one, other in itertools.combinations(ORIGINAL, 2)
    if ORIGINAL[one].intersection(ORIGINAL[other]).length > 0
]
SQUARE_KILOMETRE = 1e6


def line(number):
    points = np.cumsum(TOPOLOGY["arcs"][number if number >= 0 else ~number], axis=0)
    return [tuple(point) for point in (points if number >= 0 else points[::-1])]


def ring(arcs):
    return [point for number in arcs for point in line(number)[:-1]]


def polygons(geometry):
    return geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]


def decoded(name):
    """Return the shapes of an object as a reader of TopoJSON would see them."""
    return {
        geometry["id"]: shapely.MultiPolygon(
            [(ring(rings[0]), [ring(hole) for hole in rings[1:]]) for rings in polygons(geometry)]
        )
        for geometry in TOPOLOGY["objects"][name]["geometries"]
    }


def arcs_used(name):
    return {
        geometry["id"]: {max(number, ~number) for rings in polygons(geometry) for arcs in rings for number in arcs}
        for geometry in TOPOLOGY["objects"][name]["geometries"]
    }


@pytest.mark.parametrize("name", ["areas", "hexes"])
def test_all_43_forces_are_valid_shapes_that_do_not_overlap(name):
    shapes = decoded(name)
    assert list(shapes) == sorted(HEXES)
    assert all(shape.is_valid and shape.area > SQUARE_KILOMETRE for shape in shapes.values())
    assert shapely.coverage_is_valid(np.array(list(shapes.values())))


def test_areas_keep_their_size_and_place():
    for force, shape in decoded("areas").items():
        # City of London is smaller than what is smoothed away elsewhere.
        assert shape.area == pytest.approx(ORIGINAL[force].area, rel=0.4 if force == "city-of-london" else 0.02), force
        assert shape.centroid.distance(ORIGINAL[force].centroid) < 1_000, force


def test_neighbours_share_the_lines_of_their_border():
    used = arcs_used("areas")
    assert len(BORDERS) == 99
    assert all(used[one] & used[other] for one, other in BORDERS)
    assert max(Counter(number for arcs in used.values() for number in arcs).values()) == 2


def test_city_of_london_lies_within_the_metropolitan_police():
    areas = decoded("areas")
    surrounded = shapely.Polygon(max(areas["metropolitan"].geoms, key=lambda part: part.area).exterior)
    assert surrounded.contains(areas["city-of-london"])


def test_hexagons_are_equal_and_regular():
    for shape in decoded("hexes").values():
        corners = np.array(shape.geoms[0].exterior.coords)
        sides = np.hypot(*np.diff(corners, axis=0).T)
        assert len(sides) == 6
        assert sides == pytest.approx(np.full(6, sides[0]), rel=1e-4)
    assert len({shape.area for shape in decoded("hexes").values()}) == 1


def test_86_of_the_99_borders_stay_borders_between_hexagons():
    used = arcs_used("hexes")
    assert sum(bool(used[one] & used[other]) for one, other in BORDERS) == 86


def test_the_hexagons_hang_together():
    assert shapely.union_all(list(decoded("hexes").values())).geom_type == "Polygon"


def test_hexagons_keep_the_compass():
    at = {force: shape.centroid for force, shape in decoded("hexes").items()}
    assert max(at, key=lambda force: at[force].y) == "northumbria"
    welsh = ("north-wales", "dyfed-powys", "gwent", "south-wales")
    assert all(at[force].x < min(at["kent"].x, at["norfolk"].x, at["humberside"].x) for force in welsh)
    south = ("sussex", "devon-and-cornwall", "dorset", "hampshire", "kent")
    assert all(at[force].y < at["leicestershire"].y for force in south)
    for one, other in BORDERS:
        if "city-of-london" not in (one, other):
            assert np.dot(step(at[one], at[other]), step(ORIGINAL[one].centroid, ORIGINAL[other].centroid)) > 0


def step(one, other):
    return other.x - one.x, other.y - one.y


@pytest.mark.parametrize("name", ["areas", "hexes"])
def test_every_shape_says_where_it_can_be_written_on_and_its_short_name(name):
    shapes = decoded(name)
    for geometry in TOPOLOGY["objects"][name]["geometries"]:
        told = geometry["properties"]
        assert shapes[geometry["id"]].contains(shapely.Point(told["x"], told["y"]))
        assert told["short"] == HEXES[geometry["id"]].short


def test_it_is_small():
    assert len(WRITTEN) < 65_000
    assert len(gzip.compress(WRITTEN)) < 25_000


def test_the_same_shapes_give_the_same_bytes():
    assert topology.boundaries(SHAPES.copy(), HEXES) == WRITTEN
