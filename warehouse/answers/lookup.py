"""Is this abstract already here? A text compared with the nearest published ones, by the engine's own rules.

    with open_warehouse(path) as con:
        lookup(con, abstract)

Near texts are found by the published sketches (`papersieve.pipeline.shingling.sketch`), so no store is needed, and a run that
holds it disturbs nobody.
"""

from typing import Any

import duckdb

from papersieve.pipeline.compare_texts import Pair, compare_texts, said
from papersieve.pipeline.shingling.sketch import query_keys
from papersieve.pipeline.text import clean_text, clean_title
from papersieve.warehouse.answers.near_texts import near_texts
from papersieve.warehouse.answers.reasons import reason

#: Documents that are compared: those with the rarest keys in common.
_COMPARED = 12

#: Words of a text up to which it may be a title: the longest of 250,000 real ones has 398 characters.
_TITLE_WORDS = 60

_TOLD = ("match_key", "score", "similarity", "containment", "title_similarity", "judgement", "rule")
_ORDER = {"match": 0, "review": 1, "non_match": 2}


def lookup(con: duckdb.DuckDBPyConnection, abstract: str, title: str = "", *, limit: int = 5) -> dict[str, Any]:
    """What is here of a raw abstract, and title, on a connection to a published warehouse.

    is_here: a published record matches it. found: at most `limit` records, of each paper the nearest, nearest first,
    matches before pairs for review: judgement, rule, because, match_key (null: a run would not propose this
    pair), scores, paper_id, record_id, document_id, title, dump, line_start. A text that is no abstract is looked for
    as a title too. The first look-up of a version reads its keys whole; from the second on they are kept in memory.
    """
    texts = near_texts(con)
    asked = said(clean_title(title), clean_text(abstract))
    is_title = not asked.title and asked.abstract.count(" ") < _TITLE_WORDS
    as_title = said(clean_title(abstract), "") if is_title else asked
    near = texts.find(con, query_keys(as_title.title, asked.abstract, texts.settings), _COMPARED)
    others = [said(row["title"], row["abstract"]) for row in near]
    judged = compare_texts(asked, others, texts.settings)
    if is_title:
        judged = _or_as_title(judged, compare_texts(as_title, others, texts.settings))
    rows = [
        {**row, **{name: pair[name] for name in _TOLD}}
        for row, pair in zip(near, judged, strict=True)
        if pair["judgement"] != "non_match" and _has_something_to_compare(pair)
    ]
    rows.sort(key=lambda row: (_ORDER[row["judgement"]], -row["score"], row["record_id"]))
    nearest: dict[str, Pair] = {}
    for row in rows:
        nearest.setdefault(row["paper_id"], row)
    found = [{**row, "because": reason(row, texts.settings)} for row in list(nearest.values())[:limit]]
    for row in found:
        del row["abstract"]
    return {"is_here": any(row["judgement"] == "match" for row in found), "found": found}


def _has_something_to_compare(pair: Pair) -> bool:
    """Whether both say a title, or both an abstract: of two that don't, the score is what holds before anything is compared."""
    return pair["similarity"] is not None or pair["title_similarity"] is not None


def _or_as_title(as_abstract: list[Pair], as_title: list[Pair]) -> list[Pair]:
    """Each pair as the abstract has it; where that is like nothing, as the title."""
    both = zip(as_abstract, as_title, strict=True)
    return [two if one["judgement"] == "non_match" else one for one, two in both]
