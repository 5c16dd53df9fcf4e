"""The cost of a first run, stage by stage: time, memory and disk, for any number of records.

python -m benchmarks.bench_first_run 100000,1000000 [--words 170] [--memory-limit 8GB] [--work FOLDER]

Dumps of 1,000 generated records, compressed with zstd, are read into one store and published. Each size is measured in
a separate process. Dumps are kept in the --work folder, and the next call uses them again. Results are added to
benchmarks/results/first_run.json after each size, so that stopping early loses none.
"""

import json
import multiprocessing
import os
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks import corpus
from benchmarks.bench_refresh import RECORDS_A_DUMP, SEED, page
from benchmarks.measuring import arguments, cpu_seconds, machine, read_result, say, versions, write_result
from papersieve.pipeline.settings import Operation, Settings
from papersieve.warehouse.run import run

_LOOK_SECONDS = 0.5

#: Part of a file name -> kind of file. A log has what is not yet written into its database file.
_KINDS = {"store": "store", ".duckdb": "warehouse", ".keys": "keys", ".wal": "log"}


def write_dumps(folder: Path, size: int, words: int) -> None:
    """Write dumps of 1,000 records each, then the number of their uncompressed bytes; existing dumps are kept."""
    if (folder / "_bytes").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)  # it may exist, if a benchmark was stopped
    texts = (text for batch in corpus.batches(size, SEED, words) for text in batch["text"])
    written = 0
    for number in range(-(-size // RECORDS_A_DUMP)):
        data = page(number, list(islice(texts, RECORDS_A_DUMP))).encode()
        written += len(data)
        (folder / f"{number:06}.txt.zst").write_bytes(pa.compress(data, codec="zstd", asbytes=True))
    (folder / "_bytes").write_text(str(written), encoding="utf-8")


class Watch:
    """The cost of each stage, from the progress of a run; memory and disk are sampled twice a second."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.stages: list[dict[str, Any]] = []
        self._ends = threading.Event()
        self._looking = threading.Thread(target=self._look)

    def __enter__(self) -> "Watch":
        self._start("open")
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._looking.join()
        self._finish()

    def progress(self, stage: str, done: int, total: int) -> None:
        """Take the progress that `run` reports."""
        if stage != self.stages[-1]["stage"]:
            self._finish()
            self._start(stage)
        elif done == total and stage == "publish":  # the next stage does not report anything itself
            self._finish()
            self._start("end")

    def _start(self, stage: str) -> None:
        self._began = time.perf_counter(), cpu_seconds()
        self.stages.append({"stage": stage, "peak_mb": 0, "peak_disk_mb": 0})

    def _finish(self) -> None:
        self._measure()
        wall, cpu = self._began
        self.stages[-1] |= {
            "seconds": round(time.perf_counter() - wall, 1),
            "cpu_seconds": round(cpu_seconds() - cpu, 1),
            "files_mb": {kind: round(size / 1e6) for kind, size in sizes(self._folder).items()},
        }
        say(json.dumps(self.stages[-1]))

    def _look(self) -> None:
        while not self._ends.wait(_LOOK_SECONDS):
            self._measure()

    def _measure(self) -> None:
        stage = self.stages[-1]
        stage["peak_mb"] = max(stage["peak_mb"], resident_mb())
        stage["peak_disk_mb"] = max(stage["peak_disk_mb"], round(sum(sizes(self._folder).values()) / 1e6))


def resident_mb() -> int:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


def sizes(folder: Path) -> dict[str, int]:
    """Bytes of the store, its key file, the warehouse, and the temporary files next to them."""
    found: dict[str, int] = {}
    for path in folder.rglob("*"):
        kind = _KINDS.get("store" if path.name == "store.duckdb" else path.suffix, "spilled")
        try:
            found[kind] = found.get(kind, 0) + path.stat().st_size * path.is_file()
        except FileNotFoundError:  # it was removed after it was listed
            continue
    return {kind: size for kind, size in found.items() if size}


def first_run(dumps: Path, folder: Path, memory_limit: str | None) -> dict[str, Any]:
    """Read the dumps and publish."""
    settings = Settings(operation=Operation(memory_limit=memory_limit))
    wall, cpu = time.perf_counter(), cpu_seconds()
    with Watch(folder) as watch:
        result = run(
            [dumps],
            store=folder / "store.duckdb",
            warehouse=folder / "papers.duckdb",
            settings=settings,
            progress=watch.progress,
        )
    return {
        "seconds": round(time.perf_counter() - wall, 1),
        "cpu_seconds": round(cpu_seconds() - cpu, 1),
        "peak_mb": max(stage["peak_mb"] for stage in watch.stages),
        "funnel": result.funnel,
        "published": result.published,
        "stages": watch.stages,
    }


def main() -> None:
    """Parse arguments, measure, write."""
    parser = arguments(__doc__)
    parser.add_argument("sizes")
    parser.add_argument("--words", type=int, default=170, help="of an abstract, on the average")
    parser.add_argument("--memory-limit", help="of DuckDB; none: its own")
    parser.add_argument("--work", type=Path)
    given = parser.parse_args()
    for size in map(int, given.sizes.split(",")):
        with tempfile.TemporaryDirectory(dir=given.work) as temporary:
            dumps, folder = Path(given.work or temporary) / f"{size}x{given.words}", Path(temporary) / "made"
            folder.mkdir()
            write_dumps(dumps, size, given.words)
            text_bytes = int((dumps / "_bytes").read_text(encoding="utf-8"))
            packed = sum(path.stat().st_size for path in dumps.iterdir())
            say(f"{size:,}: dumps written, {text_bytes / 1e6:,.0f} MB, packed {packed / 1e6:,.0f}")
            load = machine()
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
                told = pool.submit(first_run, dumps, folder, given.memory_limit).result()
        result = {
            "records": size, "words": given.words, "memory_limit": given.memory_limit, "seed": SEED,
            "dumps_mb": round(text_bytes / 1e6), "packed_mb": round(packed / 1e6), **told,
            "machine": load, "versions": versions("duckdb", "polars", "numpy", "numba"),
        }  # fmt: skip
        write_result("first_run", [*read_result("first_run"), result])
        say(json.dumps(result))


if __name__ == "__main__":
    main()
