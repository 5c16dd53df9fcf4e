"""Long campaigns on the store: random histories compared with their rebuilds, and runs killed at random or every point.

python -m benchmarks.soak_store [kills each_point histories] [--times N] [--seed 1]

The seed of a failing history is printed. Results are written continuously, so that stopping loses none.
"""

import multiprocessing
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from benchmarks.measuring import arguments, machine, read_result, say, write_result
from tests.support.faults import run_until
from tests.support.history import History
from tests.support.killed_runs import kill_and_complete, waiting
from tests.support.store_places import Place, published_tables

STEPS, COMPARED_EVERY = 50, 10


def histories(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Random histories of 50 steps, compared with their rebuilds after every tenth step; yields results after each.

    Raises AssertionError at the first difference.
    """
    began, compared = time.perf_counter(), 0
    for number in range(seed, seed + count):
        with tempfile.TemporaryDirectory() as folder:
            history, random = History(Place(Path(folder))), Random(number)
            try:
                for step in range(1, STEPS + 1):
                    history.random_step(random)
                    if step % COMPARED_EVERY == 0:
                        history.compare(is_rebuilt=True)
                        compared += 1
            except BaseException:
                say(f"seed {number}, step {step}:", *history.told[-5:])
                raise
        say(f"history {number}: equal")
        yield {
            "histories": number - seed + 1, "steps": STEPS, "first_seed": seed, "compared": compared, "differing": 0,
            "seconds": round(time.perf_counter() - began),
        }  # fmt: skip


def _read(warehouse: str, stop: Any, told: Any) -> None:
    """Open, query and close repeatedly until `stop`. told: an array of the numbers of reads, failures and versions."""
    versions = set()
    while not stop.is_set():
        try:
            with duckdb.connect(warehouse, read_only=True) as con:
                revision, in_papers, records = con.execute(
                    "SELECT (SELECT revision FROM publication), (SELECT sum(record_count) FROM papers), (SELECT count(*) FROM records)"
                ).fetchone()
            versions.add(revision)
            told[1] += in_papers != records
        except duckdb.Error:
            told[1] += 1
        told[0] += 1
        told[2] = len(versions)


def kills(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Runs killed at random points, each followed by one that completes it, while a reader reads continuously.

    After every 25 kills, and at the end, the store is compared with its rebuild, and the results so far are yielded.
    """
    random, began = Random(seed), time.perf_counter()
    context = multiprocessing.get_context("forkserver")
    killed_at: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        history = History(Place(Path(folder) / "place"))
        history.place.folder.mkdir()
        for _ in range(8):
            history.random_step(random)
        history.change_settings(0)
        history.refresh()
        stop, told = context.Event(), context.Array("q", 3)
        reader = context.Process(target=_read, args=(str(history.place.warehouse), stop, told))
        reader.start()
        done = 0
        while done < count:
            history.write(random.randrange(8), [(random.randrange(12), random.randrange(10)) for _ in range(4)])
            before = published_tables(history.place.warehouse)
            code, points = run_until(
                history.place.folder, history.place.dumps, history.settings, random.randint(1, 160)
            )
            if code != -signal.SIGKILL:
                continue  # the run ended before that point
            done += 1
            killed_at[points[-1]] = killed_at.get(points[-1], 0) + 1
            left = published_tables(history.place.warehouse)
            history.place.run(settings=history.settings)
            after = published_tables(history.place.warehouse)
            if left not in (before, after):
                raise AssertionError(f"killed {points[-1]}: neither the version before nor the one after")
            if done % 25 and done < count:
                continue
            history.compare(is_rebuilt=True)
            say(f"{done} kills: nothing lost")
            yield {
                "kills": done, "seed": seed, "points": len(killed_at), "killed_at": dict(sorted(killed_at.items())),
                "reads": told[0], "failed_reads": told[1], "versions_seen": told[2],
                "seconds": round(time.perf_counter() - began),
            }  # fmt: skip
        stop.set()
        reader.join()


def each_point(*_: int) -> Iterator[dict[str, Any]]:
    """A run that updates an earlier version, killed at each point that it reaches, each time from the same start."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        start = waiting(Path(folder))
        points = start[-1]
        for kill_at in range(1, len(points) + 1):
            with tempfile.TemporaryDirectory() as copy:
                kill_and_complete(Path(copy), start, kill_at)
            yield {
                "kills": kill_at, "points": len(points), "named": len(set(points)),
                "seconds": round(time.perf_counter() - began),
            }  # fmt: skip


#: The campaigns, and how often each is repeated without --times.
CAMPAIGNS = {"kills": (kills, 500), "each_point": (each_point, 1), "histories": (histories, 200)}


def main() -> None:
    """Run the named campaigns, or all, and write the results."""
    parser = arguments(__doc__)
    parser.add_argument("campaigns", nargs="*", default=list(CAMPAIGNS))
    parser.add_argument("--times", type=int)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    result = {**read_result("soak_store"), "machine": machine()}
    for name in given.campaigns:
        play, times = CAMPAIGNS[name]
        for done in play(given.times or times, given.seed):
            result[name] = done
            write_result("soak_store", result)


if __name__ == "__main__":
    main()
