"""JSON in the forms that dumps have: one object per line, read as a stream, or one document with entries inside."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.ledger import Fate
from papersieve.pipeline.extract.open_dump import Head, OpenDump, split_lines
from papersieve.pipeline.extract.shared.json_values import is_deep, python_value

#: Makes an entry from a key ("" in a list) and its value; None if the value is not an entry.
Maker = Callable[[str, Any], Entry | None]

#: Levels of a document that are searched for entries: {"message": {"items": [entry]}} has them on the third, DSpace on
#: the eighth.
_LEVELS = 8

#: An object, or a list of them, as Python prints it: scripts often write objects so, one per line.
_PYTHON = re.compile(r"\s*\[?\s*\{\s*'")

_DECODE = json.JSONDecoder().raw_decode
_SPACE, _BETWEEN = re.compile(r"[ \t\n\r]*"), re.compile(r"[ \t\n\r,]*")


def has_keys(head: Head, *keys: str) -> bool:
    """Whether a head is JSON and contains all of these keys."""
    start = head.text.lstrip()[:1]
    return start in ("{", "[") and all(re.search(rf"""(["']){re.escape(key)}\1\s*:""", head.text) for key in keys)


def read_json(dump: OpenDump, make: Maker, *, head_container: str | None = None) -> Iterator[Entry | None]:
    """Entries of a dump in either form. Objects that are not entries, and text that is not JSON, are rejected.

    `head_container` is a key that documents may have and an object on a line never has.
    """
    if _is_lines(dump, head_container):
        yield from _read_lines(dump, make)
    else:
        yield from read_document(dump, make)


def read_document(dump: OpenDump, make: Maker) -> Iterator[Entry | None]:
    """Entries of a dump that is one document."""
    yield from _Document(dump, make).read()


def _is_lines(dump: OpenDump, container: str | None) -> bool:
    """Whether there is one object per line: the first of several lines is a whole one, or the second starts another."""
    first, end, second = _first_lines(dump)
    if _PYTHON.match(first):
        return True
    if not first.startswith("{") or not second:
        return False
    if container and re.search(rf'"{container}"\s*:\s*\[\s*(?:[{{\]]|$)', first):
        return False
    if end in "[{,":  # the object continues on the next line
        return False
    return second.startswith("{") or end == "}"


def _first_lines(dump: OpenDump) -> tuple[str, str, str]:
    """The start and the last character of the first line with text, and the start of the second; empty if missing."""
    first, end, at = "", "", 0
    for piece in dump.pieces():
        text = piece.data.decode("utf-8", "replace").strip()
        if text and first and piece.line != at:
            return first, end, text
        if text:
            first, end, at = first or text, text[-1], piece.line
    return first, end, ""


def _read_lines(dump: OpenDump, make: Maker) -> Iterator[Entry | None]:
    for line, text in dump.lines():
        if dump.ledger.fate(line) is Fate.BLANK:
            continue
        value, fault = parse(text, dump)
        found = 0
        for entry in _inside("", value, make, 0):
            entry.line_start = entry.line_end = line
            found += 1
            yield entry
        if not found:
            dump.ledger.reject(line, fault or "no_entry", text)
            yield None


def _inside(key: str, value: Any, make: Maker, level: int) -> Iterator[Entry]:
    """The entry that a value is, or the entries inside it: a line may be an API's answer with a list of them."""
    if (entry := make(key, value)) and entry.is_told:
        yield entry
    elif level < _LEVELS and isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else (("", each) for each in value)
        for name, each in members:
            if isinstance(each, dict | list):
                yield from _inside(name, each, make, level + 1)


def parse(text: str, dump: OpenDump) -> tuple[Any, str | None]:
    """The value of a JSON text and None, or None and the reason code."""
    if is_deep(text, dump.reading.max_depth):
        dump.ledger.notice_once(1, "too_deep", f"JSON nested beyond max_depth = {dump.reading.max_depth} is not read")
        return None, "too_deep"
    try:
        return json.loads(text), None
    except (ValueError, RecursionError):  # ValueError: also an integer of thousands of digits
        value = python_value(text) if _PYTHON.match(text) else _in_a_row(text)
        return (value, None) if value else (None, "json_malformed")


def _in_a_row(text: str) -> list[Any] | None:
    """The values of a line with several, as where files whose last line does not end were joined."""
    values, at = list[Any](), 0
    with suppress(ValueError, RecursionError):
        while (at := _end(_SPACE, text, at)) < len(text):
            value, at = _DECODE(text, at)
            values.append(value)
        return values
    return None


def _end(signs: re.Pattern[str], text: str, at: int) -> int:
    """The place behind the signs, if there are any at this place, else the place."""
    found = signs.match(text, at)
    return found.end() if found else at


class _Document:
    """A walk through one document that keeps track of the line."""

    def __init__(self, dump: OpenDump, make: Maker) -> None:
        self.dump, self.make = dump, make
        self.text = dump.text()
        self._line, self._at = 1, 0

    def read(self) -> Iterator[Entry]:
        ledger, lines = self.dump.ledger, split_lines(self.text)
        ledger.rest, ledger.last = Fate.FURNITURE, len(lines)
        ledger.mark_all((number for number, line in enumerate(lines, start=1) if not line.strip()), Fate.BLANK)
        fault, at = None, 0
        if is_deep(self.text, self.dump.reading.max_depth):
            _, fault = parse(self.text, self.dump)
        else:
            try:
                for entry in self._documents():
                    at = entry.line_end
                    yield entry
            except (ValueError, RecursionError, IndexError) as error:
                fault = "json_malformed"
                ledger.notice(at + 1, fault, f"behind line {at:,}, expected JSON to its end, found: {error}")
        for number in range(at + 1, len(lines) + 1) if fault else ():
            if ledger.fate(number) is None:
                ledger.reject(number, fault or "", lines[number - 1])

    def _documents(self) -> Iterator[Entry]:
        """Entries of the document, and of any that follow it, with nothing or commas between them."""
        self.end = self._skip(0)
        while self.end < len(self.text):
            yield from self._visit(self.end, "", 0)
            self.end = self._skip(self.end, _BETWEEN)

    def _skip(self, at: int, signs: re.Pattern[str] = _SPACE) -> int:
        return _end(signs, self.text, at)

    def _line_of(self, at: int) -> int:
        """The line of a place; callers must ask for places in ascending order."""
        if at > self._at:
            self._line, self._at = self._line + self.text.count("\n", self._at, at), at
        return self._line

    def _visit(self, at: int, key: str, level: int) -> Iterator[Entry]:
        """Entries of the value at a place; leaves the place after it in `self.end`.

        A list is visited member by member without being decoded whole, and so is an object that can't be decoded.
        """
        start, sign, value = self._line_of(at), self.text[at], None
        has_members = sign in "[{" and level < _LEVELS
        self.end = at
        if sign != "[" or not has_members:
            try:
                value, self.end = _DECODE(self.text, at)
            except ValueError:
                if not has_members:
                    raise
        if isinstance(value, str) and value[:2] in ('{"', "{'"):  # an object as text, as logging scripts write it
            value = parse(value, self.dump)[0]
        entry = self.make(key, value) if self.end > at and sign != "[" else None
        if entry and entry.is_told:
            entry.line_start, entry.line_end = start, self._line_of(self.end - 1)
            yield entry
        elif has_members:
            yield from self._visit_members(at, sign == "[", level)

    def _visit_members(self, at: int, is_list: bool, level: int) -> Iterator[Entry]:
        close = "]" if is_list else "}"
        at = begin = self._skip(at + 1)
        while self.text[at] != close:
            key = ""
            if not is_list:
                key, at = _DECODE(self.text, at)
                at = self._skip(at)
                if self.text[at] != ":" or not isinstance(key, str):
                    raise ValueError(f"a key without a value at character {at:,}")
                at = self._skip(at + 1)
            first, found = at, 0
            try:
                for entry in self._visit(at, key, level + 1):
                    found += 1
                    yield entry
                at = self._skip(self.end)
                if self.text[at] not in (",", close):
                    raise ValueError(f"neither a comma nor an end at character {at:,}")
            except (ValueError, IndexError) as error:
                at = self._behind(first, begin, error) if is_list else 0
                if not at:
                    raise
                continue
            if is_list and not found and self.text[first] == "{":
                self._reject(first, self.end)
            if self.text[at] == ",":
                at = self._skip(at + 1)
        self.end = at + 1

    def _behind(self, start: int, begin: int, error: Exception) -> int:
        """The place of the next object of a list after a broken one, if each begins a line as the list's first does.

        The first may stand behind the list's bracket. 0 if there is none. begin: the place of the first.
        """
        before = self.text[self.text.rfind("\n", 0, begin) + 1 : begin]
        indent = re.escape(before) if before.strip(" \t") == "" else " ?" if before == "[" else None
        found = re.compile(rf"^{indent}\{{", re.MULTILINE).search(self.text, start + 1) if indent is not None else None
        if not found:
            return 0
        self._reject(start, found.start(), "json_malformed")
        line = self._line_of(found.end() - 1)
        message = f"expected JSON, found: {error}; reading goes on with the object of line {line:,}"
        self.dump.ledger.notice_once(line, "json_malformed", message)
        return found.end() - 1

    def _reject(self, start: int, end: int, reason: str = "no_entry") -> None:
        """Reject an object in a list that is not an entry, since it may have been meant as one."""
        last = self._line_of(end - 1)
        first = last - self.text.count("\n", start, end)
        for number, line in enumerate(self.text[start:end].split("\n"), start=first):
            if self.dump.ledger.fate(number) is not Fate.BLANK:
                self.dump.ledger.reject(number, reason, line)
