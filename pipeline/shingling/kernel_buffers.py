"""Buffers for the kernels: those of a column in Arrow form, and scratch buffers of each thread."""

import threading

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.pipeline.shingling.folds import FOLDS, Folds
from papersieve.pipeline.shingling.kernel import SLACK, survey
from papersieve.pipeline.shingling.vectors import LANES

Keys = npt.NDArray[np.int64]


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
    folds, unknown = FOLDS.now, FOLDS.blank_pages()
    longest, total = survey(data, offsets, is_raw, folds.lengths, unknown)
    if unknown.any():
        folds = FOLDS.learn(unknown)
        longest, total = survey(data, offsets, is_raw, folds.lengths, unknown)
    SCRATCH.fit(int(longest))
    return folds, int(total)
