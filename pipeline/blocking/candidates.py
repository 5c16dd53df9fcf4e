"""Block keys to candidate pairs: all pairs within each bucket, except in hot buckets."""

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.checks.evidence_columns import MATCH_KEYS

HOT_SCHEMA = {"match_key": pl.String, "key": pl.Int64, "documents": pl.Int64}

Numbers = npt.NDArray[np.int64]


def candidate_pairs(block_keys: pl.DataFrame, *, bucket_cap: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (candidate pairs, hot buckets).

    block_keys must hold every member of each bucket in it: whether a bucket is hot depends on its final members alone,
    so the order of arrival does not affect the result.

    Pairs: left_no < right_no, match_key (the strongest that proposed the pair); each pair once, sorted. Hot buckets:
    match_key, key, documents (their number); they exceed the cap and propose nothing. Raises OverflowError if a
    document number is 2³¹ or more.
    """
    found = {
        name: bucket_pairs(kind["key"].to_numpy(), kind["document_no"].to_numpy(), bucket_cap)
        for (name,), kind in block_keys.partition_by("match_key", as_dict=True).items()
    }
    hot = [hot.select(pl.lit(name).alias("match_key"), pl.all()) for name, (_, hot) in found.items() if hot.height]
    pairs = distinct_pairs([(name, pairs) for name, (pairs, _) in found.items()])
    return pairs, pl.concat([pl.DataFrame(schema=HOT_SCHEMA), *hot]).sort("match_key", "key")


def distinct_pairs(proposed: list[tuple[str, Numbers]]) -> pl.DataFrame:
    """The pairs of `candidate_pairs` from (match_key, `bucket_pairs`); the same match_key may come several times."""
    by_name = {name: _distinct([pairs for key, pairs in proposed if key == name]) for name in MATCH_KEYS}
    every = _distinct(list(by_name.values()))
    code = np.empty(every.size, np.int8)
    for number, name in reversed(list(enumerate(MATCH_KEYS))):
        code[np.searchsorted(every, by_name[name])] = number
    match_key = pl.col("code").replace_strict(dict(enumerate(MATCH_KEYS)), return_dtype=pl.String)
    pairs = pl.DataFrame({"left_no": every >> 32, "right_no": every & 0xFFFFFFFF, "code": code})
    return pairs.select("left_no", "right_no", match_key=match_key)


def _distinct(parts: list[Numbers]) -> Numbers:
    numbers = np.sort(np.concatenate([np.empty(0, np.int64), *parts]))
    return np.asarray(numbers[np.append(True, numbers[1:] != numbers[:-1])[: numbers.size]], np.int64)


def switched_documents(block_keys: pl.DataFrame, was_hot: pl.DataFrame, *, bucket_cap: int) -> pl.DataFrame:
    """Members (document_no, sorted) of the buckets that have become hot, or are no longer hot.

    block_keys: as for `candidate_pairs`. was_hot: match_key, key of the buckets that were hot before. In such a bucket,
    proposals between old members are withdrawn or added too.
    """
    key = ["match_key", "key"]
    now = block_keys.group_by(key).agg(is_hot=pl.len() > bucket_cap)
    both = now.join(was_hot.with_columns(was_hot=True), on=key, how="left")
    switched = both.filter(pl.col("is_hot") != pl.col("was_hot").fill_null(False))
    return block_keys.join(switched, on=key, how="semi").select("document_no").unique().sort("document_no")


def bucket_pairs(key: Numbers, document_no: Numbers, bucket_cap: int) -> tuple[Numbers, pl.DataFrame]:
    """(pairs; hot buckets: key, documents, sorted) for one kind of key; a pair in several buckets is repeated.

    A pair is the number left_no · 2³² + right_no, since sorting numbers takes a tenth of the time of grouping by two
    columns.
    """
    # When keys are sorted, buckets are runs. This takes a third of the time of joining the frame with itself.
    if document_no.size and int(document_no.max()) >> 31:
        raise OverflowError(
            f"expected document numbers below 2**31, found {int(document_no.max())}: two no longer fit in one"
        )
    order = np.argsort(key)
    key, numbers = key[order], document_no[order]
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: key.size])
    sizes = np.diff(np.append(first, key.size))
    is_hot, is_shared = sizes > bucket_cap, (sizes > 1) & (sizes <= bucket_cap)
    numbers = numbers[np.repeat(is_shared, sizes)]
    one, other = (numbers[places] for places in _pairs_in_runs(sizes[is_shared]))
    hot = pl.DataFrame({"key": key[first[is_hot]], "documents": sizes[is_hot]}).cast(pl.Int64)
    return np.minimum(one, other) << 32 | np.maximum(one, other), hot


def _pairs_in_runs(sizes: Numbers) -> tuple[Numbers, Numbers]:
    """All pairs of places (left before right) inside consecutive runs of these sizes."""
    left_in_run = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    followers = np.repeat(sizes, sizes) - left_in_run - 1
    left = np.repeat(np.arange(followers.size), followers)
    nth = np.arange(left.size) - np.repeat(np.cumsum(followers) - followers, followers)
    return left, left + nth + 1
