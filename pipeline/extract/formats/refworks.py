"""RefWorks' tagged text: `RT Journal Article` starts an entry; lines begin with a two-character tag and a blank."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.abstracts import joined_sections
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.field_parts import page_range
from papersieve.pipeline.extract.shared.identifiers import is_pubmed
from papersieve.pipeline.extract.shared.tagged_lines import Fields, TaggedEntries

#: A two-character tag and a blank; CNKI writes the tag of the volume in lower case.
_TAG = re.compile(r"([A-Z][A-Z0-9]|vo)(?: (.*))?$")

#: Lines that RefWorks writes above the entries: the first, and all.
_OPENING = re.compile("Refworks Export", re.IGNORECASE)
_LEGEND = re.compile(r"(?:Refworks Export|Character Set=|Tag legend|\*{3,}|[A-Z][A-Z0-9]=)", re.IGNORECASE)


def recognises(head: Head) -> str | None:
    """An entry starts with its type, and its title follows."""
    found = next((line for line in head.lines if re.match(r"RT [A-Z]", line)), None)
    has_title = any(line.startswith("T1 ") for line in head.lines)
    return f"it has the line {found.strip()!r}" if found and has_title else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry from each `RT` on."""
    yield from TaggedEntries(dump, _TAG.match, "RT", None, _entry, furniture=_LEGEND, opening=_OPENING)


def _entry(fields: Fields) -> Entry:
    date = " ".join(d for d in (fields.first("YR"), fields.first("FD")) if d)
    is_medline = any(is_pubmed(name) for name in fields.all("DB", "DS"))
    return Entry(
        title=fields.first("T1"), abstract=joined_sections(fields.all("AB")),
        authors=fields.all("A1"),
        venue=fields.first("JF", "JO", "T2"), volume=fields.first("VO", "vo"), issue=fields.first("IS"),
        pages=page_range(fields.first("SP"), fields.first("OP")),
        published_raw=date, published=parse_date(date) or parse_date(fields.first("FD") or ""),
        doi=fields.first("DO"), pmid=fields.first("AN") if is_medline else None, categories=[word for line in fields.all("K1") for part in line.split(";") if (word := part.strip())],
        serials=fields.all("SN"), types=fields.all("RT"), language=fields.first("LA"), notes=fields.all("NO"),
        said=fields.values, taken=("SP", "OP", "YR", "FD", "K1", "A1"),
        urls=fields.all("UL", "LK"),
    )  # fmt: skip


FORMAT = Format("refworks", "entries that start with 'RT Journal Article'", recognises, extract)
