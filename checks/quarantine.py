"""Good rows and quarantined rows: a row that breaks a rule is kept separately with all reasons, and never dropped."""

from typing import TYPE_CHECKING

import polars as pl

from papersieve.checks.contracts import NOTICES
from papersieve.checks.rules import Contract

if TYPE_CHECKING:
    import pandera.polars as pa


class StructureError(ValueError):
    """The frame breaks its contract as a whole, for example by a missing column or a wrong type."""


def split(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (good rows, quarantined rows with a sorted list `reason_codes`), both in the frame's order.

    A reason code is the name of the broken rule, or `COLUMN_missing` for a null that is not allowed. Raises
    StructureError if the structure is broken, because the rows of such a frame can't be judged.
    """
    broken = contract.broken_columns(frame)
    if not broken:
        return frame, frame.clear().with_columns(reason_codes=pl.lit([], pl.List(pl.String)))
    failures = _failures(frame, contract.pandera(broken))  # takes 2 ms per column, however few the rows
    if (structure := failures.filter(pl.col("index").is_null())).height:
        first = structure.head(5).to_dicts()
        faults = "; ".join(f"{r['column'] or 'table'}: {r['check']} ({r['failure_case']})" for r in first)
        raise StructureError(f"{contract.description} Its structure is broken: {faults}")
    reasons = failures.group_by("index").agg(reason_codes=pl.col("reason_code").unique().sort())
    rows = frame.with_row_index("index").join(reasons, on="index", how="left", maintain_order="left")
    good = rows.filter(pl.col("reason_codes").is_null()).drop("index", "reason_codes")
    return good, rows.filter(pl.col("reason_codes").is_not_null()).drop("index")


def require(frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Return the frame if every row keeps the contract; else raise StructureError with the first rows that don't.

    For tables that we made ourselves, where a broken row is a fault of the software and can't be quarantined.
    """
    _, broken = split(frame, contract)
    if broken.height:
        first = "; ".join(str(row)[:200] for row in broken.head(3).to_dicts())
        rows = "1 row breaks" if broken.height == 1 else f"{broken.height:,} rows break"
        raise StructureError(f"{contract.description} {rows} it, first: {first}")
    return frame


def notices_of(records: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """One row per record and notice rule that it breaks. These records are kept."""
    broken = [(rule, records.filter(~rule.holds)) for rule in contract.every_rule() if rule.is_notice]
    told = [
        rows.select("dump_id", line="line_start", code=pl.lit(rule.code), message=pl.lit(f"expected: {rule.meaning}"))
        for rule, rows in broken
    ]
    return pl.concat([NOTICES.empty(), *told])


def _failures(frame: pl.DataFrame, kept: "pa.DataFrameSchema") -> pl.DataFrame:
    """One row per failure: index (of the row; null for the whole table), column, check, failure_case, reason_code."""
    texts = dict.fromkeys(("column", "check", "failure_case", "reason_code"), pl.String)
    schema = {"index": pl.UInt32, **texts}
    from pandera.errors import SchemaErrors  # slow to import, and nearly every frame keeps its contract

    try:
        kept.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases: pl.DataFrame = errors.failure_cases
        reason = (
            pl.when(pl.col("check") == "not_nullable")
            .then(pl.format("{}_missing", pl.col("column")))
            .otherwise(pl.col("check").str.replace(r"\(.*$", ""))
        )
        return cases.with_columns(reason_code=reason).select(pl.col(c).cast(t) for c, t in schema.items())
    return pl.DataFrame(schema=schema)
