"""A Spark cluster of several processes, started from the pip package: the same result despite kills and skew.

python -m benchmarks.soak_spark [parity executors drivers skew] [--count 20000] [--seed 7]

parity: a generated corpus. executors: one is killed (SIGKILL) at each thing that a run writes. drivers: the driver is
killed at the same points, each time continuing from what the last one left; then a run finishes. skew: see
`spark_worlds.skewed`. Needs PySpark and Java.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import polars as pl
import pyspark

from benchmarks.measuring import arguments, machine, processes_below, read_result, say, write_result
from benchmarks.spark_worlds import (
    Driver,
    Usage,
    differences,
    in_memory,
    planted,
    records_of,
    skewed,
)
from papersieve.pipeline.derive import Derived

#: Memory, small on purpose so that large data is spilled.
_MEMORY = "768m"
_CONFIG = {
    "spark.executor.memory": _MEMORY, "spark.driver.memory": _MEMORY, "spark.sql.shuffle.partitions": "4",
    "spark.log.level": "ERROR",
    "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
}  # fmt: skip

#: The things that a run writes, in order: the points at which it is killed.
_POINTS = ("records", "hot_buckets", "judged", "audited", "papers", "derived")

#: For runs in which time and memory don't matter: with small tables, planning and compiling are most of the work.
_QUICK = {
    **_CONFIG,
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}

_START_SECONDS = 60


class Cluster:
    """A master and two workers of one core each on loopback, while the context lasts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.master = f"spark://127.0.0.1:{_free_port()}"

    def __enter__(self) -> "Cluster":
        port = self.master.rpartition(":")[2]
        self._start("master.Master", "--host", "127.0.0.1", "--port", port, "--webui-port", str(_free_port()))
        self._wait("master.Master", "ALIVE")
        for number in (1, 2):
            self._start("worker.Worker", "--cores", "1", "--memory", _MEMORY, "--host", "127.0.0.1", "--webui-port", str(_free_port()), "--work-dir", str(self.folder / f"work{number}"), self.master)  # fmt: skip
        self._wait("master.Master", "Registering worker", times=2)
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait()

    @property
    def pids(self) -> set[int]:
        """The process ids of master and workers."""
        return {process.pid for process in self.processes}

    def kill_executor(self) -> bool:
        """Kill an executor, if there is one; returns whether there was."""
        found = [pid for pid, command in processes_below(self.pids) if "CoarseGrainedExecutorBackend" in command]
        if found:
            os.kill(found[0], signal.SIGKILL)
        return bool(found)

    def _start(self, name: str, *arguments: str) -> None:
        package = Path(pyspark.__file__).parent
        env = {**os.environ, "SPARK_HOME": str(package), "SPARK_NO_DAEMONIZE": "1", "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1"}  # fmt: skip
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [str(package / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *arguments]
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, env=env))

    def _wait(self, name: str, mark: str, times: int = 1) -> None:
        for _ in range(_START_SECONDS * 2):
            if (self.folder / f"{name}.log").read_text().count(mark) >= times:
                return
            time.sleep(0.5)
        raise TimeoutError(f"{self.folder / name}.log: expected {mark!r} within {_START_SECONDS} s")


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def _world(records: pl.DataFrame) -> Iterator[tuple[Path, Cluster, Path]]:
    """A folder, a cluster, and a file of the records."""
    with tempfile.TemporaryDirectory(prefix="papersieve-soak-") as name:
        folder = Path(name)
        records.write_parquet(folder / "records.parquet")
        with Cluster(folder) as cluster:
            yield folder, cluster, folder / "records.parquet"


def _equal(folder: Path, expected: Derived) -> dict[str, Any]:
    found = differences(folder, expected)
    assert not any(map(sum, found.values())), found
    return {"rows": {name: frame.height for name, frame in expected._asdict().items()}, "differing": 0}


def _run(folder: Path, cluster: Cluster, path: Path) -> dict[str, Any]:
    """An undisturbed run: its seconds, CPU and memory."""
    driver = Driver(path, folder / "spark", cluster.master, _CONFIG)
    with Usage(*cluster.pids, driver.process.pid) as usage:
        _must_end_well(driver, folder)
    return {"seconds_at": driver.seconds, **usage.told()}


def _must_end_well(driver: Driver, folder: Path) -> None:
    assert driver.wait() == 0, (folder / "spark.log").read_text()[-3000:]


def parity(count: int, seed: int) -> dict[str, Any]:
    """One run on the cluster, compared with memory's result."""
    records = planted(count, seed)
    with _world(records) as (folder, cluster, path):
        expected, memory = in_memory(records)
        spark = _run(folder, cluster, path)
        return {"records": records.height, **_equal(folder / "spark", expected), "memory": memory, "spark": spark}


def executors(count: int, seed: int) -> dict[str, Any]:
    """Runs in which an executor is killed soon after each of the points is reached."""
    random = Random(seed)
    records = planted(count, seed)
    with _world(records) as (folder, cluster, path):
        killed: list[str] = []

        def kill(_: Driver, name: str) -> None:
            if name in _POINTS and name not in killed:
                time.sleep(random.uniform(0.2, 1.5))
                if cluster.kill_executor():
                    killed.append(name)

        driver = Driver(path, folder / "spark", cluster.master, _QUICK, kill)
        _must_end_well(driver, folder)
        return {"records": records.height, **_equal(folder / "spark", in_memory(records)[0]), "killed_at": killed, "seconds": driver.seconds["end"]}  # fmt: skip


def drivers(count: int, seed: int) -> dict[str, Any]:
    """Runs that are killed at each of the points, then one that finishes: it finds nothing half written."""
    random = Random(seed)
    records = planted(count, seed)
    with _world(records) as (folder, cluster, path):
        killed = []
        for point in _POINTS:

            def kill(driver: Driver, at: str, point: str = point) -> None:
                if at == point and driver.process.poll() is None:
                    time.sleep(random.uniform(0, 0.8))
                    driver.process.kill()

            if Driver(path, folder / "spark", cluster.master, _QUICK, kill).wait() == -signal.SIGKILL:
                killed.append(point)  # otherwise the result was kept already
        _must_end_well(Driver(path, folder / "spark", cluster.master, _QUICK), folder)
        return {"records": records.height, **_equal(folder / "spark", in_memory(records)[0]), "killed_at": killed}


def skew(count: int, seed: int) -> dict[str, Any]:
    """Boilerplate in a twentieth of the documents, a family of near-clones half as large, and a chain of 2,000."""
    sizes = {"boilerplate": count // 20, "family": count // 2, "chain": 2_000}
    shown = skewed(seed, **sizes)
    more = records_of(shown, 2).with_columns(pl.col("dump_no") + 4)
    records = pl.concat([planted(count, seed), more])
    with _world(records) as (folder, cluster, path):
        expected, memory = in_memory(records)
        spark = _run(folder, cluster, path)
        with duckdb.connect() as con:
            hot = con.sql(f"SELECT match_key, count(*), max(documents) FROM '{folder}/spark/derived/hot_buckets/*.parquet' GROUP BY ALL ORDER BY ALL").fetchall()  # fmt: skip
        components = expected.clusters.group_by("component_id").agg(size=pl.len(), papers=pl.col("paper_id").n_unique())
        return {
            "records": records.height, **sizes, **_equal(folder / "spark", expected),
            "hot_buckets": {key: {"buckets": n, "largest": largest} for key, n, largest in hot},
            "largest_components": components.sort("size", descending=True).head(3).select("size", "papers").to_dicts(),
            "memory": memory, "spark": spark,
        }  # fmt: skip


def main() -> None:
    """Run the named parts, or all, and replace their earlier results."""
    does = {each.__name__: each for each in (parity, executors, drivers, skew)}
    parser = arguments(__doc__)
    parser.add_argument("parts", nargs="*", default=list(does))
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # so that no process of a cluster is left behind
    for part in told.parts:
        say(part)
        about = {"machine": machine(), "seed": told.seed, "pyspark": pyspark.__version__}
        done = does[part](told.count, told.seed) | about | {"memory_of_executor_and_driver": _MEMORY}
        write_result("spark_cluster", read_result("spark_cluster") | {part: done})
        say(done)


if __name__ == "__main__":
    main()
