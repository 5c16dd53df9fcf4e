"""Keeping store and warehouse: backup, restore, compaction, and putting an earlier version back."""

import os
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from pipeline.errors import PapersieveError
from warehouse.files import clone, rename_durably
from warehouse.store import Store, StoreError, statement_sql
from warehouse.versions import folder_of, kept_versions, put_in_place, read_publication, reading

#: A file in the folder of versions: as long as it is there, nothing is published.
_HOLD = "held"


def backup(store: Path, target: Path) -> Path:
    """Copy the store to a file (or into a folder, under its name and the time) and return where.

    Raises StoreError where there is no store, where it is in use, or where the file exists.
    """
    if not store.exists():
        raise StoreError(f"{store}: there is no store to back up. Name it with --store.")
    if target.is_dir():
        target = target / f"{store.stem}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.duckdb"
    if target.exists():
        raise StoreError(f"{target}: expected no file there yet, found one. Name another, or a folder.")
    with Store(store) as opened:
        opened.connection.execute("CHECKPOINT")
        _copy_into_place(store, target)
    return target


def restore(saved: Path, store: Path) -> Path | None:
    """Put a backup in the store's place; return where the store that was there is now (None: there was none).

    Raises StoreError where the backup is no store that this software can open, or where the store is in use. The
    next run publishes what the restored store holds.
    """
    if not saved.exists():
        raise StoreError(f"{saved}: there is no such backup.")
    aside = store.with_name(f".{store.name}.{os.getpid()}.restoring")
    store.parent.mkdir(parents=True, exist_ok=True)
    try:
        clone(saved, aside)
        Store(aside).connection.close()  # opens it, and brings it to the newest schema
        moved = _move_away(store)
        _copy_into_place(aside, store)
    finally:
        for left in (aside, aside.with_name(f"{aside.name}.wal")):
            left.unlink(missing_ok=True)
    return moved


def _move_away(store: Path) -> Path | None:
    """Move a store, and what is not yet written into it, to another name. One that can't be opened is moved too."""
    if not store.exists():
        return None
    try:
        duckdb.connect(store).close()
    except duckdb.Error as error:
        if "lock" in str(error):
            raise StoreError(f"{store}: the store is in use; end that run first. Nothing was restored.") from error
    moved = store.with_name(f"{store.name}.before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
    log = store.with_name(f"{store.name}.wal")
    if log.exists():
        os.replace(log, moved.with_name(f"{moved.name}.wal"))
    os.replace(store, moved)
    return moved


def _copy_into_place(source: Path, target: Path) -> None:
    partial = target.with_name(f".{target.name}.{os.getpid()}.copying")
    try:
        clone(source, partial)
        rename_durably(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def compact(store: Path) -> None:
    """Write the store's file anew, without its free space. Raises StoreError where it is in use."""
    aside = store.with_name(f".{store.name}.{os.getpid()}.compacting")
    try:
        with Store(store) as opened:
            attach = statement_sql("compact").format(path=str(aside).replace("'", "''"), name=opened.name)
            opened.connection.execute(attach)
        rename_durably(aside, store)
    finally:
        aside.unlink(missing_ok=True)


def versions(warehouse: Path) -> pl.DataFrame:
    """One row a version that can be in place, newest last: revision, published_at, store_version, papers, records, dumps,
    size_bytes, is_in_place, path."""
    rows = []
    for path in [*kept_versions(warehouse).values(), *([warehouse] if warehouse.exists() else [])]:
        with reading(path) as con:
            row = con.sql(statement_sql("version_contents")).pl().row(0, named=True)
        rows.append({**row, "size_bytes": path.stat().st_size, "is_in_place": path == warehouse, "path": str(path)})
    return pl.DataFrame(rows, schema_overrides={"is_in_place": pl.Boolean}).sort("revision") if rows else pl.DataFrame()


def rollback(warehouse: Path, revision: int | None = None) -> int:
    """Put an earlier version in place (None: the newest of them) and hold it there; return its revision.

    The one that was in place is kept, so that it can be put back in the same way. Raises PapersieveError where
    there is no such version.
    """
    kept = kept_versions(warehouse)
    if revision is None and kept:
        in_place = read_publication(warehouse)
        older = [r for r in kept if not in_place or r < in_place.revision]
        revision = max(older, default=max(kept))
    if revision not in kept:
        known = ", ".join(map(str, kept)) or "none (the setting keep_versions says how many are kept)"
        raise PapersieveError(f"{warehouse}: expected one of the versions that are kept, {known}; found {revision}")
    building = warehouse.with_name(f".{warehouse.name}.{os.getpid()}.rollback.building")
    try:
        clone(kept[revision], building)
        put_in_place(building, warehouse, keep=len(kept) + 1)
    finally:
        building.unlink(missing_ok=True)
    kept[revision].unlink()
    (folder_of(warehouse) / _HOLD).touch()
    return revision


def is_held(warehouse: Path) -> bool:
    """Whether a rollback keeps the version that is in place there."""
    return (folder_of(warehouse) / _HOLD).exists()


def release(warehouse: Path) -> bool:
    """Let the next run publish again; False where nothing was held."""
    held = is_held(warehouse)
    (folder_of(warehouse) / _HOLD).unlink(missing_ok=True)
    return held
