"""The fate of every line: part of a record, furniture, blank, or rejected with a reason. No line goes without one.

A ledger is drained while its dump is read, so its memory does not grow with the dump.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple

#: Most characters kept of a rejected line; its true length is stored with it.
EXCERPT_CHARS = 1_000

#: A ledger that holds this many lines should be drained.
HEAVY_LINES = 100_000

_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Fate(StrEnum):
    """The fate of one line of a dump."""

    RECORD = "record"
    FURNITURE = "furniture"
    BLANK = "blank"
    REJECTED = "rejected"


#: Fates by the byte that encodes them; 0 is a line without a fate yet.
_FATES = dict(enumerate(Fate, start=1))
_BYTES = {fate: bytes([number]) for number, fate in _FATES.items()}
#: Consecutive lines with the same fate.
_RUN = re.compile(rb"(.)\1*", re.DOTALL)


class Drained(NamedTuple):
    """Rows of line_spans, rejected_lines and notices, without the dump's id."""

    spans: list[tuple[int, int, str]]
    rejected: list[tuple[int, str, str, int]]
    notices: list[tuple[int, str, str]]

    def behind(self, lines: int) -> "Drained":
        """The same rows with line numbers raised by `lines`."""
        spans = [(first + lines, last + lines, fate) for first, last, fate in self.spans]
        rejected = [(line + lines, code, text, length) for line, code, text, length in self.rejected]
        return Drained(spans, rejected, [(line + lines, code, said) for line, code, said in self.notices])


@dataclass
class LineLedger:
    """Fates of the lines of one dump that have not been drained yet; line numbers start at 1.

    settled: number of lines drained; last: the last line, 0 while unknown; told: codes already noticed once;
    rest: the fate given on draining to lines that have none (None: such a line is an error).
    """

    settled: int = 0
    last: int = field(default=0, compare=False)
    rest: Fate | None = None
    #: One byte per line, starting with the first that has not been drained.
    _fates: bytearray = field(default_factory=bytearray)
    _rejected: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    _notices: list[tuple[int, str, str]] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    def fate(self, line: int) -> Fate | None:
        """The fate of a line; None if it has none yet."""
        at = line - self.settled - 1
        return _FATES.get(self._fates[at]) if 0 <= at < len(self._fates) else None

    def mark(self, line: int, fate: Fate) -> None:
        """Give a line its fate; raises ValueError if it already has one."""
        if line - self.settled == len(self._fates) + 1:  # the next line, the usual case
            self._fates += _BYTES[fate]
            return
        if given := self.fate(line):
            raise ValueError(f"line {line} already is {given}, it can't become {fate}")
        self._set(line, fate)

    def mark_all(self, lines: Iterable[int], fate: Fate) -> None:
        """Give lines their fate; raises ValueError if any already has one."""
        number, before, fates = _BYTES[fate][0], self.settled + 1, self._fates
        for line in lines:
            at = line - before
            if at >= len(fates):
                fates.extend(bytes(at + 1 - len(fates)))
            if at < 0 or fates[at]:
                self.mark(line, fate)
            else:
                fates[at] = number

    def claim(self, line_start: int, line_end: int) -> None:
        """Mark an entry's first line as a record's, and its other lines that have no fate; entries may share lines."""
        self._set(line_start, Fate.RECORD)
        if line_end > line_start:
            self.fill(line_start + 1, line_end, Fate.RECORD)

    def fill(self, line_start: int, line_end: int, fate: Fate) -> None:
        """Give a fate to the lines in this span that have none."""
        start, stop = self._places(line_start, line_end)
        self._fates[start:stop] = self._fates[start:stop].replace(b"\0", _BYTES[fate])

    def _set(self, line: int, fate: Fate) -> None:
        start, stop = self._places(line, line)
        self._fates[start:stop] = _BYTES[fate] * (stop - start)

    def _places(self, line_start: int, line_end: int) -> tuple[int, int]:
        """Slice bounds of these lines in `_fates`, which is extended to hold them; empty if all were drained."""
        start, stop = max(line_start - self.settled - 1, 0), max(line_end - self.settled, 0)
        if start < stop > len(self._fates):
            self._fates.extend(bytes(stop - len(self._fates)))
        return start, stop

    def reject(self, line: int, reason_code: str, text: str, length: int | None = None) -> None:
        """Reject a line and keep an excerpt of it; pass `length` if `text` is not the whole line.

        If an entry claims the line, before or after this call, the line stays a record's and the rejection becomes a
        notice.
        """
        if self.fate(line) is not Fate.RECORD:
            self._set(line, Fate.REJECTED)
        length = len(text) if length is None else length
        self._rejected.setdefault(line, (reason_code, storable(text[:EXCERPT_CHARS]), max(1, length)))

    def notice(self, line: int, code: str, message: str) -> None:
        """Record something a user should know about a line; raises ValueError for lines before the first."""
        if line < 1:
            raise ValueError(f"line {line}: lines are counted from 1")
        self._notices.append((line, code, storable(message)))

    def notice_once(self, line: int, code: str, message: str) -> None:
        """Record a notice unless there was one with this code before."""
        if code not in self.told:
            self.told.add(code)
            self.notice(line, code, message)

    @property
    def is_heavy(self) -> bool:
        """Whether it holds so many lines that they should be drained, even without entries."""
        return len(self._fates) >= HEAVY_LINES

    def first_open(self) -> int:
        """Number of the first line without a fate."""
        at = self._fates.find(b"\0")
        return self.settled + 1 + (len(self._fates) if at < 0 else at)

    def drain(self, *, before: int | None = None) -> Drained:
        """Return, and forget, the fates of the lines before line `before` (None: all lines), and all notices, as rows.

        Spans: runs of lines with the same fate, in order: line_start, line_end (inclusive), fate; together with the
        spans of earlier calls they cover the dump. Rejected lines: line, reason_code, text (an excerpt), length
        (characters of the whole line). Notices: line, code, message.

        Raises ValueError if a line has no fate: that is an error in the extractor.
        """
        stop = max(self.settled + len(self._fates), self.last) + 1 if before is None else before
        runs = self._runs(max(0, stop - 1 - self.settled))
        is_rejected = {n for first, last, fate in runs if fate == Fate.REJECTED for n in range(first, last + 1)}
        rejected = []
        for line in sorted(n for n in self._rejected if n < stop):
            why = self._rejected.pop(line)
            if line in is_rejected:
                rejected.append((line, *why))
            else:
                self._notices.append((line, why[0], f"not read, on a line that holds a record: {why[1][:200]}"))
        notices, self._notices = self._notices, []
        return Drained(runs, rejected, sorted(notices, key=itemgetter(0)))

    def _runs(self, count: int) -> list[tuple[int, int, str]]:
        """Remove the fates of the next `count` lines and return them as runs: first line, last line, fate."""
        taken, before = self._fates[:count].ljust(count, b"\0"), self.settled
        if self.rest:
            taken = taken.replace(b"\0", _BYTES[self.rest])
        if (at := taken.find(b"\0")) >= 0:
            raise ValueError(f"line {before + 1 + at} was given no fate")
        del self._fates[:count]
        self.settled += count
        return [(before + 1 + run.start(), before + run.end(), _FATES[run[0][0]].value) for run in _RUN.finditer(taken)]


def storable(text: str) -> str:
    """Text that any table can hold: lone surrogates and NUL are replaced by U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text
