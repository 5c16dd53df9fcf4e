"""A run that is killed, and readers that never notice: each run is a process of its own."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import duckdb
import pytest

from tests.warehouse.conftest import Place, published_tables

#: A run that kills itself, as `kill -9` would, at the n-th time that it says how far it is.
KILLED_RUN = """
import os, signal, sys
from pathlib import Path
from pipeline.settings import Settings
from warehouse.run import run

folder, dumps, kill_at = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
said = []

def observe(stage, done, total):
    said.append(f"{stage} {done}/{total}")
    if len(said) == kill_at:
        print(said[-1], flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

run([dumps], store=folder / "store.duckdb", warehouse=folder / "papers.duckdb", settings=Settings(), progress=observe)
print("end", flush=True)
"""


def run_and_kill(place: Place, kill_at: int) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", KILLED_RUN, str(place.folder), str(place.dumps), str(kill_at)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout.strip()


@pytest.fixture(scope="module")
def before(tmp_path_factory, sample):
    """A place with one dump published and a second one waiting; and what is published before and after it."""
    texts = sorted(sample.dumps.items())
    place = Place(tmp_path_factory.mktemp("before"))
    place.write(*texts[0])
    place.run()
    place.write(*texts[1])
    after = Place(tmp_path_factory.mktemp("after") / "copy")
    shutil.copytree(place.folder, after.folder)
    after.run()
    return place, published_tables(place.warehouse), published_tables(after.warehouse)


def without_places(tables):
    return {name: rows for name, rows in tables.items() if name != "dumps"}


def test_a_run_killed_at_any_point_leaves_the_old_or_the_new_version_and_the_next_one_completes_it(tmp_path, before):
    start, old, new = before[0], without_places(before[1]), without_places(before[2])
    assert old != new
    seen = []
    for kill_at in itertools.count(1):
        place = Place(tmp_path / str(kill_at))
        shutil.copytree(start.folder, place.folder)
        code, said = run_and_kill(place, kill_at)
        if said == "end":
            break
        assert code == -signal.SIGKILL
        seen.append(said.split()[0])
        assert without_places(published_tables(place.warehouse)) == (new if said == "publish 3/3" else old), said
        place.run()
        assert without_places(published_tables(place.warehouse)) == new, said
        assert not list(place.folder.glob(".*building*")), said
    assert set(seen) == {"ingest", "documents", "pairs", "papers", "publish"}


def test_readers_neither_block_a_run_nor_are_blocked_by_it(place, sample):
    texts = sorted(sample.dumps.items())
    place.write(*texts[0])
    place.run()
    holding = duckdb.connect(place.warehouse, read_only=True)
    papers_at_first = holding.execute("SELECT count(*) FROM papers").fetchone()

    reads, failures, versions, stop = [], [], set(), threading.Event()
    reader = (
        "import duckdb, sys\n"
        "while True:\n"
        "    with duckdb.connect(sys.argv[1], read_only=True) as con:\n"
        "        v, p, r = con.execute('SELECT (SELECT store_version FROM publication), (SELECT sum(record_count) FROM papers), (SELECT count(*) FROM records)').fetchone()\n"
        "    print(v, p == r, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", reader, str(place.warehouse)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )

    def listen():
        for line in process.stdout:
            version, is_whole = line.split()
            reads.append(version)
            versions.add(version)
            if is_whole != "True":
                failures.append(line)
            if stop.is_set():
                return

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        deadline = time.monotonic() + 60
        for name, text in texts[1:]:
            before = len(reads)
            while len(reads) == before and time.monotonic() < deadline and process.poll() is None:
                os.sched_yield()
            place.write(name, text)
            assert place.run().published
        stop.set()
        listener.join(timeout=60)
    finally:
        process.kill()
        _, complaints = process.communicate()
    assert not complaints
    assert not failures
    assert len(versions) > 3
    # The connection that was open all the time still sees the version that it opened.
    assert holding.execute("SELECT count(*) FROM papers").fetchone() == papers_at_first
    holding.close()


def test_what_a_killed_run_left_aside_is_swept_and_what_a_living_one_builds_is_not(place, sample):
    place.write(*sorted(sample.dumps.items())[0])
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        pass
    left = place.folder / f".papers.duckdb.{dead.pid}.building"
    alive = place.folder / f".papers.duckdb.{os.getppid()}.building"
    left.touch()
    alive.touch()
    place.run()
    assert not left.exists()
    assert alive.exists()
