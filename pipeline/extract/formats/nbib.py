"""NBIB, the tagged text of PubMed: `PMID-` starts an entry; lines that continue a value begin with six spaces."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.field_parts import ARTICLE_NUMBER
from papersieve.pipeline.extract.shared.identifiers import find_doi
from papersieve.pipeline.extract.shared.source_lines import SOURCE
from papersieve.pipeline.extract.shared.tagged_lines import Fields, TaggedEntries

_TAG = re.compile(r"([A-Z]{2,4}) {0,2}-(?: (.*))?$")


def recognises(head: Head) -> str | None:
    """An entry starts with its PubMed id, or with its owner, as in ERIC's exports."""
    found = next((line for line in head.lines[:20] if re.match(r"(?:PMID- ?\d|OWN ?- ?\w)", line)), None)
    return f"it has the line {found.strip()!r}" if found else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry from each `PMID` on, or from each `OWN` on if no entry has a PubMed id."""
    has_ids = re.search(r"^PMID- ?\d", dump.head().text, re.MULTILINE)
    yield from TaggedEntries(dump, _TAG.match, "PMID" if has_ids else "OWN", None, _entry)


def _entry(fields: Fields) -> Entry:
    date = fields.first("DP")
    named = fields.all("LID", "AID", "DOI", "DO", "SO")
    doi = next((v for v in named if v.endswith("[doi]")), None) or next((v for v in named if find_doi(v)), None)
    return Entry(
        title=fields.first("TI", "BTI", "TT"), abstract=fields.first("AB"),
        authors=fields.all("FAU", "CN") if fields.first("FAU") else fields.all("AU", "CN"),
        venue=fields.first("JT", "TA") or (fields.first("BTI") if fields.first("TI") else None) or next((s for s in fields.all("SO") if not SOURCE.match(s)), None),
        volume=_bare(fields.first("VI"), "v"), issue=_bare(fields.first("IP"), "n"), pages=_pages(fields),
        published_raw=date,
        doi=doi, pmid=fields.first("PMID"), categories=[k.lstrip("*") for k in fields.all("MH", "OT")],
        serials=fields.all("IS", "ISSN", "ISBN"), types=fields.all("PT"), language=fields.first("LA"),
        is_retracted=bool(fields.first("RIN")) or None,
        said=fields.values, taken=("VI", "IP", "PG"),
        urls=[f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" for pmid in fields.all("PMID")[:1] if pmid.isdecimal()],
    )  # fmt: skip


def _pages(fields: Fields) -> str | None:
    """The pages, or the article number if there are none."""
    numbers = (value.removesuffix(" [pii]") for value in fields.all("LID") if value.endswith("[pii]"))
    said = fields.first("PG") or next(filter(ARTICLE_NUMBER.fullmatch, numbers), None)
    return said if fields.first("PMID") else _bare(said, "p")


def _bare(number: str | None, letter: str) -> str | None:
    """The number without the letter that ERIC puts before it: v44, n3, p112-119."""
    return number[1:] if number and number[0] == letter and number[1:2].isdecimal() else number


FORMAT = Format("nbib", "entries that start with 'PMID- ', or 'OWN - '", recognises, extract)
