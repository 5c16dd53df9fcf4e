"""Is this abstract already here? A text compared with the nearest published ones, by the engine's own rules.

    with open_warehouse(path) as con:
        lookup(con, abstract)

Near texts are found by the published sketches (`papersieve.pipeline.shingling.sketch`), so no store is needed, and a
run that holds it disturbs nobody.
"""

from typing import Any

import duckdb
import polars as pl

from papersieve.pipeline.compare_one import compare_with
from papersieve.pipeline.documents import contents
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
    settings = texts.settings
    asked = _document(title, abstract)
    title_text, abstract_text = asked["title_text"].item(), asked["abstract_text"].item()
    is_title = not title_text and abstract_text.count(" ") < _TITLE_WORDS
    as_title = _document(abstract, "") if is_title else asked
    keys = query_keys(as_title["title_text"].item(), abstract_text, settings)
    if not (rows := texts.find(con, keys, _COMPARED)):
        return {"is_here": False, "found": []}
    near = pl.DataFrame(rows)
    documents = contents(near.select("title", "abstract"))
    judged = compare_with(asked, documents, settings)
    if is_title:
        judged = _or_as_title(judged, compare_with(as_title, documents, settings))
    found = (
        pl.concat([near.drop("abstract"), judged.select(*_TOLD)], how="horizontal")
        .filter((pl.col("judgement") != "non_match") & _has_something_to_compare())
        .sort(
            pl.col("judgement").replace_strict(_ORDER),
            -pl.col("score"),
            "record_id",
            nulls_last=True,
        )
        .unique("paper_id", keep="first", maintain_order=True)
        .head(limit)
    )
    told = [{**row, "because": reason(row, settings)} for row in found.iter_rows(named=True)]
    return {"is_here": any(row["judgement"] == "match" for row in told), "found": told}


def _has_something_to_compare() -> pl.Expr:
    """Whether both say a title, or both an abstract: of two that
    don't, the score is what holds before anything is compared.
    """
    return pl.any_horizontal(pl.col("similarity", "title_similarity").is_not_null())


def _document(title: str, abstract: str) -> pl.DataFrame:
    said = {"title": [clean_title(title)], "abstract": [clean_text(abstract)]}
    return contents(pl.DataFrame(said))


def _or_as_title(as_abstract: pl.DataFrame, as_title: pl.DataFrame) -> pl.DataFrame:
    """Each row as the abstract has it; where that is like nothing, as the title."""
    is_unlike = as_abstract["judgement"] == "non_match"
    both = zip(is_unlike, as_abstract.iter_rows(), as_title.iter_rows(), strict=True)
    return pl.DataFrame([two if unlike else one for unlike, one, two in both], schema=as_abstract.schema, orient="row")
