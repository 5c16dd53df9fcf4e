"""Compiled kernels: text to match text, shingles, signatures, keys and evidence, in Arrow's own bytes.

Only this module, `pair_kernels` and `vectors` know numba. `kernel_calls` alone imports them, and is itself imported
only where many documents are at hand, never at the top of another module: loading it takes about a second, compiling it
(once per machine and version) several. Whatever it computes, `text`, `shingles`, `minhash`, `keys` and `similarity`
compute too, bit for bit, without it.

A document is read in one pass while it lies in the innermost cache: folded (or copied) into a scratch text;
hashed, one xxh32 an n-gram; signed; its signature cut into band keys and thrown away unless it is asked for.
Indexes are unsigned 64-bit throughout: numba checks whether a signed index counts from the end, and a signed with
an unsigned integer makes a float.
"""

import numpy as np
from numba import njit, uint32, uint64

from papersieve.pipeline.shingling.minhash import BAND_MIX, BAND_START
from papersieve.pipeline.shingling.vectors import LANES, copy64, fold64, high64, lay, load32, lowest, spaces64

#: Bytes behind the last one of a scratch text that are read, and written: two blocks.
SLACK = 128

#: Content id of vectors.py, which numba's cache does not look at.
VECTORS = "9ef525f2e7192d1d06774964b6fa60f1"

_helper = njit(nogil=True, boundscheck=False, forceinline=True)
_kernel = njit(nogil=True, boundscheck=False, cache=True)

P1, P2, P3, P4, P5 = (uint32(p) for p in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1))
_SPACE = np.uint8(32)
_MAX32 = np.uint32(0xFFFFFFFF)
_BAND_START = np.uint64(BAND_START)
_BAND_MIX = np.uint64(BAND_MIX)
_0, _1, _2, _3, _4, _8, _12, _16, _32, _64 = (np.uint64(i) for i in (0, 1, 2, 3, 4, 8, 12, 16, 32, 64))
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_LANES = np.uint64(LANES)


# --- hashing


@_helper
def _rotate(x, r):
    return uint32(uint32(x << uint32(r)) | uint32(x >> uint32(32 - r)))


@_helper
def _round(lane, word):
    return uint32(_rotate(uint32(lane + uint32(word * P2)), 13) * P1)


@_helper
def _join(v1, v2, v3, v4):
    return uint32(uint32(_rotate(v1, 1) + _rotate(v2, 7)) + uint32(_rotate(v3, 12) + _rotate(v4, 18)))


@_helper
def _stripes(b, i, n, seed):
    """xxh32 of the whole 16-byte stripes of n ≥ 16 bytes."""
    v1 = uint32(seed + uint32(P1 + P2))
    v2 = uint32(seed + P2)
    v3 = uint32(seed)
    v4 = uint32(seed - P1)
    for _ in range(n >> _4):
        v1 = _round(v1, load32(b, i))
        v2 = _round(v2, load32(b, i + _4))
        v3 = _round(v3, load32(b, i + _8))
        v4 = _round(v4, load32(b, i + _12))
        i += _16
    return _join(v1, v2, v3, v4)


@_helper
def _avalanche(h):
    h = uint32(uint32(h ^ (h >> uint32(15))) * P2)
    h = uint32(uint32(h ^ (h >> uint32(13))) * P3)
    return uint32(h ^ (h >> uint32(16)))


@_helper
def _step(h, word, multiplier, bits, spread):
    return uint32(_rotate(uint32(h + uint32(word * multiplier)), bits) * spread)


@_helper
def _finish(b, i, n, h):
    """The last n mod 16 bytes, at i, and the avalanche.

    All seven steps are computed and those that apply are selected: how many do is as good as random, and a
    branch mispredicted costs more than they all do. So up to 12 bytes behind the end are read.
    """
    h = uint32(h + uint32(n))
    words = (n >> _2) & _3
    step = _step(h, load32(b, i), P3, 17, P4)
    h = step if words > _0 else h
    step = _step(h, load32(b, i + _4), P3, 17, P4)
    h = step if words > _1 else h
    step = _step(h, load32(b, i + _8), P3, 17, P4)
    h = step if words > _2 else h
    rest = n & _3
    x = load32(b, i + (words << _2))
    step = _step(h, x & uint32(255), P5, 11, P1)
    h = step if rest > _0 else h
    step = _step(h, (x >> uint32(8)) & uint32(255), P5, 11, P1)
    h = step if rest > _1 else h
    step = _step(h, (x >> uint32(16)) & uint32(255), P5, 11, P1)
    h = step if rest > _2 else h
    return _avalanche(h)


@_helper
def _xxh32(b, start, end, seed):
    n = end - start
    h = _stripes(b, start, n, seed) if n >= _16 else uint32(seed + P5)
    return _finish(b, start + (n & ~np.uint64(15)), n, h)


@_helper
def _xxh32_lane(lanes, j, n):
    """xxh32, seed 0, of the n < 32 bytes in column j, as above; nothing is branched to, so that it makes vectors."""
    t0, t1, t2, t3 = lanes[0, j], lanes[1, j], lanes[2, j], lanes[3, j]
    v4 = uint32(~P1 + uint32(1))
    stripe = _join(_round(uint32(P1 + P2), t0), _round(P2, t1), _round(uint32(0), t2), _round(v4, t3))
    has_stripe = n >= uint32(16)
    h = uint32((stripe if has_stripe else P5) + n)
    t0 = lanes[4, j] if has_stripe else t0
    t1 = lanes[5, j] if has_stripe else t1
    t2 = lanes[6, j] if has_stripe else t2
    t3 = lanes[7, j] if has_stripe else t3
    words, rest = (n >> uint32(2)) & uint32(3), n & uint32(3)
    x = t0  # holds the last bytes
    step = _step(h, t0, P3, 17, P4)
    h, x = (step, t1) if words > uint32(0) else (h, x)
    step = _step(h, t1, P3, 17, P4)
    h, x = (step, t2) if words > uint32(1) else (h, x)
    step = _step(h, t2, P3, 17, P4)
    h, x = (step, t3) if words > uint32(2) else (h, x)
    step = _step(h, x & uint32(255), P5, 11, P1)
    h = step if rest > uint32(0) else h
    step = _step(h, (x >> uint32(8)) & uint32(255), P5, 11, P1)
    h = step if rest > uint32(1) else h
    step = _step(h, (x >> uint32(16)) & uint32(255), P5, 11, P1)
    h = step if rest > uint32(2) else h
    return _avalanche(h)


@_helper
def _mix(h):
    h = uint32(uint32(h ^ (h >> uint32(16))) * uint32(0x85EBCA6B))
    h = uint32(uint32(h ^ (h >> uint32(13))) * uint32(0xC2B2AE35))
    return uint32(h ^ (h >> uint32(16)))


@_helper
def _text_key(b, end, seed):
    """`ids.block_key` of the bytes up to end; both halves in one loop, as each waits for its own last step."""
    seed, other = uint32(seed), uint32(seed ^ _MAX32)
    if end < _16:
        high, low = uint32(seed + P5), uint32(other + P5)
    else:
        v1, v2, v3, v4 = uint32(seed + uint32(P1 + P2)), uint32(seed + P2), seed, uint32(seed - P1)
        w1, w2, w3, w4 = uint32(other + uint32(P1 + P2)), uint32(other + P2), other, uint32(other - P1)
        i = _0
        for _ in range(end >> _4):
            x1, x2, x3, x4 = load32(b, i), load32(b, i + _4), load32(b, i + _8), load32(b, i + _12)
            v1, v2, v3, v4 = _round(v1, x1), _round(v2, x2), _round(v3, x3), _round(v4, x4)
            w1, w2, w3, w4 = _round(w1, x1), _round(w2, x2), _round(w3, x3), _round(w4, x4)
            i += _16
        high, low = _join(v1, v2, v3, v4), _join(w1, w2, w3, w4)
    i = end & ~np.uint64(15)
    return np.int64((uint64(_finish(b, i, end, high)) << _32) | uint64(_finish(b, i, end, low)))


# --- text


@_helper
def _is_ascii(b, start, end):
    i = start
    while i + _64 <= end:
        if high64(b, i):
            return False
        i += _64
    while i < end:
        if b[i] > 127:
            return False
        i += _1
    return True


@_helper
def _code_point(b, i):
    """(code point at byte i of valid UTF-8, bytes it takes)."""
    first = uint64(b[i])
    if first < 0x80:
        return first, _1
    second = uint64(b[i + _1]) & uint64(63)
    if first < 0xE0:
        return ((first & uint64(31)) << uint64(6)) | second, _2
    third = uint64(b[i + _2]) & uint64(63)
    if first < 0xF0:
        return ((first & uint64(15)) << uint64(12)) | (second << uint64(6)) | third, _3
    fourth = uint64(b[i + _3]) & uint64(63)
    return ((first & uint64(7)) << uint64(18)) | (second << uint64(12)) | (third << uint64(6)) | fourth, _4


@_kernel
def survey(data, offsets, is_raw, lengths, unknown):
    """Bytes that the longest document, and all, may fold to; marks pages of 256 code points without folds."""
    longest, total = _0, _0
    for d in range(offsets.size - 1):
        start, end = uint64(offsets[d]), uint64(offsets[d + 1])
        bound = end - start
        if is_raw and not _is_ascii(data, start, end):
            bound = _0
            i = start
            while i < end:
                if i + _64 <= end and not high64(data, i):
                    i += _64
                    bound += _64
                    continue
                point, taken = _code_point(data, i)
                if lengths[point] == 255:
                    unknown[point >> _8] = 1
                bound += uint64(lengths[point])
                i += taken
        longest = max(longest, bound)
        total += bound
    return longest, total


@_helper
def _fold_points(data, i, stop, starts, lengths, pool, text, w, gap):
    """Fold from i until at least stop, one character after the other; (where it stopped, written to, gap)."""
    while i < stop:
        point, taken = _code_point(data, i)
        i += taken
        place = uint64(starts[point])
        for j in range(place, place + uint64(lengths[point])):
            c = pool[j]
            is_space = uint64(c == _SPACE)
            text[w] = c
            w += _1 - (is_space & gap)
            gap = is_space
    return i, w, gap


@_helper
def _fold(data, start, end, starts, lengths, pool, text, block):
    """Write the match text of data[start:end] to text; its bytes. Up to 64 more are written behind it.

    ASCII is folded 64 bytes at a time. What is kept of a block is its words and the first byte behind each;
    that is mostly all of it, and else it is copied run by run, each copy as long as a block.
    """
    i, w = start, _0
    gap = _1  # 1 behind a space and at the start, where no further space is written
    while i + _64 <= end:
        if high64(data, i):
            i, w, gap = _fold_points(data, i, i + _64, starts, lengths, pool, text, w, gap)
            continue
        words = fold64(data, i, block)
        i += _64
        keep = words | (words << _1) | (gap ^ _1)
        gap = (words >> uint64(63)) ^ _1
        if keep == _ALL:
            copy64(block, _0, text, w)
            w += _64
            continue
        p = _0
        while keep != _0:
            skip = lowest(keep)
            keep >>= skip
            p += skip
            run = lowest(~keep)
            copy64(block, p, text, w)
            keep >>= run
            p += run
            w += run
    i, w, gap = _fold_points(data, i, end, starts, lengths, pool, text, w, gap)
    return w - _1 if gap and w > _0 else w


@_helper
def _copy(data, start, end, text):
    i, w = start, _0
    while i + _64 <= end:
        copy64(data, i, text, w)
        i += _64
        w += _64
    while i < end:
        text[w] = data[i]
        i += _1
        w += _1
    return w


@_helper
def _word_ends(text, size, ends):
    """Where each word ends, words being what stands between single spaces, behind a first entry of -1; their number."""
    ends[0] = _ALL
    if size == _0:
        return _0
    k, i = _1, _0
    while i < size:
        spaces = spaces64(text, i)
        if i + _64 > size:
            spaces &= (_1 << (size - i)) - _1
        while spaces:
            ends[k] = i + lowest(spaces)
            spaces &= spaces - _1
            k += _1
        i += _64
    ends[k] = size
    return k


@_helper
def _hash_grams(text, size, ends, words, n, lanes, sizes, hashes):
    """xxh32 of every n-gram; their number. Fewer words than n are one shingle, no words none.

    Side by side, as each step of xxh32 waits for the one before; those of 32 bytes or more by themselves.
    Behind the last word shingles of blanks fill the lanes.
    """
    if size == _0:
        return _0
    if words <= n:
        hashes[0] = _xxh32(text, _0, size, uint32(0))
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
                hashes[first + j] = _xxh32_lane(lanes, j, sizes[j])
        if too_long:
            for j in range(min(_LANES, count - first)):
                if sizes[j] >= uint32(32) or not are_laid:
                    hashes[first + j] = _xxh32(text, ends[first + j] + _1, ends[first + j + n], uint32(0))
    return count


# --- signatures and keys


@_helper
def _sign(hashes, count, a, b, row):
    """Minima of the permutations, eight hashes to a pass over them: the row stays in vector registers' reach."""
    for p in range(a.size):
        row[p] = _MAX32
    if count == _0:
        return
    for j in range(count):
        hashes[j] = _mix(hashes[j])
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


@_helper
def _band_keys(row, bands, rows, keys, d):
    """As `minhash.band_keys`."""
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
    """Read one chunk; its first document is row `at` of the outputs. An output of no rows is not wanted."""
    lanes, sizes = np.empty((8, LANES), np.uint32), np.empty(LANES, np.uint32)
    for d in range(offsets.size - 1):
        start, end = uint64(offsets[d]), uint64(offsets[d + 1])
        size = _fold(data, start, end, starts, lengths, pool, text, block) if is_raw else _copy(data, start, end, text)
        words = _word_ends(text, size, ends)
        words_out[at + d] = words
        text_out[at + d] = _text_key(text, size, seed)
        opening_out[at + d] = _text_key(text, ends[opening], opening_seed) if words >= opening else 0
        if a.size:
            _sign(hashes, _hash_grams(text, size, ends, words, n, lanes, sizes, hashes), a, b, row)
            _band_keys(row, bands_out.shape[0], rows, bands_out, at + d)
            if signatures_out.shape[0]:
                for p in range(a.size):
                    signatures_out[at + d, p] = row[p]


@_kernel
def fold_chunk(data, offsets, starts, lengths, pool, block, text, text_offsets):
    """Match texts one behind the other in `text`, which is as long as their bounds together."""
    w = 0
    text_offsets[0] = 0
    for d in range(offsets.size - 1):
        w += np.int64(_fold(data, uint64(offsets[d]), uint64(offsets[d + 1]), starts, lengths, pool, text[w:], block))
        text_offsets[d + 1] = w
    return w


@_helper
def _sort(values, count, spare, counts):
    """Sort the first values by radix, one byte at a time: five times as fast as a sort that compares."""
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
def shingle_chunk(data, offsets, is_raw, starts, lengths, pool, n, text, block, ends, hashes, sets, bounds, words_out):
    """Sorted distinct shingles of every document, one behind the other in `sets`, with their bounds."""
    filled = 0
    bounds[0] = 0
    spare, counts = np.empty(hashes.size, np.uint32), np.empty((4, 256), np.uint32)
    lanes, sizes = np.empty((8, LANES), np.uint32), np.empty(LANES, np.uint32)
    for d in range(offsets.size - 1):
        start, end = uint64(offsets[d]), uint64(offsets[d + 1])
        size = _fold(data, start, end, starts, lengths, pool, text, block) if is_raw else _copy(data, start, end, text)
        words = _word_ends(text, size, ends)
        words_out[d] = words
        size_of_set = _hash_grams(text, size, ends, words, n, lanes, sizes, hashes)
        _sort(hashes, size_of_set, spare, counts)
        for j in range(size_of_set):
            if j == _0 or hashes[j] != hashes[j - _1]:
                sets[filled] = hashes[j]
                filled += 1
        bounds[d + 1] = filled
    return filled
