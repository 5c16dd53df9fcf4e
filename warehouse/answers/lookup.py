"""Is this abstract already here? A text compared with the nearest published ones, by the engine's own rules.

    with open_warehouse(path) as con:
        lookup(con, abstract)

Near texts are found by the published sketches (`papersieve.pipeline.shingling.sketch`), so no store is needed, and a
run that holds it disturbs nobody.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import duckdb
import polars as pl

from papersieve.pipeline.compare_asked import compare_with
from papersieve.pipeline.documents import contents
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.shingling.sketch import query_keys
from papersieve.pipeline.text import clean_text, clean_title
from papersieve.warehouse.answers.near_texts import near_texts
from papersieve.warehouse.answers.reasons import reason

#: Documents that are compared: those with the rarest keys in common.
_COMPARED = 12

#: Words of a text up to which it may be a title: the longest of 250,000 real ones has 398 characters.
_TITLE_WORDS = 60

_TOLD = ("match_key", "score", "similarity", "containment", "title_similarity", "judgement", "rule")
_ORDER = {"match": 0, "review": 1}

Answer = dict[str, Any]


class Asked(NamedTuple):
    """A raw abstract, or a title alone, or both; and how many papers to tell at most."""

    abstract: str
    title: str = ""
    limit: int = 5


def lookup(con: duckdb.DuckDBPyConnection, abstract: str, title: str = "", *, limit: int = 5) -> Answer:
    """What is here of a raw abstract, and title, on a connection to a published warehouse.

    is_here: a published record matches it. found: at most `limit` records, of each paper the nearest, nearest first,
    matches before pairs for review: judgement, rule, because, match_key (null: a run would not propose this
    pair), scores, paper_id, record_id, document_id, title, dump, line_start. A text that is no abstract is looked for
    as a title too. The first look-up of a version reads its keys whole; from the second on they are kept in memory.
    """
    return look_up_each(con, [Asked(abstract, title, limit)])[0]


def look_up_each(con: duckdb.DuckDBPyConnection, asked: Sequence[Asked]) -> list[Answer]:
    """`lookup` of each. Sixteen at once take a tenth of the time of one each: what is compared is compared together."""
    texts = near_texts(con)
    documents = _documents([each.title for each in asked], [each.abstract for each in asked])
    is_title = (documents["title_text"] == "") & (documents["abstract_text"].str.count_matches(" ") < _TITLE_WORDS)
    titles = _documents([each.abstract for each in asked], [""] * len(asked))["title_text"]
    as_title = titles.zip_with(is_title, documents["title_text"])
    near = [
        {"asked": number, **row}
        for number, (title, abstract) in enumerate(zip(as_title, documents["abstract_text"], strict=True))
        for row in texts.find(con, query_keys(title, abstract, texts.settings), _COMPARED)
    ]
    if not near:
        return [{"is_here": False, "found": []} for _ in asked]
    found = _compared(documents, titles, is_title, pl.DataFrame(near), texts.settings)
    return [_told(found.filter(pl.col("asked") == number), each, texts.settings) for number, each in enumerate(asked)]


def _compared(
    asked: pl.DataFrame, titles: pl.Series, is_title: pl.Series, near: pl.DataFrame, settings: Settings
) -> pl.DataFrame:
    """What is near and no stranger, with its judgement: of each paper the nearest record, nearest first."""
    both = near.with_columns(as_title=pl.lit(False)).vstack(
        near.filter(is_title.gather(near["asked"])).with_columns(as_title=pl.lit(True))
    )
    as_titles = pl.select(title_text=titles, abstract_text=pl.lit(""))
    ones = pl.concat([asked, as_titles], how="diagonal")
    of = both["asked"] + both["as_title"].cast(pl.Int64) * asked.height
    judged = both.hstack(compare_with(ones, contents(both.select("title", "abstract")), of, settings).select(*_TOLD))
    # A text that is like nothing as an abstract is told as a title.
    is_told = (pl.col("judgement") != "non_match") & _has_something_to_compare()
    return (
        judged.sort("as_title")
        .filter(pl.col("judgement").ne("non_match") | pl.col("as_title"))
        .unique(["asked", "record_id"], keep="first", maintain_order=True)
        .filter(is_told)
        .sort(pl.col("judgement").replace_strict(_ORDER), -pl.col("score"), "record_id", nulls_last=True)
        .unique(["asked", "paper_id"], keep="first", maintain_order=True)
        .drop("abstract", "as_title")
    )


def _told(found: pl.DataFrame, asked: Asked, settings: Settings) -> Answer:
    rows = found.drop("asked").head(asked.limit).iter_rows(named=True)
    told = [{**row, "because": reason(row, settings)} for row in rows]
    return {"is_here": any(row["judgement"] == "match" for row in told), "found": told}


def _has_something_to_compare() -> pl.Expr:
    """Whether both say a title, or both an abstract: of two that
    don't, the score is what holds before anything is compared.
    """
    return pl.any_horizontal(pl.col("similarity", "title_similarity").is_not_null())


def _documents(titles: list[str], abstracts: list[str]) -> pl.DataFrame:
    said = {"title": [clean_title(title) for title in titles], "abstract": [clean_text(text) for text in abstracts]}
    return contents(pl.DataFrame(said, schema={"title": pl.String, "abstract": pl.String}))
