"""Bibliographic records to papers, in memory: what `evaluate` runs, and what other records than listings need.

Records that say the same in every column are one document; documents are proposed to each other by block keys,
compared, judged by the model, and clustered where they agree on the whole. No order of records decides.
"""

from dataclasses import dataclass

import polars as pl

from pipeline.blocking.candidates import candidate_pairs
from pipeline.blocking.keys import block_keys
from pipeline.dedup.agree import agreeing_clusters
from pipeline.dedup.batch import batch_evidence
from pipeline.dedup.evidence import PAIR_MEANING, compare
from pipeline.dedup.fields import Fields, field_id, known_columns, read_fields
from pipeline.dedup.keys import field_keys
from pipeline.dedup.model import Model, load_model
from pipeline.matching.evidence import gather_evidence
from pipeline.settings import Settings

_PAIR_SCHEMA = dict.fromkeys(PAIR_MEANING, pl.Float64)

#: Names the rule that judged a pair.
MODEL, IDENTICAL, BRIDGE = "model", "identical", "bridge"

#: What the model was learned on, and `weights.json` holds for: shingles of three words, since each curve of an abstract
#: bends where the similarity of such shingles does; bands that propose more pairs alike by chance than the store's,
#: each with a model to convince.
LINKING = Settings(shingle_words=3, num_perm=128, bands=32, rows_per_band=4)


@dataclass(frozen=True)
class Proposed:
    """Documents and the evidence of their candidate pairs."""

    #: record_id, document_no; documents are numbered in the order of their content ids
    members: pl.DataFrame
    #: left_no, right_no, match_key and a column for each kind of evidence
    pairs: pl.DataFrame
    #: the same for each document that several records carry, against itself
    repeats: pl.DataFrame
    documents: list[Fields]


def propose(records: pl.DataFrame, settings: Settings, *, use_identifiers: bool = True) -> Proposed:
    """Read the fields of records (record_id, any of `fields.COLUMNS`, source), find candidate pairs, compare them."""
    known = known_columns(records, use_identifiers=use_identifiers)
    rows = dict(zip(known["record_id"], known.drop("record_id").iter_rows(named=True), strict=True))
    content = {record_id: field_id(row) for record_id, row in rows.items()}
    giver = {content_id: record_id for record_id, content_id in content.items()}
    number = {content_id: no for no, content_id in enumerate(sorted(giver))}
    documents = [read_fields(rows[giver[content_id]]) for content_id in number]
    members = pl.DataFrame(
        {"record_id": list(content), "document_no": [number[c] for c in content.values()]},
        schema={"record_id": pl.String, "document_no": pl.Int64},
    )
    texts, sources = _texts(documents), _sources(records, members)
    keys = pl.concat([block_keys(texts, settings), field_keys(documents)])
    candidates, _ = candidate_pairs(keys, bucket_cap=settings.bucket_cap)
    repeated = members.filter(pl.col("document_no").is_duplicated()).unique("document_no").sort("document_no")
    selves = repeated.select(left_no="document_no", right_no="document_no", match_key=pl.lit(IDENTICAL))
    compared = _compare(pl.concat([candidates, selves], how="vertical_relaxed"), documents, texts, settings)
    compared = compared.hstack(batch_evidence(compared, documents, sources))
    return Proposed(members, compared.head(candidates.height), compared.tail(selves.height), documents)


def _sources(records: pl.DataFrame, members: pl.DataFrame) -> list[list[str]] | None:
    """Sources of each document's records, by document_no; a record that doesn't say its own has one of its own."""
    if "source" not in records.columns:
        return None
    told = records.select(
        "record_id",
        source=pl.coalesce(pl.col("source").cast(pl.String).replace("", None), pl.col("record_id").cast(pl.String)),
    )
    of = members.join(told, on="record_id").group_by("document_no").agg("source")
    return of.sort("document_no")["source"].to_list()


def _texts(documents: list[Fields]) -> pl.DataFrame:
    columns = {
        "document_no": range(len(documents)),
        "title_text": [d.title for d in documents],
        "abstract_text": [d.abstract for d in documents],
    }
    return pl.DataFrame(columns, schema={"document_no": pl.Int64, "title_text": pl.String, "abstract_text": pl.String})


def _compare(pairs: pl.DataFrame, documents: list[Fields], texts: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    columns = ("left_no", "right_no", "similarity", "containment")
    texts_alike = gather_evidence(pairs, texts, settings).select(columns)
    rows = [compare(documents[left], documents[right], s, c) for left, right, s, c in texts_alike.iter_rows()]
    return pairs.hstack(pl.DataFrame(rows, schema=_PAIR_SCHEMA))


def link(
    records: pl.DataFrame, settings: Settings, *, use_identifiers: bool = True, model: Model | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (clusters, pairs) of records: record_id and any of title, abstract, authors, year or date, venue,
    volume, issue, pages, doi, arxiv_id, source (a name of where it was listed); columns of other names are not looked at.

    Clusters: record_id, paper_id (the smallest record_id of the cluster). Pairs: left_record_id,
    right_record_id (of two distinct contents each the record with the smallest id), match_key, the evidence,
    score, probability, judgement, rule (`bridge`: a match of two groups that don't agree on the whole, review).
    """
    return cluster_proposed(propose(records, settings, use_identifiers=use_identifiers), model or load_model())


def cluster_proposed(proposed: Proposed, model: Model) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Judge and cluster what was proposed; the second half of `link`."""
    judged = model.judge(proposed.pairs)
    clusters, is_bridge = agreeing_clusters(len(proposed.documents), judged, match_from=model.match_score)
    judged = judged.with_columns(
        judgement=pl.when(is_bridge).then(pl.lit("review")).otherwise("judgement"),
        rule=pl.when(is_bridge).then(pl.lit(BRIDGE)).otherwise(pl.lit(MODEL)),
    )
    return _papers(proposed, clusters, model), _name_pairs(judged, proposed.members)


def _papers(proposed: Proposed, clusters: pl.Series, model: Model) -> pl.DataFrame:
    """Records with their paper_id. Equal records that say too little to be told apart or together stay apart."""
    of_document = pl.DataFrame(
        {"document_no": range(clusters.len()), "cluster_no": clusters}, schema_overrides={"document_no": pl.Int64}
    )
    vague = model.judge(proposed.repeats).filter(pl.col("judgement") != "match")["left_no"]
    alone = pl.col("document_no").is_in(vague.implode()) & (pl.col("document_no").n_unique().over("cluster_no") == 1)
    return (
        proposed.members.join(of_document, on="document_no")
        .with_columns(paper_id=pl.col("record_id").min().over("cluster_no"), is_alone=alone)
        .select("record_id", paper_id=pl.when("is_alone").then("record_id").otherwise("paper_id"))
        .sort("record_id")
    )


def _name_pairs(judged: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    names = members.group_by("document_no").agg(pl.col("record_id").min())
    left = names.rename({"document_no": "left_no", "record_id": "left_record_id"})
    right = names.rename({"document_no": "right_no", "record_id": "right_record_id"})
    named = judged.join(left, on="left_no").join(right, on="right_no").sort("left_no", "right_no")
    return named.select(
        "left_record_id", "right_record_id", pl.exclude("left_record_id", "right_record_id", "left_no", "right_no")
    )
