"""Is this abstract already here? A text compared with the nearest published ones, by the engine's own rules.

    with open_warehouse(path) as con:
        lookup(con, abstract)

Near texts are found by the published sketches (`pipeline.shingling.sketch`), so no store is needed, and a run that
holds it disturbs nobody.
"""

from typing import Any

import duckdb
import polars as pl

from pipeline.against import compare_with
from pipeline.normalise import clean_text, clean_title, match_text, match_texts
from pipeline.shingling.sketch import query_keys
from warehouse.asking import ask, published_settings
from warehouse.reasons import reason

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
    as a title too.
    """
    settings = published_settings(con)
    abstract_text, title_text = match_text(clean_text(abstract)), match_text(clean_title(title))
    keys = query_keys(title_text or abstract_text, abstract_text, settings)
    near = ask(con, "near_documents", keys=keys, most=_COMPARED)
    if near.is_empty():
        return {"is_here": False, "found": []}
    texts = near.select(
        match_texts(near["title"]).alias("title_text"), match_texts(near["abstract"]).alias("abstract_text")
    )
    judged = compare_with(_document(title_text, abstract_text), texts, settings)
    if not title_text and abstract_text.count(" ") < _TITLE_WORDS:
        judged = _or_as_title(judged, compare_with(_document(abstract_text, ""), texts, settings))
    found = (
        pl.concat([near.drop("abstract"), judged.select(*_TOLD)], how="horizontal")
        .filter(pl.col("judgement") != "non_match")
        .sort(
            pl.col("judgement").replace_strict(_ORDER),
            -pl.col("score"),
            "record_id",
            nulls_last=True,
        )
        .unique("paper_id", keep="first", maintain_order=True)
        .head(limit)
    )
    rows = [{**row, "because": reason(row, settings)} for row in found.iter_rows(named=True)]
    return {"is_here": any(row["judgement"] == "match" for row in rows), "found": rows}


def _document(title_text: str, abstract_text: str) -> pl.DataFrame:
    return pl.DataFrame({"title_text": [title_text], "abstract_text": [abstract_text]})


def _or_as_title(as_abstract: pl.DataFrame, as_title: pl.DataFrame) -> pl.DataFrame:
    """Each row as the abstract has it; where that is like nothing, as the title."""
    is_unlike = as_abstract["judgement"] == "non_match"
    both = zip(is_unlike, as_abstract.iter_rows(), as_title.iter_rows(), strict=True)
    return pl.DataFrame([two if unlike else one for unlike, one, two in both], schema=as_abstract.schema, orient="row")
