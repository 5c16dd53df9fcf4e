"""The cost of a run of the job in Dagster compared with `papersieve run`: the same dumps, new stores, equal tables.

python -m benchmarks.bench_dagster [--sizes 5x200,50x2000] [--times 2]

CPU seconds of a separate process and its children, from the interpreter's start to the published warehouse. Two ways
are measured one right after the other: `dagster job execute` of the whole job, with history in SQLite as in `make dev`,
and the command line. A size is a number of dumps (listing pages) and of records in each; a tenth of the records are
damaged copies.
Results go to benchmarks/results/dagster_overhead.json.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import polars as pl

from benchmarks import corpus
from benchmarks.bench_refresh import SEED, page
from benchmarks.measuring import HERE, arguments, cpu_seconds, machine, say, write_result


def write_dumps(folder: Path, dumps: int, records: int) -> None:
    """Write listing pages with this many records each."""
    folder.mkdir()
    texts = (text for batch in corpus.batches(dumps * records, SEED) for text in batch["text"])
    for number in range(dumps):
        (folder / f"{number:05}.txt").write_text(page(number, list(islice(texts, records))), encoding="utf-8")


def seconds_of(command: list[str], environment: dict[str, str]) -> float:
    """CPU seconds of a command, run to its end; raises CalledProcessError, with its output, if it fails."""
    before = cpu_seconds()
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd=HERE.parent)
    if done.returncode:
        sys.stderr.write(done.stdout[-2000:] + done.stderr[-4000:])
        done.check_returncode()
    return cpu_seconds() - before


def by_command_line(dumps: Path, folder: Path) -> float:
    """CPU seconds of a run into a new store in the folder."""
    places = ["--store", str(folder / "store.duckdb"), "--warehouse", str(folder / "papers.duckdb")]
    code = "from papersieve.warehouse.cli.main import main; main()"
    return seconds_of([sys.executable, "-c", code, "run", str(dumps), *places], dict(os.environ))


def by_dagster(dumps: Path, folder: Path) -> tuple[float, int]:
    """CPU seconds of a run into a new store in the folder, by a Dagster without history; and its number of events."""
    home = folder / "home"
    home.mkdir(parents=True)
    shutil.copy(HERE.parent / "dagster_home" / "dagster.yaml", home)
    job = ["-m", "papersieve.assets.definitions", "-j", "refresh_warehouse"]
    environment = os.environ | {
        "DAGSTER_HOME": str(home),
        "PAPERSIEVE_DUMPS": str(dumps),
        "PAPERSIEVE_STORE": str(folder / "store.duckdb"),
        "PAPERSIEVE_WAREHOUSE": str(folder / "papers.duckdb"),
    }
    seconds = seconds_of([sys.executable, "-m", "dagster", "job", "execute", *job], environment)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        events = sum(len(instance.all_logs(run.run_id)) for run in instance.get_runs())
    return seconds, events


def published(warehouse: Path) -> dict[str, pl.DataFrame]:
    """Everything that must be equal for both ways: no times, no random ids, none of Dagster's own checks."""
    with duckdb.connect(warehouse, read_only=True) as con:
        names = [name for (name,) in con.execute("SHOW TABLES").fetchall() if name != "check_results"]
        frames = {name: con.sql(f'FROM "{name}"').pl() for name in names}
    return {
        name: frame.select(c for c in frame.columns if not c.endswith("_at") and c != "revision_id")
        for name, frame in frames.items()
    }


def tables_that_differ(one: Path, other: Path) -> set[str]:
    """The names of published tables and views whose rows differ."""
    left, right = published(one), published(other)
    same = {
        name
        for name in left.keys() & right.keys()
        if left[name].hash_rows().sort().equals(right[name].hash_rows().sort())
    }
    return (left.keys() | right.keys()) - same


def measure(dumps: int, records: int, times: int, work: Path) -> dict[str, Any]:
    """Measure both ways in turn, several times; the ratio is that of the smallest times."""
    write_dumps(work / "dumps", dumps, records)
    runs: list[dict[str, float]] = []
    differing: set[str] = set()
    events = 0
    for number in range(times):
        one, other = work / f"dagster{number}", work / f"command_line{number}"
        other.mkdir()
        seconds, events = by_dagster(work / "dumps", one)
        beside = by_command_line(work / "dumps", other)
        runs.append({"dagster_cpu_seconds": round(seconds, 1), "command_line_cpu_seconds": round(beside, 1)})
        differing |= tables_that_differ(one / "papers.duckdb", other / "papers.duckdb")
        shutil.rmtree(one)
        shutil.rmtree(other)
    least = {name: min(run[name] for run in runs) for name in runs[0]}
    return {
        "dumps": dumps,
        "records": dumps * records,
        "runs": runs,
        "ratio": round(least["dagster_cpu_seconds"] / least["command_line_cpu_seconds"], 2),
        "events_of_the_history": events,
        "tables_that_differ": sorted(differing),
    }


def main() -> None:
    """Parse arguments, measure, write."""
    parser = arguments(__doc__)
    parser.add_argument("--sizes", default="5x200,50x2000")
    parser.add_argument("--times", type=int, default=2)
    given = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as work:
        for size in given.sizes.split(","):
            folder = Path(work, size)
            folder.mkdir()
            results.append(measure(*map(int, size.split("x")), given.times, folder))
            say(results[-1])
    write_result("dagster_overhead", {"machine": machine(), "seed": SEED, "results": results})


if __name__ == "__main__":
    main()
