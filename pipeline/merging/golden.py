"""Clusters to golden records: one survivorship rule a column, and the record that gave each value.

Every rule ends in a comparison of values or record ids, so the order of arrival decides nothing.
"""

import polars as pl

from papersieve.pipeline.extract.shared.titles import FILES

#: Ends of an abstract that was cut: three dots or an ellipsis, with what sites put behind it, or no end of a sentence.
_CUT = r"(?i)(?:\.\.\.|\. \. \.|…|\[truncated\])[\"'”’)\]\s]*(?:[(\[]?(?:read|show|see|view)? ?(?:more|full text)[)\]]?[.…]*)?\s*$"
_WHOLE = r"[.!?。！？][\"'”’)\]\s]*$|https?://\S+\s*$"

#: What listings put around a title: marks, pictures, tags, numbers, versions, identifiers, quotes, dots where it was cut.
_DECORATED = (
    r"(?i)^[\s*#>•·■□◆◇★☆►▶→»|–—-]|^\p{Extended_Pictographic}|[\s*#<•·■□◆◇★☆◄◀←«|]$|[\p{Extended_Pictographic}\u{FE0F}]$"
    rf"|^[\[(](?:{FILES}|new|oral|spotlight|poster|preprint|accepted|withdrawn|updated?|v\d+|arxiv[^\])]*|\d+)[\])]"
    rf"|[\[(](?:{FILES}|new|oral|spotlight|poster|preprint|accepted|withdrawn|updated?|v\d+|arxiv[^\])]*)[\])]$"
    r"|^arxiv\s*:|^(?:title|paper)\s*:|^\d{1,4}[.)]\s"
    r"|^[\"“”«‘'`].*[\"“”»’'`]$|(?:\.\.\.|…)$"
)

LINEAGE_SCHEMA = {"paper_id": pl.String, "column_name": pl.String, "record_id": pl.String, "rule": pl.String}

Rule = tuple[str, pl.Expr, list[pl.Expr]]


def _most_often(column: str, *then: tuple[str, pl.Expr], before: tuple[tuple[str, pl.Expr], ...] = ()) -> Rule:
    """Return the rule that takes the value that most records have; `before` and `then` name what else ranks it."""
    names = [*(name for name, _ in before), "most often listed", *(name for name, _ in then)]
    ranks = [*(rank for _, rank in before), pl.len().over("paper_id", column), pl.col(column)]
    return ", ".join(names), pl.col(column).is_not_null(), [*ranks, *(rank for _, rank in then)]


#: column -> (rule, the values that may survive, what ranks them: best first after a descending sort).
_RULES: dict[str, Rule] = {
    "title": (
        "not upper-case, not decorated, most often listed, longest",
        pl.col("title").is_not_null(),
        [
            # Scripts without case are no louder for it.
            (pl.col("title") != pl.col("title").str.to_uppercase())
            | (pl.col("title") == pl.col("title").str.to_lowercase()),
            ~pl.col("title").str.contains(_DECORATED),
            pl.len().over("paper_id", "title"),
            pl.col("title").str.len_chars(),
        ],
    ),
    "abstract": (
        "longest complete",
        pl.col("abstract").is_not_null(),
        [
            pl.col("abstract").str.contains(_WHOLE) & ~pl.col("abstract").str.contains(_CUT),
            pl.col("abstract").str.replace_all(r"\s+", "").str.len_chars(),
        ],
    ),
    "published_date": (
        "stated year before inferred year, earliest",
        pl.col("published_date").is_not_null(),
        [pl.col("year_source") == "stated", -pl.col("published_date").cast(pl.Int32)],
    ),
    "authors": (
        "longest list",
        pl.col("authors").is_not_null(),
        [pl.col("authors").list.len(), pl.col("authors").list.join("; ").str.len_chars()],
    ),
    "author_count": ("largest", pl.col("author_count").is_not_null(), [pl.col("author_count")]),
    "organisation": _most_often("organisation"),
    "venue": _most_often("venue"),
    "volume": _most_often("volume"),
    "issue": _most_often("issue"),
    "pages": _most_often("pages"),
    "year": ("earliest", pl.col("year").is_not_null(), [-pl.col("year")]),
    "doi": _most_often("doi", before=(("a publisher's before arXiv's", ~pl.col("doi").str.starts_with("10.48550/")),)),
    "arxiv_id": _most_often("arxiv_id", ("newest version", pl.col("arxiv_version"))),
    "pmid": _most_often("pmid"),
    "comment_count": ("largest", pl.col("comment_count").is_not_null(), [pl.col("comment_count")]),
}

#: Columns that come with another column's value, from the same record.
_COMPANIONS = {"published_date": ["date_precision", "year_source"], "arxiv_id": ["arxiv_version"]}

_UNIONS = ("categories", "urls", "code_urls")


def golden_records(records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (papers, lineage) of records that carry paper_id.

    Papers: one row a paper_id with a value a column, null or empty where no record has one; record_count,
    document_count, dump_count. Lineage: paper_id, column_name, record_id, rule: which record gave each value
    (the smallest record_id among equals; every giver for a union).
    """
    lazy = records.lazy()  # one plan for all: each of some two hundred steps would cost more than its work on few rows
    papers = lazy.group_by("paper_id").agg(
        record_count=pl.len().cast(pl.Int64),
        document_count=pl.col("document_id").n_unique().cast(pl.Int64),
        dump_count=pl.col("dump_id").n_unique().cast(pl.Int64),
    )
    lineage = []
    for column, (rule, has_value, ranks) in _RULES.items():
        if records[column].null_count() == records.height:
            unknown = [pl.lit(None, records.schema[c]).alias(c) for c in [column, *_COMPANIONS.get(column, [])]]
            papers = papers.with_columns(unknown)
            continue
        survivors = _best(lazy, has_value, ranks).select("paper_id", "record_id", column, *_COMPANIONS.get(column, []))
        papers = papers.join(survivors.drop("record_id"), on="paper_id", how="left")
        lineage.append(_lineage(survivors, column, rule))
    for column in _UNIONS:
        values, givers = _union(lazy, column)
        papers = papers.join(values, on="paper_id", how="left").with_columns(pl.col(column).fill_null([]))
        lineage.append(_lineage(givers, column, "union"))
    made = pl.collect_all([papers.sort("paper_id"), pl.concat(lineage).sort("paper_id", "column_name", "record_id")])
    return made[0], made[1]


def _best(records: pl.LazyFrame, has_value: pl.Expr, ranks: list[pl.Expr]) -> pl.LazyFrame:
    """One record a paper: the first by the ranks, then by the smallest record_id."""
    keys = [f"rank_{i}" for i in range(len(ranks))]
    return (
        records.filter(has_value)
        .with_columns(rank.alias(key) for rank, key in zip(ranks, keys, strict=True))
        .sort("paper_id", *keys, "record_id", descending=[False, *[True] * len(keys), False], nulls_last=True)
        .unique("paper_id", keep="first", maintain_order=True)
    )


def _union(records: pl.LazyFrame, column: str) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Sorted distinct values a paper, and for each value the smallest record_id that has it."""
    each = records.select("paper_id", "record_id", column).explode(column).drop_nulls(column)
    values = each.group_by("paper_id").agg(pl.col(column).unique().sort())
    givers = each.group_by("paper_id", column).agg(pl.col("record_id").min()).unique(["paper_id", "record_id"])
    return values, givers


def _lineage(givers: pl.LazyFrame, column: str, rule: str) -> pl.LazyFrame:
    return givers.select(
        "paper_id", pl.lit(column).alias("column_name"), "record_id", pl.lit(rule).alias("rule")
    ).select(pl.col(c).cast(t) for c, t in LINEAGE_SCHEMA.items())
