"""The tables of a store: schema.sql makes them, and migrations beside it bring a store of an earlier release forward.

A migration is a file NNN_WHAT.sql, numbered on from schema.sql. A store notes which of them it has had.
"""

import re
from collections.abc import Collection, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import duckdb

from papersieve.pipeline.errors import StoreError
from papersieve.warehouse.sql import ask_rows

#: The number of schema.sql. Stores with a smaller one were never part of a release.
FIRST = 12


class Step(NamedTuple):
    """A file that makes or changes tables."""

    number: int
    name: str
    sql: str


def steps() -> list[Step]:
    """schema.sql and every migration after it, in order."""
    here = files("papersieve.warehouse.store")
    found = [Step(FIRST, "schema.sql", here.joinpath("schema.sql").read_text(encoding="utf-8"))]
    for file in here.iterdir():
        if re.match(r"\d{3}_.*\.sql$", file.name):
            found.append(Step(int(file.name[:3]), file.name, file.read_text(encoding="utf-8")))
    return sorted(found)


def steps_done(con: duckdb.DuckDBPyConnection, store: Path) -> set[int]:
    """Numbers of the steps that a store has had; none: it is new. Raises StoreError where it is another database."""
    try:
        return {row["version"] for row in ask_rows(con, "list_migrations")}
    except duckdb.CatalogException:  # asked first, since a list of all tables loads what is known of each
        tables = sorted(row["table_name"] for row in ask_rows(con, "list_tables"))
    if tables:
        raise StoreError(
            f"{store}: expected a papersieve store, found a database with other tables ({', '.join(tables[:5])}). Give another --store."
        )
    return set()


def missing_steps(store: Path, done: Collection[int], known: Sequence[Step]) -> list[Step]:
    """Steps that a store lacks. done: the numbers of those that it has had; none: it is new.

    Raises StoreError where it is older than the first step, or newer than the last one.
    """
    if max(done, default=FIRST) < FIRST:
        raise StoreError(
            f"{store}: a version before 0.1.0 made this store (its schema is number {max(done)}, the first that can be opened "
            f"is {FIRST}). Move the file away and make the store from its dumps: `papersieve run --new DUMP…`."
        )
    last = known[-1].number
    if max(done, default=0) > last:
        raise StoreError(
            f"{store}: its schema version is {max(done)}, this papersieve knows {last}. Upgrade papersieve, or use another --store."
        )
    return [step for step in known if step.number not in done]
