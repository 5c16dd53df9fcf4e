"""The working store: a DuckDB file with one writer, brought to the newest schema when it is opened.

All SQL lives in `statements/*.sql`; frames reach it by name, as views of the connection.
"""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Self

import duckdb
import polars as pl
import pyarrow as pa

from papersieve.pipeline.errors import BusyError, StoreError
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.files import copy_with_checksum, identity_of, real_place
from papersieve.warehouse.locks import Hold
from papersieve.warehouse.store.store_file import hold_store

_HERE = files("papersieve.warehouse")

#: How often a store that a program other than ours has open is tried again.
_POLL_SECONDS = 0.2

#: What DuckDB says of a file that another process has open.
_LOCKED = re.compile(r"Could not set lock on file .*?(\(PID (?P<pid>\d+)\)|$)", re.DOTALL)

#: What it says of a file whose content is not what was written.
_DAMAGED = re.compile(r"[Cc]hecksum|[Cc]orrupt|not a valid DuckDB|deserializ", re.DOTALL)

#: How long the log of what is not yet in the file grows. Whenever it is brought in, the last rows of each table are packed
#: anew, up to 122,880 of them; at DuckDB's own 16 MB that took most of the reading of millions (docs/decisions/008).
_LOG_SIZE = "256MB"


class Store:
    """An open store. Use it as a context manager: an open store keeps every other command out."""

    def __init__(
        self, path: Path, settings: Settings | None = None, *, wait_seconds: float = 0, held: Hold | None = None
    ) -> None:
        """Open a store, or make one where there is none. Raises StoreError.

        settings: how much memory it may use, and where it spills. wait_seconds: how long to wait for another command.
        held: the store's lock, where the caller has it: of this file, or of the one whose place this file is to take.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            holding = opened.enter_context(hold_store(path, wait_seconds, held))
            self.is_aside = held is not None and held.place != real_place(path)
            self.path = path if self.is_aside else holding.place
            self._open = partial(_connect, self.path, _bounds(settings), wait_seconds)
            self.connection = self._open()
            opened.callback(lambda: self.connection.close())
            self.connection.execute(statement_sql("draw_no_bars"))
            _migrate(self)
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def copy_to(self, target: Path) -> None:
        """Copy the file, closed meanwhile: reading an open one would let go of DuckDB's lock on it."""
        self.connection.execute("CHECKPOINT")
        self.connection.close()
        copy_with_checksum(self.path, target, replace=True)
        self.connection = self._open()

    def close(self) -> None:
        """Write what is committed into the file, and let other commands in."""
        self._opened.close()

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
    named = (
        {"memory_limit": settings.operation.memory_limit, "temp_directory": settings.operation.spill_folder}
        if settings
        else {}
    )
    return {"checkpoint_threshold": _LOG_SIZE} | {name: value for name, value in named.items() if value}


def _connect(path: Path, config: dict[str, str], wait_seconds: float) -> duckdb.DuckDBPyConnection:
    """Open the file that has the name. Commands wait for the lock; a program that is not ours has DuckDB's alone."""
    deadline = time.monotonic() + wait_seconds
    while True:
        before = identity_of(path)
        try:
            opened = duckdb.connect(path, config=config)
        except duckdb.Error as error:
            if not (who := holder_of(error)):
                raise StoreError(
                    f"{path}: expected a papersieve store, but DuckDB can't open it: {_first_line(error)}. "
                    "Give another --store; if this was one, `papersieve restore BACKUP` puts an earlier one in its place."
                ) from error
            if not time.monotonic() < deadline:
                raise BusyError(
                    f"{path}: the store is in use by {who}, which is not a papersieve command. Wait for it to end "
                    "(--wait SECONDS waits), or use another --store."
                ) from error
        else:
            if before in (None, identity_of(path)):
                return opened
            opened.close()  # another file took the name while it was opened
        time.sleep(_POLL_SECONDS)


def holder_of(error: Exception) -> str | None:
    """Who has the file that DuckDB can't open, in words; None where the fault is another."""
    found = _LOCKED.search(str(error))
    if not found:
        return None
    return f"process {found['pid']}" if found["pid"] else "another process"


def tell_fault(error: Exception) -> str:
    """A fault of the disk or of the database in words, with what is left and the remedy."""
    if _DAMAGED.search(str(error)):
        return (
            f"{_first_line(error)}. A file of the store or of the warehouse is damaged. `papersieve restore BACKUP` puts an "
            "earlier store in its place; a damaged warehouse is made anew once it is moved away: `papersieve run DUMP…`."
        )
    remedy = "free disk space, or allow writing there"
    if isinstance(error, duckdb.OutOfMemoryException):
        remedy = "a larger memory_limit in the settings, a spill_folder with room"
    return (
        f"{_first_line(error)}. Readers still see the version that was published last, and what a stage committed is "
        f"kept: fix the cause ({remedy}) and run again; it goes on from there."
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
    if done and not store.is_aside:
        store.copy_to(store.path.with_name(f"{store.path.name}.schema{max(done):03}.backup"))
        con = store.connection
    with store.transaction():
        if not done:
            con.execute(statement_sql("create_migrations"))
        for version, name, sql in missing:
            con.execute(sql)
            con.execute(statement_sql("record_migration"), {"version": version, "name": name})
