"""The tables of a store: schema.sql makes them, and migrations update the stores of earlier releases.

A migration is a file NNN_WHAT.sql; the numbers continue from that of schema.sql. A store notes the ones it has had.

Records and papers have the columns of their contracts: new ones are added when a store is opened, without a migration.
If a table has lost a column, it is damaged. The column is not added again, so that the check of the contract finds the
damage.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import duckdb

from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.rules import Contract
from papersieve.pipeline.errors import StoreError
from papersieve.warehouse.sql import ask_rows, execute, quoted_name

#: The number of schema.sql. No release made stores with a smaller one.
FIRST = 12

#: Tables that have the columns of a contract, and the name of that contract.
_TABLES = {"records": "records", "quarantined_records": "records", "papers": "papers"}

#: Published tables that are made from a contract, and their additional columns.
_PUBLISHED = {"records": "paper_id VARCHAR, document_uuid UUID", "papers": "paper_uuid UUID"}

#: Columns of long texts: zstd compresses them in half the time, and to half the size, of DuckDB's own choice.
LONG_TEXTS = {"abstract", "abstract_raw"}


class Step(NamedTuple):
    """A file that makes or changes tables."""

    number: int
    name: str
    sql: str


def steps() -> list[Step]:
    """schema.sql and all migrations after it, in order."""
    here = files("papersieve.warehouse.store")
    found = [Step(FIRST, "schema.sql", here.joinpath("schema.sql").read_text(encoding="utf-8"))]
    for file in here.iterdir():
        if re.match(r"\d{3}_.*\.sql$", file.name):
            found.append(Step(int(file.name[:3]), file.name, file.read_text(encoding="utf-8")))
    return sorted(found)


def steps_done(con: duckdb.DuckDBPyConnection, store: Path) -> set[int]:
    """Numbers of the steps that a store has had; empty if it is new. Raises StoreError if it is another database."""
    try:
        return {row["version"] for row in ask_rows(con, "list_migrations")}
    except duckdb.CatalogException:  # tables are listed only now, because that loads the definition of each
        tables = sorted(row["table_name"] for row in ask_rows(con, "list_tables"))
    if tables:
        raise StoreError(
            f"{store}: expected a papersieve store, found a database with other tables ({', '.join(tables[:5])}). Give another --store."
        )
    return set()


def missing_steps(store: Path, done: Collection[int], known: Sequence[Step]) -> list[Step]:
    """Steps that a store has not had. done: the numbers of those it has had; empty if it is new.

    Raises StoreError if the store is older than the first step or newer than the last one.
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


def add_columns(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract] = CONTRACTS) -> None:
    """Add new columns of the contracts. Existing rows get null there, or an empty list if null is not allowed."""
    execute(con, "note_columns_of_before")
    noted = {(row["table_name"], row["column_name"]) for row in ask_rows(con, "noted_columns")}
    for table, contract in _TABLES.items():
        if new := [name for name in contracts[contract].columns if (table, name) not in noted]:
            _add(con, table, contracts[contract], new)


def make_published_tables(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract] = CONTRACTS) -> None:
    """Make `records` and `papers` in the attached database `published`, with the columns of contracts, then ours."""
    for table, ours in _PUBLISHED.items():
        kinds = [f"{quoted_name(name)} {kind}" for name, kind in _kinds(contracts[table]).items()]
        con.execute(f"CREATE TABLE published.{table} ({', '.join([*kinds, ours])})")


def _kinds(contract: Contract) -> dict[str, str]:
    packed = dict.fromkeys(LONG_TEXTS, " USING COMPRESSION zstd")
    return {name: f"{column.kind}{packed.get(name, '')}" for name, column in contract.columns.items()}


def _add(con: duckdb.DuckDBPyConnection, table: str, contract: Contract, names: list[str]) -> None:
    kinds = _kinds(contract)
    con.begin()
    for name in names:
        default = "" if contract.columns[name].is_nullable else " DEFAULT []"
        con.execute(f"ALTER TABLE {quoted_name(table)} ADD COLUMN {quoted_name(name)} {kinds[name]}{default}")
    execute(con, "note_columns", table=table, names=names)
    con.commit()
