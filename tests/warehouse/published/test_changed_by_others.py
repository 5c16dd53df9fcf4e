"""The published file, changed by somebody else's connection: no change comes back, and no reader is locked out."""

import os
import shutil
import signal

import duckdb
import pytest

from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.status import status
from papersieve.warehouse.published.rollback import rollback
from papersieve.warehouse.published.versions import kept_versions
from tests.support.called import papersieve
from tests.support.faults import run_until
from tests.support.forked import SERVER
from tests.support.made_dumps import page
from tests.support.store_places import Place, published_tables

CHANGED = "another program changed it"


def add(place, name: int):
    place.write(f"{name}.csv", f"title,year\nOf lamp number {name},2024\n")
    return place.run()


@pytest.fixture
def filled(place):
    place.write("all.txt", page(*range(1, 30)))
    place.run()
    return place


def change(file, sql: str) -> None:
    with duckdb.connect(file) as con:
        con.execute(sql)


def _die_with(file, sql: str) -> None:
    con = duckdb.connect(file)  # while it has a name, it is not closed
    con.execute(sql)
    os.kill(os.getpid(), signal.SIGKILL)


def die_with(file, sql: str) -> None:
    """Leave a log beside the file, as a client does that is killed."""
    process = SERVER.Process(target=_die_with, args=(file, sql))
    process.start()
    process.join()
    assert file.with_name(f"{file.name}.wal").exists()


@pytest.mark.long
@pytest.mark.parametrize("who", ["in place", "kept"])
def test_what_others_wrote_into_a_version_comes_back_in_none(filled, who):
    place = filled
    add(place, 1), add(place, 2)
    changed = place.warehouse if who == "in place" else next(iter(kept_versions(place.warehouse)))
    change(changed, "UPDATE papers SET title = 'HACK'; CREATE VIEW mine AS FROM papers")
    told = [[CHANGED in message for message in add(place, name).messages] for name in range(3, 8)]
    assert told == [[True] if who == "in place" else [], [], [], [], []]
    assert place.ask("SELECT count(*) FROM papers WHERE title = 'HACK'") == [(0,)]
    scopes = place.ask("SELECT scope FROM check_results ORDER BY checked_at DESC LIMIT 1")
    assert scopes == [("changed",)]  # the versions after it are again made from what changed
    incremental = published_tables(place.warehouse)
    place.warehouse.unlink()
    place.run()
    assert published_tables(place.warehouse) == incremental


def test_a_changed_file_is_published_again_by_a_run_that_finds_nothing_new(filled):
    change(filled.warehouse, "DELETE FROM papers")
    assert status(filled.store, filled.warehouse, Settings())["pending"] == ["publish"]
    again = filled.run()
    assert again.published
    assert [CHANGED in message for message in again.messages] == [True]
    assert filled.ask("SELECT count(*) > 0 FROM papers") == [(True,)]
    assert not filled.run().published


def test_who_only_reads_may_open_it_for_writing(filled):
    change(filled.warehouse, "SELECT count(*) FROM papers; CHECKPOINT")
    assert not filled.run().published


@pytest.mark.long
def test_wherever_a_run_that_removes_the_log_is_killed_the_file_opens(filled, tmp_path):
    place = filled
    place.write("new.csv", "title,year\nOf lamps,2024\n")
    die_with(place.warehouse, "CREATE VIEW mine AS FROM papers")
    ends = Place(tmp_path / "ends")
    shutil.copytree(place.folder, ends.folder, ignore=shutil.ignore_patterns(ends.folder.name))
    _, points = run_until(ends.folder, place.dumps, Settings(), kill_at=0)
    placed = max(n for n, point in enumerate(points) if point == "after replace")
    for kill_at in range(placed - 6, placed + 2):
        killed = Place(tmp_path / f"{kill_at}")
        shutil.copytree(place.folder, killed.folder, ignore=lambda *_: ["ends", *map(str, range(placed + 2))])
        run_until(killed.folder, place.dumps, Settings(), kill_at)
        with duckdb.connect(killed.warehouse, read_only=True) as con:
            assert con.execute("SELECT count(*) FROM papers").fetchone()[0] >= 1, points[kill_at - 1]


def test_damage_an_older_release_and_a_missing_earlier_version_are_told_with_the_remedy(filled):
    with pytest.raises(PapersieveError, match="no earlier version is kept"):
        rollback(filled.warehouse)
    change(filled.warehouse, "DROP VIEW source_counts")
    done = papersieve("prisma", "--warehouse", filled.warehouse)
    assert "If an earlier release published this warehouse, `papersieve run DUMP…` publishes it anew" in done.stderr
    os.truncate(filled.warehouse, 300_000)
    done = papersieve("query", "FROM papers", "--warehouse", filled.warehouse)
    assert (done.returncode, "move" in done.stderr) == (1, True), done.stderr


@pytest.mark.parametrize("is_new", [True, False])
def test_the_log_of_a_killed_client_locks_nobody_out(filled, is_new):
    place = filled
    die_with(place.warehouse, "CREATE VIEW mine AS FROM papers")
    assert status(place.store, place.warehouse, Settings())["pending"] == ["publish"]
    result = add(place, 1) if is_new else place.run()
    assert [CHANGED in message for message in result.messages] == [True]
    with duckdb.connect(place.warehouse, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM duckdb_views() WHERE view_name = 'mine'").fetchall() == [(0,)]
