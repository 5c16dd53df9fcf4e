"""New columns of contracts: the store's tables get them when it is opened, without a migration.

A column that a table was given once and has no longer is damage, which the contract's check has to find: it stays away.
"""

from collections.abc import Mapping

import duckdb

from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.rules import Contract
from papersieve.warehouse.sql import ask, execute, quoted_name

#: Tables whose columns are those of a contract, and that contract's name.
_TABLES = {"records": "records", "quarantined_records": "records", "papers": "papers"}


def add_columns(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract] = CONTRACTS) -> None:
    """Add what is new. Rows of before say nothing there, or have an empty list where a value may not be missing."""
    execute(con, "note_columns_of_before")
    noted = set(ask(con, "noted_columns").iter_rows())
    for table, contract in _TABLES.items():
        for name in contracts[contract].columns:
            if (table, name) not in noted:
                _add(con, table, contracts[contract], name)


def _add(con: duckdb.DuckDBPyConnection, table: str, contract: Contract, name: str) -> None:
    ((_, kind, *_),) = con.from_arrow(contract.empty().select(name).to_arrow()).description
    default = "" if contract.columns[name].is_nullable else " DEFAULT []"
    con.begin()
    con.execute(f"ALTER TABLE {quoted_name(table)} ADD COLUMN {quoted_name(name)} {kind}{default}")
    execute(con, "note_column", table_name=table, column_name=name)
    con.commit()
