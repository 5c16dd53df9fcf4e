"""Records to papers on Spark, in bulk: like `papersieve.pipeline.derive`, with the same functions on Arrow batches.

Spark decides no result: it joins, counts and takes the smallest, and its own hashes only spread rows over partitions.
Expensive results are written or checkpointed reliably, so that a lost executor costs its tasks, not the whole job.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 (its name in every Spark program)
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from papersieve.checks.evidence_columns import MATCH_KEYS
from papersieve.pipeline.blocking.candidates import HOT_SCHEMA
from papersieve.pipeline.derive import CLUSTER_SCHEMA, NO_DECISIONS, PAIR_SCHEMA
from papersieve.pipeline.documents import CONTENT, TELLING_TITLE_WORDS
from papersieve.pipeline.matching.clusters import components_of
from papersieve.pipeline.matching.context import LIST_SCHEMA, how_surely
from papersieve.pipeline.matching.judgement import DECISION
from papersieve.pipeline.matching.overruling import verdicts
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.spark import arrow_steps

BUCKET = ["strength", "key"]
SIDES = ("left", "right")
ENDS = ["left_document_id", "right_document_id"]

#: The tables that a derivation writes. judged: pairs as the model and the guards judged them. clustered: clusters and
#: bridges.
TABLES: dict[str, arrow_steps.Schema] = {
    "hot_buckets": HOT_SCHEMA,
    "judged": PAIR_SCHEMA,
    "clustered": arrow_steps.CLUSTERED_SCHEMA,
    "papers": arrow_steps.PAPER_SCHEMA,
}

#: Stores a table under a name, and returns the stored one.
Write = Callable[[str, DataFrame], DataFrame]


def checkpointed(name: str, frame: DataFrame) -> DataFrame:
    """Keep a table until the session ends."""
    return frame.checkpoint()


def derive(
    records: DataFrame,
    documents: DataFrame,
    settings: Settings,
    decisions: pl.DataFrame = NO_DECISIONS,
    write: Write = checkpointed,
) -> tuple[DataFrame, ...]:
    """Derive everything from records (the contract's columns and dump_no) and from `read_documents` of their dumps.

    Returns the tables of `papersieve.pipeline.derive.Derived`, in their order.
    """
    documents = documents.drop("dump").dropDuplicates(["document_id"])
    around = surroundings(records, documents).checkpoint()
    candidates, hot = candidate_pairs(documents, settings)
    hot = write("hot_buckets", hot)
    judged = write("judged", compare(candidates, documents, around, settings))
    pairs = decide(judged, around, decisions)
    clustered = write("clustered", cluster(around, pairs))
    clusters = clustered.where("document_id IS NOT NULL").select(*CLUSTER_SCHEMA)
    bridges = clustered.where("document_id IS NULL").select(*arrow_steps.OVERRULED_SCHEMA)
    papers = write("papers", merge(records, clusters))
    lineage = papers.select("paper_id", F.inline("lineage"))
    return overrule(pairs, bridges), clusters, papers.drop("lineage"), lineage, hot


def read_documents(records: DataFrame, settings: Settings) -> DataFrame:
    """Records (with dump) to `arrow_steps.DOCUMENT_SCHEMA`. A document may occur several times, each time the same."""
    read = partial(arrow_steps.document_batches, settings=settings)
    return records.mapInArrow(read, spark_schema(arrow_steps.DOCUMENT_SCHEMA))


def candidate_pairs(documents: DataFrame, settings: Settings) -> tuple[DataFrame, DataFrame]:
    """Pairs (`ENDS`, strength of the strongest key) and hot buckets, as `candidates.candidate_pairs` finds them."""
    keys = documents.select("document_id", F.inline("keys"))
    buckets = keys.groupBy(*BUCKET).agg(F.count("*").alias("documents")).where("documents > 1").checkpoint()
    is_hot = F.col("documents") > settings.matching.bucket_cap
    members = keys.join(buckets.where(~is_hot).select(*BUCKET), BUCKET)
    left, right = (members.withColumnRenamed("document_id", end) for end in ENDS)
    proposed = left.join(right, BUCKET).where("left_document_id < right_document_id")
    names = F.array(*map(F.lit, MATCH_KEYS))
    hot = buckets.where(is_hot).withColumn("match_key", names[F.col("strength").cast("int")])
    return proposed.groupBy(*ENDS).agg(F.min("strength").alias("strength")), hot.select(*HOT_SCHEMA)


def surroundings(records: DataFrame, documents: DataFrame) -> DataFrame:
    """document_id, arxiv_id, title_years and abstract_titles (`context.recurrence`), listed (a list of
    `context.LIST_SCHEMA`), `derive.PLACE`.
    """
    places = records.groupBy("document_id").agg(F.min(F.struct("dump_no", "ordinal")).alias("place"))
    known = recurrence(documents).join(places, "document_id").join(listings(records, documents), "document_id", "left")
    return known.select("document_id", "arxiv_id", "title_years", "abstract_titles", "listed", "place.*")


def recurrence(documents: DataFrame) -> DataFrame:
    """document_id, arxiv_id, title_years, abstract_titles: as `context.recurrence`, counted by key."""
    title, abstract = (_key_of(name).alias(name) for name in ("title", "abstract"))
    said = documents.select("document_id", "arxiv_id", "year", title, abstract)
    years = F.greatest(F.count_distinct("year"), F.lit(1)).cast("double")
    titles = F.count_distinct("title").cast("double")
    of_title = said.where("title IS NOT NULL").groupBy("title").agg(years.alias("title_years"))
    of_abstract = said.where("abstract IS NOT NULL").groupBy("abstract").agg(titles.alias("abstract_titles"))
    return said.join(of_title, "title", "left").join(of_abstract, "abstract", "left")


def _key_of(match_key: str) -> Any:
    of_kind = F.filter("keys", lambda key: key["strength"] == MATCH_KEYS.index(match_key))
    return F.get(of_kind, F.lit(0))["key"]


def listings(records: DataFrame, documents: DataFrame) -> DataFrame:
    """document_id, listed: the document's dumps that list each paper once, and how certain that is."""
    stands = records.select("dump_id", "document_id").distinct()
    said = F.struct("title_text", "authors_text", "year")
    told = documents.where(F.size(F.split("title_text", " ")) >= TELLING_TITLE_WORDS).select("document_id", said.alias("said"))  # fmt: skip
    counts = stands.join(told, "document_id").groupBy("dump_id").agg(F.count("*").alias("documents"), F.count_distinct("said").alias("distinct"))  # fmt: skip
    sure = how_surely(cast(pl.DataFrame, pl.from_arrow(counts.toArrow()))).filter(pl.col("lists_once") > 0)
    listed = stands.join(F.broadcast(create(records.sparkSession, sure, LIST_SCHEMA)), "dump_id")
    return listed.groupBy("document_id").agg(F.collect_list(F.struct(*LIST_SCHEMA)).alias("listed"))


def compare(candidates: DataFrame, documents: DataFrame, around: DataFrame, settings: Settings) -> DataFrame:
    """Candidates to judged pairs (`PAIR_SCHEMA`)."""
    ends = candidates.select(F.explode(F.array(*ENDS)).alias("document_id")).distinct()
    texts = documents.select("document_id", *CONTENT).join(ends, "document_id", "left_semi")
    said = texts.join(around.select("document_id", "title_years", "abstract_titles", "listed"), "document_id")
    pairs = candidates
    for side, end in zip(SIDES, ENDS, strict=True):
        pairs = pairs.join(said.select(F.col("document_id").alias(end), F.struct("*").alias(side)), end)
    return pairs.mapInArrow(partial(arrow_steps.pair_batches, settings=settings), spark_schema(PAIR_SCHEMA))


def decide(judged: DataFrame, documents: DataFrame, decisions: pl.DataFrame) -> DataFrame:
    """Judged pairs, overruled by the decisions about them. A decision counts if both of its documents are given."""
    if decisions.is_empty():
        return judged
    left, right = F.col("left_document_id"), F.col("right_document_id")
    said = create(judged.sparkSession, verdicts(decisions), arrow_steps.OVERRULED_SCHEMA)
    said = said.withColumns({ENDS[0]: F.least(left, right), ENDS[1]: F.greatest(left, right)})
    for end in ENDS:
        said = said.join(documents.select(F.col("document_id").alias(end)), end, "left_semi")
    return overrule(judged, said)


def cluster(members: DataFrame, pairs: DataFrame) -> DataFrame:
    """`arrow_steps.CLUSTERED_SCHEMA` of members (`surroundings`) and decided pairs.

    Whole components are clustered, many per call; a document without a match is a cluster of its own.
    """
    component = label(pairs.where("judgement = 'match'"))
    part = _part("component_id")
    joined = members.join(component, "document_id").select(*members.columns, part)
    for side in SIDES:
        of = component.select(F.col("document_id").alias(f"{side}_document_id"), F.col("component_id").alias(side))
        pairs = pairs.join(of, f"{side}_document_id")
    inside = pairs.where("left = right").withColumnRenamed("left", "component_id").select(*PAIR_SCHEMA, part)
    grouped = joined.groupBy("part").cogroup(inside.groupBy("part"))
    clustered = grouped.applyInArrow(arrow_steps.cluster_table, spark_schema(arrow_steps.CLUSTERED_SCHEMA))
    alone = members.join(component, "document_id", "left_anti")
    singles = alone.select(*[F.col("document_id").alias(c) for c in CLUSTER_SCHEMA])
    return clustered.unionByName(singles, allowMissingColumns=True)


def label(matches: DataFrame) -> DataFrame:
    """document_id, component_id of every document in a match. The driver finds them, in about 200 bytes per match."""
    ends = cast(pl.DataFrame, pl.from_arrow(matches.select(*ENDS).toArrow()))
    ids = pl.concat([ends[end] for end in ENDS]).unique().sort()
    left, right = (ids.search_sorted(ends[end]).to_numpy().astype("int64") for end in ENDS)
    component = ids.gather(components_of(ids.len(), left, right))
    schema: arrow_steps.Schema = {"document_id": pl.String, "component_id": pl.String}
    return create(matches.sparkSession, pl.DataFrame([ids, component], schema=schema), schema)


def overrule(pairs: DataFrame, overruled: DataFrame) -> DataFrame:
    """Replace the judgements of pairs with those that outrank them (`arrow_steps.OVERRULED_SCHEMA`), as
    `overruling.overrule` does.
    """
    by = overruled.withColumnsRenamed({"judgement": "judgement_over", "rule": "rule_over"})
    changed = {name: F.coalesce(f"{name}_over", name) for name in ("judgement", "rule")}
    changed["match_key"] = F.coalesce("match_key", F.lit(DECISION))
    return pairs.join(by, ENDS, "full_outer").withColumns(changed).select(*PAIR_SCHEMA)


def merge(records: DataFrame, clusters: DataFrame) -> DataFrame:
    """Records of whole papers to `arrow_steps.PAPER_SCHEMA`, many papers per call."""
    said = records.drop("dump", "dump_no", "title_raw", "abstract_raw", "authors_raw", "venue_raw", "other_fields")
    named = said.join(clusters.select("document_id", "paper_id"), "document_id")
    grouped = named.withColumn("part", _part("paper_id")).groupBy("part")
    return grouped.applyInArrow(arrow_steps.golden_table, spark_schema(arrow_steps.PAPER_SCHEMA))


def _part(column: str) -> Any:
    """A number for each value of the column, less than the number of partitions of a shuffle."""
    session = SparkSession.active()
    parts = int(session.conf.get("spark.sql.shuffle.partitions") or 200)
    return F.pmod(F.hash(column), F.lit(parts)).alias("part")


def spark_schema(schema: arrow_steps.Schema) -> StructType:
    """A schema as Spark has it."""
    return from_arrow_schema(arrow_steps.arrow_schema(schema))


def create(session: SparkSession, frame: pl.DataFrame, schema: arrow_steps.Schema) -> DataFrame:
    """Pass a frame to Spark."""
    make = cast(Callable[..., DataFrame], session.createDataFrame)
    return make(arrow_steps.to_table(frame, schema), spark_schema(schema))
