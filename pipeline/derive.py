"""Records to papers, all at once: the whole way, from top to bottom, with no state.

    records → documents → pairs → clusters → papers

`papersieve.pipeline.refresh` goes it for what changed, by the same steps, and ends where this ends; so does `papersieve.pipeline.spark`.
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
from papersieve.pipeline.merging.golden import golden_records
from papersieve.pipeline.settings import Settings

#: Pairs as every way returns them: ids of documents, not numbers, so that results of two ways can be compared.
PAIR_SCHEMA = {
    "left_document_id": pl.String,
    "right_document_id": pl.String,
    "match_key": pl.String,
    **PAIR_COLUMNS,
    **JUDGEMENT_SCHEMA,
}
CLUSTER_SCHEMA = {"document_id": pl.String, "component_id": pl.String, "paper_id": pl.String}
HOT_SCHEMA = {"match_key": pl.String, "key": pl.Int64, "documents": pl.Int64}

#: Which documents stand in which dumps that list a paper once, and how surely.
LISTED_SCHEMA = {"document_no": pl.Int64, **LIST_SCHEMA}

#: The order in which records were ingested.
PLACE = ("dump_no", "ordinal")

NO_DECISIONS = pl.DataFrame(schema=DECISION_SCHEMA)


class Compared(NamedTuple):
    """Documents, where they are listed (`LISTED_SCHEMA`), the pairs that were compared, unjudged, and the buckets that were too large."""

    documents: pl.DataFrame
    listed: pl.DataFrame
    pairs: pl.DataFrame
    hot_buckets: pl.DataFrame


class Derived(NamedTuple):
    """What is made of records.

    pairs: one row a pair compared or decided, left_document_id < right_document_id, with evidence (null where the two
    were only decided), judgement and rule after decisions and clustering. clusters: one row a document;
    component_id and paper_id are the ids of the first-ingested document of the component and of the cluster. papers,
    lineage: as `golden.golden_records`. hot_buckets: match_key, key, documents.
    """

    pairs: pl.DataFrame
    clusters: pl.DataFrame
    papers: pl.DataFrame
    lineage: pl.DataFrame
    hot_buckets: pl.DataFrame


def derive(records: pl.DataFrame, settings: Settings, decisions: pl.DataFrame = NO_DECISIONS) -> Derived:
    """Derive everything from records (the contract's columns and dump_no, by which dumps were ingested).

    decisions: `DECISION_SCHEMA`, of living documents and others, which say nothing. The order of rows decides nothing.
    """
    documents, listed, pairs, hot = compare_all(records, settings)
    judged = judge(pairs, settings)
    found, overruled = clusters_of(documents, judged, listed, decisions)
    named = name_clusters(found, documents)
    papers, lineage = papers_of(records, named)
    return Derived(
        name_pairs(overrule(judged, overruled), documents), named.select(*CLUSTER_SCHEMA), papers, lineage, hot
    )


def compare_all(records: pl.DataFrame, settings: Settings) -> Compared:
    """Documents of records, and all pairs of them that share a block key, with evidence and context."""
    documents = number_documents(records)
    listed = listings_of(records, documents)
    keys = block_keys(documents, settings)
    candidates, hot = candidate_pairs(keys, bucket_cap=settings.matching.bucket_cap)
    evidence = gather_evidence(candidates, documents, settings)
    return Compared(documents, listed, add_context(evidence, recurrence(keys, documents), listed), hot)


def number_documents(records: pl.DataFrame) -> pl.DataFrame:
    """Documents in the order in which their first records were ingested: document_no, `document_contents`, `PLACE`."""
    firsts = records.sort(*PLACE).unique("document_id", keep="first", maintain_order=True)
    documents = document_contents(firsts).hstack(firsts.select(*PLACE))
    return documents.with_row_index("document_no").with_columns(pl.col("document_no").cast(pl.Int64))


def listings_of(records: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """`LISTED_SCHEMA` of documents, by all records that carry them; dumps that repeat papers are left out."""
    places = records.select("dump_id", "document_id").unique()
    said = documents.select("document_id", "document_no", "title_text", "authors_text", "year")
    listed = places.join(said, on="document_id")
    sure = lists_once(listed).filter(pl.col("lists_once") > 0)
    return listed.join(sure, on="dump_id").select(*LISTED_SCHEMA)


def clusters_of(
    documents: pl.DataFrame, judged: pl.DataFrame, listed: pl.DataFrame, decisions: pl.DataFrame = NO_DECISIONS
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(document_no, component_no, cluster_no; `OVERRULED_SCHEMA`: what outranks judgements) of documents, whole components.

    judged: all pairs among them, as they were judged. listed, decisions: of these documents and of others.
    """
    by_people = decided(decisions, documents)
    found, bridges = clusters(documents, overrule(judged, by_people) if by_people.height else judged, listed)
    return found, pl.concat([by_people, doubted(bridges)])


def name_clusters(found: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Clusters with component_id and paper_id: the document of each whose first record (`PLACE`) was ingested first."""
    placed = found.join(documents.select("document_no", "document_id", *PLACE), on="document_no").sort(*PLACE)
    first = pl.col("document_id").first()
    named = placed.with_columns(component_id=first.over("component_no"), paper_id=first.over("cluster_no"))
    return named.select("document_no", "component_no", "cluster_no", *CLUSTER_SCHEMA)


def papers_of(records: pl.DataFrame, named: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(golden records, lineage) of all records of whole clusters. named: document_id, paper_id."""
    members = named.select("document_id", "paper_id")
    return golden_records(records.drop("dump_no", strict=False).join(members, on="document_id"))


def name_pairs(pairs: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Pairs of numbers as `PAIR_SCHEMA`."""
    ids = documents.select("document_no", "document_id")
    named = pairs.join(ids.rename({"document_id": "one"}), left_on="left_no", right_on="document_no").join(
        ids.rename({"document_id": "other"}), left_on="right_no", right_on="document_no"
    )
    return named.with_columns(
        left_document_id=pl.min_horizontal("one", "other"), right_document_id=pl.max_horizontal("one", "other")
    ).select(*PAIR_SCHEMA)
