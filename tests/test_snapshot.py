"""Snapshots: the committed one is sound, damage of every kind is refused, and a running program switches safely."""

import hashlib
import json
import math
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import comparator
from comparator import catalogue
from comparator import snapshot as snapshots
from comparator.snapshot import LiveSnapshot, SnapshotError

COMMITTED = comparator.open_snapshot()
DATA = COMMITTED.folder.parent
MEGABYTE = 1_000_000


@pytest.fixture
def data(tmp_path):
    """Return a folder of snapshots with a copy of the committed one in it, live."""
    shutil.copytree(COMMITTED.folder, tmp_path / COMMITTED.name)
    (tmp_path / "current").write_text(f"{COMMITTED.name}\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def folder(data):
    return data / COMMITTED.name


def edit(folder, change):
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    change(descriptor)
    path.write_text(json.dumps(descriptor), encoding="utf-8")


def another(data, title="Another release"):
    """Add a second sound snapshot to a folder, and return its name."""
    copy = Path(shutil.copytree(COMMITTED.folder, data / "copy"))
    descriptor = {**COMMITTED.descriptor, "title": title}
    name = snapshots.snapshot_name(descriptor, "2026-07-23")
    (copy / "datapackage.json").write_text(json.dumps({**descriptor, "name": name}), encoding="utf-8")
    copy.rename(data / name)
    return name


def make_live(data, name):
    new = data / ".new"
    new.write_text(f"{name}\n", encoding="utf-8")
    new.replace(data / "current")


class TestCommitted:
    def test_it_is_sound_and_named_by_current(self):
        assert snapshots.faults(COMMITTED.folder) == []
        assert snapshots.named_by_current(DATA) == COMMITTED.folder

    def test_it_is_smaller_than_25_megabytes(self):
        assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) < 25 * MEGABYTE

    def test_it_has_exactly_the_tables_and_fields_that_the_catalogue_declares(self):
        declared = {
            table.id: [field.model_dump(exclude_defaults=True) for field in table.fields]
            for table in catalogue.load().tables.values()
        }
        resources = COMMITTED.descriptor["resources"]
        found = {resource["name"]: resource["schema"]["fields"] for resource in resources if "schema" in resource}
        assert found == declared, "the catalogue's tables changed: build data/ anew"

    def test_it_tells_which_code_and_which_catalogue_made_it(self):
        assert len(bytes.fromhex(COMMITTED.descriptor["catalogue_sha256"])) == 32
        assert COMMITTED.descriptor["code_version"].count(".") == 2

    def test_its_catalogue_reads_back_as_it_was_declared(self):
        declared = catalogue.load()
        assert dict(COMMITTED.forces) == dict(sorted(declared.forces.items()))
        assert dict(COMMITTED.themes) == dict(declared.themes)
        assert dict(COMMITTED.caveats) == dict(declared.caveats)
        assert list(COMMITTED.value_lines.items()) == list(declared.value_lines.items())
        assert list(COMMITTED.measures) == list(declared.measures)
        for measure in declared.measures.values():
            divided = measure.denominator
            if divided != "population":
                # The snapshot holds the codes that the parts of a denominator come to.
                divided = catalogue.Count(table=divided.table, codes=declared.codes_of(divided))
            assert COMMITTED.measures[measure.id] == measure.model_copy(update={"denominator": divided})

    def test_every_source_has_title_publisher_release_licence_and_fingerprints(self):
        assert {"recorded-crime", "population", "boundaries", "similarity-drivers"} <= set(COMMITTED.sources)
        for source in COMMITTED.sources.values():
            assert all((source.title, source.publisher, source.release, source.licence))
            assert source.address.startswith("https://")
            assert source.files
            for digest in source.files.values():
                assert len(bytes.fromhex(digest)) == 32

    def test_every_field_of_every_table_is_declared_with_type_and_description_and_rows_are_counted(self):
        resources = {
            resource["name"]: resource for resource in COMMITTED.descriptor["resources"] if "schema" in resource
        }
        assert set(resources) == {path.stem for path in COMMITTED.folder.glob("*.parquet")}
        for name, resource in resources.items():
            table = COMMITTED.table(name)
            assert len(table) == resource["rows"] > 0
            assert [field["name"] for field in resource["schema"]["fields"]] == list(table.columns)
            for field in resource["schema"]["fields"]:
                assert field["type"]
                assert field["description"]
            key = resource["schema"].get("primaryKey", [])
            assert not (key and table.duplicated(key).any())

    def test_where_the_catalogue_says_which_values_a_field_can_have_it_has_exactly_those(self):
        explained = 0
        for table in catalogue.load().tables.values():
            for field in (field for field in table.fields if field.values):
                assert set(COMMITTED.table(table.id)[field.name].dropna()) == set(field.values), (table.id, field.name)
                explained += 1
        assert explained >= 4

    def test_outcomes_by_group_open_by_year_and_force_with_every_crime_of_their_table(self):
        opened = COMMITTED.outcomes_by_group
        assert {force for _, force in opened} == set(COMMITTED.forces)
        crimes = sum(number for groups in opened.values() for ended in groups.values() for number in ended.values())
        assert crimes == COMMITTED.table("outcomes_by_group")["number"].sum()

    def test_the_map_is_one_of_its_files_but_no_table(self):
        assert b'"areas"' in COMMITTED.topojson
        assert "map" in {resource["name"] for resource in COMMITTED.descriptor["resources"]}
        with pytest.raises(KeyError, match="no table 'map'"):
            COMMITTED.table("map")

    def test_boundaries_say_whose_they_are(self):
        assert "Contains OS data © Crown copyright" in COMMITTED.sources["boundaries"].attribution

    def test_a_table_that_does_not_exist_is_named(self):
        with pytest.raises(KeyError, match="has no table 'rumours'"):
            COMMITTED.table("rumours")

    def test_the_newest_period_is_that_of_the_offences(self):
        assert COMMITTED.latest_period == COMMITTED.table("offences")["period_end"].max()


class TestComparisonsTable:
    """What the build computed in one go is what is answered when asked."""

    TABLE = COMMITTED.table("comparisons")
    BASES = (("similar", "verdict_similar"), ("region", "verdict_region"), ("all", "verdict_all_peers"))

    @pytest.mark.parametrize("window", ["year", "quarter"])
    @pytest.mark.parametrize(("basis", "verdict"), BASES)
    def test_it_agrees_with_compare(self, window, basis, verdict):
        rows = self.TABLE[(self.TABLE["window"] == window) & (self.TABLE["force"] != "city-of-london")]
        sample = rows.iloc[:: len(rows) // 150]
        assert sample["measure"].nunique() > 25
        for row in sample.to_dict("records"):
            asked = comparator.compare(
                COMMITTED,
                force=row["force"],
                measure=row["measure"],
                period=row["period_end"],
                peers=basis,
                window=window,
            )
            assert (asked.verdict_all, asked.verdict_peers) == (none(row["verdict_all"]), none(row[verdict]))
            stored = [none(row[name]) for name in (f"group_average_{basis}", f"rank_{basis}", f"of_{basis}", "z")]
            answer = [asked.group_average, asked.rank, asked.of, asked.z]
            assert [value is None for value in stored] == [value is None for value in answer]
            known = [value for value in stored if value is not None]
            assert [value for value in answer if value is not None] == pytest.approx(known, rel=1e-9)

    def test_it_has_a_row_for_every_force_measure_window_and_period(self):
        assert set(self.TABLE["measure"]) == set(COMMITTED.crime_measures)
        for (measure, window), block in COMMITTED.blocks.items():
            if measure not in COMMITTED.crime_measures:
                continue
            rows = self.TABLE[(self.TABLE["measure"] == measure) & (self.TABLE["window"] == window)]
            assert len(rows) == 43 * len(block.periods)

    def test_city_of_london_is_compared_with_nobody(self):
        rows = self.TABLE[self.TABLE["force"] == "city-of-london"]
        assert len(rows) == len(self.TABLE) / 43
        assert rows.drop(columns=["measure", "window", "period_end", "force"]).isna().all(axis=None)


def none(value):
    """Return None for what a table holds where there is nothing."""
    return None if value is None or (isinstance(value, float) and math.isnan(value)) else value


def flip_a_byte(folder):
    path = folder / "observations.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_off(folder):
    path = folder / "offences.parquet"
    path.write_bytes(path.read_bytes()[:-1])


def replace_by_a_folder(folder):
    (folder / "peers.parquet").unlink()
    (folder / "peers.parquet").mkdir()


DESCRIPTOR = "datapackage.json"
DAMAGE = [
    pytest.param(flip_a_byte, "observations.parquet", "SHA-256 differs", id="a flipped bit"),
    pytest.param(cut_off, "offences.parquet", "bytes, should be", id="a file cut off"),
    pytest.param(
        lambda folder: (folder / "caveats.parquet").write_bytes(b""), "caveats.parquet", "is 0 bytes", id="empty"
    ),
    pytest.param(
        lambda folder: (folder / "areas.parquet").unlink(), "areas.parquet", "cannot be read", id="file missing"
    ),
    pytest.param(
        lambda folder: (folder / "boundaries.topojson").write_bytes(COMMITTED.topojson.replace(b"kent", b"Kent")),
        "boundaries.topojson",
        "SHA-256 differs",
        id="another map",
    ),
    pytest.param(replace_by_a_folder, "peers.parquet", "cannot be read", id="a folder in place of a file"),
    pytest.param(lambda folder: (folder / DESCRIPTOR).unlink(), DESCRIPTOR, "cannot be read", id="no descriptor"),
    pytest.param(
        lambda folder: (folder / DESCRIPTOR).write_text("{"), DESCRIPTOR, "cannot be read", id="half a descriptor"
    ),
    pytest.param(lambda folder: (folder / DESCRIPTOR).write_text("[]"), DESCRIPTOR, "cannot be read", id="a list"),
    pytest.param(lambda folder: (folder / DESCRIPTOR).write_bytes(b"\xff"), DESCRIPTOR, "cannot be read", id="no text"),
    pytest.param(
        lambda folder: edit(folder, lambda said: said.update(title="x")), DESCRIPTOR, "was changed", id="another title"
    ),
    pytest.param(
        lambda folder: edit(folder, lambda said: said["resources"][0].update(rows=1)),
        DESCRIPTOR,
        "was changed",
        id="rows",
    ),
    pytest.param(
        lambda folder: edit(folder, lambda said: said["resources"].pop()), DESCRIPTOR, "was changed", id="a table less"
    ),
    pytest.param(
        lambda folder: edit(folder, lambda said: said["sources"][0].update(release="x")),
        DESCRIPTOR,
        "was changed",
        id="release",
    ),
    pytest.param(
        lambda folder: edit(folder, lambda said: said.update(name="x")), DESCRIPTOR, "was changed", id="another name"
    ),
    pytest.param(
        lambda folder: edit(folder, lambda said: said.update(snapshot_format=snapshots.FORMAT + 1)),
        DESCRIPTOR,
        f"snapshot format {snapshots.FORMAT + 1}",
        id="format",
    ),
    pytest.param(
        lambda folder: edit(folder, lambda said: said.pop("resources")), DESCRIPTOR, "cannot be read", id="no tables"
    ),
]


class TestDamage:
    @pytest.mark.parametrize(("damage", "file", "told"), DAMAGE)
    def test_a_damaged_snapshot_is_refused_with_the_file_named(self, folder, damage, file, told):
        damage(folder)
        lines = snapshots.faults(folder)
        assert len(lines) == 1
        assert lines[0].startswith(f"{folder / file}: ")
        assert told in lines[0]
        assert "restore" in lines[0] or "build it anew" in lines[0]
        with pytest.raises(SnapshotError) as raised:
            snapshots.read(folder)
        assert str(raised.value) == lines[0]

    @pytest.mark.parametrize("name", ["2026-07-23", "1999-01-01"])
    def test_a_renamed_folder_is_refused_whether_the_date_or_the_hash_was_changed(self, folder, name):
        renamed = [folder.rename(folder.with_name(name + COMMITTED.name[10:]))]
        renamed.append(renamed[0].rename(folder.with_name(f"{COMMITTED.name[:10]}-0123abcd")))
        assert "folder renamed" in snapshots.faults(renamed[-1])[0]

    def test_every_damaged_file_is_told_at_once(self, folder):
        flip_a_byte(folder)
        cut_off(folder)
        assert len(snapshots.faults(folder)) == 2

    def test_a_sound_copy_elsewhere_is_sound(self, folder):
        assert snapshots.faults(folder) == []
        assert snapshots.read(folder).name == COMMITTED.name

    def test_a_table_of_another_shape_than_this_program_knows_is_refused(self, data):
        name = another(data)
        path = data / name / DESCRIPTOR
        shutil.copy(data / name / "themes.parquet", data / name / "caveats.parquet")
        descriptor = json.loads(path.read_text(encoding="utf-8"))
        content = (data / name / "caveats.parquet").read_bytes()
        resource = next(entry for entry in descriptor["resources"] if entry["name"] == "caveats")
        resource.update(bytes=len(content), hash=f"sha256:{hashlib.sha256(content).hexdigest()}")
        descriptor["name"] = snapshots.snapshot_name(descriptor, name[:10])
        path.write_text(json.dumps(descriptor), encoding="utf-8")
        folder = (data / name).rename(data / descriptor["name"])
        assert snapshots.faults(folder) == []
        with pytest.raises(SnapshotError, match="not written by this version of the program"):
            snapshots.read(folder)


class TestCurrent:
    @pytest.mark.parametrize(
        "text", ["", "\n", "garbage", "../../etc", "/etc", ".", "..", "2026-04-23", "a/b", "x" * 500]
    )
    def test_what_is_no_name_of_a_snapshot_is_refused_with_an_example(self, data, text):
        (data / "current").write_text(text, encoding="utf-8")
        with pytest.raises(SnapshotError) as raised:
            snapshots.named_by_current(data)
        assert str(raised.value).startswith(f"{data / 'current'}: ")
        assert f"write one such as {COMMITTED.name}" in str(raised.value)

    def test_a_path_that_leads_out_and_back_in_is_refused_too(self, data):
        (data / "current").write_text(f"../{data.name}/{COMMITTED.name}", encoding="utf-8")
        with pytest.raises(SnapshotError, match="is not the name of a snapshot"):
            snapshots.named_by_current(data)

    def test_a_snapshot_that_is_not_there_is_named(self, data):
        (data / "current").write_text("2030-01-01-0123abcd\n", encoding="utf-8")
        with pytest.raises(SnapshotError, match=r"names 2030-01-01-0123abcd, which is not in"):
            snapshots.named_by_current(data)

    @pytest.mark.parametrize("spoil", ["missing", "binary", "folder"])
    def test_a_file_that_cannot_be_read_is_named_with_the_remedy(self, data, spoil):
        current = data / "current"
        current.unlink()
        if spoil == "binary":
            current.write_bytes(b"\xff\xfe")
        elif spoil == "folder":
            current.mkdir()
        with pytest.raises(SnapshotError, match=r"current: cannot be read; run `python -m comparator build`"):
            snapshots.named_by_current(data)

    def test_a_folder_without_snapshots_is_refused_by_the_library_too(self, tmp_path, monkeypatch):
        monkeypatch.setenv("COMPARATOR_DATA", str(tmp_path))
        with pytest.raises(SnapshotError, match="current: cannot be read"):
            comparator.open_snapshot()

    def test_the_library_opens_a_folder_that_it_is_given(self, folder):
        assert comparator.open_snapshot(folder).name == COMMITTED.name
        assert comparator.open_snapshot(str(folder)).folder == folder


class TestLive:
    def test_the_same_snapshot_is_handed_out_until_current_changes(self, data):
        live = LiveSnapshot(data)
        first = live.get()
        assert live.get() is first
        name = another(data)
        assert live.get() is first
        make_live(data, name)
        assert live.get().name == name
        make_live(data, COMMITTED.name)
        assert live.get().name == COMMITTED.name

    @pytest.mark.parametrize("damage", [flip_a_byte, cut_off, lambda folder: (folder / DESCRIPTOR).unlink()])
    def test_a_damaged_new_snapshot_is_refused_and_the_one_before_serves_on(self, data, damage, caplog):
        live = LiveSnapshot(data)
        first = live.get()
        name = another(data)
        damage(data / name)
        make_live(data, name)
        assert live.get() is first
        assert live.get() is first
        assert len(caplog.records) == 1
        assert first.name in caplog.text
        assert name in caplog.text

    @pytest.mark.parametrize("text", ["", "garbage", "../../etc", "2030-01-01-0123abcd"])
    def test_a_current_that_names_nothing_leaves_the_one_before_in_service(self, data, text):
        live = LiveSnapshot(data)
        first = live.get()
        (data / "current").write_text(text, encoding="utf-8")
        assert live.get() is first
        (data / "current").unlink()
        assert live.get() is first

    def test_a_sound_snapshot_after_a_refused_one_is_taken_at_once(self, data):
        live = LiveSnapshot(data)
        live.get()
        bad, good = another(data, "Bad"), another(data, "Good")
        cut_off(data / bad)
        make_live(data, bad)
        live.get()
        make_live(data, good)
        assert live.get().name == good

    def test_a_refused_snapshot_that_is_mended_is_taken_when_it_is_tried_again(self, data, monkeypatch):
        monkeypatch.setattr(snapshots, "RETRY_SECONDS", 0.0)
        live = LiveSnapshot(data)
        live.get()
        name = another(data)
        flip_a_byte(data / name)
        make_live(data, name)
        assert live.get().name == COMMITTED.name
        flip_a_byte(data / name)
        assert live.get().name == name

    def test_without_any_sound_snapshot_an_error_is_raised_until_there_is_one(self, data):
        cut_off(data / COMMITTED.name)
        live = LiveSnapshot(data)
        for _ in range(2):
            with pytest.raises(SnapshotError, match=r"offences\.parquet"):
                live.get()
        make_live(data, another(data))
        assert live.get().descriptor["title"] == "Another release"

    def test_many_threads_share_one_snapshot_across_a_switch(self, data):
        live = LiveSnapshot(data)
        name = another(data)
        with ThreadPoolExecutor(8) as threads:
            assert len({id(opened) for opened in threads.map(lambda _: live.get(), range(32))}) == 1
            make_live(data, name)
            found = list(threads.map(lambda _: live.get(), range(32)))
        assert {opened.name for opened in found} == {name}
        assert len({id(opened) for opened in found}) == 1

    def test_one_folder_has_one_live_snapshot_in_a_process(self, data):
        assert snapshots.live(data) is snapshots.live(data)
        assert snapshots.live(data) is not snapshots.live(DATA)
