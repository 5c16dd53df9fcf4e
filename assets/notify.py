"""Reports of failed checks: a line in the log, and a call to the user's program."""

import json
import shlex
import subprocess
from typing import Any

import dagster as dg

from papersieve.assets.metadata import said
from papersieve.assets.resources import Places

_SECONDS = 30


def failed_checks(instance: dg.DagsterInstance, run_id: str, places: Places) -> list[dict[str, Any]]:
    """Each check of these places that failed in a run, ready for JSON: run_id, asset, check, severity, description,
    metadata.
    """
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    events = [record.event_log_entry.dagster_event for record in records]
    found = [event.asset_check_evaluation_data for event in events if event]
    failed = []
    for check in found:
        if check.passed or not places.owns(check.asset_key):
            continue
        shown = {name: entry.value for name, entry in check.metadata.items()}
        plain = {name: value for name, value in shown.items() if isinstance(value, str | int | float)}
        told: dict[str, Any] = {"run_id": run_id, "asset": check.asset_key.to_user_string(), "check": check.check_name}
        told |= {"severity": check.severity.value, "description": check.description, "metadata": plain}
        failed.append(told)
    return failed


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
            asked, program = json.dumps(check), shlex.split(command)
            subprocess.run(program, input=asked, text=True, timeout=_SECONDS, check=True, capture_output=True)
        except (OSError, ValueError, subprocess.SubprocessError) as fault:  # ValueError: a quote that is not closed
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
