"""The file of a store: who may use it, how another file takes its place, and what shows that a missing store existed.

A file takes the store's place in two renames. The first gives it the name `.STORE.next`: from then on it is the store,
and whoever holds the lock next finishes the second. So a kill leaves the old store or the new one, never none.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from papersieve.pipeline.errors import StoreError
from papersieve.warehouse.files import flush, flush_folder, real_place, siblings
from papersieve.warehouse.locks import Hold, hold

#: What commands build beside the store, as `.STORE.PID.WHAT`. Under the store's lock, such a file was left by a killed
#: command.
_ASIDE = ("rebuilding", "restoring", "compacting", "copying")


@contextmanager
def hold_store(store: Path, wait_seconds: float = 0, held: Hold | None = None) -> Iterator[Hold]:
    """Keep all other commands out of a store, finish the replacement that a killed one began, and remove its leftovers.

    held: the lock, if the caller has it; it is kept. Raises BusyError as `locks.hold` does.
    """
    if held:
        yield held
        return
    with hold(store, "store", wait_seconds) as taken:
        _finish(taken.place)
        _sweep(taken.place)
        yield taken


def is_there(store: Path) -> bool:
    """Whether there is a store, even if it has not yet taken its place."""
    place = real_place(store)
    return _next_of(place).exists() or place.exists()


def existing(store: Path) -> Path:
    """Return the path if there is a store; raises StoreError with the remedy if there is none."""
    if not is_there(store):
        raise StoreError(
            f"{store}: there is no store. Make one with `papersieve run DUMP…`, or name the store with --store."
        )
    return store


def traces(store: Path) -> list[Path]:
    """Files that show that there was a store of this name."""
    place = real_place(store)
    named = rf"{re.escape(place.name)}\.(schema\d+\.backup|[0-9a-f]+\.keys)"
    log = [log_of(place)] if log_of(place).exists() else []
    return [*log, *_moved_aside(place), *siblings(place, named)]


def aside(store: Path, kind: str) -> Path:
    """Return the path at which this process builds a file for the store's place; kind: one of `_ASIDE`."""
    return store.with_name(f".{store.name}.{os.getpid()}.{kind}")


def log_of(database: Path) -> Path:
    """Return the path of DuckDB's log: what is committed but not yet in the database file."""
    return database.with_name(f"{database.name}.wal")


def replace_store(built: Path, held: Hold) -> None:
    """Put a closed database in the store's place, durably. The log of the old store is removed with it."""
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
    """Finish a replacement.

    The log goes first and for good: it belongs to the old file, and DuckDB would open neither.
    """
    if not _next_of(store).exists():
        return
    log_of(store).unlink(missing_ok=True)
    flush_folder(store.parent)
    os.replace(_next_of(store), store)
    flush_folder(store.parent)


def _sweep(store: Path) -> None:
    for left in _left(store):
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    for moved in _moved_aside(store):
        if store.exists() and moved.samefile(store):  # a restore was killed before it replaced anything
            log_of(moved).unlink(missing_ok=True)
            moved.unlink()


def _left(store: Path) -> list[Path]:
    name = rf"\.{re.escape(store.name)}(\.schema\d+\.backup)?"
    return siblings(store, rf"{name}\.\d+\.({'|'.join(_ASIDE)})(\.wal|\.tmp|\.sha256)?")


def moved_aside(store: Path, at: str) -> Path:
    """Return the name that a restore gives to the former store; at: the time, in digits and letters."""
    return store.with_name(f"{store.name}.before-restore-{at}")


def _moved_aside(store: Path) -> list[Path]:
    return siblings(store, rf"{re.escape(store.name)}\.before-restore-\w+")
