"""The steps of a Spark worker, from Arrow tables to Arrow tables. They call the functions of the pipeline, with
document numbers that apply to one call only.

Nothing here imports Spark, so every step can be tested without it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
import pyarrow as pa

from papersieve.checks.evidence_columns import MATCH_KEYS
from papersieve.checks.record_columns import RECORDS
from papersieve.pipeline.blocking.keys import block_keys
from papersieve.pipeline.derive import (
    CLUSTER_SCHEMA,
    LISTED_SCHEMA,
    PAIR_SCHEMA,
    PLACE,
    clusters_of,
    name_clusters,
    name_pairs,
    numbered,
)
from papersieve.pipeline.documents import CONTENT, contents
from papersieve.pipeline.matching.context import LIST_SCHEMA, add_context
from papersieve.pipeline.matching.evidence import gather_evidence
from papersieve.pipeline.matching.judgement import judge
from papersieve.pipeline.merging.golden import golden_records
from papersieve.pipeline.settings import Settings

Schema = Mapping[str, Any]
Batches = Iterator[pa.RecordBatch]

#: strength: the place of the match key in `MATCH_KEYS`; the strongest key has the smallest number.
KEY_SCHEMA: Schema = {"strength": pl.Int64, "key": pl.Int64}

#: One row per document of a dump, with its block keys.
DOCUMENT_SCHEMA: Schema = {
    "dump": pl.String,
    "document_id": pl.String,
    **CONTENT,
    "keys": pl.List(pl.Struct(KEY_SCHEMA)),
}

#: Verdicts that outrank the judgements of pairs: `overruling.OVERRULED_SCHEMA` with ids instead of numbers.
OVERRULED_SCHEMA: Schema = {
    "left_document_id": pl.String,
    "right_document_id": pl.String,
    "judgement": pl.String,
    "rule": pl.String,
}

#: A row of `CLUSTER_SCHEMA`, or, if left_document_id is not null, one of `OVERRULED_SCHEMA`.
CLUSTERED_SCHEMA: Schema = {**CLUSTER_SCHEMA, **OVERRULED_SCHEMA}

RECORD_SCHEMA: Schema = RECORDS.schema

#: Columns of a paper in the order of `golden_records`, and its lineage as a list of column_name, record_id, rule.
_GIVER = {"column_name": pl.String, "record_id": pl.String, "rule": pl.String}
PAPER_SCHEMA: Schema = {
    **golden_records(pl.DataFrame(schema={**RECORD_SCHEMA, "paper_id": pl.String}))[0].schema,
    "lineage": pl.List(pl.Struct(_GIVER)),
}


def document_batches(batches: Batches, settings: Settings) -> Batches:
    """Records, with their dump, to `DOCUMENT_SCHEMA`."""
    strengths = {name: place for place, name in enumerate(MATCH_KEYS)}
    strength = pl.col("match_key").replace_strict(strengths, return_dtype=pl.Int64)
    for frame in _frames(batches):
        firsts = frame.unique(["dump", "document_id"])
        documents = numbered(firsts.select("dump", "document_id").hstack(contents(firsts)))
        keys = block_keys(documents, settings).group_by("document_no").agg(keys=pl.struct(strength.alias("strength"), "key"))  # fmt: skip
        yield from to_batches(documents.join(keys, on="document_no", how="left"), DOCUMENT_SCHEMA)


def pair_batches(batches: Batches, settings: Settings) -> Batches:
    """Candidates (ids, strength; left, right: the contents and surroundings of each document) to `PAIR_SCHEMA`."""
    for frame in _frames(batches):
        sides = [frame[side].struct.unnest() for side in ("left", "right")]
        documents = numbered(pl.concat(sides).unique("document_id"))
        numbers = documents.select("document_no", "document_id")
        pairs = frame.drop("left", "right")
        for side in ("left", "right"):
            ends = numbers.select(pl.all().name.prefix(f"{side}_"))
            pairs = pairs.join(ends, on=f"{side}_document_id")
        match_key = pl.col("strength").replace_strict(dict(enumerate(MATCH_KEYS)), return_dtype=pl.String)
        candidates = pairs.select(left_no="left_document_no", right_no="right_document_no", match_key=match_key)
        evidence = gather_evidence(candidates, documents.select("document_no", *CONTENT), settings)
        recurring = documents.select("document_no", "title_years", "abstract_titles")
        judged = judge(add_context(evidence, recurring, _listed(documents)), settings)
        yield from to_batches(name_pairs(judged, numbers), PAIR_SCHEMA)


def cluster_table(documents: pa.Table, pairs: pa.Table) -> pa.Table:
    """Whole components (document_id, arxiv_id, `PLACE`, listed; their pairs) to `CLUSTERED_SCHEMA`."""
    members = numbered(_frame(documents).sort(*PLACE))
    numbers = members.select("document_no", "document_id")
    ids = numbers.rename({"document_no": "left_no", "document_id": "left_document_id"})
    others = numbers.rename({"document_no": "right_no", "document_id": "right_document_id"})
    judged = _frame(pairs).join(ids, on="left_document_id").join(others, on="right_document_id")
    found, bridges = clusters_of(members, judged, _listed(members))
    named = bridges.join(ids, on="left_no").join(others, on="right_no")
    return to_table(pl.concat([name_clusters(found, members), named], how="diagonal"), CLUSTERED_SCHEMA)


def golden_table(records: pa.Table) -> pa.Table:
    """All records of whole papers, with paper_id, to `PAPER_SCHEMA`."""
    papers, lineage = golden_records(_frame(records))
    givers = lineage.group_by("paper_id").agg(lineage=pl.struct(*_GIVER))
    return to_table(papers.join(givers, on="paper_id", how="left"), PAPER_SCHEMA)


def _listed(documents: pl.DataFrame) -> pl.DataFrame:
    listed = documents.select("document_no", pl.col("listed").cast(pl.List(pl.Struct(LIST_SCHEMA))))
    return listed.explode("listed").drop_nulls("listed").unnest("listed").select(*LISTED_SCHEMA)


def _frames(batches: Batches) -> Iterator[pl.DataFrame]:
    return (_frame(batch) for batch in batches if batch.num_rows)


def _frame(table: pa.Table | pa.RecordBatch) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def to_batches(frame: pl.DataFrame, schema: Schema) -> Batches:
    """The columns of a schema, as batches that Spark accepts."""
    return iter(to_table(frame, schema).to_batches())


def to_table(frame: pl.DataFrame, schema: Schema) -> pa.Table:
    """The columns of a schema, as one table. Strings have 32-bit offsets, because Spark refuses others."""
    table = frame.select(pl.col(c).cast(t) for c, t in schema.items()).to_arrow(compat_level=pl.CompatLevel.oldest())
    return table.cast(arrow_schema(schema))


def arrow_schema(schema: Schema) -> pa.Schema:
    """A schema with the types of Arrow."""
    return pa.schema([(name, arrow_type(dtype)) for name, dtype in schema.items()])


def arrow_type(dtype: Any) -> pa.DataType:
    """The Arrow type that corresponds to a polars type."""
    if isinstance(dtype, pl.List):
        return pa.list_(arrow_type(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return pa.struct([(f.name, arrow_type(f.dtype)) for f in dtype.fields])
    plain = {pl.String: pa.string(), pl.Int64: pa.int64(), pl.Float64: pa.float64(), pl.Boolean: pa.bool_(), pl.Date: pa.date32()}  # fmt: skip
    return next(arrow for ours, arrow in plain.items() if dtype == ours)
