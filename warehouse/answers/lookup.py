"""Is this abstract already here? A text is compared with the most similar published ones, as a run would do.

    with open_warehouse(path) as con:
        lookup(con, abstract)

The published sketches (`papersieve.pipeline.shingling.similarity`) find similar texts. So no store is needed, and a
run may be in progress.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import duckdb
import polars as pl

from papersieve.pipeline.compare_asked import compare_with
from papersieve.pipeline.documents import CONTENT, contents
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.shingling.similarity import query_keys
from papersieve.pipeline.text import clean_text, clean_title
from papersieve.warehouse.answers.near_texts import near_texts
from papersieve.warehouse.answers.reasons import reason

#: How many documents are compared: those that share the rarest keys.
_COMPARED = 12

#: A text of fewer words may be a title: the longest of 250,000 real titles has 398 characters.
_TITLE_WORDS = 60

_TOLD = ("match_key", "score", "similarity", "containment", "title_similarity", "judgement", "rule")
_ORDER = {"match": 0, "review": 1}

Answer = dict[str, Any]


class Asked(NamedTuple):
    """A raw abstract, or a title alone, or both; and the most papers to return."""

    abstract: str
    title: str = ""
    limit: int = 5


def lookup(con: duckdb.DuckDBPyConnection, abstract: str, title: str = "", *, limit: int = 5) -> Answer:
    """What a published warehouse has of a raw abstract and title, on a connection to it.

    is_here: whether a published record matches. found: at most `limit` records, the nearest of each paper, matches
    before pairs for review, then nearest first: judgement, rule, because, match_key (null: a run would not propose
    this pair), scores, paper_id, record_id, document_id, title, dump, line_start. An abstract that may be a title is
    also looked up as one. The first look-up in a version scans all its keys; from the second on they are in memory.
    """
    return look_up_each(con, [Asked(abstract, title, limit)])[0]


def look_up_each(con: duckdb.DuckDBPyConnection, asked: Sequence[Asked]) -> list[Answer]:
    """`lookup` for each. Sixteen together take a tenth of the time of sixteen separate look-ups."""
    texts = near_texts(con)
    as_said = _documents([(each.title, each.abstract) for each in asked])
    words = as_said["abstract_text"].str.count_matches(" ")
    is_title = ((as_said["title_text"] == "") & (words < _TITLE_WORDS)).arg_true()
    as_titles = _documents([(asked[number].abstract, "") for number in is_title])
    titles = as_said["title_text"].scatter(is_title, as_titles["title_text"])
    pairs = enumerate(zip(titles, as_said["abstract_text"], strict=True))
    keys = ((number, query_keys(*said, texts.settings)) for number, said in pairs)
    near = [{"asked": number, **row} for number, wanted in keys for row in texts.find(con, wanted, _COMPARED)]
    if not near:
        return [{"is_here": False, "found": []} for _ in asked]
    numbers = pl.concat([pl.int_range(len(asked), eager=True), is_title.cast(pl.Int64)])
    ones = pl.concat([as_said, as_titles]).with_row_index("one").with_columns(asked=numbers)
    found = _compared(ones, pl.DataFrame(near), texts.settings)
    return [_told(found.filter(pl.col("asked") == number), each, texts.settings) for number, each in enumerate(asked)]


def _compared(ones: pl.DataFrame, near: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Similar records that are not clear non-matches, with their judgements: the nearest of each paper, nearest first.

    ones: for each question (asked) the document as it was given, and possibly the same text as a title, which counts
    if nothing resembles the document.
    """
    pairs = ones.select("asked", "one").join(near, on="asked", maintain_order="left")
    documents, others = ones.drop("asked", "one"), contents(pairs.select("title", "abstract"))
    judged = pairs.hstack(compare_with(documents, others, pairs["one"].cast(pl.Int64), settings).select(*_TOLD))
    # Without two titles or two abstracts nothing was compared, and the score is the prior.
    is_compared = pl.any_horizontal(pl.col("similarity", "title_similarity").is_not_null())
    is_told = (pl.col("judgement") != "non_match") & is_compared
    return (
        judged.sort(pl.col("judgement") == "non_match", "one")
        .unique(["asked", "record_id"], keep="first", maintain_order=True)
        .filter(is_told)
        .sort(pl.col("judgement").replace_strict(_ORDER), -pl.col("score"), "record_id", nulls_last=True)
        .unique(["asked", "paper_id"], keep="first", maintain_order=True)
        .drop("abstract", "one")
    )


def _told(found: pl.DataFrame, asked: Asked, settings: Settings) -> Answer:
    rows = found.drop("asked").head(asked.limit).iter_rows(named=True)
    told = [{**row, "because": reason(row, settings)} for row in rows]
    return {"is_here": any(row["judgement"] == "match" for row in told), "found": told}


def _documents(texts: list[tuple[str, str]]) -> pl.DataFrame:
    """Documents made of raw titles and abstracts; the list is often empty."""
    if not texts:
        return pl.DataFrame(schema=CONTENT)
    said = [(clean_title(title), clean_text(abstract)) for title, abstract in texts]
    return contents(pl.DataFrame(said, schema={"title": pl.String, "abstract": pl.String}, orient="row"))
