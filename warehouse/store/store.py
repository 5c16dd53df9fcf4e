"""The working store: a DuckDB file with one writer, brought to the newest schema when it is opened.

Its statements are in .sql files next to the modules. They read frames as tables, by the names of the arguments.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import duckdb

from papersieve.pipeline.processes import cores
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.files import copy_with_checksum, real_place
from papersieve.warehouse.locks import Hold
from papersieve.warehouse.sql import ask, ask_rows, attach, execute, statement_sql
from papersieve.warehouse.store.schema import Step, add_columns, missing_steps, steps, steps_done
from papersieve.warehouse.store.store_file import NAME, ROW_GROUP, bounds, connect, hold_store, in_mb, make_if_missing

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

#: DuckDB's memory in MB for each core, or for each thousand records if that is more, unless the settings name a limit.
#: DuckDB's default is most of the machine, which it fills with data that was read once: a million records took 4.7 GB,
#: and not less time.
_MB_A_CORE, _MB_A_THOUSAND = 512, 1

#: The number of rows that DuckDB gives to one thread. If a store has no more, a second thread has nothing to do, and
#: its search for work takes a sixth of the time of a small run.
_ROWS_A_THREAD = 122_880


class Store:
    """An open store. Use it as a context manager: while it is open, all other commands are kept out."""

    def __init__(
        self, path: Path, settings: Settings | None = None, *, wait_seconds: float = 0, held: Hold | None = None
    ) -> None:
        """Open a store, or make one if there is none. Raises StoreError.

        settings: for the memory limit and the spill folder. wait_seconds: how long to wait for another command. held:
        a lock that the caller holds, on this file or on the file that this one will replace.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            holding = opened.enter_context(hold_store(path, wait_seconds, held))
            self._is_aside = held is not None and held.place != real_place(path)
            self.path = path if self._is_aside else holding.place
            if not self._is_aside:
                make_if_missing(holding)
            self._open = partial(connect, self.path, bounds(settings), wait_seconds)
            self._connection = self._open()
            opened.callback(lambda: self._connection.close())
            self.execute("draw_no_bars")
            self._limit_mb = in_mb(self.value("memory_limit"))
            self.given_mb = self._limit_mb if settings and settings.operation.memory_limit else None
            self._fitted: list[str] = []
            self.bring_forward(steps())
            add_columns(self._connection)
            self.fit()
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write all committed changes into the file, and let other commands in."""
        self._opened.close()

    def bring_forward(self, known: Sequence[Step]) -> None:
        """Apply the schema steps that the store lacks, in one transaction. A store that is not new is copied first.

        Raises StoreError if the file is not a store, or if these steps can't bring it forward.
        """
        done = steps_done(self._connection, self.path)
        if not (missing := missing_steps(self.path, done, known)):
            return
        if done and not self._is_aside:
            self.checkpoint()
            self._connection.close()  # otherwise, reading the file here would release DuckDB's lock
            copy = self.path.with_name(f"{self.path.name}.schema{max(done):03}.backup")
            copy_with_checksum(self.path, copy, replace=True)
            self._connection = self._open()
        with self.transaction():
            if not done:
                self.execute("create_migrations")
            for step in missing:
                self._connection.execute(step.sql)
                self.execute("record_migration", version=step.number, name=step.name)

    def fit(self) -> None:
        """Let DuckDB use the threads and memory that the records need, but no more memory than it was opened with."""
        records = self.count("records")
        fitting = ["SET threads = 1" if records <= _ROWS_A_THREAD else "RESET threads"]
        if self.given_mb is None:
            needed = max(_MB_A_CORE * max(2, cores()), _MB_A_THOUSAND * records // 1_000)
            fitting.append(f"SET memory_limit = '{min(self._limit_mb, needed)}MB'")
        if fitting != self._fitted:
            self._connection.execute("; ".join(fitting))
            self._fitted = fitting

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything that is done inside, or nothing if it raises."""
        self._connection.begin()
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def execute(self, statement: str, **given: object) -> None:
        """Run a named statement. given: as for `sql.ask`."""
        execute(self._connection, statement, **given)

    def query(self, statement: str, **given: object) -> "pl.DataFrame":
        """The rows of a named statement. given: as for `sql.ask`."""
        return ask(self._connection, statement, **given)

    def ask_rows(self, statement: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of a named statement as Python values, as `sql.ask_rows` returns them."""
        return ask_rows(self._connection, statement, **parameters)

    def value(self, statement: str, **parameters: object) -> Any:
        """The single value that a named statement returns."""
        return next(iter(self.ask_rows(statement, **parameters)[0].values()))

    def batches(self, statement: str, rows: int) -> "Iterator[pa.RecordBatch]":
        """The result of a statement without parameters, `rows` rows at a time, because it may not fit in memory."""
        yield from self._connection.sql(statement_sql(statement)).to_arrow_reader(rows)

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns, in order."""
        return self._connection.table(table).columns

    def count(self, table: str) -> int:
        """The number of rows in a table."""
        return self._connection.table(table).shape[0]

    def rows(self, table: str, *columns: str, most: int | None = None) -> "pl.DataFrame":
        """The rows of a table. columns: none means all. most: the maximum number of rows; None means all."""
        found = self._connection.table(table)
        found = found if most is None else found.limit(most)
        rows: pl.DataFrame = (found.select(*columns) if columns else found).pl()
        return rows

    def show_parquet(self, table: str, files: Iterable[Path]) -> None:
        """Make Parquet files readable as a table until the store is closed."""
        found = self._connection.read_parquet([str(file) for file in files], hive_partitioning=False)
        self._connection.register(table, found)

    def checkpoint(self, name: str = "") -> None:
        """Write all committed changes into the store's file, or into that of the attached database of this name."""
        self._connection.execute(f"CHECKPOINT {name}")

    def write_compacted(self, file: Path) -> None:
        """Copy the whole store into a new file without free space."""
        with self.attached(file, "compacted"):
            self._connection.execute(f"COPY FROM DATABASE {NAME} TO compacted")
            self.checkpoint("compacted")

    @contextmanager
    def attached(self, file: Path, name: str, *options: str) -> Iterator[None]:
        """Attach another database file; in SQL, its tables are NAME.TABLE."""
        self._connection.execute(attach(file, name, ROW_GROUP, *options))
        try:
            yield
        finally:
            self._connection.execute(f"DETACH {name}")

    @contextmanager
    def using(self, name: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield the connection; on it, names without a database refer to the attached database of this name."""
        self._connection.execute(f"USE {name}")
        try:
            yield self._connection
        finally:
            self._connection.execute(f"USE {NAME}")
