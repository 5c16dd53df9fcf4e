"""Compiled kernels that compare: shingles in two sets, rows with the same key, texts that are equal byte by byte."""

import numpy as np
from numba import njit, uint64


@njit(nogil=True, boundscheck=False, cache=True)
def shared_shingles(sets, bounds, left, right, shared):
    """Size of the intersection of the two sorted sets of each pair."""
    for p in range(left.size):
        i, i_end = uint64(bounds[left[p]]), uint64(bounds[left[p] + 1])
        j, j_end = uint64(bounds[right[p]]), uint64(bounds[right[p] + 1])
        count = 0
        while i < i_end and j < j_end:
            x, y = sets[i], sets[j]
            count += x == y
            i += uint64(x <= y)
            j += uint64(y <= x)
        shared[p] = count


@njit(nogil=True, boundscheck=False, cache=True)
def repeated(keys, present, marks, out):
    """Rows whose key has the same mark as the key of another row; returns their number.

    Each key sets one bit, which its low bits choose; a second bit, 32 places higher, records that it was set twice.
    Both are in one word, so each key costs one read of memory.
    """
    mask = uint64(marks.size - 1)
    marks[:] = 0
    for d in range(keys.size):
        key = uint64(keys[d])
        place, bit = (key >> uint64(5)) & mask, uint64(present[d]) << (key & uint64(31))
        before = marks[place]
        marks[place] = before | bit | ((before & bit) << np.uint64(32))
    found = 0
    for d in range(keys.size):
        key = uint64(keys[d])
        out[found] = d
        again = marks[(key >> uint64(5)) & mask] >> (np.uint64(32) + (key & uint64(31)))
        found += np.int64(again & np.uint64(1)) & np.int64(present[d])
    return found


@njit(nogil=True, boundscheck=False, cache=True)
def equal_slices(data, offsets, left, right, out):
    """Whether the texts at left and right have the same bytes."""
    for p in range(left.size):
        i, j = offsets[left[p]], offsets[right[p]]
        n = offsets[left[p] + 1] - i
        same = n == offsets[right[p] + 1] - j
        k = 0
        while same and k < n:
            same = data[i + k] == data[j + k]
            k += 1
        out[p] = same
