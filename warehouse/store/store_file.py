"""The file of a store: how it is locked, opened and replaced, and which files show that a missing store existed.

A file replaces the store in two renames. The first gives it the name `.STORE.next`: from then on it is the store, and
the next command that holds the lock does the second rename. So a kill leaves the old store or the new one, never none.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from papersieve.pipeline.errors import BusyError, StoreError
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.duckdb_faults import first_line, holder_of, refusal_of
from papersieve.warehouse.files import aside, flush, flush_folder, identity_of, log_of, real_place, siblings, sweep
from papersieve.warehouse.locks import Hold, hold
from papersieve.warehouse.sql import connect_attached

#: The kinds of files that commands build aside next to the store, and the endings that DuckDB and copies add. If the
#: holder of the store's lock finds such a file, a killed command left it behind.
_ASIDE = r"(making|rebuilding|restoring|compacting|copying)(\.wal|\.tmp|\.sha256)?"

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


@contextmanager
def hold_store(store: Path, wait_seconds: float = 0, held: Hold | None = None) -> Iterator[Hold]:
    """Keep all other commands out of a store. Finish a replacement that a killed command began; remove its leftovers.

    held: the lock, if the caller holds it; it is kept. Raises BusyError as `locks.hold` does.
    """
    if held:
        yield held
        return
    with hold(store, "store", wait_seconds) as taken:
        _finish(taken.place)
        sweep(taken.place, rf"{re.escape(taken.place.name)}(\.schema\d+\.backup)?", _ASIDE, is_ours=True)
        for moved in _moved_aside(taken.place):
            if taken.place.exists() and moved.samefile(taken.place):  # by a restoration that replaced nothing
                log_of(moved).unlink(missing_ok=True)
                moved.unlink()
        yield taken


def is_there(store: Path) -> bool:
    """Whether there is a store, even if its last rename is still to be done."""
    place = real_place(store)
    return _next_of(place).exists() or place.exists()


def existing(store: Path) -> Path:
    """Return the path if there is a store. Raises StoreError with the remedy if there is none."""
    if not is_there(store):
        raise StoreError(
            f"{store}: there is no store. Make one with `papersieve run DUMP…`, or name the store with --store."
        )
    return store


def traces(store: Path) -> list[Path]:
    """Files that show that a store of this name existed."""
    place = real_place(store)
    named = rf"{re.escape(place.name)}\.(schema\d+\.backup|[0-9a-f]+\.keys)"
    log = [log_of(place)] if log_of(place).exists() else []
    return [*log, *_moved_aside(place), *siblings(place, named)]


@contextmanager
def built_aside(store: Path, kind: str) -> Iterator[Path]:
    """Yield the path of `aside` for a database; what is left there at the end is removed."""
    built = aside(store, kind)
    try:
        yield built
    finally:
        for left in (built, log_of(built)):
            left.unlink(missing_ok=True)


def make_if_missing(held: Hold) -> None:
    """Make an empty store if there is none: under its name there is never half a file, which could not be opened."""
    if held.place.exists():
        return
    with built_aside(held.place, "making") as built:
        connect(built, bounds(None), 0).close()
        replace_store(built, held)


def replace_store(built: Path, held: Hold) -> None:
    """Replace the store durably by a closed database. The old store's log is removed too."""
    if log_of(built).exists():
        raise StoreError(
            f"{built}: its log could not be written into it, so {held.place} was not replaced. Is the disk full?"
        )
    held.assure()
    flush(built)
    os.replace(built, _next_of(held.place))
    flush_folder(held.place.parent)
    _finish(held.place)


def _next_of(store: Path) -> Path:
    return store.with_name(f".{store.name}.next")


def _finish(store: Path) -> None:
    """Finish a replacement, if one was begun.

    The log is removed first, durably: it belongs to the old file, and DuckDB would not open the new file with it.
    """
    if not _next_of(store).exists():
        return
    log_of(store).unlink(missing_ok=True)
    flush_folder(store.parent)
    os.replace(_next_of(store), store)
    flush_folder(store.parent)


def moved_aside(store: Path, at: str) -> Path:
    """The path that a restoration gives to the former store. at: the time, in digits and letters."""
    return store.with_name(f"{store.name}.before-restore-{at}")


def _moved_aside(store: Path) -> list[Path]:
    return siblings(store, rf"{re.escape(store.name)}\.before-restore-\w+")


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
            if refusal := refusal_of(path, error):
                raise StoreError(refusal) from error
            if not (who := holder_of(error)):
                raise StoreError(
                    f"{path}: expected a papersieve store, but DuckDB can't open it: {first_line(error)}. "
                    "Give another --store; if this was one, `papersieve restore BACKUP` puts an earlier one in its place."
                ) from error
            if not time.monotonic() < deadline:
                raise BusyError(
                    f"{path}: the store is in use by {who}, which is not a papersieve command",
                    "Wait for it to end (--wait SECONDS waits), or use another --store.",
                ) from error
        else:
            if before in (None, identity_of(path)):
                return opened
            opened.close()  # another file took the name meanwhile
        time.sleep(_POLL_SECONDS)
