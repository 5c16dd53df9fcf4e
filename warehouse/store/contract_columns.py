"""Tables whose columns are those of a contract: made of it, and new columns added when a store is opened.

No migration is needed for those. A column that a table was given once and has no longer is damage, which the contract's
check has to find: it stays away.
"""

from collections.abc import Mapping

import duckdb

from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.rules import Contract
from papersieve.warehouse.sql import ask_rows, execute, quoted_name

#: Tables whose columns are those of a contract, and that contract's name.
_TABLES = {"records": "records", "quarantined_records": "records", "papers": "papers"}

#: Published tables that are made of a contract, and what they have beside its columns.
_PUBLISHED = {"records": "paper_id VARCHAR, document_uuid UUID", "papers": "paper_uuid UUID"}

#: Columns of long texts: zstd packs them in half the time and half the bytes of what DuckDB would choose.
LONG_TEXTS = {"abstract", "abstract_raw"}


def add_columns(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract] = CONTRACTS) -> None:
    """Add what is new. Rows of before say nothing there, or have an empty list where a value may not be missing."""
    execute(con, "note_columns_of_before")
    noted = {(row["table_name"], row["column_name"]) for row in ask_rows(con, "noted_columns")}
    for table, contract in _TABLES.items():
        if new := [name for name in contracts[contract].columns if (table, name) not in noted]:
            _add(con, table, contracts[contract], new)


def make_published_tables(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract] = CONTRACTS) -> None:
    """Make `records` and `papers` of the attached database
    `published`, of their contracts' columns and a few of ours behind.
    """
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
