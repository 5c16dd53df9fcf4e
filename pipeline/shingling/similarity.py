"""Shingle sets to similarity and containment, all pairs of a chunk at once."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.pipeline.shingling.match_texts import by_kernels
from papersieve.pipeline.shingling.shingles import Sets, shingle_all

Positions = npt.NDArray[np.int64]

#: Pairs whose sets numpy compares at a time.
_SLICE = 2_000


def compare_pairs(left: Positions, right: Positions, texts: pl.Series, n: int) -> tuple[pl.Series, pl.Series]:
    """Jaccard similarity of the two texts of each pair, and the share of the smaller set that the other one has.

    left and right are positions in the column of match texts; both results are null if a text is empty.
    """
    if not by_kernels(texts.len()):
        sets = _few_sets(texts, n)
        return shares(sets, left, right, share_by_sorting(sets, left, right))
    from papersieve.pipeline.shingling.kernel_calls import count_shared, shingle_sets

    sets = shingle_sets(texts, n, is_raw=False)
    return shares(sets, left, right, count_shared(sets, left, right))


def shingle_sets_of(texts: pl.Series, n: int) -> Sets:
    """Shingle sets of a column of match texts, by the compiled kernel if there are many."""
    if not by_kernels(texts.len()):
        return _few_sets(texts, n)
    from papersieve.pipeline.shingling.kernel_calls import shingle_sets

    return shingle_sets(texts, n, is_raw=False)


def _few_sets(texts: pl.Series, n: int) -> Sets:
    few = shingle_all(texts, n)
    values = np.concatenate(few) if few else np.empty(0, np.uint32)
    return Sets(values, np.cumsum([0, *(s.size for s in few)], dtype=np.int64))


def share_by_sorting(sets: Sets, left: Positions, right: Positions) -> Positions:
    """Numbers of shingles in common: the repeats when both sets of a pair are tagged with it and sorted together."""
    sizes = np.diff(sets.bounds)
    shared = np.zeros(left.size, np.int64)
    for first, last in pairwise([*range(0, left.size, _SLICE), left.size]):
        both = np.concatenate([left[first:last], right[first:last]])
        pair = np.tile(np.arange(last - first), 2)
        of = np.repeat(np.arange(both.size), sizes[both])
        starts = sets.bounds[both] - np.concatenate([[0], np.cumsum(sizes[both])[:-1]])
        tagged = pair[of].astype(np.uint64) << np.uint64(32) | sets.values[np.arange(of.size) + starts[of]]
        tagged.sort()
        again = tagged[1:][tagged[1:] == tagged[:-1]]
        shared[first:last] = np.bincount((again >> np.uint64(32)).astype(np.int64), minlength=last - first)
    return shared


def shares(sets: Sets, left: Positions, right: Positions, shared: Positions) -> tuple[pl.Series, pl.Series]:
    """Similarity and containment from the sizes of the sets and of their intersections."""
    sizes = np.diff(sets.bounds)
    a, b = sizes[left], sizes[right]
    smaller = np.minimum(a, b)
    seen = smaller > 0
    similarity = np.divide(shared, a + b - shared, where=seen, out=np.full(left.size, np.nan))
    containment = np.divide(shared, smaller, where=seen, out=np.full(left.size, np.nan))
    return (
        pl.Series("similarity", similarity, nan_to_null=True),
        pl.Series("containment", containment, nan_to_null=True),
    )
