"""Contracts of every table that passes between stages: the only place that defines column names, types and meanings.

A row that breaks a rule is quarantined with the rule's code as its reason (`papersieve.checks.quarantine`).
"""

from dataclasses import replace

from papersieve.checks.evidence_columns import BLOCK_KEYS, DOCUMENTS, PAIRS
from papersieve.checks.record_columns import IS_ID, RECORDS
from papersieve.checks.rules import DATE, TEXT, WHOLE, Column, Contract, Golden, Rule, at_least, one_of, table

DUMPS = table(
    "dumps",
    "One row per dump: a file, or a member of an archive, as received.",
    Column("dump_id", TEXT, "id of the dump: hash of its uncompressed bytes", (IS_ID,), is_unique=True),
    Column("format", TEXT, "format of the dump"),
    Column("listing", TEXT, "who publishes the listing; null if the dump does not say", is_nullable=True),
    Column("listing_date", DATE, "day of the listing; null if its year is unknown", is_nullable=True),
    Column("listing_date_raw", TEXT, "the listing's date as shown, if it has no year", is_nullable=True),
    Column("size_bytes", WHOLE, "uncompressed size in bytes", (at_least(1),)),
    Column("lines", WHOLE, "number of lines; for a Parquet or Arrow table, of rows", (at_least(1),)),
)


def _span_rules() -> tuple[Rule, ...]:
    import polars as pl

    return (Rule("span_reversed", pl.col("line_start") <= pl.col("line_end"), "a span does not end before it starts"),)


LINE_SPANS = table(
    "line_spans",
    "One row per run of consecutive lines with the same fate; the spans of a dump cover all its lines.",
    Column("dump_id", TEXT, "", (IS_ID,)),
    Column("line_start", WHOLE, "first line, counted from 1", (at_least(1),)),
    Column("line_end", WHOLE, "last line, inclusive", (at_least(1),)),
    Column(
        "fate",
        TEXT,
        "fate of these lines: record, furniture, blank or rejected",
        (one_of("record", "furniture", "blank", "rejected"),),
    ),
    rules=_span_rules,
)

REJECTED_LINES = table(
    "rejected_lines",
    "One row per line that is neither part of a record nor furniture.",
    Column("dump_id", TEXT, "", (IS_ID,)),
    Column("line", WHOLE, "line number, counted from 1", (at_least(1),)),
    Column("reason_code", TEXT, "why the line is not part of a record"),
    Column("text", TEXT, "the first 1,000 characters of the line"),
    Column("length", WHOLE, "number of characters in the whole line", (at_least(1),)),
)

NOTICES = table(
    "notices",
    "One row per notice about a line that was read nevertheless.",
    Column("dump_id", TEXT, "", (IS_ID,)),
    Column("line", WHOLE, "line number, counted from 1", (at_least(1),)),
    Column("code", TEXT, "kind of notice"),
    Column("message", TEXT, "the notice in words"),
)

PAPER_LINEAGE = table(
    "paper_lineage",
    "One row per paper, column and record that gave the value (a union of links comes from several records).",
    Column("paper_id", TEXT, "the paper", (IS_ID,)),
    Column("column_name", TEXT, "column of the table papers"),
    Column("record_id", TEXT, "the record that gave the value", (IS_ID,)),
    Column("rule", TEXT, "the survivorship rule that chose it"),
)


def contract_of_papers(records: Contract) -> Contract:
    """The contract of papers made from these records. Each golden column comes from the column of the same name."""
    return table(
        "papers",
        "One row per paper: the golden record of a cluster.",
        Column(
            "paper_id",
            TEXT,
            "id of the paper: that of its earliest-ingested document",
            (IS_ID,),
            is_unique=True,
            made_of="documents.document_id",
        ),
        *(_golden(column, column.golden) for column in records.columns.values() if column.golden),
        _count("record_count", "records of this paper", "records.record_id"),
        _count("document_count", "distinct documents among these records", "records.document_id"),
        _count("dump_count", "dumps that list this paper", "records.dump_id"),
    )


def _golden(said: Column, golden: Golden) -> Column:
    """A column of records, as papers have it. If the value comes from one record, the rules of records apply."""
    made_of = f"records.{said.name}"
    return replace(said, meaning=golden.meaning, is_nullable=not golden.is_union, made_of=made_of)


def _count(name: str, meaning: str, made_of: str) -> Column:
    return Column(name, WHOLE, meaning, (at_least(1),), made_of=made_of)


def contracts_of(records: Contract) -> dict[str, Contract]:
    """table name -> contract, for all tables, with this contract of records."""
    before = (DUMPS, LINE_SPANS, REJECTED_LINES, NOTICES, records, DOCUMENTS, BLOCK_KEYS, PAIRS)
    every = (*before, contract_of_papers(records), PAPER_LINEAGE)
    return {contract.table: contract for contract in every}


CONTRACTS = contracts_of(RECORDS)
