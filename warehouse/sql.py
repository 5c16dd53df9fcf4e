"""SQL: the named statements of the `.sql` files, how to run them on a connection, names and texts quoted for SQL."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    import polars as pl

#: Statements are in files beside the modules that use them, each below a line with its name.
_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def ask(con: duckdb.DuckDBPyConnection, statement: str, **given: object) -> "pl.DataFrame":
    """Rows of a statement that is one SELECT. given: frames, which the statement uses as tables of their names;
    parameters ($NAME).
    """
    with _lent(con, given) as parameters:
        rows: pl.DataFrame = con.sql(statement_sql(statement), params=parameters).pl()
    return rows


def ask_rows(con: duckdb.DuckDBPyConnection, statement: str, **parameters: object) -> list[dict[str, Any]]:
    """Rows of a statement as Python values by their names: for a few rows, because polars and pyarrow take 0.2 s to
    load.
    """
    found = con.execute(statement_sql(statement), parameters or None)
    names = [name for name, *_ in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def execute(con: duckdb.DuckDBPyConnection, statement: str, **given: object) -> None:
    """Run a named statement, which may be several; given: as for `ask`."""
    with _lent(con, given) as parameters:
        con.execute(statement_sql(statement), parameters)


def statement_sql(statement: str) -> str:
    """Text of a named statement. Raises ValueError if no file has one of that name."""
    try:
        return _statements()[statement]
    except KeyError:
        raise ValueError(
            f"{statement}: expected a statement that a .sql file names, as `-- name: {statement}`"
        ) from None


@cache
def _statements() -> dict[str, str]:
    """Every named statement of the package, read only once."""
    package = Path(__file__).parents[1]
    return read_statements(sorted((*package.glob("*/*.sql"), *package.glob("*/*/*.sql"))))


def read_statements(files: list[Path]) -> dict[str, str]:
    """Statements of the files by their names. Raises ValueError if two have the same name."""
    found: dict[str, str] = {}
    for file in files:
        _, *parts = _NAME.split(file.read_text(encoding="utf-8"))
        for name, text in zip(parts[::2], parts[1::2], strict=True):
            if name in found:
                raise ValueError(f"{file}: there are two statements of the name {name}. Rename one of them.")
            found[name] = text.strip()
    return found


def attach(file: Path, name: str, *options: str) -> str:
    """SQL that attaches a database file under a name."""
    told = f" ({', '.join(options)})" if options else ""
    return f"ATTACH {quoted_text(str(file))} AS {quoted_name(name)}{told}"


def quoted_name(name: str) -> str:
    """The name of a table, column or database, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """A text, quoted for SQL."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _lent(con: duckdb.DuckDBPyConnection, given: dict[str, Any]) -> Iterator[dict[str, object] | None]:
    """Lend the frames to the connection, and return the parameters; None if there are none."""
    lent = {name: _Lent(frame) for name, frame in given.items() if hasattr(frame, "__arrow_c_stream__")}
    for name, loan in lent.items():
        con.register(name, loan)
    try:
        yield {name: value for name, value in given.items() if name not in lent} or None
    finally:
        for name, loan in lent.items():
            with suppress(
                duckdb.TransactionException
            ):  # a failed statement drops the names itself, and has raised its error
                con.unregister(name)
            loan.take_back()


class _Lent:
    """A frame that a connection reads until it is taken back.

    DuckDB keeps a registered frame in memory until the transaction ends, even after unregister(): the papers of ten
    million documents, written in parts, were all held in memory. Read as a stream, its texts are not copied either.
    """

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)

    def take_back(self) -> None:
        """Release the rows."""
        self._frame = self._frame.clear()
