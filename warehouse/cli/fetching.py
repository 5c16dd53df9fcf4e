"""The command that gets dumps: fetch."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papersieve.warehouse.cli.options import command, emit, say
from papersieve.warehouse.plurals import counted

if TYPE_CHECKING:
    from papersieve.pipeline.settings import Settings
    from papersieve.warehouse.sources.fetch_days import Fetched

_DAY = click.DateTime(["%Y-%m-%d"])


@command(
    "Run",
    "papersieve fetch arxiv:cs.CL hf-daily --contact me@example.org --since 2026-11-01",
    "papersieve fetch --settings settings.toml && papersieve run data/dumps --settings settings.toml",
)
@click.argument("sources", nargs=-1)
@click.option(
    "--into",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="PAPERSIEVE_DUMPS",
    default=Path("data/dumps"),
    show_default=True,
    help="Dump folder; each source gets a subfolder.",
)
@click.option("--since", type=_DAY, metavar="DAY", help="First day.  [default: from the settings]")
@click.option("--until", type=_DAY, metavar="DAY", help="Last day.  [default: the last finished day]")
@click.option("--contact", help="Mail or web address to send to the servers.  [default: from the settings]")
def fetch(
    sources: tuple[str, ...],
    folder: Path,
    since: datetime | None,
    until: datetime | None,
    contact: str | None,
    settings: "Settings",
) -> None:
    """Fetch listings of papers as dumps, one per source and day.

    It fetches every finished day that is still missing. SOURCES are arxiv:CATEGORY, arxiv-rss:CATEGORIES, hf-daily and
    openalex:FILTER; without any, those in the settings. Requests are paced, so a long period takes a while. Exits with
    1 if a source did not answer: what was received is kept, and the next fetch continues.
    """
    from papersieve.pipeline.extras import needs

    with needs("fetch", "Fetching"):
        from papersieve.warehouse.sources.fetch_days import fetch as fetch_days
    chosen = settings.fetch.model_copy(update={"contact": contact or settings.fetch.contact})
    found = fetch_days(
        sources,
        folder,
        settings.model_copy(update={"fetch": chosen}),
        since=since.date() if since else None,
        until=until.date() if until else None,
        tell=lambda line: say(line, err=True),
    )
    emit({"folder": str(folder), "sources": [vars(one) for one in found]}, lambda _: say(_told(found, folder)))
    if any(one.fault for one in found):
        sys.exit(1)


def _told(found: "list[Fetched]", folder: Path) -> str:
    lines = []
    for one in found:
        came = f"{counted(one.records, 'record')} of {counted(one.days, 'day')}" if one.days else "nothing new"
        lines.append(f"{one.source}: {came}" + (", and days are missing (see above)" if one.fault else ""))
    return "\n".join([*lines, f"dumps: {folder}"])
