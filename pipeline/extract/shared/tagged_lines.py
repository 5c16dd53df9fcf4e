"""Lines that start with a tag, and lines that go on with it: RIS, NBIB and their like, as a stream."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import OpenDump


@dataclass
class Fields:
    """One entry while it is being read: the lines that it spans, and what they say by tag."""

    line_start: int
    line_end: int
    parts: dict[str, list[list[str]]] = field(default_factory=dict)
    size: int = 0
    order: list[tuple[str, list[str]]] = field(default_factory=list)

    def add(self, tag: str, value: str) -> None:
        """Begin a value of a tag."""
        parts = [value]
        self.parts.setdefault(tag, []).append(parts)
        self.order.append((tag, parts))

    @cached_property
    def values(self) -> dict[str, list[str]]:
        """Values by tag, each with the lines that go on with it."""
        return {tag: [" ".join(p for p in parts if p) for parts in all_] for tag, all_ in self.parts.items()}

    def first(self, *tags: str) -> str | None:
        """First value of the first of these tags that has one."""
        for tag in tags:
            for value in self.values.get(tag, ()):
                if value:
                    return value
        return None

    def all(self, *tags: str) -> list[str]:
        """All values of these tags in the order in which they stand; what one tag says, another does not say again."""
        known = [tag for tag in tags if tag in self.parts]
        if len(known) < 2:
            return [value for tag in known for value in self.values[tag] if value]
        found = dict[str, str]()
        said = [(tag, " ".join(p for p in parts if p)) for tag, parts in self.order if tag in known]
        return [value for tag, value in said if value and found.setdefault(value, tag) == tag]

    def lines(self, *tags: str) -> list[str]:
        """Lines of the first of these tags that has any, each as a value of its own."""
        return next(
            (found for tag in tags if (found := [p for parts in self.parts.get(tag, []) for p in parts if p])), []
        )


def read_tagged(
    dump: OpenDump,
    tag: re.Pattern[str],
    start: str,
    end: str | None,
    make: Callable[[Fields], Entry | None],
    *,
    telling: tuple[str, ...] = (),
    furniture: re.Pattern[str] | None = None,
) -> Iterator[Entry | None]:
    """Entries that begin with the tag `start` and end with `end`, or where the next begins.

    `tag` has the groups 1 (tag) and 2 (value); a line without goes on with the value before it. Lines outside of
    entries, and entries of which nothing is made, are rejected. telling: tags of which one before `start` says that the entry began
    earlier, where `start` may stand inside of it; without any, it always begins the entry. furniture: lines between entries
    that belong to the file.
    """
    yield from _Reader(dump, tag, start, end, make, telling, furniture).read()


@dataclass
class _Reader:
    """The entry that is being read, and the lines that it has so far."""

    dump: OpenDump
    tag: re.Pattern[str]
    start: str
    end: str | None
    make: Callable[[Fields], Entry | None]
    telling: tuple[str, ...]
    furniture: re.Pattern[str] | None
    current: Fields | None = None
    last: list[str] | None = None
    texts: list[tuple[int, str]] = field(default_factory=list)

    def read(self) -> Iterator[Entry | None]:
        ledger, limit, match = self.dump.ledger, self.dump.reading.max_entry_bytes, self.tag.match
        for line, text in self.dump.lines():
            if ledger.fate(line) is Fate.BLANK:
                continue
            found = match(text)
            name = found[1] if found else None
            if (name == self.start or self.current is None) and self._begins(name):
                if self.current and self._is_stray():
                    yield from self._close("outside_entry")
                if self.current and self.end:
                    message = f"the entry of line {self.current.line_start:,} does not end with {self.end!r}; kept"
                    ledger.notice(line, "entry_not_ended", message)
                yield from self._close()
                self.current = Fields(line, line)
            if self.current is None:
                if self.furniture and self.furniture.match(text):
                    ledger.mark(line, Fate.FURNITURE)
                else:
                    ledger.reject(line, "outside_entry", text)
                yield None
                continue
            self.texts.append((line, text))
            self.current.line_end = line
            self.current.size += len(text)
            if self.current.size > limit:
                message = f"an entry of more than max_entry_bytes = {limit:,} is not read"
                ledger.notice_once(line, "entry_too_large", message)
                yield from self._close("entry_too_large")
            elif name == self.end and self.end:
                yield from self._close()
            elif found and name:
                self.current.add(name, (found[2] or "").strip())
                self.last = self.current.order[-1][1]
            elif self.last is not None:
                self.last.append(text.strip())
        if self.current and self.end:
            message = "the dump ends inside this entry; kept with what there is"
            ledger.notice(self.current.line_end, "entry_cut", message)
        yield from self._close()

    def _begins(self, name: str | None) -> bool:
        """Whether a line with this tag begins an entry."""
        if name is None or name == self.end:
            return False
        if self.current is None or not self.telling:
            return name == self.start or bool(self.telling)
        return name == self.start and (name in self.current.parts or self._is_stray())

    def _is_stray(self) -> bool:
        """Whether the lines so far are of no entry: they have neither its start nor anything that it would say."""
        known = self.current.parts if self.current else {}
        return bool(self.telling) and self.start not in known and not any(tag in known for tag in self.telling)

    def _close(self, reason: str = "no_entry") -> Iterator[Entry | None]:
        entry = self.make(self.current) if self.current and reason == "no_entry" else None
        if entry and self.current:
            entry.line_start, entry.line_end = self.current.line_start, self.current.line_end
            self.dump.ledger.claim(entry.line_start, entry.line_end)
            yield entry
        else:
            for number, text in self.texts:
                self.dump.ledger.reject(number, reason, text)
            yield None
        self.current, self.last = None, None
        self.texts.clear()
