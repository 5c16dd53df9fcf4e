"""Spark on this machine compared with memory: whether the result is the same, and what it costs.

python -m benchmarks.spark_parity [planted SET …] [--counts 20000,100000] [--labelled FOLDER] [--seed 7]

Pairs, clusters, papers, lineage and hot buckets are compared by EXCEPT both ways. Start-up, wall and CPU seconds and
peak memory are measured for both, each in a separate process. planted: generated corpora; SET: a labelled set, with its
identifiers. Needs PySpark and Java.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl
import pyspark

from benchmarks.labelled_sets import load_set
from benchmarks.measuring import HERE, arguments, machine, read_result, say, write_result
from benchmarks.spark_worlds import Driver, Usage, differences, in_memory, planted
from papersieve.checks.contracts import CONTRACTS

_CONFIG = {"spark.driver.memory": "2g", "spark.sql.shuffle.partitions": "8", "spark.log.level": "ERROR"}

#: More partitions for many records, because a partition that is spilled and sorted on disk takes many times as long.
_LARGE, _MANY_RECORDS = {**_CONFIG, "spark.driver.memory": "6g", "spark.sql.shuffle.partitions": "64"}, 500_000


def run_spark(records: Path, folder: Path, config: dict[str, str], unit: str) -> dict[str, Any]:
    """One run in a folder: seconds until each thing that it writes, CPU and memory of all its processes."""
    driver = Driver(records, folder, "local[2]", config, unit=unit)
    with Usage(driver.process.pid) as usage:
        assert driver.wait() == 0, folder.with_name(f"{folder.name}.log").read_text()[-3000:]
    return {"seconds_at": driver.seconds, **usage.told()}


def run_memory(records: Path, unit: str) -> dict[str, Any]:
    """The derivation in memory in a separate process: seconds of start-up and in total, CPU, memory."""
    code = f"import polars; from benchmarks.spark_worlds import in_memory; in_memory(polars.read_parquet({str(records)!r}), {unit!r})"
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", code])
    with Usage(process.pid) as usage:
        assert process.wait() == 0
    return {"seconds": round(time.perf_counter() - began, 1), **usage.told()}


def compare(records: pl.DataFrame, unit: str = "work") -> dict[str, Any]:
    """Run both on the same records; raises if a row differs."""
    with tempfile.TemporaryDirectory(prefix="papersieve-parity-") as name:
        path, folder = Path(name) / "records.parquet", Path(name) / "spark"
        records.write_parquet(path)
        config = _LARGE if records.height >= _MANY_RECORDS else _CONFIG
        spark = run_spark(path, folder, config, unit)
        expected, _ = in_memory(records, unit)
        found = differences(folder, expected)
        assert not any(map(sum, found.values())), found
        return {
            "records": records.height,
            "unit": unit,
            "rows": {k: f.height for k, f in expected._asdict().items()},
            "differing": 0,
            "config": config,
            "memory": run_memory(path, unit),
            "spark": spark,
        }


def labelled(folder: Path, name: str) -> tuple[pl.DataFrame, str]:
    """The records of a labelled set, and its unit."""
    read = load_set(folder, name, use_identifiers=True)
    return read.records.select(*CONTRACTS["records"].columns, "dump_no"), read.settings.unit


def main() -> None:
    """Run the named parts, or all, and replace their earlier results."""
    parser = arguments(__doc__)
    parser.add_argument("parts", nargs="*", default=["planted", "diabetes", "dblp_acm", "arxiv_20k"])
    parser.add_argument("--counts", default="20000,100000")
    parser.add_argument("--labelled", type=Path, default=HERE.parents[1] / "shared" / "labelled")
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args()

    def note(part: str, done: dict[str, Any]) -> None:
        done = {**done, "machine": machine(), "seed": told.seed, "pyspark": pyspark.__version__}
        write_result("spark_parity", {**read_result("spark_parity"), part: done})
        say(part, done)

    for part in told.parts:
        if part != "planted":
            note(part, compare(*labelled(told.labelled, part)))
            continue
        for count in map(int, told.counts.split(",")):
            note(f"planted_{count}", compare(planted(count, told.seed)))


if __name__ == "__main__":
    main()
