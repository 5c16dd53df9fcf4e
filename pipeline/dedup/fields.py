"""Records to fields that can be compared: match texts, author words, numbers, and nothing where nothing is known."""

import re
from dataclasses import dataclass

import polars as pl

from pipeline.ids import content_id
from pipeline.normalise import clean_text, match_text

#: Columns that are compared; a frame may lack any of them, and any value may be null.
COLUMNS = (
    "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "doi", "arxiv_id",
)  # fmt: skip
IDENTIFIERS = ("doi", "arxiv_id")

#: What exports of reference managers call the same column.
SYNONYMS = {"number": "issue", "journal": "venue", "booktitle": "venue", "author": "authors"}

_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_NUMBER = re.compile(r"\d+")
#: "[Chinese]", "(abstract)": what an export adds behind a title.
_BRACKETED = re.compile(r"\s*[\[(][^\[\]()]{2,40}[\])]\s*\.?\s*$")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ARXIV = re.compile(r"(?:arxiv:|abs/|^)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?", re.I)

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: str(number) for number, name in enumerate(_MONTH_NAMES, start=1)}
_NO_NAMES = frozenset(("and", "et", "al", "others", "jr", "von", "van", "de", "der", "the", "anonymous"))
_SMALL_WORDS = frozenset(
    ("of", "the", "and", "in", "on", "for", "de", "la", "a", "an", "proc", "proceedings", "international")
)
_KINDS = {
    "report": frozenset(("thesis", "report", "tr", "dissertation", "manuscript", "preprint", "unpublished")),
    "journal": frozenset(
        ("journal", "j", "transactions", "trans", "record", "magazine", "letters", "annals", "bulletin", "review")
    ),
    "meeting": frozenset(
        ("proc", "proceedings", "conference", "conf", "symposium", "workshop", "meeting", "congress", "advances")
    ),
}


@dataclass(frozen=True)
class Fields:
    """One record as it is compared. An empty value is an unknown one."""

    title: str = ""
    title_numbers: frozenset[str] = frozenset()
    abstract: str = ""
    abstract_words: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    initials: frozenset[str] = frozenset()
    year: int | None = None
    day: str = ""
    venue: tuple[str, ...] = ()
    venue_kind: str = ""
    volume: frozenset[str] = frozenset()
    issue: frozenset[str] = frozenset()
    pages: frozenset[str] = frozenset()
    doi: str = ""
    arxiv_id: str = ""


def known_columns(records: pl.DataFrame, *, use_identifiers: bool) -> pl.DataFrame:
    """Return record_id and the columns that may be compared, by the names of `COLUMNS`, as text.

    Every other column, labels among them, is dropped; so are doi and arxiv_id unless identifiers are used.
    """
    there = records.columns
    renamed = records.rename({old: new for old, new in SYNONYMS.items() if old in there and new not in there})
    kept = [c for c in COLUMNS if c in renamed.columns and (use_identifiers or c not in IDENTIFIERS)]
    return renamed.select(pl.col("record_id", *kept).cast(pl.String))


def field_id(record: dict[str, str | None]) -> str:
    """Content id of all that is compared: records with an equal one can't be told apart."""
    return content_id(*(record.get(column) or "" for column in COLUMNS))


def read_fields(record: dict[str, str | None]) -> Fields:
    """Read one row of `known_columns`."""
    text = {column: record.get(column) or "" for column in COLUMNS}
    title = match_text(clean_text(_BRACKETED.sub("", text["title"]) or text["title"]))
    abstract = match_text(clean_text(text["abstract"]))
    names = match_text(clean_text(text["authors"])).split()
    venue = match_text(clean_text(text["venue"])).split()
    return Fields(
        title=title,
        title_numbers=frozenset(_NUMBER.findall(title)),
        abstract=abstract,
        abstract_words=frozenset(word for word in abstract.split() if len(word) > 3),
        authors=frozenset(word for word in names if len(word) > 1 and word not in _NO_NAMES),
        initials=frozenset(word for word in names if len(word) == 1),
        year=_year(text["year"] or text["date"]),
        day=_day(text["date"]),
        venue=tuple(word for word in venue if word not in _SMALL_WORDS),
        venue_kind=_venue_kind(venue),
        volume=frozenset(_numbers(text["volume"])[:1]),
        issue=frozenset(_numbers(text["issue"])[:1]),
        pages=_first_page(text["pages"]),
        doi=_found(_DOI, text["doi"], 0).rstrip(".,;"),
        arxiv_id=_found(_ARXIV, text["arxiv_id"].strip(), 1),
    )


def _found(pattern: re.Pattern[str], text: str, group: int) -> str:
    found = pattern.search(text)
    return found[group].lower() if found else ""


def _year(text: str) -> int | None:
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def _day(text: str) -> str:
    """The date where it names a day; the first of January is how exports write a bare year."""
    found = _DAY.search(text)
    return found[0] if found and not found[0].endswith("-01-01") else ""


def _venue_kind(words: list[str]) -> str:
    """What published it, as far as the name says: report, meeting, journal, or nothing known."""
    return next((kind for kind, marks in _KINDS.items() if not marks.isdisjoint(words)), "")


def _numbers(text: str) -> list[str]:
    """Numbers of a text, months as theirs: a spreadsheet turns pages 6-10 into 06-Oct."""
    words = re.findall(r"\d+|[a-z]+", text.lower())
    numbers = (_MONTHS.get(word[:3], word if word.isdigit() else "") for word in words)
    return [number.lstrip("0") for number in numbers if number]


def _first_page(text: str) -> frozenset[str]:
    """The first page; both numbers where a spreadsheet made a date of them, in an order nobody knows."""
    found = _numbers(text)
    is_date = len(found) == 2 and re.search(r"[A-Za-z]{3}", text)
    return frozenset(found if is_date else found[:1])
