"""Stages of the way from records to papers on Spark, by the kernels of this house.

Nothing that decides a result is left to Spark: its own hashes spread rows over partitions, and no more. What is
dear to compute is checkpointed reliably, so that an executor that is lost costs its tasks and not the job.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 (its name in every Spark program)

from pipeline.blocking.keys import MATCH_KEYS
from pipeline.derive import CLUSTER_SCHEMA, PAIR_SCHEMA
from pipeline.matching.clusters import DECISION, components_of
from pipeline.matching.overruling import DECISION_SCHEMA, verdicts
from pipeline.normalise import CITED
from pipeline.settings import Settings
from pipeline.spark import kernels
from pipeline.spark.components import components

#: Matches up to which components are labelled on the driver, some 200 bytes a match; above, in Spark.
MATCHES_ON_DRIVER = 5_000_000

BUCKET = ["strength", "key"]
SIDES = ("left", "right")
ENDS = ["left_document_id", "right_document_id"]


def document_rows(records: DataFrame, _: Settings) -> DataFrame:
    """Records (with dump) to `DOCUMENT_SCHEMA`: all records of a document say the same; the first of a dump is chosen."""
    said = F.struct(*kernels.SAID)
    first = records.groupBy("dump", "document_id").agg(F.min_by(said, "ordinal").alias("said"), F.min("ordinal").alias("ordinal"))  # fmt: skip
    chosen = first.select("dump", "document_id", "said.*", "ordinal")
    return chosen.mapInArrow(kernels.content_batches, ddl(kernels.DOCUMENT_SCHEMA))


def key_rows(documents: DataFrame, settings: Settings) -> DataFrame:
    """`DOCUMENT_SCHEMA` to `KEY_SCHEMA`."""
    rows = documents.select(*kernels.DOCUMENT_SCHEMA)
    return rows.mapInArrow(partial(kernels.key_batches, settings=settings), ddl(kernels.KEY_SCHEMA))


def ddl(schema: kernels.Schema) -> str:
    """Spark's own way to write a schema."""
    return ", ".join(f"{name} {_type(dtype)}" for name, dtype in schema.items())


def _type(dtype: Any) -> str:
    if isinstance(dtype, pl.List):
        return f"array<{_type(dtype.inner)}>"
    if isinstance(dtype, pl.Struct):
        return f"struct<{', '.join(f'{f.name}: {_type(f.dtype)}' for f in dtype.fields)}>"
    plain = {pl.String: "string", pl.Int64: "bigint", pl.Float64: "double", pl.Boolean: "boolean", pl.Date: "date"}
    return next(theirs for ours, theirs in plain.items() if dtype == ours)


def compare(candidates: DataFrame, documents: DataFrame, settings: Settings) -> DataFrame:
    """Candidates (`ENDS`, strength) to `PAIR_SCHEMA`. documents: `DOCUMENT_SCHEMA` of all that are in a candidate, and others."""
    said = ["document_id", "title_text", "abstract_text", *CITED]
    ends = candidates.select(F.explode(F.array(*ENDS)).alias("document_id")).distinct()
    texts = documents.select(*said).join(ends, "document_id", "left_semi").dropDuplicates(["document_id"])
    pairs = candidates
    for side in SIDES:
        pairs = pairs.join(texts.select(*[F.col(c).alias(f"{side}_{c}") for c in said]), f"{side}_document_id")
    return pairs.mapInArrow(partial(kernels.pair_batches, settings=settings), ddl(PAIR_SCHEMA))


def decide(judged: DataFrame, documents: DataFrame, decisions: list[list[str]]) -> DataFrame:
    """Judged pairs among which a decision outranks every judgement, where both of its documents are among those given."""
    if not decisions:
        return judged
    told = verdicts(pl.DataFrame(decisions, schema=DECISION_SCHEMA, orient="row"))
    left, right = F.col("left_document_id"), F.col("right_document_id")
    said = create(judged.sparkSession, told, kernels.OVERRULED_SCHEMA)
    said = said.withColumns({ENDS[0]: F.least(left, right), ENDS[1]: F.greatest(left, right)})
    return overrule(judged, within(said, documents))


def within(pairs: DataFrame, documents: DataFrame) -> DataFrame:
    """Pairs whose two documents are among those given."""
    for side in SIDES:
        pairs = pairs.join(documents.select(F.col("document_id").alias(f"{side}_document_id")), f"{side}_document_id", "left_semi")  # fmt: skip
    return pairs


def label(matches: DataFrame, on_driver: int) -> DataFrame:
    """document_id, component_id of every document in a match."""
    if matches.count() > on_driver:
        return components(matches)
    ends = cast(pl.DataFrame, pl.from_arrow(matches.select(*ENDS).toArrow()))
    ids = pl.concat([ends[end] for end in ENDS]).unique().sort()
    left, right = (ids.search_sorted(ends[end]).to_numpy().astype("int64") for end in ENDS)
    component = ids.gather(components_of(ids.len(), left, right))
    schema: kernels.Schema = {"document_id": pl.String, "component_id": pl.String}
    return create(matches.sparkSession, pl.DataFrame([ids, component], schema=schema), schema)


def cluster(members: DataFrame, pairs: DataFrame, component: DataFrame) -> tuple[DataFrame, DataFrame]:
    """(clusters, bridges: `kernels.OVERRULED_SCHEMA`) of members (document_id, abstract_words, arxiv_id, `derive.PLACE`) and decided pairs.

    Components are audited many in a call, whole; a document without a match is its own.
    """
    parts = int(members.sparkSession.conf.get("spark.sql.shuffle.partitions") or 200)
    part = F.pmod(F.hash("component_id"), F.lit(parts)).alias("part")
    joined = members.join(component, "document_id").select(*members.columns, part)
    for side in SIDES:
        of = component.select(
            F.col("document_id").alias(f"{side}_document_id"), F.col("component_id").alias(f"{side}_component_id")
        )
        pairs = pairs.join(of, f"{side}_document_id")
    inside = pairs.where("left_component_id = right_component_id")
    inside = inside.withColumnRenamed("left_component_id", "component_id").select(*PAIR_SCHEMA, part)
    grouped = joined.groupBy("part").cogroup(inside.groupBy("part"))
    audited = grouped.applyInArrow(kernels.audit_table, ddl(kernels.AUDITED_SCHEMA)).checkpoint()
    alone = members.join(component, "document_id", "left_anti")
    singles = alone.select(*[F.col("document_id").alias(c) for c in CLUSTER_SCHEMA])
    clusters = audited.where("document_id IS NOT NULL").select(*CLUSTER_SCHEMA).union(singles)
    return clusters, audited.where("document_id IS NULL").select(*kernels.OVERRULED_SCHEMA)


def overrule(pairs: DataFrame, overruled: DataFrame) -> DataFrame:
    """Put what outranks the judgements of pairs (`kernels.OVERRULED_SCHEMA`) in their place, as `overruling.overrule` does."""
    by = overruled.withColumnsRenamed({"judgement": "judgement_over", "rule": "rule_over"})
    changed = {
        "match_key": F.coalesce("match_key", F.lit(DECISION)),
        "judgement": F.coalesce("judgement_over", "judgement"),
        "rule": F.coalesce("rule_over", "rule"),
    }
    return pairs.join(by, ENDS, "full_outer").withColumns(changed).select(*PAIR_SCHEMA)


def merge(records: DataFrame, clusters: DataFrame) -> DataFrame:
    """Records of whole papers to `PAPER_SCHEMA`; many papers in a call, and all records of each."""
    parts = int(records.sparkSession.conf.get("spark.sql.shuffle.partitions") or 200)
    named = records.drop("dump", "title_raw", "abstract_raw").join(clusters.select("document_id", "paper_id"), "document_id")  # fmt: skip
    grouped = named.withColumn("part", F.pmod(F.hash("paper_id"), F.lit(parts))).groupBy("part")
    return grouped.applyInArrow(kernels.golden_table, ddl(kernels.PAPER_SCHEMA))


def match_key_of(strength: str) -> Any:
    """Return the name of the match key of this strength."""
    return F.array(*[F.lit(name) for name in MATCH_KEYS])[F.col(strength).cast("int")]


def create(session: SparkSession, frame: pl.DataFrame, schema: kernels.Schema) -> DataFrame:
    """Hand a frame to Spark."""
    make = cast(Callable[..., DataFrame], session.createDataFrame)
    return make(kernels.to_table(frame, schema), ddl(schema))
