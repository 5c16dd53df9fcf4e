"""Which store a warehouse belongs to, and whether a missing store was lost: no papers are replaced by accident."""

from pathlib import Path

import duckdb

from papersieve.pipeline.errors import StoreError
from papersieve.warehouse.files import real_place
from papersieve.warehouse.published.reader import reading
from papersieve.warehouse.published.versions import folder_of, refuse_foreign
from papersieve.warehouse.sql import ask_rows
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import is_there, traces


def refuse_lost(store: Path, warehouse: Path) -> None:
    """Raise StoreError if there is no store but traces of one: a new store would replace many papers with its few."""
    if is_there(store):
        return
    refuse_foreign(warehouse)
    published = [place for place in (real_place(warehouse), folder_of(warehouse)) if place.exists()]
    if found := published or traces(store):
        raise StoreError(
            f"{store}: there is no store, but {found[0]} shows that there was one. Put the store back "
            "(`papersieve restore BACKUP` does), or name it with --store. To start a new store, and replace what was "
            "published, run again with --new; --take-over is for a store that exists."
        )


def refuse_place(store: Path, warehouse: Path, *, is_new: bool) -> None:
    """Raise StoreError if a run would create a store in place of a lost one or, with `--new`, of an existing one."""
    if is_new and is_there(store):
        raise StoreError(
            f"{store}: expected no store here yet, as --new was given. Run again without --new to use this one, or name "
            "another --store."
        )
    if not is_new:
        refuse_lost(store, warehouse)


def is_of_another(store: Store, warehouse: Path) -> bool:
    """Whether another store published this file; False if the file does not name a store, or if there is no file.

    Raises PapersieveError if the file can't be read.
    """
    if not warehouse.exists():
        return False
    try:
        with reading(warehouse) as con:
            owner = ask_rows(con, "first_revision")
    except duckdb.CatalogException:  # made before versions named their store
        return False
    except duckdb.Error:  # the owner is unknown, and another store's papers could be lost
        refuse_foreign(warehouse)
        raise
    return bool(owner) and owner != store.ask_rows("first_revision")


def refuse_other_owner(store: Store, warehouse: Path, *, take_over: bool) -> None:
    """Raise StoreError if another store published the warehouse: two stores would replace each other's papers."""
    if not take_over and is_of_another(store, warehouse):
        raise StoreError(
            f"{warehouse}: another store published this warehouse, and publishing {store.path} would replace all of its "
            "papers. Name another --warehouse, or replace it with `papersieve run --take-over`."
        )
