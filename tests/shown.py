"""What the docs show of commands, settings, guards, the catalogue and the house, as it is now.

`python -m tests.shown` writes it anew.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import click
from click.testing import CliRunner
from pydantic import BaseModel

from papersieve.pipeline.extract.catalogue import Described, catalogue
from papersieve.pipeline.matching.guards import GUARDS
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.cli.main import cli
from papersieve.warehouse.published.dictionary import catalogue as published_catalogue
from papersieve.warehouse.run import run
from tests.support import house_page
from tests.support.check_page import checks_page
from tests.support.sample import make_sample

ROOT = Path(__file__).parents[1]
README, ASKING, FIRST_RUN = ROOT / "README.md", ROOT / "docs" / "asking.md", ROOT / "docs" / "first-run.md"
DICTIONARY, COMMANDS = ROOT / "docs" / "data-dictionary.md", ROOT / "docs" / "commands.md"
HOUSE, CHECKS = ROOT / "docs" / "house.md", ROOT / "docs" / "checks.md"
MATCHING = ROOT / "docs" / "matching.md"
SETTINGS, FORMATS = ROOT / "docs" / "settings.md", ROOT / "docs" / "format-list.md"

#: A command of a page and what it prints; what `make run` prints; the table of the guards.
BLOCK = re.compile(r"```console\n\$ papersieve ([^\n]*)\n((?:(?!```)[^\n]*\n)*)```")
DEMO = re.compile(r"(?<=\$ make run\n).*?(?=\n```)", re.S)
GUARDS_TABLE = re.compile(r"^\| guard \|.*?(?=\n\n)", re.S | re.M)

#: A page may show the first lines of a long answer, and this line after them.
CUT = "…"
_LINES_BEFORE_CUT = 9

#: A time in an answer: another one with each run.
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def empty_places(folder: Path) -> list[str]:
    """Options that name a store and a warehouse that are not there yet."""
    return ["--store", str(folder / "store.duckdb"), "--warehouse", str(folder / "papersieve.duckdb")]


def places_in(folder: Path) -> list[str]:
    """Options that name a store and a warehouse of the sample, which is run."""
    places = empty_places(folder)
    run([ROOT / "sample_dumps"], store=Path(places[1]), warehouse=Path(places[3]), settings=Settings())
    return places


def answer(command: str, places: list[str]) -> str:
    """What a command of a page prints, with one time for all and `data` as the folder."""
    with chdir(ROOT):
        done = CliRunner().invoke(cli, [*shlex.split(command), *places])
    assert done.exit_code == 0, done.output
    told = _trimmed(done.stdout.strip("\n")).replace(str(Path(places[1]).parent), "data")
    return _TIME.sub("2026-01-05 06:00:00", told)


def shown(command: str, places: list[str], on_page: str) -> str:
    """The same, cut where the page cuts it."""
    told = answer(command, places)
    if not on_page.rstrip("\n").endswith(f"\n{CUT}") and on_page.strip() != CUT:
        return told
    return "\n".join([*told.splitlines()[:_LINES_BEFORE_CUT], CUT])


def demonstration(folder: Path) -> str:
    """What `make run` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "papersieve.warehouse.cli.main", "demo", ROOT / "sample_dumps"],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return _trimmed(done.stdout).strip("\n")


def commands_page() -> str:
    """Every command with its help, as `papersieve COMMAND --help` prints it."""
    parts = [
        "# Commands\n",
        "Every command with its options and examples, as `papersieve COMMAND --help` prints them. Exit codes: 0 done,",
        "1 failed, 2 wrong usage. With `--json` a command prints one JSON object on stdout and nothing else; progress and",
        "messages go to stderr. `python -m tests.shown` writes this page.\n",
    ]
    group = click.Context(cli, info_name="papersieve", **cli.context_settings)
    for name in sorted(cli.commands):
        context = click.Context(cli.commands[name], group, name, terminal_width=100)
        parts += [f"## {name}\n", "```text", cli.commands[name].get_help(context), "```\n"]
    return "\n".join(parts)


def settings_page() -> str:
    """Every setting with its default and its meaning."""
    head = (
        "# Settings\n\n"
        "All settings of a run. Write those that you change into a TOML file and name it with every command that\n"
        "publishes, also `withdraw` and `review`: `papersieve run dumps --settings settings.toml`. The environment variable\n"
        "`PAPERSIEVE_SETTINGS` names it for all commands. In the file, a setting named `a.b` is `b` below a line `[a]`.\n"
        "`papersieve settings` prints a complete file, with what a change of each setting costs.\n\n"
        "After a change, the next run derives everything that depends on it again, from the stored records, and says so;\n"
        "readers keep the previous version until it has published. `python -m tests.shown` writes this page from the code.\n\n"
        "| setting | default | meaning |\n|---|---|---|"
    )
    return "\n".join([head, *_rows(Settings, "")]) + "\n"


def formats_page() -> str:
    """Every format of ours with an example."""
    head = (
        "# Formats with examples\n\n"
        "Every format with an example, in the order in which they are tried: the first that recognises a dump reads it.\n"
        "What applies to all formats: [formats](formats.md). `papersieve formats` prints the same list; `python -m tests.shown`\n"
        "writes this page.\n"
    )
    return "\n".join([head, *(line for each in catalogue() if not each.package for line in _format(each))])


def dictionary_page(warehouse: Path) -> str:
    """A section for each table or view of a warehouse, in alphabetical order."""
    head = (
        "# Data dictionary\n\n"
        "Every table, view and column of a published warehouse; `papersieve tables NAME` prints the same. Example queries:\n"
        "[the cookbook](cookbook.md). What stays stable, and for how long: [the promise](schema.md). `python -m tests.shown`\n"
        "writes this page from the comments in a warehouse.\n\n"
        "Times are UTC. Shares are in [0, 1]. Null means unknown or absent, never zero.\n"
    )
    tables, columns = published_catalogue(warehouse)
    sections = [head]
    for table in tables:
        rows = [c for c in columns if c["table_name"] == table["table_name"]]
        sections.append(f"## {table['table_name']}\n\n{table['comment']}\n\n| column | type | meaning |\n|---|---|---|")
        sections[-1] += "".join(
            f"\n| {c['column_name']} | {c['data_type'].lower()} | {c['comment'] or ''} |" for c in rows
        )
    return "\n\n".join(sections) + "\n"


def guards_table() -> str:
    """Every guard, what it is called, and when a pair is for review."""
    rows = (f"| `{g.name}` | {g.called} | {g.sentence} {g.exactly}".rstrip() + " |" for g in GUARDS)
    return "\n".join(["| guard | in words | sends to review |", "|---|---|---|", *rows])


def _format(each: Described) -> Iterator[str]:
    way = "is read whole" if each.is_whole else "is read as a stream"
    about, looks_like = (text.replace("<", "&lt;").replace("](", "]&#40;") for text in (each.about, each.looks_like))
    yield f"## {each.name}\n\n{about}\n\nRecognised by {looks_like}; {way}.\n"
    yield f"```text\n{(each.example or '').rstrip()}\n```\n"


def _rows(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _rows(field.annotation, f"{prefix}{name}.")
        else:
            default = "none" if field.default is None else str(field.default)
            yield f"| `{prefix}{name}` | `{default}` | {field.description} |"


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


def _answered(page: Path, places: list[str]) -> None:
    """Write the answers of a page anew, in its order."""
    text = BLOCK.sub(
        lambda m: f"```console\n$ papersieve {m[1]}\n{shown(m[1], places, m[2])}\n```", page.read_text("utf-8")
    )
    page.write_text(text, encoding="utf-8")


def write(folder: Path) -> None:
    """Write all of it anew."""
    for page in (README, ASKING):
        (folder / page.stem).mkdir()
    _answered(README, empty_places(folder / README.stem))
    _answered(ASKING, places_in(folder / ASKING.stem))
    demo = demonstration(folder)
    FIRST_RUN.write_text(DEMO.sub(lambda _: demo, FIRST_RUN.read_text("utf-8"), count=1), encoding="utf-8")
    COMMANDS.write_text(commands_page(), encoding="utf-8")
    SETTINGS.write_text(settings_page(), encoding="utf-8")
    FORMATS.write_text(formats_page(), encoding="utf-8")
    MATCHING.write_text(GUARDS_TABLE.sub(lambda _: guards_table(), MATCHING.read_text("utf-8")), encoding="utf-8")
    HOUSE.write_text(house_page.page(), encoding="utf-8")
    CHECKS.write_text(checks_page(), encoding="utf-8")
    dumps = folder / "dumps"
    dumps.mkdir()
    for name, text in make_sample(papers=40).dumps.items():
        (dumps / name).write_text(text, encoding="utf-8")
    run([dumps], store=folder / "_s.duckdb", warehouse=folder / "_w.duckdb", settings=Settings())
    DICTIONARY.write_text(dictionary_page(folder / "_w.duckdb"), encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        write(Path(made))
