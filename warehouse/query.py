"""Read-only SQL on the published warehouse, for the command line."""

from pathlib import Path

import duckdb

from pipeline.errors import PapersieveError
from warehouse.harmless import harmless_json, harmless_lines

#: Rows that a table in a terminal shows; the other formats give all.
_TABLE_ROWS = 100


def open_warehouse(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """Open read-only; raises PapersieveError where there is none."""
    if not warehouse.exists():
        raise PapersieveError(
            f"{warehouse}: no warehouse is published there. Make one with `papersieve run DUMP…`, or name it with --warehouse."
        )
    try:
        return duckdb.connect(warehouse, read_only=True)
    except duckdb.Error as error:
        raise PapersieveError(f"{warehouse}: DuckDB can't open it: {str(error).splitlines()[0]}") from error


def run_query(warehouse: Path, sql: str, *, form: str, output: Path | None) -> str:
    """Result as text in the form table, csv or json; empty where it went to the output file (or is parquet)."""
    with open_warehouse(warehouse) as con:
        try:
            result = con.sql(sql)
            if result is None:
                raise PapersieveError(f"expected one SELECT, found a statement without a result: {sql[:80]!r}")
            if form == "table":
                text = harmless_lines(repr(result.limit(_TABLE_ROWS))) + _more(result.shape[0])
            elif form == "parquet":
                result.pl().write_parquet(str(output))
                return ""
            else:
                frame = result.pl()
                text = harmless_json(frame.write_json()) if form == "json" else _flat(result).write_csv()
        except duckdb.Error as error:
            raise PapersieveError(
                f"{warehouse}: DuckDB refuses the query: {error}\nTables and views: `papersieve query 'SHOW TABLES'`."
            ) from error
    if output:
        output.write_text(text, encoding="utf-8")
        return ""
    return text


def _more(rows: int) -> str:
    return f"\n{rows - _TABLE_ROWS:,} more row(s); add LIMIT, or use --format csv" if rows > _TABLE_ROWS else ""


def _flat(result: duckdb.DuckDBPyRelation):
    """CSV has no lists: they become their JSON text."""
    frame = result.pl()
    nested = [
        c for c, t in zip(result.columns, result.types, strict=True) if t.id in ("list", "struct", "map", "array")
    ]
    if not nested:
        return frame
    columns = ", ".join(f'to_json("{c}")::VARCHAR AS "{c}"' if c in nested else f'"{c}"' for c in result.columns)
    return result.project(columns).pl()
