"""Commands of those who look after the papers, and of those who follow them: review, decisions, estimate, report, changes."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from papersieve.warehouse.cli.estimating import estimate
from papersieve.warehouse.cli.options import (
    Command,
    WholeText,
    answer_on_page,
    existing,
    json_option,
    places,
    print_json,
    resolve,
    say,
    settings_option,
    wait_option,
)

if TYPE_CHECKING:
    from papersieve.warehouse.store.store import Store


@click.command(cls=Command, epilog="papersieve review\npapersieve review --as ann --port 8100")
@places
@settings_option
@click.option("--as", "who", metavar="NAME", help="Who decides.  [default: name of the account]")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes any that is free."
)
@json_option
def review(
    store: Path | None, warehouse: Path | None, settings_file: Path | None, who: str | None, port: int, as_json: bool
) -> None:
    """Decide doubtful pairs on a local web page, most doubtful first; end with Ctrl-C.

    The page is answered on this machine alone. It opens the store for each decision, not for the session, so runs go
    on. If a run holds the store, the decision is not saved and the page says so. The page's button or the next run
    publishes what was decided.
    """
    from papersieve.pipeline.settings import load_settings
    from papersieve.warehouse.decisions.review_desk import ReviewDesk
    from papersieve.warehouse.published.reader import open_warehouse

    store, warehouse = resolve(store, warehouse)
    name = _who_decides(who)
    open_warehouse(warehouse).close()
    desk = ReviewDesk(existing(store), warehouse, load_settings(settings_file), name)
    answer_on_page(desk, port, "review", as_json=as_json)


def _who_decides(given: str | None) -> str:
    """The name that decisions are kept under; wrong usage where it is not valid."""
    import getpass

    from papersieve.warehouse.decisions.decisions import DecisionError, person

    try:
        return person(getpass.getuser() if given is None else given)
    except (DecisionError, OSError, KeyError, ImportError) as error:  # the last three: an account without a name
        why = error if isinstance(error, DecisionError) else "the account that runs this has no name"
        raise click.UsageError(f"{why}. Say who decides with --as NAME") from error


@click.command(
    cls=Command,
    epilog="papersieve decisions\npapersieve decisions --export decisions.csv\npapersieve decisions --import decisions.csv && papersieve run dumps/",
)
@places
@click.option(
    "--export",
    "export_to",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.csv",
    help="Write all to a file; one that is there is replaced.",
)
@click.option(
    "--import",
    "import_from",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.csv",
    help="Keep those of a file, all or none.",
)
@click.option("--undo", "undone", nargs=2, metavar="DOCUMENT DOCUMENT", help="Undo the decision about these two.")
@wait_option
@json_option
def decisions(
    store: Path | None,
    warehouse: Path | None,
    export_to: Path | None,
    import_from: Path | None,
    undone: tuple[str, str] | None,
    wait: float,
    as_json: bool,
) -> None:
    """List what people decided, or export, import or undo it.

    A decision is about two documents, named by their ids (32 hexadecimal digits). It is bound to their content, so it
    holds in any store that has both, and may be there before they are. A file to import has the columns
    left_document_id, right_document_id, decision (must_link or cannot_link) and decided_by, and decided_at if you like;
    one that contradicts itself or the store is refused whole. The next `papersieve run` publishes what changed.
    """
    from papersieve.warehouse.cli import show_decisions
    from papersieve.warehouse.decisions.decision_file import with_titles
    from papersieve.warehouse.outputs import refuse_output
    from papersieve.warehouse.store.store import Store

    if sum(chosen is not None for chosen in (export_to, import_from, undone)) > 1:
        raise click.UsageError("--export, --import and --undo: one at a time")
    store, warehouse = resolve(store, warehouse)
    if export_to:
        refuse_output(export_to, store, warehouse)
    with Store(existing(store), wait_seconds=wait) as opened:
        done = _do(opened, export_to, import_from, undone)
        rows = with_titles(opened, opened.query("decisions")) if as_json or not done else None
    if as_json:
        print_json({**done, "decisions": rows.to_dicts() if rows is not None else []})
    elif rows is not None:
        show_decisions.tell_decisions(rows)
    else:
        show_decisions.tell_decided(done)


def _do(
    store: "Store", export_to: Path | None, import_from: Path | None, undone: tuple[str, str] | None
) -> dict[str, Any]:
    """What was asked for, and what there is to say of it; empty where nothing was."""
    from papersieve.warehouse.decisions.decision_file import export_decisions, import_decisions
    from papersieve.warehouse.decisions.decisions import DecisionError, undo

    if export_to:
        return {"exported": export_decisions(store, export_to), "file": str(export_to)}
    if import_from:
        return {**import_decisions(store, import_from)._asdict(), "file": str(import_from)}
    if undone and not undo(store, *undone):
        raise DecisionError(f"{' '.join(undone)}: expected two documents that were decided, found no decision")
    return {"undone": list(undone)} if undone else {}


@click.command(
    cls=Command,
    epilog="papersieve changes --since 12\npapersieve changes --since 12 --json | jq -r '.changes[] | [.event, .paper_id] | @tsv'",
)
@click.option(
    "--since",
    type=WholeText(),
    default="0",
    metavar="REVISION",
    show_default=True,
    help="Number or revision_id of the last one seen.",
)
@places
@json_option
def changes(since: str, store: Path | None, warehouse: Path | None, as_json: bool) -> None:
    """Say what became of which paper since a revision: created, changed, split, merged, withdrawn, revived.

    To follow: for each paper_id told, take its row of `papers` anew where leads_to is the paper_id itself, else drop it; next time
    go on from the revision that was told. Exits with 1 where the warehouse does not know the revision.
    """
    from papersieve.warehouse.answers.changes import changes_since
    from papersieve.warehouse.cli import show_run

    _, warehouse = resolve(store, warehouse)
    found = changes_since(warehouse, since)
    if as_json:
        print_json({"revision": found.revision, "revision_id": found.revision_id, "changes": found.changes.to_dicts()})
    else:
        show_run.tell_changes(found)


@click.command(cls=Command, epilog="papersieve report\npapersieve report --since 12 --output report.html")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write.  [default: beside the warehouse, NAME.report.html]",
)
@click.option(
    "--since", type=click.IntRange(0), metavar="REVISION", help="Tell changes from here.  [default: the version before]"
)
@places
@json_option
def report(output: Path | None, since: int | None, store: Path | None, warehouse: Path | None, as_json: bool) -> None:
    """Write one HTML file about the published version: funnel, changes, checks, lines, overlap, rules, clusters.

    It needs nothing else: no script, no network. It can be read on a phone, printed and attached.
    """
    from papersieve.warehouse.answers.report import report_html
    from papersieve.warehouse.outputs import refuse_output, written_aside

    store, warehouse = resolve(store, warehouse)
    output = output or warehouse.with_name(f"{warehouse.stem}.report.html")
    refuse_output(output, store, warehouse)
    page = report_html(warehouse, since)
    with written_aside(output) as aside:
        aside.write_text(page, encoding="utf-8")
    if as_json:
        print_json({"report": str(output), "size_bytes": output.stat().st_size})
    else:
        say(f"report: {output}")


REVIEWING = (review, decisions, estimate, report, changes)
