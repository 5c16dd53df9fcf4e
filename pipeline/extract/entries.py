"""What an extractor is given and what it gives back; the same for every format."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

from papersieve.pipeline.extract.ledger import storable
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.dates import ShownDate
from papersieve.pipeline.extract.shared.identifiers import (
    arxiv_id_of_doi,
    find_arxiv_id,
    find_doi,
    find_pmid,
    is_arxiv_url,
)
from papersieve.pipeline.extract.shared.links import find_code_urls, find_urls
from papersieve.pipeline.extract.shared.names import unglued
from papersieve.pipeline.extract.shared.titles import complete_arxiv

ENTRY_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "ordinal": pl.Int64,
    "line_start": pl.Int64,
    "line_end": pl.Int64,
    "title_raw": pl.String,
    "abstract_raw": pl.String,
    "authors": pl.List(pl.String),
    "author_count": pl.Int64,
    "organisation": pl.String,
    "venue": pl.String,
    "volume": pl.String,
    "issue": pl.String,
    "pages": pl.String,
    "year": pl.Int64,
    "published_raw": pl.String,
    "published_date": pl.Date,
    "date_precision": pl.String,
    "year_source": pl.String,
    "doi": pl.String,
    "arxiv_id": pl.String,
    "arxiv_version": pl.Int64,
    "pmid": pl.String,
    "categories": pl.List(pl.String),
    "comment_count": pl.Int64,
    "urls": pl.List(pl.String),
    "code_urls": pl.List(pl.String),
}

#: Stands for the names that are left out, so those that are there are not all.
_AND_OTHERS = re.compile(r"others|et\.? ?al\.?", re.IGNORECASE)

#: Largest number that a column of 64-bit integers holds.
_MAX_INTEGER = 2**63 - 1


@dataclass
class Entry:
    """One entry while it is being read, with its values as the dump writes them; an absent value is None or empty.

    `doi`, `arxiv` and `pmid` may be any text that holds the identifier, such as a link; `urls` come before those found
    in the abstract.
    """

    line_start: int
    line_end: int
    title: str | None = None
    abstract: str | None = None
    authors: list[str] = field(default_factory=list)
    author_count: int | None = None
    organisation: str | None = None
    venue: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    published_raw: str | None = None
    published: ShownDate | None = None
    doi: str | None = None
    arxiv: str | None = None
    pmid: str | None = None
    categories: list[str] = field(default_factory=list)
    comment_count: int | None = None
    urls: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Listing:
    """What a page says of itself: who publishes it, its date, and the year of the dates that state none."""

    name: str | None = None
    date: ShownDate | None = None
    date_raw: str | None = None
    year: int | None = None


#: None is yielded where the ledger `is_heavy`: many lines, and no entry in them.
Extractor = Callable[[OpenDump], Iterator[Entry | Listing | None]]


@dataclass(frozen=True)
class Format:
    """A format of dumps: how to recognise it by content, and how to read it.

    `recognises` returns why it takes a head for its own, in words that follow "because"; None where it does not.
    `extract` yields entries in the order of their lines, at most one Listing before them, and gives every line
    of the dump a fate; a stream yields None between entries now and then, so that lines without any do not pile up. A format `is_binary` whose rows, not lines, are counted.
    """

    name: str
    looks_like: str
    recognises: Callable[[Head], str | None]
    extract: Extractor
    is_binary: bool = False


def entries_frame(entries: list[Entry], *, first_ordinal: int = 1, listing_year: int | None = None) -> pl.DataFrame:
    """Resolve the entries' dates, links and identifiers: one row an entry, in the order given.

    published_date is null where there is no date or it is no whole one; date_precision is then null, or what is
    known: `month_day`, `month` (of a year), `year`; and `day` otherwise. year_source says `stated`, or `listing`
    where the year was inferred. An identifier that is none is null.
    """
    rows = [_row(ordinal, entry, listing_year) for ordinal, entry in enumerate(entries, start=first_ordinal)]
    return pl.DataFrame(rows, schema=ENTRY_SCHEMA, orient="row")


def _row(ordinal: int, e: Entry, listing_year: int | None) -> tuple[object, ...]:
    date = precision = source = year = None
    if e.published:
        year = e.published.year or listing_year
        date = e.published.in_year(year) if year else None
        precision = "day" if date else "year" if e.published.month is None else "month" if not e.published.day else None
        precision = precision or "month_day"
        source = ("stated" if e.published.year else "listing") if year and (date or e.published.year) else None
    doi = find_doi(e.doi) if e.doi else None
    links = [_text(u) for u in e.urls if u.strip()]
    arxiv = find_arxiv_id(e.arxiv) if e.arxiv else None
    if not arxiv and (link := next((u for u in links if u and is_arxiv_url(u)), None)):
        arxiv = find_arxiv_id(link)
    if not arxiv and doi and (of_doi := arxiv_id_of_doi(doi)):
        arxiv = of_doi, None
    title, abstract = _text(e.title), _text(e.abstract)
    arxiv = complete_arxiv(arxiv, title) if title else arxiv
    urls = list(dict.fromkeys([*(u for u in links if u), *find_urls(abstract or "")]))
    authors = unglued([name for a in e.authors if (name := _text(a))])
    is_whole = not any(_AND_OTHERS.fullmatch(name) for name in authors)
    count = e.author_count if e.author_count is not None else (len(authors) if is_whole else 0) or None
    return (
        ordinal, e.line_start, e.line_end, title, abstract,
        authors or None, _integer(count), _text(e.organisation), _text(e.venue), _text(e.volume), _text(e.issue), _text(e.pages),
        year if date or (e.published and e.published.year) else None,
        _text(e.published_raw), date, precision, source,
        _text(doi), arxiv[0] if arxiv else None, arxiv[1] if arxiv else None, find_pmid(e.pmid) if e.pmid else None,
        [c for c in dict.fromkeys(_text(c) for c in e.categories) if c] or None,
        _integer(e.comment_count), urls, find_code_urls(urls),
    )  # fmt: skip


def _text(value: str | None) -> str | None:
    """Return the text without white space around it, as any table can hold it; None where nothing is left."""
    if value is None:
        return None
    return storable(value).strip() or None


def _integer(value: int | None) -> int | None:
    return value if value is not None and abs(value) <= _MAX_INTEGER else None
