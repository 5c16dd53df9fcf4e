"""xxh32 as compiled code, of bytes and of many short texts side by side. It is compiled as a part of the kernels."""

import numpy as np
from numba import njit, uint32, uint64

from papersieve.pipeline.shingling.vectors import load32

helper = njit(nogil=True, boundscheck=False, forceinline=True)

P1, P2, P3, P4, P5 = (uint32(p) for p in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1))
_MAX32 = np.uint32(0xFFFFFFFF)
_0, _1, _2, _3, _4, _8, _12, _16, _32 = (np.uint64(i) for i in (0, 1, 2, 3, 4, 8, 12, 16, 32))


@helper
def _rotate(x, r):
    return uint32(uint32(x << uint32(r)) | uint32(x >> uint32(32 - r)))


@helper
def _round(lane, word):
    return uint32(_rotate(uint32(lane + uint32(word * P2)), 13) * P1)


@helper
def _join(v1, v2, v3, v4):
    return uint32(uint32(_rotate(v1, 1) + _rotate(v2, 7)) + uint32(_rotate(v3, 12) + _rotate(v4, 18)))


@helper
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


@helper
def _avalanche(h):
    h = uint32(uint32(h ^ (h >> uint32(15))) * P2)
    h = uint32(uint32(h ^ (h >> uint32(13))) * P3)
    return uint32(h ^ (h >> uint32(16)))


@helper
def _step(h, word, multiplier, bits, spread):
    return uint32(_rotate(uint32(h + uint32(word * multiplier)), bits) * spread)


@helper
def _finish(b, i, n, h):
    """The last n mod 16 bytes, at i, and the avalanche.

    All seven steps are computed, and those that apply are selected: how many apply is nearly random, and a mispredicted
    branch costs more than all steps. So up to 12 bytes after the end are read.
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


@helper
def xxh32(b, start, end, seed):
    """xxh32 of the bytes from start to end."""
    n = end - start
    h = _stripes(b, start, n, seed) if n >= _16 else uint32(seed + P5)
    return _finish(b, start + (n & ~np.uint64(15)), n, h)


@helper
def xxh32_lane(lanes, j, n):
    """xxh32, seed 0, of the n < 32 bytes in column j, as above, without branches, so that vectors can compute it."""
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


@helper
def mix(h):
    """MurmurHash3's 32-bit finaliser, as `minhash` has it."""
    h = uint32(uint32(h ^ (h >> uint32(16))) * uint32(0x85EBCA6B))
    h = uint32(uint32(h ^ (h >> uint32(13))) * uint32(0xC2B2AE35))
    return uint32(h ^ (h >> uint32(16)))


@helper
def text_key(b, end, seed):
    """`ids.block_key` of the bytes up to end. One loop computes both halves: each waits for its own last step."""
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
