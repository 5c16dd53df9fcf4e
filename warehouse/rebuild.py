"""Starting over: everything derived anew from the stored records, compared with what is stored, and put in its place."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from pipeline.settings import Settings
from warehouse.files import rename_durably
from warehouse.ingest import renormalise
from warehouse.progress import Progress, silent
from warehouse.refresh import derive
from warehouse.store import Store, StoreError, statement_sql


def rebuild(path: Path, settings: Settings, progress: Progress = silent, *, keep: bool = True) -> pl.DataFrame:
    """Derive everything anew beside the store and return how it differs: table_name, only_stored, only_derived (rows).

    Nothing differs where the settings, and the normaliser and rules of this software, are those that the store was
    made with, whatever its history. keep: put the new store in the old one's place; else only compare. Raises
    StoreError where there is no store, or where it is in use.
    """
    if not path.exists():
        raise StoreError(f"{path}: there is no store. Make one with `papersieve run DUMP…`, or name it with --store.")
    aside = path.with_name(f".{path.name}.{os.getpid()}.rebuilding")
    try:
        with Store(path) as stored:
            derive(stored, settings, progress)
            stored.connection.execute("CHECKPOINT")
        with _hold(path, aside) as new:
            with new.transaction():
                new.execute("copy_sources")
                renormalise(new)
                new.execute("queue_all")
            derive(new, settings, progress)
            differences = new.query("compare_stores")
        if keep:
            rename_durably(aside, path)
        return differences
    finally:
        for left in (aside, aside.with_name(f"{aside.name}.wal")):
            left.unlink(missing_ok=True)


@contextmanager
def _hold(path: Path, aside: Path) -> Iterator[Store]:
    """A new store with the old one attached as `old`, which keeps every other run out of it."""
    with Store(aside) as new:
        new.connection.execute(statement_sql("attach_old").format(path=str(path).replace("'", "''")))
        try:
            yield new
        finally:
            new.connection.execute(statement_sql("detach_old"))
