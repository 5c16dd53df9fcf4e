"""The last asset: the published warehouse, checked before readers see it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from papersieve.assets.automation import DAILY, FOLLOWS
from papersieve.assets.metadata import (
    MAX_ROWS,
    carried,
    counts,
    first_rows,
    logged,
    of_file,
    preview,
    rows_table,
    said,
    shown_by,
)
from papersieve.assets.pictures import funnel, overlap, records_by_year
from papersieve.assets.resources import WAIT_SECONDS, Places, foreseen
from papersieve.assets.store_access import GROUP, OWNERS, POOL, version
from papersieve.checks.thresholds import REMEDIES
from papersieve.pipeline.settings import Settings, flat
from papersieve.warehouse.funnel import FUNNEL
from papersieve.warehouse.published.audit import AuditError, CheckResult, run_checks
from papersieve.warehouse.published.check_files import checks
from papersieve.warehouse.published.in_place import SCHEMA_VERSION
from papersieve.warehouse.published.publish import publish_if_new
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.run import export_as_set, open_then_tidy
from papersieve.warehouse.sql import ask
from papersieve.warehouse.store.update import refuse_gap

_PICTURES = ("funnel", "overlap", "publication dates")


def warehouse(papersieve: Places) -> dg.AssetsDefinition:
    """The asset of the published warehouse for these places."""

    @dg.asset(
        key=papersieve.key("warehouse"),
        deps=[papersieve.key("papers")],
        group_name=papersieve.key_prefix or GROUP,
        kinds={"duckdb"},
        owners=OWNERS,
        tags={"stage": "warehouse"},
        automation_condition=FOLLOWS,
        freshness_policy=DAILY,
        code_version=str(SCHEMA_VERSION),
        pool=papersieve.named(POOL),
        required_resource_keys={papersieve.named("settings")},
        check_specs=[
            dg.AssetCheckSpec(
                check.name,
                asset=papersieve.key("warehouse"),
                description=check.description,
                blocking=check.severity == "error",
                metadata={"severity": check.severity, "sql": dg.MetadataValue.md(f"```sql\n{check.sql}\n```")},
            )
            for check in checks()
        ],
        description="The database that analysts read. Each version is built in a separate file, checked, and then replaces the previous one in a single step: readers never wait or see half a run.",
    )
    def step(context: dg.AssetExecutionContext) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
        """Publish the store, unless the published warehouse is already up to date."""
        place, chosen = Path(papersieve.warehouse), papersieve.settings_of_run(context)
        with papersieve.hold_store() as held, open_then_tidy(held, chosen, WAIT_SECONDS) as store:
            refuse_gap(store, chosen)
            try:
                done = publish_if_new(store, place, chosen, logged(context.log))
            except AuditError as error:
                # Results that are yielded before the failure are recorded, so the page shows which check failed.
                yield from map(_result, error.results)
                failed = {r.check.name: rows_table(r.first_rows) for r in error.results if r.is_error}
                raise dg.Failure(str(error), metadata=failed, allow_retries=False) from None
            if not place.exists():
                raise dg.Failure(f"{held.place}: no dump was ever ingested. Put one into {papersieve.dump_folder}.")
            yield from map(_result, done.checks if done.is_new else _checked(place))
            for message in done.messages(place):
                context.log.warning(message)
            measured = dict(store.query("measure").iter_rows())
            stations, reviews = counts(measured, *FUNNEL), counts(measured, "reviews")
            told = version(store, chosen, "papers")
            state = "published" if done.is_new else "held" if done.is_held else "nothing to publish"
            context.log.info(said(state, stations | reviews))
        drawn = {} if done.is_new else carried(context, _PICTURES)
        yield dg.MaterializeResult(
            metadata={"was_pending": done.is_new, "is_held": done.is_held}
            | stations
            | reviews
            | {"size_bytes": place.stat().st_size}
            | (drawn or {"funnel": funnel(stations)} | _pictures(place))
            | _contents(place)
            | {"shown by": shown_by("warehouse", papersieve.warehouse), "settings": in_words(chosen)}
            | of_file(papersieve.warehouse),
            data_version=told,
        )
        with foreseen(papersieve.renamed):  # after the result: the warehouse is published even if the export fails
            export_as_set(place, chosen)

    return step


def _checked(place: Path) -> list[CheckResult]:
    """The results of the checks on the version in place."""
    with open_warehouse(place) as con:
        return run_checks(con)


def _pictures(place: Path) -> dict[str, Any]:
    with open_warehouse(place) as con:
        shared = ask(con, "overlap_of_largest")
        years = ask(con, "records_by_year")
    return {"overlap": overlap(shared), "publication dates": records_by_year(years)}


def in_words(settings: Settings) -> str:
    """The settings that differ from the defaults, in words."""
    usual = flat(Settings().model_dump(mode="json"))
    own = {name: value for name, value in flat(settings.model_dump(mode="json")).items() if value != usual[name]}
    return ", ".join(f"{name} {value}" for name, value in own.items()) or "the defaults"


def _result(result: CheckResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=result.is_passed,
        check_name=result.check.name,
        severity=dg.AssetCheckSeverity[result.check.severity.upper()],
        description=None if result.is_passed else REMEDIES.get(result.check.name),
        metadata={"failed_rows": result.failed_rows} | first_rows(result.first_rows),
    )


def _contents(place: Path) -> dict[str, Any]:
    """The contents of the published file: its tables with their rows, and what a person should look at."""
    with open_warehouse(place) as con:
        names = sorted(ask(con, "list_tables")["table_name"])
        said = dict(ask(con, "catalogue_tables").iter_rows())
        rows = {name: con.table(name).shape[0] for name in names}
        holds = [re.split(r"[:.](?: |$)", said[name] or "")[0] for name in names]
        sizes = pl.DataFrame({"table": names, "rows": [f"{rows[name]:,}" for name in names], "holds": holds})
        review = con.table("review_pairs").select("left_title", "right_title", "score", "similarity", "rule")
        return {"tables": preview(sizes, rows=sizes.height), "to review": preview(review.limit(MAX_ROWS).pl())}
