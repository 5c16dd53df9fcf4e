"""The audit: SQL checks on a warehouse, run before readers see it."""

from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from papersieve.checks.thresholds import THRESHOLDS, remedy
from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.plurals import counted
from papersieve.warehouse.published.check_files import Check, checks

#: How many rows of a failed check are kept: enough for every warning about measures.
_SHOWN_ROWS = max(5, len(THRESHOLDS))

#: The most characters of a value in such a row.
_SHOWN_CHARS = 60


class AuditError(PapersieveError):
    """A check failed, so nothing was published; readers still see the previous version."""

    def __init__(self, message: str, results: list["CheckResult"]) -> None:
        super().__init__(message)
        self.results = results


@dataclass(frozen=True)
class CheckResult:
    """The result of a check: the number of rows that break it, and the first of them."""

    check: Check
    failed_rows: int
    first_rows: pl.DataFrame

    @property
    def is_passed(self) -> bool:
        """Whether no row breaks the check."""
        return self.failed_rows == 0

    @property
    def is_error(self) -> bool:
        """Whether rows break a check that keeps a version from being published."""
        return not self.is_passed and self.check.severity == "error"


def run_checks(con: duckdb.DuckDBPyConnection) -> list[CheckResult]:
    """Run every check on a connection to a published warehouse (or one that is being built)."""
    return [run_check(con, check) for check in checks()]


def run_check(con: duckdb.DuckDBPyConnection, check: Check) -> CheckResult:
    """Run one check, as `run_checks` does for all."""
    # Nearly always empty, which is known in two thirds of the time that a count takes.
    parts = con.sql(check.sql).to_arrow_reader(_SHOWN_ROWS)
    first = next(parts, None)
    if first is None:
        return CheckResult(check, 0, pl.DataFrame())
    return CheckResult(check, len(first) + sum(map(len, parts)), pl.DataFrame(first).head(_SHOWN_ROWS))


def tell_failed(result: CheckResult) -> list[str]:
    """What is wrong and what to do: one text per failed measure if the check is about measures, otherwise one text."""
    check = result.check
    if check.name.startswith("no_measure_"):
        return [
            f"{row['measure']} is {_measured(row)}: {THRESHOLDS[row['measure']].meaning}. {remedy(row['measure'])}"
            for row in result.first_rows.to_dicts()
        ]
    rows = result.first_rows.head(2).to_dicts()
    first = "; ".join(", ".join(f"{name}={_shown(value)}" for name, value in row.items()) for row in rows)
    found = f"{counted(result.failed_rows, 'row')}, first: {first}"
    return [f"{check.name}: {check.description} Broken by {found}. {remedy(check.name)}"]


def _measured(row: dict[str, Any]) -> str:
    """The value of a measure and its limit, with the two counts of a share if the row has them."""
    limit = THRESHOLDS[row["measure"]].warn_above
    if not row["measure"].endswith("_share"):
        return f"{row['value']:,.0f} (limit {limit:,.0f})"
    made_of = f"{row['part']:,.0f} of {counted(int(row['whole']), row['unit'])}, " if row["unit"] else ""
    return f"{100 * row['value']:.3g} % ({made_of}limit {100 * limit:.3g} %)"


def _shown(value: Any) -> str:
    """A value in one line: long texts and lists of ids are cut short."""
    if isinstance(value, list):
        return " ".join(str(each)[:8] for each in value[:4])
    text = str(value)
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS].rstrip()}…"
