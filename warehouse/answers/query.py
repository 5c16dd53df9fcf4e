"""Read-only SQL on the published warehouse, for the command line."""

import io
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from duckdb.sqltypes import DuckDBPyType

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.duckdb_faults import is_damage, named, tell_fault
from papersieve.warehouse.harmless import harmless_json, harmless_lines
from papersieve.warehouse.outputs import written_aside
from papersieve.warehouse.plurals import counted
from papersieve.warehouse.published.reader import open_warehouse
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


def run_query(warehouse: Path, sql: str, *, form: str, output: Path | None = None, folder: Path | None = None) -> str:
    """Results as text in the form table, csv or json; empty if they were written to the output file, which parquet
    requires.

    folder: SQL may read and write files below it.
    """
    with written_aside(output) if output else nullcontext() as aside:
        folders = [each for each in (folder, aside and aside.parent) if each]
        with open_warehouse(warehouse, folders) as con:
            try:
                results = _results(con, sql, form)
                if form == "parquet" and aside:
                    write_parquet(next(results), aside)
                    return ""
                text = "\n".join(render(result, form) for result in results)
            except duckdb.Error as error:
                raise PapersieveError(_tell(warehouse, error)) from error
        if aside:
            aside.write_text(text, encoding="utf-8")
    return "" if output else text


def _results(con: duckdb.DuckDBPyConnection, sql: str, form: str) -> Iterator[duckdb.DuckDBPyRelation]:
    """The result of each statement that has one, yielded before the next statement runs."""
    statements = con.extract_statements(sql)
    if not statements:
        raise PapersieveError("expected SQL, such as FROM papers; found no statement")
    shown = [_has_rows(statement) for statement in statements]
    if form != "table" and sum(shown) != 1:
        raise PapersieveError(
            f"--format {form}: expected one statement with a result, found {sum(shown)}. Run each alone, or use --format table."
        )
    for statement, is_shown in zip(statements, shown, strict=True):
        result = con.sql(statement)
        if result is not None and is_shown:
            yield result


def _has_rows(statement: duckdb.Statement) -> bool:
    kinds = {kind.name for kind in statement.expected_result_type}
    return "QUERY_RESULT" in kinds and ("CHANGED_ROWS" not in kinds or statement.type.name == "MULTI")


def _tell(warehouse: Path, error: Exception) -> str:
    if is_damage(error):
        return f"{warehouse}: {tell_fault(error)}"
    remedy = "`papersieve tables` lists the tables and views, `papersieve tables NAME` the columns of one."
    if re.search("disabled (by|through) configuration|configuration has been locked", str(error)):
        remedy = (
            "A query reads the warehouse and no other file; --allow-files FOLDER lets it use the files of a folder."
        )
    elif "read-only mode" in str(error):
        remedy = "Queries only read. `papersieve run`, `withdraw` and `review` change what is published."
    return f"{warehouse}: DuckDB refuses the query: {named(str(error))}\n{remedy}"


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
    texts = (_NO_JSON.sub(lambda found: found[1] or "null", text) for (text,) in rows.fetchall())
    return harmless_json("[" + ",\n".join(texts) + "]\n")


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
