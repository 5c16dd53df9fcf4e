"""What an extractor is given and what it gives back; the same for every layout."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from pipeline.extract.dates import ShownDate, infer_listing_year
from pipeline.extract.ledger import LineLedger
from pipeline.extract.links import find_code_urls, find_urls

#: Characters of the longest line that is read as text; a longer one is rejected, whatever it says.
MAX_LINE_CHARS = 200_000

ENTRY_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "ordinal": pl.Int64,
    "line_start": pl.Int64,
    "line_end": pl.Int64,
    "title_raw": pl.String,
    "abstract_raw": pl.String,
    "author_count": pl.Int64,
    "organisation": pl.String,
    "published_raw": pl.String,
    "published_date": pl.Date,
    "date_precision": pl.String,
    "year_source": pl.String,
    "comment_count": pl.Int64,
    "urls": pl.List(pl.String),
    "code_urls": pl.List(pl.String),
}


@dataclass
class Entry:
    """One entry while it is being read; an absent value is None."""

    line_start: int
    line_end: int
    title: str | None = None
    abstract: str | None = None
    author_count: int | None = None
    organisation: str | None = None
    published_raw: str | None = None
    published: ShownDate | None = None
    comment_count: int | None = None


@dataclass(frozen=True)
class Page:
    """What an extractor reads out of a dump's lines, before dates are resolved."""

    entries: list[Entry]
    listing: str | None = None
    listing_date: ShownDate | None = None
    listing_date_raw: str | None = None


Extractor = Callable[[LineLedger], Page]


@dataclass(frozen=True)
class Layout:
    """A layout of dumps: how to recognise it by content, and how to read it."""

    name: str
    looks_like: str
    recognises: Callable[[list[str]], bool]
    extract: Extractor


def entries_frame(page: Page) -> tuple[pl.DataFrame, int | None]:
    """Resolve the entries' dates and links: one row an entry in page order, and the listing's year.

    published_date is null where there is no date or its year is unknown; date_precision is then null or
    `month_day`, and `day` otherwise; year_source says `stated`, or `listing` where the year was inferred.
    """
    year = infer_listing_year(page.listing_date, [e.published for e in page.entries if e.published])
    rows = [_row(ordinal, entry, year) for ordinal, entry in enumerate(page.entries, start=1)]
    return pl.DataFrame(rows, schema=ENTRY_SCHEMA, orient="row"), year


def _row(ordinal: int, entry: Entry, listing_year: int | None) -> tuple[object, ...]:
    date = precision = source = None
    if entry.published:
        year = entry.published.year or listing_year
        date = entry.published.in_year(year) if year else None
        precision = "day" if date else "month_day"
        source = ("stated" if entry.published.year else "listing") if date else None
    urls = find_urls(entry.abstract or "")
    return (
        ordinal, entry.line_start, entry.line_end, entry.title, entry.abstract,
        entry.author_count, entry.organisation, entry.published_raw, date, precision, source,
        entry.comment_count, urls, find_code_urls(urls),
    )  # fmt: skip
