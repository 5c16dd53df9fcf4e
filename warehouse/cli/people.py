"""Commands by which people decide: review, decisions, preview, estimate."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from papersieve.warehouse.cli.options import FILE, SEED, Places, command, emit, port_option

if TYPE_CHECKING:
    from papersieve.pipeline.settings import Settings
    from papersieve.warehouse.decisions.review_desk import Desk
    from papersieve.warehouse.store.store import Store


@command("Decide", "papersieve review", "papersieve review --as ann --port 8100")
@click.option("--as", "who", metavar="NAME", help="Name stored with each decision.  [default: your account's name]")
@port_option
def review(who: str | None, port: int, places: Places, settings: "Settings") -> None:
    """Decide doubtful pairs on a local web page.

    The most doubtful pair comes first. End with Ctrl-C. Only this machine can open the page. The page opens the store
    only while it saves a decision, so runs continue; if a run holds the store, the decision is not saved and the page
    says so. The page's button or the next run applies and publishes the decisions.
    """
    from papersieve.warehouse.decisions.review_desk import ReviewDesk
    from papersieve.warehouse.published.reader import open_warehouse

    name = who_decides(who)
    open_warehouse(places.warehouse).close()
    _answer_on_page(ReviewDesk(places.existing_store(), places.warehouse, settings, name), port, "review")


def who_decides(given: str | None) -> str:
    """The name under which decisions are stored; wrong usage if it is not valid."""
    import getpass

    from papersieve.warehouse.decisions.decisions import DecisionError, person

    try:
        return person(getpass.getuser() if given is None else given)
    except (DecisionError, OSError, KeyError, ImportError) as error:  # the last three: the account has no name
        why = error if isinstance(error, DecisionError) else "the account that runs this has no name"
        raise click.UsageError(f"{why}. Say who decides with --as NAME") from error


@command(
    "Decide",
    "papersieve decisions",
    "papersieve decisions --export decisions.csv",
    "papersieve decisions --import decisions.csv && papersieve run dumps/",
)
@click.option(
    "--export",
    "exported",
    type=FILE,
    metavar="FILE.csv",
    help="Write all decisions to a file; an existing file is replaced.",
)
@click.option("--import", "imported", type=FILE, metavar="FILE.csv", help="Add the decisions of a file, all or none.")
@click.option("--undo", "undone", nargs=2, metavar="DOCUMENT DOCUMENT", help="Undo the decision about these two.")
def decisions(
    exported: Path | None, imported: Path | None, undone: tuple[str, str] | None, places: Places, wait: float
) -> None:
    """List, export, import or undo the decisions of people.

    A decision is about the content of two documents, so it applies in every store that has both, even if they arrive
    later. Documents are named by their ids (32 hexadecimal digits). A file to import has the columns left_document_id,
    right_document_id, decision (must_link or cannot_link) and decided_by; decided_at is optional. Rows without a
    decision are skipped. A file that contradicts itself or the store is refused as a whole. The next
    `papersieve run` applies and publishes the decisions.
    """
    from papersieve.warehouse.cli import show_decisions
    from papersieve.warehouse.decisions.decision_file import with_titles
    from papersieve.warehouse.outputs import refuse_output
    from papersieve.warehouse.store.store import Store

    if sum(chosen is not None for chosen in (exported, imported, undone)) > 1:
        raise click.UsageError("give only one of --export, --import and --undo")
    refuse_output(exported, *places)
    with Store(places.existing_store(), wait_seconds=wait) as opened:
        done = _do(opened, exported, imported, undone)
        rows = with_titles(opened, opened.query("decisions"))
    emit({**done, "decisions": rows.to_dicts()}, lambda _: show_decisions.tell(done, rows))


def _do(store: "Store", exported: Path | None, imported: Path | None, undone: tuple[str, str] | None) -> dict[str, Any]:
    """Do what was asked for, and return the answer to print; empty if nothing was asked for."""
    from papersieve.warehouse.decisions.decision_file import export_decisions, import_decisions
    from papersieve.warehouse.decisions.decisions import DecisionError, undo

    if exported:
        return {"exported": export_decisions(store, exported), "file": str(exported)}
    if imported:
        return {**import_decisions(store, imported)._asdict(), "file": str(imported)}
    if undone and not undo(store, *undone):
        raise DecisionError(f"{' '.join(undone)}: expected two documents that were decided, found no decision")
    return {"undone": list(undone)} if undone else {}


@command(
    "Decide",
    "papersieve preview --wrong-share 0.0005",
    "papersieve preview --unit publication --json | jq .papers",
    "papersieve preview --settings other.toml",
)
@click.option("--unit", type=click.Choice(["work", "publication"]), help="What counts as one paper.")
@click.option(
    "--wrong-share",
    type=click.FloatRange(0, 0.5, min_open=True, max_open=True),
    help="Accepted share of removed records that are removed wrongly; above 0.001 counts as 0.001.",
)
@click.option(
    "--examples", type=click.IntRange(0, 100), default=3, show_default=True, help="Examples to show of each kind."
)
def preview(
    unit: str | None, wrong_share: float | None, examples: int, places: Places, settings: "Settings", wait: float
) -> None:
    """Show what other settings of matching would change.

    Nothing is changed. From the stored evidence it counts the papers that would be joined or split and the pairs whose
    judgement would change, shows examples, and prints the settings to use. A run with these settings judges and
    clusters all pairs again, but compares none again.
    """
    from papersieve.warehouse.answers.preview import preview as foresee
    from papersieve.warehouse.cli import show_decisions

    has_file = click.get_current_context().params["settings_file"]
    changes = {name: value for name, value in (("unit", unit), ("wrong_share", wrong_share)) if value is not None}
    if not changes and not has_file:
        raise click.UsageError("expected a setting to change, such as --wrong-share 0.0005, or --settings FILE")
    wanted = settings if has_file else None
    told = foresee(places.existing_store(), changes, wanted, examples=examples, wait_seconds=wait)
    emit(told, show_decisions.tell_preview)


@command(
    "Decide",
    "papersieve estimate --sample 200 --out labels.csv",
    "papersieve estimate labels.csv --page",
    "papersieve estimate labels.csv",
    "papersieve estimate labels.csv --json | jq .precision",
)
@click.argument("file", metavar="[FILE.csv]", required=False, type=FILE)
@click.option("--sample", type=click.IntRange(8, 100_000), metavar="N", help="Draw this many pairs to label.")
@click.option("--seed", type=SEED, help="Seed of the draw; another number draws other pairs.  [default: 1]")
@click.option("--out", type=FILE, metavar="FILE.csv", help="File for the drawn pairs.")
@click.option("--page", "on_page", is_flag=True, help="Label the pairs of FILE.csv on a local web page.")
@port_option
def estimate(
    file: Path | None,
    sample: int | None,
    seed: int | None,
    out: Path | None,
    on_page: bool,
    port: int,
    places: Places,
) -> None:
    """Estimate how precise and complete the warehouse is, from pairs that you label.

    First draw pairs into a file: half are matches, half near misses, and the file does not say which. Write yes or no
    into the column is_one_paper, from the top, for as many as you like, or label them with --page (end with Ctrl-C).
    Then give FILE.csv alone: it prints precision and recall with 95 % intervals, and the expected wrong merges compared
    with the promised share. A label is not a decision: no paper changes.
    """
    is_reading = file and sample is None and seed is None and not out
    if file and is_reading and on_page:
        _label(places.warehouse, file, port)
    elif file and is_reading:
        from papersieve.warehouse.cli import show_decisions
        from papersieve.warehouse.decisions.label_sample import estimate as estimated

        emit({"file": str(file), **estimated(places.warehouse, file)}, show_decisions.tell_estimate)
    elif sample and out and not file and not on_page:
        _draw(places, out, sample, 1 if seed is None else seed)
    else:
        raise click.UsageError(
            "give --sample N --out FILE.csv to draw pairs, FILE.csv --page to label them, or FILE.csv to read the labels"
        )


def _draw(places: Places, out: Path, sample: int, seed: int) -> None:
    from papersieve.warehouse.decisions.label_sample import draw_sample
    from papersieve.warehouse.decisions.spreadsheet import refuse_answers
    from papersieve.warehouse.outputs import refuse_output
    from papersieve.warehouse.plurals import counted

    refuse_output(out, *places)
    refuse_answers(out)
    drawn = draw_sample(places.warehouse, out, sample, seed)
    all_of_them = "" if drawn == sample else ", all that there are"
    emit(
        {"drawn": drawn, "seed": seed, "file": str(out)},
        f"{counted(drawn, 'pair')} to label{all_of_them}: {out} (is_one_paper: yes or no)",
        out,
    )


def _label(warehouse: Path, labels: Path, port: int) -> None:
    from papersieve.warehouse.decisions.review_desk import LabelDesk
    from papersieve.warehouse.published.reader import open_warehouse

    open_warehouse(warehouse).close()
    _answer_on_page(LabelDesk(warehouse, labels), port, "label")


def _answer_on_page(desk: "Desk", port: int, work: str) -> None:
    """Print the address of a desk's page, and answer there until Ctrl-C."""
    from papersieve.pipeline.extras import needs
    from papersieve.warehouse.plurals import counted

    with needs("review", "The page"):
        from papersieve.warehouse.decisions.review_page import review_app
        from papersieve.warehouse.local_server import answer

    def tell(url: str) -> None:
        left = desk.left()
        emit({"url": url, "pairs": left}, f"{counted(left, 'pair')} to {work}: {url} (Ctrl-C ends)")

    answer(review_app(desk), port, tell)
