"""Columns that the store's tables lack and their contracts have: added when it is opened, without a migration."""

from collections.abc import Mapping

import duckdb

from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.rules import Contract
from papersieve.warehouse.sql import quoted_name

#: Tables whose columns are those of a contract, and that contract's name.
_TABLES = {"records": "records", "quarantined_records": "records", "papers": "papers"}


def add_columns(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract] = CONTRACTS) -> None:
    """Add what is lacking. Rows of before say nothing there, or have an empty list where a value may not be missing."""
    for table, contract in _TABLES.items():
        there = con.table(table).columns
        for name in contracts[contract].columns:
            if name not in there:
                _add(con, table, contracts[contract], name)


def _add(con: duckdb.DuckDBPyConnection, table: str, contract: Contract, name: str) -> None:
    ((_, kind, *_),) = con.from_arrow(contract.empty().select(name).to_arrow()).description
    default = "" if contract.columns[name].is_nullable else " DEFAULT []"
    con.execute(f"ALTER TABLE {quoted_name(table)} ADD COLUMN {quoted_name(name)} {kind}{default}")
