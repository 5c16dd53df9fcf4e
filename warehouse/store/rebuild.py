"""Rebuild: derive everything again from the stored records, compare it with what is stored, and replace that."""

from pathlib import Path

import polars as pl

from papersieve.pipeline.settings import Settings
from papersieve.warehouse.locks import Hold
from papersieve.warehouse.progress import Progress, silent
from papersieve.warehouse.store.dump_batch import renormalise
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import built_aside, existing, hold_store, replace_store
from papersieve.warehouse.store.update import derive


def rebuild(
    store: Path,
    settings: Settings,
    progress: Progress = silent,
    *,
    keep: bool = True,
    wait_seconds: float = 0,
    held: Hold | None = None,
) -> pl.DataFrame:
    """Derive everything again into a new store. Returns the differences: table_name, only_stored, only_derived (rows).

    With the settings and step versions that the store was made with, nothing differs, whatever its history. keep:
    replace the old store by the new one; otherwise only compare. held: the store's lock, if the caller holds it. Raises
    StoreError if there is no store, or if it is in use.
    """
    with hold_store(existing(store), wait_seconds, held) as holding, built_aside(holding.place, "rebuilding") as built:
        with Store(holding.place, wait_seconds=wait_seconds, held=holding) as stored:
            derive(stored, settings, progress)
            stored.checkpoint()
        differences = _derived_anew(holding, built, settings, progress)
        if keep:
            replace_store(built, holding)
    return differences


def _derived_anew(holding: Hold, built: Path, settings: Settings, progress: Progress) -> pl.DataFrame:
    """Make a store next to the locked one, and return the differences."""
    with Store(built, held=holding) as new, new.attached(holding.place, "old"):
        with new.transaction():
            new.execute("copy_sources")
            renormalise(new)
            new.execute("queue_all")
        derive(new, settings, progress)
        return new.query("compare_stores")
