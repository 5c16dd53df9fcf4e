"""Commands that ask: query, tables, lookup, search, explain, changes."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papersieve.warehouse.cli.options import FILE, Places, command, emit, print_result, say

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def whole(text: str) -> str:
    """The text with a question mark for each lone surrogate, which DuckDB and polars refuse."""
    return text.encode("utf-8", "replace").decode()


def _stdin() -> str:
    """The content of stdin; wrong usage if that is not text."""
    try:
        return whole(sys.stdin.read())
    except UnicodeDecodeError as error:
        raise click.UsageError(
            f"stdin: expected text in {error.encoding}, found other bytes: {error.reason}"
        ) from error


@command(
    "Ask",
    "papersieve query 'SELECT title, dump_count FROM papers ORDER BY dump_count DESC LIMIT 5'",
    "papersieve query 'FROM papers' --format parquet --out papers.parquet",
    "papersieve query \"SELECT paper_id FROM papers SEMI JOIN 'mine/*.csv' USING (doi)\" --allow-files mine",
    json=False,
)
@click.argument("sql", type=whole)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
    help="Format of the result.",
)
@click.option("--out", "--output", "output", type=FILE, help="File to write; needed for parquet.")
@click.option(
    "--allow-files",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Let the SQL read and write files below this folder (read_csv, COPY); it must not hold the store or the warehouse.",
)
def query(sql: str, form: str, output: Path | None, folder: Path | None, places: Places) -> None:
    """Run read-only SQL on the published warehouse.

    `papersieve tables` lists what you can query. `-` reads the SQL from stdin. The SQL can reach no other file, load no
    extension and change no setting. Several statements give one table after another; the other formats hold one
    result, so with them several statements are refused before anything runs. In JSON, NaN and infinite numbers are
    null. CSV is for programs: lists and structs are written as JSON, and cells that a spreadsheet would take for
    formulas are not changed. In Parquet, types that it lacks (such as unions) are written as text.
    """
    from papersieve.warehouse.answers.query import run_query
    from papersieve.warehouse.outputs import refuse_folder, refuse_output

    if form == "parquet" and not output:
        raise click.UsageError("--format parquet needs --out FILE")
    refuse_output(output, *places)
    if folder:
        refuse_folder(folder, *places)
    sql = _stdin() if sql == "-" else sql
    print_result(run_query(places.warehouse, sql, form=form, output=output, folder=folder))


@command(
    "Ask", "papersieve tables", "papersieve tables papers", "papersieve tables --json | jq -r '.tables[].table_name'"
)
@click.argument("table", required=False, metavar="[TABLE]", type=whole)
def tables(table: str | None, places: Places) -> None:
    """List the tables and views, or the columns of one."""
    from papersieve.warehouse.cli import show_answers
    from papersieve.warehouse.published.dictionary import catalogue, columns_of

    if table:
        emit({"columns": columns_of(places.warehouse, table)}, show_answers.tell_columns)
    else:
        emit({"tables": catalogue(places.warehouse)[0]}, show_answers.tell_tables)


@command(
    "Ask",
    "papersieve lookup abstract.txt",
    "papersieve lookup - < abstract.txt",
    "papersieve lookup 'Attention is all you need' --json | jq .is_here",
)
@click.argument("text", metavar="TEXT|FILE|-")
@click.option("--title", type=whole, metavar="TEXT", default="", help="Title of the paper, compared as well.")
@click.option(
    "--limit", type=click.IntRange(1, 100), default=5, show_default=True, help="Show at most this many papers."
)
def lookup(text: str, title: str, limit: int, con: "DuckDBPyConnection") -> None:
    """Check whether an abstract or a title is already in the warehouse.

    It is compared as in a run. TEXT is the abstract itself, a file that contains it, or `-` for stdin. Only the
    published warehouse is needed. The exit code is 0 whether it is there or not; with --json, see is_here.
    """
    from papersieve.warehouse.answers.lookup import lookup as look_up
    from papersieve.warehouse.cli import show_answers

    emit(look_up(con, _text(text), title, limit=limit), show_answers.tell_lookup)


def _text(text: str) -> str:
    if text == "-":
        return _stdin()
    try:
        path = Path(text)
        is_file, is_folder = path.is_file() or path.is_fifo(), path.is_dir()
    except (OSError, ValueError):  # too long for a file name, or with characters that no name can have
        is_file = is_folder = False
    if is_file:
        return path.read_text(encoding="utf-8", errors="replace")
    if not text.strip():
        raise click.UsageError("expected an abstract or a title, found none")
    if is_folder or (" " not in text and Path(text).suffix):
        why = "this is a folder" if is_folder else "there is no such file"
        say(f"{text}: {why}, so this is looked up as a text.", err=True)
    return whole(text)


@command("Ask", "papersieve search graph neural networks", "papersieve search 'phase change' --limit 3 --json")
@click.argument("words", nargs=-1, required=True, metavar="WORDS…", type=whole)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Show at most this many papers."
)
def search(words: tuple[str, ...], limit: int, con: "DuckDBPyConnection") -> None:
    """Find papers by words of their titles and abstracts, best first.

    A paper must have all the words, or words that begin with them. If no paper has all, those with the most are shown.
    Case and accents don't matter.
    """
    from papersieve.warehouse.answers.search import search as find
    from papersieve.warehouse.cli import show_answers

    emit(find(con, " ".join(words), limit=limit), show_answers.tell_search)


@command(
    "Ask",
    "papersieve explain c9bcd0b4",
    "papersieve explain 2026-01-05.txt:43",
    "papersieve explain c9bcd0b4 62fe8f79",
    "papersieve explain c9bcd0b4 62fe8f79 --json | jq .stored.because",
)
@click.argument("one", metavar="ID", type=whole)
@click.argument("other", metavar="[ID]", required=False, type=whole)
def explain(one: str, other: str | None, con: "DuckDBPyConnection") -> None:
    """Show why two records are or are not one paper.

    An ID is that of a record, a document or a paper (also a retired one); its first six characters are enough. A record
    can also be named by its place, DUMP:LINE. Two IDs: their score, the rule, the matches that lead from one to the
    other, and the differences word by word. One ID: the records of its paper, the match that connects each of them, the
    nearest pairs that were not merged, which record gave each value, and the history of the id.
    """
    from papersieve.warehouse.answers.explain import explain_pair, explain_paper
    from papersieve.warehouse.cli import show_answers

    if other:
        emit(explain_pair(con, one, other), show_answers.tell_pair)
    else:
        emit(explain_paper(con, one), show_answers.tell_paper)


@command(
    "Ask",
    "papersieve changes --since 12",
    "papersieve changes --since 12 --json | jq -r '.changes[] | [.event, .paper_id] | @tsv'",
)
@click.option(
    "--since",
    type=whole,
    default="0",
    metavar="REVISION",
    show_default=True,
    help="Number or revision_id of the last revision that you know.",
)
def changes(since: str, con: "DuckDBPyConnection") -> None:
    """List how papers changed since a revision.

    A paper is created, changed, split, merged, withdrawn or revived. To keep a copy up to date, go through the listed
    ids: if leads_to is the id itself, copy its row of `papers` again, else delete it. Next time, start from the
    revision that is printed at the end. Exits with 1 if the warehouse does not know the revision.
    """
    from papersieve.warehouse.answers.changes import changes_since
    from papersieve.warehouse.cli import show_answers

    emit(changes_since(con, since), show_answers.tell_changes)
