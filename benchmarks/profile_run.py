"""`make profile`: the CPU time of a first run by cause, compared with the shortest script that does the same.

python -m benchmarks.profile_run [--records 100000] [--words 170]

One process reads generated dumps, compressed with zstd, into a new store and publishes it. The time of all threads is
charged to the innermost cause at work; the remaining time is "rest". The script, in another process, decompresses,
splits lines, removes the long duplicates with one call to our own library, and writes two tables.
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.bench_first_run import write_dumps
from benchmarks.measuring import arguments, cpu_seconds, say
from papersieve.pipeline.reading_settings import Reading
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.run import run
from papersieve.warehouse.store.store import Store

#: cause -> functions, with the modules that call them.
CAUSES = {
    "unpacking": ["pipeline.extract.read_ahead:_with_bytes"],
    "reading": ["pipeline.extract.read_ahead:read_all"],
    "cleaning": ["pipeline.records:normalise_records"],
    "contracts": ["pipeline.records:split", "checks.quarantine:split"],
    "keys": ["pipeline.refresh:block_keys"],
    "candidates": ["pipeline.refresh:candidate_pairs"],
    "evidence": ["pipeline.refresh:gather_evidence"],
    "golden records": ["pipeline.derive:golden_records"],
    "keys of lookup": ["warehouse.published.publish:sketch_keys"],
    "audit": ["warehouse.published.publish:run_checks"],
    "key file": ["warehouse.run:keep_key_index"],
    "DuckDB: writing": ["warehouse.store.store:execute"],
    "DuckDB: asking": ["warehouse.store.store:ask"],
    "DuckDB: checkpoints": ["warehouse.store.store:Store.checkpoint", "warehouse.store.store:Store.close"],
}

SCRIPT = """
import sys
from pathlib import Path
import duckdb, polars as pl, pyarrow as pa
from papersieve import deduplicate
folder, target = map(Path, sys.argv[1:])
texts = []
for file in sorted(folder.glob("*.zst")):
    page = pa.input_stream(pa.BufferReader(file.read_bytes()), compression="zstd").read().decode()
    texts += [line for line in page.split("\\n") if len(line) > 200]
records = pl.DataFrame({"abstract": texts}).with_columns(cluster=deduplicate(texts)[0]["cluster_no"])
con = duckdb.connect(target)
con.execute("SET enable_progress_bar = false")
con.register("frame", records.to_arrow())
con.execute("CREATE TABLE records AS FROM frame")
con.execute("CREATE TABLE papers AS SELECT cluster, any_value(abstract), count(*) FROM records GROUP BY cluster")
con.close()
"""


class Clock:
    """CPU seconds by cause; an outer cause is not charged for the causes inside it."""

    def __init__(self) -> None:
        self.seconds = Counter[str]()
        self._causes, self._since = ["rest"], time.process_time()

    @contextmanager
    def of(self, cause: str) -> Iterator[None]:
        """Charge the work inside the context to a cause."""
        self._charge()
        self._causes.append(cause)
        try:
            yield
        finally:
            self._charge()
            self._causes.pop()

    def _charge(self) -> None:
        now = time.process_time()
        self.seconds[self._causes[-1]] += now - self._since
        self._since = now

    def watch(self, cause: str, place: str) -> None:
        """Charge each call of the function at MODULE:NAME to a cause."""
        module, _, path = place.partition(":")
        owner: Any = import_module(f"papersieve.{module}")
        *parents, name = path.split(".")
        for parent in parents:
            owner = getattr(owner, parent)
        called: Callable[..., Any] = getattr(owner, name)

        def timed(*args: Any, **given: Any) -> Any:
            with self.of(cause):
                return called(*args, **given)

        setattr(owner, name, timed)

    def watch_commits(self) -> None:
        """Charge the end of each transaction to commits."""
        transaction = Store.transaction

        @contextmanager
        def timed(store: Store) -> Iterator[None]:
            opened = transaction(store)
            opened.__enter__()
            try:
                yield
            except BaseException as error:
                opened.__exit__(type(error), error, error.__traceback__)
                raise
            with self.of("DuckDB: commits"):
                opened.__exit__(None, None, None)

        Store.transaction = timed  # type: ignore[method-assign]


def main() -> None:
    """Print seconds and shares by cause, bytes of the files, and the ratio to the script."""
    parser = arguments(__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=170)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        dumps, made_here = Path(made, "dumps"), Path(made)
        write_dumps(dumps, asked.records, asked.words)
        script = _seconds_of_script(dumps, made_here)
        clock = Clock()
        for cause, places in CAUSES.items():
            for place in places:
                clock.watch(cause, place)
        clock.watch_commits()
        began = time.process_time()
        one = Settings(reading=Reading(processes=1))
        run([dumps], store=made_here / "store.duckdb", warehouse=made_here / "warehouse.duckdb", settings=one)
        total = time.process_time() - began
        for cause, seconds in clock.seconds.most_common():
            say(f"{seconds:7.2f} s {seconds / total:5.0%}  {cause}")
        size = sum(file.stat().st_size for file in made_here.glob("*.*") if file.is_file()) / 1e6
        say(f"{total:7.2f} s in all, {size:,.0f} MB; the script {script:.2f} s: {total / script:.1f} times")


def _seconds_of_script(dumps: Path, folder: Path) -> float:
    """CPU seconds of the second run of the script, which finds the kernels compiled."""
    for name in ("first.duckdb", "second.duckdb"):
        before = cpu_seconds()
        target = folder / name
        subprocess.run([sys.executable, "-c", SCRIPT, str(dumps), str(target)], check=True)
        target.unlink()
    return cpu_seconds() - before


if __name__ == "__main__":
    main()
