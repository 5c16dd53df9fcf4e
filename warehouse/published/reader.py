"""The door to the published file: how it is opened, whoever replaces it meanwhile, and what it says of itself."""

import atexit
import contextlib
import itertools
import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import duckdb

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.duckdb_faults import first_line
from papersieve.warehouse.files import clone
from papersieve.warehouse.published.link_for_reader import give_other_name, named
from papersieve.warehouse.sql import ask_rows, attach, quoted_name, quoted_text

#: Names of databases that DuckDB keeps for itself.
_TAKEN = {"main", "memory", "system", "temp"}

#: Numbers the connections of this process.
_CONNECTIONS = itertools.count()


def open_warehouse(warehouse: Path, folders: Sequence[Path] = ()) -> duckdb.DuckDBPyConnection:
    """A connection to a published warehouse, for anybody's SQL:
    read-only, and it reaches no file but those below the folders.

    Raises PapersieveError where there is no warehouse, or another file.
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


def _open_locked(warehouse: Path, folders: Sequence[Path]) -> duckdb.DuckDBPyConnection:
    refuse_missing(warehouse)
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(Path(tempfile.gettempdir(), f"papersieve-{secrets.token_hex(8)}")),
        "autoload_known_extensions": "false",
    }
    with _under_another_name(warehouse) as file:
        con = duckdb.connect(config=config)
        try:
            con.execute(_lock(file, warehouse.stem, folders))
        except duckdb.Error as error:
            con.close()
            raise PapersieveError(
                f"{warehouse}: DuckDB can't open it: {named(first_line(error))}. Where it is damaged, `papersieve rollback` puts an "
                "earlier version in its place."
            ) from error
    return con


@contextmanager
def _under_another_name(warehouse: Path) -> Iterator[Path]:
    """The file under a name that is gone when SQL comes: DuckDB
    lets SQL write to what is attached, by the name it has there.

    Without links a file that can't be written to keeps its name; another one is copied.
    """
    other = give_other_name(warehouse)
    if not other and any(os.access(path, os.W_OK) for path in (warehouse, warehouse.resolve().parent)):
        descriptor, name = tempfile.mkstemp(prefix="papersieve-", suffix=".duckdb")
        os.close(descriptor)
        other = Path(name)
        clone(warehouse, other)
    try:
        yield other or warehouse
    finally:
        if other:
            other.unlink(missing_ok=True)


def _lock(file: Path, stem: str, folders: Sequence[Path]) -> str:
    """SQL from which on SQL reaches no file but this one and those below the folders, and can't change that."""
    name = f"{stem}_" if stem.lower() in _TAKEN else stem
    allowed = ", ".join(quoted_text(str(folder.resolve())) for folder in folders)
    return (
        f"{attach(file, name, 'READ_ONLY')}; USE {quoted_name(name)}; SET allowed_directories = [{allowed}]; "
        "SET enable_external_access = false; SET lock_configuration = true"
    )


def refuse_missing(warehouse: Path) -> None:
    """Raise PapersieveError where there is no file; a folder or a pipe is none, and DuckDB would wait for a pipe."""
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
    """What a published file says of itself."""

    schema_version: int
    store_version: int
    fingerprint: str
    revision: int
    revision_id: str
    published_at: datetime


def read_publication(warehouse: Path) -> Publication | None:
    """None where the file is missing, or no warehouse of this schema."""
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
    """A connection to the file that has the name now, whatever file that is: for statements of ours alone.

    Where this process has the name open already, DuckDB would give the file that had it then; so it is opened by
    another name, that no other thread has.
    """
    refuse_missing(warehouse)
    other = give_other_name(warehouse)
    opened: contextlib.AbstractContextManager[duckdb.DuckDBPyConnection]
    opened = attached(other, "READ_ONLY") if other else contextlib.closing(duckdb.connect(warehouse, read_only=True))
    try:
        with opened as con:
            if other:
                other.unlink(missing_ok=True)
            yield con
    finally:
        if other:
            other.unlink(missing_ok=True)


@contextmanager
def attached(file: Path, *options: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database file under a name of its own,
    in the one database that this process starts for all of them.
    """
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
    """A database in memory to attach files to: that takes a millisecond, to start another one 25.

    A forked process starts its own.
    """
    return duckdb.connect(config={"temp_directory": str(Path(tempfile.gettempdir(), f"papersieve-{process}"))})


atexit.register(_database.cache_clear)  # else it may outlive DuckDB's module, which then tells of a leak
