"""Shingle sets to similarity and containment, all pairs of a chunk at once."""

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.pipeline.shingling.match_texts import by_kernels
from papersieve.pipeline.shingling.minhash import Sets, shingle_all

Positions = npt.NDArray[np.int64]


def compare_pairs(left: Positions, right: Positions, texts: pl.Series, n: int) -> tuple[pl.Series, pl.Series]:
    """Jaccard similarity of the two texts of each pair, and the share of the smaller set that the other one has.

    left and right are positions in the column of match texts; both results are null if a text is empty.
    """
    if not by_kernels(texts.len()):
        sets = _few_sets(texts, n)
        return shares(sets, left, right, _count_few(sets, left, right))
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


def _count_few(sets: Sets, left: Positions, right: Positions) -> Positions:
    """Numbers of shingles that the documents at positions left and right have in common."""
    each = [set(part.tolist()) for part in np.split(sets.values, sets.bounds[1:-1])]
    return np.array([len(each[i] & each[j]) for i, j in zip(left, right, strict=True)], np.int64)


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
