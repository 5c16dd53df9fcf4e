"""What only some commands need: where it is missing they say how to install it, and nothing else minds."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]


def without(package: str, code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process that can't import a package."""
    code = f"import sys; sys.modules[{package!r}] = None; {code}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def told(extra: str, package: str, done: subprocess.CompletedProcess[str]) -> bool:
    return f"needs {package}. Install it: pip install 'papersieve[{extra}]'" in done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.parametrize("package", ["starlette", "uvicorn"])
def test_the_review_page_says_what_it_needs(sample_warehouse, package):
    store = sample_warehouse.with_name("_store.duckdb")
    command = (
        f"['papersieve', 'review', '--store', {str(store)!r}, '--warehouse', {str(sample_warehouse)!r}, '--port', '0']"
    )
    done = without(package, f"sys.argv = {command}; from papersieve.warehouse.cli.main import main; main()")
    assert told("review", package, done), done.stderr
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("package", ["httpx", "tenacity"])
def test_fetching_says_what_it_needs(package, tmp_path):
    command = f"['papersieve', 'fetch', 'hf-daily', '--into', {str(tmp_path)!r}]"
    done = without(package, f"sys.argv = {command}; from papersieve.warehouse.cli.main import main; main()")
    assert told("fetch", package, done), done.stderr
    assert "Traceback" not in done.stderr


def test_spark_says_what_it_needs():
    done = without("pyspark", "from papersieve.pipeline.spark.session import connect; connect('local[1]')")
    assert told("spark", "pyspark", done), done.stderr


@pytest.mark.long
def test_a_picture_that_can_not_be_drawn_says_why_and_fails_no_run():
    pytest.importorskip("dagster")
    code = "from papersieve.assets.pictures import funnel; print(funnel({'dumps': 1, 'records': 2}).value)"
    done = without("matplotlib", code)
    assert done.returncode == 0, done.stderr
    assert told("plots", "matplotlib", done), done.stdout


def test_dagsters_definitions_say_what_they_need():
    assert told("dagster", "dagster", without("dagster", "from papersieve.assets import defs"))


def test_what_an_extra_brings_is_no_dependency_of_the_core():
    core = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[\[>=<]", text)[0] for text in core}
    for extra, packages in EXTRAS.items():
        assert not names & {re.split(r"[\[>=<]", text)[0] for text in packages}, extra
    assert set(re.findall(r"\w+", EXTRAS["all"][0])) == {"papersieve", *EXTRAS} - {"all"}


def test_every_extra_that_a_message_names_exists():
    files = [path for room in ("pipeline", "warehouse", "assets") for path in ROOT.glob(f"{room}/**/*.py")]
    named = [name for path in files for name in re.findall(r'needs\("(\w+)"', path.read_text(encoding="utf-8"))]
    assert set(named) >= {"dagster", "fetch", "plots", "review", "spark"}
    assert set(named) <= set(EXTRAS)
