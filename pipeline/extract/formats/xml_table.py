"""Rows as XML of any kind: elements with a title and what papers have, such as those of Europe PMC, Scopus and DOAJ."""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import HEAD_BYTES, Head, OpenDump, head_of
from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.mappings import Mappings
from papersieve.pipeline.extract.shared.xml_entries import read_xml
from papersieve.pipeline.extract.shared.xml_text import root_of, text

_TAG = re.compile(r"<(?P<end>/?)(?:[\w.-]+:)?(?P<name>[\w.-]+)(?:\s[^<>]*?)?(?P<empty>/?)>")
#: What elements say of a paper beside its title, one of each: a message has an author too, and a text.
_TELLING = (("authors", "doi"), ("venue", "published", "doi"))
#: Levels of elements in a row.
_LEVELS = 4


def recognises(head: Head) -> str | None:
    """An element below the root has a title in it, authors or a DOI, and a venue or a date."""
    found = _row(head.text) if root_of(head.text) else None
    return f"its <{found}> elements have titles, authors or DOIs, and venues or dates" if found else None


def _row(text: str) -> str | None:
    """Name of the first element below the root whose own elements are those of a paper, as far as it is there."""
    stack = list[tuple[str, list[str]]]()
    for tag in _TAG.finditer(text):
        if not tag["end"] and stack:
            stack[-1][1].append(tag["name"])
        if not tag["end"] and not tag["empty"]:
            stack.append((tag["name"], []))
        elif tag["end"] and len(stack) > 1:
            name, inner = stack.pop()
            if _is_paper(inner):
                return name
    return next((name for name, inner in stack[:0:-1] if _is_paper(inner)), None)


def _is_paper(names: list[str]) -> bool:
    columns = guess_columns(list(dict.fromkeys(names)))
    return "title" in columns and all(any(ours in columns for ours in some) for some in _TELLING)


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry a row, by the names of its elements."""
    with dump.open() as stream:
        head = head_of(stream.read(HEAD_BYTES), {})
    rows = Mappings(dump)

    def make(e: Element) -> Entry | None:
        value = _value(e, 0)
        return rows.entry(value) if isinstance(value, dict) else None

    yield from read_xml(dump, {_row(head.text) or "record"}, make)


def _value(e: Element, level: int) -> Any:
    """An element as JSON would have it: its text, or its elements by name, a list where a name comes again."""
    is_text = any((child.tail or "").strip() for child in e) or (e.text or "").strip()
    if not len(e) or is_text or level == _LEVELS:
        return text(e)
    values = dict[str, Any]()
    for child in e:
        value = _value(child, level + 1)
        if value is not None:
            values.setdefault(child.tag, []).append(value)
    return {name: said[0] if len(said) == 1 else said for name, said in values.items()} or None


FORMAT = Format("xml_table", "XML elements with a title, authors or a DOI, and a venue or a date", recognises, extract)
