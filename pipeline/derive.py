"""Records to pairs, clusters, papers and lineage in memory, with no state: what every other engine is held against."""

from typing import NamedTuple

import polars as pl

from pipeline.blocking.candidates import candidate_pairs
from pipeline.blocking.keys import block_keys
from pipeline.matching.clusters import DECISION, clusters, demote_bridges
from pipeline.matching.evidence import EVIDENCE_SCHEMA, gather_evidence
from pipeline.matching.judgement import judge
from pipeline.merging.golden import golden_records
from pipeline.normalise import document_contents
from pipeline.settings import Settings

#: Pairs as every engine returns them: ids of documents, not numbers, so that results of two engines can be compared.
PAIR_SCHEMA = {
    "left_document_id": pl.String,
    "right_document_id": pl.String,
    "match_key": pl.String,
    **EVIDENCE_SCHEMA,
    "judgement": pl.String,
    "rule": pl.String,
}
CLUSTER_SCHEMA = {"document_id": pl.String, "component_id": pl.String, "paper_id": pl.String}
HOT_SCHEMA = {"match_key": pl.String, "key": pl.Int64, "documents": pl.Int64}
DECISION_SCHEMA = {"left_document_id": pl.String, "right_document_id": pl.String, "decision": pl.String}


class Derived(NamedTuple):
    """What an engine makes of records.

    pairs: one row a pair compared or decided, left_document_id < right_document_id, with evidence (null where the two
    were only decided), judgement and rule after decisions and the audit of clusters. clusters: one row a document;
    component_id and paper_id are the ids of the first-ingested document of the component and of the cluster. papers,
    lineage: as `golden.golden_records`. hot_buckets: match_key, key, documents.
    """

    pairs: pl.DataFrame
    clusters: pl.DataFrame
    papers: pl.DataFrame
    lineage: pl.DataFrame
    hot_buckets: pl.DataFrame


def derive(records: pl.DataFrame, settings: Settings, decisions: pl.DataFrame | None = None) -> Derived:
    """Derive everything from records (the contract's columns and dump_no, by which dumps were ingested).

    decisions: `DECISION_SCHEMA`, of living documents and others, which say nothing. The order of rows decides nothing.
    """
    documents = number_documents(records)
    candidates, hot = candidate_pairs(block_keys(documents, settings), bucket_cap=settings.bucket_cap)
    judged = judge(gather_evidence(candidates, documents, settings), settings)
    numbers = documents.select("document_no", "document_id")
    pairs = _decided(judged, numbers, decisions if decisions is not None else pl.DataFrame(schema=DECISION_SCHEMA))
    assignments, bridges = clusters(documents, pairs)
    found = name_clusters(assignments, numbers)
    papers, lineage = golden_records(records.drop("dump_no").join(found.drop("component_id"), on="document_id"))
    return Derived(name_pairs(demote_bridges(pairs, bridges), numbers), found, papers, lineage, hot)


def number_documents(records: pl.DataFrame) -> pl.DataFrame:
    """Documents in the order in which the first living record of each was ingested: document_no, what they say, abstract_words."""
    ordered = records.sort("dump_no", "ordinal")
    texts = document_contents(ordered).with_columns(abstract_words=words_of("abstract_text"))
    return texts.with_row_index("document_no").with_columns(pl.col("document_no").cast(pl.Int64))


def words_of(column: str) -> pl.Expr:
    """Words of a match text."""
    text = pl.col(column)
    return pl.when(text == "").then(0).otherwise(text.str.count_matches(" ") + 1).cast(pl.Int64)


def _decided(pairs: pl.DataFrame, numbers: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Judged pairs among which a decision outranks every judgement; a decided pair that was not compared comes behind."""
    of = dict(numbers.select("document_id", "document_no").iter_rows())
    rows = [
        (*sorted((of[left], of[right])), "match" if decision == "must_link" else "non_match")
        for left, right, decision in decisions.select(*DECISION_SCHEMA).iter_rows()
        if left in of and right in of
    ]
    schema = {"left_no": pl.Int64, "right_no": pl.Int64, "decided": pl.String}
    said = pl.DataFrame(rows, schema=schema, orient="row")
    both = pairs.join(said, on=["left_no", "right_no"], how="full", coalesce=True)
    is_decided = pl.col("decided").is_not_null()
    return both.select(
        "left_no",
        "right_no",
        pl.col("match_key").fill_null(DECISION),
        *EVIDENCE_SCHEMA,
        judgement=pl.coalesce("decided", "judgement"),
        rule=pl.when(is_decided).then(pl.lit(DECISION)).otherwise("rule"),
    )


def name_clusters(assignments: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """`cluster.ASSIGNMENT_SCHEMA` of documents that are numbered in the order of ingestion as `CLUSTER_SCHEMA`."""
    ids = numbers.select("document_no", "document_id")
    return (
        assignments.join(ids, on="document_no")
        .join(ids.rename({"document_id": "component_id"}), left_on="component_no", right_on="document_no")
        .join(ids.rename({"document_id": "paper_id"}), left_on="cluster_no", right_on="document_no")
        .select(*CLUSTER_SCHEMA)
    )


def name_pairs(pairs: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Pairs of numbers as `PAIR_SCHEMA`."""
    ids = numbers.select("document_no", "document_id")
    named = pairs.join(ids.rename({"document_id": "one"}), left_on="left_no", right_on="document_no").join(
        ids.rename({"document_id": "other"}), left_on="right_no", right_on="document_no"
    )
    return named.with_columns(
        left_document_id=pl.min_horizontal("one", "other"), right_document_id=pl.max_horizontal("one", "other")
    ).select(*PAIR_SCHEMA)
