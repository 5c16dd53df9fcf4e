"""What a question loads: people wait for imports, so nothing is imported that the answer does not need."""

import subprocess
import sys

import pytest

from papersieve.warehouse.published.reader import open_warehouse

#: Packages that read, hold and match dumps, and take 0.1 to 2 seconds each to load.
HEAVY = {"polars", "pyarrow", "numpy", "numba", "pandera", "dagster"}

_RUN = """
import sys
from papersieve.warehouse.cli.main import main
try:
    main()
finally:
    print(*{name.split(".")[0] for name in sys.modules}, file=sys.stderr)
"""


def loaded_by(*words: str) -> set[str]:
    """Packages that a command has loaded when it ends; it must succeed."""
    done = subprocess.run([sys.executable, "-c", _RUN, *words], capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "words",
    [
        ["query", "FROM papers LIMIT 1"],
        ["query", "FROM papers LIMIT 1", "--format", "json"],
        ["search", "the", "of"],
        ["search", "the", "--json"],
        ["changes"],
        ["changes", "--json"],
        ["tables"],
        ["tables", "papers", "--json"],
        ["prisma"],
        ["rollback", "--list"],
    ],
    ids=" ".join,
)
def test_a_question_that_compares_no_texts_loads_nothing_heavy(words, sample_warehouse):
    loaded = loaded_by(*words, "--warehouse", str(sample_warehouse))
    assert "duckdb" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("command", ["lookup", "explain", "status"])
def test_help_loads_not_even_the_database(command):
    assert not loaded_by(command, "--help") & {*HEAVY, "duckdb"}


@pytest.mark.parametrize("form", [[], ["--json"]], ids=" ".join)
def test_status_loads_nothing_heavy_though_it_opens_the_store(form, sample_warehouse):
    store = str(sample_warehouse.with_name("_store.duckdb"))
    loaded = loaded_by("status", *form, "--store", store, "--warehouse", str(sample_warehouse))
    assert "duckdb" in loaded
    assert not loaded & HEAVY


def test_settings_load_no_frames():
    assert not loaded_by("settings") & {*HEAVY, "duckdb"}


@pytest.mark.long
def test_a_question_that_compares_texts_loads_frames_but_no_compiler_no_contracts_and_no_arrow(sample_warehouse):
    with open_warehouse(sample_warehouse) as con:
        ids = [record for (record,) in con.execute("SELECT record_id FROM records LIMIT 2").fetchall()]
    text = "Words of a text that is nowhere here, about kettles and sheep"
    for words in (["lookup", text], ["explain", *ids]):
        loaded = loaded_by(*words, "--warehouse", str(sample_warehouse))
        assert "polars" in loaded  # otherwise the test above must cover it too
        assert not loaded & {"pyarrow", "numba", "pandera", "dagster"}


@pytest.mark.long
def test_a_small_run_loads_no_compiler_and_no_frames_but_ours(tmp_path):
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "one.ris").write_text("TY  - JOUR\nTI  - Kettles and Sheep\nAU  - Gale, H.\nER  - \n")
    places = ("--store", str(tmp_path / "s.duckdb"), "--warehouse", str(tmp_path / "w.duckdb"))
    assert not loaded_by("run", str(tmp_path / "dumps"), *places) & {"pandas", "numba", "pandera", "dagster"}


_STOPPED = """
import sys
from importlib.metadata import entry_points

class CtrlC:
    def find_spec(self, name, *_):
        if name == "click":
            raise KeyboardInterrupt

sys.meta_path.insert(0, CtrlC())
[command] = entry_points(group="console_scripts", name="papersieve")
command.load()()
"""


def test_ctrl_c_while_the_command_loads_is_told_in_a_line():
    done = subprocess.run([sys.executable, "-c", _STOPPED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "Stopped.\n")
