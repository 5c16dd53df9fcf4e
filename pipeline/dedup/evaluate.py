"""Clusters against labels: what was found of the planted repeats, and what was merged wrongly."""

import polars as pl


def planted_found(labelled: pl.DataFrame) -> pl.DataFrame:
    """Share of planted repeats that were found, by kind: kind, planted, found, found_share; sorted by kind.

    labelled: one row a record with paper (true entity), paper_id (predicted), kind, is_duplicate. A repeat is
    found where its predicted paper also holds another record of its true entity.
    """
    together = pl.len().over("paper", "paper_id") > 1
    return (
        labelled.with_columns(is_found=together & pl.col("paper_id").is_not_null())
        .filter("is_duplicate")
        .group_by("kind")
        .agg(planted=pl.len(), found=pl.col("is_found").sum())
        .with_columns(found_share=pl.col("found") / pl.col("planted"))
        .sort("kind")
    )


def pair_counts(labelled: pl.DataFrame) -> dict[str, int]:
    """Pairs of records: true (of one entity), predicted (of one paper), both."""
    return {
        "true": _pairs(labelled, ["paper"]),
        "predicted": _pairs(labelled.drop_nulls("paper_id"), ["paper_id"]),
        "both": _pairs(labelled.drop_nulls("paper_id"), ["paper", "paper_id"]),
    }


def _pairs(frame: pl.DataFrame, by: list[str]) -> int:
    sizes = frame.group_by(by).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())
