"""Candidate pairs to evidence: exact similarity on shingle sets, never the estimate of a signature."""

import re

import numpy as np
import polars as pl

from pipeline.dedup.compare import compare_pairs
from pipeline.settings import Settings

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
}


def gather_evidence(pairs: pl.DataFrame, documents: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Add to pairs (left_no, right_no, …) what their documents (document_no, title_text, abstract_text) say.

    similarity: Jaccard of the abstracts' shingle sets; containment: share of the smaller set found in the
    other; title_similarity: Jaccard of the titles' word sets: each null where a text is missing.
    smaller_words: words of the shorter abstract (0 where one is missing). parts_differ: the titles name
    different parts, or only one of them is a notice such as an erratum.
    """
    titles = dict(documents.select("document_no", "title_text").iter_rows())
    abstracts = dict(documents.select("document_no", "abstract_text").iter_rows())
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
            )
        )
    return pairs.hstack(pl.DataFrame(rows, schema=EVIDENCE_SCHEMA, orient="row"))


def _words(text: str) -> int:
    return text.count(" ") + 1 if text else 0


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
