"""When it runs: when the dump folder has changed, once a day, and where something above an asset is newer than it."""

import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from papersieve.assets.partitions import NAME, due_dumps, key_of, one_run, unfinished_run
from papersieve.assets.resources import Papersieve
from papersieve.assets.watch import NoDumpsError, decide, look

#: A run of every asset: for some dumps, or for all of them where none are named.
refresh_warehouse = dg.define_asset_job(
    "refresh_warehouse",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets("fetched_dumps"),
    description="The whole way: take in the chosen dumps (without a choice, all), find the papers, check, publish. Does only what is pending.",
)


class CheckOnlyWarns(dg.AutomationCondition[dg.AssetCheckKey]):
    """True of a check whose last result is a warning: Dagster's own conditions don't tell it from an error."""

    def evaluate(self, context: dg.AutomationContext[dg.AssetCheckKey]) -> "dg.AutomationResult[dg.AssetCheckKey]":
        """All or nothing: our checks have no partitions."""
        events = context.asset_graph_view.instance.event_log_storage
        last = events.get_latest_asset_check_execution_by_key([context.key]).get(context.key)
        found = last.evaluation if last and last.status is AssetCheckExecutionRecordStatus.FAILED else None
        is_warning = found is not None and found.severity is dg.AssetCheckSeverity.WARN
        return dg.AutomationResult(context, context.candidate_subset if is_warning else context.get_empty_subset())


class NothingAboveInError(dg.AutomationCondition[dg.AssetKey]):
    """`AutomationCondition.all_deps_blocking_checks_passed`, but a warning stops nothing."""

    async def evaluate(  # type: ignore[override] # as Dagster's own conditions do
        self, context: dg.AutomationContext[dg.AssetKey]
    ) -> "dg.AutomationResult[dg.AssetKey]":
        """As Dagster's own conditions find it. They stand inside this one, as the daemon can't load `CheckOnlyWarns`."""
        condition = dg.AutomationCondition
        is_no_error = condition.check_passed() | (condition.check_failed() & CheckOnlyWarns())
        checks = condition.all_checks_match(is_no_error | condition.will_be_requested(), blocking_only=True)
        above: Any = condition.all_deps_match(checks)
        found = await context.for_child_condition(above, [0], context.candidate_subset).evaluate_async()
        return dg.AutomationResult(context, found.true_subset, child_results=[found])


#: A dump that is materialised alone brings everything below it up to date. Without the second part, an asset that a
#: failed check had kept from running would be run after all, alone, and published.
FOLLOWS = dg.AutomationCondition.eager() & NothingAboveInError()

#: The daily schedule keeps these, with two hours to spare; two days late is a failure.
DAILY = dg.FreshnessPolicy.time_window(warn_window=timedelta(hours=26), fail_window=timedelta(hours=50))


# Schedules and sensors are off in Dagster unless they say otherwise.
@dg.schedule(
    name="daily_refresh",
    job=refresh_warehouse,
    cron_schedule="0 6 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every morning: takes in the dumps that a failed run has left, and does what is pending below them. Where there is none, all checks run again.",
)
def daily_refresh(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """What to run is decided by `due`."""
    return due(context.instance)


def due(instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
    """One run for all dumps that are due; where none is, the newest is read again so that all checks run."""
    if run := unfinished_run(instance):
        return dg.SkipReason(f"run {run} has not ended yet, and does the same")
    keys = instance.get_dynamic_partitions(NAME)
    if not keys:
        return dg.SkipReason("no dump was ever taken in: put one into the dump folder")
    wanted = due_dumps(instance, dg.AssetKey("records"), schedule="daily_refresh") or keys[-1:]
    return dg.RunRequest(run_config=one_run(instance, wanted))


@dg.sensor(
    job=refresh_warehouse,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Requests one run for all files of the dump folder that were added, changed or removed, once nothing is being copied any more.",
)
def dump_folder(context: dg.SensorEvaluationContext, papersieve: Papersieve) -> dg.SensorResult | dg.SkipReason:
    """Look at the folder; what to do about what is seen is decided in `papersieve.assets.watch`."""
    try:
        decision = decide(look(Path(papersieve.dump_folder)), context.cursor, unfinished_run(context.instance))
    except NoDumpsError as remedy:
        return dg.SkipReason(str(remedy))
    context.log.info(decision.message)
    if decision.run_key is None:
        return dg.SensorResult(skip_reason=decision.message, cursor=decision.cursor)
    config = one_run(context.instance, map(key_of, [*decision.new, *decision.changed, *decision.removed]))
    return dg.SensorResult(run_requests=[dg.RunRequest(decision.run_key, config)], cursor=decision.cursor)


with warnings.catch_warnings():
    warnings.simplefilter("ignore", dg.BetaWarning)  # use_user_code_server: conditions of our own need it
    below_the_dumps = dg.AutomationConditionSensorDefinition(
        "below_the_dumps",
        target=dg.AssetSelection.all(),
        default_status=dg.DefaultSensorStatus.RUNNING,
        use_user_code_server=True,
        description="Refreshes what is below a dump that was materialised alone. Runs of the whole job need no help.",
    )
