"""Author page: `Abstract:…` entries without titles, with or without blank lines between them."""

from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump

_MARK = "Abstract:"


def recognises(head: Head) -> str | None:
    """At least half of the non-blank lines are marked as abstracts."""
    marked = sum(line.lstrip().startswith(_MARK) for line in head.lines)
    are_most = 2 * marked >= len(head.lines) > 0
    return f"{marked} of its first {len(head.lines)} lines start with {_MARK!r}" if are_most else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read one entry per marked line; other lines are rejected."""
    for number, line in dump.page():
        if dump.ledger.fate(number) is Fate.BLANK:
            continue
        if line.lstrip().startswith(_MARK):
            yield Entry(number, number, abstract=line.strip().removeprefix(_MARK).strip())
        else:
            dump.ledger.reject(number, "no_abstract_mark", line)


FORMAT = Format("author_page", "lines that start with 'Abstract:'", recognises, extract)
