"""Population, similarity drivers, official groups and boundaries: what is read, and what is refused."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Polygon

from comparator.build import boundaries, peers, population
from comparator.build.errors import BuildError
from tests.build import publishers
from tests.build.publishers import CATALOGUE

FORCES = list(CATALOGUE.forces)
COMPARED = [force for force in FORCES if force != "city-of-london"]
KENT = CATALOGUE.forces["kent"].code


def with_cell(rows, code, column, value):
    """Return the rows with one cell of the force's first row replaced."""
    changed = rows.astype({column: object})
    changed.loc[changed.index[changed["pfa_code"] == code][0], column] = value
    return changed


class TestPopulation:
    def load(self, tmp_path, rows):
        return population.load(publishers.write_csv(tmp_path / "population.csv", rows), CATALOGUE)

    def test_it_is_read_by_force_and_year_in_order(self, tmp_path):
        published = publishers.population()
        found = self.load(tmp_path, published.sample(frac=1, random_state=1))
        assert found[["force", "year"]].to_numpy().tolist() == sorted([f, y] for f in FORCES for y in (2016, 2017))
        kent = published[published["pfa_code"] == KENT]
        assert found[found["force"] == "kent"]["population"].tolist() == kent.sort_values("year")["population"].tolist()

    @pytest.mark.parametrize(
        ("spoil", "told"),
        [
            pytest.param(lambda rows: rows.drop(columns="population"), "column population is missing", id="a column"),
            pytest.param(lambda rows: rows.drop(columns="pfa_code"), "column pfa_code is missing", id="the codes"),
            pytest.param(
                lambda rows: with_cell(rows, KENT, "pfa_code", "E23000099"),
                "unknown force area E23000099",
                id="unknown",
            ),
            pytest.param(
                lambda rows: rows[rows["pfa_code"] != KENT], "2016 has 42 of 43 forces", id="a force is missing"
            ),
            pytest.param(
                lambda rows: pd.concat([rows, rows.iloc[[0]]]), "avon-and-somerset in 2016 stands twice", id="twice"
            ),
            pytest.param(
                lambda rows: with_cell(rows, KENT, "population", 0), "kent in 2016 is not possible", id="nobody"
            ),
            pytest.param(
                lambda rows: with_cell(rows, KENT, "population", -1), "kent in 2016 is not possible", id="negative"
            ),
            pytest.param(
                lambda rows: with_cell(rows, KENT, "population", ""), "kent in 2016 is not possible", id="blank"
            ),
            pytest.param(
                lambda rows: with_cell(rows, KENT, "population", "1,800,000"), "population '1,800,000'", id="no number"
            ),
        ],
    )
    def test_a_fault_is_told_with_file_and_place_when(self, tmp_path, spoil, told):
        with pytest.raises(BuildError) as raised:
            self.load(tmp_path, spoil(publishers.population()))
        assert str(raised.value).startswith(str(tmp_path / "population.csv"))
        assert told in str(raised.value)

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01"])
    def test_a_file_that_is_no_table_is_named_with_its_remedy(self, tmp_path, content):
        path = tmp_path / "population.csv"
        path.write_bytes(content)
        with pytest.raises(BuildError, match=r"population\.csv: cannot be read as CSV .*fetch it again"):
            population.load(path, CATALOGUE)


class TestPeers:
    def load(self, tmp_path, rows=None, groups=None):
        drivers = publishers.write_csv(tmp_path / "drivers.csv", publishers.drivers() if rows is None else rows)
        official = None
        if groups is not None:
            official = tmp_path / "groups.csv"
            official.write_text(groups, encoding="utf-8")
        return peers.load(drivers, official, CATALOGUE)

    def of(self, table, force, basis):
        rows = table[(table["force"] == force) & (table["basis"] == basis)]
        assert rows["position"].tolist() == list(range(1, len(rows) + 1))
        return rows["peer"].tolist()

    def test_the_seven_nearest_forces_are_similar_nearest_first(self, tmp_path):
        table = self.load(tmp_path)
        assert self.of(table, COMPARED[0], "similar") == COMPARED[1:8]
        assert self.of(table, COMPARED[-1], "similar") == COMPARED[-2:-9:-1]
        assert set(self.of(table, COMPARED[20], "similar")[:2]) == {COMPARED[19], COMPARED[21]}

    def test_the_distance_is_euclidean_over_five_drivers_in_standard_deviations_of_42_forces(self, tmp_path):
        table = self.load(tmp_path)
        place = [FORCES.index(force) for force in COMPARED]
        expected = np.sqrt(5) * (place[1] - place[0]) / np.std(place)
        rows = table[(table["force"] == COMPARED[0]) & (table["peer"] == COMPARED[1])]
        assert rows["distance"].to_numpy() == pytest.approx(expected)

    def test_nobody_is_a_peer_of_city_of_london_nor_it_of_anybody(self, tmp_path):
        table = self.load(tmp_path)
        assert "city-of-london" not in set(table["force"]) | set(table["peer"])

    def test_region_and_all_leave_the_force_itself_out(self, tmp_path):
        table = self.load(tmp_path)
        assert set(self.of(table, "gwent", "region")) == {"north-wales", "south-wales", "dyfed-powys"}
        assert self.of(table, "metropolitan", "region") == []
        assert sorted(self.of(table, "kent", "all")) == sorted(set(COMPARED) - {"kent"})

    def test_official_groups_keep_their_order_and_may_be_given_by_name(self, tmp_path):
        table = self.load(tmp_path, groups="force,peer\nkent,Sussex\nKent,Avon & Somerset\nkent,essex\n")
        assert self.of(table, "kent", "most-similar-group") == ["sussex", "avon-and-somerset", "essex"]
        assert len(self.of(table, "kent", "similar")) == 7
        assert set(table[table["basis"] == "most-similar-group"]["force"]) == {"kent"}

    @pytest.mark.parametrize("line", ["kent,Ruritania", "Ruritania,kent", "kent,Kent", "kent,city-of-london", "kent,"])
    def test_an_official_pair_that_cannot_be_compared_is_named(self, tmp_path, line):
        with pytest.raises(BuildError, match=rf"groups\.csv: '{line.split(',')[0]}' with peer"):
            self.load(tmp_path, groups=f"force,peer\nkent,essex\n{line}\n")

    def test_official_groups_without_their_columns_are_refused(self, tmp_path):
        with pytest.raises(BuildError, match=r"groups\.csv: needs the columns force and peer; it has a, b"):
            self.load(tmp_path, groups="a,b\nkent,essex\n")

    @pytest.mark.parametrize(
        ("spoil", "told"),
        [
            pytest.param(
                lambda rows: rows.drop(columns="pct_terraced"), "column pct_terraced is missing", id="a column"
            ),
            pytest.param(lambda rows: rows[rows["pfa_code"] != KENT], "no row for kent", id="a force is missing"),
            pytest.param(
                lambda rows: with_cell(rows, KENT, "pct_terraced", "n/a"),
                "pct_terraced of kent is not a number",
                id="no number",
            ),
            pytest.param(
                lambda rows: rows.assign(pct_terraced=1.0), "differ between", id="a driver is everywhere the same"
            ),
            pytest.param(
                lambda rows: with_cell(rows, KENT, "lsoa_popweighted_density_per_km2", 0), "above 0", id="density of 0"
            ),
            pytest.param(lambda rows: with_cell(rows, KENT, "pfa_code", "S1"), "unknown force area S1", id="unknown"),
        ],
    )
    def test_faulty_drivers_are_told_with_their_file_when(self, tmp_path, spoil, told):
        with pytest.raises(BuildError) as raised:
            self.load(tmp_path, spoil(publishers.drivers()))
        assert str(raised.value).startswith(str(tmp_path / "drivers.csv"))
        assert told in str(raised.value)


def _bow_tie(shapes):
    geometry = shapes.geometry.tolist()
    geometry[2] = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    return shapes.set_geometry(gpd.GeoSeries(geometry, crs=shapes.crs))


class TestBoundaries:
    def load(self, tmp_path, shapes):
        return boundaries.load(publishers.write_shapes(tmp_path / "areas.shp", shapes), CATALOGUE)

    @pytest.mark.parametrize("column", ["PFA23CD", "PFA24CD"])
    def test_each_force_has_its_shape_on_the_national_grid(self, tmp_path, column):
        shapes = publishers.boundaries()
        found = self.load(tmp_path, shapes.rename(columns={"PFA23CD": column}))
        assert found["force"].tolist() == sorted(FORCES)
        assert found.crs.to_epsg() == 27700
        own = shapes[shapes["PFA23CD"] == KENT].geometry.iloc[0]
        assert found[found["force"] == "kent"].geometry.iloc[0].equals(own)

    @pytest.mark.parametrize(
        ("spoil", "told"),
        [
            pytest.param(lambda shapes: shapes[shapes["PFA23CD"] != KENT], "missing: kent", id="a force is missing"),
            pytest.param(
                lambda shapes: pd.concat([shapes, shapes.iloc[[0]]]), "each force area once", id="a force twice"
            ),
            pytest.param(lambda shapes: shapes.to_crs(4326), r"EPSG:27700", id="another projection"),
            pytest.param(
                lambda shapes: shapes.rename(columns={"PFA23CD": "CODE"}), "it has CODE", id="no column of codes"
            ),
            pytest.param(
                lambda shapes: shapes.replace({"PFA23CD": {KENT: "S1"}}), "unknown force area S1", id="an unknown area"
            ),
            pytest.param(_bow_tie, "faulty shape of cambridgeshire", id="a shape crosses itself"),
        ],
    )
    def test_a_fault_is_told_with_its_file_when(self, tmp_path, spoil, told):
        with pytest.raises(BuildError) as raised:
            self.load(tmp_path, spoil(publishers.boundaries()))
        assert str(raised.value).startswith(str(tmp_path / "areas.shp"))
        assert told in str(raised.value)

    @pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
    def test_a_shapefile_that_lacks_a_part_is_named(self, tmp_path, suffix):
        path = publishers.write_shapes(tmp_path / "areas.shp", publishers.boundaries())
        path.with_suffix(suffix).unlink()
        with pytest.raises(BuildError, match=r"areas\.shp: "):
            boundaries.load(path, CATALOGUE)
