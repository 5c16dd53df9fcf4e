"""RIS: a tag of two characters a line, from `TY  -` to `ER  -`, as reference managers export it."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.identifiers import is_pubmed
from papersieve.pipeline.extract.shared.tagged_lines import Fields, read_tagged

_TAG = re.compile(r"\ufeff?([A-Z][A-Z0-9])  ?- ?(.*)$")


def recognises(head: Head) -> str | None:
    """An entry starts with its type."""
    found = next((line for line in head.lines[:20] if re.match(r"\ufeff?TY  ?- ", line)), None)
    return f"it has the line {found.strip()!r}" if found else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry from each `TY` to its `ER`."""
    yield from read_tagged(dump, _TAG, "TY", "ER", _entry)


def _entry(fields: Fields) -> Entry | None:
    title, abstract = fields.first("TI", "T1", "CT"), fields.first("AB", "N2")
    if not title and not abstract:
        return None
    date = fields.first("DA", "PY", "Y1")
    pages = "-".join(p for p in (fields.first("SP"), fields.first("EP")) if p)
    published = (parse_date(date) if date else None) or parse_date(fields.first("PY", "Y1") or "")
    return Entry(
        0, 0,
        title=title, abstract=abstract,
        authors=fields.all("AU", "A1"),
        venue=fields.first("T2", "JO", "JF", "BT", "JA"), volume=fields.first("VL"), issue=fields.first("IS"),
        pages=pages or None,
        published_raw=date, published=published,
        doi=fields.first("DO"), pmid=fields.first("AN") if _is_pubmed(fields) else None, categories=fields.all("KW"),
        urls=[u for u in fields.all("UR", "L1", "L2") if u.startswith(("http://", "https://"))],
    )  # fmt: skip


def _is_pubmed(fields: Fields) -> bool:
    """Whether the accession number is PubMed's: other databases have numbers of as many digits."""
    return any(is_pubmed(name) for name in fields.all("DB", "DP"))


FORMAT = Format("ris", "entries from 'TY  - ' to 'ER  - '", recognises, extract)
