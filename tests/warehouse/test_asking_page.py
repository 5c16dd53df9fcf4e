"""docs/asking.md shows what the commands print, on the sample that is in the repository."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.settings import Settings
from warehouse.cli import cli
from warehouse.run import run

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(
    r"```console\n\$ papersieve ([^\n]*)\n((?:(?!```)[^\n]*\n)*)```",
    (ROOT / "docs" / "asking.md").read_text(encoding="utf-8"),
)


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("asking")
    store, warehouse = folder / "store.duckdb", folder / "papersieve.duckdb"
    run([ROOT / "sample_dumps"], store=store, warehouse=warehouse, settings=Settings())
    return ["--store", str(store), "--warehouse", str(warehouse)]


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[c for c, _ in BLOCKS])
def test_the_page_shows_what_the_command_prints(places, command, shown):
    done = CliRunner().invoke(cli, [*shlex.split(command), *places])
    assert done.exit_code == 0, done.output
    printed = "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())
    times = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
    assert re.sub(times, "TIME", printed) == re.sub(times, "TIME", shown.rstrip("\n"))
