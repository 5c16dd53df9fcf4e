"""What the commands share: options, the shape of a help page, JSON."""

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from papersieve.warehouse.harmless import harmless_json, harmless_lines
from papersieve.warehouse.places import DEFAULT_STORE, DEFAULT_WAREHOUSE, resolve_places

if TYPE_CHECKING:
    from papersieve.warehouse.decisions.review_desk import Desk
    from papersieve.warehouse.store.engine import Engine


class Command(click.Command):
    """A command whose epilog (its example) keeps its lines."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example as it is, where click would fill its lines."""
        if self.epilog:
            formatter.write_paragraph()
            formatter.write("Example:\n" + "".join(f"  {line}\n" for line in self.epilog.splitlines()))


class DumpPath(click.ParamType):
    """A path, or a place elsewhere such as `s3://bucket/folder`."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the place; wrong usage where it is an address that names none."""
        from papersieve.pipeline.extract.places.address import place_of

        try:
            return place_of(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class WholeText(click.ParamType):
    """A text of whole characters: bytes of the command line that are none become question marks."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text."""
        return whole(value)


def whole(text: str) -> str:
    """The text with a question mark for each half of a character, which neither DuckDB nor polars takes."""
    return text.encode("utf-8", "replace").decode()


def places(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --store and --warehouse."""
    command = click.option(
        "--warehouse",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="PAPERSIEVE_WAREHOUSE",
        help=f"Published warehouse.  [default: {DEFAULT_WAREHOUSE}, or beside --store]",
    )(command)
    return click.option(
        "--store",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="PAPERSIEVE_STORE",
        help=f"Working store.  [default: {DEFAULT_STORE}, or beside --warehouse]",
    )(command)


settings_option = click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="PAPERSIEVE_SETTINGS",
    help="TOML file of settings.",
)
format_option = click.option(
    "--format", "form", help="Format of these dumps; detected by content where not given (docs/formats.md)."
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else, on stdout."
)
wait_option = click.option(
    "--wait",
    type=float,
    default=0.0,
    metavar="SECONDS",
    help="Wait up to this many seconds for another command to end.",
)


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --engine and what Spark needs."""
    options = [
        click.option("--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True, help="What computes: this process, or Spark (docs/scale.md)."),
        click.option("--master", default="local[*]", show_default=True, envvar="PAPERSIEVE_MASTER", help="Spark's master."),
        click.option("--lake", envvar="PAPERSIEVE_LAKE", metavar="FOLDER", help="Folder that Spark and its workers reach, such as hdfs://…; needed for it."),
        click.option("--spark", multiple=True, metavar="NAME=VALUE", help="A setting of Spark, such as spark.executor.memory=8g; may be repeated."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def chosen_engine(
    engine: str, master: str, lake: str | None, spark: tuple[str, ...]
) -> "AbstractContextManager[Engine]":
    """Return the engine that the options name, as a context; wrong usage where they don't fit together."""
    if engine == "local":
        if spark:
            raise click.UsageError("--spark needs --engine spark")
        from papersieve.warehouse.store.engine import LOCAL

        return nullcontext(LOCAL)
    if not lake:
        raise click.UsageError("--engine spark needs --lake FOLDER, which Spark and all of its workers reach")
    if wrong := [text for text in spark if "=" not in text]:
        raise click.UsageError(f"--spark: expected NAME=VALUE, found {', '.join(wrong)}")
    from papersieve.warehouse.store.spark_engine import SparkEngine

    return SparkEngine(lake, master, dict(text.split("=", 1) for text in spark))


def resolve(store: Path | None, warehouse: Path | None) -> tuple[Path, Path]:
    """Both places; wrong usage where they are one."""
    try:
        return resolve_places(store, warehouse)
    except (ValueError, RuntimeError) as error:  # RuntimeError: symbolic links in a circle
        raise click.UsageError(str(error)) from error


def existing(store: Path) -> Path:
    """Return the store, where there is one; raises StoreError with the remedy where there is none."""
    from papersieve.warehouse.store.store_file import existing as found

    return found(store)


def given_text(text: str) -> str:
    """Return the text, or what stdin holds where it is `-`; wrong usage where that is no text."""
    if text != "-":
        return text
    try:
        return whole(sys.stdin.read())
    except UnicodeDecodeError as error:
        raise click.UsageError(
            f"stdin: expected text in {error.encoding}, found other bytes: {error.reason}"
        ) from error


def say(text: str, *, err: bool = False) -> None:
    """The door for words: nothing that leaves by it can drive the terminal."""
    click.echo(harmless_lines(text), err=err)


def print_result(text: str) -> None:
    """Data on stdout, as it is for a file or a program, and harmless where a person looks at it."""
    if text:
        shown = harmless_lines(text) if sys.stdout.isatty() else text
        click.echo(shown, nl=not text.endswith("\n"), color=True)  # else click takes out what looks like a colour


def print_json(value: dict[str, Any]) -> None:
    """One JSON object on stdout, in which no text can drive the terminal."""
    click.echo(harmless_json(json.dumps(value, ensure_ascii=False, indent=2, default=str)))


def answer_on_page(desk: "Desk", port: int, work: str, *, as_json: bool) -> None:
    """Say where the page of a desk is, and answer there until Ctrl-C."""
    from papersieve.pipeline.extras import needs
    from papersieve.warehouse.plurals import counted

    with needs("review", "The page"):
        from papersieve.warehouse.decisions.review_page import open_socket, serve

    with open_socket(port) as listening:
        url, left = f"http://127.0.0.1:{listening.getsockname()[1]}/", desk.left()
        if as_json:
            print_json({"url": url, "pairs": left})
        else:
            say(f"{counted(left, 'pair')} to {work}: {url} (Ctrl-C ends)")
        with suppress(KeyboardInterrupt):  # the way to end it
            serve(desk, listening)
