"""Backup, restoration and compaction of a store."""

import os
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from papersieve.pipeline.errors import BusyError, StoreError
from papersieve.warehouse.duckdb_faults import first_line
from papersieve.warehouse.files import (
    aside,
    checksum_of,
    clone,
    copy_with_checksum,
    flush_folder,
    is_as_copied,
    link_or_clone,
    log_of,
    sweep,
)
from papersieve.warehouse.locks import Hold
from papersieve.warehouse.sql import ask
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import built_aside, existing, hold_store, moved_aside, replace_store


def backup(store: Path, target: Path | str, *, wait_seconds: float = 0) -> Path:
    """Copy the store to a file, or into a folder under its name and the time, with its checksum next to it.

    A target that ends in / is a folder and is made if it is missing. Returns the path of the copy. Raises StoreError
    if there is no store, if it is in use, or if the file exists.
    """
    is_folder, target = str(target).endswith(("/", os.sep)), Path(target)
    if is_folder:
        existing(store)
        target.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        target = target / f"{store.stem}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.duckdb"
    for taken in (target, checksum_of(target)):
        if taken.exists():
            raise StoreError(f"{taken}: expected no file there yet, found one. Name another, or a folder.")
    with hold_store(existing(store), wait_seconds) as held:
        Store(held.place, wait_seconds=wait_seconds, held=held).close()  # closing writes the log into the file
        automatic = rf"{re.escape(store.stem)}-\d+T\d+Z\.duckdb"  # the names that a backup gives in a folder
        sweep(target, rf"{re.escape(target.name)}|{automatic}", r"copying(\.sha256)?")
        try:
            copy_with_checksum(held.place, target)
        except FileExistsError as error:
            raise StoreError(
                f"{target}: another backup took this name meanwhile. Name another, or a folder."
            ) from error
    return target


def restore(saved: Path, store: Path, *, wait_seconds: float = 0) -> Path | None:
    """Replace the store by a backup. Returns the new path of the former store; None if there was none.

    Raises StoreError if the backup is damaged, if it is not a store that this version can open, or if the store is in
    use. The next run publishes the restored store.
    """
    if not saved.exists():
        raise StoreError(f"{saved}: there is no such backup. Name a file that `papersieve backup` wrote.")
    if saved.is_dir():
        raise StoreError(f"{saved}: expected the file of a backup, found a folder. Name one of the backups in it.")
    if is_as_copied(saved) is False:
        raise StoreError(
            f"{saved}: its content is not what {checksum_of(saved).name} says, so the copy is torn or was changed. "
            "Nothing was restored. Fetch the backup again, or name another."
        )
    if log_of(saved).exists() or (store.exists() and saved.samefile(store)):
        raise StoreError(
            f"{saved}: this is a store that is in use, and not a backup. `papersieve backup FILE --store {saved}` makes one."
        )
    store.parent.mkdir(parents=True, exist_ok=True)
    with hold_store(store, wait_seconds) as held, built_aside(held.place, "restoring") as built:
        clone(saved, built)
        _open_backup(saved, built, held)
        moved = _keep_aside(held, wait_seconds)
        replace_store(built, held)
    return moved


def _open_backup(saved: Path, copy: Path, held: Hold) -> None:
    """Bring a copy of a backup to the newest schema. Raises StoreError if it is not a store."""
    try:
        with duckdb.connect(copy) as con:
            is_store = "schema_migrations" in ask(con, "list_tables")["table_name"]
        if is_store:
            Store(copy, held=held).close()
    except (StoreError, duckdb.Error) as error:
        told = re.sub(' "[^"]+" exists, but it', "", first_line(error)).replace(str(copy), str(saved))
        told = told.removeprefix(f"{saved}: ").partition(" Give another --")[0]
        raise StoreError(f"{saved}: expected a papersieve store: {told.rstrip('.')}. Name another backup.") from error
    if not is_store:
        raise StoreError(f"{saved}: expected a papersieve store, found another database. Name another backup.")


def _keep_aside(held: Hold, wait_seconds: float) -> Path | None:
    """Give the present store and its log a second name, even if it can't be opened. Returns None if there is none."""
    was_there = held.place.exists()
    try:
        if was_there:
            Store(held.place, wait_seconds=wait_seconds, held=held).close()
    except BusyError:  # another program would continue to write to the moved file
        raise
    except (StoreError, duckdb.Error):
        pass
    moved = moved_aside(held.place, f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
    for source, target in ((log_of(held.place), log_of(moved)), (held.place, moved)):
        with suppress(FileNotFoundError):
            named = aside(held.place, "copying")
            link_or_clone(source, named)
            os.replace(named, target)
    flush_folder(moved.parent)
    return moved if was_there else None


def compact(held: Hold) -> None:
    """Rewrite the file of a closed store without its free space. held: the store's lock."""
    with built_aside(held.place, "compacting") as built:
        with Store(held.place, held=held) as opened:
            opened.write_compacted(built)
        replace_store(built, held)
