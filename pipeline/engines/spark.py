"""Records to pairs, clusters, papers and lineage on Spark, by the kernels of this house; equal to `local.derive`.

Nothing that decides a result is left to Spark: its own hashes spread rows over partitions, and no more. Between
stages lies a reliable checkpoint, so that an executor that is lost costs its tasks and not the job.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, cast

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 (its name in every Spark program)

from pipeline.dedup.blocks import MATCH_KEYS
from pipeline.dedup.cluster import DECISION, components_of
from pipeline.engines import kernels
from pipeline.engines.components import components
from pipeline.engines.local import CLUSTER_SCHEMA, DECISION_SCHEMA, PAIR_SCHEMA
from pipeline.normalise import CITED
from pipeline.settings import Settings

#: Matches up to which components are labelled on the driver, some 200 bytes a match; above, in Spark.
MATCHES_ON_DRIVER = 5_000_000

_SIDES = ("left", "right")


class Derived(NamedTuple):
    """As `local.Derived`, as data frames of Spark. All are checkpointed: reading one computes nothing anew but a projection."""

    pairs: DataFrame
    clusters: DataFrame
    papers: DataFrame
    lineage: DataFrame
    hot_buckets: DataFrame


def run_job(
    records: DataFrame,
    settings: Settings,
    decisions: pl.DataFrame | None = None,
    *,
    matches_on_driver: int = MATCHES_ON_DRIVER,
) -> Derived:
    """Derive everything from records (the contract's columns and dump_no) that lie wherever Spark reads.

    The session must have a checkpoint folder that its executors share, and this package on its workers
    (`session.connect` sees to both). decisions: as of `local.derive`. matches_on_driver: 0 labels in Spark, always.
    """
    documents = _documents(records)
    keys = documents.mapInArrow(partial(kernels.key_batches, settings=settings), ddl(kernels.KEY_SCHEMA)).checkpoint()
    candidates, hot = _candidates(keys, settings.bucket_cap)
    compared = _compared(candidates, documents, settings)
    judged = (_decided(compared, documents, decisions) if decisions is not None else compared).checkpoint()
    component = _components(judged.where("judgement = 'match'"), matches_on_driver)
    clusters, bridges = _clusters(documents, judged, component)
    golden = _golden(records, clusters)
    given = golden.select("paper_id", F.explode("lineage").alias("given")).select("paper_id", "given.*")
    return Derived(_demoted(judged, bridges), clusters, golden.drop("lineage"), given, hot)


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


def _documents(records: DataFrame) -> DataFrame:
    """What the first-ingested record of each document says of it: all say the same, and one has to be chosen."""
    place, said = F.struct(*kernels.PLACE), F.struct(*kernels.SAID)
    first = records.groupBy("document_id").agg(F.min_by(said, place).alias("said"), F.min(place).alias("place"))
    chosen = first.select("document_id", "said.*", "place.*")
    return chosen.mapInArrow(kernels.content_batches, ddl(kernels.DOCUMENT_SCHEMA)).checkpoint()


def _candidates(keys: DataFrame, bucket_cap: int) -> tuple[DataFrame, DataFrame]:
    """(distinct pairs: left_document_id < right_document_id, strength; hot buckets). A hot bucket is counted, never joined."""
    bucket = ["strength", "key"]
    sizes = keys.groupBy(*bucket).agg(F.count("*").alias("documents")).where("documents > 1").checkpoint()
    shared = keys.join(sizes.where(F.col("documents") <= bucket_cap), bucket, "left_semi")
    one, other = (shared.withColumnRenamed("document_id", f"{side}_document_id") for side in _SIDES)
    proposed = one.join(other, bucket).where("left_document_id < right_document_id")
    pairs = proposed.groupBy("left_document_id", "right_document_id").agg(F.min("strength").alias("strength"))
    names = F.array(*[F.lit(name) for name in MATCH_KEYS])
    hot = sizes.where(F.col("documents") > bucket_cap)
    return pairs, hot.select(names[F.col("strength").cast("int")].alias("match_key"), "key", "documents")


def _compared(candidates: DataFrame, documents: DataFrame, settings: Settings) -> DataFrame:
    pairs = candidates
    for side in _SIDES:
        said = ["document_id", "title_text", "abstract_text", *CITED]
        pairs = pairs.join(documents.select(*[F.col(c).alias(f"{side}_{c}") for c in said]), f"{side}_document_id")
    return pairs.mapInArrow(partial(kernels.pair_batches, settings=settings), ddl(PAIR_SCHEMA))


def _decided(compared: DataFrame, documents: DataFrame, decisions: pl.DataFrame) -> DataFrame:
    """Judged pairs among which a decision outranks every judgement, where both of its documents live."""
    said = create(compared.sparkSession, decisions.select(*DECISION_SCHEMA), DECISION_SCHEMA)
    left, right = F.col("left_document_id"), F.col("right_document_id")
    verdict = F.when(F.col("decision") == "must_link", "match").otherwise("non_match")
    said = said.select(F.least(left, right).alias("left_document_id"), F.greatest(left, right).alias("right_document_id"), verdict.alias("decided"))  # fmt: skip
    for side in _SIDES:
        living = documents.select(F.col("document_id").alias(f"{side}_document_id"))
        said = said.join(living, f"{side}_document_id", "left_semi")
    both = compared.join(said, ["left_document_id", "right_document_id"], "full_outer")
    changed = {
        "match_key": F.coalesce("match_key", F.lit(DECISION)),
        "judgement": F.coalesce("decided", "judgement"),
        "rule": F.when(F.col("decided").isNotNull(), DECISION).otherwise(F.col("rule")),
    }
    return both.withColumns(changed).select(*PAIR_SCHEMA)


def _components(matches: DataFrame, on_driver: int) -> DataFrame:
    """document_id, component_id of every document in a match."""
    if matches.count() > on_driver:
        return components(matches)
    ends = cast(pl.DataFrame, pl.from_arrow(matches.select("left_document_id", "right_document_id").toArrow()))
    ids = pl.concat([ends["left_document_id"], ends["right_document_id"]]).unique().sort()
    left, right = (ids.search_sorted(ends[f"{side}_document_id"]).to_numpy().astype("int64") for side in _SIDES)
    component = ids.gather(components_of(ids.len(), left, right))
    schema: kernels.Schema = {"document_id": pl.String, "component_id": pl.String}
    return create(matches.sparkSession, pl.DataFrame([ids, component], schema=schema), schema)


def _clusters(documents: DataFrame, judged: DataFrame, component: DataFrame) -> tuple[DataFrame, DataFrame]:
    """(clusters, bridges). Components are audited many in a call, whole; a document without a match is its own."""
    parts = int(documents.sparkSession.conf.get("spark.sql.shuffle.partitions") or 200)
    part = F.pmod(F.hash("component_id"), F.lit(parts)).alias("part")
    members = documents.join(component, "document_id").select("document_id", "abstract_words", "arxiv_id", *kernels.PLACE, part)  # fmt: skip
    pairs = judged
    for side in _SIDES:
        of = component.select(
            F.col("document_id").alias(f"{side}_document_id"), F.col("component_id").alias(f"{side}_component_id")
        )
        pairs = pairs.join(of, f"{side}_document_id")
    inside = pairs.where("left_component_id = right_component_id")
    inside = inside.withColumnRenamed("left_component_id", "component_id").select(*PAIR_SCHEMA, part)
    grouped = members.groupBy("part").cogroup(inside.groupBy("part"))
    audited = grouped.applyInArrow(kernels.audit_table, ddl(kernels.AUDITED_SCHEMA)).checkpoint()
    alone = documents.join(component, "document_id", "left_anti")
    singles = alone.select(*[F.col("document_id").alias(c) for c in CLUSTER_SCHEMA])
    clusters = audited.where("document_id IS NOT NULL").select(*CLUSTER_SCHEMA).union(singles).checkpoint()
    bridges = audited.where("document_id IS NULL").select("left_document_id", "right_document_id", "bridge_rule")
    return clusters, bridges


def _demoted(judged: DataFrame, bridges: DataFrame) -> DataFrame:
    """Make each bridge a pair to review, as `cluster.demote_bridges` does."""
    found = judged.join(bridges, ["left_document_id", "right_document_id"], "left")
    judgement = F.when(F.col("bridge_rule").isNull(), F.col("judgement")).otherwise("review")
    changed = {"judgement": judgement, "rule": F.coalesce("bridge_rule", "rule")}
    return found.withColumns(changed).select(*PAIR_SCHEMA).checkpoint()


def _golden(records: DataFrame, clusters: DataFrame) -> DataFrame:
    """Papers, each with its lineage; many papers in a call, and all records of each."""
    parts = int(records.sparkSession.conf.get("spark.sql.shuffle.partitions") or 200)
    named = records.drop("dump_no", "title_raw", "abstract_raw").join(clusters.select("document_id", "paper_id"), "document_id")  # fmt: skip
    grouped = named.withColumn("part", F.pmod(F.hash("paper_id"), F.lit(parts))).groupBy("part")
    return grouped.applyInArrow(kernels.golden_table, ddl(kernels.PAPER_SCHEMA)).checkpoint()


def create(session: SparkSession, frame: pl.DataFrame, schema: kernels.Schema) -> DataFrame:
    """Hand a frame to Spark."""
    make = cast(Callable[..., DataFrame], session.createDataFrame)
    return make(kernels.to_table(frame, schema), ddl(schema))
