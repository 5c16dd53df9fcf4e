"""Fields that exports split or join: names, pages, terms; and cells that are missing, guarded, or notes of ours."""

import re

#: Separators of terms; the first one that a text has splits it: "Animals, Laboratory; Mice" are two.
_BETWEEN = (";", "|", ",")

#: How the notes of our own export begin.
_EXPORT_NOTE = "papersieve: "

#: What programs write for a missing or broken value, in lower case; and other marks, which may be titles.
_OF_PROGRAMS = frozenset(("n/a", "#n/a", "nan", "<na>", "nat", "#value!", "#ref!", "#name?"))
_MISSING = _OF_PROGRAMS | {"na", "nr", "null", "none", "[]", "-", "–", "—"}
_LONGEST_MISSING = 8

#: What makes a spreadsheet read a cell as a formula if it begins so, and the apostrophe of a guarded cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
#: The number of an article that has no pages, as Scopus and PubMed write it.
ARTICLE_NUMBER = re.compile(r"[A-Za-z]{0,3}\d{1,12}")


def is_missing(text: str, *, in_title: bool = False) -> bool:
    """Whether a field holds only a mark for a missing value.

    >>> is_missing("NaN"), is_missing(" None "), is_missing("12"), is_missing("None", in_title=True)
    (True, True, False, False)
    """
    if len(text) > _LONGEST_MISSING:
        return False
    return text.strip().lower() in (_OF_PROGRAMS if in_title else _MISSING)


def inverted(family: str | None, given: str | None) -> str | None:
    """A name in catalogue order; the family name alone if there is no given name.

    >>> inverted("Gale", "Hugh"), inverted("Gale", None)
    ('Gale, Hugh', 'Gale')
    """
    return f"{family}, {given}" if family and given else family


def page_range(first: str | None, last: str | None) -> str | None:
    """The pages from a first to a last one, either of which may be missing; None if both are.

    >>> page_range("11", "19"), page_range("e12", None), page_range("S105", "nan")
    ('11-19', 'e12', 'S105')
    """
    return "-".join(page for page in (first, last) if page and not is_missing(page)) or None


def split_terms(text: str) -> list[str]:
    """The keywords, names or links in one text.

    >>> split_terms("Animals, Laboratory; Mice"), split_terms("mice, rats"), split_terms("Animals, Laboratory;")
    (['Animals, Laboratory', 'Mice'], ['mice', 'rats'], ['Animals, Laboratory'])
    """
    separator = next((sign for sign in _BETWEEN if sign in text), None)
    return [term for part in text.split(separator) if (term := part.strip())] if separator else [text.strip()]


def joined_terms(terms: list[str]) -> str:
    """The terms as one text, which `split_terms` can split again.

    >>> joined_terms(["mice", "rats"]), joined_terms(["Animals, Laboratory"]), joined_terms(["mice"])
    ('mice; rats', 'Animals, Laboratory;', 'mice')
    """
    text = "; ".join(terms)
    return f"{text};" if len(terms) == 1 and any(sign in text for sign in _BETWEEN) else text


def guarded(cell: str) -> str:
    """The text of a cell, with an apostrophe before it if a spreadsheet would read it as a formula.

    >>> guarded("=1+1"), guarded("'Tis so"), guarded("Bees")
    ("'=1+1", "''Tis so", 'Bees')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """The text of a cell before it was `guarded`.

    >>> unguarded("'=1+1"), unguarded("''Tis so"), unguarded("Bees")
    ('=1+1', "'Tis so", 'Bees')
    """
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def export_note(text: str) -> str:
    """A note that our export adds to a reference, marked so that readers don't take it for part of the paper."""
    return _EXPORT_NOTE + text


def is_export_note(text: str) -> bool:
    """Whether a text is an `export_note`."""
    return text.startswith(_EXPORT_NOTE)
