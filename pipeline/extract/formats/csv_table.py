"""Text tables with cells separated by commas, tabs or semicolons under a line of column names; read as a stream."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice, pairwise
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
from papersieve.pipeline.extract.shared.table_header import MAX_PREFACE, csv_rows, header

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
    feed, ledger = _Feed(dump), dump.ledger
    names, separator = _read_header(feed, dump)
    if not names:
        return
    mapped, said = mapping(names, dump.reading)
    ledger.notice(feed.last_line, "columns", said)
    by_commas = author_commas.separate_names(feed.sample(separator), names, mapped)
    by_keys = Mappings(dump, by_commas=by_commas, is_told=True)
    sample = [line for _, line in feed.waiting]
    rows = csv_rows(feed, separator, sample)
    is_guarded = {"id", "other_fields", "format", "notes"} <= set(names)  # columns of our own export
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            too_large = isinstance(error, _TooLargeError)
            row = [] if too_large else feed.reread(separator, len(names))
            rows = csv_rows(feed, separator, sample)
            if not row:
                if not too_large:  # a quote that does not close takes other rows along
                    feed.put_back()
                feed.reject("row_too_large" if too_large else "row_unreadable")
                yield None
                continue
        if row is None:
            return
        if _is_header(row, names):
            feed.pass_over()  # of another table, appended to the first
            yield None
            continue
        row = list(map(unguarded, row)) if is_guarded else row
        if any(row[len(names) :]) and (joined := _rejoined(row, names, mapped, separator)):
            row = joined
            message = "rows with separators in a cell that has no quotes; read with their authors, or their title, as one cell"
            ledger.notice_once(feed.lines[0][0], "row_rejoined", message)
        entry, reason = _entry(row, names, by_keys, mapped)
        if entry:
            if any(row[len(names) :]):
                ledger.notice_once(feed.lines[0][0], "row_of_other_width", _wide(len(row), len(names)))
            entry.line_start, entry.line_end = feed.lines[0][0], feed.lines[-1][0]
            ledger.claim(entry.line_start, entry.line_end)
            feed.forget()
            yield entry
        else:
            feed.reject(reason)
            yield None


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


def _wide(found: int, expected: int) -> str:
    return f"expected rows of {expected} cells, found {found}; cells beyond them are in other_fields, by position"


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


def split_leniently(line: str, separator: str) -> list[str]:
    r"""The cells of a line with unescaped quotes inside quoted cells: a quote ends a cell only before a separator.

    >>> split_leniently('"a "b" c","d, e",f', ",")
    ['a "b" c', 'd, e', 'f']
    """
    cells, start, quoted = list[str](), 0, line[:1] == '"'
    for at, (sign, following) in enumerate(pairwise(line + separator)):
        is_end = following == separator and (sign == '"' and at > start if quoted else True)
        if is_end and (quoted or sign != separator or at >= start):
            cells.append(line[start : at + 1])
            start = at + 2
            quoted = line[start : start + 1] == '"'
    return [_unquoted(cell) for cell in cells]


def _unquoted(cell: str) -> str:
    inner = cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell
    return inner.replace('\\"', '"').replace('""', '"')


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

    def reread(self, separator: str, width: int) -> list[str]:
        """The cells of the row's first line, with quotes read leniently; empty if there are not `width` of them.

        Empty cells may follow them. The lines after it will be read again.
        """
        first = self.lines[0][1]
        ways = (split_leniently(first, separator), first.split(separator))
        row = next((row for row in ways if len(row) >= width and not any(row[width:])), [])
        if not row:
            return []
        number = self.lines[0][0]
        message = "quotes inside a quoted cell are not doubled; the row was read by its width"
        self.dump.ledger.notice_once(number, "row_quotes", message)
        self.put_back()
        return row

    def put_back(self) -> None:
        """Keep only the first line of the row; those after it will be read again."""
        self.waiting.extendleft(reversed(self.lines[1:]))
        del self.lines[1:]

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
