"""Shared by all commands: how a command is declared, its options, and how it answers in words or JSON."""

import functools
import inspect
import json as jsons
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import click

from papersieve.warehouse.harmless import harmless_json, harmless_lines
from papersieve.warehouse.places import DEFAULT_STORE, DEFAULT_WAREHOUSE, resolve_places

#: Groups of commands, in the order of the help.
GROUPS = ("Run", "Ask", "Decide", "Keep")

#: What a new user types first.
_FIRST = [
    ("papersieve demo", "Try it on sample dumps."),
    ("papersieve run FOLDER", "Find the papers in a folder of your own dumps."),
    ("papersieve report", "See the result as a page for your browser."),
]

#: Numbers that a database takes.
SEED = click.IntRange(0, 2**31 - 1)

FILE = click.Path(path_type=Path, dir_okay=False)

_STORE = click.Option(
    ["--store"],
    type=FILE,
    envvar="PAPERSIEVE_STORE",
    help=f"Working store.  [default: {DEFAULT_STORE}, or next to --warehouse]",
)
_WAREHOUSE = click.Option(
    ["--warehouse"],
    type=FILE,
    envvar="PAPERSIEVE_WAREHOUSE",
    help=f"Published warehouse.  [default: {DEFAULT_WAREHOUSE}, or next to --store]",
)
_SETTINGS = click.Option(
    ["--settings", "settings_file"],
    type=FILE,
    envvar="PAPERSIEVE_SETTINGS",
    help="TOML file of settings; `papersieve settings` prints one.  [default: PAPERSIEVE_SETTINGS, or none]",
)
_WAIT = click.Option(
    ["--wait"],
    type=float,
    default=0.0,
    metavar="SECONDS",
    help="Wait up to this long for another command to end.  [default: 0]",
)
_JSON = click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON object, and nothing else, on stdout.")

format_option = click.option(
    "--format",
    "form",
    help="Format of these dumps, as `papersieve formats` names it.  [default: recognised by content]",
)
port_option = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Port to listen on; 0 picks a free one.",
)


class Places(NamedTuple):
    """Where the store and the published warehouse are."""

    store: Path
    warehouse: Path

    def existing_store(self) -> Path:
        """The store; raises StoreError with the remedy if there is none."""
        from papersieve.warehouse.store.store_file import existing

        return existing(self.store)


class Command(click.Command):
    """A command of a group. The help keeps the lines of its example."""

    group = ""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example as it is; click would join its lines."""
        if self.epilog:
            formatter.write_paragraph()
            formatter.write("Example:\n" + "".join(f"  {line}\n" for line in self.epilog.splitlines()))


class Groups(click.Group):
    """Commands that the help shows in groups."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the first commands, then each group under its name."""
        with formatter.section("Begin"):
            formatter.write_dl(_FIRST)
        for group in GROUPS:
            of_group = {n: c for n, c in self.commands.items() if getattr(c, "group", "") == group}
            rows = [(name, each.get_short_help_str(200)) for name, each in of_group.items()]
            with formatter.section(group):
                formatter.write_dl(rows)


@click.group(
    cls=Groups,
    epilog="`papersieve COMMAND --help` has options and examples.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="papersieve")
def cli() -> None:
    """Turn overlapping listings of research papers into one clean DuckDB warehouse of distinct papers."""


#: What a function that is a command may take -> the options that give it.
_OPTIONS = {"places": (_STORE, _WAREHOUSE), "con": (_STORE, _WAREHOUSE), "settings": (_SETTINGS,), "wait": (_WAIT,)}


def command(group: str, *example: str, json: bool = True) -> Callable[[Callable[..., None]], Command]:
    """Declare a command: its group, and the lines of its example.

    The function has the parameters of its own options. It may also take `places`, `con` (a connection to the published
    warehouse), `settings` and `wait`, and then has their options. json: whether it has --json, which `emit` looks at.
    """

    def declare(function: Callable[..., None]) -> Command:
        taken = [name for name in _OPTIONS if name in inspect.signature(function).parameters]

        @functools.wraps(function)
        def called(**given: Any) -> None:
            given.pop("as_json", None)
            with ExitStack() as opened:
                _give(taken, given, opened)
                function(**given)

        declared = click.command(cls=Command, epilog="\n".join(example))(called)
        declared.params += [option for name in taken for option in _OPTIONS[name]] + [_JSON] * json
        declared.group = group
        cli.add_command(declared)
        return declared

    return declare


def _give(taken: list[str], given: dict[str, Any], opened: ExitStack) -> None:
    """Replace the shared options by what they are for."""
    if "places" in taken:
        given["places"] = resolve(given.pop("store"), given.pop("warehouse"))
    if "settings" in taken:
        from papersieve.pipeline.settings_file import load_settings

        given["settings"] = load_settings(given.pop("settings_file"))
    if "con" in taken:
        from papersieve.warehouse.published.reader import open_warehouse

        places = resolve(given.pop("store"), given.pop("warehouse"))
        given["con"] = opened.enter_context(open_warehouse(places.warehouse))


class DumpPath(click.ParamType):
    """A path, or an address such as `s3://bucket/folder`."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the place; wrong usage if it is an invalid address."""
        from papersieve.pipeline.extract.places.address import place_of

        try:
            return place_of(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def resolve(store: Path | None = None, warehouse: Path | None = None) -> Places:
    """Both places; wrong usage if they are the same file."""
    try:
        return Places(*resolve_places(store, warehouse))
    except (ValueError, RuntimeError) as error:  # RuntimeError: a loop of symbolic links
        raise click.UsageError(str(error)) from error


def emit(value: Mapping[str, Any], words: str | Callable[[Any], object], out: Path | None = None) -> None:
    """Print the answer of a command: one JSON object with --json, else `words`: a text, or a function that prints the
    value.

    out: the file that the command wrote. If that is stdout, the answer goes to stderr.
    """
    err = out is not None and _is_stdout(out)
    if click.get_current_context().params.get("as_json"):
        click.echo(harmless_json(jsons.dumps(value, ensure_ascii=False, indent=2, default=str)), err=err)
    elif isinstance(words, str):
        say(words, err=err)
    else:
        words(value)


def _is_stdout(file: Path) -> bool:
    try:
        return os.path.samestat(file.stat(), os.fstat(1))
    except OSError:  # no such file, or stdout is closed
        return False


def say(text: str, *, err: bool = False) -> None:
    """Print words, made harmless to the terminal. On a terminal, lines break between words."""
    stream = sys.stderr if err else sys.stdout
    shown = wrapped(text, shutil.get_terminal_size().columns) if stream.isatty() else text
    click.echo(harmless_lines(shown), err=err)


def wrapped(text: str, columns: int) -> str:
    """The text wrapped to this width; only long words exceed it. Continued lines keep the indent of their line."""
    lines = []
    for line in text.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        lines += textwrap.wrap(
            line,
            max(columns, 20),
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
            replace_whitespace=False,
        ) or [line]
    return "\n".join(lines)


def print_result(text: str) -> None:
    """Print data: unchanged for a file or a program, and harmless on a terminal."""
    if text:
        shown = harmless_lines(text) if sys.stdout.isatty() else text
        click.echo(shown, nl=not text.endswith("\n"), color=True)  # otherwise click removes all colour codes
