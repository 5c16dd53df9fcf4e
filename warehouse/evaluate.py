"""`papersieve evaluate`: match labelled records without a look at the labels, then score and explain the result."""

from pathlib import Path
from typing import Any

import polars as pl

from pipeline.dedup.evidence import EVIDENCE
from pipeline.dedup.fields import IDENTIFIERS
from pipeline.dedup.link import LINKING, link
from pipeline.dedup.model import explain, load_model
from pipeline.errors import PapersieveError
from pipeline.matching.scores import score_clusters
from warehouse import console
from warehouse.outputs import written_aside

#: Columns whose values are, or give away, the answer; none of them reaches the matcher.
ANSWERS = ("cluster_id", "raw_id", "row_no", "kind")

#: Share of the given identifiers that are the entity's own name, from which the identifier is the label.
LABEL_SHARE = 0.5

#: Errors that are listed, of each kind.
WORST = 10


def evaluate(truth_file: Path, clusters_file: Path | None, *, use_identifiers: bool) -> dict[str, Any]:
    """Match, score, write the clusters (record_id, paper_id) where a file is named; the result is fit for JSON.

    Without identifiers title, abstract, authors, date, venue, volume, issue, pages and source are compared; with them
    the DOI and the arXiv id too, but for one that is the label itself; `identifiers_fed` names those compared.
    """
    truth = _read_truth(truth_file)
    fed = [name for name in IDENTIFIERS if use_identifiers and name in truth.columns and not _is_label(truth, name)]
    withheld = [*ANSWERS, *(name for name in IDENTIFIERS if name not in fed)]
    clusters, pairs = link(truth.drop(withheld, strict=False), LINKING, use_identifiers=use_identifiers)
    if clusters_file:
        _write(clusters, clusters_file)
    labelled = _label(pairs, truth)
    return {
        "truth": str(truth_file),
        "use_identifiers": use_identifiers,
        "identifiers_fed": fed,
        **measures(truth, clusters),
        "candidate_pairs": pairs.height,
        "judgements": dict(labelled.group_by("judgement").len().sort("judgement").iter_rows()),
        "by_rule": _count_by(labelled, "rule"),
        "by_match_key": _count_by(labelled, "match_key"),
        "worst_errors": [*_worst(labelled, truth, wrong=True), *_worst(labelled, truth, wrong=False)],
    }


def measures(truth: pl.DataFrame, clusters: pl.DataFrame) -> dict[str, float | int]:
    """Measures of clusters (record_id, paper_id) against labels (record_id, cluster_id), fit for asset metadata."""
    return score_clusters(truth, clusters)


def _is_label(truth: pl.DataFrame, identifier: str) -> bool:
    """Whether the entities are named by this identifier: feeding it would measure nothing."""
    given = truth.select("cluster_id", pl.col(identifier).cast(pl.String)).drop_nulls().unique()
    return (
        given.height > 0
        and given.filter(pl.col("cluster_id") == pl.col(identifier)).height > LABEL_SHARE * given.height
    )


def _read_truth(path: Path) -> pl.DataFrame:
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
        raise PapersieveError(f"{path}: expected every record_id once, found one that is repeated or null")
    ordered = truth.sort("row_no") if "row_no" in truth.columns else truth
    return ordered.with_columns(pl.col("record_id", "cluster_id").cast(pl.String))


def _write(clusters: pl.DataFrame, path: Path) -> None:
    with written_aside(path) as aside:
        clusters.write_csv(aside) if path.suffix == ".csv" else clusters.write_parquet(aside)


def _label(pairs: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    labels = truth.select("record_id", "cluster_id")
    return (
        pairs.join(labels, left_on="left_record_id", right_on="record_id")
        .join(labels, left_on="right_record_id", right_on="record_id", suffix="_right")
        .with_columns(is_same=pl.col("cluster_id") == pl.col("cluster_id_right"))
    )


def _count_by(labelled: pl.DataFrame, name: str) -> list[dict[str, Any]]:
    """A row a rule or match_key: its pairs, those of one entity, matches, and matches that are right."""
    is_match = pl.col("judgement") == "match"
    return (
        labelled.group_by(name)
        .agg(
            candidate_pairs=pl.len(),
            same_entity=pl.col("is_same").sum(),
            matches=is_match.sum(),
            right_matches=(is_match & pl.col("is_same")).sum(),
        )
        .sort(name)
        .to_dicts()
    )


def _worst(labelled: pl.DataFrame, truth: pl.DataFrame, *, wrong: bool) -> list[dict[str, Any]]:
    """Pairs judged most surely against the labels, with the terms that made the judgement."""
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
            "probability": round(row["probability"], 4),
            "terms": [
                {"evidence": name, "value": value, "adds": round(adds, 3)}
                for name, value, adds in explain(
                    load_model(), pl.DataFrame([row]).select(pl.col(EVIDENCE).cast(pl.Float64))
                )
            ],
        }
        for row in ordered.iter_rows(named=True)
    ]


def tell(result: dict[str, Any]) -> None:
    """Print the result for people."""
    out = console.out()
    out.print(f"{result['records']:,} records, {result['entities']:,} entities, {result['papers']:,} papers found")
    for name, label in (("pair", "pairs"), ("bcubed", "B-cubed")):
        numbers = ", ".join(f"{part} {result[f'{name}_{part}']:.4f}" for part in ("precision", "recall", "f1"))
        out.print(f"{label:16} {numbers}")
    removed = ", ".join(f"{part} {result[f'removed_{part}']}" for part in ("tp", "fp", "fn"))
    out.print(f"{'removed records':16} {removed}, f1 {result['removed_f1']:.4f}\n")
    for name in ("rule", "match_key"):
        out.print(f"{name:16} candidates  of one entity  matches  of them right")
        for row in result[f"by_{name}"]:
            out.print(
                f"{row[name]:16} {row['candidate_pairs']:10,} {row['same_entity']:14,} {row['matches']:8,} {row['right_matches']:14,}"
            )
        out.print()
    for error in result["worst_errors"]:
        terms = ", ".join(f"{t['evidence']} {t['adds']:+.1f}" for t in error["terms"][:4])
        out.print(f"\n{error['error']} {error['probability']:.3f} ({terms})")
        for side in ("left", "right"):
            out.print(f"  {error[f'{side}_record_id']}  {error[f'{side}_title'] or '(no title)'}")
