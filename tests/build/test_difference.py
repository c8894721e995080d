"""What `diff` tells of two small snapshots that the build made."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from comparator import snapshot as snapshots
from comparator.__main__ import main
from comparator.analysis.difference import as_lines, as_record, difference
from tests.build import publishers
from tests.build.conftest import run


@pytest.fixture(scope="module")
def older(pristine, tmp_path_factory):
    """Return the release before: without its last quarter, with a third more crime in Kent, and with fewer people."""
    folder = tmp_path_factory.mktemp("older")
    sources = shutil.copytree(pristine, folder / "sources")
    rows = publishers.recorded_crime(publishers.QUARTERS[:-1])
    kent = rows["Force Name"] == "Kent"
    rows.loc[kent, "Number of Offences"] = [round(n * 4 / 3) for n in rows.loc[kent, "Number of Offences"]]
    publishers.write(sources / publishers.CRIME, rows)
    (sources / "home-office/most-similar-groups.csv").write_text(
        "force,peer\n" + "".join(f"kent,{peer}\n" for peer in ("essex", "sussex", "surrey")), encoding="utf-8"
    )
    return run(sources, folder / "data")


@pytest.fixture(scope="module")
def found(older, built):
    return difference(older.snapshot, built.snapshot)


def test_a_snapshot_differs_in_nothing_from_itself(built):
    same = difference(built.snapshot, built.snapshot)
    assert (same.sources, same.tables, same.periods, same.verdicts, same.cases) == ((), (), (), (), ())
    assert same.revisions.revised == 0
    assert same.revisions.compared == len(built.snapshot.table("observations"))
    assert as_lines(same) == [f"{built.snapshot.name}: the same snapshot"]


def test_sources_with_other_files_and_sources_that_came_or_went_are_told(found):
    assert [change.source for change in found.sources] == ["recorded-crime", "most-similar-groups"]
    crime, groups = found.sources
    assert crime.release_before == crime.release_after
    assert (groups.release_after, groups.files_before) == (None, ("home-office/most-similar-groups.csv",))
    lines = as_lines(found)
    assert "  recorded-crime: other files of the same release, 23 April 2026" in lines
    assert "  most-similar-groups: gone, was As supplied by the installation; not open data" in lines


def test_tables_whose_rows_changed_are_told_with_their_numbers_and_others_are_not(found, older, built):
    tables = {change.table: change for change in found.tables}
    assert {"offences", "observations", "comparisons", "trends", "cases", "peers"} <= set(tables)
    assert not {"population", "evidence", "finance", "boundaries", "caveats"} & set(tables)
    assert tables["offences"].rows_before == len(older.snapshot.table("offences"))
    assert tables["offences"].rows_after == len(built.snapshot.table("offences"))
    assert tables["offences"].fields_added == ()


def test_rows_that_came_went_and_changed_are_counted_by_key(found, older, built):
    [offences] = [change for change in found.tables if change.table == "offences"]
    key = ["period_end", "force", "code"]
    both = older.snapshot.table("offences").merge(built.snapshot.table("offences"), on=key)
    assert offences.removed == 0
    assert offences.added == (built.snapshot.table("offences")["period_end"] == "2018-06").sum()
    assert offences.changed == (both["number_x"] != both["number_y"]).sum() > 0
    assert f"{offences.added:,} added, 0 removed, {offences.changed:,} changed" in "\n".join(as_lines(found))


def test_numbers_that_differ_only_by_rounding_are_no_change(built, tmp_path):
    shutil.copytree(built.snapshot.folder, tmp_path / "other")
    cases = pd.read_parquet(tmp_path / "other" / "cases.parquet")
    cases["z"] = np.nextafter(cases["z"], np.inf)
    cases.to_parquet(tmp_path / "other" / "cases.parquet", index=False)
    descriptor = json.loads(json.dumps(built.snapshot.descriptor))
    [part] = [part for part in descriptor["resources"] if part["name"] == "cases"]
    part["hash"] = "sha256:other"
    other = replace(built.snapshot, name="other", folder=tmp_path / "other", descriptor=descriptor)
    [change] = difference(built.snapshot, other).tables
    assert (change.table, change.added, change.removed, change.changed) == ("cases", 0, 0, 0)
    assert f"  cases: {len(cases):,} rows as before; the same but for rounding" in as_lines(
        difference(built.snapshot, other)
    )


def test_period_ends_that_came_are_told_by_measure_and_window(found):
    ends = {(change.measure, change.window): (change.added, change.removed) for change in found.periods}
    assert ends["robbery", "year"] == (("2018-06",), ())
    assert ends["robbery", "quarter"] == (("2018-06",), ())
    assert not any(measure.startswith("officers") for measure, _ in ends)


def test_every_revised_figure_is_counted_and_none_that_only_came(found, older, built):
    keys = ["measure", "window", "period_end", "area"]
    figures = ["numerator", "denominator", "value"]
    both = older.snapshot.table("observations").merge(built.snapshot.table("observations"), on=keys)
    differs = [
        (both[f"{name}_x"] != both[f"{name}_y"]) & ~(both[f"{name}_x"].isna() & both[f"{name}_y"].isna())
        for name in figures
    ]
    revised = both[differs[0] | differs[1] | differs[2]]
    assert found.revisions.revised == len(revised) > 0
    assert found.revisions.compared == len(both)
    assert {one.name: one.figures for one in found.revisions.by_measure} == revised["measure"].value_counts().to_dict()
    assert {one.name: one.figures for one in found.revisions.by_area} == revised["area"].value_counts().to_dict()
    assert set(revised["area"]) == {"kent", "region-south-east", "england-and-wales"}


def test_the_largest_revision_of_a_measure_is_told_with_the_old_and_the_new_figure(found, older, built):
    [robbery] = [one.largest for one in found.revisions.by_measure if one.name == "robbery"]
    assert robbery.area == "kent"
    for snapshot, value, numerator in (
        (older.snapshot, robbery.value_before, robbery.numerator_before),
        (built.snapshot, robbery.value_after, robbery.numerator_after),
    ):
        block = snapshot.blocks["robbery", robbery.window]
        place = block.row[robbery.period_end], block.column["kent"]
        assert (block.value[place], block.numerator[place]) == (value, numerator)
    assert robbery.change_percent == pytest.approx(-25, abs=1.5)
    assert max(robbery.numerator_before, robbery.numerator_after) >= 100
    assert found.revisions.by_area[0].name == "kent"


def test_verdicts_on_the_newest_figures_that_changed_are_those_of_the_two_snapshots(found, older, built):
    told = {(change.among, change.force, change.measure): change for change in found.verdicts}
    newest = []
    for snapshot, end in ((older.snapshot, "2018-03"), (built.snapshot, "2018-06")):
        rows = snapshot.table("comparisons")
        rows = rows[(rows["window"] == "year") & (rows["period_end"] == end)]
        newest.append(rows.set_index(["force", "measure"])["verdict_all"])
    current = newest[1].index  # series that ended earlier are not in it
    before, after = (verdicts.reindex(current).fillna("none") for verdicts in newest)
    changed = current[before != after]
    among_all = {key[1:] for key in told if key[0] == "among all forces"}
    assert among_all & set(current) == set(changed)
    assert len(changed) > 0
    for force, measure in changed:
        change = told["among all forces", force, measure]
        assert (change.period_before, change.period_after) == ("2018-03", "2018-06")
        assert (change.before, change.after) == (before[force, measure], after[force, measure])


def test_cases_that_changed_are_told_with_both_statuses(found, older, built):
    assert found.cases
    for change in found.cases:
        for snapshot, status, severity in (
            (older.snapshot, change.status_before, change.severity_before),
            (built.snapshot, change.status_after, change.severity_after),
        ):
            history = snapshot.case_histories[change.measure]
            place = -1, history.column[change.force]
            assert (history.status[place] or None, history.severity[place]) == (status, severity)


def test_backwards_what_came_is_what_went(found, older, built):
    back = difference(built.snapshot, older.snapshot)
    assert {change.removed for change in back.periods} == {change.added for change in found.periods}
    assert back.revisions.revised == found.revisions.revised
    [groups] = [change for change in back.sources if change.source == "most-similar-groups"]
    assert groups.release_before is None


class TestCommand:
    def test_it_takes_folders_and_names_and_the_live_one_if_the_second_is_left_out(
        self, older, built, data, monkeypatch, capsys
    ):
        monkeypatch.setenv("COMPARATOR_DATA", str(data))
        assert main(["diff", str(older.snapshot.folder)]) == 0
        to_live = capsys.readouterr().out
        assert main(["diff", str(older.snapshot.folder), built.snapshot.name]) == 0
        assert capsys.readouterr().out == to_live
        assert to_live.startswith(f"{older.snapshot.name} -> {built.snapshot.name}\n")
        for title in ("Sources", "Tables", "Measures", "Period ends", "Figures revised", "Verdicts", "Cases"):
            assert f"\n{title}" in to_live
        assert "  added: 2018-06, year, of " in to_live

    def test_json_holds_everything(self, older, built, found, capsys):
        folders = [str(older.snapshot.folder), str(built.snapshot.folder)]
        assert main(["diff", *folders, "--format", "json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said == json.loads(json.dumps(as_record(found), allow_nan=False))
        assert said["before"] == older.snapshot.name

    def test_a_name_that_is_no_snapshot_is_told_with_one_that_is(self, built, data, monkeypatch, capsys):
        monkeypatch.setenv("COMPARATOR_DATA", str(data))
        assert main(["diff", "nowhere"]) == 2
        assert capsys.readouterr().err == (
            f"comparator: unknown snapshot 'nowhere': for example {built.snapshot.name}\n"
        )

    def test_a_damaged_snapshot_is_refused(self, built, data, monkeypatch, capsys):
        monkeypatch.setenv("COMPARATOR_DATA", str(data))
        (data / built.snapshot.name / "peers.parquet").write_bytes(b"damaged")
        assert main(["diff", built.snapshot.name]) == 1
        assert "peers.parquet" in capsys.readouterr().err
        assert snapshots.faults(data / built.snapshot.name)
