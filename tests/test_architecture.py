"""The rules of DESIGN 2 that no other check holds: who imports whom, what serving loads, and no machine's paths."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "pages").glob("*.py"))
FOR_PAGES = {"ui", "charts", "analysis", "snapshot", "periods", "catalogue"}
HEAVY = {"streamlit", "altair", "geopandas", "requests"}


def imported(source: str) -> set[str]:
    """Return the modules that a file imports, each with what it takes from them: "comparator.ui.frame"."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def loaded_by(statement: str) -> set[str]:
    """Return the names of all modules that a fresh interpreter holds after a statement."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_there_are_pages():
    assert {"home.py", "compare.py"} <= {path.name for path in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_uses_only_the_screen_charts_questions_and_data(page):
    allowed = {"comparator", "streamlit", "__future__"} | set(sys.stdlib_module_names)
    for name in imported(page.read_text(encoding="utf-8")):
        top, *rest = name.split(".")
        assert top in allowed, name
        assert top != "comparator" or rest[0] in FOR_PAGES, name


@pytest.mark.parametrize("path", sorted((ROOT / "comparator").rglob("*.py")), ids=lambda path: path.stem)
def test_only_what_serves_the_screen_imports_streamlit_and_only_the_build_the_readers_of_publishers_files(path):
    part = path.relative_to(ROOT / "comparator").parts[0]
    tops = {name.split(".")[0] for name in imported(path.read_text(encoding="utf-8"))}
    assert part in ("ui", "serving") or "streamlit" not in tops
    assert part == "build" or not tops & {"geopandas", "requests", "python_calamine", "tqdm"}


def test_the_library_loads_without_a_screen_charts_or_readers_of_publishers_files():
    assert loaded_by("import comparator").isdisjoint({*HEAVY, "python_calamine", "comparator.build"})


def test_a_snapshot_can_be_compared_without_them_too():
    statement = (
        "import comparator\n"
        "comparator.compare(comparator.open_snapshot(), force='kent', measure='rape')\n"
        "import comparator.__main__"
    )
    assert loaded_by(statement).isdisjoint({*HEAVY, "comparator.build"})


def test_statistics_load_without_pandas_files_or_the_rest_of_the_project():
    loaded = loaded_by("import comparator.statistics.funnel, comparator.statistics.intervals")
    assert "comparator.charts" not in loaded
    assert "comparator.ui" not in loaded


@pytest.mark.parametrize(
    "module",
    ["comparator.ui.downloads", "comparator.ui.warming", "comparator.charts.comparison", "comparator.snapshot"],
)
def test_serving_never_loads_the_build_geopandas_or_requests(module):
    loaded = loaded_by(f"import {module}")
    assert module in loaded
    assert not {name for name in loaded if name.startswith("comparator.build")}
    assert loaded.isdisjoint({"geopandas", "requests", "python_calamine"})


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout, so there is no list of its files")
def test_no_file_of_the_repository_names_a_path_of_somebodys_machine():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name.decode() for name in listed.split(b"\0") if name and not name.startswith(b"tests/")]
    assert ROOT / "pyproject.toml" in paths
    machine = re.compile(rb"(?<![\w.:/-])/(?:work|tmp|Users|home/\w+)/")
    naming = [str(path) for path in paths if path.is_file() and machine.search(path.read_bytes())]
    assert naming == []
