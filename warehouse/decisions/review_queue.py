"""What a person needs to decide about a pair: the queue of doubtful pairs, both texts, differences, evidence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import polars as pl

from papersieve.checks.evidence_columns import CONTEXT, EVIDENCE
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.asking import published_settings
from papersieve.warehouse.answers.reasons import LEAST_TERM, NAMES, reason, terms, value_in_words
from papersieve.warehouse.answers.word_diff import Run, shared_runs
from papersieve.warehouse.published.reader import reading
from papersieve.warehouse.sql import ask

_MEANING = {column.name: column.meaning for column in (*EVIDENCE, *CONTEXT)}
_MEANING["prior"] = "what any candidate pair starts with"

_PAIR = {"left_document_id": pl.String, "right_document_id": pl.String}

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
    for name, told in _TOLD.items():
        texts = told(left), told(right)
        one, other = marked(*texts)
        is_same = all(is_shared for _, is_shared in one + other)
        found.append(Fact(name, Cell(one), Cell(other), _verdict(*texts, is_same=is_same)))
    return [fact for fact in found if fact.left.runs or fact.right.runs]


def _identifier(name: str, left: str | None, right: str | None) -> Fact:
    label, page = _PAGES[name]
    is_same = left == right or not left or not right
    one, other = (Cell([(text, is_same)], page + quote(text, safe="/")) if text else Cell([]) for text in (left, right))
    return Fact(label, one, other, _verdict(left, right, is_same=is_same))


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


#: Other facts, as a person reads them.
_TOLD: dict[str, Callable[[dict[str, Any]], str]] = {
    "authors": _authors,
    "venue": _venue,
    "pages": lambda side: side["pages"] or "",
    "date": lambda side: str(side["published_date"] or side["year"] or ""),
}


def review_queue(warehouse: Path, decided: pl.DataFrame) -> pl.DataFrame:
    """Undecided pairs to review, most doubtful first: left_document_id, right_document_id, doubt in (0, 1], rule,
    score, left_title, right_title.

    decided: decisions; those of the store may be newer than the published ones.
    """
    with reading(warehouse) as con:
        return ask(con, "review_queue", decided=decided.select(list(_PAIR)))


def review_pair(warehouse: Path, left: str, right: str) -> dict[str, Any] | None:
    """Both documents side by side; None if the published warehouse lacks one of them.

    Keys: evidence (null if the two were never compared), reason, terms (the parts of the score: name, meaning, value
    in words, adds), facts (`review_facts`), sides: for each its title and abstract as runs (text, is_shared),
    paper_id, paper_records, listings (dump, lines), members (records of its paper); between: judgement and pairs of
    the two papers.
    """
    with reading(warehouse) as con:
        settings = published_settings(con)
        pair = pl.DataFrame([(left, right)], schema=_PAIR, orient="row")
        pairs = ask(con, "pair_evidence", pair=pair).to_dicts()
        sides = {row["document_id"]: row for row in ask(con, "pair_sides", pair=pair).to_dicts()}
        papers = [side["paper_id"] for side in sides.values()]
        chosen = pl.DataFrame({"paper_id": papers}, schema={"paper_id": pl.String})
        members = ask(con, "records_of_papers", chosen=chosen)
        between = ask(con, "pairs_between_papers", chosen=chosen).to_dicts()
    if {left, right} - set(sides):
        return None
    one, other = sides[left], sides[right]
    for column in ("title", "abstract"):
        one[f"{column}_runs"], other[f"{column}_runs"] = marked(one[column], other[column])
    for side in (one, other):
        side["members"] = members.filter(pl.col("paper_id") == side["paper_id"]).to_dicts()
    found = pairs[0] if pairs else None
    return {
        "evidence": found,
        "reason": reason(found, settings) if found else "",
        "terms": _told_terms(found, settings) if found else [],
        "facts": facts(one, other),
        "sides": [one, other],
        "between": between,
    }


def _told_terms(found: dict[str, Any], settings: Settings) -> list[dict[str, Any]]:
    shown = [t for t in terms(found, settings) if abs(t.adds) >= LEAST_TERM]
    return [
        {"name": NAMES[t.name], "meaning": _MEANING[t.name], "value": value_in_words(t.name, t.value), "adds": t.adds}
        for t in shown
    ]


def document_titles(warehouse: Path, documents: list[str]) -> dict[str, str]:
    """document id -> title, for those documents that the published warehouse has."""
    with reading(warehouse) as con:
        chosen = pl.DataFrame({"document_id": documents}, schema={"document_id": pl.String})
        return dict(ask(con, "titles_of_documents", chosen=chosen).iter_rows())
