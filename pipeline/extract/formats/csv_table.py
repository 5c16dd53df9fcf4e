"""Rows as text, separated by commas, tabs or semicolons, under a line of column names; read as a stream."""

import csv
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.table_columns import entry_of, guess_columns, is_table, mapping

_SEPARATORS = ("\t", ",", ";", "|")


def recognises(head: Head) -> str | None:
    """The first line names columns, one of which can be a title or an abstract."""
    if not head.lines:
        return None
    first = head.text.lstrip("\ufeff\r\n \t").partition("\n")[0].rstrip("\r")
    for separator in _SEPARATORS:
        names = _names(first, separator)
        is_known = bool(head.columns) or len(guess_columns(names)) > 1
        # A sentence may name one column by chance; then a line as wide has to follow it.
        if len(names) > 1 and is_table(names, head.columns) and (is_known or _follows(head, separator, len(names))):
            return f"its first line names the columns {', '.join(names[:12])}"
    return None


def _follows(head: Head, separator: str, width: int) -> bool:
    return any(line.count(separator) == width - 1 for line in head.lines[1:6])


def _names(line: str, separator: str) -> list[str]:
    try:
        row = next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return []
    return [name.strip() for name in row] if len(row) == len(set(row)) and all(len(n) < 100 for n in row) else []


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry a row; a row of another width than the first, or that can't be read, is rejected."""
    csv.field_size_limit(2**31 - 1)  # the limit on an entry holds before it
    feed, ledger, columns = _Feed(dump), dump.ledger, dump.reading.columns
    first = next((line for line in feed if line.strip()), None)
    if first is None:
        return
    number = feed.lines[-1][0]
    readings = [(separator, _names(first.strip("\r\n"), separator)) for separator in _SEPARATORS]
    separator, names = next(
        ((s, n) for s, n in readings if len(n) > 1 and is_table(n, columns)), (",", [first.strip()])
    )
    mapped, said = mapping(names, dump.reading)
    ledger.mark(number, Fate.FURNITURE)
    ledger.notice(number, "columns", said)
    feed.forget()
    rows = csv.reader(feed, delimiter=separator, strict=True)
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            feed.reject("row_too_large" if isinstance(error, _TooLargeError) else "row_unreadable")
            yield None
            rows = csv.reader(feed, delimiter=separator, strict=True)
            continue
        if row is None:
            return
        entry, reason = _entry(row, names, mapped)
        if entry:
            entry.line_start, entry.line_end = feed.lines[0][0], feed.lines[-1][0]
            ledger.claim(entry.line_start, entry.line_end)
            feed.forget()
            yield entry
        else:
            feed.reject(reason)
            yield None


def _entry(row: list[str], names: list[str], mapped: dict[str, str]) -> tuple[Entry | None, str]:
    if row and (len(row) < len(names) or any(row[len(names) :])):
        return None, "row_of_other_width"
    return entry_of(dict(zip(names, row, strict=False)), mapped), "no_entry"


class _TooLargeError(csv.Error):
    """A row that goes on beyond the limit on an entry."""


class _Feed:
    """Lines for the reader of rows, and those among them that no row was made of yet.

    No generator: an error that it raises must not end it.
    """

    def __init__(self, dump: OpenDump) -> None:
        self.dump, self.source = dump, dump.lines()
        self.lines: list[tuple[int, str]] = []
        self.size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, text = next(self.source)
        self.lines.append((number, text))
        self.size += len(text)
        limit = self.dump.reading.max_entry_bytes
        if self.size > limit:
            message = f"a row of more than max_entry_bytes = {limit:,} is not read; is a quote not closed?"
            self.dump.ledger.notice_once(number, "row_too_large", message)
            raise _TooLargeError
        return text + "\n"

    def forget(self) -> None:
        """Begin another row."""
        self.lines.clear()
        self.size = 0

    def reject(self, reason: str) -> None:
        """Reject the lines of the row, save blank ones, and begin another."""
        for number, text in self.lines:
            if self.dump.ledger.fate(number) is None:
                self.dump.ledger.reject(number, reason, text)
        self.forget()


FORMAT = Format("csv_table", "a first line of column names with a title or an abstract", recognises, extract)
