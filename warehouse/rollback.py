"""Putting an earlier version of the warehouse back, and holding it there."""

from pathlib import Path

import polars as pl

from pipeline.errors import PapersieveError
from warehouse.files import rename_durably
from warehouse.store import statement_sql
from warehouse.versions import (
    built_beside,
    finish_rollback,
    folder_of,
    hold_file,
    hold_warehouse,
    is_held,
    kept_versions,
    read_publication,
    reading,
)


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
