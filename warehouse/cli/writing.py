"""Commands that give published content to other tools and programs: report, prisma, export, serve."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papersieve.warehouse.cli.options import FILE, DumpPath, Places, command, emit, port_option, print_result

if TYPE_CHECKING:
    from papersieve.pipeline.extract.places.address import Place


@command("Ask", "papersieve report", "papersieve report --since 12 --out report.html")
@click.option(
    "--out", "--output", "output", type=FILE, help="File to write.  [default: next to the warehouse, NAME.report.html]"
)
@click.option(
    "--since",
    type=click.IntRange(0),
    metavar="REVISION",
    help="Show changes since then.  [default: the previous version]",
)
def report(output: Path | None, since: int | None, places: Places) -> None:
    """Write one HTML file about the published version.

    It begins with the result and what to do next, then shows the funnel, changes, checks, lines, overlap, sources,
    rules and papers. It contains no scripts and loads nothing, so you can mail it, print it or read it on a phone.
    """
    from papersieve.warehouse.answers.report import report_html
    from papersieve.warehouse.outputs import refuse_output, written_aside

    warehouse = places.warehouse
    output = output or warehouse.with_name(f"{warehouse.stem}.report.html")
    refuse_output(output, *places)
    page = report_html(warehouse, since)
    with written_aside(output) as aside:
        aside.write_text(page, encoding="utf-8")
    emit({"report": str(output), "size_bytes": output.stat().st_size}, f"report: {output}", output)


@command("Ask", "papersieve prisma --out flow.svg", "papersieve prisma --json | jq .duplicates")
@click.option("--out", type=FILE, metavar="FILE.svg", help="File to write.  [default: stdout]")
def prisma(out: Path | None, places: Places) -> None:
    """Draw the PRISMA 2020 flow of records.

    It shows how many records were identified in each source, removed before screening, and left to screen. Sources are
    the labels of dumps in the file _dumps.toml next to them, else the listings or the dumps' names. The view
    source_counts has the same numbers. Numbers that only people know, such as records excluded, are left blank.
    """
    from papersieve.warehouse.answers.prisma import flow, prisma_svg
    from papersieve.warehouse.outputs import refuse_output, written_aside
    from papersieve.warehouse.published.reader import open_warehouse

    if out and out.suffix.lower() in (".png", ".pdf", ".jpg", ".jpeg"):
        raise click.UsageError(f"{out}: expected a name such as flow.svg: the flow is drawn as SVG")
    refuse_output(out, *places)
    with open_warehouse(places.warehouse) as con:
        numbers = flow(con)
    picture = prisma_svg(numbers)
    if out:
        with written_aside(out) as aside:
            aside.write_text(picture, encoding="utf-8")
    emit(numbers, f"flow: {out}" if out else lambda _: print_result(picture), out)


@command(
    "Ask",
    "papersieve export --format ris --out papers.ris",
    "papersieve export --format csl-json --what removed > removed.json",
    "papersieve export --what review --out review.csv && papersieve decisions --import review.csv",
    "papersieve export s3://bucket/papers --json | jq .written",
)
@click.argument("folder", required=False, type=DumpPath())
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
def export(folder: "Place | None", form: str | None, what: str | None, out: Path | None, places: Places) -> None:
    """Write papers as references for other tools, or every published table as Parquet.

    Without FOLDER, references are written: the best values of each paper, the fields that only its most complete record
    has, and notes that name where it is listed. In CSV, a cell that a spreadsheet would take for a formula starts with
    an apostrophe, which papersieve removes when it reads the file.

    --what review writes a CSV of pairs: write must_link or cannot_link into the column decision of as many as you
    like, then import the file with `papersieve decisions --import`.

    With FOLDER, which may be an address such as s3://bucket/papers, every table and view is written as Parquet. Papers
    and records are split by year of publication. FOLDER/manifest.json lists the files of one complete version, and is
    replaced last; the previous version stays for those who still read it. Unchanged files are not written again.
    """
    if folder and (form or what or out):
        raise click.UsageError(
            "every table goes to FOLDER as Parquet, so it takes no --format, --what or --out. "
            f"For references, leave FOLDER out: `papersieve export --format {form or 'csv'} --out FILE`"
        )
    if folder:
        _export_tables(folder, places)
    else:
        form = form or "csv"
        if what == "review" and form != "csv":
            raise click.UsageError("--what review: expected --format csv, which `papersieve decisions --import` reads")
        if form == "parquet" and not out:
            raise click.UsageError("--format parquet needs --out FILE")
        if not out and click.get_current_context().params.get("as_json"):
            raise click.UsageError("--json needs --out FILE: stdout would hold the references")
        _export_references(form, what or "papers", out, places)


def _export_tables(folder: "Place", places: Places) -> None:
    from papersieve.warehouse.cli import show_answers
    from papersieve.warehouse.outputs import refuse_output
    from papersieve.warehouse.published.parquet_export import export as write

    if isinstance(folder, Path):
        refuse_output(folder, *places)
    emit(write(places.warehouse, folder), lambda manifest: show_answers.tell_export(manifest, folder))


def _export_references(form: str, what: str, out: Path | None, places: Places) -> None:
    """Write to a file and say so, or write to stdout and print nothing else."""
    import tempfile

    from papersieve.warehouse.answers.references import write_references
    from papersieve.warehouse.cli.people import who_decides
    from papersieve.warehouse.decisions.decision_file import export_review
    from papersieve.warehouse.decisions.spreadsheet import refuse_answers
    from papersieve.warehouse.outputs import refuse_output
    from papersieve.warehouse.plurals import counted

    refuse_output(out, *places)
    refuse_answers(out)
    with tempfile.TemporaryDirectory() as scratch:
        file = out or Path(scratch, "references")
        if what == "review":
            count = export_review(places.warehouse, file, who_decides(None))
        else:
            count = write_references(places.warehouse, file, form, what)
        if out:
            kind = "pair" if what == "review" else "reference"
            told = {"what": what, "format": form, "count": count, "file": str(out)}
            emit(told, f"{counted(count, kind)}: {out}", out)
        else:
            print_result(file.read_text(encoding="utf-8"))


@command("Ask", "papersieve serve", "papersieve serve --port 0 --json", "papersieve serve --mcp")
@port_option
@click.option("--mcp", is_flag=True, help="Run as an MCP server on stdin and stdout, for an assistant that starts it.")
def serve(port: int, mcp: bool, places: Places) -> None:
    """Answer other programs on this machine with JSON.

    It gives the answers of `lookup`, `explain`, `search` and `changes`, from one process that keeps the warehouse open.
    It changes nothing and takes no lock. The page at its address lists the questions; /openapi.json describes them.
    After a run publishes a new version, answers come from that version. End with Ctrl-C.
    """
    from papersieve.pipeline.extras import needs

    with needs("serve", "serve"):
        if mcp:
            from papersieve.warehouse.serve.tool_server import answer_tools
        else:
            from papersieve.warehouse.local_server import answer
            from papersieve.warehouse.serve.answer_app import answer_app
    from papersieve.pipeline.shingling.match_texts import use_kernels_from
    from papersieve.warehouse.serve.kept_open import KeptOpen

    use_kernels_from(100)  # a server runs long enough for loading them to pay off
    kept = KeptOpen(places.warehouse)
    if mcp:
        with suppress(KeyboardInterrupt):  # the normal way to end it
            answer_tools(kept)
    else:
        answer(answer_app(kept), port, lambda url: emit({"url": url}, f"answering at {url} (Ctrl-C ends)"))
