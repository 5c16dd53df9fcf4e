"""Evidence about a pair from other documents: recurring titles, boilerplate abstracts, lists without repeats.

Each fact depends on few documents: those with one title, those with one abstract, those in one dump. So it can be kept
up to date: a document that arrives or leaves affects only documents that share its title, its abstract or its dump.
"""

import polars as pl

from papersieve.checks.evidence_columns import CONTEXT
from papersieve.pipeline.documents import TELLING_TITLE_WORDS
from papersieve.pipeline.matching.evidence import BESIDE_PRINT

CONTEXT_SCHEMA = {column.name: pl.Float64 for column in CONTEXT}

#: For each dump, how surely it lists each paper once, in [0, 1].
LIST_SCHEMA = {"dump_id": pl.String, "lists_once": pl.Float64}

#: Similarity from which on two titles, and from which on two abstracts, count as the same recurring one.
SAME_TITLES, SAME_ABSTRACTS = 0.97, 0.9

#: Documents of a dump below which it is too small to tell, and the share of repeats from which on a dump does not count
#: as listing each paper once. In labelled dumps, exports of several searches have 0.10 or more, harvests 0.02 or less.
MIN_LISTED, REPEATED_SHARE = 50, 0.08


def lists_once(listed: pl.DataFrame) -> pl.DataFrame:
    """`LIST_SCHEMA` from documents, given once per dump: dump_id, title_text, authors_text, year.

    A repeat is a document with the same title, authors and year as another one of the dump.
    """
    is_told = pl.col("title_text").str.count_matches(" ") >= TELLING_TITLE_WORDS - 1
    said = pl.struct("title_text", "authors_text", "year")
    counts = listed.group_by("dump_id").agg(documents=is_told.sum(), distinct=said.filter(is_told).n_unique())
    return how_surely(counts)


def how_surely(counts: pl.DataFrame) -> pl.DataFrame:
    """`LIST_SCHEMA` from counts of documents with `TELLING_TITLE_WORDS` in the title: dump_id, documents, distinct."""
    share = 1 - pl.col("distinct") / pl.col("documents")
    sure = pl.when(pl.col("documents") >= MIN_LISTED).then((1 - share * (1 / REPEATED_SHARE)).clip(0, 1)).otherwise(0.0)
    return counts.select("dump_id", lists_once=sure)


def recurrence(members: pl.DataFrame, years: pl.DataFrame) -> pl.DataFrame:
    """document_no, title_years, abstract_titles, from whole buckets of titles and of abstracts.

    members: document_no, match_key, key of all documents in these buckets, each with both its title key and its
    abstract key; other match keys are ignored. years: document_no, year of these documents. A value is null if the
    document is in no such bucket.
    """
    titles = _bucket(members, "title").rename({"key": "title"})
    abstracts = _bucket(members, "abstract")
    of_title = titles.join(years, on="document_no", how="left").with_columns(
        title_years=pl.col("year").drop_nulls().n_unique().over("title").cast(pl.Float64).clip(1)
    )
    of_abstract = abstracts.join(titles, on="document_no", how="left").with_columns(
        abstract_titles=pl.col("title").drop_nulls().n_unique().over("key").cast(pl.Float64)
    )
    both = of_title.select("document_no", "title_years").join(
        of_abstract.select("document_no", "abstract_titles"), on="document_no", how="full", coalesce=True
    )
    return both.select("document_no", "title_years", "abstract_titles")


def _bucket(members: pl.DataFrame, match_key: str) -> pl.DataFrame:
    return members.filter(pl.col("match_key") == match_key).select("document_no", "key").unique()


def add_context(pairs: pl.DataFrame, recurring: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """Add `CONTEXT_SCHEMA` to pairs with evidence.

    recurring: `recurrence` of all documents of the pairs. listed: document_no, dump_id, lists_once of documents of the
    pairs in dumps that list each paper once.
    """
    found = pairs = pairs.drop(CONTEXT_SCHEMA, strict=False)
    for side in ("left", "right"):
        names = {"document_no": f"{side}_no", **{c: f"{side}_{c}" for c in recurring.columns[1:]}}
        found = found.join(recurring.rename(names), on=f"{side}_no", how="left", maintain_order="left")
    found = found.join(_one_list(pairs, listed), on=["left_no", "right_no"], how="left", maintain_order="left")
    years, titles = (pl.max_horizontal(f"left_{name}", f"right_{name}") for name in ("title_years", "abstract_titles"))
    return found.with_columns(
        title_years=pl.when(pl.col("title_similarity") >= SAME_TITLES).then(years),
        abstract_titles=pl.when(pl.col("similarity") >= SAME_ABSTRACTS).then(titles),
    ).select(*pairs.columns, *CONTEXT_SCHEMA)


def _one_list(pairs: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """left_no, right_no, one_list of the pairs for which it is not null.

    Within one dump it is null for a preprint and its publication, since databases list both, and for a title that
    occurs twice with one abstract and team: there the dump has repeated a paper after all.
    """
    is_preprint = pl.col("arxiv_id") == BESIDE_PRINT
    is_repeat = is_preprint | pl.all_horizontal(pl.col("title_similarity", "similarity", "authors") == 1)
    ends = pairs.select("left_no", "right_no", is_repeat=is_repeat.fill_null(value=False))
    left, right = (listed.rename({"document_no": f"{side}_no", "lists_once": side}) for side in ("left", "right"))
    shared = ends.join(left, on="left_no").join(right, on=["right_no", "dump_id"])
    of_one = shared.group_by("left_no", "right_no").agg(one=-pl.col("left").max())
    sides = (left.drop("dump_id"), right.drop("dump_id"))
    surest = [side.group_by(side.columns[0]).agg(pl.last().max()) for side in sides]
    of_two = ends.join(surest[0], on="left_no").join(surest[1], on="right_no")
    both = of_two.join(of_one, on=["left_no", "right_no"], how="left")
    return both.filter(~pl.col("is_repeat") | pl.col("one").is_null()).select(
        "left_no", "right_no", one_list=pl.coalesce("one", pl.min_horizontal("left", "right"))
    )
