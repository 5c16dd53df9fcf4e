"""Calls the kernels on columns of texts, chunk by chunk on all cores, without making Python strings.

Import it inside the function that uses it, because it loads numba. Each thread has its own scratch buffers, which grow
to the longest document that it has read.
"""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from papersieve.pipeline.ids import block_seed
from papersieve.pipeline.processes import cores
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.shingling.folds import FOLDS, PAGES, Folds
from papersieve.pipeline.shingling.kernel import SLACK, fold_chunk, read_chunk, shingle_chunk, survey
from papersieve.pipeline.shingling.minhash import Keys, Readings, Sets, permutations
from papersieve.pipeline.shingling.pair_kernels import equal_slices, repeated, shared_shingles
from papersieve.pipeline.shingling.vectors import LANES

#: Documents in a task: enough that Python's share is small, few enough that buffers stay in the cache.
CHUNK = 2048


class Scratch(threading.local):
    """Buffers of one thread, as large as its longest document so far needs."""

    def __init__(self) -> None:
        self._size = 0
        self.block = np.zeros(128, np.uint8)
        self.fit(1 << 14)

    def fit(self, longest: int) -> None:
        """Make the buffers large enough for a document of this many bytes."""
        if longest > self._size:
            self._size = 2 * longest
            self.text = np.zeros(self._size + SLACK, np.uint8)
            # A word and the space after it have at least two bytes.
            self.ends = np.zeros(self._size // 2 + 2 * LANES, np.uint64)
            self.hashes = np.zeros(self._size // 2 + 2 * LANES, np.uint32)


SCRATCH = Scratch()


def buffers(texts: pl.Series) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """(bytes, offsets) of a column's Arrow form, where a null has length 0."""
    # polars may keep the bytes of another text under a null.
    column = (texts.fill_null("") if texts.null_count() else texts).to_arrow()
    _, offsets, data = column.buffers()
    if offsets is None or not len(column):
        return np.zeros(1, np.uint8), np.zeros(1, np.int64)
    bounds = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
    return np.frombuffer(data, np.uint8) if data else np.zeros(1, np.uint8), bounds


def prepare(data: npt.NDArray[np.uint8], offsets: Keys, is_raw: bool) -> tuple[Folds, int]:
    """Fit the scratch buffers to a chunk and learn its characters; returns (folds, most bytes of its match texts)."""
    folds, unknown = FOLDS.now, np.zeros(PAGES, np.uint8)
    longest, total = survey(data, offsets, is_raw, folds.lengths, unknown)
    if unknown.any():
        folds = FOLDS.learn(unknown)
        longest, total = survey(data, offsets, is_raw, folds.lengths, unknown)
    SCRATCH.fit(int(longest))
    return folds, int(total)


def run_all(work: Callable[[int], None], tasks: Iterable[int]) -> None:
    """Do the work of each task on all cores; the kernels release the interpreter's lock."""
    count = cores()
    if count == 1:
        for task in tasks:
            work(task)
        return
    with ThreadPoolExecutor(count) as pool:
        for _ in pool.map(work, tasks):
            pass


def read(texts: pl.Series, settings: Settings, *, is_raw: bool, keep_signatures: bool = False) -> Readings:
    """Read documents; null is an empty text. Raw ones are folded to match texts first."""
    count = texts.len()
    readings = Readings(
        words=np.zeros(count, np.int64),
        text_keys=np.zeros(count, np.int64),
        opening_keys=np.zeros(count, np.int64),
        band_keys=np.zeros((settings.signing.bands, count), np.int64),
        signatures=np.empty((count if keep_signatures else 0, settings.signing.num_perm), np.uint32),
    )
    a, b = permutations(settings.signing.num_perm, settings.signing.signature_seed)
    _read_into(readings, texts, settings, ("abstract", "opening"), is_raw, a, b)
    return readings


def read_keys(texts: pl.Series, settings: Settings, *, kind: str) -> Readings:
    """Read match texts only for their number of words and the keys, of the given kind, of whole texts."""
    empty = np.empty(0, np.uint32)
    words, keys, openings = (np.zeros(texts.len(), np.int64) for _ in range(3))
    readings = Readings(words, keys, openings, np.empty((0, 0), np.int64), np.empty((0, 0), np.uint32))
    _read_into(readings, texts, settings, (kind, "opening"), False, empty, empty)
    return readings


def _read_into(
    out: Readings, texts: pl.Series, settings: Settings, kinds: tuple[str, str], is_raw: bool, a: Any, b: Any
) -> None:
    seeds = [np.uint32(block_seed(kind)) for kind in kinds]

    def work(first: int) -> None:
        data, offsets = buffers(texts.slice(first, CHUNK))
        folds, _ = prepare(data, offsets, is_raw)
        arguments: Any = (
            data, offsets, first, is_raw, folds.starts, folds.lengths, folds.pool,
            np.uint64(settings.signing.shingle_words), a, b, settings.signing.rows_per_band,
            np.uint64(settings.signing.opening_words), *seeds,
            SCRATCH.text, SCRATCH.block, SCRATCH.ends, SCRATCH.hashes, np.empty(settings.signing.num_perm, np.uint32),
            out.words, out.text_keys, out.opening_keys, out.band_keys, out.signatures,
        )  # fmt: skip
        read_chunk(*arguments)

    run_all(work, range(0, texts.len(), CHUNK))


def fold_texts(texts: pl.Series) -> pl.Series:
    """`match_texts.match_texts` of a column, without Python strings."""
    folded = [pl.Series(texts.name, [], pl.String)] * max(1, -(-texts.len() // CHUNK))

    def work(first: int) -> None:
        text, bounds = _folded(*buffers(texts.slice(first, CHUNK)))
        arrow = pa.LargeStringArray.from_buffers(bounds.size - 1, pa.py_buffer(bounds), pa.py_buffer(text))
        folded[first // CHUNK] = pl.Series(texts.name, arrow)

    run_all(work, range(0, texts.len(), CHUNK))
    return pl.concat(folded)


def shingle_sets(texts: pl.Series, n: int, *, is_raw: bool) -> Sets:
    """Shingle every document; null is an empty text. Uses one core, because callers work on chunks in parallel."""
    data, offsets = buffers(texts)
    folds, total = prepare(data, offsets, is_raw)
    values = np.empty(total // 2 + 2 * texts.len(), np.uint32)
    bounds = np.zeros(texts.len() + 1, np.int64)
    filled = shingle_chunk(
        data, offsets, is_raw, folds.starts, folds.lengths, folds.pool, np.uint64(n),
        SCRATCH.text, SCRATCH.block, SCRATCH.ends, SCRATCH.hashes, values, bounds,
    )  # fmt: skip
    return Sets(values[:filled], bounds)


def shingle_on_all_cores(texts: pl.Series, words: Keys, n: int) -> Sets:
    """Shingle raw documents as `shingle_sets` does, on all cores.

    words: number of words of each document, as `read` returns it; no document has more shingles than words.
    """
    starts = np.concatenate([np.zeros(1, np.int64), words.cumsum()])
    values, bounds = np.empty(starts[-1], np.uint32), np.zeros(words.size + 1, np.int64)

    def work(first: int) -> None:
        part = shingle_sets(texts.slice(first, CHUNK), n, is_raw=True)
        values[starts[first] : starts[first] + part.values.size] = part.values
        bounds[first + 1 : first + part.bounds.size] = np.diff(part.bounds)

    run_all(work, range(0, words.size, CHUNK))
    np.cumsum(bounds, out=bounds)
    for first in range(0, words.size, CHUNK):  # close the gaps between the chunks
        begin, end = bounds[first], bounds[min(first + CHUNK, words.size)]
        values[begin:end] = values[starts[first] : starts[first] + end - begin]
    return Sets(values, bounds)


def count_shared(sets: Sets, left: Keys, right: Keys) -> Keys:
    """Numbers of shingles that the documents at positions left and right have in common."""
    shared = np.empty(left.size, np.int64)
    shared_shingles(sets.values, sets.bounds, left, right, shared)
    return shared


def repeated_rows(keys: Keys, present: npt.NDArray[np.bool_]) -> Keys:
    """Rows, in order, whose key may occur in another row too: all that do, and a few others."""
    rows = _marked_again(keys, present)
    # Two passes by different bits of the key, because few marks fit into the cache.
    return rows[_marked_again(keys[rows] >> 32, np.ones(rows.size, np.bool_))]


def _marked_again(keys: Keys, present: npt.NDArray[np.bool_]) -> Keys:
    marks = np.empty(1 << max(4, int(keys.size).bit_length() - 4), np.uint64)  # of 32 bits: two to four for each row
    rows = np.empty(keys.size, np.int64)
    return rows[: repeated(keys, present, marks, rows)].copy()


def equal_texts(texts: pl.Series, left: Keys, right: Keys) -> npt.NDArray[np.bool_]:
    """Whether the match texts of the raw documents at left and right are equal, byte by byte."""
    text, bounds = _folded(*buffers(texts))
    equal = np.empty(left.size, np.bool_)
    equal_slices(text, bounds, left, right, equal)
    return equal


def _folded(data: npt.NDArray[np.uint8], offsets: Keys) -> tuple[npt.NDArray[np.uint8], Keys]:
    """(bytes, offsets) of the match texts."""
    folds, total = prepare(data, offsets, True)
    text, bounds = np.empty(total + SLACK, np.uint8), np.zeros(offsets.size, np.int64)
    fold_chunk(data, offsets, folds.starts, folds.lengths, folds.pool, SCRATCH.block, text, bounds)
    return text, bounds
