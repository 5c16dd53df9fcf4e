"""The cells of text tables, the line that names their columns, and the separator."""

import csv
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from papersieve.pipeline.extract.shared.column_names import guess_columns
from papersieve.pipeline.extract.shared.table_columns import is_table, unique_names

if TYPE_CHECKING:
    import _csv

_SEPARATORS = ("\t", ",", ";", "|")

#: A space between a separator and a quote.
_SPACED = re.compile(r', +"(?!")')

#: Lines that may precede the names of the columns: Excel's `sep=;`, the query and the date of an export.
MAX_PREFACE = 20


def csv_rows(lines: Iterable[str], separator: str, sample: Iterable[str]) -> "_csv.Reader":
    """The rows of CSV, as lists of cells. In some tables spaces come before quoted cells, as in the sample.

    Raises csv.Error for stray quotes. Elsewhere spaces are kept, as a cell without quotes may hold separators.
    """
    is_spaced = any(_SPACED.search(line.replace(separator, ",")) for line in sample)
    return csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=is_spaced)


def split_leniently(line: str, separator: str) -> list[str]:
    r"""The cells of a line with unescaped quotes inside quoted cells: a quote ends a cell only before a separator.

    >>> split_leniently('"a "b" c","d, e",f', ",")
    ['a "b" c', 'd, e', 'f']
    """
    cells, start, quoted = list[str](), 0, line[:1] == '"'
    for at, (sign, following) in enumerate(pairwise(line + separator)):
        is_end = following == separator and (sign == '"' and at > start if quoted else True)
        if is_end and (quoted or sign != separator or at >= start):
            cells.append(line[start : at + 1])
            start = at + 2
            quoted = line[start : start + 1] == '"'
    return [_unquoted(cell) for cell in cells]


def _unquoted(cell: str) -> str:
    inner = cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell
    return inner.replace('\\"', '"').replace('""', '"')


def header(lines: list[str], columns: dict[str, str]) -> tuple[int, list[str], str]:
    """(place, names, separator) of the first of these lines that names columns; no names if none does.

    The place is that of its last line, since spreadsheets break long names inside quotes.
    """
    for begin in range(len(lines)):
        place, line = _whole(lines, begin)
        for separator in _SEPARATORS:
            names = _names(line, separator)
            if len(names) < 2 or line.startswith(("- ", "* ")) or not is_table(names, columns):
                continue
            # A sentence may contain one column name by chance, so a line with as many cells has to follow it.
            following = (other.count(separator) == len(names) - 1 for other in lines[place + 1 : place + 6])
            if set(names) & set(columns.values()) or sum(map(len, guess_columns(names).values())) > 1 or any(following):
                return place, names, separator
    return 0, [], ","


def _whole(lines: list[str], begin: int) -> tuple[int, str]:
    """(place of its last line, text) of a row that begins at a line and extends until its quotes close, if they do."""
    text = lines[begin].strip("\r\n")
    for place in range(begin, min(begin + MAX_PREFACE, len(lines))):
        text = text if place == begin else f"{text} {lines[place].strip()}"
        if text.count('"') % 2 == 0:
            return place, text
    return begin, lines[begin].strip("\r\n")


def _names(line: str, separator: str) -> list[str]:
    try:
        cells = next(csv_rows([line], separator, [line]), [])
    except csv.Error:
        return []
    short = [name for name in cells if len(name) < 100 and len(name.split()) < 13]  # others are questions of a form
    return unique_names(cells) if len(short) > len(cells) / 2 else []
