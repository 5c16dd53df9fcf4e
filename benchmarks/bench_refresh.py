"""The cost of a refresh by the size of the store: a base of many dumps, then small dumps one by one, then withdrawals.

python -m benchmarks.bench_refresh [--sizes 100000,1000000] [--refreshes 100] [--work FOLDER]

The bases take turns, so that a slow minute of the machine slows all of them. For each refresh: seconds, CPU seconds
and bytes written, publishing included. For comparison, the matching alone is also done as people do it by hand: with
all band keys joined with themselves in SQL, and with datasketch's MinHashLSH, pickled between runs. Bases are kept in
the --work folder, and the next call uses them again. Results go to benchmarks/results/refresh.json.
"""

import json
import multiprocessing
import os
import pickle
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import polars as pl

from benchmarks import corpus
from benchmarks.measuring import arguments, cpu_seconds, machine, say, versions, write_result
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.shingling.match_texts import match_texts
from papersieve.pipeline.shingling.minhash import shingle, sign
from papersieve.warehouse.run import run
from papersieve.warehouse.store.store import Store

HEAD = "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\nbyAK and the research community\n\nOct 29\n\n"
RECORDS_A_DUMP, SMALL, SEED = 1000, 100, 7

#: The share of records in each new dump that are exact copies of one in an earlier dump.
REPEATED = 0.1


#: How many first refreshes only fill the kept versions, each with a copy of the whole warehouse.
FILLING = 3

#: How many small dumps are withdrawn, and how many are added by a run over all dumps.
WITHDRAWN, DAILY = 5, 5

#: How often the dump of one per cent is added to the same base, because samples differ by a third.
SAMPLES = 5


def write_dumps(folder: Path, size: int, refreshes: int) -> None:
    """Write dumps of 1,000 records as listing pages; then, in `later/`, small ones and one of 1 % of the size."""
    (folder / "base").mkdir(parents=True)
    (folder / "later").mkdir()
    later = [*[SMALL] * refreshes, size // 100]
    texts = (text for batch in corpus.batches(size + sum(later), SEED) for text in batch["text"])
    kept: list[str] = []
    for number in range(size // RECORDS_A_DUMP):
        part = list(islice(texts, RECORDS_A_DUMP))
        kept += part[:SMALL]
        (folder / "base" / f"{number:05}.txt").write_text(page(number, part), encoding="utf-8")
    random = Random(SEED)
    for number, count in enumerate(later):
        part = [random.choice(kept) if random.random() < REPEATED else text for text in islice(texts, count)]
        (folder / "later" / f"{number:05}.txt").write_text(page(1_000_000 + number, part), encoding="utf-8")


def page(number: int, texts: list[str]) -> str:
    """A listing page; every title is unique, and none names a numbered part."""
    random = Random(number)
    titles = (" ".join("".join(random.choices("abcdefghij", k=6)) for _ in range(6)).capitalize() for _ in texts)
    return HEAD + "".join(f"{title}\n\n{text}\n\n" for title, text in zip(titles, texts, strict=True))


@contextmanager
def measured(into: list[dict[str, float]]) -> Iterator[None]:
    """Append seconds, CPU seconds (with those of children waited for), and bytes written by this process."""
    wall, cpu, written = time.perf_counter(), cpu_seconds(), bytes_written()
    yield
    into.append(
        {
            "seconds": time.perf_counter() - wall,
            "cpu_seconds": cpu_seconds() - cpu,
            "mb_written": (bytes_written() - written) / 1e6,
        }
    )


def bytes_written() -> int:
    """Bytes that this process wrote to the disk."""
    lines = Path("/proc/self/io").read_text(encoding="utf-8").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("write_bytes")))


def told(costs: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """The median and the largest of each cost."""
    return {
        name: {
            "median": round(statistics.median(c[name] for c in costs), 3),
            "max": round(max(c[name] for c in costs), 3),
        }
        for name in costs[0]
    }


@dataclass(frozen=True)
class Base:
    """A folder with what one run made: the store, the warehouse, and the cost of the run. dumps: what it read."""

    folder: Path
    size: int
    dumps: Path

    @property
    def places(self) -> dict[str, Any]:
        """The arguments of `run`."""
        return {
            "store": self.folder / "store.duckdb",
            "warehouse": self.folder / "papers.duckdb",
            "settings": Settings(),
        }

    @property
    def later(self) -> list[Path]:
        """The small dumps, followed by the one of a hundredth of the size."""
        return sorted((self.folder / "later").iterdir())

    @property
    def whole(self) -> dict[str, float]:
        """The cost of the run."""
        return json.loads((self.folder / "whole.json").read_text(encoding="utf-8"))

    def make(self, refreshes: int) -> None:
        """Write the dumps and read them in one run, unless that was done before."""
        if (self.folder / "whole.json").exists():
            return
        write_dumps(self.folder, self.size, refreshes)
        whole = afresh(rebuilt, self.places, self.dumps)
        (self.folder / "whole.json").write_text(json.dumps(whole), encoding="utf-8")
        say(f"{self.size:,}: whole {whole}")

    def copy(self, name: str) -> "Base":
        """A copy in another folder, flushed to disk, that may be changed."""
        folder = self.folder.with_name(f"{self.folder.name}.{name}")
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("base"), dirs_exist_ok=True)
        os.sync()
        return Base(folder, self.size, self.dumps)


def afresh(function: Callable[..., Any], *given: Any) -> Any:
    """Call a function in a new process, as every run of a user is one."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *given).result()


def rebuilt(places: dict[str, Any], base: Path) -> dict[str, float]:
    """Read and publish the base; returns each cost and the peak memory."""
    cost: list[dict[str, float]] = []
    with measured(cost):
        run([base], **places)
    return {**cost[0], "peak_mb": peak_mb()}


def peak_mb() -> int:
    """The peak memory of this process, or of its parent if that is larger."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def costs(bases: list[Base], refreshes: int) -> list[dict[str, Any]]:
    """The results for each base, in turns: refreshes one by one, a dump of one per cent, withdrawals, idle runs, sizes.

    Each kind runs in a separate process, so that memory left by many runs does not affect the next kind.
    """
    kinds = {
        "filling": (slice(0, FILLING), False),
        "refresh": (slice(FILLING, refreshes - DAILY), False),
        "daily": (slice(refreshes - DAILY, refreshes), False, True),
        "one_per_cent": (slice(-1, None), False),
        "withdraw": (slice(0, WITHDRAWN), True),
        "idle": (slice(-1, None), False),
    }
    done: dict[str, list[list[dict[str, float]]]] = {}
    for name, kind in kinds.items():
        again = [sampled(base, *kind) for base in bases] if name == "one_per_cent" else [[] for _ in bases]
        done[name] = [more + cost for more, cost in zip(again, afresh(take_turns, bases, *kind), strict=True)]
    return [result_of(base, {name: cost[number] for name, cost in done.items()}) for number, base in enumerate(bases)]


def sampled(base: Base, dumps: slice, is_withdrawn: bool) -> list[dict[str, float]]:
    """The costs of adding or withdrawing these later dumps, measured on copies of the base."""
    costs = []
    for _ in range(SAMPLES - 1):
        copy = base.copy("sample")
        costs += afresh(take_turns, [copy], dumps, is_withdrawn)[0]
        shutil.rmtree(copy.folder)
    return costs


def take_turns(
    bases: list[Base], dumps: slice, is_withdrawn: bool, is_daily: bool = False
) -> list[list[dict[str, float]]]:
    """The costs of adding or withdrawing these later dumps, one by one, for each base.

    is_daily: whether each run names all dumps, as one of a schedule does.
    """
    done: list[list[dict[str, float]]] = [[] for _ in bases]
    for turn in range(len(bases[0].later[dumps])):
        for base, cost in zip(bases, done, strict=True):
            path = base.later[dumps][turn]
            with measured(cost):
                paths = [] if is_withdrawn else [base.dumps, path] if is_daily else [path]
                run(paths, withdrawing=[str(path)] * is_withdrawn, **base.places)
    return done


def result_of(base: Base, done: dict[str, list[dict[str, float]]]) -> dict[str, Any]:
    """The results for one base."""
    whole, store, warehouse = base.whole, base.places["store"], base.places["warehouse"]
    with Store(store) as opened:
        held = dict(opened.query("measure").iter_rows())
    return {
        "records": base.size, "whole": whole, "refreshes": len(done["refresh"]), "records_a_refresh": SMALL,
        **{name: told(costs) for name, costs in done.items() if name != "filling"},
        "refresh_of_whole": round(statistics.median(c["cpu_seconds"] for c in done["refresh"]) / whole["cpu_seconds"], 4),
        "one_per_cent_of_whole": round(statistics.median(c["cpu_seconds"] for c in done["one_per_cent"]) / whole["cpu_seconds"], 4),
        "store_mb": round(store.stat().st_size / 1e6, 1),
        "key_index_mb": round(sum(f.stat().st_size for f in store.parent.glob(f"{store.name}.*.keys")) / 1e6, 1),
        "warehouse_mb": round(warehouse.stat().st_size / 1e6, 1),
        "papers": held["papers"], "matches": held["matches"],
    }  # fmt: skip


def growth(results: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Medians for the most records, divided by those for the fewest."""
    few, many = results[0], results[-1]
    return {
        name: {unit: round(many[name][unit]["median"] / few[name][unit]["median"], 3) for unit in few[name]}
        for name in ("refresh", "withdraw")
    }


def by_hand(size: int) -> dict[str, Any]:
    """The cost of refreshing the matching alone, from given signatures, without texts, records or publishing."""
    settings = Settings()
    texts = match_texts(pl.concat(islice(corpus.batches(size + SMALL, SEED), None)).head(size + SMALL)["text"])
    signatures = sign(
        [shingle(text, settings.signing.shingle_words) for text in texts], num_perm=settings.signing.num_perm, seed=1
    )
    joined: list[dict[str, float]] = []
    width = settings.signing.rows_per_band
    with duckdb.connect() as con:
        bands = [
            pl.DataFrame({"document_no": range(len(signatures)), "band": band})
            .with_columns(key=pl.DataFrame(signatures[:, band * width : (band + 1) * width]).hash_rows())
            for band in range(settings.signing.bands)
        ]  # fmt: skip
        con.register("frame", pl.concat(bands))
        con.execute("CREATE TABLE bands AS FROM frame")
        with measured(joined):
            con.execute(
                "SELECT DISTINCT l.document_no, r.document_no FROM bands AS l JOIN bands AS r USING (band, key) "
                "WHERE l.document_no < r.document_no"
            ).fetchall()
    from datasketch import LeanMinHash, MinHashLSH

    index = MinHashLSH(num_perm=settings.signing.num_perm, params=(settings.signing.bands, width))
    lean = [LeanMinHash(seed=1, hashvalues=signature, scheme="affine32") for signature in signatures]
    for number, signature in enumerate(lean[:size]):
        index.insert(number, signature)
    saved = pickle.dumps(index)
    pickled: list[dict[str, float]] = []
    with measured(pickled):
        opened = pickle.loads(saved)
        for number, signature in enumerate(lean[size:], start=size):
            opened.query(signature)
            opened.insert(number, signature)
        pickle.dumps(opened)
    return {"sql_self_join": told(joined), "datasketch_pickled": told(pickled), "pickle_mb": round(len(saved) / 1e6, 1)}


def main() -> None:
    """Parse arguments, measure, write."""
    parser = arguments(__doc__)
    parser.add_argument("--sizes", default="100000,1000000")
    parser.add_argument("--refreshes", type=int, default=100)
    parser.add_argument("--work", type=Path)
    given = parser.parse_args()
    if given.refreshes <= FILLING + DAILY:
        parser.error(
            f"--refreshes: expected at least {FILLING + DAILY + 1}, as the first {FILLING} only fill the kept versions"
        )
    with tempfile.TemporaryDirectory() as temporary:
        work = given.work or Path(temporary)
        sizes = sorted(map(int, given.sizes.split(",")))
        bases = [Base(work / str(size), size, work / str(size) / "base") for size in sizes]
        for base in bases:
            base.make(given.refreshes)
        load = machine()
        changed = [base.copy("changed") for base in bases]
        results = costs(changed, given.refreshes)
        for base in changed:
            shutil.rmtree(base.folder)
    about = {"machine": load, "versions": versions("duckdb", "polars", "numpy", "numba", "datasketch"), "seed": SEED}
    found = {"results": results, "growth": growth(results), "by_hand": by_hand(bases[0].size)}
    write_result("refresh", about | found)


if __name__ == "__main__":
    main()
