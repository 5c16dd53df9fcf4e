"""SQL: find the named statements of the `.sql` files, run them on a connection, and quote names and texts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    import polars as pl

#: The line with the name of a statement, above it. The files are next to the modules that use them.
_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def ask(con: duckdb.DuckDBPyConnection, statement: str, **given: object) -> "pl.DataFrame":
    """The rows of a statement that is one SELECT. given: frames, which it reads as tables; parameters ($NAME)."""
    with _lent(con, given) as parameters:
        rows: pl.DataFrame = con.sql(statement_sql(statement), params=parameters).pl()
    return rows


def ask_rows(con: duckdb.DuckDBPyConnection, statement: str, **parameters: object) -> list[dict[str, Any]]:
    """The rows of a statement as dictionaries. Use it for a few rows: it saves 0.2 s to load polars and pyarrow."""
    found = con.execute(statement_sql(statement), parameters or None)
    names = [name for name, *_ in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def execute(con: duckdb.DuckDBPyConnection, statement: str, **given: object) -> None:
    """Run a named statement, which may consist of several. given: as for `ask`."""
    with _lent(con, given) as parameters:
        con.execute(statement_sql(statement), parameters)


def statement_sql(statement: str) -> str:
    """The text of a named statement. Raises ValueError if no file has that name."""
    try:
        return _statements()[statement]
    except KeyError:
        raise ValueError(
            f"{statement}: expected a statement that a .sql file names, as `-- name: {statement}`"
        ) from None


@cache
def _statements() -> dict[str, str]:
    """All named statements of the package, read only once."""
    package = Path(__file__).parents[1]
    return read_statements(sorted((*package.glob("*/*.sql"), *package.glob("*/*/*.sql"))))


def read_statements(files: list[Path]) -> dict[str, str]:
    """The statements of the files by name. Raises ValueError if two have the same name."""
    found: dict[str, str] = {}
    for file in files:
        _, *parts = _NAME.split(file.read_text(encoding="utf-8"))
        for name, text in zip(parts[::2], parts[1::2], strict=True):
            if name in found:
                raise ValueError(f"{file}: there are two statements of the name {name}. Rename one of them.")
            found[name] = text.strip()
    return found


def attach(file: Path, name: str, *options: str) -> str:
    """The SQL that attaches a database file under a name.

    By its absolute path: DuckDB would take `:memory:` and `s3:x` for something else than a file.
    """
    told = f" ({', '.join(options)})" if options else ""
    return f"ATTACH {quoted_text(str(file.absolute()))} AS {quoted_name(name)}{told}"


def connect_attached(file: Path, name: str, config: dict[str, Any], *options: str) -> duckdb.DuckDBPyConnection:
    """A connection on which the file, attached under a name, is the default database."""
    con = duckdb.connect(config=config)
    try:
        con.execute(f"{attach(file, name, *options)}; USE {name}")
    except duckdb.Error:
        con.close()
        raise
    return con


def quoted_name(name: str) -> str:
    """A name of a table, column or database, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _lent(con: duckdb.DuckDBPyConnection, given: dict[str, Any]) -> Iterator[dict[str, object] | None]:
    """Lend the frames to the connection; yield the parameters, or None if there are none."""
    lent = {name: _Lent(frame) for name, frame in given.items() if hasattr(frame, "__arrow_c_stream__")}
    for name, loan in lent.items():
        con.register(name, loan)
    try:
        yield {name: value for name, value in given.items() if name not in lent} or None
    finally:
        for name, loan in lent.items():
            # A failed statement has dropped the names itself and raised its own error.
            with suppress(duckdb.TransactionException):
                con.unregister(name)
            loan.frame = loan.frame.clear()


class _Lent:
    """A frame that a connection can read until its rows are released.

    DuckDB keeps a registered frame in memory until the transaction ends, even after unregister(): the papers of ten
    million documents, although written in parts, were all in memory. Reading a stream also avoids a copy of the texts.
    """

    def __init__(self, frame: Any) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)
