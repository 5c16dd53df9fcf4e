"""One version of a lake from the one before: what dumps and decisions changed, and what that touches, is computed anew.

    documents that come or go → buckets that they enter or leave, and buckets that this makes hot or cold
    → pairs that these propose → components that a pair, a record or a decision touches → their papers

All else is carried over. A first version is the same work with every document coming, so nothing can differ.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 (its name in every Spark program)

from pipeline.derive import CLUSTER_SCHEMA, HOT_SCHEMA, PAIR_SCHEMA, PLACE
from pipeline.settings import Settings
from pipeline.spark import kernels
from pipeline.spark.stages import (
    BUCKET,
    ENDS,
    SIDES,
    cluster,
    compare,
    create,
    decide,
    label,
    match_key_of,
    merge,
    overrule,
    within,
)

#: Tables of a version. judged: pairs before decisions and the audit of clusters, which `pairs` has behind it.
TABLES: dict[str, kernels.Schema] = {
    "judged": PAIR_SCHEMA,
    "bridges": kernels.OVERRULED_SCHEMA,
    "clusters": CLUSTER_SCHEMA,
    "pairs": PAIR_SCHEMA,
    "papers": kernels.PAPER_SCHEMA,
    "hot_buckets": {"strength": pl.Int64, **HOT_SCHEMA},
}

_ID = {"document_id": pl.String}


@dataclass(frozen=True)
class Before:
    """Tables of the version before, and its decisions."""

    judged: DataFrame
    bridges: DataFrame
    clusters: DataFrame
    papers: DataFrame
    hot_buckets: DataFrame
    decisions: list[list[str]]


@dataclass(frozen=True)
class Segments:
    """Dumps that come, go and stay, and how to read what of a kind (records, documents, keys) lies of dumps.

    A dump that comes back under another number goes and comes. numbers: dump, dump_no of those that come and stay.
    """

    read: Callable[[str, Iterable[str]], DataFrame]
    added: set[str]
    removed: set[str]
    carried: set[str]
    numbers: DataFrame

    def now(self, kind: str) -> DataFrame:
        """Read those that come and stay."""
        return self.read(kind, self.added | self.carried)


@dataclass(frozen=True)
class _Buckets:
    """members: bucket, document_id, is_arrived of all that hold a changed document. sizes: bucket, was, now: members
    before and now, of those that ever held two. moved: documents, not new, of buckets that turned hot or cold; or none.
    """

    members: DataFrame
    sizes: DataFrame
    moved: DataFrame | None


Write = Callable[[str, DataFrame], DataFrame]


def derive(
    session: SparkSession,
    segments: Segments,
    before: Before | None,
    write: Write,
    settings: Settings,
    decisions: list[list[str]],
    *,
    matches_on_driver: int,
) -> None:
    """Write every one of `TABLES`; write(name, frame) returns it as it was written."""
    documents = segments.now("documents")
    changed = _changed_documents(segments).checkpoint()
    arrived = changed.where("is_arrived").select("document_id")
    gone = changed.where("is_gone").select("document_id")

    buckets = _buckets(segments, changed, before, settings.bucket_cap)
    proposed = _proposed(segments, buckets, settings.bucket_cap)
    carried, fresh, ends = _carried(before, gone, buckets.moved, proposed)
    compared = compare(fresh, documents, settings)
    if carried is not None:
        compared = compared.checkpoint()
        ends = ends + [compared.select(F.col(end).alias("document_id")) for end in ENDS]
    judged = write("judged", compared if carried is None else carried.union(compared))
    write("hot_buckets", _hot(before, buckets.sizes, settings.bucket_cap))

    if before is None:
        affected, old = arrived, None
    else:
        decided = _decided_ends(session, changed, before.decisions, decisions)
        seeds = reduce(DataFrame.union, [changed.select("document_id"), *ends, decided]).distinct()
        old = before.clusters.join(before.clusters.join(seeds, "document_id", "left_semi").select("component_id").distinct(), "component_id", "left_semi")  # fmt: skip
        old = old.select(*CLUSTER_SCHEMA).checkpoint()
        affected = old.select("document_id").join(gone, "document_id", "left_anti").union(arrived).checkpoint()
        documents = documents.join(affected, "document_id", "left_semi")
    members = _members(documents, segments.numbers).checkpoint()
    pairs = decide(within(judged, affected) if old else judged, affected, decisions)
    component = label(pairs.where("judgement = 'match'"), matches_on_driver)
    clusters, bridges = cluster(members, pairs, component)
    if before is not None and old is not None:
        kept = before.clusters.join(old.select("document_id"), "document_id", "left_anti")
        all_clusters, all_bridges = kept.select(*CLUSTER_SCHEMA).union(clusters), _without(before.bridges, old).union(bridges)  # fmt: skip
    else:
        all_clusters, all_bridges = clusters, bridges
    all_clusters = write("clusters", all_clusters)
    all_bridges = write("bridges", all_bridges)
    write("pairs", overrule(decide(judged, segments.now("documents"), decisions), all_bridges))

    if before is None or old is None:
        write("papers", merge(segments.now("records"), all_clusters))
        return
    held = [row["dump"] for row in documents.select("dump").distinct().collect()]
    records = segments.read("records", held).join(affected, "document_id", "left_semi")
    untouched = before.papers.join(old.select("paper_id").distinct(), "paper_id", "left_anti")
    write("papers", untouched.select(*kernels.PAPER_SCHEMA).union(merge(records, all_clusters)))


def _changed_documents(segments: Segments) -> DataFrame:
    """document_id, is_arrived, is_gone of every document of a dump that comes or goes; most of them may do neither."""
    sides = [(segments.added, 1, 0), (segments.removed, 0, 1)]
    rows = [
        segments.read("documents", dumps).select("document_id", F.lit(comes).alias("comes"), F.lit(goes).alias("goes"))
        for dumps, comes, goes in sides
    ]
    delta = (
        rows[0].union(rows[1]).groupBy("document_id").agg(F.max("comes").alias("comes"), F.max("goes").alias("goes"))
    )
    if segments.carried:
        others = segments.read("documents", segments.carried).select("document_id").distinct()
        delta = delta.join(others.withColumn("stays", F.lit(1)), "document_id", "left")
    else:
        delta = delta.withColumn("stays", F.lit(None).cast("int"))
    has_one = F.col("stays").isNull() & (F.col("comes") != F.col("goes"))
    return delta.select(
        "document_id",
        (has_one & (F.col("comes") == 1)).alias("is_arrived"),
        (has_one & (F.col("goes") == 1)).alias("is_gone"),
    )


def _buckets(segments: Segments, changed: DataFrame, before: Before | None, cap: int) -> _Buckets:
    key = ["document_id", *BUCKET]
    now = segments.now("keys").select(*key)
    if before is None:
        members = now.distinct().withColumn("is_arrived", F.lit(True))
        counted = members.groupBy(*BUCKET).agg(F.lit(0).cast("bigint").alias("was"), F.count("*").alias("now"))
        return _Buckets(members, counted.where("now > 1").checkpoint(), None)
    moving = segments.read("keys", segments.added | segments.removed).select(*key).distinct()
    moving = moving.join(changed.where("is_arrived OR is_gone"), "document_id").checkpoint()
    members = now.join(moving.select(*BUCKET).distinct(), BUCKET, "left_semi").distinct()
    arrived = changed.where("is_arrived").select("document_id", "is_arrived")
    members = members.join(arrived, "document_id", "left").withColumn(
        "is_arrived", F.coalesce("is_arrived", F.lit(False))
    )
    members = members.checkpoint()
    one, none = F.lit(1).alias("now"), F.lit(0).alias("now")
    rows = members.select(*BUCKET, (~F.col("is_arrived")).cast("int").alias("was"), one)
    rows = rows.union(moving.where("is_gone").select(*BUCKET, F.lit(1).alias("was"), none))
    counted = rows.groupBy(*BUCKET).agg(F.sum("was").alias("was"), F.sum("now").alias("now"))
    sizes = counted.where("now > 1 OR was > 1").checkpoint()
    switched = sizes.where((F.col("was") > cap) != (F.col("now") > cap)).select(*BUCKET)
    if switched.isEmpty():
        return _Buckets(members, sizes, None)
    old = members.where("NOT is_arrived").join(switched, BUCKET, "left_semi")
    return _Buckets(members, sizes, old.select("document_id").distinct().checkpoint())


def _proposed(segments: Segments, buckets: _Buckets, cap: int) -> DataFrame:
    """Candidates (`ENDS`, strength) with a document that is new, and those among moved ones. A hot bucket is counted, never joined."""
    cold = buckets.sizes.where(F.col("now").between(2, cap)).select(*BUCKET)
    shared = buckets.members.join(cold, BUCKET, "left_semi")
    one = shared.where("is_arrived").select(*BUCKET, F.col("document_id").alias("one"))
    other = shared.select(*BUCKET, F.col("document_id").alias("other"), "is_arrived")
    pairs = one.join(other, BUCKET).where("one <> other AND (NOT is_arrived OR one < other)")
    if buckets.moved is not None:
        now = segments.now("keys").select("document_id", *BUCKET)
        keys = now.join(buckets.moved, "document_id", "left_semi").distinct()
        around = now.join(keys.select(*BUCKET).distinct(), BUCKET, "left_semi").distinct()
        sizes = around.groupBy(*BUCKET).agg(F.count("*").alias("now")).where(F.col("now").between(2, cap))
        keys = keys.join(sizes, BUCKET, "left_semi").checkpoint()
        left, right = (keys.withColumnRenamed("document_id", name) for name in ("one", "other"))
        pairs = pairs.select(*BUCKET, "one", "other").union(left.join(right, BUCKET).where("one < other").select(*BUCKET, "one", "other"))  # fmt: skip
    named = pairs.select(F.least("one", "other").alias(ENDS[0]), F.greatest("one", "other").alias(ENDS[1]), "strength")
    strongest = named.groupBy(*ENDS).agg(F.min("strength").alias("strength"))
    return strongest if buckets.moved is None else strongest.checkpoint()


def _carried(
    before: Before | None, gone: DataFrame, moved: DataFrame | None, proposed: DataFrame
) -> tuple[DataFrame | None, DataFrame, list[DataFrame]]:
    """(judged pairs that stay as they are, candidates to compare, documents of pairs that leave)."""
    if before is None:
        return None, proposed, []
    alive = _without(before.judged, gone, any_end=True)
    if moved is None:
        return alive, proposed, []
    inside = within(alive, moved)
    again = proposed.select(*ENDS, match_key_of("strength").alias("match_key"))
    kept = inside.join(again, [*ENDS, "match_key"], "left_semi").select(*PAIR_SCHEMA).checkpoint()
    left = inside.join(kept, ENDS, "left_anti")
    others = alive.join(inside.select(*ENDS), ENDS, "left_anti").select(*PAIR_SCHEMA)
    fresh = proposed.join(kept, ENDS, "left_anti")
    return others.union(kept), fresh, [left.select(F.col(end).alias("document_id")) for end in ENDS]


def _without(pairs: DataFrame, documents: DataFrame, *, any_end: bool = False) -> DataFrame:
    """Pairs of which no document (any_end), or not the left one, is among those given."""
    columns = pairs.columns
    for side in SIDES if any_end else SIDES[:1]:
        pairs = pairs.join(documents.select(F.col("document_id").alias(f"{side}_document_id")), f"{side}_document_id", "left_anti")  # fmt: skip
    return pairs.select(*columns)


def _hot(before: Before | None, sizes: DataFrame, cap: int) -> DataFrame:
    hot = sizes.where(F.col("now") > cap)
    hot = hot.select("strength", match_key_of("strength").alias("match_key"), "key", F.col("now").alias("documents"))
    if before is None:
        return hot
    return before.hot_buckets.join(sizes, BUCKET, "left_anti").select(*hot.columns).union(hot)


def _decided_ends(
    session: SparkSession, changed: DataFrame, before: list[list[str]], now: list[list[str]]
) -> DataFrame:
    """Documents of decisions that are new or gone, or whose other document comes or goes."""
    other = {tuple(d) for d in before} ^ {tuple(d) for d in now}
    switched = create(session, pl.DataFrame({"document_id": [end for d in other for end in d[:2]]}, schema=_ID), _ID)
    both = [(end, [d[1], d[0]][at]) for d in now for at, end in enumerate(d[:2])]
    schema = {"document_id": pl.String, "other": pl.String}
    linked = create(session, pl.DataFrame(both, schema=schema, orient="row"), schema)
    reached = linked.join(changed, "document_id", "left_semi").select(F.col("other").alias("document_id"))
    return switched.union(reached)


def _members(documents: DataFrame, numbers: DataFrame) -> DataFrame:
    """document_id, abstract_words, arxiv_id, `PLACE`: that of its first-ingested record."""
    place = F.struct(*PLACE)
    said = F.struct("abstract_words", "arxiv_id")
    placed = documents.join(F.broadcast(numbers), "dump")
    first = placed.groupBy("document_id").agg(F.min_by(said, place).alias("said"), F.min(place).alias("place"))
    return first.select("document_id", "said.*", "place.*")
