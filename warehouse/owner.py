"""Which store a warehouse belongs to, and when a missing store is not a new one: nobody's papers are replaced unasked."""

from pathlib import Path

from pipeline.errors import StoreError
from warehouse.store import Store, statement_sql
from warehouse.store_file import is_there, traces
from warehouse.versions import read_publication, reading


def refuse_lost(store: Path, warehouse: Path) -> None:
    """Raise StoreError where there is no store, yet traces of one: a new one would publish its few papers over the many."""
    if is_there(store):
        return
    found = [warehouse] if read_publication(warehouse) else traces(store)
    if found:
        raise StoreError(
            f"{store}: there is no store, but {found[0]} shows that there was one. Put the store back "
            "(`papersieve restore BACKUP` does), or name it with --store. To start a new store, and replace what was "
            "published, run again with --new."
        )


def refuse_other_owner(store: Store, warehouse: Path, *, take_over: bool) -> None:
    """Raise StoreError where another store published the warehouse: two stores would replace each other's papers."""
    if take_over or not read_publication(warehouse):
        return
    with reading(warehouse) as con:
        owner = con.execute(statement_sql("first_revision")).fetchone()
    if owner == next(store.query("first_revision").iter_rows(), None):
        return
    raise StoreError(
        f"{warehouse}: another store published this warehouse, and publishing {store.path} would replace all of its "
        "papers. Name another --warehouse, or replace it with `papersieve run --take-over`."
    )
