"""The line of a table of text that names its columns, and what separates them."""

import csv

from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.table_columns import is_table, unique_names

_SEPARATORS = ("\t", ",", ";", "|")

#: Lines that may stand before the names of the columns: Excel's `sep=;`, the query and the date of an export.
MAX_PREFACE = 20


def header(lines: list[str], columns: dict[str, str]) -> tuple[int, list[str], str]:
    """(place, names, separator) of the first of these lines that names columns; no names where none does.

    Place: where its last line stands, as spreadsheets break long names inside of quotes.
    """
    for begin in range(len(lines)):
        place, line = _whole(lines, begin)
        for separator in _SEPARATORS:
            names = _names(line, separator)
            if len(names) < 2 or not is_table(names, columns):
                continue
            # A sentence may name one column by chance; then a line as wide has to follow it.
            following = (other.count(separator) == len(names) - 1 for other in lines[place + 1 : place + 6])
            if set(names) & set(columns.values()) or sum(map(len, guess_columns(names).values())) > 1 or any(following):
                return place, names, separator
    return 0, [], ","


def _whole(lines: list[str], begin: int) -> tuple[int, str]:
    """(place of its last line, text) of a row that begins at a line: up to where its quotes are closed, if they are."""
    text = lines[begin].strip("\r\n")
    for place in range(begin, min(begin + MAX_PREFACE, len(lines))):
        text = text if place == begin else f"{text} {lines[place].strip()}"
        if text.count('"') % 2 == 0:
            return place, text
    return begin, lines[begin].strip("\r\n")


def _names(line: str, separator: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return []
    return unique_names(cells) if all(len(name) < 100 for name in cells) else []
