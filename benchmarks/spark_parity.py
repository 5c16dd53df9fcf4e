"""Spark on this machine against memory: is the result the same, what does it cost, and what does the usual way cost?

    python -m benchmarks.spark_parity [planted labelled usual] [--counts 20000,100000] [--labelled FOLDER] [--seed 7] [--output FILE]

planted: EXCEPT both ways on pairs, clusters, papers, lineage and hot buckets of a generated corpus; start-up, wall and CPU
seconds and peak memory of both, each in a process of its own. labelled: the same of the labelled sets, result alone.
usual: as deduplication jobs on Spark are commonly written: a row-wise Python function signs each text by datasketch, a
bucket's members are one cluster, unverified. Needs PySpark and Java.
"""

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl
import pyspark

from benchmarks.bench_engine import HERE, machine, say
from benchmarks.labelled_sets import SETS, read_set
from benchmarks.spark_worlds import Driver, Usage, differences, in_memory, planted, records_of

_CONFIG = {"spark.driver.memory": "2g", "spark.sql.shuffle.partitions": "8", "spark.log.level": "ERROR"}

#: The same for many records: a partition that is spilled and sorted on disk takes many times as long.
_LARGE, _MANY_RECORDS = {**_CONFIG, "spark.driver.memory": "6g", "spark.sql.shuffle.partitions": "64"}, 500_000


def run_spark(records: Path, folder: Path, config: dict[str, str]) -> dict[str, Any]:
    """One run of the lake in folder: seconds at each thing it writes, CPU and memory of all its processes."""
    driver = Driver(records, folder / "lake", "local[2]", config)
    with Usage(driver.process.pid) as usage:
        assert driver.wait() == 0, (folder / "lake.log").read_text()[-3000:]
    return {"seconds_at": driver.seconds, **usage.told()}


def run_memory(records: Path) -> dict[str, Any]:
    """The engine in memory in a process of its own: seconds of start-up and in all, CPU, memory."""
    code = f"import polars; from benchmarks.spark_worlds import in_memory; in_memory(polars.read_parquet({str(records)!r}))"
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", code])
    with Usage(process.pid) as usage:
        assert process.wait() == 0
    return {"seconds": round(time.perf_counter() - began, 1), **usage.told()}


def compare(records: pl.DataFrame, *, is_measured: bool) -> dict[str, Any]:
    """Both engines on records; raises where a row differs."""
    with tempfile.TemporaryDirectory(prefix="papersieve-parity-") as name:
        folder = Path(name)
        records.write_parquet(folder / "records.parquet")
        config = _LARGE if records.height >= _MANY_RECORDS else _CONFIG
        spark = run_spark(folder / "records.parquet", folder, config)
        expected, _ = in_memory(records)
        found = differences(folder / "lake", expected)
        assert not any(map(sum, found.values())), found
        cost = {"memory": run_memory(folder / "records.parquet"), "spark": spark} if is_measured else {}
    return {
        "records": records.height,
        "rows": {k: f.height for k, f in expected._asdict().items()},
        "differing": 0,
        "config": config,
        **cost,
    }


def labelled(folder: Path) -> pl.DataFrame:
    """Records of the labelled sets that lie in the folder, a dump each."""
    parts = []
    for number, name in enumerate(SETS, start=1):
        if name == "planted" or not (folder / f"{name}.parquet").exists():
            continue
        read = read_set(folder / f"{name}.parquet")
        year = pl.col("date").str.extract(r"^((?:19|20)\d\d)").cast(pl.Int64)
        shown = read.select(
            "title", "abstract", pl.col("doi").str.to_lowercase(), pl.col("authors").str.split("; "), year=year
        )
        dump = f"{number:032x}"
        parts.append(records_of(shown, 1).with_columns(dump_id=pl.lit(dump), dump_no=pl.lit(number, pl.Int64), record_id=f"{number:020x}" + pl.col("record_id").str.tail(12)))  # fmt: skip
    return pl.concat(parts)


def usual(count: int, seed: int) -> dict[str, Any]:
    """CPU and wall seconds of the usual way, in a process of its own, and how many documents it puts with others."""
    records = planted(count, seed)
    with tempfile.TemporaryDirectory(prefix="papersieve-parity-") as name:
        path = Path(name) / "texts.parquet"
        records.unique("document_id").select("document_id", text="abstract").drop_nulls().write_parquet(path)
        code = f"from benchmarks.spark_parity import usual_job; usual_job({str(path)!r})"
        began = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", code], stdout=subprocess.PIPE, text=True)
        with Usage(process.pid) as usage:
            assert process.stdout
            clustered = int(process.stdout.read().split()[-1])
            assert process.wait() == 0
    return {
        "records": records.height,
        "clustered_documents": clustered,
        "config": _CONFIG,
        "seconds": round(time.perf_counter() - began, 1),
        **usage.told(),
    }


def usual_job(texts: str) -> None:
    """Two-word shingles, 200 permutations, 40 bands of 5, as our defaults; prints how many documents share a bucket."""
    from pyspark.sql import functions as F  # noqa: N812 (its name in every Spark program)

    from pipeline.spark.session import connect

    def bands(text: str) -> list[bytes]:
        from datasketch import MinHash

        words = text.lower().split()
        signed = MinHash(num_perm=200, seed=1)
        for pair in itertools.pairwise(words):
            signed.update(" ".join(pair).encode())
        values = signed.hashvalues
        return [bytes([band]) + values[5 * band : 5 * band + 5].tobytes() for band in range(40)]

    with tempfile.TemporaryDirectory() as folder:
        session = connect("local[2]", folder, _CONFIG)
        split = F.udf(bands, "array<binary>")
        keyed = session.read.parquet(texts).repartition(8).select("document_id", F.explode(split("text")).alias("key"))
        buckets = keyed.groupBy("key").agg(F.collect_list("document_id").alias("members"))
        shared = buckets.where(F.size("members") > 1)
        linked = shared.select(
            F.explode("members").alias("right_document_id"), F.array_min("members").alias("left_document_id")
        )
        from pipeline.spark.components import components

        print(components(linked.where("left_document_id <> right_document_id")).count())  # noqa: T201
        session.stop()


def main() -> None:
    """Run what is named, or all, and write the results over those of before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["planted", "labelled", "usual"])
    parser.add_argument("--counts", default="20000,100000")
    parser.add_argument("--labelled", type=Path, default=HERE.parents[1] / "shared" / "labelled")
    parser.add_argument("--usual", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--output", type=Path, default=HERE / "results" / "spark_parity.json")
    told = parser.parse_args()

    def note(part: str, done: dict[str, Any]) -> None:
        results = json.loads(told.output.read_text()) if told.output.exists() else {}
        done = {**done, "machine": machine(), "seed": told.seed, "pyspark": pyspark.__version__}
        told.output.write_text(json.dumps({**results, part: done}, indent=1) + "\n")
        say(part, json.dumps(done))

    for count in map(int, told.counts.split(",") if "planted" in told.parts else []):
        note(f"planted_{count}", compare(planted(count, told.seed), is_measured=True))
    if "labelled" in told.parts:
        note("labelled", compare(labelled(told.labelled), is_measured=False))
    if "usual" in told.parts:
        note(f"usual_{told.usual}", usual(told.usual, told.seed))


if __name__ == "__main__":
    main()
