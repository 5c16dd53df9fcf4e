"""Candidate pairs to evidence: exact similarity on shingle sets, never the estimate of a signature."""

import re
from typing import NamedTuple

import numpy as np
import polars as pl

from pipeline.normalise import CITED
from pipeline.settings import Settings
from pipeline.shingling.similarity import compare_pairs

#: A numbered part or a notice about another paper, in a match text. Two texts that differ in it differ.
_PART = re.compile(
    r"\b(?:part|volume|vol|chapter|episode|paper|study) (\d{1,3}|[ivx]{1,5}|one|two|three|four|five|a|b|c)\b|\b([ivx]{1,5})$"
)
_NOTICE = re.compile(
    r"^(?:erratum|corrigendum|correction|retraction|retracted|addendum|comment on|reply to|response to)\b"
)

EVIDENCE_SCHEMA = {
    "similarity": pl.Float64,
    "containment": pl.Float64,
    "title_similarity": pl.Float64,
    "smaller_words": pl.Int64,
    "parts_differ": pl.Boolean,
    "identifiers": pl.String,
    "citations_differ": pl.Boolean,
}

#: Years between the first and the last print of one paper: a preprint's and its journal's, at most as a rule.
MAX_YEARS_APART = 1


def gather_evidence(pairs: pl.DataFrame, documents: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Add to pairs (left_no, right_no, …) what their documents say: document_no, title_text, abstract_text, `CITED` where known.

    similarity: Jaccard of the abstracts' shingle sets; containment: share of the smaller set found in the
    other; title_similarity: Jaccard of the titles' word sets: each null where a text is missing.
    smaller_words: words of the shorter abstract (0 where one is missing). parts_differ: the titles name
    different parts, or only one of them is a notice such as an erratum. identifiers: as `compare_identifiers`;
    citations_differ: as the function of that name.
    """
    titles = dict(documents.select("document_no", "title_text").iter_rows())
    abstracts = dict(documents.select("document_no", "abstract_text").iter_rows())
    cited = _citations(documents)
    order = np.argsort(documents["document_no"].to_numpy())
    numbers = documents["document_no"].to_numpy()[order]
    left_at, right_at = (order[np.searchsorted(numbers, pairs[c].to_numpy())] for c in ("left_no", "right_no"))
    compared = compare_pairs(left_at, right_at, documents["abstract_text"], settings.shingle_words)
    rows = []
    for (left, right), similarity, containment in zip(
        pairs.select("left_no", "right_no").iter_rows(), *compared, strict=True
    ):
        words = min(_words(abstracts[left]), _words(abstracts[right]))
        rows.append(
            (
                similarity,
                containment,
                compare_titles(titles[left], titles[right]),
                words,
                parts_differ(titles[left], titles[right]),
                compare_identifiers(cited[left], cited[right]) if left in cited and right in cited else None,
                left in cited and right in cited and citations_differ(cited[left], cited[right]),
            )
        )
    return pairs.hstack(pl.DataFrame(rows, schema=EVIDENCE_SCHEMA, orient="row"))


def _words(text: str) -> int:
    return text.count(" ") + 1 if text else 0


class Citation(NamedTuple):
    """A row of `normalise.CITED`."""

    doi: str | None = None
    arxiv_id: str | None = None
    year: int | None = None
    authors_text: str | None = None


def _citations(documents: pl.DataFrame) -> dict[int, Citation]:
    """Citations of the documents of which anything is known, by number."""
    there = [name for name in CITED if name in documents.columns]
    told = documents.filter(pl.any_horizontal(pl.col(there).is_not_null())) if there else documents.clear()
    return {row.pop("document_no"): Citation(**row) for row in told.select("document_no", *there).iter_rows(named=True)}


def compare_identifiers(left: Citation, right: Citation) -> str | None:
    """Say `equal` where a DOI or an arXiv id is both's, else `other_arxiv_id` or `other_doi` where both have one; else None."""
    kinds = [name for name in ("arxiv_id", "doi") if getattr(left, name) and getattr(right, name)]
    if any(getattr(left, name) == getattr(right, name) for name in kinds):
        return "equal"
    return f"other_{kinds[0]}" if kinds else None


def citations_differ(left: Citation, right: Citation) -> bool:
    """Whether the years lie more than `MAX_YEARS_APART` apart, or the authors have no name of two letters in common.

    >>> citations_differ(Citation(year=2001), Citation(year=2003, authors_text="a lovelace"))
    True
    >>> citations_differ(Citation(authors_text="lovelace a"), Citation(authors_text="ada lovelace"))
    False
    """
    if left.year and right.year and abs(left.year - right.year) > MAX_YEARS_APART:
        return True
    names = [{word for word in (c.authors_text or "").split(" ") if len(word) > 1} for c in (left, right)]
    return bool(names[0] and names[1]) and names[0].isdisjoint(names[1])


def compare_titles(left: str, right: str) -> float | None:
    """Jaccard similarity of two titles' word sets; None where one is empty."""
    if not left or not right:
        return None
    a, b = set(left.split(" ")), set(right.split(" "))
    return len(a & b) / len(a | b)


def parts_differ(left: str, right: str) -> bool:
    """Whether two titles name different numbered parts, or just one is a notice about another paper.

    >>> parts_differ("on graphs part i", "on graphs part ii")
    True
    >>> parts_differ("on graphs", "on graphs part ii")
    False
    """
    if not left or not right:
        return False
    if bool(_NOTICE.match(left)) != bool(_NOTICE.match(right)):
        return True
    parts = [[a or b for a, b in _PART.findall(title)] for title in (left, right)]
    return bool(parts[0] and parts[1]) and parts[0] != parts[1]
