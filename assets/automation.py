"""When it runs: once a day, and when the dump folder has changed."""

from pathlib import Path

import dagster as dg

from assets.resources import Papersieve
from assets.watch import NoDumpsError, decide, look

refresh_warehouse = dg.define_asset_job(
    "refresh_warehouse",
    selection=dg.AssetSelection.all(),
    description="The whole way: take in the dump folder, find the papers, check, publish. Does only what is pending.",
)

# Schedules and sensors are off in Dagster unless they say otherwise.
daily_refresh = dg.ScheduleDefinition(
    name="daily_refresh",
    job=refresh_warehouse,
    cron_schedule="0 6 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every morning: takes up what a failed run left, whether or not the folder has changed since.",
)


@dg.sensor(
    job=refresh_warehouse,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Requests a run when files of the dump folder were added, changed or taken away, and nothing is being copied any more.",
)
def dump_folder(context: dg.SensorEvaluationContext, papersieve: Papersieve) -> dg.SensorResult | dg.SkipReason:
    """Look at the folder; what to do about what is seen is decided in `assets.watch`."""
    try:
        decision = decide(look(Path(papersieve.dump_folder)), context.cursor)
    except NoDumpsError as remedy:
        return dg.SkipReason(str(remedy))
    context.log.info(decision.message)
    if decision.run_key is None:
        return dg.SensorResult(skip_reason=decision.message, cursor=decision.cursor)
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=decision.run_key)], cursor=decision.cursor)
