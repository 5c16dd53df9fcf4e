"""A column of texts in memory, or in a Parquet file that is read in pieces and is never in memory as a whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

Rows = npt.NDArray[np.int64]

#: Rows that are decoded or taken at a time; bytes of a file that are read at a time.
_PIECE, _BUFFER = 16_384, 1 << 20


class Texts(Protocol):
    """A column of texts as the engine reads it: once completely, then some rows again."""

    height: int

    def pieces(self) -> Iterator[pl.Series]:
        """All texts in order, some at a time."""
        ...

    def rows(self, rows: Rows) -> Iterator[pl.Series]:
        """Return the texts of these sorted and distinct rows in order, some at a time."""
        ...


class ColumnTexts:
    """A column in memory."""

    def __init__(self, column: pl.Series) -> None:
        self._column, self.height = column, column.len()

    def pieces(self) -> Iterator[pl.Series]:
        """Return the column in one piece."""
        yield self._column

    def rows(self, rows: Rows) -> Iterator[pl.Series]:
        """Return the texts of these rows."""
        for first in range(0, rows.size, _PIECE):
            yield self._column.gather(rows[first : first + _PIECE])


class ParquetTexts:
    """A column of a Parquet file. It is read again for the rows to compare, so that the others need no memory."""

    def __init__(self, path: Path, column: str) -> None:
        self._path, self._name = path, column
        self.height = pq.ParquetFile(path).metadata.num_rows

    def pieces(self) -> Iterator[pl.Series]:
        """Return the texts of the file, in pieces as they are decoded."""
        for column in self._columns():
            yield pl.Series(self._name, column)

    def rows(self, rows: Rows) -> Iterator[pl.Series]:
        """Return the texts of these rows, in pieces as they are decoded."""
        first = 0
        for column in self._columns():
            here = rows[np.searchsorted(rows, first) : np.searchsorted(rows, first + len(column))]
            # Arrow copies what it takes; polars would keep the whole piece in memory.
            yield pl.Series(self._name, column.take(pa.array(here - first)))
            first += len(column)

    def _columns(self) -> Iterator[pa.Array]:
        # If Arrow reads ahead, as it does by default, it keeps all bytes of the file until the last are decoded.
        file = pq.ParquetFile(self._path, pre_buffer=False, buffer_size=_BUFFER)
        for batch in file.iter_batches(_PIECE, columns=[self._name], use_threads=False):
            yield batch.column(0)
