"""What the Spark benchmarks share: worlds of records, a driver in a process of its own, and how its lake compares with memory.

python -m benchmarks.spark_worlds RECORDS LAKE MASTER [NAME=VALUE …]      the driver: `at NAME` before each thing that is written
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, Self

import duckdb
import polars as pl

from benchmarks.corpus import Language, titled
from pipeline.derive import Derived, derive
from pipeline.extract.read import extract_dump
from pipeline.extract.source import read_dump
from pipeline.records import split_records
from pipeline.settings import Settings
from pipeline.spark.manifest import Manifest, Version
from warehouse.spark_engine import BATCH_RECORDS

_TICK = os.sysconf("SC_CLK_TCK")
_SECONDS_BETWEEN_LOOKS = 0.5

#: Of a planted corpus of more than four dumps.
DUMP_RECORDS = 50_000


def records_of(shown: pl.DataFrame, dumps: int) -> pl.DataFrame:
    """Records, with dump_no, of title, abstract and whatever else of doi, arxiv_id, year, authors is known; cut into dumps."""
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


def of_dumps(folder: Path) -> pl.DataFrame:
    """Records, with dump_no, of the dumps in a folder."""
    extracted = [extract_dump(read_dump(path)).records for path in sorted(folder.iterdir()) if path.suffix == ".txt"]
    parts = [split_records(e)[0].with_columns(dump_no=pl.lit(no, pl.Int64)) for no, e in enumerate(extracted, start=1)]
    return pl.concat(parts)


def planted(count: int, seed: int) -> pl.DataFrame:
    """Records of a planted corpus in four dumps or more, made once and kept in the folder for temporary files."""
    dumps = max(4, count // DUMP_RECORDS)
    path = Path(tempfile.gettempdir()) / "papersieve-corpora" / f"records-{count}-{seed}-{dumps}.parquet"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        records_of(titled(count, seed).select("title", "abstract"), dumps).write_parquet(path)
    return pl.read_parquet(path)


def skewed(seed: int, *, boilerplate: int, family: int, chain: int) -> pl.DataFrame:
    """One abstract under many titles, a family of near-clones (one word in a hundred is another), a drifting chain."""
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


def newest_version(lake: Path) -> Version | None:
    """The newest version of a lake on this machine."""
    names = sorted((lake / "manifests").glob("*.json"))
    versions = Manifest.of_json(names[-1].read_text(), str(names[-1])).versions if names else []
    return versions[-1] if versions else None


def differences(lake: Path, expected: Derived) -> dict[str, list[int]]:
    """Rows that only the lake's newest version has, and that only memory has, by table: EXCEPT both ways."""
    version = newest_version(lake)
    assert version, lake
    found: dict[str, list[int]] = {}
    with duckdb.connect() as con:
        for name, frame in expected._asdict().items():
            con.register("expected", frame)
            source = f"read_parquet('{lake / version.folder / ('papers' if name == 'lineage' else name)}/*.parquet')"
            if name == "lineage":
                source = f"(SELECT paper_id, given.* FROM (SELECT paper_id, unnest(lineage) AS given FROM {source}))"
            columns = ", ".join(frame.columns)
            sides = [f"(SELECT {columns} FROM {source})", f"(SELECT {columns} FROM expected)"]
            found[name] = [
                con.sql(f"SELECT count(*) FROM ({one} EXCEPT ALL {other})").fetchall()[0][0]
                for one, other in (sides, sides[::-1])
            ]
    return found


def in_memory(records: pl.DataFrame) -> tuple[Derived, dict[str, float]]:
    """What memory makes of records, and its wall and CPU seconds."""
    began, cpu = time.perf_counter(), time.process_time()
    derived = derive(records, Settings())
    return derived, {
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
    }


class Driver:
    """A run on a lake in a process of its own. at: called with the driver and the name of what is written next."""

    def __init__(
        self,
        records: Path,
        lake: Path,
        master: str,
        config: dict[str, str],
        at: Callable[[Self, str], None] | None = None,
    ) -> None:
        self.log = lake.with_name(f"{lake.name}.log").open("a")
        self.began = time.perf_counter()
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.spark_worlds", str(records), str(lake), master]
        self.process = subprocess.Popen(
            [*command, *(f"{name}={value}" for name, value in config.items())],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env={"PYSPARK_PYTHON": sys.executable, **os.environ},
        )
        self.seconds: dict[str, float] = {}
        self.at = at

    def wait(self) -> int:
        """Follow the run to its end; its exit code (-9: killed)."""
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
    """Memory and CPU of processes and of all below them, while the context lasts: peak_mb by kind and in all, cpu_seconds.

    Memory is resident; pages that processes share are counted in each. CPU is that of processes that lived to be looked at.
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
        """What was seen."""
        return {"peak_mb": {kind: round(mb) for kind, mb in sorted(self.peaks.items())}, "cpu_seconds": round(sum(self._cpu.values()), 1)}  # fmt: skip

    def _look(self) -> None:
        while not self._over.wait(_SECONDS_BETWEEN_LOOKS):
            now: dict[str, float] = {}
            for pid, command in below(self.roots):
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


def below(roots: set[int]) -> Iterator[tuple[int, str]]:
    """Processes, and all below them, with their command lines."""
    parents, commands = {}, {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                parents[int(place.name)] = int((place / "stat").read_text().rsplit(")", 1)[1].split()[1])
                commands[int(place.name)] = command
            except OSError:
                continue
    for pid in parents:
        above = pid
        while above in parents and above not in roots:
            above = parents[above]
        if above in roots:
            yield pid, commands[pid]


def _kind(command: str) -> str:
    marks = {"CoarseGrainedExecutorBackend": "executor JVMs", "deploy.worker": "worker JVMs", "deploy.master": "master JVM", "SparkSubmit": "driver JVM", "pyspark": "Python workers"}  # fmt: skip
    return next((kind for mark, kind in marks.items() if mark in command), "driver Python")


def drive(records: Path, lake: str, master: str, config: dict[str, str]) -> None:
    """One run: what the lake lacks goes there, and a version of all of it is derived."""
    from pipeline.spark.lake import Lake
    from pipeline.spark.session import connect

    def tell(name: str) -> None:
        sys.stdout.write(f"at {name}\n")
        sys.stdout.flush()

    frame = pl.scan_parquet(records)
    session = connect(master, f"{lake}/checkpoints", config)
    tell("connected")
    with Lake(session, lake, Settings(), progress=tell) as opened:
        sizes = frame.group_by("dump_id", "dump_no").len().sort("dump_no").collect()
        dumps = dict(sizes.select("dump_id", "dump_no").iter_rows())
        missing = sizes.filter(pl.col("dump_id").is_in(opened.missing(dumps)))
        parts = missing.with_columns(part=pl.col("len").cum_sum() // BATCH_RECORDS)
        for part in parts.partition_by("part", maintain_order=True):
            opened.add(frame.filter(pl.col("dump_id").is_in(part["dump_id"].to_list())).drop("dump_no").collect())
        opened.refresh(dumps)
    session.stop()
    tell("end")


if __name__ == "__main__":
    drive(Path(sys.argv[1]), sys.argv[2], sys.argv[3], dict(a.split("=", 1) for a in sys.argv[4:]))
