"""Exported references, read back by our readers and by other libraries, and compared with the published papers."""

import logging
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bibtexparser
import polars as pl
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors
from pylatexenc.latex2text import LatexNodes2Text

from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.records import normalise_records
from papersieve.warehouse.answers.references import WHAT, write_references
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.sql import ask

FORMS = ("ris", "bibtex", "csl-json", "csv")

#: The columns that references in every format carry. The order of subjects and links is ignored.
TEXTS = ("title", "abstract", "venue", "volume", "issue", "pages", "doi", "arxiv_id", "pmid")
CARRIED = (*TEXTS, "authors", "arxiv_version", "published_date", "year", "categories", "urls")


def differences(warehouse: Path, folder: Path, form: str, what: str = "papers") -> list[tuple[str, Any, Any]]:
    """(column, published, read back) for each value that differs after an export; only the counts, if they differ."""
    with open_warehouse(warehouse) as con:
        published = ask(con, WHAT[what])
    file = folder / f"{what}.{form}"
    written = write_references(warehouse, file, form, what)
    read = reread(file)
    if not written == published.height == read.height:
        return [("count", published.height, read.height)]
    day = pl.col("published_date").dt.year().cast(pl.Int64)
    date = pl.when(day == pl.coalesce("year", day)).then("published_date")
    return differing(published.with_columns(year=pl.coalesce("year", day), published_date=date), read)


def differing(published: pl.DataFrame, read: pl.DataFrame) -> list[tuple[str, Any, Any]]:
    """The differences between two frames with corresponding rows."""
    expected, found = _said(published), _said(read)
    return [
        (column, one, other)
        for column in CARRIED
        for one, other in zip(expected[column], found[column], strict=True)
        if one != other
    ]


def reread(file: Path) -> pl.DataFrame:
    """The records of a file as a run would store them."""
    return normalise_records(extract_dump(read_dump(file)).records)


#: The fields that are read by other libraries.
_ASKED = ("title", "abstract", "volume", "doi", "names")


def told_otherwise(warehouse: Path, read: pl.DataFrame) -> Counter[str]:
    """The number of values, by column, that another library reads differently. Of authors, only the number is compared.

    Null values of a paper are not compared: its reference may have an invalid text of the source instead, such as a DOI
    of another kind.
    """
    with open_warehouse(warehouse) as con:
        papers = con.sql(
            "SELECT title, abstract, volume, doi, coalesce(len(authors), 0)::VARCHAR AS names FROM papers ORDER BY paper_id"
        ).pl()
    assert read.height == papers.height
    return Counter(
        name
        for name in papers.columns
        for one, other in zip(papers[name], read[name], strict=True)
        if one is not None and one != other
    )


def read_by_bibtexparser(file: Path) -> pl.DataFrame:
    """The fields as bibtexparser and its LaTeX decoder read them. DOIs are not decoded, because they are not LaTeX."""
    logging.disable(logging.CRITICAL)
    plain = bibtexparser.parse_file(str(file))
    library = bibtexparser.parse_file(str(file), append_middleware=[SeparateCoAuthors(), LatexDecodingMiddleware()])
    logging.disable(logging.NOTSET)
    assert not library.failed_blocks
    entries = [{name: field.value for name, field in entry.fields_dict.items()} for entry in library.entries]
    dois = [entry.fields_dict["doi"].value if "doi" in entry.fields_dict else None for entry in plain.entries]
    return _frame(e | {"names": len(e.get("author", ())), "doi": doi} for e, doi in zip(entries, dois, strict=True))


def read_by_pybtex(file: Path) -> pl.DataFrame:
    """The fields as pybtex parses and pylatexenc decodes them."""
    from pybtex.database import parse_file

    text = LatexNodes2Text(keep_comments=True).latex_to_text
    entries = parse_file(str(file), "bibtex").entries.values()
    return _frame(
        {name: text(value) for name, value in e.fields.items() if name in _ASKED}
        | {"names": len(e.persons.get("author", ())), "doi": e.fields.get("doi")}
        for e in entries
    )


def read_by_rispy(file: Path) -> pl.DataFrame:
    """The fields as rispy reads them."""
    import rispy

    entries = rispy.loads(file.read_text(encoding="utf-8"))
    return _frame(entry | {"names": len(entry.get("authors", ()))} for entry in entries)


def _frame(entries: Iterable[dict[str, Any]]) -> pl.DataFrame:
    rows = [{name: entry.get(name) for name in _ASKED} | {"names": str(entry["names"])} for entry in entries]
    return pl.DataFrame(rows, schema=dict.fromkeys(_ASKED, pl.String))


def _said(records: pl.DataFrame) -> dict[str, list[Any]]:
    """Comparable values by column. Subjects and links are sets, in which null equals an empty list."""
    as_sets = {name: [set(values or ()) for values in records[name].to_list()] for name in ("categories", "urls")}
    return {name: records[name].to_list() for name in CARRIED} | as_sets
