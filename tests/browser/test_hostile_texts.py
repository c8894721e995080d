"""Texts of the catalogue and the evidence that are attacks stay texts on every page of a real browser."""

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comparator import snapshot as snapshots
from comparator.ui.pages import PAGES

from .conftest import ROOT, SERVE, serving, settle

ATTACK = (
    '"><img src=x onerror="window.attacked=1"><script>window.attacked=1</script>[x](javascript:attacked=1)${attacked}'
)
TEXTS = {
    "measures": ["title", "short_title", "definition", "one", "many"],
    "themes": ["title"],
    "caveats": ["title", "text"],
    "questions": ["ask"],
    "value_lines": ["above", "below"],
    "evidence": [
        "name", "description", "how_it_works", "effect_outcome", "strength_basis", "headline_effect", "quality_note",
        "works_best", "watch_for", "uk_evidence", "ref_authors", "ref_title", "ref_source", "notes",
    ],
}  # fmt: skip
QUERY = "force=cleveland&measure=shoplifting&problem=burglary"


def attacked(values):
    return [
        None
        if value is None
        else [f"{one} {ATTACK}" for one in value]
        if isinstance(value, list)
        else f"{value} {ATTACK}"
        for value in values
    ]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Give the address of a server whose snapshot, sound in itself, is full of attacks."""
    live = snapshots.named_by_current(ROOT / "data")
    descriptor = json.loads((live / "datapackage.json").read_text())
    changed: dict[str, bytes] = {}
    for name, columns in TEXTS.items():
        table = pq.read_table(live / f"{name}.parquet")
        for column in columns:
            place = table.schema.get_field_index(column)
            values = pa.array(attacked(table[column].to_pylist()), table.schema.field(place).type)
            table = table.set_column(place, table.schema.field(place), values)
        content = pa.BufferOutputStream()
        pq.write_table(table, content)
        changed[f"{name}.parquet"] = bytes(content.getvalue())
    for resource in descriptor["resources"]:
        if (content := changed.get(resource["path"])) is not None:
            resource["bytes"], resource["hash"] = len(content), f"sha256:{hashlib.sha256(content).hexdigest()}"
    name = snapshots.snapshot_name(descriptor, live.name[:10])
    folder = tmp_path_factory.mktemp("hostile")
    written = folder / name
    written.mkdir()
    for path in live.rglob("*"):
        to = written / path.relative_to(live)
        if path.is_dir():
            to.mkdir(exist_ok=True)
        else:
            to.write_bytes(changed.get(path.relative_to(live).as_posix(), path.read_bytes()))
    text = json.dumps({**descriptor, "name": name}, indent=1, ensure_ascii=False)
    (written / "datapackage.json").write_text(text)
    Path(folder / "current").write_text(name + "\n")
    assert snapshots.faults(written) == []
    with serving(SERVE, data=folder) as address:
        yield address


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.file)
def test_no_text_of_the_data_is_run_on_any_page(hostile, open_page, page):
    shown = open_page(f"{hostile}/{page.path}?{QUERY}")
    settle(shown)
    assert shown.evaluate("window.attacked") is None
    assert shown.locator("[data-testid=stMain] script").count() == 0
    assert shown.locator("[data-testid=stMain] img[src=x]").count() == 0
    assert shown.locator("[data-testid=stMain] a[href^=javascript]").count() == 0
    # The attack was there to be shown: the test would prove nothing of a page without it.
    assert "onerror" in shown.locator("[data-testid=stMain]").inner_text() or page.file == "home"
