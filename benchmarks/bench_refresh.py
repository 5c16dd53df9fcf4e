"""What a refresh costs beside what there is: a base of many dumps, then small ones one by one, then some taken back.

    python -m benchmarks.bench_refresh [--sizes 100000,1000000] [--refreshes 100] [--work FOLDER]

Per refresh: seconds, CPU seconds, bytes handed to the disk, publishing included. Beside it the matching alone, done
as people do it by hand: all band keys joined with themselves in SQL, and datasketch's MinHashLSH, pickled between
runs. Results go to benchmarks/results/refresh.json.
"""

import argparse
import json
import pickle
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import polars as pl

from benchmarks import corpus
from benchmarks.bench_engine import HERE, machine, say
from pipeline.dedup.minhash import sign, to_datasketch
from pipeline.dedup.shingles import shingle_all
from pipeline.normalise import match_texts
from pipeline.settings import Settings
from warehouse.run import run
from warehouse.store import Store

HEAD = "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\nbyAK and the research community\n\nOct 29\n\n"
RECORDS_A_DUMP, SMALL, SEED = 1000, 100, 7

#: Of each new dump, one record in ten is one that an earlier dump has, word for word.
REPEATED = 0.1


def write_dumps(folder: Path, size: int, refreshes: int) -> None:
    """Dumps of 1,000 records each as listing pages; then, under `later/`, small ones, and one of a hundredth of the size."""
    (folder / "base").mkdir()
    (folder / "later").mkdir()
    texts = (text for batch in corpus.batches(size + refreshes * SMALL + size // 100, SEED) for text in batch["text"])
    kept: list[str] = []
    for number in range(size // RECORDS_A_DUMP):
        part = list(islice(texts, RECORDS_A_DUMP))
        kept += part[:SMALL]
        (folder / "base" / f"{number:05}.txt").write_text(page(number, part), encoding="utf-8")
    random = Random(SEED)
    for number, count in enumerate([*[SMALL] * refreshes, size // 100]):
        part = [random.choice(kept) if random.random() < REPEATED else text for text in islice(texts, count)]
        (folder / "later" / f"{number:05}.txt").write_text(page(1_000_000 + number, part), encoding="utf-8")


def page(number: int, texts: list[str]) -> str:
    """A listing page; every title is one of its own, and names no part."""
    random = Random(number)
    titles = (" ".join("".join(random.choices("abcdefghij", k=6)) for _ in range(6)).capitalize() for _ in texts)
    return HEAD + "".join(f"{title}\n\n{text}\n\n" for title, text in zip(titles, texts, strict=True))


@contextmanager
def measured(into: list[dict[str, float]]) -> Iterator[None]:
    """Append seconds, CPU seconds and bytes written by this process."""
    wall, cpu, written = time.perf_counter(), time.process_time(), bytes_written()
    yield
    into.append(
        {
            "seconds": time.perf_counter() - wall,
            "cpu_seconds": time.process_time() - cpu,
            "mb_written": (bytes_written() - written) / 1e6,
        }
    )


def bytes_written() -> int:
    """Bytes that this process handed to the disk."""
    lines = Path("/proc/self/io").read_text(encoding="utf-8").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("write_bytes")))


def told(costs: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Median and largest of each cost."""
    return {
        name: {
            "median": round(statistics.median(c[name] for c in costs), 3),
            "max": round(max(c[name] for c in costs), 3),
        }
        for name in costs[0]
    }


def measure(size: int, refreshes: int, work: Path) -> dict[str, Any]:
    """The base in one run (what a rebuild costs), then refreshes, an addition of one per cent, and withdrawals."""
    folder = work / str(size)
    folder.mkdir()
    write_dumps(folder, size, refreshes)
    say(f"{size:,}: dumps written")
    places = {"store": folder / "store.duckdb", "warehouse": folder / "papers.duckdb", "settings": Settings()}
    whole: list[dict[str, float]] = []
    with measured(whole):
        run([folder / "base"], **places)
    say(f"{size:,}: whole {told(whole)}")
    later = sorted((folder / "later").iterdir())
    small: list[dict[str, float]] = []
    for path in later[:refreshes]:
        with measured(small):
            run([path], **places)
    settled = small[min(3, refreshes // 2) :]  # the first ones fill the ring of versions
    say(f"{size:,}: refresh {told(settled)}")
    hundredth: list[dict[str, float]] = []
    with measured(hundredth):
        run([later[refreshes]], **places)
    withdrawn: list[dict[str, float]] = []
    for path in later[:5]:
        with measured(withdrawn):
            run([], withdrawing=[path.name], **places)
    idle: list[dict[str, float]] = []
    for _ in range(3):
        with measured(idle):
            run([later[refreshes]], **places)
    with Store(places["store"]) as store:
        held = dict(store.query("measure").iter_rows())
    result = {
        "records": size, "refreshes": refreshes, "records_a_refresh": SMALL,
        "whole": told(whole), "refresh": told(settled), "withdraw": told(withdrawn), "idle": told(idle),
        "one_per_cent": told(hundredth),
        "one_per_cent_of_whole": round(hundredth[0]["cpu_seconds"] / whole[0]["cpu_seconds"], 4),
        "store_mb": round(places["store"].stat().st_size / 1e6, 1),
        "warehouse_mb": round(places["warehouse"].stat().st_size / 1e6, 1),
        "papers": held["papers"], "matches": held["matches"],
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }  # fmt: skip
    if size <= 100_000:
        result["by_hand"] = by_hand(size)
    shutil.rmtree(folder)
    return result


def by_hand(size: int) -> dict[str, Any]:
    """One refresh of the matching alone, without texts, records or publishing: signatures are given."""
    settings = Settings()
    texts = match_texts(pl.concat(islice(corpus.batches(size + SMALL, SEED), None)).head(size + SMALL)["text"])
    signatures = sign(shingle_all(texts.to_list(), settings.shingle_words), num_perm=settings.num_perm, seed=1)
    joined: list[dict[str, float]] = []
    width = settings.rows_per_band
    with duckdb.connect() as con:
        bands = [
            pl.DataFrame({"document_no": range(len(signatures)), "band": band})
            .with_columns(key=pl.DataFrame(signatures[:, band * width : (band + 1) * width]).hash_rows())
            for band in range(settings.bands)
        ]  # fmt: skip
        con.register("frame", pl.concat(bands))
        con.execute("CREATE TABLE bands AS FROM frame")
        with measured(joined):
            con.execute(
                "SELECT DISTINCT l.document_no, r.document_no FROM bands AS l JOIN bands AS r USING (band, key) "
                "WHERE l.document_no < r.document_no"
            ).fetchall()
    from datasketch import MinHashLSH

    index = MinHashLSH(num_perm=settings.num_perm, params=(settings.bands, width))
    lean = [to_datasketch(signature, seed=1) for signature in signatures]
    for number, signature in enumerate(lean[:size]):
        index.insert(number, signature)
    saved = pickle.dumps(index)
    pickled: list[dict[str, float]] = []
    with measured(pickled):
        opened = pickle.loads(saved)  # noqa: S301: our own bytes
        for number, signature in enumerate(lean[size:], start=size):
            opened.query(signature)
            opened.insert(number, signature)
        pickle.dumps(opened)
    return {"sql_self_join": told(joined), "datasketch_pickled": told(pickled), "pickle_mb": round(len(saved) / 1e6, 1)}


def main() -> None:
    """Parse arguments, measure, write."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sizes", default="100000,1000000")
    arguments.add_argument("--refreshes", type=int, default=100)
    arguments.add_argument("--work", type=Path)
    given = arguments.parse_args()
    work = Path(tempfile.mkdtemp(dir=given.work))
    output = HERE / "results" / "refresh.json"
    results = []
    for size in map(int, given.sizes.split(",")):
        results.append(measure(size, given.refreshes, work))
        output.write_text(json.dumps({"machine": machine(), "seed": SEED, "results": results}, indent=1) + "\n")
    say(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
