"""The engine in memory, and the kernels that Spark's workers run, called without Spark."""

import random

import polars as pl
import pyarrow as pa
import pytest

from pipeline.blocking.keys import MATCH_KEYS
from pipeline.derive import PLACE, derive, number_documents
from pipeline.matching.overruling import DECISION_SCHEMA
from pipeline.normalise import CITED
from pipeline.settings import Settings
from pipeline.spark import kernels
from tests.warehouse.history import dump_records


@pytest.fixture(scope="module")
def records():
    """Records of a small world of copies, cuts and chains, in five dumps."""
    rng = random.Random(11)
    dumps = [
        dump_records(f"{dump:032x}", [(rng.randrange(12), rng.randrange(10)) for _ in range(30)]) for dump in range(5)
    ]
    return pl.concat(dumps).with_columns(dump_no=pl.col("dump_id").str.tail(1).cast(pl.Int64))


SETTINGS = Settings(bucket_cap=3)


def rows_of(frame: pl.DataFrame, columns: list[str]) -> list[str]:
    return sorted(map(repr, frame.select(columns).iter_rows()))


def as_batches(frame: pl.DataFrame, size: int = 7):
    return iter(frame.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches(max_chunksize=size))


def joined(batches) -> pl.DataFrame:
    return pl.from_arrow(pa.Table.from_batches(list(batches)))


def test_the_order_of_rows_decides_nothing_in_memory(records):
    one = derive(records, SETTINGS)
    other = derive(records.sample(fraction=1, shuffle=True, seed=1), SETTINGS)
    for name, frame in one._asdict().items():
        assert frame.height, name
        assert rows_of(frame, frame.columns) == rows_of(getattr(other, name), frame.columns), name


def test_a_decision_outranks_every_judgement_and_one_of_unknown_documents_says_nothing(records):
    ids = derive(records, SETTINGS).clusters.group_by("paper_id").agg("document_id").sort("paper_id")["document_id"]
    one, other = ids[0][0], ids[1][0]
    said = [(one, other, "must_link"), (one, "f" * 32, "must_link")]
    decisions = pl.DataFrame(said, schema=DECISION_SCHEMA, orient="row")
    found = derive(records, SETTINGS, decisions)
    paper = dict(found.clusters.select("document_id", "paper_id").iter_rows())
    assert paper[one] == paper[other]
    assert found.pairs.filter(pl.col("rule") == "decision").height == 1


def test_kernels_on_batches_make_what_memory_makes_of_all(records):
    expected = derive(records, SETTINGS)
    firsts = records.sort("dump_no", "ordinal").unique("document_id", keep="first").rename({"dump_id": "dump"})
    documents = joined(
        kernels.content_batches(as_batches(firsts.select("dump", "document_id", *kernels.SAID, "ordinal")))
    )
    numbered = number_documents(records)
    texts = [c for c in numbered.columns if c not in ("document_no", *PLACE)]
    assert rows_of(documents, texts) == rows_of(numbered, texts)

    keys = joined(kernels.key_batches(as_batches(documents), SETTINGS))
    hot = keys.group_by("strength", "key").agg(documents=pl.len()).filter(pl.col("documents") > SETTINGS.bucket_cap)
    named = hot.with_columns(match_key=pl.col("strength").replace_strict(dict(enumerate(MATCH_KEYS))))
    assert rows_of(named, expected.hot_buckets.columns) == rows_of(expected.hot_buckets, expected.hot_buckets.columns)

    cold = keys.join(hot, on=["strength", "key"], how="anti")
    both = cold.join(cold, on=["strength", "key"]).filter(pl.col("document_id") < pl.col("document_id_right"))
    pairs = both.group_by("document_id", "document_id_right").agg(pl.col("strength").min())
    pairs = pairs.rename({"document_id": "left_document_id", "document_id_right": "right_document_id"})
    for side in ("left", "right"):
        said = documents.select(pl.col("document_id", "title_text", "abstract_text", *CITED).name.prefix(f"{side}_"))
        pairs = pairs.join(said, on=f"{side}_document_id")
    judged = joined(kernels.pair_batches(as_batches(pairs), SETTINGS))
    evidence = [c for c in judged.columns if c not in ("judgement", "rule")]
    assert rows_of(judged, evidence) == rows_of(expected.pairs, evidence)

    placed = documents.join(firsts.select("document_id", "dump_no"), on="document_id")
    audited = pl.from_arrow(kernels.audit_table(placed.to_arrow(), judged.to_arrow()))
    found = audited.drop_nulls("document_id")
    assert rows_of(found, expected.clusters.columns) == rows_of(expected.clusters, expected.clusters.columns)
    bridges = expected.pairs.filter(pl.col("rule").is_in(["bridge", "ambiguous_part"]))
    assert bridges.height == audited.drop_nulls("left_document_id").height > 0

    given = records.drop("dump_no").join(found.select("document_id", "paper_id"), on="document_id")
    golden = pl.from_arrow(kernels.golden_table(given.to_arrow()))
    assert rows_of(golden, expected.papers.columns) == rows_of(expected.papers, expected.papers.columns)
    lineage = golden.select("paper_id", "lineage").explode("lineage").unnest("lineage")
    assert rows_of(lineage, expected.lineage.columns) == rows_of(expected.lineage, expected.lineage.columns)
