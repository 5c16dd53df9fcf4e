"""Fetching every day: the asset that fetches from the sources in the settings, and the daily run of everything."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from papersieve.assets.metadata import counts, said
from papersieve.assets.resources import Places, foreseen
from papersieve.assets.store_access import GROUP, OWNERS
from papersieve.pipeline.extras import needs

NAME, CHECK = "fetched_dumps", "every_source_answered"

#: The numbers that the asset's page adds up over all sources.
_COUNTS = ("days", "dumps", "records", "requests")


def fetched_dumps(places: Places) -> dg.AssetsDefinition:
    """The asset that fetches into the dump folder of these places."""
    check = dg.AssetCheckSpec(
        CHECK, asset=places.key(NAME), description="Every source returned all finished days that were still missing."
    )

    @dg.asset(
        key=places.key(NAME),
        group_name=places.key_prefix or GROUP,
        owners=OWNERS,
        kinds={"python"},
        tags={"stage": "dumps"},
        code_version="1",
        description="Listings from the sources that the settings name under [fetch] (arXiv, Hugging Face, OpenAlex): one file for each day and source in the dump folder. A day that was fetched is not requested again.",
        check_specs=[check],
    )
    def step(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        # A source that does not answer is a warning and does not stop the run.
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
        faults = "\n".join(one.fault for one in found if one.fault)
        warns = dg.AssetCheckSeverity.WARN
        yield dg.AssetCheckResult(
            passed=not faults, asset_key=places.key(NAME), check_name=CHECK, severity=warns, description=faults or None
        )

    return step


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
