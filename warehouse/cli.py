"""The command line: arguments in, words and exit codes out. Results go to stdout, all else to stderr."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import PapersieveError
from warehouse.places import DEFAULT_STORE, DEFAULT_WAREHOUSE, resolve_places

if TYPE_CHECKING:
    from pipeline.settings import Settings

_HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Command(click.Command):
    """A command whose epilog (its example) keeps its lines."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.epilog:
            formatter.write_paragraph()
            formatter.write("Example:\n" + "".join(f"  {line}\n" for line in self.epilog.splitlines()))


@click.group(context_settings=_HELP)
@click.version_option(package_name="papersieve")
def cli() -> None:
    """Turn overlapping listings of research papers into one clean DuckDB warehouse of distinct papers."""


def _places(command: Callable[..., Any]) -> Callable[..., Any]:
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


_settings = click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="PAPERSIEVE_SETTINGS",
    help="TOML file of settings.",
)
_format = click.option(
    "--format", "form", help="Format of these dumps; detected by content where not given (docs/formats.md)."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else, on stdout.")


def _resolve(store: Path | None, warehouse: Path | None) -> tuple[Path, Path]:
    try:
        return resolve_places(store, warehouse)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


@cli.command(
    cls=_Command,
    epilog="papersieve run dumps/ new_page.txt --warehouse papers.duckdb\npapersieve run dumps/ --json | jq .papers",
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@_places
@_settings
@_format
@_json
def run(
    paths: tuple[Path, ...],
    store: Path | None,
    warehouse: Path | None,
    settings_file: Path | None,
    form: str | None,
    as_json: bool,
) -> None:
    """Add or replace dumps, refresh, check and publish.

    PATHS are files, plain, compressed or archives, or folders of them (names that start with `.` or `_` are passed over). Exits with 1
    where a dump could not be read (the others are in the warehouse) or where a check kept the new version
    from being published.
    """
    from warehouse import terminal
    from warehouse.run import run as run_all

    store, warehouse = _resolve(store, warehouse)
    with terminal.progress_bar() as progress:
        result = run_all(
            paths, store=store, warehouse=warehouse, settings=_read_settings(settings_file, form), progress=progress
        )
    terminal.tell_problems(result)
    if as_json:
        print_json(terminal.as_json(result, store, warehouse))
    else:
        terminal.tell_result(result, store, warehouse)
    if result.unreadable:
        sys.exit(1)


def _read_settings(settings_file: Path | None, form: str | None) -> "Settings":
    """Settings of the file, with the format that the command line names."""
    from pipeline.extract.detect import named
    from pipeline.settings import load_settings

    settings = load_settings(settings_file)
    if form is None:
        return settings
    return settings.model_copy(update={"reading": settings.reading.model_copy(update={"format": named(form).name})})


@cli.command(
    cls=_Command,
    epilog="papersieve inspect export.ris\npapersieve inspect papers.csv --settings settings.toml --json | jq '.dumps[].fates'",
)
@click.argument("file", type=click.Path(path_type=Path))
@_settings
@_format
@_json
def inspect(file: Path, settings_file: Path | None, form: str | None, as_json: bool) -> None:
    """Say what a run would make of a file, before anything is ingested.

    The format and why, the fate of the lines, what would be rejected, and the first records; of each dump of an
    archive. Exits with 1 where a dump can't be read.
    """
    from pipeline.inspect import inspect as look
    from warehouse import terminal

    found = look(file, _read_settings(settings_file, form).reading)
    is_read = True
    dumps = []
    for dump in found:
        is_read = is_read and "format" in dump
        if as_json:
            dumps.append(dump)
        else:
            terminal.tell_inspection(dump)
    if as_json:
        print_json({"file": str(file), "dumps": dumps})
    if not is_read:
        sys.exit(1)


@cli.command(
    cls=_Command,
    epilog="papersieve query 'SELECT title, dump_count FROM papers ORDER BY dump_count DESC LIMIT 5'\npapersieve query 'FROM papers' --format parquet --output papers.parquet",
)
@click.argument("sql")
@_places
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write; needed for parquet.")
def query(sql: str, store: Path | None, warehouse: Path | None, form: str, output: Path | None) -> None:
    """Run read-only SQL on the published warehouse; SQL `-` is read from stdin."""
    from warehouse.query import run_query

    if form == "parquet" and not output:
        raise click.UsageError("--format parquet needs --output FILE")
    _, warehouse = _resolve(store, warehouse)
    text = run_query(warehouse, sys.stdin.read() if sql == "-" else sql, form=form, output=output)
    if text:
        click.echo(text, nl=not text.endswith("\n"))


@cli.command(cls=_Command, epilog="papersieve status\npapersieve status --json | jq .pending")
@_places
@_settings
@_json
def status(store: Path | None, warehouse: Path | None, settings_file: Path | None, as_json: bool) -> None:
    """Say what store and warehouse hold, and what a run would have to do."""
    from pipeline.settings import load_settings
    from warehouse import terminal
    from warehouse.status import status as read_status

    store, warehouse = _resolve(store, warehouse)
    found = read_status(store, warehouse, load_settings(settings_file))
    if as_json:
        print_json(found)
    else:
        terminal.tell_status(found)


@cli.command(cls=_Command, epilog="papersieve demo sample_dumps")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@_places
def demo(folder: Path, store: Path | None, warehouse: Path | None) -> None:
    """Run on a folder of sample dumps and score the result against the truth beside them."""
    from warehouse.demo import demo as show

    show(folder, *_resolve(store, warehouse))


@cli.command(
    cls=_Command,
    epilog="papersieve evaluate labelled.parquet --clusters found.parquet\npapersieve evaluate labelled.parquet --use-identifiers --json | jq .pair_f1",
)
@click.argument("truth", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--clusters",
    "clusters_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write record_id, paper_id to (Parquet, or CSV by its ending).",
)
@click.option("--use-identifiers", is_flag=True, help="Compare DOIs too.")
@_json
def evaluate(truth: Path, clusters_file: Path | None, use_identifiers: bool, as_json: bool) -> None:
    """Match labelled records without looking at the labels, and score the result.

    TRUTH is a Parquet file with record_id, cluster_id (the true entity) and any of title, abstract, authors,
    date, venue, volume, number, pages, doi.
    """
    from warehouse.evaluate import evaluate as match_and_score
    from warehouse.evaluate import tell

    result = match_and_score(truth, clusters_file, use_identifiers=use_identifiers)
    if as_json:
        print_json(result)
    else:
        tell(result)


def print_json(value: dict[str, Any]) -> None:
    """One JSON object on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def main() -> None:
    """Entry point: a PapersieveError is told in its own words, and exits with 1."""
    try:
        cli(prog_name="papersieve")
    except PapersieveError as error:
        click.echo(f"papersieve: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
