"""The last asset: the warehouse, audited before readers see it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from assets.automation import DAILY, FOLLOWS
from assets.metadata import MAX_ROWS, counts, first_rows, of_file, preview, rows_table
from assets.progress import logged
from assets.resources import Papersieve, RunSettings
from assets.stages import GROUP, OWNERS, POOL, version
from pipeline.settings import Settings
from warehouse.audit import AuditError, CheckResult, checks, run_checks
from warehouse.progress import Progress
from warehouse.publish import SCHEMA_VERSION, is_published, publish
from warehouse.query import open_warehouse
from warehouse.refresh import refuse_gap
from warehouse.run import FUNNEL
from warehouse.store import Store, statement_sql

_SEVERITIES = {"error": dg.AssetCheckSeverity.ERROR, "warn": dg.AssetCheckSeverity.WARN}


@dg.asset(
    deps=["papers"],
    group_name=GROUP,
    kinds={"duckdb"},
    owners=OWNERS,
    tags={"stage": "warehouse"},
    automation_condition=FOLLOWS,
    freshness_policy=DAILY,
    code_version=str(SCHEMA_VERSION),
    pool=POOL,
    check_specs=[
        dg.AssetCheckSpec(
            check.name,
            asset="warehouse",
            description=check.description,
            blocking=check.severity == "error",
            metadata={"severity": check.severity, "sql": dg.MetadataValue.md(f"```sql\n{check.sql}\n```")},
        )
        for check in checks()
    ],
    description="The database that analysts read. It is built aside, audited by its checks and then put in place, so that no reader waits or sees half a run.",
)
def warehouse(
    context: dg.AssetExecutionContext, papersieve: Papersieve, settings: RunSettings
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
    """Publish the store, unless what is published is what publishing would make."""
    place, chosen = Path(papersieve.warehouse), settings.over(papersieve.settings_file)
    with papersieve.open_store() as store:
        refuse_gap(store, chosen)
        try:
            was_pending, results = _publish_where_needed(store, place, chosen, logged(context.log))
        except AuditError as error:
            # Results that are given before the failure are recorded: the page shows which check it was.
            yield from map(_result, error.results)
            raise dg.Failure(str(error), metadata=_failed_checks(error.results), allow_retries=False) from error
        yield from map(_result, results)
        yield dg.MaterializeResult(
            metadata=of_file(papersieve.warehouse)
            | {"was_pending": was_pending}
            | counts(dict(store.query("measure").iter_rows()), *FUNNEL, "reviews")
            | _contents(place),
            data_version=version(store, chosen, "papers"),
        )


def _publish_where_needed(
    store: Store, place: Path, settings: Settings, progress: Progress
) -> tuple[bool, list[CheckResult]]:
    """Whether it had to publish, and what the checks found, either way. Raises AuditError."""
    if not is_published(store, place, settings):
        return True, publish(store, place, settings, progress)
    with open_warehouse(place) as con:
        return False, run_checks(con)


def _result(result: CheckResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=result.is_passed,
        check_name=result.check.name,
        severity=_SEVERITIES[result.check.severity],
        metadata={"failed_rows": result.failed_rows} | first_rows(result.first_rows),
    )


def _failed_checks(results: list[CheckResult]) -> dict[str, Any]:
    return {r.check.name: rows_table(r.first_rows) for r in results if not r.is_passed and r.check.severity == "error"}


def _contents(place: Path) -> dict[str, Any]:
    """What a reader finds in the published file: its tables with their rows, and what a person should look at."""
    with open_warehouse(place) as con:
        names = sorted(name for (name,) in con.execute(statement_sql("list_tables")).fetchall())
        sizes = pl.DataFrame({"table": names, "rows": [con.table(name).shape[0] for name in names]})
        review = con.table("review_pairs").select("left_title", "right_title", "similarity", "containment", "rule")
        return {
            "size_bytes": place.stat().st_size,
            "tables": preview(sizes, rows=sizes.height),
            "to review": preview(review.limit(MAX_ROWS).pl()),
        }
