"""One dynamic partition a dump file: its key, and how several of them become one run."""

import os
import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

import dagster as dg
from dagster import DagsterRunStatus

#: Keys are paths below the dump folder, in the order in which files came or were last changed.
DUMPS = dg.DynamicPartitionsDefinition(name="dumps")

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


def line_up(instance: dg.DagsterInstance, keys: Iterable[str]) -> dict[str, str]:
    """Make these the last partitions, and return the tags of one run for all of them.

    A run takes a range of partitions, so those that were changed are moved behind the others; what Dagster
    knows of them stays. Not to be called while a run is unfinished: its range would become another one.
    """
    wanted = sorted(set(keys))
    for key in set(wanted) & set(instance.get_dynamic_partitions(DUMPS.name)):
        instance.delete_dynamic_partition(DUMPS.name, key)
    instance.add_dynamic_partitions(DUMPS.name, wanted)
    return {"dagster/asset_partition_range_start": wanted[0], "dagster/asset_partition_range_end": wanted[-1]}


def unfinished_run(instance: dg.DagsterInstance) -> str | None:
    """Id of a run that is queued or at work; None where all have ended."""
    runs = instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED), limit=1)
    return runs[0].run_id if runs else None


def due_dumps(instance: dg.DagsterInstance, asset: dg.AssetKey, schedule: str) -> list[str]:
    """Keys that the asset was never materialised for; all, where a run has failed since the schedule last succeeded.

    Dagster does not keep for which partitions a run over a range failed, and a dump that is there already costs
    only its reading.
    """
    keys = list(instance.get_dynamic_partitions(DUMPS.name))
    for run in instance.get_runs(limit=_LOOK_BACK_RUNS):
        if run.status in (DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED):
            return keys
        if run.tags.get("dagster/schedule_name") == schedule:
            break
    done = instance.get_materialized_partitions(asset)
    return [key for key in keys if key not in done]
