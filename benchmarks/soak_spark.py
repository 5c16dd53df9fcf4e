"""A Spark cluster of several processes, from the pip package's own
classes: the same result, whatever is killed and however skewed.

    python -m benchmarks.soak_spark [parity dumps executors drivers skew] [--count 20000] [--points records,keys,…] [--family 10000] [--seed 7]
        [--real FOLDER] [--output FILE]

parity: a generated corpus. dumps: the real records in --real/dumps. executors: one is killed (SIGKILL) at each thing
that a run writes. drivers: the driver is, each time on what the last one left; then a run goes through. skew: see
`spark_worlds.skewed`. Needs PySpark and Java.
"""

import argparse
import json
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

from benchmarks.bench_engine import HERE, machine, say
from benchmarks.spark_worlds import (
    Driver,
    Usage,
    below,
    differences,
    in_memory,
    of_dumps,
    planted,
    records_of,
    skewed,
)
from papersieve.pipeline.derive import Derived

#: Small on purpose: what has to be spilled is spilled.
_MEMORY = "768m"
_CONFIG = {
    "spark.executor.memory": _MEMORY, "spark.driver.memory": _MEMORY, "spark.sql.shuffle.partitions": "4",
    "spark.log.level": "ERROR",
    "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
}  # fmt: skip

#: What a run writes, in order: where it is killed.
_POINTS = ("records", "hot_buckets", "judged", "audited", "papers", "derived")

#: Where it is not time or memory that is asked: of small tables planning and compiling are most of the work.
_QUICK = {
    **_CONFIG,
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}

_START_SECONDS = 60


class Cluster:
    """A master and two workers of one core on loopback, for as long as the context lasts."""

    def __init__(self, folder: Path, memory: str) -> None:
        self.folder, self.memory = folder, memory
        self.processes: list[subprocess.Popen[bytes]] = []
        self.master = f"spark://127.0.0.1:{_free_port()}"

    def __enter__(self) -> "Cluster":
        port = self.master.rpartition(":")[2]
        self._start("master.Master", "--host", "127.0.0.1", "--port", port, "--webui-port", str(_free_port()))
        self._wait("master.Master", "ALIVE")
        for number in (1, 2):
            self._start("worker.Worker", "--cores", "1", "--memory", self.memory, "--host", "127.0.0.1", "--webui-port", str(_free_port()), "--work-dir", str(self.folder / f"work{number}"), self.master)  # fmt: skip
        self._wait("master.Master", "Registering worker", times=2)
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait()

    @property
    def pids(self) -> set[int]:
        """Of master and workers."""
        return {process.pid for process in self.processes}

    def kill_executor(self) -> bool:
        """Kill one, if one is there."""
        found = [pid for pid, command in below(self.pids) if "CoarseGrainedExecutorBackend" in command]
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
def _world(records: pl.DataFrame, memory: str = _MEMORY) -> Iterator[tuple[Path, Cluster, Path]]:
    """A folder, a cluster and a file of the records."""
    with tempfile.TemporaryDirectory(prefix="papersieve-soak-") as name:
        folder = Path(name)
        records.write_parquet(folder / "records.parquet")
        with Cluster(folder, memory) as cluster:
            yield folder, cluster, folder / "records.parquet"


def _equal(folder: Path, expected: Derived) -> dict[str, Any]:
    found = differences(folder, expected)
    assert not any(map(sum, found.values())), found
    return {"rows": {name: frame.height for name, frame in expected._asdict().items()}, "differing": 0}


def parity(records: pl.DataFrame, memory: str = _MEMORY, partitions: int = 4) -> dict[str, Any]:
    """One run on the cluster against memory."""
    more = {
        "spark.executor.memory": memory,
        "spark.driver.memory": memory,
        "spark.sql.shuffle.partitions": str(partitions),
    }
    with _world(records, memory) as (folder, cluster, path):
        expected, memory = in_memory(records)
        driver = Driver(path, folder / "spark", cluster.master, {**_CONFIG, **more})
        with Usage(*cluster.pids, driver.process.pid) as usage:
            assert driver.wait() == 0, (folder / "spark.log").read_text()[-3000:]
        return {"records": records.height, **_equal(folder / "spark", expected), "memory": memory, "spark": {"seconds_at": driver.seconds, **usage.told()}}  # fmt: skip


def executors(count: int, seed: int, points: list[str]) -> dict[str, Any]:
    """An executor is killed soon after the run comes to each of the points."""
    random = Random(seed)
    records = planted(count, seed)
    with _world(records) as (folder, cluster, path):
        killed: list[str] = []

        def kill(_: Driver, name: str) -> None:
            if name in points and name not in killed:
                time.sleep(random.uniform(0.2, 1.5))
                if cluster.kill_executor():
                    killed.append(name)

        driver = Driver(path, folder / "spark", cluster.master, _QUICK, kill)
        assert driver.wait() == 0, (folder / "spark.log").read_text()[-3000:]
        return {"records": records.height, **_equal(folder / "spark", in_memory(records)[0]), "killed_at": killed, "seconds": driver.seconds["end"]}  # fmt: skip


def drivers(count: int, seed: int, points: list[str]) -> dict[str, Any]:
    """A run is killed at each of the points, and one goes through: it finds nothing that is half there."""
    random = Random(seed)
    records = planted(count, seed)
    with _world(records) as (folder, cluster, path):
        killed = []
        for point in points:

            def kill(driver: Driver, at: str, point: str = point) -> None:
                if at == point and driver.process.poll() is None:
                    time.sleep(random.uniform(0, 0.8))
                    driver.process.kill()

            if Driver(path, folder / "spark", cluster.master, _QUICK, kill).wait() == -signal.SIGKILL:
                killed.append(point)  # else what is asked for is kept already
        assert Driver(path, folder / "spark", cluster.master, _QUICK).wait() == 0, (folder / "spark.log").read_text()[
            -3000:
        ]
        return {"records": records.height, **_equal(folder / "spark", in_memory(records)[0]), "killed_at": killed}


def skew(count: int, seed: int, family: int) -> dict[str, Any]:
    """Boilerplate in a twentieth of the documents, a family of near-clones, a chain of 2,000."""
    shown = skewed(seed, boilerplate=count // 20, family=family, chain=2_000)
    more = records_of(shown, 2).with_columns(pl.col("dump_no") + 4)
    records = pl.concat([planted(count, seed), more])
    with _world(records) as (folder, cluster, path):
        expected, memory = in_memory(records)
        driver = Driver(path, folder / "spark", cluster.master, _CONFIG)
        with Usage(*cluster.pids, driver.process.pid) as usage:
            assert driver.wait() == 0, (folder / "spark.log").read_text()[-3000:]
        with duckdb.connect() as con:
            hot = con.sql(f"SELECT match_key, count(*), max(documents) FROM '{folder}/spark/derived/hot_buckets/*.parquet' GROUP BY ALL ORDER BY ALL").fetchall()  # fmt: skip
        components = expected.clusters.group_by("component_id").agg(size=pl.len(), papers=pl.col("paper_id").n_unique())
        return {
            "records": records.height, "boilerplate": count // 20, "family": family, "chain": 2_000,
            **_equal(folder / "spark", expected),
            "hot_buckets": {key: {"buckets": n, "largest": largest} for key, n, largest in hot},
            "largest_components": components.sort("size", descending=True).head(3).select("size", "papers").to_dicts(),
            "memory": memory, "spark": {"seconds_at": driver.seconds, **usage.told()},
        }  # fmt: skip


def main() -> None:
    """Run what is named, or all, and write the results over those of before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    everything = ["parity", "executors", "drivers", "skew"]
    parser.add_argument("parts", nargs="*", default=everything)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--family", type=int, default=10_000)
    parser.add_argument("--points", default=",".join(_POINTS), help="where executors and drivers are killed")
    parser.add_argument("--memory", default=_MEMORY, help="of each executor and the driver, for parity")
    parser.add_argument("--partitions", type=int, default=4, help="of shuffles, for parity")
    parser.add_argument("--real", type=Path, default=HERE.parents[1] / "shared")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--output", type=Path, default=HERE / "results" / "spark_cluster.json")
    told = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # so that no process of a cluster is left behind
    points = told.points.split(",")
    does = {
        "parity": lambda: parity(planted(told.count, told.seed), told.memory, told.partitions),
        "dumps": lambda: parity(of_dumps(told.real / "dumps")),
        "executors": lambda: executors(told.count, told.seed, points),
        "drivers": lambda: drivers(told.count, told.seed, points),
        "skew": lambda: skew(told.count, told.seed, told.family),
    }
    for part in told.parts:
        say(part)
        began = machine()
        done = {
            **does[part](),
            "machine": began,
            "seed": told.seed,
            "pyspark": pyspark.__version__,
            "memory_of_executor_and_driver": told.memory,
        }
        results = json.loads(told.output.read_text()) if told.output.exists() else {}
        if part in ("executors", "drivers") and len(points) < len(_POINTS):
            part = f"{part} at {told.points}"
        told.output.write_text(json.dumps({**results, part: done}, indent=1) + "\n")
        say(json.dumps(done))


if __name__ == "__main__":
    main()
