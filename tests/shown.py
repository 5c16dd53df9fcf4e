"""What the docs show of commands and of the catalogue, as it is now. `python -m tests.shown` writes it into them anew."""

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from click.testing import CliRunner

from papersieve.pipeline.sample import make_sample
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.cli.main import cli
from papersieve.warehouse.published.dictionary import dictionary
from papersieve.warehouse.run import run

ROOT = Path(__file__).parents[1]
README, ASKING, DICTIONARY = ROOT / "README.md", ROOT / "docs" / "asking.md", ROOT / "docs" / "data-dictionary.md"

#: A command of the page of answers and what it prints; what `make run` prints.
BLOCK = re.compile(r"```console\n\$ papersieve ([^\n]*)\n((?:(?!```)[^\n]*\n)*)```")
DEMO = re.compile(r"(?<=\$ make run\n).*?(?=\n```)", re.S)

#: A time on the page of answers: another one with each run.
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def places_in(folder: Path) -> list[str]:
    """Options that name a store and a warehouse of the sample, which is run."""
    store, warehouse = folder / "store.duckdb", folder / "papersieve.duckdb"
    run([ROOT / "sample_dumps"], store=store, warehouse=warehouse, settings=Settings())
    return ["--store", str(store), "--warehouse", str(warehouse)]


def answer(command: str, places: list[str]) -> str:
    """What a command of the page prints, with one time for all."""
    done = CliRunner().invoke(cli, [*shlex.split(command), *places])
    assert done.exit_code == 0, done.output
    return _TIME.sub("2026-01-05 06:00:00", _trimmed(done.stdout.strip("\n")))


def demonstration(folder: Path) -> str:
    """What `make run` prints."""
    places = ["--store", "data/sample/store.duckdb", "--warehouse", "data/sample/papersieve.duckdb"]
    done = subprocess.run(
        [sys.executable, "-m", "papersieve.warehouse.cli.main", "demo", ROOT / "sample_dumps", *places],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return _trimmed(done.stdout).strip("\n")


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


def write(folder: Path) -> None:
    """Write all of it anew."""
    places = places_in(folder)
    asking = BLOCK.sub(
        lambda m: f"```console\n$ papersieve {m[1]}\n{answer(m[1], places)}\n```", ASKING.read_text(encoding="utf-8")
    )
    ASKING.write_text(asking, encoding="utf-8")
    shown = demonstration(folder)
    README.write_text(DEMO.sub(lambda _: shown, README.read_text(encoding="utf-8")), encoding="utf-8")
    for name, text in make_sample(papers=40).dumps.items():
        (folder / name).write_text(text, encoding="utf-8")
    run([folder], store=folder / "_s.duckdb", warehouse=folder / "_w.duckdb", settings=Settings())
    DICTIONARY.write_text(dictionary(folder / "_w.duckdb"), encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        write(Path(made))
