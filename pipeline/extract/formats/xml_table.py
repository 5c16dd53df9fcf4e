"""Rows in any XML: elements with a title and other fields of papers, such as those of Europe PMC, Scopus and DOAJ."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.mappings import Mappings
from papersieve.pipeline.extract.shared.xml_asked import Asked
from papersieve.pipeline.extract.shared.xml_entries import read_xml
from papersieve.pipeline.extract.shared.xml_papers import is_doubtful, is_paper, is_reference, may_be_paper, paper_names
from papersieve.pipeline.extract.shared.xml_text import root_of, text

#: Root elements of documents that state their own title, author and date, and of lists of other things.
_OTHERS = frozenset(
    "svg package playlist plist project opml gpx kml urlset html mediawiki smil coreproperties nzb score".split()
)
_DOCBOOK = ("docbook.org/ns/docbook", "DTD DocBook")
#: Most levels of nested elements in a row.
_LEVELS = 5


def recognises(head: Head) -> str | None:
    """Elements at any depth have a title and other fields of papers; kinds of documents that describe themselves so
    are excluded.
    """
    root = root_of(head.text)
    if root is None or root.lower() in _OTHERS or any(mark in head.text[:2_000] for mark in _DOCBOOK):
        return None
    found = ", ".join(f"<{name}>" for name in sorted(paper_names(head.text)))
    return f"its elements {found} have a title and what papers have" if found else None


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry per such element, by the names of its children, and from other papers at the same depth."""
    rows, head = Mappings(dump), dump.head()

    def make(e: Element) -> Entry | None:
        value = _value(e, 0)
        return rows.entry(value) if isinstance(value, dict) else None

    found = paper_names(head.text) or {"record": 0}
    yield from read_xml(dump, Asked(set(found), make, joins=_joins, depth=min(found.values())))


def _joins(e: Element) -> bool | None:
    """Whether an element next to papers is one itself; None if it has a title but may be a reference, or no paper."""
    held = [(each.tag, each.text or "") for each in e]
    if not is_reference(e.tag) and (is_paper(e.tag, held) or may_be_paper(e.tag, held)):
        return True
    return None if is_doubtful(e.tag, held) else False


def _value(e: Element, level: int) -> Any:
    """An element as JSON would represent it: its text, or its children by name, with lists for repeated names."""
    is_text = any((child.tail or "").strip() for child in e) or (e.text or "").strip()
    if not len(e) or is_text or level == _LEVELS:
        return text(e)
    values = dict[str, Any]()
    for child in e:
        value = _value(child, level + 1)
        if value is not None:
            values.setdefault(child.tag, []).append(value)
    return {name: said[0] if len(said) == 1 else said for name, said in values.items()} or None


FORMAT = Format(
    "xml_table",
    "XML elements with a title and a DOI, or authors, a venue or a date, and more that papers have",
    recognises,
    extract,
)
