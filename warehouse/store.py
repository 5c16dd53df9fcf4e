"""The working store: a DuckDB file with one writer, brought to the newest schema when it is opened.

All SQL lives in `statements/*.sql`; frames reach it by name, as views of the connection.
"""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Self

import duckdb
import polars as pl
import pyarrow as pa

from pipeline.errors import PapersieveError
from pipeline.settings import Settings

_HERE = files("warehouse")

#: How often a store that is in use is tried again.
_POLL_SECONDS = 0.2

#: How long the log of what is not yet in the file grows. Whenever it is brought in, the last rows of each table are packed
#: anew, up to 122,880 of them; at DuckDB's own 16 MB that took most of the reading of millions (docs/decisions/008).
_LOG_SIZE = "256MB"


class StoreError(PapersieveError):
    """The store can't be used as it is: busy, newer than this software, or damaged."""


class StoreBusyError(StoreError):
    """Another process has the store open: the same call works once it has ended."""


class Store:
    """An open store. Use it as a context manager: an open store keeps every other process out."""

    def __init__(self, path: Path, settings: Settings | None = None, *, wait_seconds: float = 0) -> None:
        """Raises StoreError. settings: how much memory it may use, and where it spills. wait_seconds: how long to wait
        for another process that has the store open."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = _connect(path, _bounds(settings), wait_seconds)
        try:
            self.connection.execute(statement_sql("draw_no_bars"))
            _migrate(self)
        except BaseException:
            self.connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    @property
    def name(self) -> str:
        """What SQL calls the store's own database beside others, quoted."""
        ((name,),) = self.connection.execute(statement_sql("current_database")).fetchall()
        return f'"{name.replace(chr(34), chr(34) * 2)}"'

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything done inside, or nothing."""
        self.connection.begin()
        try:
            yield
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def execute(self, statement: str, **frames: pl.DataFrame) -> None:
        """Run `statements/STATEMENT.sql`, in which each frame is a table of that name."""
        with self._registered(frames):
            self.connection.execute(statement_sql(statement))

    def query(self, statement: str, **frames: pl.DataFrame) -> pl.DataFrame:
        """Run a statement file that is one SELECT, and return its rows."""
        with self._registered(frames):
            return self.connection.sql(statement_sql(statement)).pl()

    def batches(self, statement: str, rows: int) -> Iterator[pa.RecordBatch]:
        """The rows of a statement without frames, some at a time: of a result that may not fit in memory."""
        yield from self.connection.sql(statement_sql(statement)).to_arrow_reader(rows)

    @contextmanager
    def _registered(self, frames: dict[str, pl.DataFrame]) -> Iterator[None]:
        lent = {name: _Lent(frame) for name, frame in frames.items()}
        for name, loan in lent.items():
            self.connection.register(name, loan)
        try:
            yield
        finally:
            for name, loan in lent.items():
                with suppress(duckdb.TransactionException):  # one that failed takes the names with it, and has told why
                    self.connection.unregister(name)
                loan.take_back()


class _Lent:
    """A frame that a connection reads until it is taken back.

    A name that is unregistered in a transaction keeps what was registered until that ends, in case it is rolled back: the papers of ten
    million documents, written by parts, were all held in memory. Read as a stream, its texts are not copied either.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)

    def take_back(self) -> None:
        self._frame = self._frame.clear()


@cache
def statement_sql(statement: str) -> str:
    """Text of `statements/STATEMENT.sql`."""
    return _HERE.joinpath("statements", f"{statement}.sql").read_text(encoding="utf-8")


def migrations() -> list[tuple[int, str, str]]:
    """(version, name, SQL) of every migration, in order."""
    found = [
        (int(f.name[:3]), f.name, f.read_text(encoding="utf-8"))
        for f in _HERE.joinpath("migrations").iterdir()
        if re.match(r"\d{3}_.*\.sql$", f.name)
    ]
    return sorted(found)


def _bounds(settings: Settings | None) -> dict[str, str]:
    """DuckDB's names for what bounds it."""
    named = {"memory_limit": settings.memory_limit, "temp_directory": settings.spill_folder} if settings else {}
    return {"checkpoint_threshold": _LOG_SIZE} | {name: value for name, value in named.items() if value}


def _connect(path: Path, config: dict[str, str], wait_seconds: float) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return duckdb.connect(path, config=config)
        except duckdb.Error as error:
            if "lock" not in str(error):
                raise StoreError(
                    f"{path}: expected a papersieve store, but DuckDB can't open it: {_first_line(error)}. "
                    "Give another --store; if this was one, `papersieve restore BACKUP` puts an earlier one in its place."
                ) from error
            if time.monotonic() >= deadline:
                holder = re.search(r"\(PID (\d+)\)", str(error))
                who = f"process {holder[1]}" if holder else "another process"
                raise StoreBusyError(
                    f"{path}: the store is in use by {who}. Wait for that run to end (--wait SECONDS waits), or use another --store."
                ) from error
        time.sleep(_POLL_SECONDS)


def tell_fault(error: Exception) -> str:
    """A fault of the disk or of the database in words, with what is left and the remedy."""
    remedy = "free the disk, allow writing"
    if isinstance(error, duckdb.OutOfMemoryException):
        remedy = "a larger memory_limit in the settings, a spill_folder with room"
    return (
        f"{_first_line(error)}. Readers still see the version that was published last, and what a stage committed is "
        f"kept: mend the cause ({remedy}) and run again; it goes on from there."
    )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".!")


def _migrate(store: Store) -> None:
    """Apply the migrations that the store lacks, all in one transaction; a store that has data is copied aside first."""
    con = store.connection
    tables = {name for (name,) in con.execute(statement_sql("list_tables")).fetchall()}
    if tables and "schema_migrations" not in tables:
        raise StoreError(
            f"{store.path}: expected a papersieve store, found a database with other tables ({', '.join(sorted(tables)[:5])}). Give another --store."
        )
    done = set()
    if tables:
        done = {version for (version,) in con.execute(statement_sql("list_migrations")).fetchall()}
    known = migrations()
    if newer := done - {version for version, _, _ in known}:
        raise StoreError(
            f"{store.path}: its schema version is {max(newer)}, this papersieve knows {known[-1][0]}. Upgrade papersieve, or use another --store."
        )
    missing = [step for step in known if step[0] not in done]
    if not missing:
        return
    if done:
        con.execute("CHECKPOINT")
        shutil.copyfile(store.path, store.path.with_name(f"{store.path.name}.schema{max(done):03}.backup"))
    with store.transaction():
        if not done:
            con.execute(statement_sql("create_migrations"))
        for version, name, sql in missing:
            con.execute(sql)
            con.execute(statement_sql("record_migration"), {"version": version, "name": name})
