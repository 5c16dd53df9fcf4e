"""Lines of a page: groups of one entry each, and the year of dates that state none."""

import re
from collections.abc import Callable, Iterable, Iterator

from papersieve.pipeline.extract.entries import Entry, Listing
from papersieve.pipeline.extract.open_dump import OpenDump
from papersieve.pipeline.extract.shared.dates import infer_listing_year, parse_shown_date

#: Lines with their numbers.
Lines = list[tuple[int, str]]

#: Headings of publications in a CV or on a homepage, and of the sections that may follow.
_PUBLICATIONS = re.compile(
    r"\W*(?:[\w-]+ ){0,2}(?:publications?|publication list|papers|(?:journal )?articles|veröffentlichungen|publikationen|publicaciones|publicações"
    r"|pubblicazioni|публикации)\W*",
    re.IGNORECASE,
)
_OTHER_SECTION = re.compile(
    r"\W*(?:[\w-]+ ){0,2}(?:education|experience|employment|positions?|grants|funding|awards|hono(?:u)?rs|prizes|teaching|courses|talks|presentations"
    r"|service|skills|languages|supervision|students|memberships?|activities|contact|software|projects|reviewing|ausbildung|lehre|formation|docencia)\b.{0,40}",
    re.IGNORECASE,
)


def with_single_blanks(text: str) -> str:
    """The text with single spaces, and without any at its ends: typists set two behind a full stop."""
    return " ".join(text.split())


def read_groups(
    dump: OpenDump, groups: Iterable[Lines], make: Callable[[list[str]], Entry | None], reason: str = "no_entry"
) -> Iterator[Entry]:
    """The entry made from the texts of each group. If a group gives no entry, its lines are rejected."""
    for group in groups:
        said = [(number, text) for number, text in group if text.strip()]
        entry = make([text for _, text in group]) if said else None
        if entry:
            entry.line_start, entry.line_end = min(said)[0], max(said)[0]
            yield entry
        for number, text in said if not entry else ():
            dump.ledger.reject(number, reason, text)


def daily_listing(dump: OpenDump, date_raw: str | None, entries: list[Entry]) -> Listing:
    """The listing of a page of daily papers, with a notice if the year of its dates is unknown."""
    date, dates = parse_shown_date(date_raw or ""), [entry.published for entry in entries if entry.published]
    year = infer_listing_year(date, dates)
    if year is None and any(each.year is None for each in dates):
        message = "no entry states a year, so dates without one stay month and day"
        dump.ledger.notice(1, "listing_year_unknown", message)
    return Listing("daily_papers", date, date_raw, year)


def published_lines(lines: Lines) -> Lines:
    """The lines below a heading of publications, down to that of another section."""
    found, is_below = Lines(), False
    for number, text in lines:
        is_below = bool(_PUBLICATIONS.fullmatch(text)) or (is_below and not _OTHER_SECTION.fullmatch(text))
        found += [(number, text)] if is_below else []
    return found
