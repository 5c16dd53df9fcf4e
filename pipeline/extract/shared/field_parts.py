"""Fields that exports split or join: names, pages, terms; and cells that are missing, guarded, or notes of ours."""

import re

from papersieve.pipeline.preprint_servers import is_preprint_doi

#: Separators of terms; the first one that a text has splits it: "Animals, Laboratory; Mice" are two.
_BETWEEN = (";", "|", ",")

#: How the notes of our own export begin.
_EXPORT_NOTE = "papersieve: "

#: What programs write for a missing or broken value, in lower case; and other marks, which may be titles.
_OF_PROGRAMS = frozenset(("n/a", "na", "&na;", "&na", "#n/a", "nan", "<na>", "nat", "#value!", "#ref!", "#name?"))
_MISSING = _OF_PROGRAMS | {"nr", "null", "none", "[]", "-", "–", "—"}
_LONGEST_MISSING = 8

#: What makes a spreadsheet read a cell as a formula if it begins so, and the apostrophe of a guarded cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
#: The number of an article that has no pages, as Scopus and PubMed write it.
ARTICLE_NUMBER = re.compile(r"[A-Za-z]{0,3}\d{1,12}")

#: Words around the number of a volume, an issue or a page; and counted pages of an article. Those of a thesis or book,
#: which are more, describe it.
_LABEL = re.compile(
    r"(?:(?:v(?:ol(?:ume)?)?|bd|band|jg|jahrgang|tom[eo]?|no|nr|num(?:ber)?|iss(?:ue)?|heft|h|pp?|pages?|pgs?|seiten?|págs?|т|том|вып|стр)(?:\.\s*|\s+)|n[°º]\s*|№\s*)(?=\d)",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(r"[0-9a-z]{3}, [0-9a-z]{7,9}|(?i:arxiv:).*")
_BEHIND = re.compile(r"(?<=\d)\.?\s+(?:jg|jahrgang)\.?|(?<=\d)\s+vol\.\s?\w{1,6}$", re.IGNORECASE)
_OF_PAGES, _COUNTED = (
    re.compile(r"(?:[SС](?:\.\s*|\s+)|(?:UNSP|ARTN|Artn) )(?=[A-Za-z]?\d)"),
    re.compile(r"[1-4]?\d(?:\s?(?:pp?|pages|Seiten)|\s+S)\b\.?"),
)
#: Signs that people write for a hyphen, and separators of pages ("45--51", "45 – 51") in a text with single blanks.
HYPHENS = "‐‑‒–—−"
_DASHES = re.compile(rf" ?(?:-{{2,3}}|[{HYPHENS}]) ?| - ")
#: Pages as most are written.
_PLAIN_PAGES = re.compile(r"\d{1,9}-\d{1,9}")
#: What Ovid and others write if there are no pages, even as first and last page: "No" and "Specified".
_NO_PAGES = re.compile(r"no(?: pagination)?[ -]specified|in press", re.IGNORECASE)


def unlabelled(text: str) -> str | None:
    """The number of a volume or issue without the words around it.

    None for a journal's code, which Ovid puts there, and for an arXiv id, which Zotero does.

    >>> unlabelled("Vol. 44"), unlabelled("28. Jg."), unlabelled("H. 3"), unlabelled("Suppl. 1"), unlabelled("n°3")
    ('44', '28', '3', 'Suppl. 1', '3')
    """
    if text.isdecimal():  # as most are
        return text
    if _OF_OTHERS.fullmatch(text):
        return None
    label = _LABEL.match(text)
    return _BEHIND.sub("", text[label.end() :] if label else text)


def plain_pages(text: str, doi: str | None) -> str | None:
    """Pages with a plain hyphen, without labels and a placeholder for a missing end ("11-nan", "179-+", "11-").

    None if pages are not specified or only counted, or are the number of a preprint, which PubMed gives as its pages.

    >>> [plain_pages(text, None) for text in ("S. 12–15", "pp. 11--19", "12 p.", "215 p", "193S", "193+", "UNSP 44")]
    ['12-15', '11-19', None, '215 p', '193S', '193', '44']
    """
    if _PLAIN_PAGES.fullmatch(text):
        return text
    said = _OF_PAGES.sub("", unlabelled(_DASHES.sub("-", " ".join(text.split()))) or "").rstrip("+")
    if _NO_PAGES.fullmatch(said) or _COUNTED.fullmatch(said) or (doi and said.lower() in doi and is_preprint_doi(doi)):
        return None
    pages = (page.strip() for page in said.split("-"))
    return "-".join(page for page in pages if page and not is_missing(page)) if "-" in said else said


def is_missing(text: str, *, in_title: bool = False) -> bool:
    """Whether a field holds only a mark for a missing value.

    >>> is_missing("NaN"), is_missing(" None "), is_missing("12"), is_missing("None", in_title=True)
    (True, True, False, False)
    """
    if len(text) > _LONGEST_MISSING:
        return False
    return text.strip().lstrip("\\").lower() in (_OF_PROGRAMS if in_title else _MISSING)


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
    >>> page_range("11-19", "19"), page_range("105752", "105752")
    ('11-19', '105752')
    """
    if first and last and (first == last or (not {*HYPHENS, "-"}.isdisjoint(first) and first.endswith(last))):
        return first
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
