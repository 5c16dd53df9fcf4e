"""`papersieve evaluate`: match labelled records without using the labels, then score and explain the result."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from papersieve.pipeline.blocking.keys import IDENTIFIERS
from papersieve.pipeline.derive import derive
from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.extract.entry_columns import entries_frame, entry_schema
from papersieve.pipeline.extract.shared.identifiers import find_arxiv_id, find_doi
from papersieve.pipeline.extract.shared.table_columns import entry_of, mapping
from papersieve.pipeline.ids import content_id
from papersieve.pipeline.matching.scores import score_clusters
from papersieve.pipeline.reading_settings import Reading
from papersieve.pipeline.records import split_records
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.match import LISTED, matched, named_pairs, write_clusters
from papersieve.warehouse.answers.reasons import told_terms

#: Columns that are the answer or give it away. None of them reaches the matcher.
ANSWERS = ("cluster_id", "raw_id", "row_no", "kind", "record_id")

#: If more than this share of an identifier's values equal the entity's name, the identifier is the label.
LABEL_SHARE = 0.5

#: Up to this many sources, each is a dump. If there are more, they are named `dump/part`, and the part is ignored.
MOST_SOURCES = 12

#: How many errors of each kind are listed.
WORST = 10


def evaluate(
    truth_file: Path, clusters_file: Path | None, settings: Settings, *, use_identifiers: bool
) -> dict[str, Any]:
    """Match, score, and write the clusters (record_id, paper_id) if a file is named. The result can be written as JSON.

    The matcher compares title, abstract, authors, date, venue, volume, issue and pages, and whether a source lists each
    paper once; with use_identifiers also the identifiers, except one that is the label itself. In the result,
    `identifiers_fed` lists the identifiers that were compared.
    """
    truth = read_truth(truth_file)
    records = labelled_records(truth, use_identifiers=use_identifiers)
    derived = derive(records, settings)
    clusters = matched(records, derived).select("record_id", "paper_id")
    if clusters_file:
        write_clusters(clusters, clusters_file)
    labelled = _label(named_pairs(records, derived), truth)
    return {
        "truth": str(truth_file),
        "unit": settings.unit,
        "use_identifiers": use_identifiers,
        "identifiers_fed": identifiers_fed(truth, use_identifiers=use_identifiers),
        **score_clusters(truth, clusters),
        "candidate_pairs": labelled.height,
        "judgements": dict(labelled.group_by("judgement").len().sort("judgement").iter_rows()),
        "by_rule": _count_by(labelled, "rule"),
        "by_match_key": _count_by(labelled, "match_key"),
        "worst_errors": [error for wrong in (True, False) for error in _worst(labelled, truth, settings, wrong=wrong)],
    }


def identifiers_fed(truth: pl.DataFrame, *, use_identifiers: bool) -> list[str]:
    """Identifiers that are compared: with `use_identifiers` all that are present, except one that is the label."""
    return [name for name in IDENTIFIERS if use_identifiers and name in truth.columns and not _is_label(truth, name)]


def labelled_records(truth: pl.DataFrame, *, use_identifiers: bool) -> pl.DataFrame:
    """Records as a run would read them from one table per source. Column `match.LISTED` has their record_id in truth.

    Records that a run would quarantine are left out.
    """
    fed = identifiers_fed(truth, use_identifiers=use_identifiers)
    withheld = {*ANSWERS, *IDENTIFIERS, "source"} - {*fed}
    columns = [c for c in truth.columns if c not in withheld]
    mapped, _ = mapping(columns, Reading())
    parts = []
    for number, (name, part) in enumerate(by_source(truth), start=1):
        entries = [entry_of(row, mapped) for row in part.select(columns).iter_rows(named=True)]
        there = pl.Series([entry is not None for entry in entries], dtype=pl.Boolean)
        told = entries_frame([replace(e, line_start=row, line_end=row) for row, e in enumerate(entries, start=1) if e])
        ids = part.filter(there)["record_id"]
        given = {"dump_id": pl.lit(content_id(name)), "dump_no": pl.lit(number, pl.Int64)}
        record_ids = pl.Series("record_id", [content_id(i) for i in ids], dtype=pl.String)
        parts.append(told.with_columns(record_ids, ids.alias(LISTED), **given))
    every = pl.concat(parts) if parts else pl.DataFrame(schema=entry_schema())
    good, _ = split_records(every.drop("dump_no", LISTED))
    return good.join(every.select("record_id", "dump_no", LISTED), on="record_id")


def by_source(truth: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """(name, rows) of each source, which corresponds to a dump of a run; one part if no source is named."""
    if "source" not in truth.columns:
        return [("", truth)]
    source = pl.col("source").cast(pl.String).fill_null("")
    if truth["source"].n_unique() > MOST_SOURCES:
        source = source.str.split("/").list.first()
    parts = truth.with_columns(dump=source).partition_by("dump", as_dict=True, include_key=False, maintain_order=True)
    return [(str(name), part) for (name,), part in parts.items()]


def _is_label(truth: pl.DataFrame, identifier: str) -> bool:
    """Whether this identifier, in any spelling, names the entities. Comparing it would then measure nothing."""
    given = truth.select("cluster_id", pl.col(identifier).cast(pl.String)).drop_nulls().unique()
    equal = sum(_bare(label) == _bare(value) for label, value in given.iter_rows())
    return equal > LABEL_SHARE * given.height


def _bare(text: str) -> str:
    found = find_arxiv_id(text)
    return found[0] if found else find_doi(text) or text.strip().lower()


def read_truth(path: Path) -> pl.DataFrame:
    """Labelled records in their intended order. Raises PapersieveError if the file holds none."""
    try:
        truth = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise PapersieveError(f"{path}: can't read it as Parquet: {error}") from error
    missing = {"record_id", "cluster_id"} - set(truth.columns)
    if missing:
        raise PapersieveError(
            f"{path}: expected the columns record_id and cluster_id, found {', '.join(truth.columns)}"
        )
    if truth["record_id"].null_count() or truth["record_id"].n_unique() != truth.height:
        raise PapersieveError(f"{path}: expected each record_id once, found a repeated or null record_id")
    ordered = truth.sort("row_no") if "row_no" in truth.columns else truth
    return ordered.with_columns(pl.col("record_id", "cluster_id").cast(pl.String))


def _label(pairs: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    labels = truth.select("record_id", "cluster_id")
    for side in ("left", "right"):
        of_side = labels.rename({"cluster_id": f"{side}_cluster_id"})
        pairs = pairs.join(of_side, left_on=f"{side}_record_id", right_on="record_id")
    return pairs.with_columns(is_same=pl.col("left_cluster_id") == pl.col("right_cluster_id"))


def _count_by(labelled: pl.DataFrame, name: str) -> list[dict[str, Any]]:
    """One row per rule or match_key: its pairs, its pairs of one entity, its matches, and its correct matches."""
    is_match = pl.col("judgement") == "match"
    is_same = pl.col("is_same")
    counts = {"candidate_pairs": pl.len(), "same_entity": is_same.sum(), "matches": is_match.sum()}
    counted = labelled.group_by(name).agg(**counts, right_matches=(is_match & is_same).sum())
    return counted.sort(name).to_dicts()


def _worst(labelled: pl.DataFrame, truth: pl.DataFrame, settings: Settings, *, wrong: bool) -> list[dict[str, Any]]:
    """The most confident errors, with the terms that made each judgement."""
    is_match = pl.col("judgement") == "match"
    errors = labelled.filter(is_match & ~pl.col("is_same") if wrong else ~is_match & pl.col("is_same"))
    ordered = errors.sort("score", "left_record_id", "right_record_id", descending=[wrong, False, False]).head(WORST)
    titles = dict(truth.select("record_id", "title").iter_rows()) if "title" in truth.columns else {}
    return [
        {
            "error": "wrong match" if wrong else "missed match",
            "left_record_id": row["left_record_id"],
            "right_record_id": row["right_record_id"],
            "left_title": titles.get(row["left_record_id"]),
            "right_title": titles.get(row["right_record_id"]),
            "match_key": row["match_key"],
            "rule": row["rule"],
            "score": round(row["score"], 2),
            "terms": told_terms(row, settings),
        }
        for row in ordered.iter_rows(named=True)
    ]
