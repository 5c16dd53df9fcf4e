"""The data dictionary: the meaning of each published column, as comments in the catalogue."""

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.rules import Contract
from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.suggestions import did_you_mean
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.sql import ask_rows, quoted_name, quoted_text

Row = dict[str, Any]


def catalogue(warehouse: Path) -> tuple[list[Row], list[Row]]:
    """Published tables and views (table_name, comment), and their columns (table_name, column_name, data_type,
    comment).
    """
    with open_warehouse(warehouse) as con:
        return ask_rows(con, "catalogue_tables"), ask_rows(con, "catalogue_columns")


def columns_of(warehouse: Path, table: str) -> list[Row]:
    """The columns of a table or view; raises PapersieveError if there is none with this name."""
    tables, columns = catalogue(warehouse)
    if not (found := [column for column in columns if column["table_name"] == table.lower()]):
        near = did_you_mean(table, [known["table_name"] for known in tables])
        raise PapersieveError(f"{table}: no table or view of this name.{near} `papersieve tables` lists all.")
    return found


def describe(con: duckdb.DuckDBPyConnection, contracts: dict[str, Contract] = CONTRACTS) -> None:
    """Comment on every column of a warehouse that is being built. Tables and views have their own comments already."""
    known = meanings(contracts)
    columns = ((row["table_name"], row["column_name"]) for row in ask_rows(con, "catalogue_columns"))
    texts = [(table, column, known.get((table, column)) or known.get(column)) for table, column in columns]
    named = [(f"{quoted_name(table)}.{quoted_name(column)}", text) for table, column, text in texts if text]
    con.execute(";".join(f"COMMENT ON COLUMN {column} IS {quoted_text(text)}" for column, text in named))


def meanings(contracts: dict[str, Contract] = CONTRACTS) -> dict[tuple[str, str] | str, str]:
    """The meanings of columns: by table and name if a contract defines them, otherwise by name alone."""
    by_table: dict[tuple[str, str] | str, str] = dict(_other_columns())
    for stored, contract in contracts.items():
        for name, column in contract.columns.items():
            if column.meaning:
                says_null = not column.is_nullable or "null" in column.meaning
                meaning = column.meaning + ("" if says_null else "; null if unknown")
                by_table.setdefault(name, meaning)
                for table in _PUBLISHED_AS.get(stored, (stored,)):
                    by_table[table, name] = _other_columns().get(name, meaning) if table != stored else meaning
    return by_table


#: contract -> published tables and views of other names with its columns.
_PUBLISHED_AS = {"pairs": ("duplicate_pairs", "duplicate_evidence", "review_pairs")}


@cache
def _other_columns() -> dict[tuple[str, str] | str, str]:
    """The meanings of columns that no contract defines: by name, or by table and name."""
    text = files("papersieve.warehouse.published").joinpath("other_columns.toml").read_text(encoding="utf-8")
    named: dict[tuple[str, str] | str, str] = {}
    for name, told in tomllib.loads(text).items():
        is_table = isinstance(told, dict)
        named |= {(name, column): meaning for column, meaning in told.items()} if is_table else {name: told}
    return named
