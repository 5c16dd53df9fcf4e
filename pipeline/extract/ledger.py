"""The fate of every line: part of a record, furniture, blank, or rejected with a reason. Nothing vanishes.

A ledger is drained while the dump is read, so its memory does not grow with the dump.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
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


class Drained(NamedTuple):
    """Rows of line_spans, rejected_lines and notices, without the dump's id."""

    spans: list[tuple[int, int, str]]
    rejected: list[tuple[int, str, str, int]]
    notices: list[tuple[int, str, str]]


@dataclass
class LineLedger:
    """Fates of the lines of one dump that were not drained yet; line numbers start at 1.

    `settled` is the number of lines that were drained; `told` are codes of which the first notice was given.
    """

    settled: int = 0
    _fates: dict[int, Fate] = field(default_factory=dict)
    _rejected: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    _notices: list[tuple[int, str, str]] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    def fate(self, line: int) -> Fate | None:
        """Fate of a line, None where it has none yet."""
        return self._fates.get(line)

    def mark(self, line: int, fate: Fate) -> None:
        """Give a line its fate; raises ValueError when it already has one."""
        if line in self._fates:
            raise ValueError(f"line {line} already is {self._fates[line]}, it can't become {fate}")
        self._fates[line] = fate

    def mark_all(self, lines: Iterable[int], fate: Fate) -> None:
        """Give lines their fate; raises ValueError where one already has one."""
        marked = dict.fromkeys(lines, fate)
        if not self._fates.keys().isdisjoint(marked):
            raise ValueError(
                f"lines {sorted(self._fates.keys() & marked)} already have a fate, they can't become {fate}"
            )
        self._fates |= marked

    def claim(self, line_start: int, line_end: int) -> None:
        """Give an entry its first line, and those of its others that have no fate; entries may share lines."""
        self._fates[line_start] = Fate.RECORD
        self.fill(line_start + 1, line_end, Fate.RECORD)

    def fill(self, line_start: int, line_end: int, fate: Fate) -> None:
        """Give a fate to those of these lines that have none."""
        for line in range(line_start, line_end + 1):
            self._fates.setdefault(line, fate)

    def reject(self, line: int, reason_code: str, text: str, length: int | None = None) -> None:
        """Reject a line, keeping an excerpt of it; `length` is given where `text` is not the whole line.

        On a line that an entry claims, before or after, the rejection becomes a notice: the line is a record's.
        """
        if self._fates.get(line) is not Fate.RECORD:
            self._fates[line] = Fate.REJECTED
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
        line = self.settled + 1
        while line in self._fates:
            line += 1
        return line

    def drain(self, *, before: int | None = None) -> Drained:
        """Hand over, and forget, what is known of the lines below `before` (None: of all), as rows.

        Spans: runs of lines of one fate, in order: line_start, line_end (inclusive), fate; with those of earlier
        calls they cover the dump. Rejected lines: line, reason_code, text (an excerpt), length (characters of
        the whole line). Notices: line, code, message.

        Raises ValueError when a line was given no fate: that is a fault of the extractor.
        """
        stop = max(self._fates, default=self.settled) + 1 if before is None else before
        runs = self._runs(range(self.settled + 1, stop))
        self.settled = max(self.settled, stop - 1)
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

    def _runs(self, lines: range) -> list[tuple[int, int, str]]:
        """Take these lines' fates out, as runs of one fate: first line, last line, fate."""
        runs, last = [], lines.start - 1
        try:
            for fate, alike in groupby(map(self._fates.pop, lines)):
                first, last = last + 1, last + len(list(alike))
                runs.append((first, last, str(Fate(fate))))
        except KeyError as missing:
            raise ValueError(f"line {missing} was given no fate") from None
        return runs


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
