"""The build from end to end: what it publishes, what it warns of, and that a failure changes nothing."""

import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import comparator
from comparator import snapshot as snapshots
from comparator.build import checks, source_files, write
from comparator.build.errors import BuildError
from tests.build import money_and_people as published
from tests.build import publishers
from tests.build.conftest import run
from tests.build.publishers import CATALOGUE

ROOT = Path(comparator.__file__).parent.parent
NEGATIVES = "negative numbers before April 2019"


def contents(folder):
    """Return every file and folder below, hidden ones too, with what it holds."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }


def change_crime(sources, change):
    publishers.write(sources / publishers.CRIME, change(publishers.recorded_crime()))


def multiplied(force, factor, year="2017/18"):
    """Return a change that multiplies a force's figures of a year."""

    def change(rows):
        chosen = (rows["Force Name"] == force) & (rows["Financial Year"] == year)
        rows.loc[chosen, "Number of Offences"] = [round(n * factor) for n in rows.loc[chosen, "Number of Offences"]]
        return rows

    return change


class TestWhatIsPublished:
    def test_the_snapshot_is_sound_live_and_alone(self, built):
        assert snapshots.faults(built.snapshot.folder) == []
        assert snapshots.named_by_current(built.out) == built.snapshot.folder
        assert sorted(path.name for path in built.out.iterdir()) == sorted([built.snapshot.name, "current"])

    def test_its_name_begins_with_the_release_date_of_the_newest_figures(self, built):
        dates = [source.release_date for source in CATALOGUE.sources.values() if source.role == "table"]
        assert built.snapshot.name.startswith(f"{max(date for date in dates if date)}-")

    def test_its_offences_are_the_publishers_figures_of_the_forces(self, built):
        published = publishers.recorded_crime()
        ours = published[
            (published["Offence Group"] != "Fraud offences") & (published["Force Name"] != "British Transport Police")
        ]
        assert built.snapshot.table("offences")["number"].sum() == ours["Number of Offences"].sum()

    def test_it_names_its_sources_with_the_fingerprints_of_their_files(self, built, pristine):
        for source in built.snapshot.sources.values():
            assert source.files
            for path, digest in source.files.items():
                assert hashlib.sha256((pristine / path).read_bytes()).hexdigest() == digest

    def test_the_summary_tells_tables_cross_check_warnings_and_the_snapshots_name(self, built):
        for resource in built.snapshot.descriptor["resources"]:
            assert f"\n{resource['name']} " in built.told
        assert "(4 of 4 quarters are in our release)" in built.told
        assert f"1 warnings. Live snapshot: {built.snapshot.name}" in built.told
        assert [NEGATIVES in line for line in built.warnings] == [True]

    def test_a_comparison_can_be_asked_of_it(self, built):
        result = comparator.compare(built.snapshot, force="kent", measure="robbery", period="2018-03")
        assert result.of == 8
        assert "population-carried-forward" not in result.caveats
        later = comparator.compare(built.snapshot, force="kent", measure="robbery", period="2018-06")
        assert "population-carried-forward" in later.caveats

    def test_the_same_files_give_the_same_bytes_in_another_process(self, built, pristine, tmp_path):
        command = [sys.executable, "-m", "comparator", "build", "--sources", pristine, "--out", tmp_path / "data"]
        environment = {**os.environ, "PYTHONHASHSEED": "1"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"{tmp_path / 'data' / built.snapshot.name}\n"
        assert contents(tmp_path / "data") == contents(built.out)

    def test_building_again_into_the_same_folder_changes_nothing_and_warns_of_nothing_new(self, built, pristine, data):
        again = run(pristine, data)
        assert contents(data) == contents(built.out)
        assert again.warnings == built.warnings

    def test_a_damaged_folder_of_the_same_name_is_replaced(self, built, pristine, data):
        (data / built.snapshot.name / "peers.parquet").write_bytes(b"damaged")
        again = run(pristine, data)
        assert contents(data) == contents(built.out)
        assert any("not compared with the release before" in line for line in again.warnings)

    def test_what_a_killed_build_left_is_removed_a_day_later(self, pristine, data):
        left, running = data / ".building-1", data / ".building-2"
        for folder in (left, running):
            folder.mkdir()
            (folder / "areas.parquet").write_bytes(b"half")
        long_ago = time.time() - 25 * 60 * 60
        os.utime(left, (long_ago, long_ago))
        run(pristine, data)
        assert not left.exists()
        assert running.exists()

    def test_another_release_stands_beside_the_one_before_is_live_and_is_held_against_it(self, built, sources, data):
        change_crime(sources, multiplied("Kent", 1.3))
        again = run(sources, data)
        second = again.snapshot
        assert second.name != built.snapshot.name
        assert contents(data / built.snapshot.name) == contents(built.snapshot.folder)
        assert snapshots.named_by_current(data) == data / second.name
        assert [line for line in again.warnings if line.startswith("kent: ") and "release before" in line]


class TestFailure:
    @pytest.mark.parametrize(
        ("file", "content"),
        [
            (publishers.CRIME, b"no parquet"),
            (publishers.OLDER_CRIME, b"12 months ending,PFA\n31-03-2017,Kent\n"),
            (published.DETAIL, b"year,pfa_code\n2024-25,E23000001\n"),
            (published.OUTTURN_BOOK, b"no workbook"),
            (published.WORKFORCE, b"no workbook"),
            (published.OUTCOMES, b"force,fy\nKent,2024/25\n"),
            (published.OUTCOMES_BY_GROUP, b"no parquet"),
            (publishers.POPULATION, b"pfa_code,year\nE23000001,2016\n"),
            (publishers.DRIVERS, b"pfa_code\nE23000001\n"),
            (publishers.BOUNDARIES, b"no shape"),
            (publishers.FULL_YEAR_TOTALS, b"{"),
            (publishers.OFFICIAL_GROUPS, b"force,peer\nkent,kent\n"),
        ],
        ids=lambda value: value.name if hasattr(value, "name") else "",
    )
    def test_a_build_that_fails_leaves_the_live_snapshot_and_nothing_else(self, sources, data, file, content):
        before = contents(data)
        (sources / file).write_bytes(content)
        with pytest.raises(BuildError):
            run(sources, data)
        assert contents(data) == before

    @pytest.mark.parametrize(
        ("rows", "told"),
        [
            ({"id": ["a"], "title": ["A"], "colour": ["red"]}, "tables.toml: [themes] fields: .*colour"),
            ({"id": ["a"]}, "tables.toml: [themes] fields: .*title"),
        ],
    )
    def test_a_table_that_is_not_as_declared_is_named_and_nothing_half_written_stays(
        self, built, sources, data, rows, told
    ):
        before = contents(data)
        found = source_files.find(sources, CATALOGUE.sources, {})
        tables = {"areas": built.snapshot.table("areas"), "themes": pd.DataFrame(rows)}
        with pytest.raises(BuildError, match=told.replace("[", r"\[").replace("]", r"\]")):
            write.snapshot(data, tables, CATALOGUE.tables, found, "0", b"{}", feeds={})
        assert contents(data) == before

    def test_a_table_with_a_key_that_stands_twice_is_refused(self, built, sources, data):
        before = contents(data)
        found = source_files.find(sources, CATALOGUE.sources, {})
        people = built.snapshot.table("population")
        tables = {"population": pd.concat([people, people.iloc[[0]]])}
        with pytest.raises(BuildError, match=r"population: duplicate key .*'avon-and-somerset'.*2016"):
            write.snapshot(data, tables, CATALOGUE.tables, found, "0", b"{}", feeds={})
        assert contents(data) == before


class TestOnTheReleaseBefore:
    @pytest.mark.parametrize(
        ("factor", "told"), [(1.21, "+21%"), (0.79, "-21%"), (2, "+100%"), (1.19, ""), (0.81, ""), (1, "")]
    )
    def test_a_force_whose_newest_12_months_moved_by_more_than_a_fifth_is_told(self, built, factor, told):
        block = built.snapshot.blocks[checks.TOTAL, "year"]
        kent, was = block.column["kent"], block.numerator[-1, block.column["kent"]]
        numerator = block.numerator.copy()
        numerator[-1, kent] = now = round(was * factor)
        lines = checks.moved_totals(built.snapshot, replace(block, numerator=numerator))
        expected = f"kent: {now:,.0f} offences in the year ending 2018-06, {told} on {was:,.0f}"
        assert [line.startswith(expected) for line in lines] == [True] * bool(told)

    def test_a_later_release_is_held_against_its_newest_12_months_and_the_newest_they_share(self, built):
        block = built.snapshot.blocks[checks.TOTAL, "year"]
        numerator = np.vstack([block.numerator, block.numerator[-1]])
        numerator[-2:, block.column["kent"]] *= np.array([1.5, 1.6])
        later = replace(block, periods=(*block.periods, "2018-09"), numerator=numerator)
        lines = checks.moved_totals(built.snapshot, later)
        assert ["2018-06, +50%" in lines[0], "2018-09, +60%" in lines[1], len(lines)] == [True, True, 2]


class TestCrossCheck:
    @pytest.fixture
    def offences(self, built):
        return built.snapshot.table("offences")

    def against(self, tmp_path, offences, totals):
        path = tmp_path / "totals.json"
        path.write_text(json.dumps(totals), encoding="utf-8")
        warnings = []
        return checks.against_full_year(path, offences, CATALOGUE, warnings), warnings

    @pytest.fixture
    def totals(self):
        return publishers.full_year_totals(publishers.recorded_crime())

    def test_a_full_year_agrees_group_by_group_without_british_transport_police(self, tmp_path, offences, totals):
        table, warnings = self.against(tmp_path, offences, totals)
        assert "british-transport-police" in totals["forces"]
        assert sorted(table["group"]) == sorted({offence.group for offence in CATALOGUE.offences})
        assert table["ours"].tolist() == table["published"].tolist()
        assert set(table["quarters"]) == {4}
        assert set(table["share"]) == {1.0}
        assert not warnings

    def test_with_three_quarters_the_share_is_what_was_counted_so_far(self, tmp_path, offences, totals):
        so_far = offences[offences["period_end"] != "2018-03"]
        table, warnings = self.against(tmp_path, so_far, totals)
        assert set(table["quarters"]) == {3}
        assert table["share"].between(0.70, 0.80).all()
        assert not warnings

    def test_a_force_more_than_ten_points_from_the_usual_share_is_warned_of(self, tmp_path, offences, totals):
        lost = (offences["force"] == "kent") & (offences["period_end"] == "2018-03")
        _, warnings = self.against(tmp_path, offences[~lost], totals)
        assert len(warnings) == 1
        assert "kent" in warnings[0]
        assert "100% is usual" in warnings[0]

    @pytest.mark.parametrize(
        ("spoil", "told"),
        [
            pytest.param(lambda forces: forces["kent"].update(total=1), "kent do not add up", id="a wrong total"),
            pytest.param(lambda forces: forces.pop("kent"), "other forces .*: kent", id="a force is missing"),
            pytest.param(
                lambda forces: forces.update(ruritania=forces["kent"]),
                "other forces .*: ruritania",
                id="an unknown force",
            ),
            pytest.param(lambda forces: forces["kent"].pop("total"), "cannot be read as totals", id="no total"),
            pytest.param(
                lambda forces: forces["kent"]["byOffenceGroup"][0].update(count="many"),
                "cannot be read",
                id="no number",
            ),
        ],
    )
    def test_faulty_totals_stop_the_build_when(self, tmp_path, offences, totals, spoil, told):
        spoil(totals["forces"])
        with pytest.raises(BuildError, match=rf"totals\.json: .*{told}"):
            self.against(tmp_path, offences, totals)

    @pytest.mark.parametrize("content", ["", "[]", "{}"])
    def test_a_file_that_holds_no_totals_is_named(self, tmp_path, offences, content):
        path = tmp_path / "totals.json"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(BuildError, match=r"totals\.json: cannot be read as totals .*fetch it again"):
            checks.against_full_year(path, offences, CATALOGUE, [])

    def test_a_list_of_forces_that_differs_from_the_catalogue_is_told_line_by_line(self, tmp_path):
        path = tmp_path / "forces.csv"
        rows = [(force.id, force.code, force.name) for force in CATALOGUE.forces.values() if force.id != "kent"]
        rows = [("essex", "E23000099", "Essex") if row[0] == "essex" else row for row in rows]
        pd.DataFrame([*rows, ("ruritania", "E1", "Ruritania")], columns=["id", "code", "name"]).to_csv(
            path, index=False
        )
        lines = checks.force_list(path, CATALOGUE)
        assert len(lines) == 3
        for line, name in zip(lines, ("kent", "essex", "ruritania"), strict=True):
            assert name in line

    def test_a_list_of_forces_that_agrees_says_nothing(self, tmp_path):
        path = tmp_path / "forces.csv"
        rows = [(force.id, force.code, [force.name, *force.aliases][-1]) for force in CATALOGUE.forces.values()]
        pd.DataFrame(rows, columns=["id", "code", "name"]).to_csv(path, index=False)
        assert checks.force_list(path, CATALOGUE) == []


class TestOfficialGroups:
    def test_an_installations_most_similar_groups_are_what_similar_means(self, sources, tmp_path):
        group = ["essex", "sussex", "hampshire", "surrey", "norfolk"]
        lines = "".join(f"kent,{peer}\n" for peer in group)
        (sources / publishers.OFFICIAL_GROUPS).write_text(f"force,peer\n{lines}", encoding="utf-8")
        snapshot = run(sources, tmp_path / "data").snapshot
        assert list(snapshot.peers["kent", "most-similar-group"]) == group
        kent = comparator.compare(snapshot, force="kent", measure="robbery", peers="similar")
        assert [peer.force for peer in kent.peers] == group
        assert kent.of == 6
        assert "most-similar-groups" in kent.sources
        assert "similarity-drivers" not in kent.sources
        row = snapshot.table("comparisons").set_index(["measure", "window", "period_end", "force"])
        stored = row.loc["robbery", "year", kent.period_end, "kent"]
        assert stored["group_average_similar"] == kent.group_average
        essex = comparator.compare(snapshot, force="essex", measure="robbery", peers="similar")
        assert essex.of == 8
        assert "similarity-drivers" in essex.sources
