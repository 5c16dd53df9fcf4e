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

    @cached_property
    def values(self) -> dict[str, list[str]]:
        """Values by tag, each with the lines that go on with it."""
        return {tag: [" ".join(p for p in parts if p) for parts in all_] for tag, all_ in self.parts.items()}

    def first(self, *tags: str) -> str | None:
        """First value of the first of these tags that has one."""
        return next((value for tag in tags for value in self.values.get(tag, []) if value), None)

    def all(self, *tags: str) -> list[str]:
        """All values of these tags."""
        return [value for tag in tags for value in self.values.get(tag, []) if value]


def read_tagged(
    dump: OpenDump, tag: re.Pattern[str], start: str, end: str | None, make: Callable[[Fields], Entry | None]
) -> Iterator[Entry | None]:
    """Entries that begin with the tag `start` and end with `end`, or where the next begins.

    `tag` has the groups 1 (tag) and 2 (value); a line without goes on with the value before it. Lines outside of
    entries, and entries of which nothing is made, are rejected.
    """
    ledger, limit = dump.ledger, dump.reading.max_entry_bytes
    current: Fields | None = None
    last: str | None = None
    texts: list[tuple[int, str]] = []

    def close(reason: str = "no_entry") -> Iterator[Entry | None]:
        nonlocal current, last
        entry = make(current) if current and reason == "no_entry" else None
        if entry and current:
            entry.line_start, entry.line_end = current.line_start, current.line_end
            ledger.claim(entry.line_start, entry.line_end)
            yield entry
        else:
            for number, text in texts:
                ledger.reject(number, reason, text)
            yield None
        current, last = None, None
        texts.clear()

    for line, text in dump.lines():
        if ledger.fate(line) is Fate.BLANK:
            continue
        found = tag.match(text)
        name = found[1] if found else None
        if name == start:
            if current and end:
                ledger.notice(
                    line, "entry_not_ended", f"the entry of line {current.line_start:,} does not end with {end!r}; kept"
                )
            yield from close()
            current = Fields(line, line)
        if current is None:
            ledger.reject(line, "outside_entry", text)
            yield None
            continue
        texts.append((line, text))
        current.line_end = line
        current.size += len(text)
        if current.size > limit:
            ledger.notice_once(
                line, "entry_too_large", f"an entry of more than max_entry_bytes = {limit:,} is not read"
            )
            yield from close("entry_too_large")
        elif name == end and end:
            yield from close()
        elif found and name:
            current.parts.setdefault(name, []).append([found[2].strip()])
            last = name
        elif last:
            current.parts[last][-1].append(text.strip())
    if current and end:
        ledger.notice(current.line_end, "entry_cut", "the dump ends inside this entry; kept with what there is")
    yield from close()
