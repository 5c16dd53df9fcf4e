"""The facts of two documents, side by side: identifiers with links, authors, venue, pages, date."""

from typing import Any, NamedTuple
from urllib.parse import quote

from papersieve.warehouse.answers.word_diff import Run, shared_runs

#: identifier -> its name, and the address to which its value is appended.
_PAGES = {
    "doi": ("DOI", "https://doi.org/"),
    "arxiv_id": ("arXiv", "https://arxiv.org/abs/"),
    "pmid": ("PubMed", "https://pubmed.ncbi.nlm.nih.gov/"),
}

#: The most authors of a list that are shown.
_MOST_AUTHORS = 15


class Cell(NamedTuple):
    """The value in one document: its text as runs, and the web page of an identifier."""

    runs: list[Run]
    url: str | None = None


class Fact(NamedTuple):
    """One line of the comparison. verdict: same, different, or empty if only one document has a value."""

    name: str
    left: Cell
    right: Cell
    verdict: str


def facts(left: dict[str, Any], right: dict[str, Any]) -> list[Fact]:
    """The facts that at least one of the two has, the most decisive first: identifiers, authors, place, date."""
    found = [_identifier(name, left[name], right[name]) for name in _PAGES]
    for name, told in (("authors", _authors), ("venue", _venue), ("pages", _pages), ("date", _date)):
        found.append(_fact(name, told(left), told(right)))
    return [fact for fact in found if fact.left.runs or fact.right.runs]


def _identifier(name: str, left: str | None, right: str | None) -> Fact:
    label, page = _PAGES[name]
    is_same = left == right or not left or not right
    one, other = (Cell([(text, is_same)], page + quote(text, safe="/")) if text else Cell([]) for text in (left, right))
    return Fact(label, one, other, _verdict(left, right, is_same=is_same))


def _fact(name: str, left: str, right: str) -> Fact:
    one, other = marked(left, right)
    is_same = all(is_shared for _, is_shared in one + other)
    return Fact(name, Cell(one), Cell(other), _verdict(left, right, is_same=is_same))


def marked(left: str | None, right: str | None) -> tuple[list[Run], list[Run]]:
    """Both texts as runs; if only one document has a text, none of it is marked as a difference."""
    if left and right:
        return shared_runs(left, right)
    one, other = ([(text, True)] if text else [] for text in (left, right))
    return one, other


def _verdict(left: str | None, right: str | None, *, is_same: bool) -> str:
    if not left or not right:
        return ""
    return "same" if is_same else "different"


def _authors(side: dict[str, Any]) -> str:
    names = side["authors"] or []
    more = len(names) - _MOST_AUTHORS
    if not names and side["author_count"]:
        return f"{side['author_count']} in total, not named"
    return "; ".join([*names[:_MOST_AUTHORS], *([f"and {more:,} more"] if more > 0 else [])])


def _venue(side: dict[str, Any]) -> str:
    """The venue as it is usually written: Annals of Desks 12(2)."""
    number = f"{side['volume'] or ''}{'(' + side['issue'] + ')' if side['issue'] else ''}"
    return f"{side['venue'] or ''} {number}".strip()


def _pages(side: dict[str, Any]) -> str:
    return side["pages"] or ""


def _date(side: dict[str, Any]) -> str:
    return str(side["published_date"] or side["year"] or "")
