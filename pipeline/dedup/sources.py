"""Where texts lie: a column in memory, or one of a Parquet file that is read in pieces and never held whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

Rows = npt.NDArray[np.int64]

#: Rows of a file decoded at a time.
_PIECE = 16_384


class Texts(Protocol):
    """A column of texts as the engine reads it: once from first to last, then some rows again."""

    height: int

    def pieces(self) -> Iterator[pl.Series]:
        """All texts in order, some at a time."""
        ...

    def hold(self, rows: Rows) -> None:
        """Make ready to gather these rows, which are sorted and distinct, and no others."""
        ...

    def gather(self, rows: Rows) -> pl.Series:
        """Return the texts of these rows, in this order."""
        ...


class ColumnTexts:
    """A column in memory."""

    def __init__(self, column: pl.Series) -> None:
        self._column, self.height = column, column.len()

    def pieces(self) -> Iterator[pl.Series]:
        """Return the column in one piece."""
        yield self._column

    def hold(self, rows: Rows) -> None:
        """Do nothing: all is held."""

    def gather(self, rows: Rows) -> pl.Series:
        """Return the texts of these rows."""
        return self._column.gather(rows)


class ParquetTexts:
    """A column of a Parquet file. Reading it anew for the rows to compare costs time, and saves holding all the others."""

    def __init__(self, path: Path, column: str) -> None:
        self._path, self._name = path, column
        self.height = pq.ParquetFile(path).metadata.num_rows
        self._rows, self._held = np.empty(0, np.int64), pl.Series(column, [], pl.String)

    def pieces(self) -> Iterator[pl.Series]:
        """Return the texts of the file, as many at a time as are decoded together."""
        for column in self._columns():
            yield pl.Series(self._name, column)

    def _columns(self) -> Iterator[pa.Array]:
        file = pq.ParquetFile(self._path)
        for batch in file.iter_batches(_PIECE, columns=[self._name], use_threads=False):
            yield batch.column(0)

    def hold(self, rows: Rows) -> None:
        """Read these rows."""
        first, held = 0, [pa.array([], pa.large_string())]
        for column in self._columns():
            here = rows[np.searchsorted(rows, first) : np.searchsorted(rows, first + len(column))]
            # Arrow copies what it takes; polars would keep the whole piece alive behind it.
            held.append(column.take(pa.array(here - first)).cast(pa.large_string()))
            first += len(column)
        self._rows, self._held = rows, pl.Series(self._name, pa.chunked_array(held))

    def gather(self, rows: Rows) -> pl.Series:
        """Return the texts of these rows, which are held."""
        return self._held.gather(np.searchsorted(self._rows, rows))
