"""Lines that start with a tag, and lines that go on with it: RIS, NBIB and their like, as a stream."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import OpenDump

#: Matches a line that begins with a tag.
Matcher = Callable[[str], re.Match[str] | None]

#: A tag of two characters and a blank, as Web of Science and RefWorks write it.
TAG = re.compile(r"\ufeff?([A-Z][A-Z0-9])(?: (.*))?$")


@dataclass
class Fields:
    """One entry while it is being read: the lines that it spans, and what they say by tag.

    said: a list of each value as it came: its tag, its first line, then those that go on with it.
    """

    line_start: int
    line_end: int
    said: list[list[str]] = field(default_factory=list)

    @cached_property
    def values(self) -> dict[str, list[str]]:
        """Values by tag, each with the lines that go on with it."""
        values = dict[str, list[str]]()
        for said in self.said:
            values.setdefault(said[0], []).append(_whole(said))
        return values

    def first(self, *tags: str) -> str | None:
        """First value of the first of these tags that has one."""
        for tag in tags:
            for value in self.values.get(tag, ()):
                if value:
                    return value
        return None

    def all(self, *tags: str) -> list[str]:
        """All values of these tags in the order in which they stand; what one tag says, another does not say again."""
        values = self.values
        known = [tag for tag in tags if tag in values]
        if len(known) < 2:
            return [value for value in values[known[0]] if value] if known else []
        found = dict[str, str]()
        said = [(each[0], _whole(each)) for each in self.said if each[0] in known]
        return [value for tag, value in said if value and found.setdefault(value, tag) == tag]

    def lines(self, *tags: str) -> list[str]:
        """Lines of the first of these tags that has any, each as a value of its own."""
        lines = ([line for said in self.said if said[0] == tag for line in said[1:] if line] for tag in tags)
        return next(filter(None, lines), [])


def _whole(said: list[str]) -> str:
    """The lines of a value as one text."""
    return said[1] if len(said) == 2 else " ".join(filter(None, said[1:]))


def read_tagged(
    dump: OpenDump,
    match: Matcher,
    start: str,
    end: str | None,
    make: Callable[[Fields], Entry | None],
    *,
    telling: tuple[str, ...] = (),
    furniture: re.Pattern[str] | None = None,
) -> Iterator[Entry | None]:
    """Entries that begin with the tag `start` and end with `end`, or where the next begins.

    `match` gives groups 1 (tag) and 2 (value) of a line; one without goes on with the value before it. Lines outside of
    entries, and entries of which nothing is made, are rejected. telling: tags of which one before `start` says that the
    entry began earlier, where `start` may stand inside of it; without any, it always begins the entry. furniture: lines
    between entries that belong to the file.
    """
    yield from _Reader(dump, match, start, end, make, telling, furniture).read()


@dataclass
class _Reader:
    """The entry that is being read, and the lines that it has so far."""

    dump: OpenDump
    match: Matcher
    start: str
    end: str | None
    make: Callable[[Fields], Entry | None]
    telling: tuple[str, ...]
    furniture: re.Pattern[str] | None
    current: Fields | None = None
    texts: list[tuple[int, str]] = field(default_factory=list)
    size: int = 0

    def read(self) -> Iterator[Entry | None]:
        limit, match, start, end = self.dump.reading.max_entry_bytes, self.match, self.start, self.end
        for line, text in self.dump.lines():
            if not text or text.isspace():
                continue
            found = match(text)
            name = found[1] if found else None
            if (name == start or self.current is None) and self._begins(name):
                yield from self._end_before(line)
                self.current = Fields(line, line)
            entry = self.current
            if entry is None:
                self._outside(line, text)
                yield None
                continue
            self.texts.append((line, text))
            entry.line_end = line
            self.size += len(text)
            if self.size > limit:
                message = f"an entry of more than max_entry_bytes = {limit:,} is not read"
                self.dump.ledger.notice_once(line, "entry_too_large", message)
                yield from self._close("entry_too_large")
            elif name == end and end:
                yield from self._close()
            elif found and name:
                entry.said.append([name, (found[2] or "").strip()])
            elif entry.said:
                entry.said[-1].append(text.strip())
        if self.current and end:
            message = "the dump ends inside this entry; kept with what there is"
            self.dump.ledger.notice(self.current.line_end, "entry_cut", message)
        yield from self._close()

    def _begins(self, name: str | None) -> bool:
        """Whether a line with this tag begins an entry."""
        if name is None or name == self.end:
            return False
        if self.current is None or not self.telling:
            return name == self.start or bool(self.telling)
        return name == self.start and (self._says(name) or self._is_stray())

    def _says(self, *tags: str) -> bool:
        return self.current is not None and any(said[0] in tags for said in self.current.said)

    def _is_stray(self) -> bool:
        """Whether the lines so far are of no entry: they have neither its start nor anything that it would say."""
        return bool(self.telling) and not self._says(self.start, *self.telling)

    def _end_before(self, line: int) -> Iterator[Entry | None]:
        """Close the entry that another one follows."""
        if self.current and self._is_stray():
            yield from self._close("outside_entry")
        if self.current and self.end:
            message = f"the entry of line {self.current.line_start:,} does not end with {self.end!r}; kept"
            self.dump.ledger.notice(line, "entry_not_ended", message)
        yield from self._close()

    def _outside(self, line: int, text: str) -> None:
        if self.furniture and self.furniture.match(text):
            self.dump.ledger.mark(line, Fate.FURNITURE)
        else:
            self.dump.ledger.reject(line, "outside_entry", text)

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
        self.current, self.size = None, 0
        self.texts.clear()
