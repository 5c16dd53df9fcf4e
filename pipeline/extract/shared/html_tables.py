"""Tables on HTML pages: the papers in those whose first row names columns of ours."""

from collections.abc import Iterator
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.html_pages import card_entry, links_of, on_lines, text_of_node
from papersieve.pipeline.extract.shared.table_columns import entry_of, is_table, unique_names

#: The most columns that are read, and the most rows or columns that a cell spans.
_COLUMNS, _SPAN = 100, 1000


def table_entries(root: Any) -> Iterator[Entry]:
    """The papers in the tables of a page."""
    return (entry for table in root.iter("table") for entry in _tabled(table))


def _tabled(table: Any) -> Iterator[Entry]:
    """The papers in a table whose first row names its columns, or the one that a table of names and values is about."""
    rows = list(table.iter("tr"))
    cells = _cells(rows)
    if card := card_entry(table, rows):
        yield card
        return
    names = unique_names([text_of_node(cell) or "" for cell in next(cells, [])])
    if not names_papers(names):
        return
    mapped = guess_columns(names)
    for row, found in zip(rows[1:], cells, strict=True):
        is_heading = any(_span(cell, "colspan") >= len(names) for cell in row)
        if not is_heading and (entry := entry_of(dict(zip(names, map(text_of_node, found), strict=False)), mapped)):
            entry.urls += [link for cell in found if cell is not None for link in links_of(cell)]
            yield on_lines(entry, row)


def _cells(rows: list[Any]) -> Iterator[list[Any]]:
    """The cells of each row by column; one that spans rows is in each of them, one that spans columns in the first."""
    below = dict[int, tuple[int, Any]]()  # by column: in how many of the next rows a cell appears
    for row in rows:
        found, own = list[Any](), [cell for cell in row if cell.tag in ("td", "th")][::-1]
        width = max((at + 1 for at, (count, _) in below.items() if count), default=0)
        while (own or len(found) < width) and len(found) < _COLUMNS:
            count, cell = below.get(len(found), (0, None))
            if count or not own:
                below[len(found)] = max(count - 1, 0), cell
                found.append(cell if count else None)
                continue
            first = own.pop()
            for cell in (first, *[None] * (_span(first, "colspan") - 1)):
                below[len(found)] = _span(first, "rowspan") - 1, cell
                found.append(cell)
        yield found


def _span(cell: Any, name: str) -> int:
    """The number of rows or columns that a cell spans."""
    count = cell.get(name) or "1"
    return min(max(int(count), 1), _SPAN) if count.isdecimal() and len(count) < 6 else 1


def names_papers(names: list[str]) -> bool:
    """Whether columns with these names are those of papers: a title or an abstract, and another column of ours."""
    return bool(names) and is_table(names, {}) and len(guess_columns(names)) > 1
