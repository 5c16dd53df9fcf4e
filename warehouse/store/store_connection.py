"""Opening a store's file with DuckDB: settings, the size of row groups, and waiting for other programs."""

import time
from pathlib import Path

import duckdb

from papersieve.pipeline.errors import BusyError, StoreError
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.duckdb_faults import first_line, holder_of
from papersieve.warehouse.files import identity_of
from papersieve.warehouse.sql import connect_attached

#: The name of the store's database in SQL.
NAME = "store"

#: Rows in a row group: half of DuckDB's default. Full groups of a transaction are compressed and written at once; the
#: rest goes uncompressed into the log and is compressed later. Writing 91,000 papers takes two thirds of the time.
ROW_GROUP = "ROW_GROUP_SIZE 61440"

#: Seconds between two attempts to open a store that another program has open.
_POLL_SECONDS = 0.2

#: The size at which DuckDB's log is written into the file. Each time, a row group of every table is compressed again;
#: with DuckDB's default of 16 MB, that took most of the time when millions were read (docs/decisions/008).
_LOG_SIZE = "256MB"

#: DuckDB's settings by name.
_Config = dict[str, str | bool | int | float | list[str]]


def bounds(settings: Settings | None) -> _Config:
    """The memory limit, the spill folder and the log size, as settings of DuckDB."""
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
    """Open the file that has this name now. Wait for DuckDB's own lock too: other programs don't use our lock file.

    Raises BusyError if another program has the file open for longer than wait_seconds; StoreError on other errors.
    """
    deadline = time.monotonic() + wait_seconds
    while True:
        before = identity_of(path)
        try:
            # Only ATTACH accepts the size of row groups.
            opened = connect_attached(path, NAME, {"temp_directory": f"{path}.tmp"} | config, ROW_GROUP)
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
            opened.close()  # another file took the name meanwhile
        time.sleep(_POLL_SECONDS)
