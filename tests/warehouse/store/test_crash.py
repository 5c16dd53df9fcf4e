"""Killed runs, and readers that are not disturbed by runs. Each killed run is a process of its own."""

import os
import resource
import subprocess
import sys
import threading
import time

import duckdb
import pytest

from tests.support.forked import limited, papersieve
from tests.support.killed_runs import kill_and_complete, waiting
from tests.support.made_dumps import page
from tests.support.store_places import Place


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    return waiting(tmp_path_factory.mktemp("waiting"))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_run_killed_anywhere_leaves_the_old_or_the_new_version_and_the_next_one_completes_it(tmp_path, before, share):
    _, old, new, points = before
    assert old != new
    kill_and_complete(tmp_path, before, 1 + int(share * len(points)))  # spread over all points; `make soak` tries each


def test_the_points_are_every_statement_commit_and_file_operation(before):
    points = before[3]
    named = {point.removeprefix("before ").removeprefix("after ") for point in points}
    changing = {"change_dumps", "add_documents", "settle_documents", "change_pairs", "clear_papers", "add_papers"}
    publishing = {"choose_changed", "build_published", "record_checks", "apply_changes", "forget_changes"}
    assert changing | publishing | {"complete_papers", "complete_stage", "commit", "replace", "link", "fsync"} <= named


@pytest.mark.long
def test_readers_neither_block_a_run_nor_are_blocked_by_it(place):
    texts = [(f"{number}.txt", page(number, number + 1)) for number in range(3)]
    place.write(*texts[0])
    place.run()
    holding = duckdb.connect(place.warehouse, read_only=True)
    papers_at_first = holding.execute("SELECT count(*) FROM papers").fetchone()

    reads, failures, versions, stop = [], [], set(), threading.Event()
    reader = (
        "import duckdb, sys, time\n"
        "while True:\n"
        "    time.sleep(0.05)\n"
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
    assert len(versions) == 3
    # The connection that stayed open still sees the version that it opened.
    assert holding.execute("SELECT count(*) FROM papers").fetchone() == papers_at_first
    holding.close()


def test_what_killed_commands_left_aside_is_swept_and_other_files_are_not(place, sample):
    place.write(*sorted(sample.dumps.items())[0])
    living = os.getppid()  # in a container, a killed command can have had the number of one that runs
    left = [
        f".papers.duckdb.{living}.{what}" for what in ("all.building", "5.changed.building.wal", "3.reading.building")
    ]
    left += [
        f".store.duckdb.{living}.{what}" for what in ("rebuilding", "8.restoring.wal", "compacting", "4.copying.sha256")
    ]
    kept = [".store.duckdb.other.7.rebuilding", "store.duckdb.mine", ".papers.duckdb.7.mine"]
    for name in (*left, *kept):
        (place.folder / name).touch()
    place.run()
    assert [name for name in left if (place.folder / name).exists()] == []
    assert [name for name in kept if not (place.folder / name).exists()] == []


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs a limit on the size of files")
@pytest.mark.parametrize("size", [0, 4_096, 10_000, 300_000])
def test_a_first_run_on_a_full_disk_leaves_nothing_that_stops_the_next_one(tmp_path, size):
    place = Place(tmp_path)
    place.write("a.txt", page(1, 2))
    words = ("run", place.dumps, "--store", place.store, "--warehouse", place.warehouse)
    full = limited(size, *words)
    assert (full.returncode, "Traceback" in full.stderr, "restore" in full.stderr) == (1, False, False), full.stderr
    assert place.run().published


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everywhere")
def test_a_store_that_may_not_be_opened_is_told_with_the_remedy(tmp_path):
    place = Place(tmp_path)
    place.write("a.txt", page(1))
    place.run()
    place.store.chmod(0o444)
    done = papersieve("status", "--store", place.store, "--warehouse", place.warehouse)
    assert (done.returncode, done.stdout) == (1, "")
    assert "can't be opened (Permission denied). Give this account access, or name another file." in done.stderr
