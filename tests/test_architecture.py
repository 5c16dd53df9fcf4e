"""The house: who may know whom, and what a light command must not load."""

import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.support.house_page import ROOMS, circles, equal_names, imports, modules, page

ROOT = Path(__file__).parents[1]


def test_imports_go_one_way():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=None,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("papersieve.checks.contracts", {"dagster", "duckdb", "polars", "pandera", "pipeline", "warehouse"}),
        ("papersieve.warehouse.answers.status", {"dagster", "polars", "numpy", "pyarrow", "pandera", "rich"}),
        ("papersieve.pipeline.extract.read", {"dagster", "duckdb", "warehouse", "scipy", "pylatexenc"}),
        ("papersieve.warehouse.cli.main", {"dagster", "duckdb", "polars", "pandera", "rich"}),
        ("papersieve.warehouse.run", {"dagster", "pandera", "scipy", "datasketch", "pylatexenc", "numba"}),
        ("papersieve.pipeline.deduplicate", {"dagster", "duckdb", "warehouse", "scipy", "datasketch", "numba"}),
    ],
)
def test_a_room_loads_nothing_that_it_must_not_know(module, unwanted):
    code = f"import sys, {module}; print(*sorted({{m.split('.')[0] for m in sys.modules}} & {unwanted!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_sql_stands_in_sql_files():
    keywords = ("SELECT ", "INSERT INTO", "CREATE TABLE", "DELETE FROM", "UPDATE ")
    paths = [path for room in ("warehouse", "assets", "pipeline") for path in ROOT.glob(f"{room}/**/*.py")]
    assert paths
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            is_example = "papersieve query" in line or line.startswith("QUESTION")
            is_of_contract = path.name == "schema.py"  # tables whose columns a contract says
            assert is_example or is_of_contract or not any(k in line for k in keywords), f"{path}:{number}: {line}"


def test_no_two_python_files_have_one_name():
    assert equal_names() == []


def test_imports_make_no_circle():
    assert circles(imports()) == []


def test_a_circle_is_found():
    graph = grimp.ImportGraph()
    for importer, imported in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")):
        graph.add_import(importer=importer, imported=imported)
    assert circles(graph) == [{"a", "b", "c"}]


def test_the_page_of_the_house_is_that_of_the_code():
    assert (ROOT / "docs" / "house.md").read_text(encoding="utf-8") == page(), "write it anew: python -m tests.shown"


def test_every_python_file_begins_with_what_it_holds():
    silent = [
        path for path in modules(*ROOMS, "tests", "benchmarks") if not path.read_bytes().startswith((b'"""', b'r"""'))
    ]
    assert silent == []


def test_no_module_is_longer_than_250_lines():
    assert [path for path in modules(*ROOMS) if len(path.read_text(encoding="utf-8").splitlines()) > 250] == []


def test_no_test_imports_another_nor_a_campaign():
    foreign = re.compile(
        r"^\s*(?:from|import) (?:tests\.(?:\w+\.)*(?:test_\w+|conftest)|benchmarks\.soak)\b", re.MULTILINE
    )
    assert foreign.search("from tests.warehouse.test_run import page")
    assert [path for path in modules("tests") if foreign.search(path.read_text(encoding="utf-8"))] == []
