"""Documents and records made in a test from rows of a table: title, abstract, authors, date, …"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from papersieve.checks.rules import Column, Contract
from papersieve.pipeline.documents import CONTENT, contents
from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.entry_columns import entries_frame
from papersieve.pipeline.extract.shared.table_columns import entry_of, mapping
from papersieve.pipeline.ids import content_id
from papersieve.pipeline.matching.evidence import gather_evidence
from papersieve.pipeline.reading_settings import Reading
from papersieve.pipeline.records import normalise_records, split_records
from papersieve.pipeline.settings import Settings

#: Columns of the tables that records are made from.
COLUMNS = (
    "title",
    "abstract",
    "authors",
    "date",
    "venue",
    "volume",
    "issue",
    "pages",
    "doi",
    "arxiv_id",
    "pmid",
    "urls",
)

Row = Mapping[str, str]


def entries_of(rows: Iterable[Row], first_line: int = 1, dump: int = 1) -> pl.DataFrame:
    """Records as extracted, one per row, even if the row is empty. The line of a record is the place of its row."""
    mapped, _ = mapping(list(COLUMNS), Reading())
    read = [_read({name: row.get(name, "") for name in COLUMNS}, mapped) for row in rows]
    lines = pl.Series(range(first_line, first_line + len(read)), dtype=pl.Int64)
    ids = pl.Series([content_id(str(line)) for line in lines], dtype=pl.String)
    return entries_frame(read).with_columns(
        record_id=ids, line_start=lines, line_end=lines, dump_id=pl.lit(content_id(f"dump {dump}"))
    )


def _read(row: dict[str, str], mapped: dict[str, str]) -> Entry:
    if entry := entry_of(row, mapped):
        return entry
    untitled = entry_of(row | {"title": "any"}, mapped)  # a row without title and abstract is not an entry
    assert untitled
    return replace(untitled, title=None)


def records_of(*dumps: Iterable[Row]) -> pl.DataFrame:
    """The good records of tables, one dump per table, as `derive` takes them. Lines count from 1 through all dumps."""
    parts, first = [], 1
    for number, rows in enumerate(dumps, start=1):
        told = entries_of(rows, first, number)
        first += told.height
        parts.append(split_records(told)[0].with_columns(dump_no=pl.lit(number, pl.Int64)))
    return pl.concat(parts)


def documents_of(rows: Iterable[Row]) -> pl.DataFrame:
    """One document per row, numbered from 0, even if the row breaks the contract of records."""
    told = entries_of(rows)
    if told.is_empty():
        return pl.DataFrame(schema={"document_no": pl.Int64, "document_id": pl.String, **CONTENT})
    records = normalise_records(told)
    numbered = contents(records).with_columns(
        records["document_id"], pl.int_range(records.height, dtype=pl.Int64, eager=True).alias("document_no")
    )
    return numbered.select("document_no", "document_id", *CONTENT)


def all_pairs(count: int) -> pl.DataFrame:
    pairs = list(itertools.combinations(range(count), 2))
    return pl.DataFrame(pairs, schema={"left_no": pl.Int64, "right_no": pl.Int64}, orient="row")


def evidence_of(one: Row, other: Row) -> dict[str, float | None]:
    """The evidence about two documents."""
    pair = pl.DataFrame({"left_no": [0], "right_no": [1]})
    return gather_evidence(pair, documents_of([one, other]), Settings()).drop("left_no", "right_no").row(0, named=True)


def with_column(contract: Contract, column: Column) -> Contract:
    """The contract with an additional column."""
    return replace(contract, columns={**contract.columns, column.name: column})
