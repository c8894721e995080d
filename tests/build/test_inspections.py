"""Enhanced monitoring and PEEL grades: what is read, and what is refused."""

from pathlib import Path

import pytest

from comparator import catalogue
from comparator.build import inspections
from comparator.build.errors import BuildError
from comparator.build.source_files import SourceFile
from tests.build import inspection_files

CATALOGUE = catalogue.load()


def load(folder: Path, *, engage=None, grades=None):
    for name, rows in (("engage.csv", engage), ("grades.csv", grades)):
        default = inspection_files.engage() if name == "engage.csv" else inspection_files.grades()
        (default if rows is None else rows).to_csv(folder / name, index=False)
    files = (
        SourceFile(CATALOGUE.sources[source], folder / name, {})
        for source, name in (("engage", "engage.csv"), ("peel-grades", "grades.csv"))
    )
    return inspections.load(*files, CATALOGUE)


def test_spells_and_grades_stand_by_force_as_their_sources_state_them(tmp_path):
    found = load(tmp_path).set_index(["force", "kind"])
    spell = found.loc[("cleveland", "engage")]
    assert (spell["began"], spell["ended"], spell["grade"]) == ("2019", "September 2023", "")
    assert spell["addresses"] == ("https://example.org/a", "https://example.org/b")
    assert found.loc[("wiltshire", "engage"), "ended"] == ""
    assert found.loc[("wiltshire", "engage"), "note"] == "as reported"
    assert found.loc[("metropolitan", "engage"), "ended"] == "23 January 2025"
    grade = found.loc[("kent", "peel")]
    assert (grade["subject"], grade["began"]) == ("PEEL 2016, Effectiveness (overall pillar)", "2016")
    assert grade["grade"] == "Good"
    assert len(found) == 3 + 43


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("force", "Wilts", "unknown force 'Wilts'"),
        ("source_urls", "", "is no address of a source"),
        ("source_urls", "see the press", "'see the press' is no address"),
    ],
)
def test_a_spell_that_cannot_be_traced_or_placed_is_refused(tmp_path, column, value, told):
    rows = inspection_files.engage()
    rows.loc[1, column] = value
    with pytest.raises(BuildError, match=told):
        load(tmp_path, engage=rows)


def test_a_cycle_without_a_year_and_a_missing_column_are_refused(tmp_path):
    rows = inspection_files.grades()
    rows.loc[0, "cycle"] = "PEEL"
    with pytest.raises(BuildError, match=r"grades\.csv: cycle 'PEEL' names no year"):
        load(tmp_path, grades=rows)
    with pytest.raises(BuildError, match="column grade is missing"):
        load(tmp_path, grades=inspection_files.grades().drop(columns="grade"))
