"""Commands that ask the warehouse: export, explain, lookup, search, preview."""

from pathlib import Path

import click

from papersieve.warehouse.cli.options import (
    Command,
    WholeText,
    existing,
    given_text,
    json_option,
    places,
    print_json,
    resolve,
    say,
    settings_option,
    wait_option,
    whole,
)


@click.command(cls=Command, epilog="papersieve export parquet/\npapersieve export parquet/ --json | jq .folder")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@places
@json_option
def export(folder: Path, store: Path | None, warehouse: Path | None, as_json: bool) -> None:
    """Write every published table and view as Parquet, papers and records by year of publication.

    FOLDER/manifest.json names the files of one whole version, and is swapped last; the version before is kept for
    who still reads it. Nothing is written where FOLDER holds this version already.
    """
    from papersieve.warehouse.answers.export import export as write
    from papersieve.warehouse.outputs import refuse_output

    store, warehouse = resolve(store, warehouse)
    refuse_output(folder, store, warehouse)
    manifest = write(warehouse, folder)
    if as_json:
        print_json(manifest)
        return
    files = [file for table in manifest["tables"] for file in table["files"]]
    state = "exported" if manifest["exported"] else "unchanged"
    say(
        f"{state}: {folder / manifest['folder']}: {len(manifest['tables'])} tables and views, {len(files)} files, "
        f"{sum(file['size_bytes'] for file in files) / 1e6:,.1f} MB"
    )


@click.command(
    cls=Command,
    epilog="papersieve explain c9bcd0b4\npapersieve explain c9bcd0b4 62fe8f79\npapersieve explain c9bcd0b4 62fe8f79 --json | jq .stored.because",
)
@click.argument("one", metavar="ID", type=WholeText())
@click.argument("other", metavar="[ID]", required=False, type=WholeText())
@places
@json_option
def explain(one: str, other: str | None, store: Path | None, warehouse: Path | None, as_json: bool) -> None:
    """Say why two records are one paper or are not; of one ID alone, what its paper stands on.

    An ID is that of a record, document or paper (also one that is retired), or at least its first six digits. Two:
    scores, rule, the matches that lead from one to the other, differences word by word. One: records, the match that
    holds each of them, the nearest that was not merged, which record gave each value, what became of the id.
    """
    from papersieve.warehouse.answers.explain import explain_pair, explain_paper
    from papersieve.warehouse.cli import show_answers

    _, warehouse = resolve(store, warehouse)
    told = explain_pair(warehouse, one, other) if other else explain_paper(warehouse, one)
    if as_json:
        print_json(told)
    elif other:
        show_answers.tell_pair(told)
    else:
        show_answers.tell_paper(told)


@click.command(
    cls=Command,
    epilog="papersieve lookup abstract.txt\npapersieve lookup - < abstract.txt\npapersieve lookup 'Attention is all you need' --json | jq .is_here",
)
@click.argument("text", metavar="TEXT|FILE|-")
@click.option("--title", type=WholeText(), default="", help="Title, compared too.")
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True, help="Papers to show at most.")
@places
@json_option
def lookup(text: str, title: str, limit: int, store: Path | None, warehouse: Path | None, as_json: bool) -> None:
    """Say whether an abstract (or a title) is already here, by the rules of a run.

    TEXT is the abstract itself, a file that holds it, or `-` for stdin. Needs the published warehouse only.
    Exits with 0 whether it is here or not: `--json` says so in is_here.
    """
    from papersieve.warehouse.answers.lookup import lookup as look_up
    from papersieve.warehouse.cli import show_answers
    from papersieve.warehouse.published.reader import open_warehouse

    _, warehouse = resolve(store, warehouse)
    with open_warehouse(warehouse) as con:
        told = look_up(con, _text(text), title, limit=limit)
    if as_json:
        print_json(told)
    else:
        show_answers.tell_lookup(told)


def _text(text: str) -> str:
    if text == "-":
        return given_text(text)
    try:
        is_file = Path(text).is_file()
    except (OSError, ValueError):  # too long for a name, or with what no name can have
        is_file = False
    return Path(text).read_text(encoding="utf-8", errors="replace") if is_file else whole(text)


@click.command(
    cls=Command, epilog="papersieve search graph neural networks\npapersieve search 'phase change' --limit 3 --json"
)
@click.argument("words", nargs=-1, required=True, metavar="WORDS…", type=WholeText())
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Papers to show at most.")
@places
@json_option
def search(words: tuple[str, ...], limit: int, store: Path | None, warehouse: Path | None, as_json: bool) -> None:
    """Find papers by words of their titles and abstracts, best first.

    A paper must have all the words, or words that begin so; where none has, those that have the most are shown.
    Case and accents don't matter.
    """
    from papersieve.warehouse.answers.search import search as find
    from papersieve.warehouse.cli import show_answers
    from papersieve.warehouse.published.reader import open_warehouse

    _, warehouse = resolve(store, warehouse)
    with open_warehouse(warehouse) as con:
        told = find(con, " ".join(words), limit=limit)
    if as_json:
        print_json(told)
    else:
        show_answers.tell_search(told)


@click.command(
    cls=Command,
    epilog="papersieve preview --wrong-share 0.01\npapersieve preview --unit publication --json | jq .papers\npapersieve preview --settings other.toml",
)
@click.option("--unit", type=click.Choice(["work", "publication"]), help="What is one paper.")
@click.option(
    "--wrong-share",
    type=click.FloatRange(0, 0.5, min_open=True, max_open=True),
    help="Share of wrongly removed records that is accepted.",
)
@click.option("--examples", type=click.IntRange(0, 100), default=3, show_default=True, help="Examples of each kind.")
@places
@settings_option
@wait_option
@json_option
def preview(
    unit: str | None,
    wrong_share: float | None,
    examples: int,
    store: Path | None,
    warehouse: Path | None,
    settings_file: Path | None,
    wait: float,
    as_json: bool,
) -> None:
    """Say what another unit or share of wrong merges would change, from the stored evidence; change nothing.

    How many papers would be joined or split and how many pairs judged otherwise, with examples, and the settings
    that apply it: a run with them clusters anew and compares nothing.
    """
    from papersieve.pipeline.settings import load_settings
    from papersieve.warehouse.answers.preview import differing
    from papersieve.warehouse.answers.preview import preview as foresee
    from papersieve.warehouse.cli import show_answers

    store, _ = resolve(store, warehouse)
    changes = {name: value for name, value in (("unit", unit), ("wrong_share", wrong_share)) if value is not None}
    if not changes and not settings_file:
        raise click.UsageError("say what to change, such as --wrong-share 0.01, or --settings FILE")
    if settings_file:
        changes = differing(existing(store), load_settings(settings_file), wait_seconds=wait) | changes
    told = foresee(existing(store), changes, examples=examples, wait_seconds=wait)
    if as_json:
        print_json(told)
    else:
        show_answers.tell_preview(told)


ASKING = (explain, lookup, search, preview, export)
