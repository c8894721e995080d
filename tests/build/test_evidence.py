"""The compiled interventions: what is kept of them, and that a faulty row stops the build with its place."""

import pytest

from comparator.build import evidence
from comparator.build.errors import BuildError
from tests.build import evidence_file
from tests.build.evidence_file import GATES, LOCKS, ROWS, VISITS


def load(tmp_path, *rows):
    return evidence.load(evidence_file.write(tmp_path / "whatworks.csv", rows or ROWS))


def test_rows_keep_the_file_s_order_with_lists_split_and_numbers_read(tmp_path):
    found = load(tmp_path)
    assert found["slug"].tolist() == ["gates", "prison-visits", "locks"]
    assert found["crime_problems"].tolist()[0] == ("burglary", "ASB")
    assert found["review_year"].astype(object).where(found["review_year"].notna(), None).tolist() == [2018, None, 2018]
    assert found["effect_value"].tolist() == ["-12%; -9.5% nearby", "+68%", "at least 20 times"]


def test_what_no_source_confirmed_is_kept_and_where_the_rest_was_seen_is_not(tmp_path):
    found = load(tmp_path)
    assert found["unconfirmed"].tolist() == [("context",), ("effect", "context"), ("context",)]
    assert found["part_confirmed"].tolist() == [("quality",)] * 3
    assert not [column for column in found.columns if column.startswith("prov")]
    assert "mirror.example.org" not in found.to_csv()


def emmie(**scores):
    return VISITS | {f"emmie_q_{name}": score for name, score in scores.items()}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        pytest.param(GATES | {"slug": "Gates!"}, "slug: ", id="a slug"),
        pytest.param(GATES | {"name": " "}, "name: ", id="no name"),
        pytest.param(GATES | {"crime_problems": "burglary|arson"}, "crime_problems.1: ", id="a problem"),
        pytest.param(GATES | {"crime_problems": ""}, "crime_problems.0: ", id="no problem"),
        pytest.param(GATES | {"mechanism_type": "magic"}, "mechanism_type.0: ", id="a kind"),
        pytest.param(GATES | {"effect_direction": "works"}, "effect_direction: ", id="a direction"),
        pytest.param(GATES | {"effect_strength": "huge"}, "effect_strength: ", id="a strength"),
        pytest.param(GATES | {"certainty": "sure"}, "certainty: ", id="a certainty"),
        pytest.param(GATES | {"review_year": "18"}, "review_year: ", id="a year"),
        pytest.param(emmie(effect="5"), "emmie_q_effect: ", id="a score out of range"),
        pytest.param(emmie(effect=""), "give all five scores or none", id="a score is missing"),
        pytest.param(VISITS | {"emmie_basis": ""}, "emmie_basis: ", id="a rating from nowhere"),
        pytest.param(GATES | {"ref_doi": "doi:10.1002/x"}, "ref_doi: ", id="a DOI"),
        pytest.param(GATES | {"ref_url": "https://doi.org/10.1002/other"}, "ref_url: must be", id="another DOI"),
        pytest.param(GATES | {"ref_doi": "", "ref_url": "javascript:alert(1)"}, "ref_url: ", id="an address"),
        pytest.param(GATES | {"effect_value": "-112%; -9.5%"}, "-112% is not possible", id="a fall of more than all"),
        pytest.param(GATES | {"ci95": "-20% to -4%"}, "ci95: needs one interval", id="an interval is missing"),
        pytest.param(GATES | {"ci95": "-20%; -4%"}, "ci95: '-20%' is no interval", id="no interval"),
        pytest.param(GATES | {"ci95": "-11% to -4%; -15% to 1%"}, "-12% does not lie within", id="beyond its interval"),
        pytest.param(GATES | {"prov_cost": "hearsay"}, "prov_cost: 'hearsay'", id="a provenance"),
    ],
)
def test_a_faulty_row_is_told_with_file_line_slug_and_field_when_it_has(tmp_path, row, told):
    with pytest.raises(BuildError) as raised:
        load(tmp_path, LOCKS, row)
    assert str(raised.value).startswith(f"{tmp_path / 'whatworks.csv'}: line 3, {row['slug']}, ")
    assert told in str(raised.value)
    assert str(raised.value).endswith("correct it")


def test_all_faults_are_told_at_once(tmp_path):
    with pytest.raises(BuildError) as raised:
        load(tmp_path, GATES | {"certainty": "sure", "effect_strength": "huge"}, LOCKS | {"certainty": ""}, GATES)
    assert [line.split(", ")[1] for line in str(raised.value).splitlines()] == ["gates", "gates", "locks"]


def test_a_slug_that_stands_twice_is_told(tmp_path):
    with pytest.raises(BuildError, match="line 3, gates, slug: stands twice"):
        load(tmp_path, GATES, GATES)


def test_a_missing_or_new_column_is_told(tmp_path):
    spoiled = {name: cell for name, cell in GATES.items() if name != "certainty"} | {"colour": "red"}
    with pytest.raises(BuildError, match="columns missing or not expected: certainty, colour"):
        load(tmp_path, spoiled)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'slug,name\r\n"open'])
def test_a_file_that_is_no_table_is_named(tmp_path, content):
    path = tmp_path / "whatworks.csv"
    path.write_bytes(content)
    with pytest.raises(BuildError, match=r"whatworks\.csv: "):
        evidence.load(path)


def test_a_row_with_too_few_cells_is_told(tmp_path):
    path = evidence_file.write(tmp_path / "whatworks.csv", [GATES])
    path.write_text(path.read_text(encoding="utf-8") + "half,a row\r\n", encoding="utf-8")
    with pytest.raises(BuildError, match=r"line 3: has not 45 cells"):
        evidence.load(path)
