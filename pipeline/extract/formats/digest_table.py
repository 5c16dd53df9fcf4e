"""Digests of "daily papers" repositories as markdown tables: date, title, authors, link to arXiv, link to code."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.author_lists import split_names
from papersieve.pipeline.extract.shared.dates import parse_date

_DATE = re.compile(r"\*{0,2}(\d{4}-\d{2}-\d{2})\*{0,2}")
_LINK = re.compile(r"\[([^\[\]]{0,1000})\]\((https?://[^)\s]{1,1000})\)")


def recognises(head: Head) -> str | None:
    """There is a row of a table that starts with a date and links to a paper."""
    found = next((line for line in head.lines if row_entry(line.strip())), None)
    return f"it has the row {found.strip()[:60]!r}" if found and not head.text.lstrip().startswith(("{", "[")) else None


def row_entry(row: str) -> Entry | None:
    """Entry of a row `|date|title|authors|…links…|`; None where it is none."""
    cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
    if not row.startswith("|") or len(cells) < 3 or not (date := _DATE.fullmatch(cells[0])):
        return None
    title = _LINK.sub(r"\1", cells[1]).strip("* ")
    links = [url for _, url in _LINK.findall(row)]
    if not title or not links:
        return None
    names = " ".join(_LINK.sub("", cells[2]).split()).strip("* ")
    first, *others = re.split(r"\s+(?=et\.? ?al\.?$)", names, maxsplit=1)
    authors = [*split_names(first), *others] if names.lower() != "null" else []
    return Entry(
        0,
        0,
        title=title,
        authors=authors,
        author_count=None,
        published_raw=date[1],
        published=parse_date(date[1]),
        urls=links,
    )


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one paper a row with a date; text around the tables is furniture."""
    for number, line in dump.page():
        if dump.ledger.fate(number) is Fate.BLANK:
            continue
        if entry := row_entry(line.strip()):
            entry.line_start = entry.line_end = number
            yield entry
        elif line.lstrip().startswith("|") and _DATE.match(line.lstrip("| ")):
            dump.ledger.reject(number, "row_unreadable", line)
        else:
            dump.ledger.mark(number, Fate.FURNITURE)


FORMAT = Format("digest_table", "rows such as '|**2024-01-05**|**title**|authors|[id](link)|'", recognises, extract)
