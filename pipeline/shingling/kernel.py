"""Compiled kernels: text to match text, shingles, signatures, keys and evidence, in Arrow's own bytes.

Only this module, its parts (`hash_kernels`, `text_kernels`, `vectors`) and `pair_kernels` know numba. `kernel_calls`
alone imports them. It is imported inside functions that have many documents, never at the top of another module:
loading it takes about a second, compiling it (once for each machine and version) several. `text`, `shingles`,
`minhash`, `keys` and `similarity` compute the same without it, bit for bit.

A document is read in one pass, while it is in the innermost cache: folded (or copied) into a scratch text; hashed, with
one xxh32 for each n-gram; signed; and its signature is cut into band keys, and kept only if it is asked for. All
indexes are unsigned 64-bit numbers, because numba checks whether a signed index counts from the end, and makes a float
of a signed and an unsigned integer.
"""

import numpy as np
from numba import njit, uint32, uint64

from papersieve.pipeline.shingling.hash_kernels import helper, mix, text_key, xxh32, xxh32_lane
from papersieve.pipeline.shingling.minhash import BAND_MIX, BAND_START
from papersieve.pipeline.shingling.text_kernels import code_point, copy, fold, is_ascii, word_ends
from papersieve.pipeline.shingling.vectors import LANES, high64, lay

#: Bytes after the last one of a scratch text that are read and written: two blocks.
SLACK = 128

#: Content id of the files whose code is part of the kernels, because numba's cache only looks at this file.
TAKEN_IN = "99ba367095fa0c263ae4abc6cd4e913c"

_kernel = njit(nogil=True, boundscheck=False, cache=True)

_MAX32 = np.uint32(0xFFFFFFFF)
_BAND_START = np.uint64(BAND_START)
_BAND_MIX = np.uint64(BAND_MIX)
_0, _1, _2, _3, _4, _8, _32, _64 = (np.uint64(i) for i in (0, 1, 2, 3, 4, 8, 32, 64))
_LANES = np.uint64(LANES)


@_kernel
def survey(data, offsets, is_raw, lengths, unknown):
    """The most bytes that the longest document, and all documents, may fold to. Marks pages of unknown code points."""
    longest, total = _0, _0
    for d in range(offsets.size - 1):
        start, end = uint64(offsets[d]), uint64(offsets[d + 1])
        bound = end - start
        if is_raw and not is_ascii(data, start, end):
            bound = _0
            i = start
            while i < end:
                if i + _64 <= end and not high64(data, i):
                    i += _64
                    bound += _64
                    continue
                point, taken = code_point(data, i)
                if lengths[point] == 255:
                    unknown[point >> _8] = 1
                bound += uint64(lengths[point])
                i += taken
        longest = max(longest, bound)
        total += bound
    return longest, total


@helper
def _hash_grams(text, size, ends, words, n, lanes, sizes, hashes):
    """Compute xxh32 of every n-gram; returns their number. Fewer than n words are one shingle; no words, none.

    Shingles are hashed side by side, because each step of xxh32 waits for the one before; those of 32 bytes or more are
    hashed alone. After the last word, shingles of blanks fill the lanes.
    """
    if size == _0:
        return _0
    if words <= n:
        hashes[0] = xxh32(text, _0, size, uint32(0))
        return _1
    count = words - n + _1
    for k in range(words + _1, words + _LANES):
        ends[k] = size + (k - words)
    for first in range(_0, count, _LANES):
        too_long = _0
        for j in range(_LANES):
            sizes[j] = uint32(ends[first + j + n] - ends[first + j] - _1)
            too_long += uint64(sizes[j] >= uint32(32))
        are_laid = too_long < _8
        if are_laid:
            for lane in range(_0, _LANES, _8):
                lay(text, ends, first + lane, lanes, lane)
            for j in range(_LANES):
                hashes[first + j] = xxh32_lane(lanes, j, sizes[j])
        if too_long:
            for j in range(min(_LANES, count - first)):
                if sizes[j] >= uint32(32) or not are_laid:
                    hashes[first + j] = xxh32(text, ends[first + j] + _1, ends[first + j + n], uint32(0))
    return count


@helper
def _sign(hashes, count, a, b, row):
    """Minima of the permutations, for eight hashes at a time, so that the row is seldom loaded."""
    for p in range(a.size):
        row[p] = _MAX32
    if count == _0:
        return
    for j in range(count):
        hashes[j] = mix(hashes[j])
    full = (count + uint64(7)) & ~uint64(7)
    for j in range(count, full):
        hashes[j] = hashes[count - _1]
    for j in range(_0, full, _8):
        h0, h1, h2, h3 = hashes[j], hashes[j + _1], hashes[j + _2], hashes[j + _3]
        h4, h5, h6, h7 = hashes[j + _4], hashes[j + uint64(5)], hashes[j + uint64(6)], hashes[j + uint64(7)]
        for p in range(a.size):
            ap, bp = a[p], b[p]
            m0 = min(uint32(ap * h0 + bp), uint32(ap * h1 + bp))
            m1 = min(uint32(ap * h2 + bp), uint32(ap * h3 + bp))
            m2 = min(uint32(ap * h4 + bp), uint32(ap * h5 + bp))
            m3 = min(uint32(ap * h6 + bp), uint32(ap * h7 + bp))
            row[p] = min(row[p], min(min(m0, m1), min(m2, m3)))


@helper
def _band_keys(row, bands, rows, keys, d):
    """The same as `minhash.band_keys`."""
    for band in range(bands):
        h = uint64(band + 1) * _BAND_START
        for r in range(rows):
            h = uint64((h ^ uint64(row[band * rows + r])) * _BAND_MIX)
            h ^= h >> _32
        keys[band, d] = np.int64(h)


@_kernel
def read_chunk(
    data, offsets, at, is_raw, starts, lengths, pool, n, a, b, rows, opening, seed, opening_seed,
    text, block, ends, hashes, row, words_out, text_out, opening_out, bands_out, signatures_out,
):  # fmt: skip
    """Read one chunk; its first document is row `at` of the outputs. Outputs without rows are not wanted."""
    lanes, sizes = np.empty((8, LANES), np.uint32), np.empty(LANES, np.uint32)
    for d in range(offsets.size - 1):
        start, end = uint64(offsets[d]), uint64(offsets[d + 1])
        size = fold(data, start, end, starts, lengths, pool, text, block) if is_raw else copy(data, start, end, text)
        words = word_ends(text, size, ends)
        words_out[at + d] = words
        text_out[at + d] = text_key(text, size, seed)
        opening_out[at + d] = text_key(text, ends[opening], opening_seed) if words >= opening else 0
        if a.size:
            _sign(hashes, _hash_grams(text, size, ends, words, n, lanes, sizes, hashes), a, b, row)
            _band_keys(row, bands_out.shape[0], rows, bands_out, at + d)
            if signatures_out.shape[0]:
                for p in range(a.size):
                    signatures_out[at + d, p] = row[p]


@_kernel
def fold_chunk(data, offsets, starts, lengths, pool, block, text, text_offsets):
    """Write the match texts one after the other to `text`, which is long enough for all."""
    w = 0
    text_offsets[0] = 0
    for d in range(offsets.size - 1):
        w += np.int64(fold(data, uint64(offsets[d]), uint64(offsets[d + 1]), starts, lengths, pool, text[w:], block))
        text_offsets[d + 1] = w
    return w


@helper
def _sort(values, count, spare, counts):
    """Sort the first values by radix, one byte at a time: five times as fast as by comparing."""
    counts[:] = 0
    for j in range(count):
        x = values[j]
        for byte in range(4):
            counts[byte, (x >> uint32(8 * byte)) & uint32(255)] += uint32(1)
    for byte in range(4):
        place = uint32(0)
        for digit in range(256):
            here = counts[byte, digit]
            counts[byte, digit] = place
            place = uint32(place + here)
        source, target = (values, spare) if byte % 2 == 0 else (spare, values)
        for j in range(count):
            x = source[j]
            digit = (x >> uint32(8 * byte)) & uint32(255)
            target[counts[byte, digit]] = x
            counts[byte, digit] += uint32(1)


@_kernel
def shingle_chunk(data, offsets, is_raw, starts, lengths, pool, n, text, block, ends, hashes, sets, bounds):
    """Write the sorted distinct shingles of every document one after the other to `sets`, and their bounds."""
    filled = 0
    bounds[0] = 0
    spare, counts = np.empty(hashes.size, np.uint32), np.empty((4, 256), np.uint32)
    lanes, sizes = np.empty((8, LANES), np.uint32), np.empty(LANES, np.uint32)
    for d in range(offsets.size - 1):
        start, end = uint64(offsets[d]), uint64(offsets[d + 1])
        size = fold(data, start, end, starts, lengths, pool, text, block) if is_raw else copy(data, start, end, text)
        words = word_ends(text, size, ends)
        size_of_set = _hash_grams(text, size, ends, words, n, lanes, sizes, hashes)
        _sort(hashes, size_of_set, spare, counts)
        for j in range(size_of_set):
            if j == _0 or hashes[j] != hashes[j - _1]:
                sets[filled] = hashes[j]
                filled += 1
        bounds[d + 1] = filled
    return filled
