"""What a refresh costs beside what there is: a base of many dumps, then small ones one by one, then some taken back.

    python -m benchmarks.bench_refresh [--sizes 100000,1000000] [--refreshes 100] [--copies 10] [--work FOLDER]

Per refresh: seconds, CPU seconds, bytes handed to the disk, publishing included. Beside it the matching alone, done
as people do it by hand: all band keys joined with themselves in SQL, and datasketch's MinHashLSH, pickled between
runs. --copies: the same refreshes again on that many copies of the store's rows in one store, under other ids and
keys: a larger store in minutes, whose texts were not read one by one. Results go to benchmarks/results/refresh.json.
"""

import argparse
import json
import multiprocessing
import pickle
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import metadata
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


#: The first refreshes fill the ring of versions, each by a copy of the whole.
FILLING = 3

#: Columns that tell one row from another, by how a copy gets others.
_IDS = {"document_id", "record_id", "dump_id", "paper_id", "alias_id"}
_NUMBERS = {"document_no": "documents", "left_no": "documents", "right_no": "documents", "component_no": "documents", "dump_no": "dumps", "seq": "dumps"}  # fmt: skip
_COPIED = (
    "dumps", "dump_locations", "dump_ledger", "line_spans", "records", "documents", "block_keys", "pairs", "bridges",
    "paper_documents", "papers", "paper_lineage",
)  # fmt: skip


def write_dumps(folder: Path, size: int, refreshes: int, copies: int) -> None:
    """Dumps of 1,000 records each as listing pages; then, under `later/`, small ones, one of a hundredth of the size, and
    one of a hundredth of the copies' size."""
    (folder / "base").mkdir()
    (folder / "later").mkdir()
    later = [*[SMALL] * refreshes, size // 100, *([size * copies // 100] if copies else [])]
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


def measure(size: int, refreshes: int, copies: int, work: Path) -> list[dict[str, Any]]:
    """The base in one run (what a rebuild costs), then refreshes, an addition of one per cent, and withdrawals; then
    these on the copies."""
    folder = work / str(size)
    folder.mkdir()
    write_dumps(folder, size, refreshes, copies)
    say(f"{size:,}: dumps written")
    places = {"store": folder / "store.duckdb", "warehouse": folder / "papers.duckdb", "settings": Settings()}
    whole = afresh(rebuilt, places, folder / "base")
    say(f"{size:,}: whole {whole}")
    copied = {"store": folder / "copied.duckdb", "warehouse": folder / "copied_papers.duckdb", "settings": Settings()}
    if copies:
        shutil.copyfile(places["store"], copied["store"])
    *small, hundredth = sorted((folder / "later").iterdir())[: refreshes + 1]
    cost = afresh(costs, places, small, hundredth, whole["cpu_seconds"])
    results = [{"records": size, "whole": whole, **cost}]
    if copies:
        multiply(copied["store"], copies)
        run([], **copied)
        say(f"{size:,}: {copies} copies made and published")
        hundredth = max((folder / "later").iterdir())
        cost = afresh(costs, copied, small, hundredth, copies * whole["cpu_seconds"])
        base = results[0]["refresh"]["cpu_seconds"]["median"]
        grown = {"refresh_to_that_of_one": round(cost["refresh"]["cpu_seconds"]["median"] / base, 2)}
        results.append({"records": size * copies, "copies_of": size, **cost, **grown})
    if size <= 100_000:
        results[0]["by_hand"] = by_hand(size)
    shutil.rmtree(folder)
    return results


def afresh(function: Callable[..., dict[str, Any]], *given: Any) -> dict[str, Any]:
    """Call it in a new process, as every run of a user is one."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *given).result()


def rebuilt(places: dict[str, Any], base: Path) -> dict[str, float]:
    """The base read and published: each cost, and the peak of memory."""
    cost: list[dict[str, float]] = []
    with measured(cost):
        run([base], **places)
    return {**cost[0], "peak_mb": peak_mb()}


def peak_mb() -> int:
    """Of this process; that of its parent counts where that is larger."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def costs(places: dict[str, Any], small: list[Path], hundredth: Path, whole: float) -> dict[str, Any]:
    """Refreshes one by one, a dump of one per cent, small dumps withdrawn, runs with nothing to do, and sizes; whole: CPU
    seconds of a rebuild."""
    refreshed: list[dict[str, float]] = []
    for path in small:
        with measured(refreshed):
            run([path], **places)
    refreshed = refreshed[min(FILLING, len(small) // 2) :]
    say(f"refresh {told(refreshed)}")
    added: list[dict[str, float]] = []
    with measured(added):
        run([hundredth], **places)
    withdrawn: list[dict[str, float]] = []
    for path in small[:5]:
        with measured(withdrawn):
            run([], withdrawing=[str(path)], **places)
    idle: list[dict[str, float]] = []
    for _ in range(3):
        with measured(idle):
            run([hundredth], **places)
    with Store(places["store"]) as store:
        held = dict(store.query("measure").iter_rows())
    return {
        "refreshes": len(refreshed), "records_a_refresh": SMALL,
        "refresh": told(refreshed), "withdraw": told(withdrawn), "idle": told(idle), "one_per_cent": told(added),
        "refresh_of_whole": round(statistics.median(c["cpu_seconds"] for c in refreshed) / whole, 4),
        "one_per_cent_of_whole": round(added[0]["cpu_seconds"] / whole, 4),
        "store_mb": round(places["store"].stat().st_size / 1e6, 1),
        "key_index_mb": round(sum(f.stat().st_size for f in places["store"].parent.glob(f"{places['store'].name}.*.keys")) / 1e6, 1),
        "warehouse_mb": round(places["warehouse"].stat().st_size / 1e6, 1),
        "papers": held["papers"], "matches": held["matches"],
        "peak_mb": peak_mb(),
    }  # fmt: skip


def multiply(place: Path, copies: int) -> None:
    """Put more rows into a store: each row again, copies - 1 times, under other ids, numbers and keys."""
    with duckdb.connect(place) as con:
        [(documents, dumps)] = con.execute(
            "SELECT (SELECT max(document_no) FROM documents), (SELECT max(seq) FROM dump_ledger)"
        ).fetchall()
        step = {"documents": documents, "dumps": dumps}
        for table in _COPIED:
            values = []
            for column, *_ in con.execute(f"DESCRIBE {table}").fetchall():
                changed = column
                if column in _IDS:
                    changed = f"md5({column} || i)"
                elif column in ("document_uuid", "paper_uuid"):
                    changed = f"md5({column.replace('uuid', 'id')} || i)::UUID"
                elif column in _NUMBERS:
                    changed = f"{column} + i * {step[_NUMBERS[column]]}"
                elif column == "key":
                    changed = "hash(key, i)::UBIGINT::BIT::BIGINT"
                elif column == "location":
                    changed = "location || i"
                values.append(f"{changed} AS {column}")
            con.execute(
                f"INSERT INTO {table} BY NAME SELECT {', '.join(values)} FROM {table}, range(1, {copies}) AS r(i)"
            )
        con.execute("DELETE FROM key_index")
        con.execute("UPDATE stages SET version = (SELECT max(seq) FROM dump_ledger)")
        con.execute("UPDATE revisions SET version = (SELECT max(seq) FROM dump_ledger)")


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
        opened = pickle.loads(saved)
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
    arguments.add_argument("--copies", type=int, default=0)
    arguments.add_argument("--work", type=Path)
    given = arguments.parse_args()
    work = Path(tempfile.mkdtemp(dir=given.work))
    output = HERE / "results" / "refresh.json"
    versions = {name: metadata.version(name) for name in ("duckdb", "polars", "numpy", "numba", "datasketch")}
    results = []
    for size in map(int, given.sizes.split(",")):
        results += measure(size, given.refreshes, given.copies, work)
        told_of = {"machine": machine(), "versions": versions, "seed": SEED, "results": results}
        output.write_text(json.dumps(told_of, indent=1) + "\n")
    say(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
