"""Read-only SQL on the published warehouse, for the command line."""

import os
import re
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import duckdb

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.answers.rendering import render, write_parquet
from papersieve.warehouse.files import clone
from papersieve.warehouse.outputs import written_aside
from papersieve.warehouse.published.link_for_reader import give_other_name, named, refuse_missing
from papersieve.warehouse.sql import ask, attach, quoted_name, quoted_text

#: Names of databases that DuckDB keeps for itself.
_TAKEN = {"main", "memory", "system", "temp"}


def open_warehouse(warehouse: Path, folders: Sequence[Path] = ()) -> duckdb.DuckDBPyConnection:
    """Open read-only, for SQL that reaches no other file than those below the folders; raises PapersieveError where
    there is no warehouse, or another file."""
    con = _open_locked(warehouse, folders)
    try:
        ask(con, "is_publication")
    except duckdb.Error as error:
        con.close()
        raise PapersieveError(
            f"{warehouse}: expected a published papersieve warehouse, found another DuckDB database. Name another --warehouse."
        ) from error
    return con


def _open_locked(warehouse: Path, folders: Sequence[Path]) -> duckdb.DuckDBPyConnection:
    refuse_missing(warehouse)
    config = {
        "temp_directory": str(Path(tempfile.gettempdir(), f"papersieve-{secrets.token_hex(8)}")),
        "autoload_known_extensions": "false",
    }
    with _under_another_name(warehouse) as file:
        con = duckdb.connect(config=config)
        try:
            con.execute(_lock(file, warehouse.stem, folders))
        except duckdb.Error as error:
            con.close()
            said = named(str(error)).splitlines()[0]
            raise PapersieveError(
                f"{warehouse}: DuckDB can't open it: {said.rstrip('.!')}. Where it is damaged, `papersieve rollback` puts an "
                "earlier version in its place."
            ) from error
    return con


@contextmanager
def _under_another_name(warehouse: Path) -> Iterator[Path]:
    """The file under a name that is gone when SQL comes: DuckDB lets SQL write to what is attached, by the name it has there.

    Without links a file that can't be written to keeps its name; another one is copied.
    """
    other = give_other_name(warehouse)
    if not other and any(os.access(path, os.W_OK) for path in (warehouse, warehouse.resolve().parent)):
        descriptor, name = tempfile.mkstemp(prefix="papersieve-", suffix=".duckdb")
        os.close(descriptor)
        other = Path(name)
        clone(warehouse, other)
    try:
        yield other or warehouse
    finally:
        if other:
            other.unlink(missing_ok=True)


def _lock(file: Path, stem: str, folders: Sequence[Path]) -> str:
    """SQL from which on SQL reaches no file but this one and those below the folders, and can't change that."""
    name = f"{stem}_" if stem.lower() in _TAKEN else stem
    allowed = ", ".join(quoted_text(str(folder.resolve())) for folder in folders)
    return (
        f"{attach(file, name, 'READ_ONLY')}; USE {quoted_name(name)}; SET allowed_directories = [{allowed}]; "
        "SET enable_external_access = false; SET lock_configuration = true"
    )


def run_query(warehouse: Path, sql: str, *, form: str, output: Path | None = None, folder: Path | None = None) -> str:
    """Results as text in the form table, csv or json; empty where they went to the output file (parquet needs one).

    folder: below it SQL may read and write files.
    """
    with written_aside(output) if output else nullcontext() as aside:
        folders = [each for each in (folder, aside and aside.parent) if each]
        with _open_locked(warehouse, folders) as con:
            try:
                results = _results(con, sql, form)
                if form == "parquet":
                    write_parquet(next(results), aside)
                    return ""
                text = "\n".join(render(result, form) for result in results)
            except duckdb.Error as error:
                raise PapersieveError(_tell(warehouse, error)) from error
        if aside:
            aside.write_text(text, encoding="utf-8")
    return "" if output else text


def _results(con: duckdb.DuckDBPyConnection, sql: str, form: str) -> Iterator[duckdb.DuckDBPyRelation]:
    """The result of each statement that has one, before the next statement is run."""
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
    remedy = "Tables and views: `papersieve query 'SHOW TABLES'`."
    if re.search("disabled (by|through) configuration|configuration has been locked", str(error)):
        remedy = (
            "A query reads the warehouse and no other file; --allow-files FOLDER lets it use the files of a folder."
        )
    return f"{warehouse}: DuckDB refuses the query: {named(str(error))}\n{remedy}"
