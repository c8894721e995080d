"""A catalogue that is wrong in one place: the loader stops and names file, entry and field."""

import shutil
from pathlib import Path

import pytest

from comparator.catalogue import CatalogueError, load
from comparator.catalogue.loader import HERE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped catalogue that a test may spoil."""
    for path in [*HERE.glob("*.toml"), *HERE.glob("*.csv")]:
        shutil.copy(path, tmp_path)
    return tmp_path


def spoil(path: Path, entry: str, old: str, new: str) -> None:
    """Replace some text, once, from the entry's own line on."""
    text = path.read_text(encoding="utf-8")
    start = text.index(f"[{entry}]\n" if path.suffix == ".toml" else f"{entry},")
    assert old in text[start:], "the catalogue has changed: this test spoils nothing"
    path.write_text(text[:start] + text[start:].replace(old, new, 1), encoding="utf-8")


def test_an_untouched_copy_loads(folder):
    assert load(folder).measures.keys() == load().measures.keys()


MEASURES, CAVEATS, SOURCES, FORCES = "measures.toml", "caveats.toml", "sources.toml", "forces.csv"
VALUE = "value_for_money.toml"
OLDER = "robbery-2003-to-2018"
PARTS = '"personal-robbery", "business-robbery"'


@pytest.mark.parametrize(
    ("file", "entry", "old", "new", "field"),
    [
        pytest.param(MEASURES, "shoplifting", "definition =", "# ", "definition", id="a field is missing"),
        pytest.param(MEASURES, "rape", "decimals =", 'colour = "red"\ndecimals =', "colour", id="a field is unknown"),
        pytest.param(MEASURES, "robbery", '"robbery"', '"robery"', "theme: 'robery'", id="a theme is unknown"),
        pytest.param(
            MEASURES, "shoplifting", '["46"]', '["46", "4Z"]', "numerator.codes: '4Z'", id="a code is unknown"
        ),
        pytest.param(MEASURES, "shoplifting", '["46"]', "[46]", "numerator.codes", id="a code is no text"),
        pytest.param(MEASURES, "robbery", "personal-", "person-", "'person-robbery'", id="a part is unknown"),
        pytest.param(MEASURES, "rape", '"higher-worse"', '"bad"', "polarity", id="a polarity is unknown"),
        pytest.param(MEASURES, "robbery", PARTS, f'{PARTS}, "robbery"', "part of itself", id="a part of itself"),
        pytest.param(
            MEASURES, "burglary", '"domestic-', '"theft-offences", "domestic-', "part of itself", id="a circle"
        ),
        pytest.param(
            MEASURES, "robbery", PARTS, '"arson", "arson"', "56A, 56B more than once", id="a part given twice"
        ),
        pytest.param(MEASURES, "arson", '"56A"', '"56B", "56A"', "56B more than once", id="a code given twice"),
        pytest.param(
            MEASURES, "robbery", PARTS, f'{PARTS}, "sexual-offences", "rape"', "19C", id="a code in two parts"
        ),
        pytest.param(
            MEASURES, "arson", "numerator.codes", 'numerator.parts = ["rape"]\nnumerator.codes', "numerator", id="both"
        ),
        pytest.param(MEASURES, "arson", "numerator.codes", "# ", "numerator", id="neither codes nor parts"),
        pytest.param(MEASURES, "rape", 'title = "Rape"', 'title = "Rapes"', "id: must be", id="id is not the title"),
        pytest.param(
            MEASURES, "domestic-burglary", '"2017-03"', '"2010-03"', "last_period", id="it ends before it began"
        ),
        pytest.param(
            MEASURES, "domestic-burglary", '"2017-03"', '"2017-04"', "last_period", id="it ends within a quarter"
        ),
        pytest.param(MEASURES, "rape", "decimals = 2", "decimals = 2.5", "decimals", id="a number is no whole number"),
        pytest.param(
            MEASURES, "rape", "decimals = 2", "multiplier = 0\ndecimals = 2", "multiplier", id="a multiplier of 0"
        ),
        pytest.param(MEASURES, "rape", "decimals = 2", 'windows = ["month"]\ndecimals = 2', "windows", id="a window"),
        pytest.param(MEASURES, "rape", "decimals = 2", 'sources = ["gossip"]\ndecimals = 2', "'gossip'", id="a source"),
        pytest.param(
            MEASURES, "rape", '["sexual offences"]', '["rape"]', "problems.0", id="a crime problem is unknown"
        ),
        pytest.param(MEASURES, OLDER, '["year"]', '["year", "quarter"]', "windows", id="quarters of rolling years"),
        pytest.param(
            MEASURES, OLDER, "_rolling_year", "_rolling", "numerator.table", id="a table of the numerator is unknown"
        ),
        pytest.param(
            MEASURES, OLDER, "_rolling_year", "", "numerator.codes: 'Robbery'", id="an older offence as a code of today"
        ),
        pytest.param(
            MEASURES, "robbery", PARTS, f'{PARTS}, "{OLDER}"', f"'{OLDER}' is counted in", id="a part of another table"
        ),
        pytest.param(
            MEASURES,
            OLDER,
            '["Robbery"]',
            '["Robbery", "Robbery"]',
            "Robbery more than once",
            id="an offence given twice",
        ),
        pytest.param(CAVEATS, "pandemic", "last_month =", "# ", "last_month", id="a fault has no last month"),
        pytest.param(CAVEATS, "pandemic", '"2021-03"', '"2021-13"', "last_month", id="a month that does not exist"),
        pytest.param(CAVEATS, "conduct-crimes-2023", "first_month =", "# ", "first_month", id="a break has no month"),
        pytest.param(
            CAVEATS, "recording", "cites", 'first_month = "2020-01"\ncites', "reading", id="a reading has a month"
        ),
        pytest.param(CAVEATS, "recording", "sources =", "# ", "measures or the sources", id="a caveat touches nothing"),
        pytest.param(CAVEATS, "recording", '"recorded-crime"', '"crime"', "sources: 'crime'", id="a caveat's source"),
        pytest.param(
            CAVEATS, "conduct-crimes-2023", '"public-order-offences"', '"riot"', "measures: 'riot'", id="its measure"
        ),
        pytest.param(
            CAVEATS, "greater-manchester-2019-20", '["greater-manchester"]', '["salford"]', "'salford'", id="its area"
        ),
        pytest.param(CAVEATS, "pandemic", "cites = [", "cites = []#", "cites", id="a caveat cites nothing"),
        pytest.param(CAVEATS, "pandemic", "https://www", "www", "cites", id="a caveat cites no address"),
        pytest.param(SOURCES, "population", 'role = "table"', 'role = "chair"', "role", id="a role is unknown"),
        pytest.param(SOURCES, "population", '"2025-07-30"', '"July"', "release_date", id="a date is none"),
        pytest.param(
            SOURCES, "outturn-as-published", '"metropolitan"', '"London"', "wider_bodies", id="a wider body's area"
        ),
        pytest.param(
            SOURCES, "outturn-as-published", '"metropolitan"', '"london"', "'london'", id="a wider body of no force"
        ),
        pytest.param(
            MEASURES, "crimes-per-officer", '"workforce"', '"people"', "denominator", id="a denominator's table"
        ),
        pytest.param(
            MEASURES, "crimes-per-officer", '["officers"]', '["robots"]', "denominator.codes: 'robots'", id="its code"
        ),
        pytest.param(
            MEASURES, "outcomes-assigned", '["all-crime-', '["some-crime-', "denominator.parts: 'some-", id="its part"
        ),
        pytest.param(MEASURES, "crimes-per-officer", "denominator.codes", "# ", "denominator", id="it counts nothing"),
        pytest.param(
            MEASURES,
            "reserves",
            "decimals =",
            'denominator = "officers"\ndecimals =',
            "denominator",
            id="it is no count",
        ),
        pytest.param(
            MEASURES, "crimes-per-officer", '["financial-year"]', '["year"]', "windows: denominator", id="its window"
        ),
        pytest.param(
            MEASURES, "reserves", '["date"]', '["quarter"]', "windows: numerator.table finance", id="a window of money"
        ),
        pytest.param(
            MEASURES,
            "reserves",
            '["date"]',
            '["date", "financial-year"]',
            "windows: date, financial-year are never one series",
            id="dates beside years",
        ),
        pytest.param(
            MEASURES,
            "rape",
            "decimals = 2",
            'windows = ["year", "financial-year"]\ndecimals = 2',
            "windows",
            id="mixed",
        ),
        pytest.param(MEASURES, "reserves", '"england"', '"scotland"', "compared", id="nobody to compare with"),
        pytest.param(CAVEATS, "dorset-2016-17", "last_month =", "# ", "last_month", id="a gap has no last month"),
        pytest.param(CAVEATS, "dorset-2016-17", '"gap"', '"hole"', "kind", id="a caveat's kind is unknown"),
        pytest.param(
            "tables.toml", "workforce.fields", '"police officers of all ranks"', "1", "values", id="a value's meaning"
        ),
        pytest.param(
            MEASURES, "reserves", '"earmarked-reserves"', '"gold"', "'gold'", id="a line that is not published"
        ),
        pytest.param(MEASURES, "reserves", 'kind = "money"', 'kind = "gold"', "kind", id="a kind is unknown"),
        pytest.param(VALUE, "reserves", '"funding"', '"treasure"', "part", id="a part of the profile is unknown"),
        pytest.param(VALUE, "reserves", 'part = "funding"', "", "part", id="a line in no part of the profile"),
        pytest.param(VALUE, "reserves", "below = [", "below = []#", "below", id="a line without questions"),
        pytest.param(VALUE, "reserves", "above = [", 'aside = ["Why?"]\nabove = [', "aside", id="a third side"),
        pytest.param(
            VALUE, "net-police-spending", "part =", 'under = "spending-on-pay"\npart =', "no line before it", id="order"
        ),
        pytest.param(VALUE, "spending-on-pay", '"gross-police-spending"', '"gross"', "'gross'", id="a line's whole"),
        pytest.param(VALUE, "reserves", "above = [", "above = [1, ", "above", id="a question is no text"),
        pytest.param("themes.toml", "robbery", "title", "tilte", "title", id="a misspelt field"),
        pytest.param("tables.toml", "population.fields", '"integer"', '"float"', "fields", id="a type is unknown"),
        pytest.param(FORCES, "E23000002", "E23000002", "23000002", "code", id="a force's code is none"),
        pytest.param(FORCES, "E23000039", "Dorset Police", " ", "full_name", id="a force has no name"),
        pytest.param(FORCES, "E23000035", "Devon & Cornwall|", "Dorset|", "'Dorset'", id="a name of two forces"),
        pytest.param("hexes.csv", "kent", "kent,", "kent,x", "column", id="a column is no number"),
        pytest.param("hexes.csv", "kent", "kent,", "kent,-", "column", id="a column to the left of the first"),
        pytest.param("hexes.csv", "kent", ",Kent", ",", "short", id="a hexagon has no name"),
        pytest.param("hexes.csv", "kent", ",Kent", ",Kent Police", "short", id="its name is too long"),
        pytest.param("offences.csv", "56A", "Arson,", ",", "subgroup", id="an offence has no subgroup"),
    ],
)
def test_the_loader_stops_and_names_file_entry_and_field_when(folder, file, entry, old, new, field):
    spoil(folder / file, entry, old, new)
    with pytest.raises(CatalogueError) as raised:
        load(folder)
    named = {
        "E23000002": "cumbria",
        "E23000039": "dorset",
        "E23000035": "dorset",
        "population.fields": "population",
        "workforce.fields": "workforce",
    }.get(entry, entry)
    lines = [line for line in str(raised.value).splitlines() if line.startswith(f"{file}: [{named}] ")]
    assert any(field in line for line in lines), str(raised.value)


def test_an_offence_code_that_only_an_older_measure_names_is_counted_by_no_measure(folder):
    spoil(folder / MEASURES, "shoplifting", '["46"]', '["45"]')
    spoil(folder / MEASURES, OLDER, '["Robbery"]', '["46"]')
    with pytest.raises(CatalogueError, match=r"offences\.csv: \[46\] is counted by no measure"):
        load(folder)


def test_every_fault_of_an_entry_is_told_at_once(folder):
    spoil(folder / MEASURES, "rape", 'polarity = "higher-worse"\n', "")
    spoil(folder / MEASURES, "rape", "decimals = 2", "decimals = 9")
    with pytest.raises(CatalogueError, match=r"(?s)\[rape\] polarity.*\n.*\[rape\] decimals"):
        load(folder)


@pytest.mark.parametrize("file", [MEASURES, CAVEATS, SOURCES, VALUE, "themes.toml", "tables.toml"])
def test_a_value_outside_any_table_is_named(folder, file):
    path = folder / file
    path.write_text('stray = "x"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(CatalogueError, match=rf"{file}: stray: .*under \[an-id\]"):
        load(folder)


@pytest.mark.parametrize("file", [MEASURES, CAVEATS, SOURCES, VALUE, "themes.toml", "tables.toml"])
def test_invalid_toml_is_named_with_its_line(folder, file):
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8") + "[half\n", encoding="utf-8")
    lines = len(path.read_text(encoding="utf-8").splitlines())
    with pytest.raises(CatalogueError, match=rf"{file}: not valid TOML: .*line {lines}\b"):
        load(folder)


def test_a_measure_that_stands_twice_is_named(folder):
    path = folder / MEASURES
    path.write_text(path.read_text(encoding="utf-8") + '[rape]\ntitle = "Rape"\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"measures\.toml: .*'rape'.* twice"):
        load(folder)


@pytest.mark.parametrize(
    ("name", "told"), [("gold", r"\[gold\] measure: is not in measures\.toml"), ("reserves", "'reserves'.* twice")]
)
def test_a_line_of_no_measure_or_of_one_that_has_a_line_is_named(folder, name, told):
    path = folder / VALUE
    line = f'\n[{name}]\npart = "funding"\nabove = ["Why?"]\nbelow = ["Why?"]\n'
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    with pytest.raises(CatalogueError, match=rf"value_for_money\.toml: .*{told}"):
        load(folder)


def test_a_force_that_stands_twice_is_named(folder):
    path = folder / FORCES
    line = next(line for line in path.read_text(encoding="utf-8").splitlines() if ",kent," in line)
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"forces\.csv: \[kent\] id: stands twice"):
        load(folder)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param("kent,", "Kent,", ["[Kent] force: String should match"], id="a force is no id"),
        pytest.param(
            "kent,", "kant,", ["[kant] force: is not in forces.csv", "[kent] force: has no line"], id="no such force"
        ),
        pytest.param("kent,", "essex,", ["[essex] force: stands twice"], id="a force stands twice"),
        pytest.param(
            "kent,5,9",
            "kent,5,7",
            ["[kent] column, row: essex stands there too"],
            id="two forces in one place",
        ),
    ],
)
def test_a_faulty_layout_of_hexagons_is_told(folder, old, new, told):
    spoil(folder / "hexes.csv", "kent", old, new)
    with pytest.raises(CatalogueError) as raised:
        load(folder)
    for line, expected in zip(str(raised.value).splitlines(), told, strict=True):
        assert line.startswith(f"hexes.csv: {expected}")


def test_questions_about_nothing_that_is_measured_are_named(folder):
    spoil(folder / "questions.toml", "shoplifting", "[shoplifting]", "[shop-lifting]")
    with pytest.raises(CatalogueError, match=r"questions\.toml: \[shop-lifting\]: is neither in themes\.toml nor"):
        load(folder)
    spoil(folder / "questions.toml", "shop-lifting", "ask = [", "asks = [")
    with pytest.raises(CatalogueError, match=r"questions\.toml: \[shop-lifting\] ask: Field required"):
        load(folder)


@pytest.mark.parametrize(("file", "column"), [(FORCES, "governance"), ("offences.csv", "subgroup")])
def test_a_missing_column_is_named(folder, file, column):
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(column, "other", 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=rf"{file}: \[\S+\] {column}: Field required"):
        load(folder)


@pytest.mark.parametrize("path", sorted([*HERE.glob("*.toml"), *HERE.glob("*.csv")]), ids=lambda path: path.name)
def test_a_file_that_is_missing_or_no_text_is_named(folder, path):
    (folder / path.name).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError, match=rf"^{path.name}: cannot be read"):
        load(folder)
    (folder / path.name).unlink()
    with pytest.raises(CatalogueError, match=rf"^{path.name}: cannot be read"):
        load(folder)
