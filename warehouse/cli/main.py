"""The command line: arguments in, words and exit codes out. Results go to stdout, all else to stderr."""

import io
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.cli.options import (
    Command,
    DumpPath,
    WholeText,
    chosen_engine,
    engine_options,
    format_option,
    given_text,
    json_option,
    places,
    print_json,
    print_result,
    resolve,
    say,
    settings_option,
    wait_option,
)
from papersieve.warehouse.cli.people import REVIEWING
from papersieve.warehouse.cli.questions import ASKING
from papersieve.warehouse.cli.upkeep import KEEPING
from papersieve.warehouse.published.link_for_reader import named

if TYPE_CHECKING:
    from papersieve.pipeline.extract.places.address import Place
    from papersieve.pipeline.settings import Settings

_HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_HELP)
@click.version_option(package_name="papersieve")
def cli() -> None:
    """Turn overlapping listings of research papers into one clean DuckDB warehouse of distinct papers."""


@cli.command(
    cls=Command,
    epilog="papersieve run dumps/ new_page.txt --warehouse papers.duckdb\npapersieve run dumps/ --json | jq .papers\n"
    "papersieve run dumps/ --engine spark --master spark://host:7077 --lake hdfs:///papers/lake",
)
@click.argument("paths", nargs=-1, required=True, type=DumpPath())
@places
@settings_option
@format_option
@wait_option
@click.option("--dry-run", is_flag=True, help="Say what would become of each file, and change nothing.")
@click.option(
    "--new",
    "is_new",
    is_flag=True,
    help="Make a new store where an earlier one is missing, and replace the warehouse that it published.",
)
@click.option("--take-over", is_flag=True, help="Replace a warehouse that another store published.")
@engine_options
@json_option
def run(
    paths: tuple["Place", ...],
    store: Path | None,
    warehouse: Path | None,
    settings_file: Path | None,
    form: str | None,
    wait: float,
    dry_run: bool,
    is_new: bool,
    take_over: bool,
    engine: str,
    master: str,
    lake: str | None,
    spark: tuple[str, ...],
    as_json: bool,
) -> None:
    """Add or replace dumps, refresh, check and publish.

    PATHS are files, plain, compressed or archives, or folders of them (names that start with `.` or `_` are passed
    over, and so are dumps that were withdrawn), here or elsewhere (https://…, s3://…, gs://…). Exits with 1 where a dump could not be read (the others are in the
    warehouse) or where a check kept the new version from being published.
    """
    from papersieve.warehouse.cli import show_run
    from papersieve.warehouse.run import run as run_all

    store, warehouse = resolve(store, warehouse)
    settings = _read_settings(settings_file, form)
    if dry_run:
        from papersieve.warehouse.answers.status import plan

        foreseen = plan(paths, store, warehouse, settings, wait_seconds=wait, is_new=is_new, take_over=take_over)
        print_json(foreseen) if as_json else show_run.tell_plan(foreseen)
        return
    with chosen_engine(engine, master, lake, spark) as chosen, show_run.progress_bar() as progress:
        result = run_all(
            paths,
            store=store,
            warehouse=warehouse,
            settings=settings,
            progress=progress,
            wait_seconds=wait,
            engine=chosen,
            is_new=is_new,
            take_over=take_over,
        )
    show_run.tell_problems(result)
    if as_json:
        print_json(show_run.as_json(result, store, warehouse))
    else:
        show_run.tell_result(result, store, warehouse)
    if result.unreadable:
        sys.exit(1)


def _read_settings(settings_file: Path | None, form: str | None) -> "Settings":
    """Settings of the file, with the format that the command line names."""
    from papersieve.pipeline.extract.detect import named
    from papersieve.pipeline.settings import load_settings

    settings = load_settings(settings_file)
    if form is None:
        return settings
    return settings.model_copy(update={"reading": settings.reading.model_copy(update={"format": named(form).name})})


@cli.command(
    cls=Command,
    epilog="papersieve inspect export.ris\npapersieve inspect papers.csv --settings settings.toml --json | jq '.dumps[].fates'",
)
@click.argument("file", type=DumpPath())
@settings_option
@format_option
@json_option
def inspect(file: "Place", settings_file: Path | None, form: str | None, as_json: bool) -> None:
    """Say what a run would make of a file, before anything is ingested.

    The format and why, the fate of the lines, what would be rejected, and the first records; of each dump of an
    archive. Exits with 1 where a dump can't be read.
    """
    from papersieve.pipeline.extract.inspection import inspect as look
    from papersieve.warehouse.cli import show_run

    found = look(file, _read_settings(settings_file, form).reading)
    is_read = True
    dumps = []
    for dump in found:
        is_read = is_read and "format" in dump
        if as_json:
            dumps.append(dump)
        else:
            show_run.tell_inspection(dump)
    if as_json:
        print_json({"file": str(file), "dumps": dumps})
    if not is_read:
        sys.exit(1)


@cli.command(
    cls=Command,
    epilog="papersieve query 'SELECT title, dump_count FROM papers ORDER BY dump_count DESC LIMIT 5'\npapersieve query 'FROM papers' --format parquet --output papers.parquet\n"
    "papersieve query \"SELECT paper_id FROM papers SEMI JOIN 'mine/*.csv' USING (doi)\" --allow-files mine",
)
@click.argument("sql", type=WholeText())
@places
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write; needed for parquet.")
@click.option(
    "--allow-files",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Let the SQL read and write files below this folder (read_csv, COPY); it must not hold the store or the warehouse.",
)
def query(
    sql: str, store: Path | None, warehouse: Path | None, form: str, output: Path | None, folder: Path | None
) -> None:
    """Run read-only SQL on the published warehouse; SQL `-` is read from stdin.

    The SQL reaches no other file, loads no extension and changes no setting. Of several statements the results come
    one after another as tables; the other formats hold one result, and two are refused before anything is run. In
    JSON, NaN and infinite numbers are null; in CSV, lists and the like are JSON texts; in Parquet, what it lacks (such as unions) is text.
    """
    from papersieve.warehouse.answers.query import run_query
    from papersieve.warehouse.outputs import refuse_folder, refuse_output

    if form == "parquet" and not output:
        raise click.UsageError("--format parquet needs --output FILE")
    store, warehouse = resolve(store, warehouse)
    if output:
        refuse_output(output, store, warehouse)
    if folder:
        refuse_folder(folder, store, warehouse)
    text = run_query(warehouse, given_text(sql), form=form, output=output, folder=folder)
    print_result(text)


@cli.command(cls=Command, epilog="papersieve status\npapersieve status --json | jq .pending")
@places
@settings_option
@json_option
def status(store: Path | None, warehouse: Path | None, settings_file: Path | None, as_json: bool) -> None:
    """Say what store and warehouse hold, and what a run would have to do."""
    from papersieve.pipeline.settings import load_settings
    from papersieve.warehouse.answers.status import status as read_status
    from papersieve.warehouse.cli import show_run

    store, warehouse = resolve(store, warehouse)
    found = read_status(store, warehouse, load_settings(settings_file))
    if as_json:
        print_json(found)
    else:
        show_run.tell_status(found)


@cli.command(cls=Command, epilog="papersieve demo\npapersieve demo sample_dumps")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default="sample_dumps")
@places
def demo(folder: Path, store: Path | None, warehouse: Path | None) -> None:
    """Run on a folder of sample dumps and score the result against the truth beside them.

    Without FOLDER they are in sample_dumps. A folder that is not there is made, with eight dumps in it.
    """
    from papersieve.warehouse.cli.demo import demo as show

    show(folder, *resolve(store, warehouse))


@cli.command(
    cls=Command,
    epilog="papersieve evaluate labelled.parquet --clusters found.parquet\npapersieve evaluate labelled.parquet --use-identifiers --json | jq .pair_f1",
)
@click.argument("truth", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--clusters",
    "clusters_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write record_id, paper_id to (Parquet, or CSV by its ending).",
)
@click.option(
    "--use-identifiers", is_flag=True, help="Compare DOIs, arXiv and PubMed ids too, but for one that is the label."
)
@settings_option
@json_option
def evaluate(
    truth: Path, clusters_file: Path | None, use_identifiers: bool, settings_file: Path | None, as_json: bool
) -> None:
    """Match labelled records without looking at the labels, as a run would, and score the result.

    TRUTH is a Parquet file with record_id, cluster_id (the true entity) and any of source, title, abstract, authors,
    date, venue, volume, number, pages, doi, arxiv_id, pmid.
    """
    from papersieve.pipeline.settings import load_settings
    from papersieve.warehouse.answers.evaluate import evaluate as match_and_score
    from papersieve.warehouse.answers.evaluate import tell
    from papersieve.warehouse.outputs import refuse_output

    if clusters_file:
        refuse_output(clusters_file, *resolve(None, None), inputs=[truth])
    result = match_and_score(truth, clusters_file, load_settings(settings_file), use_identifiers=use_identifiers)
    if as_json:
        print_json(result)
    else:
        tell(result)


@cli.command(
    cls=Command,
    epilog="papersieve match export.ris\npapersieve match one.ris other.csv --out clusters.parquet --json | jq .papers",
)
@click.argument("files", type=click.Path(path_type=Path, exists=True, dir_okay=False), nargs=-1, required=True)
@click.option(
    "--out",
    "clusters_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write record_id, paper_id, file, line_start, line_end, title to (Parquet, or CSV by its ending).",
)
@settings_option
@json_option
def match(files: tuple[Path, ...], clusters_file: Path | None, settings_file: Path | None, as_json: bool) -> None:
    """Find the repeats among the records of some files, as a run would, without a store.

    Each record is called FILE:LINE; the paper of several by its first one.
    """
    from papersieve.pipeline.settings import load_settings
    from papersieve.warehouse.answers import match as matching
    from papersieve.warehouse.outputs import refuse_output

    if clusters_file:
        refuse_output(clusters_file, *resolve(None, None), inputs=list(files))
    clusters, pairs = matching.match(files, load_settings(settings_file))
    if clusters_file:
        matching.write_clusters(clusters, clusters_file)
    if as_json:
        print_json(matching.as_json(clusters, pairs))
    else:
        matching.tell(clusters, pairs)


for command in (*ASKING, *KEEPING, *REVIEWING):
    cli.add_command(command)


def main() -> None:
    """Entry point: a PapersieveError is told in its own words, and exits with 1."""
    try:
        sys.exit(cli(prog_name="papersieve", standalone_mode=False))  # what click says leaves by our door too
    except click.ClickException as error:
        said = io.StringIO()
        error.show(said)
        say(said.getvalue().rstrip("\n"), err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        say("Aborted!", err=True)
        sys.exit(1)
    except PapersieveError as error:
        say(f"papersieve: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        import duckdb  # here, because a help page must not wait for it

        from papersieve.warehouse.duckdb_faults import tell_fault

        is_fault = isinstance(error, duckdb.Error | OSError)
        say(named(f"papersieve: {tell_fault(error)}") if is_fault else traceback.format_exc().rstrip("\n"), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
