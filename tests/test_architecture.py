"""The house: who may know whom, and what a light command must not load."""

import subprocess
import sys
from pathlib import Path

import pytest

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
        ("papersieve.checks.contracts", {"dagster", "duckdb", "pandera", "pipeline", "warehouse"}),
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
    for path in (path for room in ("warehouse", "assets", "pipeline") for path in ROOT.glob(f"{room}/**/*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            is_example = "papersieve query" in line or line.startswith("QUESTION")
            assert is_example or not any(k in line for k in keywords), f"{path}:{number}: {line}"
