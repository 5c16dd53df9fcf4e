"""The fate of every line: part of a record, furniture, blank, or rejected with a reason. Nothing vanishes.

A ledger is drained while the dump is read, so its memory does not grow with the dump.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple

#: Characters of a rejected line that are kept; its true length stands beside it.
EXCERPT_CHARS = 1_000

#: Lines that a ledger holds at a time; more are handed over.
HEAVY_LINES = 100_000

_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Fate(StrEnum):
    """What became of one line of a dump."""

    RECORD = "record"
    FURNITURE = "furniture"
    BLANK = "blank"
    REJECTED = "rejected"


#: Fates by the byte that stands for a line of theirs; 0 is a line that has none yet.
_FATES = dict(enumerate(Fate, start=1))
_BYTES = {fate: bytes([number]) for number, fate in _FATES.items()}
#: Lines of one fate that follow each other.
_RUN = re.compile(rb"(.)\1*", re.DOTALL)


class Drained(NamedTuple):
    """Rows of line_spans, rejected_lines and notices, without the dump's id."""

    spans: list[tuple[int, int, str]]
    rejected: list[tuple[int, str, str, int]]
    notices: list[tuple[int, str, str]]

    def behind(self, lines: int) -> "Drained":
        """The same of lines that stand behind so many others."""
        spans = [(first + lines, last + lines, fate) for first, last, fate in self.spans]
        rejected = [(line + lines, code, text, length) for line, code, text, length in self.rejected]
        return Drained(spans, rejected, [(line + lines, code, said) for line, code, said in self.notices])


@dataclass
class LineLedger:
    """Fates of the lines of one dump that were not drained yet; line numbers start at 1.

    `settled` is the number of lines that were drained, `last` the last line, as far as it is known; `told` are codes of
    which the first notice was given. `rest` is the fate of lines that are drained without one; None: they are a fault.
    """

    settled: int = 0
    last: int = field(default=0, compare=False)
    rest: Fate | None = None
    #: A byte a line, from the first on that was not drained.
    _fates: bytearray = field(default_factory=bytearray)
    _rejected: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    _notices: list[tuple[int, str, str]] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    def fate(self, line: int) -> Fate | None:
        """Fate of a line, None where it has none yet."""
        at = line - self.settled - 1
        return _FATES.get(self._fates[at]) if 0 <= at < len(self._fates) else None

    def mark(self, line: int, fate: Fate) -> None:
        """Give a line its fate; raises ValueError when it already has one."""
        if line - self.settled == len(self._fates) + 1:  # the next line, as nearly always
            self._fates += _BYTES[fate]
            return
        if given := self.fate(line):
            raise ValueError(f"line {line} already is {given}, it can't become {fate}")
        self._set(line, fate)

    def mark_all(self, lines: Iterable[int], fate: Fate) -> None:
        """Give lines their fate; raises ValueError where one already has one."""
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
        """Give an entry its first line, and those of its others that have no fate; entries may share lines."""
        self._set(line_start, Fate.RECORD)
        if line_end > line_start:
            self.fill(line_start + 1, line_end, Fate.RECORD)

    def fill(self, line_start: int, line_end: int, fate: Fate) -> None:
        """Give a fate to those of these lines that have none."""
        start, stop = self._places(line_start, line_end)
        self._fates[start:stop] = self._fates[start:stop].replace(b"\0", _BYTES[fate])

    def _set(self, line: int, fate: Fate) -> None:
        start, stop = self._places(line, line)
        self._fates[start:stop] = _BYTES[fate] * (stop - start)

    def _places(self, line_start: int, line_end: int) -> tuple[int, int]:
        """Where these lines stand among the fates, which are made as many; none where all were drained."""
        start, stop = max(line_start - self.settled - 1, 0), max(line_end - self.settled, 0)
        if start < stop > len(self._fates):
            self._fates.extend(bytes(stop - len(self._fates)))
        return start, stop

    def reject(self, line: int, reason_code: str, text: str, length: int | None = None) -> None:
        """Reject a line, keeping an excerpt of it; `length` is given where `text` is not the whole line.

        On a line that an entry claims, before or after, the rejection becomes a notice: the line is a record's.
        """
        if self.fate(line) is not Fate.RECORD:
            self._set(line, Fate.REJECTED)
        length = len(text) if length is None else length
        self._rejected.setdefault(line, (reason_code, storable(text[:EXCERPT_CHARS]), max(1, length)))

    def notice(self, line: int, code: str, message: str) -> None:
        """Remember something a user should know about a line; raises ValueError where there is no such line."""
        if line < 1:
            raise ValueError(f"line {line}: lines are counted from 1")
        self._notices.append((line, code, storable(message)))

    def notice_once(self, line: int, code: str, message: str) -> None:
        """Remember the first of many things of one kind."""
        if code not in self.told:
            self.told.add(code)
            self.notice(line, code, message)

    @property
    def is_heavy(self) -> bool:
        """Whether so many lines have their fate that they should be drained, entries or not."""
        return len(self._fates) >= HEAVY_LINES

    def first_open(self) -> int:
        """Return the first line that has no fate."""
        at = self._fates.find(b"\0")
        return self.settled + 1 + (len(self._fates) if at < 0 else at)

    def drain(self, *, before: int | None = None) -> Drained:
        """Hand over, and forget, what is known of the lines below `before` (None: of all), as rows.

        Spans: runs of lines of one fate, in order: line_start, line_end (inclusive), fate; with those of earlier
        calls they cover the dump. Rejected lines: line, reason_code, text (an excerpt), length (characters of
        the whole line). Notices: line, code, message.

        Raises ValueError when a line was given no fate: that is a fault of the extractor.
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
        """Take the fates of the next lines out, as runs of one fate: first line, last line, fate."""
        taken, before = self._fates[:count].ljust(count, b"\0"), self.settled
        if self.rest:
            taken = taken.replace(b"\0", _BYTES[self.rest])
        if (at := taken.find(b"\0")) >= 0:
            raise ValueError(f"line {before + 1 + at} was given no fate")
        del self._fates[:count]
        self.settled += count
        return [(before + 1 + run.start(), before + run.end(), _FATES[run[0][0]].value) for run in _RUN.finditer(taken)]


def storable(text: str) -> str:
    """Text that any table can hold: lone surrogates and NUL as the sign for a character that is none."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text
