"""Dumps that come by themselves: the asset that fetches what settings name, and the daily run from there to the warehouse."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from papersieve.assets.metadata import counts
from papersieve.assets.resources import Papersieve, foreseen
from papersieve.assets.run_log import said
from papersieve.assets.store_access import GROUP, OWNERS
from papersieve.pipeline.extras import needs
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.settings_file import load_settings

NAME, CHECK = "fetched_dumps", "every_source_answered"

#: Numbers of a source that the asset's page sums up.
_COUNTS = ("days", "dumps", "records", "requests")


def _settings(papersieve: Papersieve) -> Settings:
    return load_settings(Path(papersieve.settings_file) if papersieve.settings_file else None)


@dg.asset(
    name=NAME,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"python"},
    tags={"stage": "dumps"},
    code_version="1",
    description="Listings of arXiv, Hugging Face and OpenAlex that the settings name under [fetch]: a file for each day and source in the dump folder. Days that are here are not asked for again.",
    check_specs=[
        dg.AssetCheckSpec(
            CHECK, asset=NAME, description="Every source gave all days that are over and were not here yet."
        )
    ],
)
def fetched_dumps(
    context: dg.AssetExecutionContext, papersieve: Papersieve
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Fetch what is missing. A source that does not answer keeps nothing from being taken in: it is a warning."""
    with foreseen():
        settings = _settings(papersieve)
        found = []
        if settings.fetch.sources:
            with needs("fetch", "Fetching"):
                from papersieve.warehouse.sources.fetch_days import fetch
            found = fetch((), Path(papersieve.dump_folder), settings, tell=context.log.debug)
    total = {name: sum(getattr(one, name) for one in found) for name in _COUNTS}
    context.log.info(said("fetched", {"sources": len(found), **total}))
    yield dg.MaterializeResult(NAME, metadata=counts(total, *_COUNTS))
    faults = [one.fault for one in found if one.fault]
    yield dg.AssetCheckResult(
        asset_key=NAME,
        check_name=CHECK,
        passed=not faults,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join(faults) or None,
    )


#: The whole way, from servers to readers.
fetch_and_refresh = dg.define_asset_job(
    "fetch_and_refresh",
    selection=dg.AssetSelection.all(),
    description="Fetch dumps, then the whole way: take them in, find the papers, check, publish.",
)


# Ready for whoever names sources; without any it says so and runs nothing.
@dg.schedule(
    name="daily_fetch",
    job=fetch_and_refresh,
    cron_schedule="30 6 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every morning, once the days of arXiv and Hugging Face are settled: fetches what is missing and publishes it.",
)
def daily_fetch(context: dg.ScheduleEvaluationContext, papersieve: Papersieve) -> dg.RunRequest | dg.SkipReason:
    """One run, where there is anything to fetch from."""
    if _settings(papersieve).fetch.sources:
        return dg.RunRequest()
    return dg.SkipReason(
        "no sources are named. Set `sources` and `contact` under [fetch] in the settings file (docs/fetch.md)"
    )
