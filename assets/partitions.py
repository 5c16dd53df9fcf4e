"""A dynamic partition for each dump file: its key, and which of them a run is for."""

import os
import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import dagster as dg
from dagster import DagsterRunStatus

from papersieve.assets.resources import Places
from papersieve.assets.watch import dump_paths


def dump_partitions(places: Places) -> dg.DynamicPartitionsDefinition:
    """Keys are paths below the dump folder, in the order in which files came."""
    return dg.DynamicPartitionsDefinition(name=places.named("dumps"))


#: What Dagster forbids in a key (control characters, three dots in a row), what is no text, and our escape itself.
_ESCAPED = re.compile(r"%|[\x00-\x1f\x7f\udc80-\udcff]|(?<=\.\.)\.")

_UNFINISHED = [
    DagsterRunStatus.QUEUED, DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]  # fmt: skip

_LOOK_BACK_RUNS = 200


def key_of(name: str) -> str:
    """Partition key of a file, by its path below the dump folder."""
    return _ESCAPED.sub(lambda m: "".join(f"%{byte:02X}" for byte in os.fsencode(m[0])), name)


def name_of(key: str) -> str:
    """The path below the dump folder that a key stands for."""
    return os.fsdecode(unquote_to_bytes(os.fsencode(key)))


def one_run(instance: dg.DagsterInstance, places: Places, keys: Iterable[str]) -> dict[str, Any]:
    """Run config of one run for these dumps; those that are new become partitions.

    Dagster's own way is a range of partitions, and those that have changed lie anywhere.
    """
    wanted = sorted(set(keys))
    instance.add_dynamic_partitions(places.named("dumps"), wanted)
    return {"ops": {places.named("ingestion"): {"config": {"partitions": wanted}}}}


def every_dump(instance: dg.DagsterInstance, places: Places, folder: Path, *, is_usual: bool) -> list[str]:
    """All partitions, after those of files that are new in the folder were added. Raises NoDumpsError.

    is_usual: of another folder than the usual one, only the files that are there are meant.
    """
    there = [key_of(path.relative_to(folder).as_posix()) for path in dump_paths(folder)]
    name = places.named("dumps")
    instance.add_dynamic_partitions(name, there)
    return list(instance.get_dynamic_partitions(name)) if is_usual else there


def is_of(places: Places, run: dg.DagsterRun) -> bool:
    """Whether a run is for these places: in other people's projects most are not."""
    return run.job_name == places.named("refresh_warehouse") or any(map(places.owns, run.asset_selection or ()))


def unfinished_run(instance: dg.DagsterInstance, places: Places) -> str | None:
    """Id of a run that is queued or at work; None where all have ended."""
    runs = instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED))
    return next((run.run_id for run in runs if is_of(places, run)), None)


def due_dumps(instance: dg.DagsterInstance, places: Places) -> list[str]:
    """Keys that `records` was never materialised for; all, where a run has failed since the schedule last succeeded.

    Dagster does not keep for which partitions a run over several failed, and a dump that is in the store already
    costs only its reading.
    """
    keys = list(instance.get_dynamic_partitions(places.named("dumps")))
    for run in filter(partial(is_of, places), instance.get_runs(limit=_LOOK_BACK_RUNS)):
        if run.status in (DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED):
            return keys
        if run.tags.get("dagster/schedule_name") == places.named("daily_refresh"):
            break
    done = instance.get_materialized_partitions(places.key("records"))
    return [key for key in keys if key not in done]
