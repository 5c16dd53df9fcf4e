"""Opening the published file, even while another version replaces it, and reading its facts about itself."""

import atexit
import itertools
import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import duckdb

from papersieve.pipeline.errors import ArgumentError, BusyError, PapersieveError
from papersieve.warehouse.duckdb_faults import first_line, holder_of, refusal_of
from papersieve.warehouse.files import aside, clone
from papersieve.warehouse.sql import ask_rows, attach, connect_attached, quoted_name, quoted_text

#: Numbers for the connections of this process.
_CONNECTIONS = itertools.count()

#: The kind of the links that readers make.
_READING = "reading.building"


def open_warehouse(warehouse: Path, folders: Sequence[Path] = ()) -> duckdb.DuckDBPyConnection:
    """A connection to a published warehouse for any SQL: read-only, and without access to files outside the given
    folders.

    Raises PapersieveError if there is no warehouse, or if the file is not one.
    """
    con = _open_locked(warehouse, folders)
    try:
        ask_rows(con, "is_publication")
    except duckdb.Error as error:
        con.close()
        raise PapersieveError(
            f"{warehouse}: expected a published papersieve warehouse, found another DuckDB database. Name another file."
        ) from error
    return con


def cursor_of(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Another connection to the warehouse that a connection reads, for one thread.

    Raises ArgumentError if it is closed, or reads no warehouse.
    """
    expected = "expected a path, or a connection from `papersieve.open_warehouse` that is open"
    if not isinstance(con, duckdb.DuckDBPyConnection):
        raise ArgumentError(f"warehouse: {expected}, found {type(con).__name__}.")
    try:
        own = con.cursor()
    except duckdb.ConnectionException:
        raise ArgumentError(f"warehouse: {expected}, found a closed one.") from None
    try:
        ask_rows(own, "is_publication")
    except duckdb.CatalogException:
        if not (attached := ask_rows(own, "databases_with_a_publication")):
            own.close()
            raise ArgumentError(f"warehouse: {expected}, found a connection to another database.") from None
        own.execute(f"USE {quoted_name(attached[0]['database_name'])}")
    return own


def _open_locked(warehouse: Path, folders: Sequence[Path]) -> duckdb.DuckDBPyConnection:
    refuse_missing(warehouse)
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(Path(tempfile.gettempdir(), f"papersieve-{secrets.token_hex(8)}")),
        "autoload_known_extensions": "false",
    }
    allowed = ", ".join(quoted_text(str(folder.resolve())) for folder in folders)
    with _under_another_name(warehouse) as file:
        try:
            if file == warehouse:  # DuckDB opens a name only once in a process if the options differ
                con = connect_attached(file, "published", config, "READ_ONLY")
            else:  # cursors of this connection read the file too; of an attached one, they need `USE`
                con = duckdb.connect(file, read_only=True, config=config)
            con.execute(f"SET allowed_directories = [{allowed}]; SET enable_external_access = false")
            con.execute("SET lock_configuration = true")  # so that no later SQL undoes it
        except duckdb.Error as error:
            if _is_swept(file):
                return _open_locked(warehouse, folders)
            if who := holder_of(error):
                raise BusyError(
                    f"{warehouse}: {who} has it open for writing", "Close it there, or open it read-only."
                ) from error
            if refusal := refusal_of(warehouse, error):
                raise PapersieveError(refusal) from error
            raise PapersieveError(
                f"{warehouse}: DuckDB can't open it: {first_line(error)}. If it is damaged, move it away: the next `papersieve "
                "run` publishes it again."
            ) from error
    return con


@contextmanager
def _under_another_name(warehouse: Path) -> Iterator[Path]:
    """The file, under a name that no longer exists when SQL runs: DuckDB lets SQL write to an attached file by the name
    with which it was attached.

    Without hard links, a file that can't be written to keeps its name, and any other file is copied.
    """
    other = _give_other_name(warehouse)
    if not other and any(os.access(path, os.W_OK) for path in (warehouse, warehouse.resolve().parent)):
        descriptor, name = tempfile.mkstemp(prefix=f"{warehouse.stem}.", suffix=".duckdb")
        os.close(descriptor)
        other = Path(name)
        clone(warehouse, other)
    try:
        yield other or warehouse
    finally:
        if other:
            other.unlink(missing_ok=True)


def _give_other_name(file: Path) -> Path | None:
    """A hard link next to the file for one reader, which the caller removes: through it, DuckDB opens the file that has
    the original name now. None if no link can be made: in a read-only folder, on a filesystem without links, to another
    user's file. Whoever publishes removes all such links, so one can be gone before it was opened.
    """
    if os.name == "nt":  # a name in use can't be removed there
        return None
    real = file.resolve()  # a link to a symbolic link is a symbolic link, and DuckDB follows those
    other = aside(real, _READING)
    try:
        os.link(real, other)
    except OSError:
        return None
    return other


def _is_swept(name: Path) -> bool:
    """Whether a name is a reader's that was removed."""
    return name.name.endswith(_READING) and not name.exists()


def refuse_missing(warehouse: Path) -> None:
    """Raise PapersieveError if there is no regular file. DuckDB would wait forever for a pipe."""
    if not warehouse.exists():
        raise PapersieveError(
            f"{warehouse}: no warehouse is published there. Make one with `papersieve run DUMP…`, or name the file "
            "of another: --warehouse FILE, in Python its path."
        )
    if not warehouse.is_file():
        raise PapersieveError(
            f"{warehouse}: expected the file of a warehouse, found a folder, a pipe or a device. Name another one."
        )


@dataclass(frozen=True)
class Publication:
    """The facts that a published file contains about itself."""

    schema_version: int
    store_version: int
    fingerprint: str
    revision: int
    revision_id: str
    published_at: datetime


def read_publication(warehouse: Path) -> Publication | None:
    """The facts of a published file; None if it is missing, or is not a warehouse of this schema."""
    if not warehouse.exists():
        return None
    try:
        with reading(warehouse) as con:
            found = ask_rows(con, "publication")
    except duckdb.Error:
        return None
    return Publication(**found[0]) if found else None


@contextmanager
def reading(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection, for our own statements only, to the file that has the name now, even if it was replaced before.

    If this process has opened the name before, DuckDB would return the file that had it then. So the file is opened by
    another name, which no other thread uses.
    """
    with ExitStack() as opened:
        yield _entered(warehouse, opened)


def _entered(warehouse: Path, opened: ExitStack) -> duckdb.DuckDBPyConnection:
    refuse_missing(warehouse)
    other = _give_other_name(warehouse)
    if not other:
        return opened.enter_context(closing(duckdb.connect(warehouse.absolute(), read_only=True)))
    try:
        return opened.enter_context(attached(other, "READ_ONLY"))
    except duckdb.Error:
        if not _is_swept(other):
            raise
        return _entered(warehouse, opened)
    finally:
        other.unlink(missing_ok=True)


@contextmanager
def attached(file: Path, *options: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database file under a unique name, in the one database that this process has for all files."""
    database, name = _database(os.getpid()), f"opened_{next(_CONNECTIONS)}"
    try:
        with database.cursor() as con:
            con.execute(f"{attach(file, name, *options)}; USE {name}")
            yield con
    finally:
        with database.cursor() as con:
            con.execute(f"DETACH DATABASE IF EXISTS {name}")


@cache
def _database(process: int) -> duckdb.DuckDBPyConnection:
    """A database in memory to attach files to: attaching takes 1 millisecond, starting another database 25.

    A forked process starts its own.
    """
    return duckdb.connect(config={"temp_directory": str(Path(tempfile.gettempdir(), f"papersieve-{process}"))})


atexit.register(_database.cache_clear)  # otherwise it may outlive DuckDB's module, which then reports a leak
