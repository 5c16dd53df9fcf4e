"""Good rows and quarantined rows: a row that breaks a rule is kept separately with all reasons, and never dropped."""

import polars as pl

from papersieve.checks.contracts import NOTICES
from papersieve.checks.rules import Contract


class StructureError(ValueError):
    """The frame breaks its contract as a whole, by a column that is missing, unknown or of a wrong type."""


def split(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (good rows, quarantined rows with a sorted list `reason_codes`), both in the frame's order.

    A reason code is the name of the broken rule, `COLUMN_missing` for a null that is not allowed, or `COLUMN_repeated`.
    Raises StructureError if the structure is broken, because the rows of such a frame can't be judged.
    """
    _refuse_structure(frame, contract)
    # One query finds the rules that some row breaks, of which there are seldom any.
    are_kept = frame.select(verdict.all().alias(str(n)) for n, (_, verdict) in enumerate(contract.verdicts)).row(0)
    broken = [rule for rule, is_kept in zip(contract.verdicts, are_kept, strict=True) if not is_kept]
    if not broken:
        return frame, frame.clear().with_columns(reason_codes=pl.lit([], pl.List(pl.String)))
    reasons = pl.concat_list(pl.when(~verdict).then(pl.lit(code)) for code, verdict in broken)
    rows = frame.with_columns(reason_codes=reasons.list.drop_nulls().list.unique().list.sort())
    is_good = pl.col("reason_codes").list.len() == 0
    return rows.filter(is_good).drop("reason_codes"), rows.filter(~is_good)


def _refuse_structure(frame: pl.DataFrame, contract: Contract) -> None:
    expected, found = contract.schema, dict(frame.schema)
    if wrong := [name for name in (expected | found) if expected.get(name) != found.get(name)]:
        faults = (f"{n}: expected {expected.get(n, 'no such column')}, found {found.get(n, 'none')}" for n in wrong[:5])
        raise StructureError(f"{contract.description} Its structure is broken: {'; '.join(faults)}")


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
    told = [
        records.filter(~rule.holds).select(
            "dump_id", line="line_start", code=pl.lit(rule.code), message=pl.lit(f"expected: {rule.meaning}")
        )
        for rule in contract.every_rule()
        if rule.is_notice
    ]
    return pl.concat([NOTICES.empty(), *told])
