"""The data dictionary: the meaning of each published column, as comments in the catalogue and as a page."""

from pathlib import Path
from typing import Any

import duckdb

from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.rules import Contract
from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.suggestions import did_you_mean
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.sql import ask_rows, quoted_name, quoted_text

Row = dict[str, Any]

_HEAD = """# Data dictionary

The tables, views and columns of a published warehouse, from the comments in its catalogue. `python -m
papersieve.warehouse.published.dictionary WAREHOUSE` writes this page; a test compares it with a warehouse. What stays
stable, and for how long: [the promise](schema.md). Example queries: [the cookbook](cookbook.md).

Times are UTC. Shares lie in [0, 1]. Null means unknown or absent, never zero.
"""


def dictionary(warehouse: Path) -> str:
    """Markdown with a section a table or view, in alphabetical order."""
    tables, columns = catalogue(warehouse)
    sections = [_HEAD]
    for table in tables:
        rows = [c for c in columns if c["table_name"] == table["table_name"]]
        sections.append(f"## {table['table_name']}\n\n{table['comment']}\n\n| column | type | meaning |\n|---|---|---|")
        sections[-1] += "".join(
            f"\n| {c['column_name']} | {c['data_type'].lower()} | {c['comment'] or ''} |" for c in rows
        )
    return "\n\n".join(sections) + "\n"


def catalogue(warehouse: Path) -> tuple[list[Row], list[Row]]:
    """Published tables and views (table_name, comment), and
    their columns (table_name, column_name, data_type, comment).
    """
    with open_warehouse(warehouse) as con:
        return ask_rows(con, "catalogue_tables"), ask_rows(con, "catalogue_columns")


def columns_of(warehouse: Path, table: str) -> list[Row]:
    """Columns of one table or view; raises PapersieveError where there is none of the name."""
    tables, columns = catalogue(warehouse)
    if not (found := [column for column in columns if column["table_name"] == table.lower()]):
        near = did_you_mean(table, [known["table_name"] for known in tables])
        raise PapersieveError(f"{table}: no table or view of this name.{near} `papersieve tables` lists all.")
    return found


def describe(con: duckdb.DuckDBPyConnection, contracts: dict[str, Contract] = CONTRACTS) -> None:
    """Comment on every column of an open warehouse that is being built. Tables and views have their own comments."""
    known = meanings(contracts)
    columns = ((row["table_name"], row["column_name"]) for row in ask_rows(con, "catalogue_columns"))
    texts = [(table, column, known.get((table, column)) or known.get(column)) for table, column in columns]
    con.execute(
        ";".join(
            f"COMMENT ON COLUMN {quoted_name(table)}.{quoted_name(column)} IS {quoted_text(text)}"
            for table, column, text in texts
            if text
        )
    )


def meanings(contracts: dict[str, Contract] = CONTRACTS) -> dict[tuple[str, str] | str, str]:
    """What columns mean: by table and name if a contract says it, else by the name alone."""
    by_table: dict[tuple[str, str] | str, str] = dict(_OTHER_COLUMNS)
    for stored, contract in contracts.items():
        for name, column in contract.columns.items():
            if column.meaning:
                says_null = not column.is_nullable or "null" in column.meaning
                meaning = column.meaning + ("" if says_null else "; null if unknown")
                by_table.setdefault(name, meaning)
                for table in _PUBLISHED_AS.get(stored, (stored,)):
                    by_table[table, name] = _OTHER_COLUMNS.get(name, meaning) if table != stored else meaning
    return by_table


#: Published tables and views whose columns are those of a contract under another name.
_PUBLISHED_AS = {"pairs": ("duplicate_pairs", "duplicate_evidence", "review_pairs")}


#: Columns that no contract has: they are added by publishing or by views.
_OTHER_COLUMNS: dict[tuple[str, str] | str, str] = {
    "alias_id": "a retired paper_id",
    "changed_at": "when it happened",
    "changed_columns": "for the event changed: the columns of the paper whose value is now different; else null",
    "check_name": "name of the check: a file in checks/invariants",
    "checked_at": "when the check ran",
    "decided_at": "when a person decided",
    "decided_by": "who decided",
    "decision": "must_link (one paper) or cannot_link (two)",
    "description": "the condition that the check tests",
    (
        "lookup_keys",
        "key",
    ): "one of the smallest hashes of the abstract's shingles, or a hash of the abstract's opening or of the title",
    ("source_counts", "dumps"): "number of dumps",
    ("source_counts", "papers"): "papers that the source lists",
    ("source_counts", "source"): "label of the dumps, else the listing that they name, else the name of the dump",
    ("source_counts", "duplicates"): "records of a paper that an earlier dump or line already lists",
    "document": "the first 12 hexadecimal digits of a document_id, as a number",
    "document_uuid": "document_id as a UUID, for faster searches and joins",
    "documents": "documents in the bucket",
    "doubt": "probability, by the model, that the two are one paper; 1 if they match but their papers do not agree",
    "dump": "name of the dump",
    "dump_no": "order of ingestion",
    "event": "created, split, merged, withdrawn, revived or changed",
    "first_dump": "name of the dump that listed it first",
    "first_dump_id": "dump_id of first_dump",
    "first_here": "papers that no earlier dump or line lists",
    "first_ingested_at": "when the first dump that lists it was ingested",
    "first_listing_date": "earliest date of a listing that lists it; null if none of them states a full date",
    "first_record_id": "its record that was ingested first",
    "failed_rows": "number of rows that break the check",
    "fingerprint": "fingerprint of the settings",
    (
        "publication",
        "fingerprint",
    ): "fingerprint of the settings and the definitions of tables, views and checks; in measures it covers the settings "
    "alone",
    "held_back": "why the dump is held back, and the remedy; null if it is not",
    "ingested_at": "when it was first ingested",
    "is_one_paper": "whether the two are records of one paper",
    "is_passed": "whether no row breaks the check",
    "judgement": "match, review or non_match (for a measure: ok or warn)",
    "kind": "rejected line, quarantined record or unreadable dump",
    "leads_to": "the paper that the id leads to now: itself if it is not retired; null if none of its records is left",
    "left_document_id": "the document with the smaller id",
    "left_dump": "name of the left record's dump",
    "left_dump_id": "dump of the left record",
    "left_line": "first line of the left record",
    "left_record_id": "the record with the smaller id",
    "left_source": "the source whose name comes first",
    "left_title": "title of the left record; null if it has none",
    "line": "line number, counted from 1",
    ("not_read", "line_end"): "last line, inclusive; null for an unreadable dump",
    ("not_read", "line_start"): "first line, counted from 1; null for an unreadable dump",
    ("quarantined_records", "title_raw"): "title as listed; null if the entry has none",
    ("quarantined_records", "abstract_raw"): "abstract as listed; null if the entry has none",
    ("paper_aliases", "paper_id"): "the current paper that the id leads to; null if none of its records is left",
    ("paper_history", "paper_id"): "the paper_id concerned; it may be retired",
    "line_end": "last line, inclusive",
    "line_start": "first line, counted from 1",
    "lines": "number of lines",
    "listed_at": "where it is listed, as dump:line",
    "listed_title": "title in this record; null if it has none",
    "location": "path or address of the file",
    "locations": "paths or addresses where these bytes were found",
    "match_key": "the strongest rule that proposed the pair; document: both records carry the same document",
    "measure": "name of the measure",
    "measured_at": "when it was measured",
    "message": "the notice in words, or the problem and its remedy",
    "name": "file name of the dump",
    "only_here": "papers that no other source lists",
    "other_paper_id": "split: the paper that it was part of; merged: the paper that it is part of now; null for "
    "other events",
    "paper_uuid": "paper_id as a UUID, for faster searches and joins",
    "paper_title": "title of the paper; null if no record has one",
    "phase": "phase of the review in which it was exported, from its label; null without a label",
    "phases": "phases of the review, from the labels; null without labels",
    "published_at": "when this file was published",
    "quarantined": "number of quarantined entries; all entries if the dump is held back",
    "query": "the search that produced it, from its label; null without a label",
    "reason_code": "code of the reason",
    "reason_codes": "every rule that it breaks; dump_held_back if it breaks none but its dump is held back",
    "records": "number of entries, including quarantined ones",
    "revision": "number of the revision; each change to the papers raises it by one",
    "revision_id": "unique id of the revision, across all stores",
    "right_document_id": "the document with the greater id",
    "right_dump": "name of the right record's dump",
    "right_dump_id": "dump of the right record",
    "right_line": "first line of the right record",
    "right_record_id": "the record with the greater id",
    "right_source": "the other source",
    "right_title": "title of the right record; null if it has none",
    "rule": "the rule that decided",
    "schema_version": "version of the published schema; it rises when a table or column changes",
    "scope": "all of the warehouse, changed (only what changed since the version it was made from), or store "
    "(checked before publishing)",
    "searched_on": "day of the search, from its label; null without a label",
    "seen_at": "when it was first found to be unreadable",
    "settings": "all settings, as JSON",
    "settings_fingerprint": "fingerprint of the settings that it was judged with",
    "severity": "error stops publishing, warn does not",
    "shared_papers": "papers that both list",
    "shared_share": "shared papers as a share of the papers of the smaller one",
    "source": "the database that it was exported from, from its label; null without a label",
    "store_version": "version of the store: number of entries in its ledger",
    "value": "value of the measure; null if there is nothing to measure",
    "value_before": "value in the previous version; null if it has none",
    "version": "version of the store",
    "what": "text of the line, title of the record, or what is wrong with the dump; null if the record has "
    "neither title nor abstract",
}


if __name__ == "__main__":
    import sys

    print(dictionary(Path(sys.argv[1])), end="")  # noqa: T201
