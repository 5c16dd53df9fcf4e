"""Lines that start with a tag, and lines that continue it, as a stream: RIS, NBIB and similar formats."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import OpenDump

#: Matches a line that begins with a tag.
Matcher = Callable[[str], re.Match[str] | None]

#: A tag of two characters and a space, as Web of Science and RefWorks write it.
TAG = re.compile(r"([A-Z][A-Z0-9])(?: (.*))?$")


class Fields:
    """One entry: the lines that it spans, and their values by tag.

    values: by tag; each is one text, with the lines that continue it.
    """

    def __init__(self, line_start: int, line_end: int, said: list[list[str]]) -> None:
        """said: the values in order, each a list of its tag, its first line, and the lines that continue it."""
        self.line_start, self.line_end, self._said = line_start, line_end, said
        self.values = dict[str, list[str]]()
        for each in said:
            self.values.setdefault(each[0], []).append(_text(each))

    def first(self, *tags: str) -> str | None:
        """The first value of the first of these tags that has one."""
        for tag in tags:
            for value in self.values.get(tag, ()):
                if value:
                    return value
        return None

    def all(self, *tags: str) -> list[str]:
        """All values of these tags in order of appearance; a value that another tag repeats is left out."""
        values = self.values
        if values.keys().isdisjoint(tags):
            return []
        known = [tag for tag in tags if tag in values]
        if len(known) < 2:
            return [value for value in values[known[0]] if value]
        found = dict[str, str]()
        texts = ((each[0], _text(each)) for each in self._said if each[0] in known)
        return [text for tag, text in texts if text and found.setdefault(text, tag) == tag]

    def lines(self, *tags: str) -> list[str]:
        """The lines of the first of these tags that has any, each as a value of its own."""
        lines = ([line for said in self._said if said[0] == tag for line in said[1:] if line] for tag in tags)
        return next(filter(None, lines), [])


def _text(said: list[str]) -> str:
    return said[1] if len(said) == 2 else " ".join(filter(None, said[1:]))


@dataclass
class TaggedEntries:
    """Entries that begin with the tag `start` and end with `end`, or where the next begins, as a stream.

    `match` gives a line's tag (group 1) and value (group 2); a line without a match continues the value before it.
    Lines outside entries, and entries that `make` can't read, are rejected. telling: tags that may precede `start` in
    an entry: after one, the first `start` begins no new entry. Without any, each `start` does. furniture: lines between
    entries that belong to the file; opening: the line with which a file begins, also one of several that were joined.
    lines, said: the lines of the entry that is being read, and their values. is_led: whether the first entry begins
    with `start`.
    """

    dump: OpenDump
    match: Matcher
    start: str
    end: str | None
    make: Callable[[Fields], Entry | None]
    telling: tuple[str, ...] = ()
    furniture: re.Pattern[str] | None = None
    opening: re.Pattern[str] | None = None
    lines: list[tuple[int, str]] = field(default_factory=list)
    said: list[list[str]] = field(default_factory=list)
    is_led: bool | None = None

    def __iter__(self) -> Iterator[Entry | None]:
        limit, match, start, end = self.dump.reading.max_entry_bytes, self.match, self.start, self.end
        is_open = bool(self.telling) and not end
        lines, said, size, is_ended = self.lines, self.said, 0, False
        for line, text in self.dump.lines():
            if not text or text.isspace():
                continue
            found = match(text)
            name = found[1] if found else None
            if (is_ended and not self._is_more(name)) or (lines and self.opening and self.opening.match(text)):
                yield self._close()
                is_ended = False
            if (name == start or not lines or is_open) and self._begins(name):
                yield from self._end_before(line)
                size = 0
            elif not lines:
                self._outside(line, text)
                yield None
                continue
            if self.is_led is None:
                self.is_led = name == start
            lines.append((line, text))
            size += len(text)
            if name == end and end:
                is_ended = True
            elif size > limit:
                message = f"an entry of more than max_entry_bytes = {limit:,} is not read"
                self.dump.ledger.notice_once(line, "entry_too_large", message)
                yield self._close("entry_too_large")
            elif found and name:
                said.append([name, (found[2] or "").strip()])
            elif said:
                said[-1].append(text.strip())
        if lines and end and not is_ended:
            message = "the dump ends inside this entry; kept with what there is"
            self.dump.ledger.notice(lines[-1][0], "entry_cut", message)
        yield self._close()

    def _begins(self, name: str | None) -> bool:
        """Whether a line with this tag begins an entry."""
        if name is None or name == self.end:
            return False
        if not self.lines or not self.telling:
            return name == self.start or bool(self.telling)
        if not self.end and not self.is_led and name == self.said[0][0] and self._says(self.start):
            return True  # the tag with which the open entry began, which has its `start` behind it
        return name == self.start and (self._says(name) or self._is_stray())

    def _is_more(self, name: str | None) -> bool:
        """Whether a line after an entry's end still belongs to it: wiso writes the abstract there.

        It does if it has a tag that the entry has not, in a dump whose entries begin with `start`.
        """
        return bool(self.telling and self.is_led and name and name != self.start and not self._says(name))

    def _says(self, *tags: str) -> bool:
        return any(said[0] in tags for said in self.said)

    def _is_stray(self) -> bool:
        """Whether the lines so far belong to no entry: they have neither its `start` nor a `telling` tag."""
        return bool(self.telling) and not self._says(self.start, *self.telling)

    def _end_before(self, line: int) -> Iterator[Entry | None]:
        """Close the open entry, if any, because another one begins at this line."""
        if not self.lines:
            return
        if self._is_stray():
            yield self._close("outside_entry")
        elif self.end:
            message = f"the entry of line {self.lines[0][0]:,} does not end with {self.end!r}; kept"
            self.dump.ledger.notice(line, "entry_not_ended", message)
        yield self._close()

    def _outside(self, line: int, text: str) -> None:
        if self.furniture and self.furniture.match(text):
            self.dump.ledger.mark(line, Fate.FURNITURE)
        else:
            self.dump.ledger.reject(line, "outside_entry", text)

    def _close(self, reason: str = "no_entry") -> Entry | None:
        """The entry of the lines so far; None if there are none, or they are rejected."""
        entry = None
        if self.lines and reason == "no_entry":
            first, last = self.lines[0][0], self.lines[-1][0]
            entry = self.make(Fields(first, last, list(self.said)))
            if entry and entry.is_told:
                entry.line_start, entry.line_end = first, last
            else:
                entry = None
        if not entry:
            for number, text in self.lines:
                self.dump.ledger.reject(number, reason, text)
        self.lines.clear()
        self.said.clear()
        return entry
