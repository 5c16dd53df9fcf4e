"""Papers, and the records that were removed as their duplicates, as references for other tools."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from papersieve.pipeline.extract.shared.links import find_urls
from papersieve.warehouse.answers.query import write_parquet
from papersieve.warehouse.answers.reference_formats import WRITERS
from papersieve.warehouse.outputs import written_aside
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.sql import statement_sql

#: What can be exported -> the statement that returns its rows.
WHAT = {"papers": "exported_papers", "removed": "exported_removed"}


def write_references(warehouse: Path, file: Path, form: str, what: str = "papers") -> int:
    """Write all references of a kind to a file, in a format of `WRITERS` or as parquet; returns their number.

    An existing file is replaced once the new one is complete.
    """
    with written_aside(file) as aside, open_warehouse(warehouse, [aside.parent]) as con:
        rows = con.sql(statement_sql(WHAT[what]))
        if form == "parquet":
            write_parquet(rows, aside)
        else:
            with aside.open("w", encoding="utf-8", newline="") as out:
                batches = map(pl.DataFrame, rows.to_arrow_reader(10_000))  # so many rows are in memory at a time
                out.writelines(pieces(form, rows.columns, batches))
        return int(rows.shape[0])


def pieces(form: str, columns: Sequence[str], batches: Iterable[pl.DataFrame]) -> Iterator[str]:
    """The text of the file, in pieces."""
    writer, between = WRITERS[form], ""
    yield writer.before(columns)
    for batch in batches:
        for row in batch.iter_rows(named=True):
            yield between + writer.reference(row | _as_reference(row))
            between = writer.between
    yield writer.after


def _as_reference(row: dict[str, Any]) -> dict[str, Any]:
    """Its links without those in its abstract, as the DOI of another paper would be taken for its own; the year, and
    the full date unless it is of another year, such as a preprint's: a reference has one date.
    """
    said, date, year = find_urls(row["abstract"] or ""), row["published_date"], row["year"]
    own = {"urls": [url for url in row["urls"] if url not in said]}
    is_its = date and year in (None, date.year)
    return own | {"year": year or (date.year if date else None), "published_date": date if is_its else None}
