"""Commands of those who look after the papers, and of those who follow them: changes."""

from pathlib import Path

import click

from warehouse.cli_options import Command, json_option, places, print_json, resolve


@click.command(
    cls=Command,
    epilog="papersieve changes --since 12\npapersieve changes --since 12 --json | jq -r '.changes[] | [.event, .paper_id] | @tsv'",
)
@click.option(
    "--since", default="0", metavar="REVISION", show_default=True, help="Number or revision_id of the last one seen."
)
@places
@json_option
def changes(since: str, store: Path | None, warehouse: Path | None, as_json: bool) -> None:
    """Say what became of which paper since a revision: created, changed, split, merged, withdrawn, revived.

    To follow: for each paper_id told, take its row of `papers` anew where leads_to is the paper_id itself, else drop it; next time
    go on from the revision that was told. Exits with 1 where the warehouse does not know the revision.
    """
    from warehouse import terminal
    from warehouse.changes import changes_since

    _, warehouse = resolve(store, warehouse)
    found = changes_since(warehouse, since)
    if as_json:
        print_json({"revision": found.revision, "revision_id": found.revision_id, "changes": found.changes.to_dicts()})
    else:
        terminal.tell_changes(found)


REVIEWING = (changes,)
