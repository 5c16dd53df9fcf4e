"""Shared by the Spark benchmarks: sets of records, a driver in a separate process, comparison with memory's result.

python -m benchmarks.spark_worlds RECORDS FOLDER MASTER UNIT [NAME=VALUE …]

This is the driver, which prints `at NAME` before each thing that it writes.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Self

import duckdb
import polars as pl

from benchmarks.corpus import Language, titled
from benchmarks.measuring import processes_below
from papersieve.pipeline.derive import NO_DECISIONS, Derived, derive
from papersieve.pipeline.records import split_records
from papersieve.pipeline.settings import Settings

_TICK = os.sysconf("SC_CLK_TCK")
_SECONDS_BETWEEN_LOOKS = 0.5

#: How many records are passed to Spark at a time.
BATCH_RECORDS = 200_000

#: Records per dump of a planted corpus with more than four dumps.
DUMP_RECORDS = 50_000


def records_of(shown: pl.DataFrame, dumps: int) -> pl.DataFrame:
    """Records with dump_no, split into dumps, made of title, abstract, and doi, arxiv_id, year and authors if known."""
    size = -(-shown.height // dumps)
    place = pl.int_range(pl.len())
    identity = {"doi": pl.String, "arxiv_id": pl.String, "year": pl.Int64, "authors": pl.List(pl.String)}
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in identity.items() if name not in shown.columns]
    rows = shown.rename({"title": "title_raw", "abstract": "abstract_raw"}).with_columns(*missing)
    rows = rows.select("title_raw", "abstract_raw", *identity).with_columns(
        dump_no=place // size + 1, ordinal=place % size + 1
    )
    ids = {no: hashlib.blake2b(f"{size} {no}".encode(), digest_size=16).hexdigest() for no in range(1, dumps + 1)}
    rows = rows.with_columns(
        dump_id=pl.col("dump_no").replace_strict(ids, return_dtype=pl.String),
        line_start="ordinal",
        line_end="ordinal",
        urls=pl.lit([], dtype=pl.List(pl.String)),
        code_urls=pl.lit([], dtype=pl.List(pl.String)),
    )
    digits = pl.col("ordinal").cast(pl.String).str.zfill(12)
    good, _ = split_records(rows.with_columns(record_id=pl.col("dump_id").str.head(20) + digits).drop("dump_no"))
    return good.join(pl.DataFrame({"dump_id": ids.values(), "dump_no": ids.keys()}), on="dump_id")


def planted(count: int, seed: int) -> pl.DataFrame:
    """Records of a planted corpus in at least four dumps, made only once and kept in the folder for temporary files."""
    dumps = max(4, count // DUMP_RECORDS)
    path = Path(tempfile.gettempdir()) / "papersieve-corpora" / f"records-{count}-{seed}-{dumps}.parquet"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        records_of(titled(count, seed).select("title", "abstract"), dumps).write_parquet(path)
    return pl.read_parquet(path)


def skewed(seed: int, *, boilerplate: int, family: int, chain: int) -> pl.DataFrame:
    """One abstract under many titles, a family of near-clones (one word in a hundred differs), and a drifting chain."""
    language, random = Language(seed), Random(seed)
    stock, parent, link = ([language.word(random) for _ in range(150)] for _ in range(3))
    rows = [(_title(language, random), " ".join(stock)) for _ in range(boilerplate)]
    for _ in range(family):
        text = [language.word(random) if random.random() < 0.01 else word for word in parent]
        rows.append((_title(language, random), " ".join(text)))
    for _ in range(chain):
        link = [language.word(random) if random.random() < 0.03 else word for word in link]
        rows.append((_title(language, random), " ".join(link)))
    return pl.DataFrame(rows, schema={"title": pl.String, "abstract": pl.String}, orient="row")


def _title(language: Language, random: Random) -> str:
    return " ".join(language.word(random) for _ in range(9))


def differences(folder: Path, expected: Derived) -> dict[str, list[int]]:
    """By table, the numbers of rows that only the driver's result has and that only memory's has: EXCEPT both ways."""
    found: dict[str, list[int]] = {}
    with duckdb.connect() as con:
        for name, frame in expected._asdict().items():
            con.register("expected", frame)
            columns = ", ".join(frame.columns)
            sides = [
                f"(SELECT {columns} FROM '{folder}/derived/{name}/*.parquet')",
                f"(SELECT {columns} FROM expected)",
            ]
            found[name] = [
                con.sql(f"SELECT count(*) FROM ({one} EXCEPT ALL {other})").fetchall()[0][0]
                for one, other in (sides, sides[::-1])
            ]
    return found


def in_memory(records: pl.DataFrame, unit: str = "work") -> tuple[Derived, dict[str, float]]:
    """Memory's result for records, and its wall and CPU seconds."""
    began, cpu = time.perf_counter(), time.process_time()
    derived = derive(records, Settings(unit=unit))
    return derived, {
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
    }


class Driver:
    """A run in a separate process. at: called with the driver and the name of the thing to be written next."""

    def __init__(
        self,
        records: Path,
        folder: Path,
        master: str,
        config: dict[str, str],
        at: Callable[[Self, str], None] | None = None,
        unit: str = "work",
    ) -> None:
        self.log = folder.with_name(f"{folder.name}.log").open("a")
        self.began = time.perf_counter()
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.spark_worlds"]
        self.process = subprocess.Popen(
            [*command, str(records), str(folder), master, unit, *(f"{name}={value}" for name, value in config.items())],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env={"PYSPARK_PYTHON": sys.executable, **os.environ},
        )
        self.seconds: dict[str, float] = {}
        self.at = at

    def wait(self) -> int:
        """Follow the run to its end; returns its exit code (-9: killed)."""
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith("at "):
                name = line[3:].strip()
                self.seconds[name] = round(time.perf_counter() - self.began, 1)
                sys.stderr.write(f"{self.seconds[name]} s: {name}\n")
                if self.at:
                    self.at(self, name)
        self.log.close()
        return self.process.wait()


class Usage:
    """Memory and CPU of processes and all their descendants while the context lasts: peak_mb by kind and in total,
    cpu_seconds.

    Memory is resident; shared pages are counted for each process. Processes that did not live long enough to be sampled
    are missing from the CPU time.
    """

    def __init__(self, *roots: int) -> None:
        self.roots = set(roots)
        self.peaks: dict[str, float] = {}
        self._cpu: dict[int, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def told(self) -> dict[str, Any]:
        """What was measured."""
        return {"peak_mb": {kind: round(mb) for kind, mb in sorted(self.peaks.items())}, "cpu_seconds": round(sum(self._cpu.values()), 1)}  # fmt: skip

    def _look(self) -> None:
        while not self._over.wait(_SECONDS_BETWEEN_LOOKS):
            now: dict[str, float] = {}
            for pid, command in processes_below(self.roots):
                try:
                    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                except OSError:
                    continue
                mb = int(fields[21]) * 4096 / 1e6
                self._cpu[pid] = (int(fields[11]) + int(fields[12])) / _TICK
                for kind in (_kind(command), "all"):
                    now[kind] = now.get(kind, 0) + mb
            for kind, mb in now.items():
                self.peaks[kind] = max(mb, self.peaks.get(kind, 0))


def _kind(command: str) -> str:
    marks = {"CoarseGrainedExecutorBackend": "executor JVMs", "deploy.worker": "worker JVMs", "deploy.master": "master JVM", "SparkSubmit": "driver JVM", "pyspark": "Python workers"}  # fmt: skip
    return next((kind for mark, kind in marks.items() if mark in command), "driver Python")


def drive(records: Path, folder: Path, master: str, unit: str, config: dict[str, str]) -> None:
    """One run: pass records that are not kept yet to Spark, derive everything, and write it to `derived`."""
    from papersieve.pipeline.spark.kept_dumps import Run
    from papersieve.pipeline.spark.session import connect

    def tell(name: str) -> None:
        sys.stdout.write(f"at {name}\n")
        sys.stdout.flush()

    class Telling(Run):
        def _write(self, name: str, frame: Any) -> Any:
            tell(name)
            return super()._write(name, frame)

    frame = pl.scan_parquet(records).with_columns(dump="dump_id")
    session = connect(master, config)
    tell("connected")
    with Telling(session, str(folder), Settings(unit=unit)) as run:
        sizes = frame.group_by("dump", "dump_no").len().sort("dump_no").collect()
        missing = sizes.filter(pl.col("dump").is_in(run.missing(sizes["dump"])))
        parts = missing.with_columns(part=pl.col("len").cum_sum() // BATCH_RECORDS)
        for part in parts.partition_by("part", maintain_order=True):
            tell("records")
            run.add(frame.filter(pl.col("dump").is_in(part["dump"].to_list())).drop("dump_no").collect())
        found = run.derive(sizes, NO_DECISIONS)
        tell("derived")
        for name, table in zip(Derived._fields, found, strict=True):
            table.write.mode("overwrite").parquet(str(folder / "derived" / name))
    session.stop()
    tell("end")


if __name__ == "__main__":
    drive(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4], dict(a.split("=", 1) for a in sys.argv[5:]))
