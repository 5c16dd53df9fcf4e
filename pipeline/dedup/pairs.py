"""Block keys to candidate pairs: all pairs of each bucket, save of hot ones."""

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.dedup.blocks import MATCH_KEYS

HOT_SCHEMA = {"match_key": pl.String, "key": pl.Int64, "documents": pl.Int64}

_STRENGTH = pl.Enum(MATCH_KEYS)


def candidate_pairs(block_keys: pl.DataFrame, *, bucket_cap: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (candidate pairs, hot buckets).

    The frame must hold every member of each bucket in it: whether a bucket is hot depends on its final
    membership alone, which is what keeps the order of arrival out of the result.

    Pairs: left_no < right_no, match_key (the strongest that proposed it), each pair once, sorted.
    Hot buckets: match_key, key, documents: over the cap, they propose nothing.
    """
    # One byte a key instead of its name, the strongest smallest; buckets become runs of equal rows.
    coded = block_keys.select(
        pl.col("match_key").cast(_STRENGTH).to_physical().cast(pl.Int8), "key", "document_no"
    ).sort("match_key", "key", "document_no")
    starts = (pl.col("match_key") != pl.col("match_key").shift()) | (pl.col("key") != pl.col("key").shift())
    first = np.flatnonzero(coded.select(starts.fill_null(True)).to_series().to_numpy())
    sizes = np.diff(np.append(first, coded.height))
    is_hot = sizes > bucket_cap
    hot = coded[first[is_hot]].with_columns(documents=pl.Series(sizes[is_hot], dtype=pl.Int64))
    shared = coded.filter(np.repeat((sizes > 1) & ~is_hot, sizes))
    left, right = _pairs_in_runs(sizes[(sizes > 1) & ~is_hot])
    numbers = shared["document_no"]
    pairs = (
        pl.DataFrame(
            {"left_no": numbers.gather(left), "right_no": numbers.gather(right), "code": shared["match_key"].gather(left)}
        )
        .group_by("left_no", "right_no")
        .agg(pl.col("code").min())
        .sort("left_no", "right_no")
    )
    return (
        pairs.select("left_no", "right_no", match_key=_name("code")),
        hot.select(_name("match_key"), "key", "documents").sort("match_key", "key"),
    )


def _name(code: str) -> pl.Expr:
    return pl.col(code).replace_strict(dict(enumerate(MATCH_KEYS)), return_dtype=pl.String)


def _pairs_in_runs(sizes: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All pairs of places (left before right) inside runs of these sizes that lie one behind the other."""
    left_in_run = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    followers = np.repeat(sizes, sizes) - left_in_run - 1
    left = np.repeat(np.arange(followers.size), followers)
    nth = np.arange(left.size) - np.repeat(np.cumsum(followers) - followers, followers)
    return left, left + nth + 1
