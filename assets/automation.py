"""When runs start: if the dump folder has changed, once a day, and if an asset is older than one above it."""

from datetime import timedelta
from pathlib import Path

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from papersieve.assets.resources import Places
from papersieve.assets.watch import FOLDER_STATE, NoDumpsError, decide, dump_paths, look

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
_FAILED = (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)

#: How many runs, most of which may be other people's, are searched for the last one of ours.
_NEWEST_RUNS = 50

#: The jobs, and what each does.
REFRESH, FETCH = "refresh_warehouse", "fetch_and_refresh"
_DOES = {
    REFRESH: "Reads what changed in the dump folder, finds the papers, checks them and publishes. Does only what is pending.",
    FETCH: "Fetches dumps, reads them, finds the papers, checks them and publishes.",
}


def job(places: Places, name: str, selection: dg.AssetSelection) -> UnresolvedAssetJobDefinition:
    """A run of the selected assets: of all from the dumps on, or also of those that fetch."""
    # polars and DuckDB already use every core, and one process per step takes five times as long.
    executor = dg.in_process_executor
    return dg.define_asset_job(places.named(name), selection=selection, executor_def=executor, description=_DOES[name])


#: If `dumps` is materialised alone, everything below it is brought up to date. Without the second part, an asset that a
#: failed check has stopped would still be run by itself, and published.
FOLLOWS = dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed()

#: The daily schedule stays within the first limit, with two hours to spare. Two days without a run is a failure.
DAILY = dg.FreshnessPolicy.time_window(warn_window=timedelta(hours=26), fail_window=timedelta(hours=50))


# Schedules and sensors are off in Dagster unless they declare otherwise.
def daily_refresh(places: Places, job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """Runs everything once a day, or on another schedule. `due` decides whether to run."""
    return dg.ScheduleDefinition(
        name=places.named("daily_refresh"),
        job=job,
        cron_schedule=places.schedule,
        execution_timezone=places.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        execution_fn=lambda context: due(context.instance, places),
        description="Refreshes everything once a day: finishes what a failed run left, does what is pending, and runs all checks again.",
    )


def due(instance: dg.DagsterInstance, places: Places) -> dg.RunRequest | dg.SkipReason:
    """One run of everything, unless one is in progress or the folder holds no dump."""
    if run := unfinished_run(instance, places):
        return dg.SkipReason(f"run {run}, which does the same, has not finished yet")
    try:
        dump_paths(Path(places.dump_folder))
    except NoDumpsError as remedy:
        return dg.SkipReason(places.renamed(str(remedy)))
    return dg.RunRequest()


def is_of(places: Places, run: dg.DagsterRun) -> bool:
    """Whether a run works on these places. In other people's projects, most runs don't."""
    return run.job_name in map(places.named, _DOES) or any(map(places.owns, run.asset_selection or ()))


def unfinished_run(instance: dg.DagsterInstance, places: Places) -> str | None:
    """Id of a run that is queued or in progress; None if all have ended."""
    runs = instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED))
    return next((run.run_id for run in runs if is_of(places, run)), None)


def failed_run(instance: dg.DagsterInstance, places: Places) -> str | None:
    """Id of the last run, if it failed or was cancelled. It is sought among the newest runs of the whole project."""
    last = next((run for run in instance.get_runs(limit=_NEWEST_RUNS) if is_of(places, run)), None)
    return last.run_id if last and last.status in _FAILED else None


def dump_folder(places: Places, job: UnresolvedAssetJobDefinition) -> dg.SensorDefinition:
    """The sensor of the dump folder."""
    return dg.SensorDefinition(
        name=places.named("dump_folder"),
        job=job,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        evaluation_fn=lambda context: watched(context, places),
        description="Requests one run when files in the dump folder were added, changed or removed, and copying has finished.",
    )


def watched(context: dg.SensorEvaluationContext, places: Places) -> dg.SensorResult | dg.SkipReason:
    """Look at the folder; `papersieve.assets.watch` decides what to do."""
    try:
        files, told = look(Path(places.dump_folder)), (context.instance, places)
        decision = decide(files, context.cursor, unfinished_run(*told), state_taken_in(*told), failed_run(*told))
    except NoDumpsError as remedy:
        return dg.SkipReason(places.renamed(str(remedy)))
    if decision.run_key is None:
        return dg.SensorResult(skip_reason=decision.message, cursor=decision.cursor)
    context.log.info(decision.message)
    return dg.SensorResult(run_requests=[dg.RunRequest(decision.run_key)], cursor=decision.cursor)


def state_taken_in(instance: dg.DagsterInstance, places: Places) -> str | None:
    """The state of the dump folder as seen by the last run that read all of it, whoever started that run."""
    last = instance.get_latest_materialization_event(places.key("dumps"))
    found = last.asset_materialization if last else None
    return (found.tags or {}).get(FOLDER_STATE) if found else None


def below_the_dumps(places: Places, selection: dg.AssetSelection) -> dg.AutomationConditionSensorDefinition:
    """The sensor that evaluates the automation conditions of these assets."""
    return dg.AutomationConditionSensorDefinition(
        places.named("below_the_dumps"),
        target=selection,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Refreshes the assets below `dumps` when `dumps` was materialised alone. Runs of the whole job do not need it.",
    )
