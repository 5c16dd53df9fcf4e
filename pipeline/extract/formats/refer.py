"""Refer, as EndNote writes it (.enw): lines begin with a percent sign and a letter, entries with `%0` or the title."""

import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.abstracts import joined_sections
from papersieve.pipeline.extract.shared.dates import first_date
from papersieve.pipeline.extract.shared.identifiers import is_arxiv_text, is_pubmed
from papersieve.pipeline.extract.shared.source_lines import cited_place
from papersieve.pipeline.extract.shared.tagged_lines import Fields, TaggedEntries

_YEAR = r"\b(?:1[5-9]|20)\d\d\b"
_TAG = re.compile(r"(%[0-9A-Za-z@!?+~<>=(&*^$#\[])(?: (.*))?$")


#: An identifier of ADS, which has 19 characters.
_BIBCODE = re.compile(r"(?:%R )?[12]\d{3}[A-Za-z&.][\w&.]{13}[A-Z.]\s*$")


def recognises(head: Head) -> str | None:
    """An entry starts with its type, its ADS identifier or its title, and has a title."""
    found = next((line for line in head.lines[:20] if re.match(r"%0 \S", line) or _is_number(line)), None)
    if not found and any(line.startswith("%A ") for line in head.lines):
        found = next((line for line in head.lines[:20] if re.match(r"%T \S", line)), None)
    has_title = any(line.startswith("%T ") for line in head.lines)
    return f"it has the line {found.strip()!r}" if found and has_title else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry from each `%0` on; if there is none, from each ADS identifier, or else from each title on."""
    is_typed = any(line.startswith("%0") for line in dump.head().lines)
    is_ads = any(map(_is_number, dump.head().lines))
    is_led = not is_typed or dump.head().text.lstrip().startswith("%0")  # Open Journal Systems has it last
    start = "%0" if is_typed else "%R" if is_ads else "%T"
    yield from TaggedEntries(dump, _TAG.match, start, None, _entry, telling=() if is_led else ("%T", "%A"))


def _is_number(line: str) -> bool:
    """Whether a line is an entry's ADS identifier."""
    return line.startswith("%R ") and _BIBCODE.match(line) is not None


def _is_ads(fields: Fields) -> bool:
    return _BIBCODE.match(fields.first("%R") or "") is not None


def _days(fields: Fields) -> list[str]:
    """Days and months that the entry states, except those of a different year: ACM gives the day it went online."""
    year = next(iter(re.findall(_YEAR, fields.first("%D") or "")), "")
    return [text for text in fields.all("%8") if year in (re.findall(_YEAR, text) or [year])]


def _pages(fields: Fields) -> str | None:
    """The pages; Open Journal Systems gives the first one and their number."""
    said, first = fields.first("%P") or "", fields.first("%&") or ""
    return f"{first}-{int(first) + int(said) - 1}" if said.isdecimal() and first.isdecimal() else said or None


def _entry(fields: Fields) -> Entry:
    raw, published = first_date(_days(fields) + fields.all("%D"))
    urls, is_ads = fields.all("%U"), _is_ads(fields)
    place = cited_place(fields.first("%J") or "")
    return Entry(
        title=fields.first("%T"), abstract=joined_sections(fields.all("%X", *["%B"] * is_ads)),
        authors=[name.strip() for each in fields.all("%A") for name in each.split("%A")],  # CNKI writes all names on one line
        venue=place.get("venue") or fields.first("%J", *["%B"] * (not is_ads)), volume=fields.first("%V") or place.get("volume"),
        issue=fields.first("%N") or place.get("issue"), pages=_pages(fields) or place.get("pages"),
        published_raw=raw, published=published,
        serials=fields.all("%@"), types=fields.all("%0", "%9"), language=fields.first("%G"), notes=fields.all("%Z", "%Y"),
        said=fields.values, taken=("%K",),
        doi=None if is_ads else fields.first("%R"), arxiv=next((v for v in (*urls, *fields.all("%J", "%M", "%Y")) if is_arxiv_text(v)), None),
        pmid=fields.first("%M") if any(is_pubmed(name) for name in fields.all("%~", "%W")) else None,
        categories=[k.strip() for line in fields.lines("%K") for k in line.split(";") if k.strip()], urls=urls,
    )  # fmt: skip


FORMAT = Format("refer", "entries that start with '%0 Journal Article'", recognises, extract)
