"""Read-only SQL on the published warehouse, for the command line."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import duckdb

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.answers.rendering import render, write_parquet
from papersieve.warehouse.duckdb_faults import is_damage, tell_fault
from papersieve.warehouse.outputs import written_aside
from papersieve.warehouse.published.reader import named, open_warehouse


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
        return f"{warehouse}: {named(tell_fault(error))}"
    remedy = "`papersieve tables` lists the tables and views, `papersieve tables NAME` the columns of one."
    if re.search("disabled (by|through) configuration|configuration has been locked", str(error)):
        remedy = (
            "A query reads the warehouse and no other file; --allow-files FOLDER lets it use the files of a folder."
        )
    elif "read-only mode" in str(error):
        remedy = "Queries only read. `papersieve run`, `withdraw` and `review` change what is published."
    return f"{warehouse}: DuckDB refuses the query: {named(str(error))}\n{remedy}"
