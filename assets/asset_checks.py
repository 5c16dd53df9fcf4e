"""Checks of the stored tables. All of them block: where one fails with an error, nothing is published."""

import math

import dagster as dg
import polars as pl
from pandera.polars import DataFrameSchema

from assets.metadata import first_rows
from assets.resources import Papersieve
from assets.stages import POOL
from checks.schemas import CONTRACTS
from checks.split import StructureError, split
from checks.thresholds import THRESHOLDS, judge_measures
from warehouse.store import Store

#: Which asset each stored table belongs to. `block_keys` is left out: it holds dozens of rows a document, and
#: every row was held against its contract when it was made.
ASSET_OF_TABLE = {
    "dumps": "dumps",
    "line_spans": "dumps",
    "rejected_lines": "dumps",
    "notices": "dumps",
    "records": "records",
    "documents": "documents",
    "pairs": "duplicate_pairs",
    "papers": "papers",
    "paper_lineage": "papers",
}

#: The asset after which each measure is known.
ASSET_OF_MEASURE = {
    "unreadable_dumps": "dumps",
    "rejected_line_share": "dumps",
    "quarantined_share": "records",
    "hot_buckets": "duplicate_pairs",
    "duplicate_share": "papers",
    "largest_paper_records": "papers",
}


def contract_check(table: str, asset: str) -> dg.AssetChecksDefinition:
    """Make the check that every row of a stored table keeps the table's contract."""
    contract = CONTRACTS[table]

    @dg.asset_check(
        asset=asset,
        name=f"{table}_contract",
        description=f"Every row of the table {table} keeps its contract. {contract.description}",
        blocking=True,
        pool=POOL,
    )
    def check(papersieve: Papersieve) -> dg.AssetCheckResult:
        with papersieve.open_store() as store:
            return contract_verdict(read_table(store, table, contract), contract)

    return check


def measure_check(measure: str, asset: str) -> dg.AssetChecksDefinition:
    """Make the check that a measure is below its thresholds; between the two it warns."""

    @dg.asset_check(
        asset=asset,
        name=measure,
        description=f"How many, or which share: {THRESHOLDS[measure].meaning}.",
        blocking=True,
        pool=POOL,
    )
    def check(papersieve: Papersieve) -> dg.AssetCheckResult:
        with papersieve.open_store() as store:
            return measure_verdict(store.query("measure"), measure)

    return check


def read_table(store: Store, table: str, contract: DataFrameSchema) -> pl.DataFrame:
    """The contract's columns of a stored table, without what the store notes beside them (numbers, times)."""
    stored = store.connection.table(table)
    return stored.select(*(column for column in stored.columns if column in contract.columns)).pl()


def contract_verdict(frame: pl.DataFrame, contract: DataFrameSchema) -> dg.AssetCheckResult:
    """Hold a table against its contract; the first rows that break it are shown with their reasons."""
    try:
        good, broken = split(frame, contract)
    except StructureError as fault:
        return dg.AssetCheckResult(passed=False, description=str(fault), metadata={"rows": frame.height})
    shown = first_rows(broken.select("reason_codes", *good.columns))
    metadata = {"rows": frame.height, "failed_rows": broken.height} | shown
    return dg.AssetCheckResult(passed=broken.is_empty(), metadata=metadata)


def measure_verdict(measures: pl.DataFrame, measure: str) -> dg.AssetCheckResult:
    """Judge one of the measures (measure, value); the others say whether there is enough to judge by."""
    judged = judge_measures(measures).row(by_predicate=pl.col("measure") == measure, named=True)
    threshold = THRESHOLDS[measure]
    limits = {"warn_above": threshold.warn_above, "error_above": threshold.error_above}
    return dg.AssetCheckResult(
        passed=judged["judgement"] == "ok",
        severity=dg.AssetCheckSeverity.WARN if judged["judgement"] == "warn" else dg.AssetCheckSeverity.ERROR,
        # Infinity is no JSON: a measure that never is an error has no such limit.
        metadata={"value": judged["value"]} | {name: limit for name, limit in limits.items() if math.isfinite(limit)},
    )


CHECKS = [
    *(contract_check(table, asset) for table, asset in ASSET_OF_TABLE.items()),
    *(measure_check(measure, asset) for measure, asset in ASSET_OF_MEASURE.items()),
]
