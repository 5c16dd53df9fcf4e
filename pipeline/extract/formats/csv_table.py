"""Text tables with cells separated by commas, tabs or semicolons under a line of column names; read as a stream."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from operator import eq

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared import author_commas
from papersieve.pipeline.extract.shared.column_names import Mapped
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.field_parts import unguarded
from papersieve.pipeline.extract.shared.identifiers import is_doi
from papersieve.pipeline.extract.shared.mappings import Mappings, objects_in
from papersieve.pipeline.extract.shared.page_lines import Lines
from papersieve.pipeline.extract.shared.table_columns import mapping, unique_names
from papersieve.pipeline.extract.shared.table_header import MAX_PREFACE, csv_rows, header, split_leniently

#: Columns that no row may lack; others may be cut off where they are empty.
_NEEDED = ("title", "abstract", "authors", "venue", "published", "doi", "pmid")
#: A piece of a title, not a name: it begins with "and", or ends with a word in lower case.
_OF_TITLE = re.compile(r"\s*and\b|(?:.*\s)?(?!(?:al\.?|others)\s*$)[a-z]\S*\s*$", re.DOTALL)


def recognises(head: Head) -> str | None:
    """One of the first lines names columns, one of which can be a title or an abstract."""
    names = header(head.text.split("\n")[: MAX_PREFACE + 1], head.columns)[1]
    return f"a line names the columns {', '.join(name for name in names[:12] if name)}" if names else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry per row; a row that is too narrow or can't be read is rejected."""
    csv.field_size_limit(2**31 - 1)  # the limit on an entry is reached first
    names, separator = _read_header(feed := _Feed(dump), dump)
    if not names:
        return
    mapped, said = mapping(names, dump.reading)
    dump.ledger.notice(feed.last_line, "columns", said)
    by_commas = author_commas.separate_names(feed.sample(separator), names, mapped)
    by_keys = Mappings(dump, by_commas=by_commas, is_told=True)
    is_guarded = {"id", "other_fields", "format", "notes"} <= set(names)  # columns of our own export
    for row in _rows(feed, separator, len(names)):
        entry = None
        if row is not None and _is_header(row, names):
            feed.pass_over()  # of another table, appended to the first
        elif row is not None:
            cells = _fitted(list(map(unguarded, row)) if is_guarded else row, names, mapped, separator, feed)
            entry, reason = _entry(cells, names, by_keys, mapped)
            if entry:
                feed.claim(entry, cells, len(names))
            else:
                feed.reject(reason)
        yield entry


def _rows(feed: "_Feed", separator: str, width: int) -> Iterator[list[str] | None]:
    """The cells of each row, whose lines the feed has; None for one that can't be read, whose lines are rejected."""
    sample = [line for _, line in feed.waiting]
    while True:
        row = None
        try:
            yield from csv_rows(feed, separator, sample)
            return
        except _TooLargeError:
            feed.reject("row_too_large")
        except csv.Error:
            row = feed.reread(separator, width)
        yield row


def _read_header(feed: "_Feed", dump: OpenDump) -> tuple[list[str], str]:
    """The column names and the separator; the lines up to the header are furniture."""
    place, names, separator = header(lines := feed.peek(MAX_PREFACE + 6), dump.reading.columns)
    if not names:  # settings say that it is a table: its first line names the columns
        place = next((at for at, line in enumerate(lines) if line.strip()), 0)
        names = [lines[place].strip()] if lines else []
    feed.skip(place + 1)
    return names, separator


def _is_header(row: list[str], names: list[str]) -> bool:
    """Whether the row names the columns again."""
    said = (" ".join(cell.replace('"', "").split()) for cell in row)
    return any(map(eq, row, names)) and unique_names([*said]) == [name.replace('"', "") for name in names]


def _fitted(row: list[str], names: list[str], mapped: Mapped, separator: str, feed: "_Feed") -> list[str]:
    """The row; if it is too wide, as `_rejoined` reads it, if that is possible."""
    joined = _rejoined(row, names, mapped, separator) if any(row[len(names) :]) else None
    if joined:
        message = (
            "rows with separators in a cell that has no quotes; read with their authors, or their title, as one cell"
        )
        feed.notice_once("row_rejoined", message)
    return joined or row


def _rejoined(row: list[str], names: list[str], mapped: Mapped, separator: str) -> list[str] | None:
    """The row with its authors or its title joined to one cell, if that puts a DOI or a date in its column; else None.

    Rows are too wide if a cell with separators was not quoted.
    """

    def says(row: list[str]) -> int:
        cells = dict(zip(names, row, strict=False))
        dated = sum(bool(parse_date(cells[column])) for column in mapped.get("published", ()))
        return dated + sum(is_doi(cells[column]) for column in mapped.get("doi", ()))

    options = [row]
    for ours in filter(mapped.get, ("authors", "title")):
        at = names.index(mapped[ours][0])
        end = at + 1 + len(row) - len(names)
        pieces = [*row[at : end - 1], row[end - 1].strip().removeprefix("and ")]
        if ours == "title" or not any(map(_OF_TITLE.match, pieces)):
            whole = row[at:end] if ours == "title" else pieces
            options.append([*row[:at], separator.join(whole), *row[end:]])
    best = max(options, key=says)
    return best if best is not row else None


def _entry(row: list[str], names: list[str], rows: Mappings, mapped: Mapped) -> tuple[Entry | None, str]:
    if row and len(row) < len(names) and any(set(names[len(row) :]) & set(mapped.get(ours, ())) for ours in _NEEDED):
        return None, "row_of_other_width"
    behind = {f"#{place}": cell for place, cell in enumerate(row[len(names) :], start=len(names) + 1)}
    cells = dict(zip(names, row, strict=False)) | behind
    return rows.entry(cells | objects) if (objects := objects_in(cells)) else rows.known(cells, mapped), "no_entry"


class _TooLargeError(csv.Error):
    """A row is larger than the limit on an entry."""


class _Feed:
    """Lines for the CSV reader; `lines` are those of the current row.

    It is not a generator, because a generator ends when it raises an error.
    """

    def __init__(self, dump: OpenDump) -> None:
        self.dump, self.source = dump, dump.lines()
        self.lines: Lines = []
        self.waiting: deque[tuple[int, str]] = deque()
        self.size = 0
        self.last_line = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, text = self.waiting.popleft() if self.waiting else next(self.source)
        self.lines.append((number, text))
        self.size += len(text)
        limit = self.dump.reading.max_entry_bytes
        if self.size > limit:
            message = f"a row of more than max_entry_bytes = {limit:,} is not read; is a quote not closed?"
            self.dump.ledger.notice_once(number, "row_too_large", message)
            raise _TooLargeError
        return text + "\n"

    def peek(self, count: int) -> list[str]:
        """The next lines, which will be read again."""
        self.waiting = deque(islice(self.source, count))
        return [text for _, text in self.waiting]

    def sample(self, separator: str) -> list[list[str]]:
        """The rows in the peeked lines, up to any error; the last may be incomplete."""
        rows, lines = list[list[str]](), [text for _, text in self.waiting]
        with suppress(csv.Error):
            rows.extend(csv_rows(lines, separator, lines))
        return rows

    def skip(self, count: int) -> None:
        """Mark the next lines as furniture."""
        for _ in range(min(count, len(self.waiting))):
            self.last_line, text = self.waiting.popleft()
            if text.strip():
                self.dump.ledger.mark(self.last_line, Fate.FURNITURE)

    def reread(self, separator: str, width: int) -> list[str] | None:
        """The cells of the row's first line, with quotes read leniently; None if there are not `width` of them.

        Empty cells may follow them. The lines after it will be read again, as an open quote takes them along.
        """
        ways = (split_leniently(self.lines[0][1], separator), self.lines[0][1].split(separator))
        row = next((row for row in ways if len(row) >= width and not any(row[width:])), None)
        self.waiting.extendleft(reversed(self.lines[1:]))
        del self.lines[1:]
        if row:
            self.notice_once("row_quotes", "quotes inside a quoted cell are not doubled; the row was read by its width")
        else:
            self.reject("row_unreadable")
        return row

    def notice_once(self, code: str, message: str) -> None:
        """Tell something about the row, unless it was told of another one."""
        self.dump.ledger.notice_once(self.lines[0][0], code, message)

    def claim(self, entry: Entry, row: list[str], width: int) -> None:
        """Give the row's lines to its entry, and begin another row."""
        if any(row[width:]):
            said = f"expected rows of {width} cells, found {len(row)}"
            self.notice_once("row_of_other_width", f"{said}; cells beyond them are in other_fields, by position")
        entry.line_start, entry.line_end = self.lines[0][0], self.lines[-1][0]
        self.dump.ledger.claim(entry.line_start, entry.line_end)
        self.forget()

    def pass_over(self) -> None:
        """Mark the lines of the row as furniture, and begin another row."""
        for number, text in self.lines:
            if text.strip():
                self.dump.ledger.mark(number, Fate.FURNITURE)
        self.forget()

    def forget(self) -> None:
        """Begin another row."""
        self.lines.clear()
        self.size = 0

    def reject(self, reason: str) -> None:
        """Reject the lines of the row except blank ones, and begin another row."""
        for number, text in self.lines:
            if self.dump.ledger.fate(number) is None:
                self.dump.ledger.reject(number, reason, text)
        self.forget()


FORMAT = Format("csv_table", "a line of column names with a title or an abstract", recognises, extract)
