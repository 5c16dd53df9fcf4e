"""Opening the file of a store with DuckDB: its settings, its row groups, and other programs that have it open."""

import time
from pathlib import Path

import duckdb

from papersieve.pipeline.errors import BusyError, StoreError
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.duckdb_faults import first_line, holder_of
from papersieve.warehouse.files import identity_of
from papersieve.warehouse.sql import attach

#: What SQL calls the store's database.
NAME = "store"

#: Rows of a row group: half of DuckDB's default. Whole groups of a transaction are packed and written at once; the rest
#: goes to the log unpacked, and is packed later. Writing a table of 91,000 papers takes two thirds of the time with it.
ROW_GROUP = "ROW_GROUP_SIZE 61440"

#: Seconds between two tries to open a store that another program has open.
_POLL_SECONDS = 0.2

#: The size at which DuckDB's log is written into the file. Each time, a row group of every table is compressed again;
#: with DuckDB's default of 16 MB, that took most of the time of reading millions (docs/decisions/008).
_LOG_SIZE = "256MB"

#: Settings of DuckDB by their names.
_Config = dict[str, str | bool | int | float | list[str]]


def bounds(settings: Settings | None) -> _Config:
    """Limits and places of the settings, by DuckDB's names."""
    bounds: _Config = {"checkpoint_threshold": _LOG_SIZE}
    if not settings:
        return bounds
    named = {"memory_limit": settings.operation.memory_limit, "temp_directory": settings.operation.spill_folder}
    return bounds | {name: value for name, value in named.items() if value}


def in_mb(size: str) -> int:
    """A size as DuckDB prints it, such as `18.6 GiB`, in MB."""
    number, unit = size.split()
    return int(float(number) * 1024 ** ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB").index(unit) / 1e6)


def connect(path: Path, config: _Config, wait_seconds: float) -> duckdb.DuckDBPyConnection:
    """Open the file that has this name now. Other programs than ours don't use the lock file, only DuckDB's lock."""
    deadline = time.monotonic() + wait_seconds
    while True:
        before = identity_of(path)
        try:
            opened = _connected(path, config)
        except duckdb.Error as error:
            if not (who := holder_of(error)):
                raise StoreError(
                    f"{path}: expected a papersieve store, but DuckDB can't open it: {first_line(error)}. "
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


def _connected(path: Path, config: _Config) -> duckdb.DuckDBPyConnection:
    """Attach the file, because only ATTACH takes the length of row groups, and make it the default database."""
    con = duckdb.connect(config={"temp_directory": f"{path}.tmp"} | config)
    try:
        con.execute(f"{attach(path, NAME, ROW_GROUP)}; USE {NAME}")
    except duckdb.Error:
        con.close()
        raise
    return con
