"""Block keys to candidate pairs: all pairs of each bucket, save of hot ones."""

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.dedup.blocks import MATCH_KEYS


def candidate_pairs(block_keys: pl.DataFrame, *, bucket_cap: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (candidate pairs, hot buckets).

    The frame must hold every member of each bucket in it: whether a bucket is hot depends on its final
    membership alone, which is what keeps the order of arrival out of the result.

    Pairs: left_no < right_no, match_key (the strongest that proposed it), each pair once, sorted.
    Hot buckets: match_key, key, documents: over the cap, they propose nothing.
    """
    kinds = [
        _pairs_of_kind(block_keys.filter(pl.col("match_key") == name).select("key", "document_no"), code, bucket_cap)
        for code, name in enumerate(MATCH_KEYS)
    ]
    pairs = (
        pl.concat([pairs for pairs, _ in kinds])
        .group_by("left_no", "right_no")
        .agg(pl.col("code").min())
        .sort("left_no", "right_no")
    )
    hot = pl.concat([hot for _, hot in kinds])
    return pairs.select("left_no", "right_no", match_key=_name()), hot.select(_name(), "key", "documents").sort(
        "match_key", "key"
    )


def switched_documents(block_keys: pl.DataFrame, was_hot: pl.DataFrame, *, bucket_cap: int) -> pl.DataFrame:
    """Members (document_no, sorted) of the buckets that are hot now and were not, or were and are not any more.

    block_keys as for `candidate_pairs`; was_hot: match_key, key of the hot ones before. Such a bucket takes back,
    or adds, what it proposes between its old members too.
    """
    key = ["match_key", "key"]
    now = block_keys.group_by(key).agg(is_hot=pl.len() > bucket_cap)
    switched = now.join(was_hot.with_columns(was_hot=True), on=key, how="left").filter(
        pl.col("is_hot") != pl.col("was_hot").fill_null(False)
    )
    return block_keys.join(switched, on=key, how="semi").select("document_no").unique().sort("document_no")


def _name() -> pl.Expr:
    return pl.col("code").replace_strict(dict(enumerate(MATCH_KEYS)), return_dtype=pl.String).alias("match_key")


def _pairs_of_kind(keys: pl.DataFrame, code: int, cap: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(left_no, right_no, code) of the buckets of one kind of key, pairs repeated, and the hot ones among them."""
    # Sorted by one column of numbers, buckets are runs: a third of the time of a join of the frame with itself.
    keys = keys.sort("key")
    key = keys["key"].to_numpy()
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: key.size])
    sizes = np.diff(np.append(first, key.size))
    is_hot, is_shared = sizes > cap, (sizes > 1) & (sizes <= cap)
    numbers = keys["document_no"].to_numpy()[np.repeat(is_shared, sizes)]
    one, other = (numbers[places] for places in _pairs_in_runs(sizes[is_shared]))
    label = pl.lit(code, pl.Int8)
    hot = pl.DataFrame(
        {"key": key[first[is_hot]], "documents": sizes[is_hot]}, schema={"key": pl.Int64, "documents": pl.Int64}
    )
    pairs = pl.DataFrame(
        {"left_no": np.minimum(one, other), "right_no": np.maximum(one, other)},
        schema={"left_no": pl.Int64, "right_no": pl.Int64},
    )
    return pairs.with_columns(code=label), hot.sort("key").with_columns(code=label)


def _pairs_in_runs(sizes: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All pairs of places (left before right) inside runs of these sizes that lie one behind the other."""
    left_in_run = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    followers = np.repeat(sizes, sizes) - left_in_run - 1
    left = np.repeat(np.arange(followers.size), followers)
    nth = np.arange(left.size) - np.repeat(np.cumsum(followers) - followers, followers)
    return left, left + nth + 1
