"""Putting an earlier version of the warehouse back, holding it there, and the warehouse's lock, under which that is finished."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from pipeline.errors import PapersieveError
from pipeline.processes import is_alive
from warehouse.files import clone, real_place, rename_durably, siblings
from warehouse.locks import Hold, hold
from warehouse.store import statement_sql
from warehouse.versions import built_beside, folder_of, kept_versions, put_in_place, read_publication, reading

#: A file in the folder of versions that says which revision a rollback holds in place; while it is there, nothing is published.
_HOLD = "held"


def hold_file(warehouse: Path) -> Path:
    """Return where a rollback notes which revision it holds."""
    return folder_of(warehouse) / _HOLD


def is_held(warehouse: Path) -> bool:
    """Whether a rollback keeps the version that is in place there."""
    return hold_file(warehouse).exists()


@contextmanager
def hold_warehouse(warehouse: Path, wait_seconds: float = 0) -> Iterator[Hold]:
    """Keep everybody else from replacing the warehouse, finish a rollback that was killed, and remove what killed runs left.

    Raises BusyError as `locks.hold` does.
    """
    if not real_place(warehouse).parent.is_dir():
        raise PapersieveError(f"{warehouse}: there is no such folder. Name the warehouse with --warehouse.")
    with hold(warehouse, "warehouse", wait_seconds) as held:
        _sweep(held.place)
        finish_rollback(held.place)
        yield held


def finish_rollback(warehouse: Path) -> None:
    """Put the version that is held in its place, where it is not there yet; the caller has the warehouse's lock."""
    try:
        revision = int(hold_file(warehouse).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):  # nothing is held, or what is in place, as earlier releases noted it
        return
    in_place = read_publication(warehouse)
    kept = kept_versions(warehouse)
    if revision not in kept or (in_place and in_place.revision == revision):
        return
    building = built_beside(warehouse, "rollback")
    clone(kept[revision], building)
    put_in_place(building, warehouse, keep=len(kept) + 1)
    kept[revision].unlink()


def _sweep(warehouse: Path) -> None:
    """Remove what killed commands left. Under the lock all of it is; but a reader, who has no lock, may be about to open its own."""
    for left in siblings(warehouse, rf"\.{re.escape(warehouse.name)}\.(\d+)\..*building(\.wal)?"):
        pid = left.name.removeprefix(f".{warehouse.name}.").split(".")[0]
        if ".reading." not in left.name or not is_alive(int(pid)):
            left.unlink(missing_ok=True)


def versions(warehouse: Path) -> pl.DataFrame:
    """One row a version that can be in place, newest last: revision, published_at, store_version, papers, records, dumps,
    size_bytes, is_in_place, path."""
    rows = []
    for path in [*kept_versions(warehouse).values(), *([warehouse] if warehouse.exists() else [])]:
        with reading(path) as con:
            row = con.sql(statement_sql("version_contents")).pl().row(0, named=True)
        rows.append({**row, "size_bytes": path.stat().st_size, "is_in_place": path == warehouse, "path": str(path)})
    return pl.DataFrame(rows, schema_overrides={"is_in_place": pl.Boolean}).sort("revision") if rows else pl.DataFrame()


def rollback(warehouse: Path, revision: int | None = None, *, wait_seconds: float = 0) -> int:
    """Put an earlier version in place (None: the newest of them) and hold it there; return its revision.

    The one that was in place is kept, so that it can be put back in the same way. Raises PapersieveError where
    there is no such version, BusyError where a run publishes at this moment.
    """
    with hold_warehouse(warehouse, wait_seconds) as held:
        kept = kept_versions(held.place)
        if revision is None and kept:
            in_place = read_publication(held.place)
            older = [r for r in kept if not in_place or r < in_place.revision]
            revision = max(older, default=max(kept))
        if revision not in kept:
            known = ", ".join(map(str, kept)) or "none (the setting keep_versions says how many are kept)"
            raise PapersieveError(f"{warehouse}: expected one of the versions that are kept, {known}; found {revision}")
        held.assure()
        # The hold is noted first: where this is killed, the next command puts the version in place.
        _note(held.place, revision)
        finish_rollback(held.place)
    return revision


def _note(warehouse: Path, revision: int) -> None:
    folder_of(warehouse).mkdir(exist_ok=True)
    written = built_beside(warehouse, "held")
    written.write_text(f"{revision}\n", encoding="ascii")
    rename_durably(written, hold_file(warehouse))


def release(warehouse: Path, *, wait_seconds: float = 0) -> bool:
    """Let the next run publish again; False where nothing was held."""
    with hold_warehouse(warehouse, wait_seconds) as held:
        was_held = is_held(held.place)
        hold_file(held.place).unlink(missing_ok=True)
    return was_held
