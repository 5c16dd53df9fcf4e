"""Turn entries into rows of records: resolve dates, links and identifiers, and fit each value to its column."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any

import polars as pl

from papersieve.checks.record_columns import IDS, NORMALISED, RECORDS
from papersieve.checks.rules import Contract
from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.entry_identifiers import entry_identifiers
from papersieve.pipeline.extract.ledger import storable
from papersieve.pipeline.extract.shared import identifiers as ids
from papersieve.pipeline.extract.shared.abstracts import ANNOUNCED
from papersieve.pipeline.extract.shared.dates import ShownDate
from papersieve.pipeline.extract.shared.field_parts import is_missing, plain_pages, unlabelled
from papersieve.pipeline.extract.shared.institutes import once
from papersieve.pipeline.extract.shared.languages import language_code
from papersieve.pipeline.extract.shared.links import find_code_urls, find_urls
from papersieve.pipeline.extract.shared.names import people
from papersieve.pipeline.extract.shared.other_fields import other_fields
from papersieve.pipeline.extract.shared.publication_types import publication_type, says_no_more, says_retracted

#: Written for names that are left out; the list of authors is then incomplete.
_AND_OTHERS = re.compile(r"^(?:others|et\.? ?al\.?)$", re.IGNORECASE | re.MULTILINE)

_NO_DATE = dict.fromkeys(("published_date", "date_precision", "year", "year_source"))


def entry_schema(records: Contract = RECORDS) -> dict[str, Any]:
    """Columns of records that are filled from entries, with their types."""
    return {name: kind for name, kind in records.schema.items() if name not in (*IDS, *NORMALISED)}


def entry_columns(
    entries: Sequence[Entry],
    first_ordinal: int = 1,
    *,
    listing_year: int | None = None,
    max_other_chars: int = 0,
    records: Contract = RECORDS,
) -> dict[str, list[Any]]:
    """The values of the columns of `entry_schema`, one per entry, with dates, links and identifiers resolved.

    published_date is null if the date is missing or incomplete. date_precision is null without a date, `month_day`,
    `month` (of a year) or `year` for an incomplete one, and `day` otherwise. year_source is `stated`, or `listing` if
    the year was inferred. An invalid identifier becomes null. Other columns keep the value of the entry. Raises
    TypeError if a value does not have the column's type.
    """
    resolved = [_resolved(entry, listing_year, max_other_chars) for entry in entries]
    columns: dict[str, list[Any]] = {"ordinal": list(range(first_ordinal, first_ordinal + len(entries)))}
    for name, taker, types in _OURS if records is RECORDS else _ways(records):
        if taker:
            columns[name] = list(map(taker, map(attrgetter(name), entries)))
        else:
            columns[name] = list(map(itemgetter(name), resolved))
        if not types.issuperset(map(type, columns[name])):
            wrong = next(value for value in columns[name] if type(value) not in types)
            raise TypeError(f"expected {name} to be one of {set(types)}, found {type(wrong)}")
    return columns


def columns_frame(columns: Mapping[str, Sequence[Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    """The columns as a frame. Make one for many entries: for a few, building it is the slowest step here."""
    return pl.DataFrame({name: _column(columns.get(name, ()), kind) for name, kind in schema.items()}, schema=schema)


def entries_frame(entries: list[Entry], *, records: Contract = RECORDS, **given: Any) -> pl.DataFrame:
    """The columns of `entry_columns` as a frame."""
    return columns_frame(entry_columns(entries, records=records, **given), entry_schema(records))


def _column(values: Sequence[Any], kind: Any) -> Any:
    """Values in the form that polars loads fastest.

    From lists of texts it would make one series per row, and pyarrow would import pandas, so it splits joined texts. No
    text has a NUL (`_text`).
    """
    if kind != pl.List(pl.String):
        return values
    joined = pl.Series([None if texts is None else "\0".join(texts) for texts in values], dtype=pl.String)
    empty = pl.lit([], pl.List(pl.String))
    return pl.select(pl.when(joined == "").then(empty).otherwise(joined.str.split("\0"))).to_series()


def _resolved(e: Entry, listing_year: int | None, max_other_chars: int) -> dict[str, Any]:
    """The columns that are derived, not copied from the entry's field of the same name."""
    title, abstract = _text(e.title), _text(e.abstract)
    if abstract and abstract.startswith("arXiv:"):
        abstract = ANNOUNCED.sub("", abstract)
    texts = filter(None, map(_text, e.urls)) if e.urls else ()
    links = list(dict.fromkeys(link for link in texts if link.startswith(("http://", "https://"))))
    urls = list(dict.fromkeys([*links, *find_urls(abstract)])) if abstract and "://" in abstract else links
    authors = once(people(map(_text, e.authors))) if e.authors else []
    known = entry_identifiers(e, title, links)
    doi = known["doi"] = _text(known["doi"])
    known["arxiv_version"] = _integer(known["arxiv_version"])
    is_arxivs = bool(known["arxiv_id"]) and (doi or ids.ARXIV_DOI).startswith(ids.ARXIV_DOI)
    row: dict[str, Any] = {
        "title_raw": title,
        "abstract_raw": abstract,
        "authors": authors or None,
        "author_count": _integer(_author_count(e, authors)),
        "volume": _field(unlabelled(e.volume)) if e.volume else None,
        "issue": _field(unlabelled(e.issue)) if e.issue else None,
        "pages": _field(plain_pages(e.pages, doi)) if e.pages else None,
        **(_date(e.published, listing_year) if e.published else _NO_DATE),
        **known,
        "publication_type": publication_type(e.types, e.venue, doi, is_arxivs=is_arxivs),
        "language": language_code(e.language) if e.language else None,
        "is_retracted": says_retracted((title, *e.types, *e.categories, *e.notes)) or e.is_retracted,
        "urls": urls,
        "code_urls": find_code_urls(urls) if urls else [],
        "other_fields": None,
        "authors_raw": None,  # cleaning fills this and the next
        "venue_raw": None,
    }
    if e.said and max_other_chars:
        row["other_fields"] = _text(other_fields(e.said, e.taken, _taken(e, row), e.abstract, max_other_chars))
    return row


def _taken(e: Entry, row: dict[str, Any]) -> set[Any]:
    """The values of the entry that its columns hold; identifiers, language and types only if they were understood."""
    ours = {
        e.title, e.abstract, e.venue, e.volume, e.issue, e.pages, e.published_raw, e.organisation, str(row["year"]),
        row["doi"] and e.doi, row["arxiv_id"] and e.arxiv, row["pmid"] and e.pmid, row["language"] and e.language,
        *e.authors, *e.categories, *row["urls"],
    }  # fmt: skip
    if e.comment_count is not None or e.is_retracted is not None:
        ours.update((str(e.comment_count), str(e.is_retracted).lower()))
    if e.types:
        ours.update(filter(says_no_more, e.types))
    if e.serials and len(row["issns"] or ()) + len(row["isbns"] or ()) >= len(e.serials):
        ours.update(e.serials)
    return ours


def _date(shown: ShownDate, listing_year: int | None) -> dict[str, Any]:
    """The date if complete, its precision, the year, and where the year comes from."""
    year = shown.year or listing_year
    date = shown.in_year(year) if year else None
    precision = "day" if date else "year" if shown.month is None else "month" if not shown.day else "month_day"
    is_told = bool(year and (date or shown.year))
    return {
        "published_date": date,
        "date_precision": precision,
        "year": _integer(year) if is_told else None,
        "year_source": ("stated" if shown.year else "listing") if is_told else None,
    }


def _author_count(e: Entry, authors: list[str]) -> int | None:
    """The number of authors as stated; else the number of names, if the list is complete."""
    if e.author_count is not None:
        return e.author_count
    return len(authors) if authors and not _AND_OTHERS.search("\n".join(authors)) else None


def _texts(values: list[str] | None) -> list[str] | None:
    """The distinct texts, in order; None if nothing is left."""
    return [text for text in dict.fromkeys(map(_text, values)) if text] or None if values else None


def _text(value: str | None) -> str | None:
    """The text as any table can hold it, without surrounding white space; None if nothing is left."""
    if value is None:
        return None
    # Most texts are plain ASCII, and an entry has about twenty of them, so this check comes first.
    return (value if "\0" not in value and value.isascii() else storable(value)).strip() or None


def _field(value: str | None) -> str | None:
    """`_text` for fields other than title and abstract; also None for what programs write for a missing value."""
    return None if value is None or is_missing(value) else _text(value)


def _integer(value: int | None) -> int | None:
    """The number, or None if it does not fit into 64 bits."""
    return value if value is not None and abs(value) < 2**63 else None


#: By column type: a function that turns an entry's value into one the column holds (None if nothing is left); its type.
_HELD: dict[Any, tuple[Callable[[Any], Any], type]] = {
    pl.String: (_field, str),
    pl.Int64: (_integer, int),
    pl.List(pl.String): (_texts, list),
    pl.Boolean: (_integer, bool),
    pl.Date: (_integer, dt.date),  # dates are always resolved
}


def _ways(records: Contract) -> list[tuple[str, Callable[[Any], Any] | None, frozenset[type]]]:
    """How each column is filled: its name, the function applied to the entry's field of that name, the allowed types.

    The function is None for a column that `_resolved` makes.
    """
    kinds, resolved = entry_schema(records), _resolved(Entry(1, 1), None, 0)
    held = {name: _HELD[kind] for name, kind in kinds.items() if name != "ordinal"}
    return [
        (name, None if name in resolved else taker, frozenset((kind, type(None))))
        for name, (taker, kind) in held.items()
    ]


_OURS = _ways(RECORDS)
