"""Block keys to candidate pairs: all pairs of each bucket, save of hot ones."""

import polars as pl

from pipeline.dedup.blocks import MATCH_KEYS

HOT_SCHEMA = {"match_key": pl.String, "key": pl.Int64, "documents": pl.Int64}


def candidate_pairs(block_keys: pl.DataFrame, *, bucket_cap: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (candidate pairs, hot buckets).

    The frame must hold every member of each bucket in it: whether a bucket is hot depends on its final
    membership alone, which is what keeps the order of arrival out of the result.

    Pairs: left_no < right_no, match_key (the strongest that proposed it), each pair once, sorted.
    Hot buckets: match_key, key, documents: over the cap, they propose nothing.
    """
    shared = block_keys.filter(pl.len().over("match_key", "key") > 1)
    sizes = shared.group_by("match_key", "key").agg(documents=pl.len().cast(pl.Int64))
    hot = sizes.filter(pl.col("documents") > bucket_cap).sort("match_key", "key")
    members = shared.join(hot, on=["match_key", "key"], how="anti")
    strength = pl.col("match_key").cast(pl.Enum(MATCH_KEYS))
    pairs = (
        members.join(members, on=["match_key", "key"], suffix="_right")
        .filter(pl.col("document_no") < pl.col("document_no_right"))
        .select(left_no="document_no", right_no="document_no_right", match_key=strength)
        .group_by("left_no", "right_no")
        .agg(pl.col("match_key").min().cast(pl.String))
        .sort("left_no", "right_no")
    )
    return pairs, hot.select(pl.col(c).cast(t) for c, t in HOT_SCHEMA.items())
