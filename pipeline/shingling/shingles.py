"""Text to shingles: the set of its word n-grams, each as its xxh32 hash."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

Shingles = npt.NDArray[np.uint32]


class Sets(NamedTuple):
    """Shingle sets of documents, one after the other: document i has `values[bounds[i]:bounds[i + 1]]`, sorted."""

    values: Shingles
    bounds: npt.NDArray[np.int64]


def shingle(text: str, words: int) -> Shingles:
    """Distinct hashes, in ascending order, of the n-grams of a match text (words joined by single spaces).

    A text of fewer than n words is a single shingle; an empty text has none. The hash is xxh32 of the UTF-8 bytes, as
    in `datasketch.MinHash(hashfunc=xxh32)`. Two of 300 n-grams of a text have the same hash with a probability of about
    10⁻⁵; the set then has one shingle less.
    """
    if not text:
        return np.empty(0, np.uint32)
    parts = text.encode().split(b" ")
    grams = [b" ".join(parts[i : i + words]) for i in range(max(1, len(parts) - words + 1))]
    return np.unique(np.fromiter((xxhash.xxh32_intdigest(g) for g in grams), np.uint32, len(grams)))


def shingle_all(texts: Iterable[str], words: int) -> list[Shingles]:
    """Shingle every text, in order."""
    return [shingle(text, words) for text in texts]
