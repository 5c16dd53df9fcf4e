"""Commands that ask: query, lookup, search, explain, changes, report, export."""

from pathlib import Path

import click

from papersieve.warehouse.cli.options import (
    FILE,
    Places,
    WholeText,
    command,
    emit,
    given_text,
    print_result,
    whole,
)


@command(
    "Ask",
    "papersieve query 'SELECT title, dump_count FROM papers ORDER BY dump_count DESC LIMIT 5'",
    "papersieve query 'FROM papers' --format parquet --output papers.parquet",
    "papersieve query \"SELECT paper_id FROM papers SEMI JOIN 'mine/*.csv' USING (doi)\" --allow-files mine",
    places=True,
    json=False,
)
@click.argument("sql", type=WholeText())
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
    help="Form of the result.",
)
@click.option("--output", type=FILE, help="File to write; needed for parquet.")
@click.option(
    "--allow-files",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Let the SQL read and write files below this folder (read_csv, COPY); it must not hold the store or the warehouse.",
)
def query(sql: str, form: str, output: Path | None, folder: Path | None, places: Places) -> None:
    """Run read-only SQL on the published warehouse; SQL `-` is read from stdin.

    The SQL can reach no other file, load no extension and change no setting. The results of several statements are
    printed one after another as tables; the other formats hold one result, and two are refused before anything is
    run. In JSON, NaN and infinite numbers are null. In CSV, lists and the like are JSON texts. In Parquet, types that
    it lacks (such as unions) are texts.
    """
    from papersieve.warehouse.answers.query import run_query
    from papersieve.warehouse.outputs import refuse_folder, refuse_output

    if form == "parquet" and not output:
        raise click.UsageError("--format parquet needs --output FILE")
    if output:
        refuse_output(output, *places)
    if folder:
        refuse_folder(folder, *places)
    print_result(run_query(places.warehouse, given_text(sql), form=form, output=output, folder=folder))


@command(
    "Ask",
    "papersieve lookup abstract.txt",
    "papersieve lookup - < abstract.txt",
    "papersieve lookup 'Attention is all you need' --json | jq .is_here",
    places=True,
)
@click.argument("text", metavar="TEXT|FILE|-")
@click.option("--title", type=WholeText(), default="", help="Title, compared too.")
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True, help="Most papers to show.")
def lookup(text: str, title: str, limit: int, places: Places) -> None:
    """Say whether an abstract (or a title) is already here, by the rules of a run.

    TEXT is the abstract itself, a file that holds it, or `-` for stdin. Only the published warehouse is needed.
    Exits with 0 whether it is here or not: `--json` says so in is_here.
    """
    from papersieve.warehouse.answers.lookup import lookup as look_up
    from papersieve.warehouse.cli import show_answers
    from papersieve.warehouse.published.reader import open_warehouse

    with open_warehouse(places.warehouse) as con:
        emit(look_up(con, _text(text), title, limit=limit), show_answers.tell_lookup)


def _text(text: str) -> str:
    if text == "-":
        return given_text(text)
    try:
        is_file = Path(text).is_file()
    except (OSError, ValueError):  # too long for a name, or with what no name can have
        is_file = False
    return Path(text).read_text(encoding="utf-8", errors="replace") if is_file else whole(text)


@command(
    "Ask",
    "papersieve search graph neural networks",
    "papersieve search 'phase change' --limit 3 --json",
    places=True,
)
@click.argument("words", nargs=-1, required=True, metavar="WORDS…", type=WholeText())
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Most papers to show.")
def search(words: tuple[str, ...], limit: int, places: Places) -> None:
    """Find papers by words of their titles and abstracts, best first.

    A paper must have all the words, or words that begin so; if none has, those that have the most are shown. Case and
    accents don't matter.
    """
    from papersieve.warehouse.answers.search import search as find
    from papersieve.warehouse.cli import show_answers
    from papersieve.warehouse.published.reader import open_warehouse

    with open_warehouse(places.warehouse) as con:
        emit(find(con, " ".join(words), limit=limit), show_answers.tell_search)


@command(
    "Ask",
    "papersieve explain c9bcd0b4",
    "papersieve explain c9bcd0b4 62fe8f79",
    "papersieve explain c9bcd0b4 62fe8f79 --json | jq .stored.because",
    places=True,
)
@click.argument("one", metavar="ID", type=WholeText())
@click.argument("other", metavar="[ID]", required=False, type=WholeText())
def explain(one: str, other: str | None, places: Places) -> None:
    """Say why two records are one paper or not, or what a paper is made of.

    An ID is that of a record, document or paper (also one that is retired), or at least its first six digits. For two:
    scores, rule, the matches that lead from one to the other, differences word by word. For one: its records, the match
    that holds each of them, the nearest that was not merged, which record gave each value, what became of the id.
    """
    from papersieve.warehouse.answers.explain import explain_pair, explain_paper
    from papersieve.warehouse.cli import show_answers

    if other:
        emit(explain_pair(places.warehouse, one, other), show_answers.tell_pair)
    else:
        emit(explain_paper(places.warehouse, one), show_answers.tell_paper)


@command(
    "Ask",
    "papersieve changes --since 12",
    "papersieve changes --since 12 --json | jq -r '.changes[] | [.event, .paper_id] | @tsv'",
    places=True,
)
@click.option(
    "--since",
    type=WholeText(),
    default="0",
    metavar="REVISION",
    show_default=True,
    help="Number or revision_id of the last revision that you know.",
)
def changes(since: str, places: Places) -> None:
    """Say what became of which paper since a revision.

    A paper is created, changed, split, merged, withdrawn or revived. To keep a copy up to date: for each paper_id printed, take its row of `papers` again if leads_to is the paper_id
    itself, else delete it; next time, go on from the revision that was printed. Exits with 1 if the warehouse does not
    know the revision.
    """
    from papersieve.warehouse.answers.changes import changes_since
    from papersieve.warehouse.cli import show_answers

    found = changes_since(places.warehouse, since)
    emit(
        {"revision": found.revision, "revision_id": found.revision_id, "changes": found.changes.to_dicts()},
        show_answers.tell_changes,
    )


@command("Ask", "papersieve report", "papersieve report --since 12 --output report.html", places=True)
@click.option("--output", type=FILE, help="File to write.  [default: beside the warehouse, NAME.report.html]")
@click.option(
    "--since", type=click.IntRange(0), metavar="REVISION", help="Tell changes from here.  [default: the version before]"
)
def report(output: Path | None, since: int | None, places: Places) -> None:
    """Write one HTML file about the published version.

    It shows the funnel, changes, checks, lines, overlap, rules and clusters, and needs no script and no network. It can be read on a phone, printed and attached.
    """
    from papersieve.warehouse.answers.report import report_html
    from papersieve.warehouse.outputs import refuse_output, written_aside

    warehouse = places.warehouse
    output = output or warehouse.with_name(f"{warehouse.stem}.report.html")
    refuse_output(output, *places)
    page = report_html(warehouse, since)
    with written_aside(output) as aside:
        aside.write_text(page, encoding="utf-8")
    emit({"report": str(output), "size_bytes": output.stat().st_size}, f"report: {output}")


@command(
    "Ask",
    "papersieve export --format ris --out papers.ris",
    "papersieve export --format csl-json --what removed > removed.json",
    "papersieve export --what review --out review.csv && papersieve decisions --import review.csv",
    "papersieve export parquet/ --json | jq .folder",
    places=True,
)
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--format",
    "form",
    type=click.Choice(["ris", "bibtex", "csl-json", "csv", "parquet"]),
    help="Format of references.  [default: csv]",
)
@click.option(
    "--what",
    type=click.Choice(["papers", "removed", "review"]),
    help="Papers, each once; records removed as duplicates; pairs to review.  [default: papers]",
)
@click.option("--out", type=FILE, metavar="FILE", help="File to write.  [default: stdout]")
def export(folder: Path | None, form: str | None, what: str | None, out: Path | None, places: Places) -> None:
    """Write papers as references for other tools, or every published table as Parquet.

    References hold the best values of each paper, the fields that only its fullest record has, and as notes where it
    is listed. --what review writes a CSV of pairs: write must_link or cannot_link into the column decision of as many
    as you like, and `papersieve decisions --import` takes it back.

    With FOLDER every table and view is written. Papers and records are split by year of publication.
    FOLDER/manifest.json names the files of one whole version, and is replaced last; the version before is kept for
    those who still read it. Nothing is written if FOLDER holds this version already.
    """
    if bool(folder) == bool(form or what or out):
        raise click.UsageError("say FOLDER to write every table, or --format and --out FILE to write references")
    if folder:
        _export_tables(folder, places)
    else:
        form = form or "csv"
        if what == "review" and form != "csv":
            raise click.UsageError("--what review: expected --format csv, which `papersieve decisions --import` reads")
        if form == "parquet" and not out:
            raise click.UsageError("--format parquet needs --out FILE")
        _export_references(form, what or "papers", out, places)


def _export_tables(folder: Path, places: Places) -> None:
    from papersieve.warehouse.answers.export import export as write
    from papersieve.warehouse.cli import show_answers
    from papersieve.warehouse.outputs import refuse_output

    refuse_output(folder, *places)
    emit(write(places.warehouse, folder), lambda manifest: show_answers.tell_export(manifest, folder))


def _export_references(form: str, what: str, out: Path | None, places: Places) -> None:
    """To a file, and said so; or to stdout, and nothing said."""
    import tempfile

    from papersieve.warehouse.answers.references import write_references
    from papersieve.warehouse.cli.people import who_decides
    from papersieve.warehouse.decisions.decision_file import export_review
    from papersieve.warehouse.outputs import refuse_output
    from papersieve.warehouse.plurals import counted

    if out:
        refuse_output(out, *places)
    with tempfile.TemporaryDirectory() as scratch:
        file = out or Path(scratch, "references")
        if what == "review":
            count = export_review(places.warehouse, file, who_decides(None))
        else:
            count = write_references(places.warehouse, file, form, what)
        if out:
            kind = "pair" if what == "review" else "reference"
            emit({"what": what, "format": form, "count": count, "file": str(out)}, f"{counted(count, kind)}: {out}")
        else:
            print_result(file.read_text(encoding="utf-8"))
