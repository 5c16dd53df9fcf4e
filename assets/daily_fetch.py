"""Fetching every day: the asset that fetches from the sources in the settings, and the daily run of everything."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from papersieve.assets.metadata import counts
from papersieve.assets.resources import Places, foreseen
from papersieve.assets.run_log import said
from papersieve.assets.store_access import GROUP, OWNERS
from papersieve.pipeline.extras import needs

NAME, CHECK = "fetched_dumps", "every_source_answered"

#: The numbers that the asset's page adds up over all sources.
_COUNTS = ("days", "dumps", "records", "requests")


def fetched_dumps(places: Places) -> dg.AssetsDefinition:
    """The asset that fetches into the dump folder of these places."""
    said_of_check = "Every source returned all finished days that were still missing."

    @dg.asset(
        key=places.key(NAME),
        group_name=places.key_prefix or GROUP,
        owners=OWNERS,
        kinds={"python"},
        tags={"stage": "dumps"},
        code_version="1",
        description="Listings from the sources that the settings name under [fetch] (arXiv, Hugging Face, OpenAlex): one file for each day and source in the dump folder. A day that was fetched is not requested again.",
        check_specs=[dg.AssetCheckSpec(CHECK, asset=places.key(NAME), description=said_of_check)],
    )
    def step(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        yield from fetch_into(context, places)

    return step


def fetch_into(
    context: dg.AssetExecutionContext, places: Places
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Fetch what is missing. A source that does not answer is a warning and does not stop the run."""
    with foreseen(places.renamed):
        settings = places.base_settings()
        found = []
        if settings.fetch.sources:
            with needs("fetch", "Fetching"):
                from papersieve.warehouse.sources.fetch_days import fetch
            found = fetch((), Path(places.dump_folder), settings, tell=context.log.debug)
    total = {name: sum(getattr(one, name) for one in found) for name in _COUNTS}
    context.log.info(said("fetched", {"sources": len(found), **total}))
    yield dg.MaterializeResult(places.key(NAME), metadata=counts(total, *_COUNTS))
    faults = [one.fault for one in found if one.fault]
    yield dg.AssetCheckResult(
        asset_key=places.key(NAME),
        check_name=CHECK,
        passed=not faults,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join(faults) or None,
    )


def daily_fetch(places: Places, job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """The schedule of the fetch. Without sources in the settings, it runs nothing and says why. The days of a source
    are days in UTC.
    """
    return dg.ScheduleDefinition(
        name=places.named("daily_fetch"),
        job=job,
        cron_schedule=places.fetch_schedule,
        execution_timezone=places.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        execution_fn=lambda _: wanted(places),
        description="Fetches finished days that are missing, and publishes them.",
    )


def wanted(places: Places) -> dg.RunRequest | dg.SkipReason:
    """A request for one run, if there is a source to fetch from."""
    if places.base_settings().fetch.sources:
        return dg.RunRequest()
    return dg.SkipReason(
        "no sources are set. Set `sources` and `contact` under [fetch] in the settings (docs/fetch.md)"
    )
