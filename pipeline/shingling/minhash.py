"""Text to shingles, the set of its word n-grams, and to signatures: MinHash by datasketch 2's `affine32`, bit for bit.

`affine32` mixes a shingle's hash with MurmurHash3's 32-bit finaliser, then takes `a·h + b mod 2³²` for each
permutation (a odd, so each is a bijection) and keeps the minimum.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

Signatures = npt.NDArray[np.uint32]

#: 2⁶⁴ / golden ratio, which spreads the band numbers, and the first multiplier of MurmurHash3's fmix64.
BAND_START = 0x9E3779B97F4A7C15
BAND_MIX = 0xFF51AFD7ED558CCD

Shingles = npt.NDArray[np.uint32]
Keys = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Readings:
    """What was read of each document, in order.

    words: number of words of its match text. text_keys: `block_key` of the whole match text. opening_keys: that of its
    first words, 0 if it has fewer. band_keys: one row per band, meaningless if there is no word. signatures: one row
    per document, or none if they were not requested.
    """

    words: Keys
    text_keys: Keys
    opening_keys: Keys
    band_keys: Keys
    signatures: Signatures


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


def permutations(num_perm: int, seed: int) -> tuple[Signatures, Signatures]:
    """Multipliers and offsets, as datasketch 2 draws them for `affine32` (first a, then b)."""
    random = np.random.RandomState(seed)
    a = random.randint(0, 1 << 31, num_perm, dtype=np.uint64) * 2 + 1
    b = random.randint(0, 1 << 32, num_perm, dtype=np.uint64)
    return a.astype(np.uint32), b.astype(np.uint32)


def sign(shingles: list[Shingles], *, num_perm: int, seed: int) -> Signatures:
    """One row of `num_perm` minima for each document; a document without shingles has the maximum everywhere."""
    a, b = permutations(num_perm, seed)
    signatures = np.full((len(shingles), num_perm), np.iinfo(np.uint32).max, np.uint32)
    for row, hashes in zip(signatures, shingles, strict=True):
        if hashes.size:
            row[:] = (np.multiply.outer(_mix(hashes), a) + b).min(axis=0)
    return signatures


def _mix(hashes: Shingles) -> Shingles:
    """MurmurHash3's fmix32; uint32 arithmetic wraps."""
    h = hashes ^ (hashes >> np.uint32(16))
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return h


def band_keys(signatures: Signatures, *, bands: int, rows: int) -> npt.NDArray[np.int64]:
    """One row of keys for each band, one column for each document: `rows` values of its signature, mixed.

    h starts as (band + 1) · BAND_START. For each value v it becomes (h ⊕ v) · BAND_MIX, then h ⊕ h >> 32, in 64 bits.
    The result is read as a signed number.
    """
    cut = signatures[:, : bands * rows].reshape(-1, bands, rows).astype(np.uint64)
    h = np.arange(1, bands + 1, dtype=np.uint64) * np.uint64(BAND_START)
    h = np.broadcast_to(h, cut.shape[:2]).copy()
    for r in range(rows):
        h = (h ^ cut[:, :, r]) * np.uint64(BAND_MIX)
        h ^= h >> np.uint64(32)
    return np.ascontiguousarray(h.T).view(np.int64)
