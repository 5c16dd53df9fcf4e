"""Papers in the data of HTML pages, meta tags or a table of names and values; and what all readers of pages share."""

import re
from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.table_columns import entry_of

#: Prefixes of the names of meta tags; Dublin Core's is kept, because its tags only fill what the others leave out.
_CITATION, _DUBLIN_CORE = "citation_", "dc."
#: Columns that mark a table of names and values as a paper's.
_OF_PAPERS = {"abstract", "venue", "doi", "arxiv", "pmid"}
#: Words in headings of lists of papers.
_OF_LISTS = re.compile(r"\b(?:accepted|papers?|proceedings|publications|posters?)\b", re.IGNORECASE)


def cited_entries(root: Any) -> Iterator[Entry]:
    """The paper that a page describes in tags such as `<meta name="citation_title" content="…">`."""
    values, lines = dict[str, Any](), list[int]()
    for node in root.iter("meta"):
        name, said = (node.get("name") or "").lower(), (node.get("content") or "").strip()
        if said and name.startswith((_CITATION, _DUBLIN_CORE)):
            values.setdefault(name.removeprefix(_CITATION), []).append(said)
            lines.append(node.sourceline or 1)
    values = {name: said[0] if len(said) == 1 else said for name, said in values.items()}
    is_told = "title" in values or values.keys() >= {"dc.title", "dc.creator"}
    if is_told and (entry := entry_of(values, guess_columns(list(values)))):
        entry.line_start, entry.line_end = min(lines), max(lines)
        yield entry


def card_entries(root: Any) -> Iterator[Entry]:
    """The papers in tables with a name and a value per row, below their titles, as in Zotero's reports."""
    return filter(None, (_card_entry(table, list(table.iter("tr"))) for table in root.iter("table")))


def _card_entry(table: Any, rows: list[Any]) -> Entry | None:
    pairs = [(text_of_node(row[0]), text_of_node(row[1])) for row in rows if [cell.tag for cell in row] == ["th", "td"]]
    if len(pairs) < len(rows) or not pairs:
        return None
    values = dict[str, Any]()
    for name, said in pairs:
        values.setdefault(name or "", []).append(said)
    heading = table.getprevious()
    title = text_of_node(heading) if heading is not None and heading.tag in ("h1", "h2", "h3", "h4") else None
    values = {name: said[0] if len(said) == 1 else said for name, said in values.items()}
    values = {"Title": title} | values if title else values
    mapped = guess_columns(list(values))
    is_paper = "Item Type" in values or mapped.keys() & _OF_PAPERS  # products have an author and a date, too
    entry = entry_of(values, mapped) if is_paper and len(mapped) > 2 else None
    return on_lines(entry, table) if entry else None


def on_lines(entry: Entry, node: Any, last: Any = None) -> Entry:
    """The entry with the lines of an element, or with those from it to the end of `last`."""
    inside = (e for e in (node if last is None else last).iter() if isinstance(e.tag, str))
    entry.line_start = node.sourceline or 1
    entry.line_end = max((e.sourceline or 1 for e in inside), default=entry.line_start)
    return entry


def mentions_papers(root: Any) -> bool:
    """Whether a heading of a page, or its name, mentions papers."""
    headings = " ".join(text_of_node(node) or "" for node in root.iter("title", "h1", "h2", "h3", "h4"))
    return bool(_OF_LISTS.search(headings))


def text_of_node(node: Any) -> str | None:
    """All text in an element, white space as single spaces; None if there is none."""
    return (" ".join("".join(node.itertext()).split()) or None) if node is not None else None
