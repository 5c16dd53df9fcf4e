"""Match texts and their words as compiled code, 64 bytes at a time. It is compiled as a part of the kernels."""

import numpy as np
from numba import uint64

from papersieve.pipeline.shingling.hash_kernels import helper
from papersieve.pipeline.shingling.vectors import copy64, fold64, high64, lowest, spaces64

_SPACE = np.uint8(32)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_0, _1, _2, _3, _4, _64 = (np.uint64(i) for i in (0, 1, 2, 3, 4, 64))


@helper
def is_ascii(b, start, end):
    """Whether all bytes from start to end are ASCII."""
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


@helper
def code_point(b, i):
    """The code point at byte i of valid UTF-8, and its number of bytes."""
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


@helper
def _fold_points(data, i, stop, starts, lengths, pool, text, w, gap):
    """Fold character by character from i to stop or a little further; returns the ends of input and output, and gap."""
    while i < stop:
        point, taken = code_point(data, i)
        i += taken
        place = uint64(starts[point])
        for j in range(place, place + uint64(lengths[point])):
            c = pool[j]
            is_space = uint64(c == _SPACE)
            text[w] = c
            w += _1 - (is_space & gap)
            gap = is_space
    return i, w, gap


@helper
def fold(data, start, end, starts, lengths, pool, text, block):
    """Write the match text of data[start:end] to text; returns its bytes. Up to 64 more are written after it.

    ASCII is folded 64 bytes at a time. Of a block, the words and the first byte after each are kept. That is mostly all
    of it; otherwise it is copied run by run, each copy as long as a block.
    """
    i, w = start, _0
    gap = _1  # 1 after a space and at the start, where no space is written
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


@helper
def copy(data, start, end, text):
    """Write data[start:end], which is match text already, to text; returns its bytes."""
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


@helper
def word_ends(text, size, ends):
    """Write where each word ends, after a first entry of -1; returns the number of words, which single spaces part."""
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
