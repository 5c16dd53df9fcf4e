"""Results of SQL as a table, CSV, JSON or Parquet.

DuckDB formats the values, because only DuckDB can write all of its types as text.
"""

import io
import re
import shutil
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from duckdb.sqltypes import DuckDBPyType

from papersieve.warehouse.harmless import harmless_json, harmless_lines
from papersieve.warehouse.plurals import counted
from papersieve.warehouse.sql import quoted_name

if TYPE_CHECKING:
    import polars as pl

#: The most rows of a table in a terminal; the other formats have all rows.
_TABLE_ROWS = 100

#: The width of a table in characters, if no terminal reports its own.
_WIDTH = 120

#: Types of nested values. CSV has no such types, so these values become JSON texts.
_NESTED = {"list", "struct", "map", "array", "union", "tuple", "variant"}

#: A JSON string, which stays unchanged, or what DuckDB writes for numbers that JSON lacks.
_NO_JSON = re.compile(r'("(?:[^"\\]|\\.)*")|-?Infinity|-?NaN')

#: Types that Parquet lacks: DuckDB would refuse them or lose information.
_NO_PARQUET = re.compile(r"\b(U?HUGEINT|UNION|TUPLE|VARIANT|TIME WITH TIME ZONE)\b")


def render(result: duckdb.DuckDBPyRelation, form: str) -> str:
    """All rows as csv or json, or the first rows as a table."""
    return {"table": _table, "csv": _csv, "json": _json}[form](result)


def _table(result: duckdb.DuckDBPyRelation) -> str:
    more = result.shape[0] - _TABLE_ROWS
    told = f"\n{counted(more, 'more row')}; add LIMIT, or use --format csv" if more > 0 else ""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDTH
    shown = io.StringIO()
    with redirect_stdout(shown):  # DuckDB's only way to show more than 20 rows
        result.limit(_TABLE_ROWS).show(max_rows=_TABLE_ROWS, max_width=width)
    return harmless_lines(shown.getvalue().rstrip("\n")) + told


def _csv(result: duckdb.DuckDBPyRelation) -> str:
    texts = _project(result, lambda name, kind: f"to_json({name})" if kind.id in _NESTED else name)
    rows: pl.DataFrame = _project(texts, lambda name, _: f"{name}::VARCHAR").pl()
    return rows.write_csv()


def _json(result: duckdb.DuckDBPyRelation) -> str:
    rows = result.project("*").set_alias("papersieve_row").project("to_json(papersieve_row)::VARCHAR AS text")
    return harmless_json("[" + ",\n".join(_valid(text) for (text,) in rows.fetchall()) + "]\n")


def _valid(json: str) -> str:
    """The JSON with NaN and infinity, which JSON lacks, replaced by null."""
    return _NO_JSON.sub(lambda found: found[1] or "null", json)


def write_parquet(result: duckdb.DuckDBPyRelation, file: Path) -> None:
    """Write all rows.

    Of the types that Parquet lacks, large numbers are written as decimals, all others as text.
    """

    def kept(name: str, kind: DuckDBPyType) -> str:
        if kind.id in ("hugeint", "uhugeint"):
            return f"{name}::DECIMAL(38, 0)"
        return f"{name}::VARCHAR" if _NO_PARQUET.search(str(kind)) else name

    _project(result, kept).write_parquet(str(file))


def _project(
    result: duckdb.DuckDBPyRelation, expression: Callable[[str, DuckDBPyType], str]
) -> duckdb.DuckDBPyRelation:
    """Each column as an expression of its quoted name and its type. Repeated names get a number."""
    single = result.project("*")
    columns = {quoted_name(name): kind for name, kind in zip(single.columns, single.types, strict=True)}
    return single.project(", ".join(f"{expression(name, kind)} AS {name}" for name, kind in columns.items()))
