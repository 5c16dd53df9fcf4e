"""Paper listing: furniture, the listing's date, then entries of title, abstract and sometimes a footer.

A footer is `• 5 authors` (or an organisation's name), `·`, then a date, a comment count, or both. A page has one line
per paragraph, so the task is to distinguish titles from abstracts: by the footers if there are any, else by length
and by how a line ends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate, LineLedger
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.dates import parse_shown_date
from papersieve.pipeline.extract.shared.hf_lines import listing_lines
from papersieve.pipeline.extract.shared.page_lines import Lines, daily_listing

#: Lines that every page has around its entries.
FURNITURE = frozenset(
    (
        "new",
        "Get trending papers in your email inbox!",
        "Subscribe",
        "Daily Papers",
        "byAK and the research community",
    )
)

#: Furniture that occurs in no other kind of text, so one such line identifies the layout.
_TELLTALE = frozenset(("Get trending papers in your email inbox!", "byAK and the research community"))

#: A line longer than this is an abstract: the longest of 38,000 real titles has 245 characters, and the
#: shortest of 1,500 abstracts on such pages 291.
ABSTRACT_CHARS = 250

#: 93 % of those titles are shorter.
LONG_TITLE_CHARS = 120

_BULLET = re.compile(r"\s*•\s+(\S.*)")
_AUTHORS = re.compile(r"(\d{1,6}) authors?")
_DOT = re.compile(r"\s*·\s*")
#: More characters than a date and a count have. Only these are matched: the pattern is slow on long runs of spaces.
_FOOTER_CHARS = 100

_DATE_AND_COUNT = re.compile(r"\s*(?P<date>[A-Z][a-z]{2} \d{1,2}(?:, \d{4})?)?\s*(?:(?<!\S)(?P<count>\d{1,9}))?\s*")


def recognises(head: Head) -> str | None:
    """There is a footer, or a furniture line that only this format has."""
    for line in head.lines:
        bullet = _BULLET.fullmatch(line)
        if line.strip() in _TELLTALE or (bullet and _AUTHORS.fullmatch(bullet[1].strip())):
            return f"it has the line {line.strip()!r}"
    return None


def extract(dump: OpenDump) -> Iterator[Entry | Listing]:
    """Read the page; lines that belong to no entry are rejected."""
    ledger = dump.ledger
    shown = {number: line for number, line in dump.page() if line.strip()}
    lines, furniture = listing_lines([(number, line.strip()) for number, line in shown.items()])
    ledger.mark_all(furniture, Fate.FURNITURE)
    reader = _Reader(ledger)
    for number, text in lines:
        reader.read(number, text, shown[number])
    reader.end_block(None, None)
    if reader.footer and reader.footer.is_open:
        ledger.notice(
            reader.footer.line,
            "footer_cut",
            "the dump ends inside this entry's footer; the entry is kept without date and comment count",
        )
    yield daily_listing(dump, reader.date, reader.entries)
    yield from reader.entries


@dataclass
class _Footer:
    """The footer being read: its first line, its entry, and the parts read so far."""

    line: int
    entry: Entry | None
    has_dot: bool = False
    is_open: bool = True


class _Reader:
    """Collects text lines into blocks; a footer, or the end of the page, closes a block and splits it into entries."""

    def __init__(self, ledger: LineLedger) -> None:
        self.ledger = ledger
        self.entries: list[Entry] = []
        self.date: str | None = None
        self.block: Lines = []
        self.footer: _Footer | None = None

    def read(self, number: int, line: str, shown: str) -> None:
        """Assign one line to the furniture, a footer, the date or the block; shown: the line with its blanks."""
        if line in FURNITURE:
            self.ledger.mark(number, Fate.FURNITURE)
        elif line[0] == "•" and (bullet := _BULLET.fullmatch(line)):
            self._open_footer(number, shown, bullet[1].strip())
        elif self.footer and self.footer.is_open and self._continues_footer(number, line, shown):
            pass
        elif self.date is None and not self.entries and not self.block and parse_shown_date(line):
            self.date = line
            self.ledger.mark(number, Fate.FURNITURE)
        else:
            self._close_footer()
            self.block.append((number, line))

    def _open_footer(self, number: int, line: str, who: str) -> None:
        entry = self.end_block(number, who)
        if entry is None:
            self.ledger.reject(number, "footer_without_entry", line)
        else:
            self.ledger.mark(number, Fate.RECORD)
        self.footer = _Footer(number, entry)

    def _continues_footer(self, number: int, line: str, shown: str) -> bool:
        """Read `·`, then `date count`; False if the line is not part of the footer."""
        footer = self.footer
        assert footer
        if not footer.has_dot and _DOT.fullmatch(line):
            footer.has_dot = True
        elif footer.has_dot and footer.entry and (authors := _AUTHORS.fullmatch(line)):
            footer.entry.author_count = int(authors[1])
        elif footer.has_dot and (found := _DATE_AND_COUNT.fullmatch(line[:_FOOTER_CHARS])):
            self._date_entry(number, footer.entry, found["date"], found["count"])
            footer.is_open = False
        else:
            return False
        if footer.entry is None:
            self.ledger.reject(number, "footer_without_entry", shown)
        else:
            footer.entry.line_end = number
            self.ledger.mark(number, Fate.RECORD)
        return True

    def _date_entry(self, number: int, entry: Entry | None, date: str | None, count: str | None) -> None:
        if entry is None:
            return
        entry.published_raw = date
        entry.published = parse_shown_date(date or "")
        entry.comment_count = int(count) if count else None
        if date and not entry.published:
            self.ledger.notice(number, "date_unreadable", f"expected a date such as 'Mar 7, 2019', found {date!r}")

    def _close_footer(self) -> None:
        if self.footer and self.footer.is_open:
            if not self.footer.has_dot:  # a page shows `·` and nothing after it for a paper without a date
                self.ledger.notice(
                    self.footer.line,
                    "footer_incomplete",
                    "this entry's footer stops short; kept without a date",
                )
            self.footer.is_open = False

    def end_block(self, number: int | None, who: str | None) -> Entry | None:
        """Split the text lines read so far into entries and return the last, which gets `who` (from the footer)."""
        texts = [text for _, text in self.block]
        kinds = tell_titles_from_abstracts(texts, has_footer=who is not None)
        last = None
        self.ledger.mark_all((line for line, _ in self.block), Fate.RECORD)
        for (line, text), is_abstract in zip(self.block, kinds, strict=True):
            if is_abstract and last and last.abstract is None:
                last.abstract, last.line_end = text, line
                continue
            last = Entry(line, line, abstract=text) if is_abstract else Entry(line, line, title=text)
            self.entries.append(last)
        self.block = []
        if last and who and number:
            authors = _AUTHORS.fullmatch(who)
            last.author_count, last.organisation = (int(authors[1]), None) if authors else (None, who)
            last.line_end = number
        return last


def tell_titles_from_abstracts(texts: list[str], *, has_footer: bool) -> list[bool]:
    """For each paragraph of a block, whether it is an abstract.

    A long paragraph is an abstract. So is a short one that follows a title, if it ends like a sentence, or is longer
    than most titles and than that title, or is the last before a footer; but not if a long paragraph comes next, whose
    title it then is.
    """
    is_long = [len(t) >= ABSTRACT_CHARS for t in texts]
    kinds: list[bool] = []
    for i, text in enumerate(texts):
        follows_title = i > 0 and not kinds[i - 1]
        closes_pair = has_footer and i == len(texts) - 1
        next_is_long = i + 1 < len(texts) and is_long[i + 1]
        reads_like_one = text.endswith((".", "…")) or (len(text) >= LONG_TITLE_CHARS and len(text) > len(texts[i - 1]))
        short_abstract = follows_title and not next_is_long and (closes_pair or reads_like_one)
        kinds.append(is_long[i] or short_abstract)
    return kinds


FORMAT = Format(
    "paper_listing",
    "the line 'Get trending papers in your email inbox!' or footers such as '• 5 authors'",
    recognises,
    extract,
)
