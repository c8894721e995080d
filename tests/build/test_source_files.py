"""Which file answers to which source."""

import hashlib

import pytest

from comparator.build import source_files
from comparator.build.errors import BuildError
from tests.build import money_and_people as published
from tests.build import publishers
from tests.build.publishers import CATALOGUE


def find(folder):
    return source_files.find(folder, CATALOGUE.sources, {})


def test_every_source_is_found_with_the_fingerprint_of_its_file(pristine):
    found = find(pristine)
    assert set(found) == set(CATALOGUE.sources) - {"most-similar-groups", "forces", "police-uk-forces"}
    digest = hashlib.sha256((pristine / publishers.CRIME).read_bytes()).hexdigest()
    assert found["recorded-crime"].fingerprints == {publishers.CRIME.as_posix(): digest}


def test_all_parts_of_a_shapefile_have_a_fingerprint(pristine):
    fingerprints = find(pristine)["boundaries"].fingerprints
    assert {path.rsplit(".", 1)[1] for path in fingerprints} >= {"shp", "shx", "dbf", "prj"}


@pytest.mark.parametrize("name", [publishers.ODS, publishers.XLSX])
def test_recorded_crime_is_found_as_the_workbook_that_the_home_office_publishes(sources, name):
    (sources / publishers.CRIME).unlink()
    (sources / name).write_bytes(b"")
    assert find(sources)["recorded-crime"].path == sources / name


@pytest.mark.parametrize("name", [publishers.ODS, "home-office/recorded-crime-pfa-newer.parquet"])
def test_two_files_for_one_source_are_both_named(sources, name):
    (sources / name).write_bytes(b"")
    with pytest.raises(BuildError) as raised:
        find(sources)
    message = str(raised.value)
    assert "several files for source 'recorded-crime'" in message
    assert publishers.CRIME.as_posix() in message
    assert str(name) in message
    assert "keep one of them" in message


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (publishers.CRIME, "recorded-crime"),
        (publishers.OLDER_CRIME, "recorded-crime-2003-2018"),
        (publishers.POPULATION, "population"),
        (publishers.DRIVERS, "similarity-drivers"),
        (publishers.BOUNDARIES, "boundaries"),
        (publishers.FULL_YEAR_TOTALS, "recorded-crime-2025-26"),
        (published.OUTTURN, "police-outturn"),
        (published.DETAIL, "police-outturn-detail"),
        (published.OUTTURN_BOOK, "outturn-as-published"),
        (published.DETAIL_BOOK, "outturn-detail-as-published"),
        (published.FUNDING, "police-funding"),
        (published.WORKFORCE, "workforce"),
        (published.OFFICERS, "police-officers"),
        (published.SEPTEMBER, "workforce-september-2025"),
        (published.OUTCOMES, "outcomes"),
        (published.OUTCOMES_BY_GROUP, "outcomes-2024-25"),
    ],
)
def test_a_missing_file_is_told_with_the_name_it_should_have(sources, path, source):
    (sources / path).unlink()
    with pytest.raises(BuildError) as raised:
        find(sources)
    assert f"no file for source '{source}'; expected {CATALOGUE.sources[source].files[0]}" in str(raised.value)
    assert str(sources) in str(raised.value)


def test_the_older_series_are_found_under_the_name_that_the_home_office_gave_them(sources):
    own_name = (sources / publishers.OLDER_CRIME).rename(sources / "home-office/rec-crime-pfa.csv")
    assert find(sources)["recorded-crime-2003-2018"].path == own_name


def test_a_missing_folder_is_told_with_the_option_that_gives_it(tmp_path):
    with pytest.raises(BuildError, match=r"nowhere: is not a folder; .*--sources"):
        find(tmp_path / "nowhere")


def test_a_source_that_is_optional_may_be_there(sources):
    (sources / publishers.OFFICIAL_GROUPS).write_text("force,peer\n", encoding="utf-8")
    assert find(sources)["most-similar-groups"].path == sources / publishers.OFFICIAL_GROUPS
