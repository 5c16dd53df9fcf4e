"""Clusters compared with labels: what was found and what was merged wrongly, in the measures that others publish."""

import polars as pl


def planted_found(labelled: pl.DataFrame) -> pl.DataFrame:
    """Share of planted repeats that were found, by kind: kind, planted, found, found_share; sorted by kind.

    labelled: one row per record: paper (true entity), paper_id (predicted), kind, is_duplicate. A repeat is found if
    its predicted paper also holds another record of its true entity.
    """
    together = pl.len().over("paper", "paper_id") > 1
    found = labelled.with_columns(is_found=together & pl.col("paper_id").is_not_null()).filter("is_duplicate")
    counts = found.group_by("kind").agg(planted=pl.len(), found=pl.col("is_found").sum())
    return counts.with_columns(found_share=pl.col("found") / pl.col("planted")).sort("kind")


def pair_counts(labelled: pl.DataFrame) -> dict[str, int]:
    """Numbers of pairs of records: true (of one entity), predicted (of one paper), both."""
    held = labelled.drop_nulls("paper_id")
    both = _pairs(held, ["paper", "paper_id"])
    return {"true": _pairs(labelled, ["paper"]), "predicted": _pairs(held, ["paper_id"]), "both": both}


def _pairs(frame: pl.DataFrame, by: list[str]) -> int:
    sizes = frame.group_by(by).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def score_clusters(truth: pl.DataFrame, clusters: pl.DataFrame) -> dict[str, float | int]:
    """Compare clusters (record_id, paper_id) with the truth (record_id, cluster_id): pairs, B-cubed, removed records.

    Removed records are counted as bibliographic tools do: the first record of each paper, in the order of the truth, is
    kept. A removed copy is a true positive, a kept copy a false negative, an entity of which nothing is kept a false
    positive.
    """
    found = truth.select(pl.int_range(pl.len()).alias("place"), "cluster_id", "record_id").join(
        clusters.select("record_id", "paper_id"), on="record_id", how="left", maintain_order="left"
    )
    found = found.with_columns(paper_id=pl.coalesce("paper_id", pl.format("alone-{}", "record_id")))
    scores: dict[str, float | int] = {
        "records": found.height,
        "entities": found["cluster_id"].n_unique(),
        "papers": found["paper_id"].n_unique(),
    }
    return scores | _pair_scores(found) | _bcubed(found) | _removed(found)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _pair_scores(found: pl.DataFrame) -> dict[str, float | int]:
    true, predicted = _pairs(found, ["cluster_id"]), _pairs(found, ["paper_id"])
    both = _pairs(found, ["cluster_id", "paper_id"])
    precision, recall = both / predicted if predicted else 1.0, both / true if true else 1.0
    return {"pair_precision": precision, "pair_recall": recall, "pair_f1": _f1(precision, recall)}


def _bcubed(found: pl.DataFrame) -> dict[str, float | int]:
    both = pl.len().over("cluster_id", "paper_id")
    shares = found.select(precision=both / pl.len().over("paper_id"), recall=both / pl.len().over("cluster_id"))
    precision, recall = float(shares["precision"].sum()), float(shares["recall"].sum())
    precision, recall = precision / max(found.height, 1), recall / max(found.height, 1)
    return {"bcubed_precision": precision, "bcubed_recall": recall, "bcubed_f1": _f1(precision, recall)}


def _removed(found: pl.DataFrame) -> dict[str, float | int]:
    kept = pl.col("place") == pl.col("place").min().over("paper_id")
    entities = found.with_columns(kept=kept).group_by("cluster_id").agg(pl.len(), pl.col("kept").sum())
    of_entity = entities.select(
        tp=pl.col("len").cast(pl.Int64) - pl.col("kept").cast(pl.Int64).clip(1),
        fp=(pl.col("kept") == 0).cast(pl.Int64),
        fn=(pl.col("kept").cast(pl.Int64) - 1).clip(0),
    ).sum()
    tp, fp, fn = of_entity.row(0) if found.height else (0, 0, 0)
    f1 = 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 1.0
    return {"removed_tp": tp, "removed_fp": fp, "removed_fn": fn, "removed_f1": f1}
