"""The data dictionary: every published table and view with its columns, written from the catalogue itself."""

from pathlib import Path

import duckdb
import polars as pl

from checks.schemas import CONTRACTS
from warehouse.store import statement_sql

_HEAD = """# Data dictionary

What a published warehouse holds. Written from the catalogue by `python -m warehouse.dictionary WAREHOUSE`; a test
holds it against one. Tables and columns named here stay, in name and meaning, for as long as `schema_version`
(in `publication`) does not change; new ones may come at any time.

Times are UTC. A share lies in [0, 1]. A null means unknown or absent, never zero.
"""


def dictionary(warehouse: Path) -> str:
    """Markdown with a section a table or view, in alphabetical order."""
    with duckdb.connect(warehouse, read_only=True) as con:
        tables = con.sql(statement_sql("catalogue_tables")).pl()
        columns = con.sql(statement_sql("catalogue_columns")).pl()
    meanings = _meanings()
    sections = [_HEAD]
    for table in tables.to_dicts():
        rows = columns.filter(pl.col("table_name") == table["table_name"])
        sections.append(f"## {table['table_name']}\n\n{table['comment']}\n\n| column | type | meaning |\n|---|---|---|")
        sections[-1] += "".join(
            f"\n| {c['column_name']} | {c['data_type'].lower()} | {meanings.get((table['table_name'], c['column_name'])) or meanings.get(c['column_name'], '')} |"
            for c in rows.to_dicts()
        )
    return "\n\n".join(sections) + "\n"


def _meanings() -> dict[tuple[str, str] | str, str]:
    """What columns mean: by table and name where a contract says it, else by the name alone."""
    by_table: dict[tuple[str, str] | str, str] = dict(_OTHER_COLUMNS)
    for table, contract in CONTRACTS.items():
        for name, column in contract.columns.items():
            if column.description:
                by_table[table, name] = column.description
                by_table.setdefault(name, column.description)
    return by_table


#: Columns that no contract has: made when publishing, or by views.
_OTHER_COLUMNS: dict[str, str] = {
    "age": "versions before the published one",
    "alias_id": "an id that was once a paper's",
    "changed_at": "when",
    "check_name": "the check, a file of warehouse/checks",
    "checked_at": "when it was checked",
    "description": "what holds where the check passes",
    "documents": "documents in the bucket",
    "dump": "name of the dump",
    "dump_no": "order of ingestion",
    "event": "created, split, merged, withdrawn or revived",
    "failed_rows": "rows that break the check",
    "fingerprint": "fingerprint of the settings",
    "ingested_at": "when it was first taken in",
    "is_one_paper": "whether the two are records of one paper",
    "is_passed": "whether no row breaks the check",
    "judgement": "match, review or non_match (of a measure: ok, warn or error)",
    "kind": "rejected line, quarantined record or unreadable dump",
    "left_dump": "name of the left one's dump",
    "left_dump_id": "the left dump",
    "left_line": "first line of the left record",
    "left_record_id": "the record with the smaller id",
    "left_title": "title of the left record",
    "line": "line number, counted from 1",
    "line_end": "last line, inclusive",
    "line_start": "first line, counted from 1",
    "lines": "number of lines",
    "listed_at": "places it is listed at, as dump:line",
    "listed_title": "title as this record has it",
    "location": "where the file was",
    "locations": "where the same bytes were found",
    "match_key": "the strongest rule that proposed the pair; document: both records carry one document",
    "measure": "name of the measure",
    "measured_at": "when it was measured",
    "message": "what to know, or what is wrong and the remedy",
    "name": "file name of the dump",
    "other_paper_id": "split: the paper that it was a part of; merged: the paper that it is a part of now",
    "paper_title": "title of the paper",
    "published_at": "when this file was published",
    "quarantined": "its entries that break their contract",
    "reason_code": "why",
    "reason_codes": "every rule that it breaks",
    "records": "its entries, quarantined ones included",
    "revision": "number of the change to the papers; rises by one with each",
    "revision_id": "unlike that of any other revision of any store",
    "right_dump": "name of the right one's dump",
    "right_dump_id": "the right dump",
    "right_line": "first line of the right record",
    "right_record_id": "the record with the greater id",
    "right_title": "title of the right record",
    "rule": "the rule that decided",
    "schema_version": "changes where a table or column named here does",
    "scope": "all of the warehouse, changed (only what changed since the version it was made from), or store (checked before publishing)",
    "seen_at": "when it was first seen so",
    "settings": "all settings, as JSON",
    "settings_fingerprint": "fingerprint of the settings it was judged with",
    "severity": "error keeps a version from being published, warn does not",
    "shared_papers": "papers that both dumps list",
    "shared_share": "the same as a share of the smaller dump's papers",
    "store_version": "version of the store: entries of its ledger of dumps",
    "value": "value of the measure",
    "value_before": "its value in the version before; null in the first",
    "version": "version of the store",
    "what": "text of the line, title of the record, or what is wrong with the dump",
}


if __name__ == "__main__":
    import sys

    print(dictionary(Path(sys.argv[1])), end="")  # noqa: T201
