"""The input and output of extractors, the same for all formats."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.dates import ShownDate, parse_date


@dataclass(slots=True)
class Entry:
    """One entry while it is being read, with its values as written in the dump; an absent value is None or empty.

    A field has the name of the column of records (`checks.record_columns`) that takes its value, unless
    `entry_columns` derives something else from it. `doi`, `arxiv` and `pmid` may be any text that contains the
    identifier, such as a link. `serials` are texts that may contain ISSNs and ISBNs. `types` and `language` are in the
    source's words, the most specific type first. `notes` are searched for retractions, and for identifiers that the
    entry lacks. `urls` may be any texts; only links are kept, followed by those in the abstract. `said` holds all
    fields of the entry under the source's names; other_fields keeps those that no column holds. `taken` names those of
    them that columns hold in another form, such as first and last page. `published` is parsed from `published_raw` if
    not given. The line numbers may be set later by the caller.
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
        """Whether it has a title or an abstract; without either it does not count as an entry."""
        return bool(self.title or self.abstract)


@dataclass(frozen=True)
class Listing:
    """What a page states about itself: its publisher, its date, and the year for dates without one."""

    name: str | None = None
    date: ShownDate | None = None
    date_raw: str | None = None
    year: int | None = None


#: It yields None when the ledger `is_heavy`: after many lines without an entry.
Extractor = Callable[[OpenDump], Iterator[Entry | Listing | None]]


@dataclass(frozen=True)
class Format:
    """A format of dumps: how to recognise it by content, and how to read it.

    `recognises` returns the reason why a head has this format, worded to follow "because", or None if it does not.
    `extract` yields entries in the order of their lines, after at most one Listing, and gives every line of the dump a
    fate. If it reads a stream, it yields None now and then, so that lines without entries do not pile up.
    `is_binary` means that rows are counted instead of lines. `make` reads one entry, for formats that share `extract`.
    """

    name: str
    looks_like: str
    recognises: Callable[[Head], str | None]
    extract: Extractor
    is_binary: bool = False
    make: Callable[..., Any] | None = None
