"""The demonstration: run on sample dumps, score the result with the known truth, and ask the warehouse a question."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import polars as pl

from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.settings import Settings
from papersieve.warehouse import console
from papersieve.warehouse.answers.query import run_query
from papersieve.warehouse.cli import show_matching, show_run
from papersieve.warehouse.cli.options import print_result
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.run import run

#: File name of the truth. The underscore keeps it from being read as a dump.
TRUTH_FILE = "_truth.csv"

#: The default store and warehouse, so that the sample never mixes with anybody's own papers.
SAMPLE_PLACES = Path("data/sample/store.duckdb"), Path("data/sample/papersieve.duckdb")

QUESTION = "SELECT record_count, dump_count, title FROM repeated_papers ORDER BY ALL DESC LIMIT 5"


def demo(folder: Path, store: Path, warehouse: Path) -> None:
    """Print the funnel, the share of planted repeats found, where the warehouse is, and a query with its result."""
    truth_file = folder / TRUTH_FILE
    if not folder.exists():
        with as_file(files("papersieve") / "sample_dumps") as sample:
            shutil.copytree(sample, folder)
    if not truth_file.is_file():
        raise PapersieveError(
            f"{folder}: expected the sample dumps, but {TRUTH_FILE} is missing. Name a folder that doesn't exist yet; "
            "the sample is copied there."
        )
    with show_run.progress_bar() as progress:
        result = run([folder], store, warehouse, Settings(), progress)
    show_run.tell_problems(result)
    show_run.tell_result(result, store, warehouse)
    labelled = label(warehouse, pl.read_csv(truth_file))
    show_matching.tell_planted(labelled)
    out = console.out()
    out.print(f"\n$ papersieve query '{QUESTION}' --warehouse {warehouse}")
    print_result(run_query(warehouse, QUESTION, form="table"))
    out.print("\nNext: see the result as a page, decide doubtful pairs, read your own dumps.")
    for command in (f"report --warehouse {warehouse}", f"review --warehouse {warehouse}", "run FOLDER"):
        out.print(f"  papersieve {command}")


def label(warehouse: Path, truth: pl.DataFrame) -> pl.DataFrame:
    """The truth (dump, line_start, …) with paper_id, which is null if the warehouse has no such record."""
    with open_warehouse(warehouse) as con:
        held = con.table("records").join(con.table("dumps"), "dump_id")
        records = held.select("name", "line_start", "record_id", "paper_id").pl().rename({"name": "dump"})
    return truth.join(records, on=["dump", "line_start"], how="left")
