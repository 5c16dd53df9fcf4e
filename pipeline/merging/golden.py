"""Clusters to golden records: one survivorship rule per column, and the record that gave each value.

Every rule ends in a comparison of values or record ids, so the order of arrival makes no difference.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from papersieve.checks.contracts import PAPER_LINEAGE
from papersieve.checks.record_columns import RECORDS
from papersieve.checks.rules import Contract, Golden, Type
from papersieve.pipeline.merging.editions import is_overtaken, with_editions
from papersieve.pipeline.merging.survivorship import RULES

#: The names of a dump as a source of records. The publication type of a record counts as a source too.
SOURCE_SCHEMA: dict[str, Type] = {"dump_id": pl.String, "sources": pl.List(pl.String)}
NO_SOURCES = pl.DataFrame(schema=SOURCE_SCHEMA)

#: Column -> the sources whose values are taken first, best first.
Priority = Mapping[str, Sequence[str]]


def golden_records(
    records: pl.DataFrame,
    contract: Contract = RECORDS,
    priority: Priority | None = None,
    sources: pl.DataFrame = NO_SOURCES,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (papers, lineage) of records that have a paper_id; contract: that of the records.

    priority: a column takes its value from the first of these sources that has one; only then does its rule decide.
    sources: `SOURCE_SCHEMA`, the names of each dump; case makes no difference.

    Papers: one row per paper_id with one value per column, null or empty if no record has one; record_count,
    document_count, dump_count. Lineage: paper_id, column_name, record_id, rule: the record that gave each value
    (the smallest record_id among equals; all givers for a union).
    """
    priority = priority or {}
    is_alone = records["paper_id"].is_unique()
    alone, others = records.filter(is_alone), records.filter(~is_alone)
    made = []  # for few records, planning costs more than the work, so a part without records is skipped
    if alone.height or others.is_empty():
        made.append(_of_one_each(alone, contract, priority))
    if others.height:
        made.append(_of_several(others, contract, priority, sources))
    papers, lineage = zip(*made, strict=True)
    return pl.concat(papers).sort("paper_id"), pl.concat(lineage).sort("paper_id", "column_name", "record_id")


def _of_one_each(records: pl.DataFrame, contract: Contract, priority: Priority) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Papers with a single record, as most are: the values of that record."""
    lazy, values, lineage = records.lazy(), [], [PAPER_LINEAGE.empty().lazy()]
    for column, golden, companions in golden_columns(contract):
        value, is_given = pl.col(column), pl.col(column).is_not_null()
        if golden.is_union:
            value = value.list.drop_nulls().list.unique().list.sort().fill_null([])
            is_given = value.list.len() > 0
        values += [value, *(pl.when(pl.col(column).is_not_null()).then(c).alias(c) for c in companions)]
        lineage.append(_lineage(lazy.filter(is_given), column, rule_of(column, golden, priority)))
    one = [pl.lit(1, pl.Int64).alias(name) for name in ("record_count", "document_count", "dump_count")]
    made = pl.collect_all([lazy.select("paper_id", *one, *values), pl.concat(lineage)])
    return made[0], made[1]


def _of_several(
    records: pl.DataFrame, contract: Contract, priority: Priority, sources: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    if priority:
        records = _with_sources(records, sources)
    records = with_editions(records).with_columns(publication_type=pl.when(~is_overtaken()).then("publication_type"))
    lazy = records.lazy()  # one plan for all: for few rows, planning some 200 steps costs more than their work
    counts = {f"{name}_count": pl.col(f"{name}_id").n_unique().cast(pl.Int64) for name in ("document", "dump")}
    papers = lazy.group_by("paper_id").agg(record_count=pl.len().cast(pl.Int64), **counts)
    lineage = [PAPER_LINEAGE.empty().lazy()]
    for column, golden, companions in golden_columns(contract):
        if records[column].null_count() == records.height:
            papers = papers.with_columns(*_unsaid(column, golden, companions, records.schema))
            continue
        if golden.is_union:
            values, givers = _union(lazy, column)
            papers = papers.join(values, on="paper_id", how="left").with_columns(pl.col(column).fill_null([]))
        else:
            values, givers = _chosen(lazy, column, golden, companions, priority)
            papers = papers.join(values, on="paper_id", how="left")
        lineage.append(_lineage(givers, column, rule_of(column, golden, priority)))
    made = pl.collect_all([papers, pl.concat(lineage)])
    return made[0], made[1]


def _unsaid(column: str, golden: Golden, companions: list[str], schema: pl.Schema) -> list[pl.Expr]:
    """A column that no record fills, and its companions."""
    nothing = pl.lit([] if golden.is_union else None, schema[column])
    return [nothing.alias(column), *(pl.lit(None, schema[c]).alias(c) for c in companions)]


def _chosen(
    records: pl.LazyFrame, column: str, golden: Golden, companions: list[str], priority: Priority
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """The best value per paper with its companions, and the record that gave it; of equals, the smallest record_id."""
    ranks = [*_by_source(priority.get(column, ())), *RULES[golden.rule](column)]
    keys = {f"rank_{place}": rank for place, rank in enumerate(ranks)}
    is_descending = [False, *[True] * len(keys), False]
    given = records.filter(pl.col(column).is_not_null()).with_columns(**keys)
    ordered = given.sort("paper_id", *keys, "record_id", descending=is_descending, nulls_last=True)
    firsts = ordered.unique("paper_id", keep="first", maintain_order=True)
    givers = firsts.select("paper_id", "record_id", column, *companions)
    return givers.drop("record_id"), givers


def golden_columns(contract: Contract = RECORDS) -> list[tuple[str, Golden, list[str]]]:
    """Columns of papers that have a rule of their own, with that rule and their companions, which follow the choice."""
    golden = {name: column.golden for name, column in contract.columns.items() if column.golden}
    followers: dict[str, list[str]] = {name: [] for name in golden}
    for name, rule in golden.items():
        if rule.leader:
            followers[rule.leader].append(name)
    return [(name, rule, followers[name]) for name, rule in golden.items() if not rule.leader]


def rule_of(column: str, golden: Golden, priority: Priority) -> str:
    """The survivorship rule of a column, as the lineage states it."""
    preferred = priority.get(column)
    return f"{' before '.join(preferred)}, then {golden.rule}" if preferred else golden.rule


def _with_sources(records: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Records with all names of their sources, in lower case."""
    named = records.join(sources, on="dump_id", how="left")
    said = [pl.col("sources").fill_null([]), *(pl.concat_list(c) for c in ("publication_type",) if c in named.columns)]
    return named.with_columns(sources=pl.concat_list(said).list.eval(pl.element().str.to_lowercase()))


def _by_source(preferred: Sequence[str]) -> list[pl.Expr]:
    """A rank by the first of these sources that a record belongs to; no rank if no source is preferred."""
    is_of = [pl.col("sources").list.contains(source.lower()) for source in preferred]
    places = [pl.when(condition).then(-place) for place, condition in enumerate(is_of)]
    return [pl.max_horizontal(places).fill_null(-len(places))] if places else []


def _union(records: pl.LazyFrame, column: str) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Sorted distinct values per paper, and for each value the smallest record_id that has it."""
    each = records.select("paper_id", "record_id", column).explode(column).drop_nulls(column)
    values = each.group_by("paper_id").agg(pl.col(column).unique().sort())
    givers = each.group_by("paper_id", column).agg(pl.col("record_id").min()).unique(["paper_id", "record_id"])
    return values, givers


def _lineage(givers: pl.LazyFrame, column: str, rule: str) -> pl.LazyFrame:
    said = {"column_name": pl.lit(column), "rule": pl.lit(rule)}
    return givers.select(said.get(c, pl.col(c)).cast(t).alias(c) for c, t in PAPER_LINEAGE.schema.items())
