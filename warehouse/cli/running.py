"""Commands that run: run, inspect, formats, status, settings."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papersieve.warehouse.cli.options import DumpPath, Places, command, emit, format_option

if TYPE_CHECKING:
    from papersieve.pipeline.extract.places.address import Place
    from papersieve.pipeline.settings import Settings
    from papersieve.warehouse.store.engine import Engine


@command(
    "Run",
    "papersieve run dumps/ new_page.txt --warehouse papers.duckdb",
    "papersieve run dumps/ --json | jq .papers",
    "papersieve run dumps/ --accept 3f9a01",
    "papersieve run dumps/ --engine spark --master spark://host:7077 --lake hdfs:///papers/lake",
)
@click.argument("paths", nargs=-1, required=True, type=DumpPath())
@format_option
@click.option("--dry-run", is_flag=True, help="Say what would happen to each file, and change nothing.")
@click.option(
    "--new",
    "is_new",
    is_flag=True,
    help="Create a new store although an earlier one is missing, and replace the warehouse of the earlier one.",
)
@click.option(
    "--accept",
    "accepting",
    multiple=True,
    metavar="DUMP",
    help="Take in a dump that is, or would be, held back; named as for `papersieve withdraw`; may be repeated.",
)
@click.option("--take-over", is_flag=True, help="Replace a warehouse that another store published.")
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Where to compute: in this process, or on Spark (docs/scale.md).",
)
@click.option(
    "--master", default="local[*]", show_default=True, envvar="PAPERSIEVE_MASTER", help="Address of Spark's master."
)
@click.option(
    "--lake",
    envvar="PAPERSIEVE_LAKE",
    metavar="FOLDER",
    help="Folder that Spark and its workers can reach, such as hdfs://…; required with --engine spark.",
)
@click.option(
    "--spark",
    multiple=True,
    metavar="NAME=VALUE",
    help="A Spark setting, such as spark.executor.memory=8g; may be repeated.",
)
def run(
    paths: tuple["Place", ...],
    form: str | None,
    dry_run: bool,
    is_new: bool,
    accepting: tuple[str, ...],
    take_over: bool,
    engine: str,
    master: str,
    lake: str | None,
    spark: tuple[str, ...],
    places: Places,
    settings: "Settings",
    wait: float,
) -> None:
    """Read dumps, find the papers in them, check and publish them.

    PATHS are files (plain, compressed or archives) or folders of them, on this machine or at addresses (https://…,
    s3://…, gs://…). A changed file replaces its earlier version. In folders, names that start with `.` or `_` are
    skipped, and so are withdrawn dumps.

    Exits with 1 if a dump could not be read, or was held back because too much of it can't be used (the others are
    published), if a check stopped the new version, or if the export that the settings ask for failed (the warehouse is
    published).
    """
    from papersieve.warehouse.cli import show_run
    from papersieve.warehouse.run import run as run_all

    settings = _with_format(settings, form)
    if dry_run:
        from papersieve.warehouse.run import plan

        emit(plan(paths, *places, settings, wait_seconds=wait, is_new=is_new, take_over=take_over), show_run.tell_plan)
        return
    with _engine(engine, master, lake, spark) as chosen, show_run.progress_bar() as progress:
        result = run_all(
            paths,
            *places,
            settings,
            progress,
            wait_seconds=wait,
            engine=chosen,
            accepting=accepting,
            is_new=is_new,
            take_over=take_over,
        )
    show_run.answer(result, show_run.as_json(result, *places), lambda _: show_run.tell_result(result, *places))


def _engine(engine: str, master: str, lake: str | None, spark: tuple[str, ...]) -> "Engine":
    """Return the engine that the options name; wrong usage if they don't fit together."""
    if engine == "local":
        if spark:
            raise click.UsageError("--spark needs --engine spark")
        from papersieve.warehouse.store.engine import LOCAL

        return LOCAL
    if not lake:
        raise click.UsageError("--engine spark needs --lake FOLDER, which Spark and all of its workers reach")
    if wrong := [text for text in spark if "=" not in text]:
        raise click.UsageError(f"--spark: expected NAME=VALUE, found {', '.join(wrong)}")
    from papersieve.warehouse.store.spark_engine import SparkEngine

    return SparkEngine(lake, master, dict(text.split("=", 1) for text in spark))


def _with_format(settings: "Settings", form: str | None) -> "Settings":
    """The settings with the format that was given on the command line."""
    from papersieve.pipeline.extract.detect import named

    if form is None:
        return settings
    return settings.model_copy(update={"reading": settings.reading.model_copy(update={"format": named(form).name})})


@command(
    "Run",
    "papersieve inspect export.ris",
    "papersieve inspect papers.csv --settings settings.toml --json | jq '.dumps[].fates'",
)
@click.argument("file", type=DumpPath())
@format_option
def inspect(file: "Place", form: str | None, settings: "Settings") -> None:
    """Show how a run would read a file.

    Nothing is stored. For each dump in the file it shows the format and how it was recognised, the fates of the lines,
    what would be rejected, and the first records. Exits with 1 if a dump can't be read.
    """
    from papersieve.pipeline.extract.inspection import inspect as look
    from papersieve.warehouse.cli.show_reading import tell_inspections

    if isinstance(file, Path) and file.is_dir():
        raise click.UsageError(f"{file} is a folder: name a file in it, or use `papersieve run --dry-run {file}`")
    dumps = list(look(file, _with_format(settings, form).reading))
    emit({"file": str(file), "dumps": dumps}, lambda _: tell_inspections(dumps))
    if not all("format" in dump for dump in dumps):
        sys.exit(1)


@command("Run", "papersieve formats", "papersieve formats ris", "papersieve formats --json | jq '.formats[].name'")
@click.argument("name", required=False)
def formats(name: str | None) -> None:
    """List the formats that can be read, each with an example, or describe one."""
    from papersieve.pipeline.extract.catalogue import catalogue, described
    from papersieve.warehouse.cli import show_reading

    found = [described(name)] if name else catalogue()
    emit(
        {"formats": [asdict(each) for each in found]},
        lambda _: show_reading.tell_format(found[0]) if name else show_reading.tell_formats(found),
    )


@command("Run", "papersieve status", "papersieve status --json | jq .pending")
def status(places: Places, settings: "Settings") -> None:
    """Show what the store and the warehouse hold, and what a run would do."""
    from papersieve.warehouse.answers.status import status as read_status
    from papersieve.warehouse.cli import show_store

    emit(read_status(*places, settings), show_store.tell_status)


@command(
    "Run",
    "papersieve settings > settings.toml",
    "papersieve settings --settings settings.toml --json | jq '.settings[] | select(.value != .default)'",
)
def settings(settings: "Settings") -> None:
    """Print every setting with its meaning and what a change costs.

    The output is a settings file: save it, edit it, and name it with --settings. Without --settings, the values are the
    defaults.
    """
    from papersieve.warehouse.cli.show_settings import as_toml, listed

    emit({"settings": listed(settings)}, as_toml(settings))
