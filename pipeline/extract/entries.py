"""What an extractor is given and what it gives back; the same for every format."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.dates import ShownDate, parse_date


@dataclass
class Entry:
    """One entry while it is being read, with its values as the dump writes them; an absent value is None or empty.

    A field is named as the column of records (`checks.record_columns`) that takes its value, unless `_resolved` makes
    more of it. `doi`, `arxiv` and `pmid` may be any text that holds the identifier, such as a link; `serials` are texts
    that may hold ISSNs and ISBNs; `types` and `language` are in the source's words, the type that says most first; what
    `notes` say of a retraction counts, and identifiers that they state where the entry has none; `urls` may be any
    texts, of which links are taken, before those in the abstract. `said` is all that the entry says, by the source's
    names: what no column takes of it is kept in other_fields. `taken` are names of those that columns hold in another
    form, such as a first and a last page. A date is read of `published_raw` where none is given; the lines may be given
    by who reads the entry.
    """

    line_start: int = 0
    line_end: int = 0
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

    def __post_init__(self) -> None:
        if self.published_raw and not self.published:
            self.published = parse_date(self.published_raw)

    @property
    def is_told(self) -> bool:
        """Whether it has a title or an abstract; what has neither is no entry."""
        return bool(self.title or self.abstract)


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
    `is_binary` says that rows are counted, not lines. `make` reads an entry, where others share `extract`.
    """

    name: str
    looks_like: str
    recognises: Callable[[Head], str | None]
    extract: Extractor
    is_binary: bool = False
    make: Callable[..., Any] | None = None
