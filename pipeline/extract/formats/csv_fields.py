"""CSV with one field per row, its name first, as Embase exports records: `"TITLE","…"`, `"AUTHOR NAMES","…","…"`."""

import csv
import re
from collections.abc import Iterator

from papersieve.pipeline.extract.entries import Entry, Format, Listing
from papersieve.pipeline.extract.open_dump import Head, OpenDump
from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.table_columns import entry_of
from papersieve.pipeline.extract.shared.tagged_lines import Fields, TaggedEntries

_ROW = re.compile(r'"?([A-Za-z][A-Za-z /()-]{1,60})"?,(.*)$')
#: Rows inspected at the start, and the fewest of our columns that their names must give.
_ROWS, _FEWEST = 40, 3


def recognises(head: Head) -> str | None:
    """The first rows begin with names of fields, a title among them, and the first row names no other."""
    rows = [found for line in head.lines[:_ROWS] if (found := _ROW.match(line))]
    mapped = guess_columns(list(dict.fromkeys(row[1] for row in rows)))
    if "title" not in mapped or len(mapped) < _FEWEST or guess_columns(_cells(rows[0][2])):
        return None
    return f"its rows begin with the names of fields, {', '.join(row[1] for row in rows[:3])}"


def extract(dump: OpenDump) -> Iterator[Entry | Listing | None]:
    """Read one entry from each row that has the name of the first row."""
    with dump.open() as stream:
        line = stream.readline(1 << 10).decode("utf-8", "replace")
    first = _ROW.match(line)
    yield from TaggedEntries(dump, _Rows().match, first[1] if first else "TITLE", None, _entry)


class _Rows:
    """Distinguishes rows from lines that continue a quoted cell, which may contain commas."""

    def __init__(self) -> None:
        self.is_open, self.names = False, set[str]()

    def match(self, line: str) -> re.Match[str] | None:
        """The row on a line, if any; inside quotes only names seen before count, as a quote may be missing."""
        found = _ROW.match(line)
        if found and self.is_open and found[1] not in self.names:
            found = None
        elif found:
            self.names.add(found[1])
        self.is_open = (self.is_open and not found) != (line.count('"') % 2 == 1)
        return found


def _cells(text: str) -> list[str]:
    try:
        return next(csv.reader([text], strict=False), [])
    except csv.Error:
        return [text]


def _entry(fields: Fields) -> Entry | None:
    cells = {name: [cell for text in texts for cell in _cells(text) if cell] for name, texts in fields.values.items()}
    mapped = guess_columns(list(cells))
    many = {column for ours in ("authors", "categories", "urls") for column in mapped.get(ours, ())}
    return entry_of({name: values if name in many else " ".join(values) for name, values in cells.items()}, mapped)


FORMAT = Format("csv_fields", 'CSV whose rows are fields, such as \'"TITLE","…"\'', recognises, extract)
