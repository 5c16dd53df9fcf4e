"""Web of Science's tagged text (.ciw, .txt): `PT J` to `ER`; continued lines are indented, one author per line."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.field_parts import page_range
from papersieve.pipeline.extract.shared.tagged_lines import TAG, Fields, TaggedEntries

_FURNITURE = re.compile(r"(?:FN|VR|EF)(?: |$)")

#: How a file, or an entry, begins, and the most lines above it.
_BEGINS, _MOST_ABOVE = re.compile(r"FN [A-Z]|PT [A-Z]$"), 10
#: Tags with one item per line; the lines of other tags continue the line before.
_LISTS = ("AF", "AU", "BA", "BE", "BF", "C1", "CA", "CR", "GP")
#: Tags that columns hold in another form.
_TAKEN = ("BP", "EP", "DE", "ID")


def recognises(head: Head) -> str | None:
    """One of the first lines is the file's header, or an entry's publication type, and one has a title."""
    found = next(filter(_BEGINS.match, head.lines[:_MOST_ABOVE]), None)
    has_title = any(line.startswith("TI ") for line in head.lines)
    return f"it has the line {found[:60]!r}" if found and (has_title or found.startswith("FN ")) else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry from each `PT` to its `ER`."""
    yield from TaggedEntries(dump, TAG.match, "PT", "ER", _entry, furniture=_FURNITURE)


def _entry(fields: Fields) -> Entry:
    year, day = fields.first("PY"), fields.first("PD") or ""
    date = f"{day} {year}".strip() if year else fields.first("EA")
    return Entry(
        title=fields.first("TI"), abstract=fields.first("AB"),
        authors=[*fields.lines("AF", "AU", "BF", "BA"), *fields.lines("CA")] or fields.lines("BE"),
        venue=fields.first("SO", "SE"), volume=fields.first("VL"), issue=fields.first("IS"),
        pages=page_range(fields.first("BP"), fields.first("EP")) or fields.first("AR", "PS"),
        published_raw=date,
        doi=fields.first("DI", "D2"), pmid=fields.first("PM") or (fields.first("UT") or "").partition("MEDLINE:")[2] or None,
        serials=fields.all("SN", "EI", "BN"), types=[*fields.all("DT"), *fields.all("PT")], language=fields.first("LA"),
        said=fields.values | {tag: fields.lines(tag) for tag in _LISTS if tag in fields.values},
        taken=(*_TAKEN, "PD" if year else ""),
        categories=[k.strip() for tag in ("DE", "ID") for k in (fields.first(tag) or "").split(";") if k.strip()],
    )  # fmt: skip


FORMAT = Format("wos_tagged", "entries from 'PT J' to 'ER'", recognises, extract)
