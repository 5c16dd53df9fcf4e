"""Contracts: what every table that crosses a stage looks like. The one source of column names, types and meaning.

A rule's code is the reason why a row that breaks it is quarantined (`papersieve.checks.quarantine`).
"""

from papersieve.checks.evidence_columns import BLOCK_KEYS, DOCUMENTS, PAIRS
from papersieve.checks.record_columns import IS_ID, RECORDS
from papersieve.checks.rules import DATE, TEXT, WHOLE, Column, Contract, Golden, Rule, above, at_least, one_of, table

FATES = ("record", "furniture", "blank", "rejected")

DUMPS = table(
    "dumps",
    "One row per dump: one file, or member of an archive, as received.",
    Column("dump_id", TEXT, "hash of its bytes, uncompressed", (IS_ID,), is_unique=True),
    Column("format", TEXT, "format that recognised it"),
    Column("listing", TEXT, "who publishes it; null where the page does not say", is_nullable=True),
    Column("listing_date", DATE, "day of the listing; null where its year is unknown", is_nullable=True),
    Column("listing_date_raw", TEXT, "the listing's date as shown, without a year", is_nullable=True),
    Column("size_bytes", WHOLE, "its bytes, uncompressed", (above(0),)),
    Column("lines", WHOLE, "its lines; rows of a Parquet or Arrow table", (above(0),)),
)


def _span_rules() -> tuple[Rule, ...]:
    import polars as pl

    return (Rule("span_reversed", pl.col("line_start") <= pl.col("line_end"), "a span ends where it starts, or after"),)


LINE_SPANS = table(
    "line_spans",
    "One row per run of lines of one fate; the spans of a dump cover it.",
    Column("dump_id", TEXT, "", (IS_ID,)),
    Column("line_start", WHOLE, "first line, counted from 1", (at_least(1),)),
    Column("line_end", WHOLE, "last line, inclusive", (at_least(1),)),
    Column("fate", TEXT, "what became of these lines", (one_of(*FATES),)),
    rules=_span_rules,
)

REJECTED_LINES = table(
    "rejected_lines",
    "One row per line that became part of no record and is no furniture.",
    Column("dump_id", TEXT, "", (IS_ID,)),
    Column("line", WHOLE, "line number, counted from 1", (at_least(1),)),
    Column("reason_code", TEXT, "why it became part of no record"),
    Column("text", TEXT, "the line, at most its first 1,000 characters"),
    Column("length", WHOLE, "characters of the whole line", (at_least(1),)),
)

NOTICES = table(
    "notices",
    "One row per thing worth knowing about a line that was read all the same.",
    Column("dump_id", TEXT, "", (IS_ID,)),
    Column("line", WHOLE, "line number, counted from 1", (at_least(1),)),
    Column("code", TEXT, "what kind of thing to know"),
    Column("message", TEXT, "what to know, in words"),
)

PAPER_LINEAGE = table(
    "paper_lineage",
    "One row per paper, column and record that gave its value (a union of links has several records).",
    Column("paper_id", TEXT, "the paper", (IS_ID,)),
    Column("column_name", TEXT, "column of papers"),
    Column("record_id", TEXT, "the record that gave the value", (IS_ID,)),
    Column("rule", TEXT, "the survivorship rule that chose it"),
)


def contract_of_papers(records: Contract) -> Contract:
    """The contract of papers whose records are these: its golden columns, each made of the column of that name."""
    return table(
        "papers",
        "One row per paper: the golden record of a cluster.",
        Column(
            "paper_id",
            TEXT,
            "id of the earliest-ingested document of the cluster",
            (IS_ID,),
            is_unique=True,
            made_of="documents.document_id",
        ),
        *(_golden(column, column.golden) for column in records.columns.values() if column.golden),
        _count("record_count", "records of this paper", "records.record_id"),
        _count("document_count", "distinct contents among them", "records.document_id"),
        _count("dump_count", "dumps it is listed in", "records.dump_id"),
    )


def _golden(said: Column, golden: Golden) -> Column:
    """What records say as papers have it: the value of one record keeps the rules of records."""
    return Column(
        said.name,
        said.kind,
        golden.meaning,
        said.rules,
        is_nullable=not golden.is_union,
        golden=golden,
        made_of=f"records.{said.name}",
    )


def _count(name: str, meaning: str, made_of: str) -> Column:
    return Column(name, WHOLE, meaning, (at_least(1),), made_of=made_of)


def contracts_of(records: Contract) -> dict[str, Contract]:
    """Every contract by the name of its table, where records are these."""
    every = (
        DUMPS,
        LINE_SPANS,
        REJECTED_LINES,
        NOTICES,
        records,
        DOCUMENTS,
        BLOCK_KEYS,
        PAIRS,
        contract_of_papers(records),
        PAPER_LINEAGE,
    )
    return {contract.table: contract for contract in every}


CONTRACTS = contracts_of(RECORDS)
