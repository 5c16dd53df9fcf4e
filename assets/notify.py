"""Reports of failed checks: a line in the log, and a call to the user's program."""

import json
import shlex
import subprocess
from typing import Any

import dagster as dg

from papersieve.assets.resources import Places
from papersieve.assets.run_log import said

_SECONDS = 30


def failed_checks(instance: dg.DagsterInstance, run_id: str, places: Places) -> list[dict[str, Any]]:
    """Each check of these places that failed in a run, ready for JSON: run_id, asset, check, severity, description,
    metadata.
    """
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    events = [record.event_log_entry.dagster_event for record in records]
    found = [event.asset_check_evaluation_data for event in events if event]
    return [
        {
            "run_id": run_id,
            "asset": check.asset_key.to_user_string(),
            "check": check.check_name,
            "severity": check.severity.value,
            "description": check.description,
            "metadata": {
                name: entry.value
                for name, entry in check.metadata.items()
                if isinstance(entry.value, str | int | float)
            },
        }
        for check in found
        if not check.passed and places.owns(check.asset_key)
    ]


def notify(log: Any, checks: list[dict[str, Any]], command: str | None) -> None:
    """Log each failed check, and pass it to the program as JSON on stdin. A failure of the program is logged too."""
    for check in checks:
        say = log.error if check["severity"] == "ERROR" else log.warning
        numbers = {name: n for name, n in check["metadata"].items() if isinstance(n, int | float)}
        told = said(f"{check['asset']}: the check {check['check']} failed", numbers)
        say(f"{told}. {check['description'] or ''}".rstrip())
        if not command:
            continue
        try:
            subprocess.run(
                shlex.split(command),
                input=json.dumps(check),
                text=True,
                timeout=_SECONDS,
                check=True,
                capture_output=True,
            )
        except (OSError, subprocess.SubprocessError) as fault:
            log.error(f"PAPERSIEVE_NOTIFY: {command}: {fault}")


def _sensor(places: Places, name: str, status: dg.DagsterRunStatus) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=status,
        name=places.named(name),
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Reports each failed check of a run in the log, and to the program that PAPERSIEVE_NOTIFY names.",
    )
    def told(context: dg.RunStatusSensorContext) -> None:
        checks = failed_checks(context.instance, context.dagster_run.run_id, places)
        notify(context.log, checks, places.notify_command)

    return told


def notifications(places: Places) -> list[dg.SensorDefinition]:
    """Sensors for failed runs and for successful ones: a failed check of severity error fails its run, a warning does
    not, and both are reported.
    """
    return [
        _sensor(places, "tell_failed_checks", dg.DagsterRunStatus.FAILURE),
        _sensor(places, "tell_warnings", dg.DagsterRunStatus.SUCCESS),
    ]
