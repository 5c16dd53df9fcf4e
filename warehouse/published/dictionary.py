"""The data dictionary: what each published column means, put into the catalogue, and the catalogue as a page."""

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

What a published warehouse holds, from the comments in its catalogue. `python -m papersieve.warehouse.published.dictionary
WAREHOUSE` writes it; a test holds it against one. What stays as it is, and for how long: [the promise](schema.md).
Questions with their queries: [the cookbook](cookbook.md).

Times are UTC. A share lies in [0, 1]. A null means unknown or absent, never zero.
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
    """What columns mean: by table and name where a contract says it, else by the name alone."""
    by_table: dict[tuple[str, str] | str, str] = dict(_OTHER_COLUMNS)
    for stored, contract in contracts.items():
        for name, column in contract.columns.items():
            if column.meaning:
                says_null = not column.is_nullable or "null" in column.meaning
                meaning = column.meaning + ("" if says_null else "; null where it is not known")
                by_table.setdefault(name, meaning)
                for table in _PUBLISHED_AS.get(stored, (stored,)):
                    by_table[table, name] = _OTHER_COLUMNS.get(name, meaning) if table != stored else meaning
    return by_table


#: Published tables and views whose columns are those of a contract under another name.
_PUBLISHED_AS = {"pairs": ("duplicate_pairs", "duplicate_evidence", "review_pairs")}


#: Columns that no contract has: made when publishing, or by views.
_OTHER_COLUMNS: dict[tuple[str, str] | str, str] = {
    "alias_id": "an id that was once a paper's",
    "changed_at": "when",
    "changed_columns": "changed: columns of the paper whose value is another one now; else null",
    "check_name": "the check, a file of checks/invariants",
    "checked_at": "when it was checked",
    "decided_at": "when a person decided",
    "decided_by": "who decided",
    "decision": "must_link (one paper) or cannot_link (two)",
    "description": "what holds where the check passes",
    (
        "lookup_keys",
        "key",
    ): "one of the smallest hashes of the abstract's shingles, or a hash of its opening, or of the title",
    ("source_counts", "dumps"): "its dumps",
    ("source_counts", "papers"): "papers that it lists",
    ("source_counts", "source"): "label of the dumps, else the listing that their pages name, else the dump's name",
    ("source_counts", "duplicates"): "its records that are the same paper as one of an earlier dump or line",
    "document": "the first 12 hexadecimal digits of a document_id, as a number",
    "document_uuid": "document_id as a UUID: quicker to search for and to join on",
    "documents": "documents in the bucket",
    "doubt": "how probable it is, by the model, that the two are one paper; 1 where they match and their papers "
    "don't agree",
    "dump": "name of the dump",
    "dump_no": "order of ingestion",
    "event": "created, split, merged, withdrawn, revived or changed",
    "first_dump": "name of the dump that it first came from",
    "first_dump_id": "that dump",
    "first_here": "papers of which no earlier dump or line has a record",
    "first_ingested_at": "when the first dump that has it was taken in",
    "first_listing_date": "earliest date of a listing that has it; null where none of them states its day",
    "first_record_id": "the record of it that was ingested first",
    "failed_rows": "rows that break the check",
    "fingerprint": "fingerprint of the settings",
    (
        "publication",
        "fingerprint",
    ): "fingerprint of the settings together with the definitions of tables, views and checks; measures has that of the "
    "settings alone",
    "held_back": "why nothing of it is in the papers, and what can be done; null where it is in them",
    "ingested_at": "when it was first taken in",
    "is_one_paper": "whether the two are records of one paper",
    "is_passed": "whether no row breaks the check",
    "judgement": "match, review or non_match (of a measure: ok or warn)",
    "kind": "rejected line, quarantined record or unreadable dump",
    "leads_to": "the paper that the id leads to now: itself where it is alive; null where nothing of it is left",
    "left_document_id": "the document with the smaller id",
    "left_dump": "name of the left one's dump",
    "left_dump_id": "the left dump",
    "left_line": "first line of the left record",
    "left_record_id": "the record with the smaller id",
    "left_source": "the source whose name comes first",
    "left_title": "title of the left record; null where it has none",
    "line": "line number, counted from 1",
    ("not_read", "line_end"): "last line, inclusive; null for an unreadable dump",
    ("not_read", "line_start"): "first line, counted from 1; null for an unreadable dump",
    ("quarantined_records", "title_raw"): "title as listed; null where the entry has none",
    ("quarantined_records", "abstract_raw"): "abstract as listed; null where the entry has none",
    ("paper_aliases", "paper_id"): "the living paper that it leads to; null where no record of it is left",
    ("paper_history", "paper_id"): "the id that this happened to; it may be retired",
    "line_end": "last line, inclusive",
    "line_start": "first line, counted from 1",
    "lines": "number of lines",
    "listed_at": "places it is listed at, as dump:line",
    "listed_title": "title as this record has it; null where it has none",
    "location": "where the file was",
    "locations": "where the same bytes were found",
    "match_key": "the strongest rule that proposed the pair; document: both records carry one document",
    "measure": "name of the measure",
    "measured_at": "when it was measured",
    "message": "what to know, or what is wrong and the remedy",
    "name": "file name of the dump",
    "only_here": "papers that no other source lists",
    "other_paper_id": "split: the paper that it was a part of; merged: the paper that it is a part of now; null for the "
    "other events",
    "paper_uuid": "paper_id as a UUID: quicker to search for and to join on",
    "paper_title": "title of the paper; null where no record has one",
    "phase": "phase of the work that it was exported in, as its label says; null without a label",
    "phases": "phases of the work, as the labels say; null without labels",
    "published_at": "when this file was published",
    "quarantined": "its entries that break their contract; all of them where it is held back",
    "query": "the search that it answers, as its label says; null without a label",
    "reason_code": "why",
    "reason_codes": "every rule that it breaks; dump_held_back where it breaks none and its dump is held back",
    "records": "its entries, quarantined ones included",
    "revision": "number of the change to the papers; rises by one with each",
    "revision_id": "unlike that of any other revision of any store",
    "right_document_id": "the document with the greater id",
    "right_dump": "name of the right one's dump",
    "right_dump_id": "the right dump",
    "right_line": "first line of the right record",
    "right_record_id": "the record with the greater id",
    "right_source": "the other source",
    "right_title": "title of the right record; null where it has none",
    "rule": "the rule that decided",
    "schema_version": "changes where a table or column named here does",
    "scope": "all of the warehouse, changed (only what changed since the version it was made from), or store "
    "(checked before publishing)",
    "searched_on": "day of the search, as its label says; null without a label",
    "seen_at": "when it was first seen so",
    "settings": "all settings, as JSON",
    "settings_fingerprint": "fingerprint of the settings it was judged with",
    "severity": "error keeps a version from being published, warn does not",
    "shared_papers": "papers that both list",
    "shared_share": "the same as a share of the papers of the smaller one",
    "source": "the database that it was exported from, as its label says; null without a label",
    "store_version": "version of the store: entries of its ledger of dumps",
    "value": "value of the measure; null where there is nothing to measure",
    "value_before": "its value in the version before; null where that has none",
    "version": "version of the store",
    "what": "text of the line, title of the record, or what is wrong with the dump; null where the record has "
    "neither title nor abstract",
}


if __name__ == "__main__":
    import sys

    print(dictionary(Path(sys.argv[1])), end="")  # noqa: T201
