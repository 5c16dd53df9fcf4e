"""RIS: one two-character tag per line, from `TY  -` to `ER  -`, as reference managers export it."""

import re
from collections.abc import Iterator
from itertools import filterfalse

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.abstracts import joined_sections
from papersieve.pipeline.extract.shared.dates import first_date
from papersieve.pipeline.extract.shared.field_parts import ARTICLE_NUMBER, is_export_note, page_range
from papersieve.pipeline.extract.shared.identifiers import find_doi, find_labelled_pmid, is_arxiv_text, is_pubmed
from papersieve.pipeline.extract.shared.tagged_lines import Fields, TaggedEntries
from papersieve.pipeline.extract.shared.titles import NO_TITLE, of_book, with_subtitle

_TAG = re.compile(r"(?!EF  ?-)([A-Z][A-Z0-9]|X[A-Z]{2}|DOI)(?:  ?- ?|  ?-$|(?<=^ER)(?=\s*$))(.*)$")
#: The same, copied from a page, a mail or Word: indented, with a tab, or with a dash instead of the hyphen.
_COPIED = re.compile(r"\s*(?!EF)([A-Z][A-Z0-9]|X[A-Z]{2})[ \t]{1,2}[-–—](?: |$)(.*)$")
_IS_COPIED = re.compile(r"^(?:[ \t]{1,8}TY  ?- |TY(?=.{0,2}[\t–—])[ \t]{1,2}[-–—] )", re.MULTILINE)
#: Lines that Cochrane and Ovid write above the entries, and Web of Science below them.
_FURNITURE = re.compile(r"(?:(?:Provider|Content|Database): |Record #\d+ of \d+ *$|\d{1,6}\. *$|EF  ?-)")
#: Columns of records and the tags that hold them, the best first; our own exports write the first. Tags of identifiers
#: come before those that may name another paper, such as a venue.
TAGS = {
    "doi": ("DO", "DOI"), "arxiv_id": ("AN", "UR", "L1", "L2", "LK", "M1", "M3", "N1", "JO", "T2", "JF", "PB", "DB", "SN", "C7"),
    "pmid": ("AN", "C2", "N1", "ID", "M2", "PM", "U1", "U2", "UR", "C3"),
    "title": ("TI", "T1", "CT", "BT", "ST"), "abstract": ("AB", "N2"), "authors": ("AU", "A1"),
    "venue": ("T2", "JF", "JO", "BT", "SO", "JA", "J1", "J2"), "volume": ("VL", "VO"), "issue": ("IS",),
    "page_start": ("SP",), "page_end": ("EP", "OP"), "published_date": ("DA",), "year": ("PY", "Y1", "YR"),
    "issns": ("SN",), "isbns": ("SN",), "language": ("LA",),
    "categories": ("KW", "K1"), "urls": ("UR", "L1", "L2", "LK"),
}  # fmt: skip
#: Tag in which Scopus and Web of Science name a meeting; for other types of entry it may be anything, such as a
#: university.
_MEETING, _OF_MEETINGS = "C3", ("CONF", "CPAPER")
#: Tag of an issue number in some exports; in those of Web of Science, the name of a conference.
_ISSUE, _LONGEST_ISSUE = "CP", 12
#: Databases and the tag into which each puts the PubMed id.
_PMID_OF = (("Embase", "C5"), ("Scopus", "C2"))
#: Digits of a PubMed id in ID, where EndNote puts its own number of an entry.
_SHORTEST_PMID = 7
#: Other tags into which databases put a DOI: EBSCO L3, Scopus and IEEE M3, Ovid UR, and notes.
_HOLDS_DOI = ("DI", "L3", "M3", "LK", "UR", "L2", "L1", "ID", "M1", "N1", "C7")


def recognises(head: Head) -> str | None:
    """An entry has a type and an end, or starts with its type."""
    found = next(
        (line for line in head.lines[:20] if re.match(r"\s{0,8}TY[ \t]{1,2}[-–—] {0,3}\w", line)),
        None,
    )
    if not found and any(re.match(r"ER  ?- ?$", line) for line in head.lines):
        # R may write the type anywhere in an entry, and some tools leave it out.
        found = next((line for line in head.lines if re.match(r"(?:TY|TI|T1)  ?- ", line)), None)
    return f"it has the line {found.strip()!r}" if found else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry up to each `ER`; `TY` may be anywhere in it, as R writes it."""
    is_copied = _IS_COPIED.search(dump.head().text)
    yield from TaggedEntries(
        dump,
        (_COPIED if is_copied else _TAG).match,
        "TY",
        "ER",
        _entry,
        telling=("TI", "T1", "AB", "N2", "AU", "A1"),
        furniture=_FURNITURE,
    )


def _entry(fields: Fields) -> Entry:
    title = fields.first(*TAGS["title"]) or (NO_TITLE if "Scopus" in fields.all("DB") else None)
    title, venue = of_book(title, _venue(fields), is_in_print=bool(fields.first("VL", "SP")))
    abstract = joined_sections(next((said for tag in TAGS["abstract"] if (said := fields.all(tag))), []))
    raw, published = first_date(fields.all(*TAGS["published_date"]) + _years(fields))
    return Entry(
        title=with_subtitle(title, _subtitle(fields)), abstract=abstract,
        authors=fields.all(*TAGS["authors"]) or fields.all("A2", "ED"),
        venue=venue, volume=fields.first(*TAGS["volume"]), issue=fields.first(*TAGS["issue"]) or next((v for v in fields.all(_ISSUE) if len(v) <= _LONGEST_ISSUE), None),
        pages=page_range(fields.first(*TAGS["page_start"]), fields.first(*TAGS["page_end"])) or fields.first("AR") or next(filter(ARTICLE_NUMBER.fullmatch, fields.all("C7")), None),
        published_raw=raw, published=published,
        doi=fields.first(*TAGS["doi"]) or next((v for v in _said(fields, *_HOLDS_DOI) if find_doi(v)), None),
        arxiv=next((v for v in _said(fields, *TAGS["arxiv_id"]) if is_arxiv_text(v)), None),
        pmid=_pmid(fields), categories=[word for line in fields.lines(*TAGS["categories"]) for part in line.split(";") if (word := part.strip(" *"))],
        serials=fields.all(*TAGS["issns"]), types=fields.all("TY", "M3"), language=fields.first(*TAGS["language"]),
        notes=fields.all("N1"), said=fields.values, taken=("SP", "EP", "OP", "KW", "K1"),
        urls=fields.all(*TAGS["urls"]),
    )  # fmt: skip


def _subtitle(fields: Fields) -> str | None:
    """The subtitle: Pure puts it in T2, beside the journal in JO and JF, and Primo in a second T1 of a book."""
    titles = fields.all("T1")
    if not titles:
        return None
    if fields.first("TY") == "BOOK" and len(titles) == 2:
        return titles[1]
    other, journal = fields.first("T2"), fields.first("JF")
    is_pure = other and journal and journal == fields.first("JO") and journal[0].lower() != other[0].lower()
    return other if is_pure else None


def _venue(fields: Fields) -> str | None:
    journals, others = TAGS["venue"][1 if _subtitle(fields) else 0 : 3], TAGS["venue"][3:]
    return fields.first(*journals, *([_MEETING] if fields.first("TY") in _OF_MEETINGS else []), *others, _ISSUE)


def _years(fields: Fields) -> list[str]:
    """The year, after any month or day of the same year, which IEEE and others give as well."""
    said, year = fields.all(*TAGS["year"]), fields.first(*TAGS["year"]) or ""
    return sorted(said, key=lambda text: (year[:4] not in text, -len(text)))


def _said(fields: Fields, *tags: str) -> list[str]:
    """Values that may hold an identifier, without an export's notes on where a paper was listed, which name files."""
    return [value for value in fields.all(*tags) if not is_export_note(value)]


def _pmid(fields: Fields) -> str | None:
    """The accession number if the database is PubMed, as other databases have numbers with as many digits.

    Otherwise the number in C5 (Embase), C2 (Scopus) or XPM (Cochrane), else a number that is labelled as a PubMed id.
    """
    if any(is_pubmed(name) for name in fields.all("DB", "DP")):
        own = (number for number in fields.all("ID") if len(number) >= _SHORTEST_PMID)
        if number := next(filterfalse(is_arxiv_text, (*fields.all("AN"), *own, *fields.all("U1"))), None):
            return number
    tag = next((tag for name, tag in _PMID_OF if name in fields.all("DB")), "XPM")  # Cochrane's
    if (number := fields.first(tag)) and number.isdecimal():
        return number
    return next(filter(None, map(find_labelled_pmid, _said(fields, *TAGS["pmid"]))), None)


FORMAT = Format("ris", "entries from 'TY  - ' to 'ER  - '", recognises, extract)
