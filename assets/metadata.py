"""What Dagster's pages and logs show about a table: its columns, first rows and numbers, and the progress of work."""

import logging
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from papersieve.assets.resources import Places
from papersieve.checks.rules import Column, Contract
from papersieve.pipeline.progress import Progress, seldom
from papersieve.warehouse.published.dictionary import meanings

#: The most characters of a value, and the most rows of a table, on a page. Abstracts have thousands of characters.
MAX_CHARS, MAX_ROWS = 120, 10

#: The most characters of a message: more, because its end says what to do.
_MESSAGE_CHARS = 1000

#: Columns of published tables that are not in their contracts, each with its type.
_MADE_WHEN_PUBLISHED = {
    "dumps": {
        "name": "varchar",
        "locations": "varchar[]",
        "dump_no": "bigint",
        "ingested_at": "timestamp",
        "records": "bigint",
        "quarantined": "bigint",
        "held_back": "varchar",
        "source": "varchar",
        "query": "varchar",
        "searched_on": "date",
        "phase": "varchar",
    },
    "records": {"paper_id": "varchar", "document_uuid": "uuid"},
    "pairs": {"left_record_id": "varchar", "right_record_id": "varchar", "settings_fingerprint": "varchar"},
    "papers": {"paper_uuid": "uuid"},
}

#: The sources of some of these columns.
_MADE_OF = {
    "left_record_id": "records.record_id",
    "right_record_id": "records.record_id",
    "paper_uuid": "documents.document_id",
}

#: Columns that only the store has: document numbers, which are published as record ids.
_IN_STORE_ONLY = {"pairs": {"left_no", "right_no"}}


def _published(contract: Contract) -> list[Column]:
    """Columns as a reader of the warehouse sees them."""
    table, told = contract.table, meanings()
    made = [
        Column(name, kind, told.get((table, name)) or told[name], is_nullable=True, made_of=_MADE_OF.get(name, ""))
        for name, kind in _MADE_WHEN_PUBLISHED.get(table, {}).items()
    ]
    return [c for name, c in contract.columns.items() if name not in _IN_STORE_ONLY.get(table, ())] + made


def column_schema(contract: Contract) -> dg.TableSchema:
    """Columns as a reader of the warehouse sees them, and the rules over several columns."""
    rules = dg.TableConstraints(other=[rule.meaning for rule in contract.checked()])
    return dg.TableSchema([_column(column) for column in _published(contract)], constraints=rules)


def _column(column: Column) -> dg.TableColumn:
    rules = [rule.meaning for rule in column.checked()]
    constraints = dg.TableColumnConstraints(nullable=column.is_nullable, unique=column.is_unique, other=rules)
    return dg.TableColumn(column.name, column.kind.lower(), _described(column), constraints=constraints)


def _described(column: Column) -> str:
    """The meaning and the sources of a column. The free version of Dagster keeps column lineage but doesn't show it."""
    columns: dict[str, list[str]] = {}
    for table, source in column.sources:
        columns.setdefault(table, []).append(source)
    told = "; ".join(f"{table}: {', '.join(names)}" for table, names in columns.items())
    return f"{column.meaning} (from {told})" if told else column.meaning


def column_lineage(contract: Contract, places: Places) -> dg.TableColumnLineage:
    """The sources of each column that is made from others."""
    sources = {column.name: column.sources for column in _published(contract) if column.sources}
    return dg.TableColumnLineage(
        {name: [dg.TableColumnDep(places.key(asset), column) for asset, column in of] for name, of in sources.items()}
    )


def of_file(path: str) -> dict[str, Any]:
    """The entry that links a page to the database file."""
    return {"dagster/uri": dg.MetadataValue.url(Path(path).as_uri())}


def counts(measures: dict[str, float], *names: str) -> dict[str, Any]:
    """Measures as numbers, which Dagster draws over time: counts as int, shares as float with three digits."""
    return {name: _rounded(measures[name]) if name.endswith("_share") else int(measures[name]) for name in names}


def rounded(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers of a check: whole ones as int, others with three digits. Texts are unchanged."""
    return {
        name: n if not isinstance(n, float) else int(n) if n.is_integer() else _rounded(n)
        for name, n in numbers.items()
    }


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def preview(frame: pl.DataFrame, rows: int = MAX_ROWS, chars: int = MAX_CHARS) -> dg.MarkdownMetadataValue:
    """The first rows as a Markdown table, with long values cut; "none" if there are no rows."""
    if frame.is_empty():
        return dg.MetadataValue.md("none")
    lines = [frame.columns, ["---"] * frame.width, *(map(_cell, row) for row in _shown(frame, rows, chars).iter_rows())]
    more = f"\n\n{frame.height - rows:,} more" if frame.height > rows else ""
    return dg.MetadataValue.md("\n".join(f"| {' | '.join(line)} |" for line in lines) + more)


def _cell(value: str) -> str:
    for character, escape in {"\\": "\\\\", "|": "\\|", "<": "&lt;", "$": "\\$", "\n": " "}.items():
        value = value.replace(character, escape)
    return value


def carried(context: dg.AssetExecutionContext, names: Iterable[str]) -> dict[str, Any]:
    """Entries of the last materialisation, for a run that found nothing to do and would draw the same again."""
    event = context.instance.get_latest_materialization_event(context.asset_key)
    last = event.asset_materialization.metadata if event and event.asset_materialization else {}
    return {name: last[name] for name in names if name in last}


def shown_by(asset: str, warehouse: str) -> dg.MarkdownMetadataValue:
    """The query `warehouse/queries/ASSET.sql` that shows an asset's table to an analyst, and how to run it."""
    sql = files("papersieve.warehouse").joinpath("queries", f"{asset}.sql").read_text(encoding="utf-8")
    return dg.MetadataValue.md(f"```sql\n{sql}```\n`papersieve query - --warehouse {warehouse}` runs it.")


def first_rows(frame: pl.DataFrame) -> dict[str, Any]:
    """The entry that shows the first rows that break a check; empty if there are none."""
    return {} if frame.is_empty() else {"first rows": rows_table(frame)}


def rows_table(frame: pl.DataFrame) -> dg.TableMetadataValue:
    """The first rows as a table, with long values cut."""
    schema = dg.TableSchema([dg.TableColumn(name, str(dtype)) for name, dtype in frame.schema.items()])
    rows = [dg.TableRecord(row) for row in _shown(frame, MAX_ROWS, MAX_CHARS).to_dicts()]
    return dg.MetadataValue.table(rows, schema)


def _shown(frame: pl.DataFrame, rows: int, chars: int) -> pl.DataFrame:
    """The first rows as text."""
    head = frame.head(rows)
    most = {name: _MESSAGE_CHARS if name == "message" else chars for name in head.columns}
    texts = {name: [_text(value, most[name]) for value in head[name].to_list()] for name in head.columns}
    return pl.DataFrame(texts, schema=dict.fromkeys(head.columns, pl.String))


def _text(value: object, chars: int) -> str:
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    text = f"{value:.3g}" if isinstance(value, float) else "" if value is None else str(value)
    return text if len(text) <= chars else text[: chars - 1] + "…"


def logged(log: logging.Logger, every_seconds: float = 10.0) -> Progress:
    """Log the progress of a stage, at most once every `every_seconds`."""
    return seldom(lambda stage, far: log.info("%s: %s", stage, far), every_seconds)


def said(what: str, counts: Mapping[str, float]) -> str:
    """One line about a step: `papers: papers 352, duplicate share 0.061`."""
    words = {name.replace("_", " "): f"{n:,}" if isinstance(n, int) else f"{n:.3g}" for name, n in counts.items()}
    return f"{what}: {', '.join(f'{name} {n}' for name, n in words.items())}"
