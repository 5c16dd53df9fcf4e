"""What a comma means in a table's column of authors: that is told by all rows, not by one."""

import re
from collections.abc import Iterable
from typing import Any

from papersieve.pipeline.extract.shared.column_names import Mapped
from papersieve.pipeline.extract.shared.names import is_group

#: Fewest lists of authors that show that every name has a comma, and one in how many may be of another form.
_FEWEST, _ONE_IN = 8, 20
#: The comma after a family name and a given name.
_SECOND = re.compile(r"([^,]+,[^,]+),\s*")


def separate_names(rows: Iterable[list[str]], names: list[str], mapped: Mapped) -> bool | None:
    """Whether commas may separate the authors in the rows of a table; None if every second one does.

    They don't if a row separates its authors by semicolons. Every second one does if lists have family and given names
    in turn, as rispy and ASReview write them.
    """
    places = [names.index(column) for column in mapped.get("authors", ())]
    cells = [row[at] for row in rows for at in places if at < len(row)]
    if any(";" in cell for cell in cells):
        return False
    return None if _are_pairs([cell.split(",") for cell in cells if cell.count(",") > 1]) else True


def _are_pairs(lists: list[list[str]]) -> bool:
    """Whether nearly all lists have an even number of parts, and most parts in first place are a single word."""
    families = [part.strip() for parts in lists for part in parts[::2]]
    odd = sum(len(parts) % 2 for parts in lists)
    is_even = len(lists) >= _FEWEST and odd <= 1 + len(lists) // _ONE_IN
    return is_even and 2 * sum(" " not in family for family in families) > len(families)


def with_semicolons(value: Any) -> Any:
    """The authors, of whom every second comma separates two, with semicolons there if nothing else separates them.

    >>> with_semicolons("Gale, Hugh, de Holt, Jane, Lamp, Ada B")
    'Gale, Hugh; de Holt, Jane; Lamp, Ada B'
    >>> with_semicolons("Gale, Hugh; Holt, Jane"), with_semicolons("Tower Institute, Old Town, Gale, Hugh")
    ('Gale, Hugh; Holt, Jane', 'Tower Institute, Old Town, Gale, Hugh')
    """
    if not isinstance(value, str) or value[:1] == "[" or any(sign in value for sign in (";", "|", "&", " and ")):
        return value
    return value if is_group(value.partition(",")[0]) else _SECOND.sub(r"\1; ", value)


def with_commas(pieces: list[str]) -> list[str]:
    """The names with the commas that R's synthesisr wrote as "and"; none if it did not.

    >>> with_commas(["Gale and Hugh", "Holt and Jane B.", "Fenn, A. Lou"]), with_commas(["Barrow and Sons", "Holt"])
    (['Gale, Hugh', 'Holt, Jane B.', 'Fenn, A. Lou'], [])
    """
    joined = sum(" and " in piece for piece in pieces)
    is_so = joined > 1 and all(piece.count(" and ") + piece.count(",") == 1 for piece in pieces)
    return [piece.replace(" and ", ", ") for piece in pieces] if is_so else []
