"""Records to papers: all of the matching in one pass, without stored state.

    records → documents → pairs → clusters → papers

A run does not start from nothing: `papersieve.pipeline.refresh` takes the same steps only for what changed, and ends
with the same result. `papersieve.pipeline.spark` takes them on a cluster. Tests compare both with `derive`.
"""

from typing import NamedTuple

import polars as pl

from papersieve.pipeline.blocking.candidates import candidate_pairs
from papersieve.pipeline.blocking.keys import block_keys
from papersieve.pipeline.documents import document_contents
from papersieve.pipeline.matching.clusters import clusters
from papersieve.pipeline.matching.context import LIST_SCHEMA, add_context, lists_once, recurrence
from papersieve.pipeline.matching.evidence import gather_evidence
from papersieve.pipeline.matching.judgement import JUDGEMENT_SCHEMA, judge
from papersieve.pipeline.matching.model import PAIR_COLUMNS
from papersieve.pipeline.matching.overruling import DECISION_SCHEMA, decided, doubted, overrule
from papersieve.pipeline.merging.golden import NO_SOURCES, golden_records
from papersieve.pipeline.settings import Settings

_ENDS = dict.fromkeys(("left_document_id", "right_document_id"), pl.String)

#: Pairs by document ids, which are the same in every store; document numbers are not.
PAIR_SCHEMA = {**_ENDS, "match_key": pl.String, **PAIR_COLUMNS, **JUDGEMENT_SCHEMA}
CLUSTER_SCHEMA = {"document_id": pl.String, "component_id": pl.String, "paper_id": pl.String}

#: One row per document and dump, for dumps that seem to list each paper only once; lists_once: how sure that is.
LISTED_SCHEMA = {"document_no": pl.Int64, **LIST_SCHEMA}

#: Columns that sort records in the order of ingest.
PLACE = ("dump_no", "ordinal")

NO_DECISIONS = pl.DataFrame(schema=DECISION_SCHEMA)


class Compared(NamedTuple):
    """All documents, and all pairs that share a block key, with evidence but not yet judged.

    listed: `LISTED_SCHEMA`. hot_buckets: the buckets with too many documents, which propose no pairs.
    """

    documents: pl.DataFrame
    listed: pl.DataFrame
    pairs: pl.DataFrame
    hot_buckets: pl.DataFrame


class Derived(NamedTuple):
    """Everything that is derived from records.

    pairs: one row per pair that was compared or decided, left_document_id < right_document_id. judgement and rule are
    the final ones, after decisions and clustering; evidence is null if the pair was decided but never compared.
    clusters: one row per document. component_id and paper_id are document ids: those of the first-ingested document of
    the component and of the cluster. papers, lineage: as `golden.golden_records` returns them.
    """

    pairs: pl.DataFrame
    clusters: pl.DataFrame
    papers: pl.DataFrame
    lineage: pl.DataFrame
    hot_buckets: pl.DataFrame


def derive(
    records: pl.DataFrame,
    settings: Settings,
    decisions: pl.DataFrame = NO_DECISIONS,
    sources: pl.DataFrame = NO_SOURCES,
) -> Derived:
    """Derive pairs, clusters and papers from records.

    records: the contract's columns and dump_no, which numbers dumps in the order of ingest. decisions: people's
    decisions, as `DECISION_SCHEMA`; those about unknown documents are ignored. sources: the names of each dump, as
    `golden.SOURCE_SCHEMA`. The order of rows makes no difference.
    """
    documents, listed, pairs, hot_buckets = compare_all(records, settings)
    judged = judge(pairs, settings)
    found, overruled = clusters_of(documents, judged, listed, decisions)
    named = name_clusters(found, documents)
    papers, lineage = papers_of(records, named, settings, sources)
    final_pairs = name_pairs(overrule(judged, overruled), documents)
    return Derived(final_pairs, named.select(*CLUSTER_SCHEMA), papers, lineage, hot_buckets)


def compare_all(records: pl.DataFrame, settings: Settings) -> Compared:
    """Find the documents of records, and gather evidence for all pairs that share a block key."""
    documents = number_documents(records)
    listed = listings_of(records, documents)
    keys = block_keys(documents, settings)
    candidates, hot_buckets = candidate_pairs(keys, bucket_cap=settings.matching.bucket_cap)
    evidence = gather_evidence(candidates, documents, settings)
    pairs = add_context(evidence, recurrence(keys, documents), listed)
    return Compared(documents, listed, pairs, hot_buckets)


def number_documents(records: pl.DataFrame) -> pl.DataFrame:
    """Documents, numbered in the order of their first records: document_no, `document_contents`, `PLACE`."""
    firsts = records.sort(*PLACE).unique("document_id", keep="first", maintain_order=True)
    return numbered(document_contents(firsts).hstack(firsts.select(*PLACE)))


def numbered(documents: pl.DataFrame) -> pl.DataFrame:
    """Documents with a document_no, from 0 in their order."""
    return documents.with_row_index("document_no").with_columns(pl.col("document_no").cast(pl.Int64))


def listings_of(records: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """The documents that each dump lists: `LISTED_SCHEMA`. Dumps that repeat papers are left out."""
    places = records.select("dump_id", "document_id").unique()
    said = documents.select("document_id", "document_no", "title_text", "authors_text", "year")
    listed = places.join(said, on="document_id")
    sure = lists_once(listed).filter(pl.col("lists_once") > 0)
    return listed.join(sure, on="dump_id").select(*LISTED_SCHEMA)


def clusters_of(
    documents: pl.DataFrame, judged: pl.DataFrame, listed: pl.DataFrame, decisions: pl.DataFrame = NO_DECISIONS
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cluster documents by their matches, once people's decisions have replaced the judgements of their pairs.

    Returns (clusters: document_no, component_no, cluster_no; pairs whose judgement is overruled: `OVERRULED_SCHEMA`).
    documents: whole components. judged: all pairs among them. listed and decisions may include other documents.
    """
    by_people = decided(decisions, documents)
    found, bridges = clusters(documents, overrule(judged, by_people) if by_people.height else judged, listed)
    return found, pl.concat([by_people, doubted(bridges)])


def name_clusters(found: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Add component_id and paper_id: the id of the first-ingested document (by `PLACE`) of component and cluster."""
    placed = found.join(documents.select("document_no", "document_id", *PLACE), on="document_no").sort(*PLACE)
    first = pl.col("document_id").first()
    named = placed.with_columns(component_id=first.over("component_no"), paper_id=first.over("cluster_no"))
    return named.select("document_no", "component_no", "cluster_no", *CLUSTER_SCHEMA)


def papers_of(
    records: pl.DataFrame, named: pl.DataFrame, settings: Settings, sources: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Merge the records of each paper: (golden records, lineage). named: document_id, paper_id of whole clusters."""
    members = named.select("document_id", "paper_id")
    of_papers = records.drop("dump_no", strict=False).join(members, on="document_id")
    return golden_records(of_papers, priority=settings.merging.priority, sources=sources)


def name_pairs(pairs: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Replace document numbers by document ids: `PAIR_SCHEMA`."""
    ids = documents.select("document_no", "document_id")
    one = ids.rename({"document_no": "left_no", "document_id": "one"})
    other = ids.rename({"document_no": "right_no", "document_id": "other"})
    ends = {
        "left_document_id": pl.min_horizontal("one", "other"),
        "right_document_id": pl.max_horizontal("one", "other"),
    }
    return pairs.join(one, on="left_no").join(other, on="right_no").with_columns(**ends).select(*PAIR_SCHEMA)
