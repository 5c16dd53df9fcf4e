"""What an extractor is given and what it gives back; the same for every format."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import polars as pl
import pyarrow as pa

from papersieve.checks.record_columns import IDS, NORMALISED, RECORDS
from papersieve.checks.rules import Contract
from papersieve.pipeline.extract.ledger import storable
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.dates import ShownDate
from papersieve.pipeline.extract.shared.identifiers import (
    ARXIV_DOI,
    arxiv_id_of_doi,
    find_arxiv_id,
    find_doi,
    find_pmid,
    is_arxiv_url,
    stated_ids,
)
from papersieve.pipeline.extract.shared.languages import language_code
from papersieve.pipeline.extract.shared.links import find_code_urls, find_urls
from papersieve.pipeline.extract.shared.names import of_somebody, unglued
from papersieve.pipeline.extract.shared.other_fields import other_fields
from papersieve.pipeline.extract.shared.publication_types import publication_type, says_no_more, says_retracted
from papersieve.pipeline.extract.shared.standard_numbers import find_isbns, find_issns
from papersieve.pipeline.extract.shared.titles import complete_arxiv

#: Stands for the names that are left out, so those that are there are not all.
_AND_OTHERS = re.compile(r"others|et\.? ?al\.?", re.IGNORECASE)

_NO_DATE = dict.fromkeys(("published_date", "date_precision", "year", "year_source"))


@dataclass
class Entry:
    """One entry while it is being read, with its values as the dump writes them; an absent value is None or empty.

    A field is named as the column of records (`checks.record_columns`) that takes its value, unless `_resolved` makes
    more of it. `doi`, `arxiv` and `pmid` may be any text that holds the identifier, such as a link; `serials` are texts
    that may hold ISSNs and ISBNs; `types` and `language` are in the source's words, the type that says most first; what
    `notes` say of a retraction counts, and identifiers that they state where the entry has none; `urls` come before
    those found in the abstract. `said` is all that the entry says, by the source's names: what no column takes of it is
    kept in other_fields. `taken` are names of those that columns hold in another form, such as a first and a last page.
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
    serials: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    language: str | None = None
    is_retracted: bool | None = None
    notes: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    comment_count: int | None = None
    urls: list[str] = field(default_factory=list)
    said: Mapping[str, Any] = field(default_factory=dict)
    taken: Collection[str] = ()


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
    of the dump a fate; a stream yields None between entries now and then, so that lines without any do not pile up.
    `is_binary` says that rows are counted, not lines.
    """

    name: str
    looks_like: str
    recognises: Callable[[Head], str | None]
    extract: Extractor
    is_binary: bool = False


def entry_schema(records: Contract = RECORDS) -> dict[str, Any]:
    """Columns of records that their entries give."""
    return {name: kind for name, kind in records.schema.items() if name not in (*IDS, *NORMALISED)}


def entries_frame(
    entries: list[Entry],
    *,
    first_ordinal: int = 1,
    listing_year: int | None = None,
    max_other_chars: int = 0,
    records: Contract = RECORDS,
) -> pl.DataFrame:
    """Resolve the entries' dates, links and identifiers: one row per entry, in the order given.

    published_date is null where there is no date or it is no whole one; date_precision is then null, or what is
    known: `month_day`, `month` (of a year), `year`; and `day` otherwise. year_source says `stated`, or `listing`
    where the year was inferred. An identifier that is none is null. Any other column is as its entry says it.
    """
    schema = entry_schema(records)
    resolved = [_resolved(entry, listing_year, max_other_chars) for entry in entries]
    known = {"ordinal": range(first_ordinal, first_ordinal + len(entries))} | {
        name: [row[name] for row in resolved] for name in (resolved[0] if resolved else ())
    }
    plain = {
        name: list(map(_taker(schema[name]), map(attrgetter(name), entries))) for name in schema if name not in known
    }
    columns = {name: _column(values, schema[name]) for name, values in (known | plain).items()}
    return pl.DataFrame(columns, schema=schema)


def _column(values: Any, kind: Any) -> Any:
    """Values as polars takes them in at once: of lists it would
    make a series a row, which costs more than all else here.
    """
    return pl.from_arrow(pa.array(values, pa.large_list(pa.large_string()))) if kind == pl.List(pl.String) else values


def _resolved(e: Entry, listing_year: int | None, max_other_chars: int) -> dict[str, Any]:
    """The columns that say something else than the entry's field of their name."""
    title, abstract = _text(e.title), _text(e.abstract)
    links = list(dict.fromkeys(link for url in e.urls if (link := _text(url)))) if e.urls else []
    urls = list(dict.fromkeys([*links, *find_urls(abstract)])) if abstract and "://" in abstract else links
    stated = stated_ids(e.notes) if e.notes else {}
    doi = (find_doi(e.doi) if e.doi else None) or find_doi(stated.get("doi", ""))
    arxiv_id, arxiv_version = _arxiv(e.arxiv or stated.get("arxiv"), title, doi, links) or (None, None)
    is_arxivs = bool(arxiv_id) and (doi or ARXIV_DOI).startswith(ARXIV_DOI)
    serials = [*e.serials, *(stated[name] for name in ("issn", "isbn") if name in stated)]
    authors = unglued(of_somebody(map(_text, e.authors))) if e.authors else []
    row: dict[str, Any] = {
        "title_raw": title,
        "abstract_raw": abstract,
        "authors": authors or None,
        "author_count": _integer(_author_count(e, authors)),
        **_date(e.published, listing_year),
        "doi": _text(doi),
        "arxiv_id": arxiv_id,
        "arxiv_version": arxiv_version,
        "pmid": (find_pmid(e.pmid) if e.pmid else None) or find_pmid(stated.get("pmid", "")),
        "issns": (find_issns(serials) or None) if serials else None,
        "isbns": (find_isbns(serials) or None) if serials else None,
        "publication_type": publication_type(e.types, e.venue, is_arxivs=is_arxivs),
        "language": language_code(e.language) if e.language else None,
        "is_retracted": says_retracted((title, *e.types, *e.categories, *e.notes)) or e.is_retracted,
        "urls": urls,
        "code_urls": find_code_urls(urls) if urls else [],
        **dict.fromkeys(("other_fields", "authors_raw", "venue_raw")),  # the raw ones come with cleaning
    }
    if e.said and max_other_chars:
        row["other_fields"] = _text(other_fields(e.said, e.taken, _taken(e, row), e.abstract, max_other_chars))
    return row


def _taken(e: Entry, row: dict[str, Any]) -> set[Any]:
    """The values of the entry that its columns say; of identifiers and words, those that were understood."""
    ours = {
        e.title, e.abstract, e.venue, e.volume, e.issue, e.pages, e.published_raw, e.organisation, str(row["year"]),
        row["doi"] and e.doi, row["arxiv_id"] and e.arxiv, row["pmid"] and e.pmid, row["language"] and e.language,
        *e.authors, *e.categories, *e.urls,
    }  # fmt: skip
    if e.comment_count is not None or e.is_retracted is not None:
        ours.update((str(e.comment_count), str(e.is_retracted).lower()))
    if e.types:
        ours.update(filter(says_no_more, e.types))
    if e.serials and len(row["issns"] or ()) + len(row["isbns"] or ()) >= len(e.serials):
        ours.update(e.serials)
    return ours


def _date(shown: ShownDate | None, listing_year: int | None) -> dict[str, Any]:
    """The whole date where it is known, how much of it is, and where its year comes from."""
    if not shown:
        return _NO_DATE
    year = shown.year or listing_year
    date = shown.in_year(year) if year else None
    precision = "day" if date else "year" if shown.month is None else "month" if not shown.day else "month_day"
    is_told = bool(year and (date or shown.year))
    return {
        "published_date": date,
        "date_precision": precision,
        "year": year if is_told else None,
        "year_source": ("stated" if shown.year else "listing") if is_told else None,
    }


def _arxiv(said: str | None, title: str | None, doi: str | None, links: list[str]) -> tuple[str, int | None] | None:
    """The arXiv id and its version: as stated, else of a link, else of arXiv's own DOI; the title may complete it."""
    found = find_arxiv_id(said) if said else None
    if not found and (link := next(filter(is_arxiv_url, links), None)):
        found = find_arxiv_id(link)
    if not found and doi and (of_doi := arxiv_id_of_doi(doi)):
        found = of_doi, None
    return complete_arxiv(found, title) if title and (found or "arxiv" in title.lower()) else found


def _author_count(e: Entry, authors: list[str]) -> int | None:
    """The number shown; else that of the names, where they are all."""
    if e.author_count is not None:
        return e.author_count
    return len(authors) if authors and not any(map(_AND_OTHERS.fullmatch, authors)) else None


def _taker(kind: Any) -> Callable[[Any], Any]:
    """What makes of an entry's value one that a column of this type holds; None where nothing is left."""
    return _texts if kind == pl.List(pl.String) else _text if kind == pl.String else _integer


def _texts(values: list[str] | None) -> list[str] | None:
    """The texts, each once."""
    return [text for text in dict.fromkeys(map(_text, values)) if text] or None if values else None


def _text(value: str | None) -> str | None:
    """Return the text without white space around it, as any table can hold it; None where nothing is left."""
    return None if value is None else storable(value).strip() or None


def _integer(value: int | None) -> int | None:
    """The number, where a column of 64 bits holds it."""
    return value if value is not None and abs(value) < 2**63 else None
