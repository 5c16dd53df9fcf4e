"""Two commands at once, and killed commands: whatever the others do, the reported work of a command is never lost."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

from papersieve.pipeline.errors import BusyError, StoreError
from papersieve.warehouse.files import checksum_of, copy_with_checksum
from papersieve.warehouse.locks import hold, lock_of
from papersieve.warehouse.published import rollback
from papersieve.warehouse.published.reader import read_publication
from papersieve.warehouse.store import backup as keep
from papersieve.warehouse.store.schema import Step, steps
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import hold_store, replace_store
from tests.support.faults import points_of, until
from tests.support.forked import command, limited, papersieve, start
from tests.support.made_dumps import page
from tests.support.store_places import Place, published_tables

#: The newest schema.
LAST = steps()[-1].number


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Place:
    """A place with three dumps, each published in a version of its own."""
    place = Place(tmp_path_factory.mktemp("template"))
    for n in range(3):
        place.write(f"{n}.txt", page(*range(10 * n, 10 * n + 4)))
        place.run()
    return place


@pytest.fixture
def filled(template, tmp_path) -> Place:
    """A copy of the template with its dumps. In the store, their locations are still those in the template."""
    return Place(Path(shutil.copytree(template.folder, tmp_path / "filled")))


def places(place: Place) -> tuple[object, ...]:
    return "--store", place.store, "--warehouse", place.warehouse


def dumps(place: Place) -> set[str]:
    """Names of the dumps in the store. Checks that the warehouse has the same, and each record only once."""
    with Store(place.store) as store:
        names = store._connection.sql("SELECT name FROM dump_locations").fetchall()
    assert sorted(place.ask("SELECT name FROM dumps")) == sorted(names)
    assert place.ask("SELECT count(*) FROM records") == place.ask("SELECT count(DISTINCT record_id) FROM records")
    return {name for (name,) in names}


def assert_foreseen(place: Place, refused, *options: str) -> None:
    """Check that a dry run is refused with the same message as the run."""
    foreseen = papersieve("run", place.dumps, *places(place), *options, "--dry-run")
    assert (foreseen.returncode, foreseen.stderr, foreseen.stdout) == (1, refused.stderr, "")


def all_at_once(*commands: tuple[object, ...]) -> list[str]:
    """Run commands at once and check that each exits with 0. Returns their stdout."""
    with ThreadPoolExecutor(len(commands)) as pool:
        done = list(pool.map(lambda words: papersieve(*words), commands))
    assert [(d.returncode, d.stderr) for d in done if d.returncode] == []
    return [d.stdout for d in done]


# --- commands that wait


@pytest.mark.long
def test_runs_that_wait_beside_a_rebuild_are_in_the_store_when_they_end(filled):
    new = [filled.write(f"new_{n}.txt", page(100 + n)) for n in range(2)]
    waiting = [("run", path, *places(filled), "--wait", 100) for path in new]
    all_at_once(waiting[0], ("rebuild", *places(filled), "--wait", 100), waiting[1])
    assert dumps(filled) == {"0.txt", "1.txt", "2.txt", "new_0.txt", "new_1.txt"}


@pytest.mark.long
def test_runs_that_wait_for_each_other_and_compact_the_store_are_in_it_when_they_end(filled, tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text("[operation]\ncompact_share = 0.01", encoding="utf-8")
    new = [filled.write(f"new_{n}.txt", page(100 + n)) for n in range(2)]
    all_at_once(*(("run", path, *places(filled), "--wait", 100, "--settings", settings) for path in new))
    assert dumps(filled) == {"0.txt", "1.txt", "2.txt", "new_0.txt", "new_1.txt"}


def test_whoever_waits_for_a_store_that_is_replaced_meanwhile_opens_the_new_one(filled, tmp_path):
    other = Place(tmp_path / "other")
    other.folder.mkdir()
    other.write("other.txt", page(50))
    other.run()
    found: list[str] = []

    def open_and_look() -> None:
        with Store(filled.store, wait_seconds=100) as store:
            found.extend(name for (name,) in store._connection.sql("SELECT name FROM dump_locations").fetchall())

    waiting = threading.Thread(target=open_and_look)
    with hold_store(filled.store) as held:
        waiting.start()
        replace_store(other.store, held)
    waiting.join()
    assert found == ["other.txt"]


def test_a_command_that_does_not_wait_names_who_has_the_store_and_changes_nothing(filled):
    before = published_tables(filled.warehouse)
    with hold_store(filled.store):
        for words in (
            ("run", filled.dumps),
            ("rebuild",),
            ("status",),
            ("withdraw", "0.txt"),
            ("backup", filled.folder / "b"),
        ):
            done = papersieve(*words, *places(filled))
            assert done.returncode == 1
            assert f"the store is in use by process {os.getpid()}. Wait for that command to end" in done.stderr
    assert published_tables(filled.warehouse) == before


def test_another_thread_of_the_same_process_is_kept_out_too(filled):
    with hold_store(filled.store), pytest.raises(BusyError, match="another part of this process"):
        Store(filled.store)


def test_nothing_is_replaced_where_the_file_of_the_lock_was_removed(filled, tmp_path):
    before = filled.store.read_bytes()
    with hold_store(filled.store) as held:
        lock_of(filled.store).unlink()
        with pytest.raises(StoreError, match="this lock file was removed"):
            keep.compact(held)
    assert filled.store.read_bytes() == before
    assert not list(filled.folder.glob(".store*"))


# --- rollback and publishing


@pytest.mark.long
def test_a_rollback_while_a_run_publishes_is_refused_or_waits_and_then_holds(filled):
    path = filled.write("new.txt", page(100))
    at = []

    def look(stage: str, done: int, total: int) -> None:
        if stage == "publish" and done == 1:
            refused = papersieve("rollback", *places(filled))
            assert refused.returncode == 1
            assert "the warehouse is in use by" in refused.stderr
            at.append(
                threading.Thread(target=lambda: at.append(papersieve("rollback", *places(filled), "--wait", 100)))
            )
            at[0].start()

    filled.run(path, progress=look)
    at[0].join()
    assert at[1].returncode == 0
    told = json.loads(papersieve("rollback", "--list", *places(filled), "--json").stdout)
    assert told["is_held"]
    assert [v["revision"] for v in told["versions"] if v["is_in_place"]] == [3]
    assert not filled.run(filled.write("later.txt", page(101))).published


# --- commands that are killed


#: The number of points at which a command is killed here, spread over all its points.
_KILLS = 4


def killed(start_of: Place, folder: Path, *words: object) -> Iterator[tuple[str, Place]]:
    """Yield (point, place): copies of a place in which the command was killed, each at a different point."""
    points = ["the end"]
    for share in range(_KILLS + 1):
        kill_at = -(-share * len(points) // _KILLS) if share else 0
        place = Place(folder / str(kill_at))
        shutil.copytree(start_of.folder, place.folder)
        given = [str(word).replace("PLACE", str(place.folder)) for word in words]
        with TemporaryDirectory() as ends:
            process = start(Path(ends), until, kill_at, folder / "told", command, *given, *map(str, places(place)))
            process.join()
        came_to = points_of(folder / "told")
        assert process.exitcode == (-signal.SIGKILL if kill_at else 0)
        points = points if kill_at else came_to
        if kill_at:
            yield came_to[-1], place


@pytest.mark.long
def test_a_restore_killed_anywhere_leaves_the_store_that_was_there_or_the_restored_one(filled, tmp_path):
    keep.backup(filled.store, filled.folder / "saved.duckdb")
    filled.run(filled.write("new.txt", page(100)))
    with_new = {"0.txt", "1.txt", "2.txt", "new.txt"}
    seen = set()
    for point, place in killed(filled, tmp_path, "restore", "PLACE/saved.duckdb"):
        with Store(place.store) as store:
            found = {name for (name,) in store._connection.sql("SELECT name FROM dump_locations").fetchall()}
        assert found in (with_new, with_new - {"new.txt"}), point
        seen.add(len(found))
        left = {f.name for f in place.folder.iterdir() if "before-restore" not in f.name}
        assert left == {f.name for f in filled.folder.iterdir()}, point
    assert seen == {3, 4}


@pytest.mark.long
def test_a_rollback_killed_anywhere_is_finished_by_the_next_command_or_was_not_begun(filled, tmp_path):
    seen = set()
    for point, place in killed(filled, tmp_path, "rollback"):
        is_held = rollback.is_held(place.warehouse)
        place.run(place.write("new.txt", page(100)))
        revision = read_publication(place.warehouse).revision
        assert revision == (2 if is_held else 4), point
        assert rollback.is_held(place.warehouse) == is_held, point
        assert not list(place.folder.glob(".*building*")), point
        seen.add(is_held)
    assert seen == {True, False}


# --- missing stores, and warehouses of other stores


@pytest.mark.long
def test_a_store_that_is_missing_beside_traces_of_it_is_not_taken_for_a_new_one(filled):
    filled.store.unlink()
    for trace in ("papers.duckdb", "store.duckdb.before-restore-1", "store.duckdb.schema007.backup"):
        (filled.folder / trace).touch()
        refused = papersieve("run", filled.dumps, *places(filled))
        assert refused.returncode == 1
        assert "there is no store, but" in refused.stderr
        assert "run again with --new" in refused.stderr
        assert not filled.store.exists()
        assert_foreseen(filled, refused)
        (filled.folder / trace).unlink()
    assert papersieve("run", filled.dumps, *places(filled), "--new", "--dry-run").returncode == 0
    assert papersieve("run", filled.dumps, *places(filled), "--new").returncode == 0
    assert dumps(filled) == {"0.txt", "1.txt", "2.txt"}


@pytest.mark.long
def test_a_warehouse_belongs_to_the_store_that_published_it(filled):
    before = published_tables(filled.warehouse)
    other = ("--store", filled.folder / "other.duckdb", "--warehouse", filled.warehouse)
    path = filled.write("other.txt", page(300))
    assert papersieve("run", path, "--store", other[1], "--warehouse", filled.folder / "own.duckdb").returncode == 0
    refused = papersieve("run", path, *other)
    assert refused.returncode == 1
    assert "another store published this warehouse" in refused.stderr
    assert published_tables(filled.warehouse) == before
    assert papersieve("run", path, *other, "--dry-run").stderr == refused.stderr
    assert papersieve("run", path, *other, "--take-over", "--dry-run").returncode == 0
    assert papersieve("run", path, *other, "--take-over").returncode == 0
    assert filled.ask("SELECT name FROM dumps") == [("other.txt",)]
    assert papersieve("run", filled.dumps, *places(filled)).returncode == 1  # the warehouse is now the other store's


# --- links


@pytest.mark.long
def test_links_to_a_store_and_a_warehouse_stay_links_and_what_they_lead_to_is_kept_up_to_date(filled, tmp_path):
    links = (filled.store, filled.warehouse)
    for link in links:
        real = tmp_path / "elsewhere" / f"real_{link.name}"
        real.parent.mkdir(exist_ok=True)
        shutil.move(link, real)
        link.symlink_to(real)
    for command_of in (
        ("run", filled.write("a.txt", page(100))),
        ("rebuild",),
        ("run", filled.write("b.txt", page(101))),
    ):
        assert papersieve(*command_of, *places(filled)).returncode == 0
    assert all(link.is_symlink() for link in links)
    assert len(dumps(filled)) == 5
    assert papersieve("rollback", *places(filled)).returncode == 0
    assert all(link.is_symlink() for link in links)
    assert sorted(f.name for f in filled.folder.glob(".*")) == []


# --- damage


def test_bits_flipped_in_the_header_are_damage_and_not_another_process(filled, tmp_path):
    saved = keep.backup(filled.store, tmp_path / "saved.duckdb")
    with filled.store.open("r+b") as file:
        file.seek(4096 + 16)
        file.write(b"\xff" * 64)
    done = papersieve("run", filled.dumps, *places(filled), "--wait", 100)
    assert done.returncode == 1
    assert "in use" not in done.stderr
    assert "papersieve restore BACKUP" in done.stderr
    assert papersieve("restore", saved, *places(filled)).returncode == 0
    assert dumps(filled) == {"0.txt", "1.txt", "2.txt"}


def test_a_torn_backup_is_refused_and_the_store_is_left_as_it_is(filled, tmp_path):
    saved = keep.backup(filled.store, tmp_path / "saved.duckdb")
    assert checksum_of(saved).read_text(encoding="utf-8").endswith("  saved.duckdb\n")
    before = filled.store.read_bytes()
    with saved.open("r+b") as file:
        file.seek(saved.stat().st_size // 2)
        file.write(b"\xaa" * 5000)
    with pytest.raises(StoreError, match=r"its content is not what saved\.duckdb\.sha256 says"):
        keep.restore(saved, filled.store)
    assert filled.store.read_bytes() == before


def test_a_lock_of_another_host_is_told_with_its_name(tmp_path):
    with hold(tmp_path / "store.duckdb", "store"):
        lock_of(tmp_path / "store.duckdb").write_text("77 far.example\n", encoding="utf-8")
        with pytest.raises(BusyError, match=r"process 77 on far\.example"), hold(tmp_path / "store.duckdb", "store"):
            pass


# --- data that would be lost or mixed up silently


def test_a_store_that_is_open_and_the_store_itself_are_no_backups(filled, tmp_path):
    other = tmp_path / "other.duckdb"
    shutil.copyfile(filled.store, other)
    other.with_name("other.duckdb.wal").write_bytes(b"committed, and not yet in the file")
    for saved in (other, filled.store):
        with pytest.raises(StoreError, match="this is a store that is in use, and not a backup"):
            keep.restore(saved, filled.store)
    assert len(dumps(filled)) == 3


def test_the_log_of_a_store_that_was_moved_away_is_kept_and_no_new_store_takes_its_place(filled, tmp_path):
    saved = keep.backup(filled.store, tmp_path / "saved.duckdb")
    filled.store.rename(tmp_path / "moved.duckdb")
    filled.warehouse.unlink()
    shutil.rmtree(filled.folder / "papers.duckdb.versions")
    log = filled.folder / "store.duckdb.wal"
    log.write_bytes(b"committed by a run that was killed")
    refused = papersieve("run", filled.dumps, *places(filled))
    assert (refused.returncode, "store.duckdb.wal shows that there was one" in refused.stderr) == (1, True)
    assert keep.restore(saved, filled.store) is None
    [kept] = filled.folder.glob("*before-restore*.wal")
    assert kept.read_bytes() == b"committed by a run that was killed"
    assert not log.exists()


@pytest.mark.parametrize("what", ["empty database", "text"])
def test_what_is_no_backup_is_named_as_it_was_given(filled, tmp_path, what):
    wrong = tmp_path / "wrong.duckdb"
    if what == "text":
        wrong.write_text("notes")
    else:
        duckdb.connect(wrong).close()
    done = papersieve("restore", wrong, *places(filled))
    assert done.returncode == 1
    assert done.stderr.startswith(f"papersieve: {wrong}: expected a papersieve store")
    assert "Name another backup." in done.stderr
    assert "restoring" not in done.stderr
    assert len(dumps(filled)) == 3


def test_a_backup_takes_no_name_that_is_there(filled, tmp_path):
    (tmp_path / "taken.duckdb.sha256").write_text("mine")
    with pytest.raises(StoreError, match="expected no file there yet"):
        keep.backup(filled.store, tmp_path / "taken.duckdb")
    with pytest.raises(FileExistsError):  # the second of two backups that both found the name free
        copy_with_checksum(filled.store, tmp_path / "taken.duckdb")
    assert (tmp_path / "taken.duckdb.sha256").read_text() == "mine"
    assert sorted(f.name for f in tmp_path.iterdir()) == ["filled", "taken.duckdb.sha256"]


def test_a_new_store_is_not_made_where_there_is_one(filled):
    done = papersieve("run", filled.dumps, *places(filled), "--new")
    assert (done.returncode, "expected no store here yet" in done.stderr) == (1, True)
    assert_foreseen(filled, done, "--new")


def test_a_dry_run_is_refused_where_the_warehouse_is_another_file_as_the_run_is(filled):
    filled.warehouse.write_text("notes")
    for options in (["--dry-run"], []):
        done = papersieve("run", filled.write("new.txt", page(100)), *places(filled), *options)
        assert (done.returncode, "expected a published papersieve warehouse" in done.stderr) == (1, True)
        assert f'"{filled.warehouse}" exists' in done.stderr  # DuckDB opened it under another name


@pytest.mark.long
def test_versions_of_two_stores_are_kept_apart(filled):
    other = Place(filled.folder / "other")
    other.folder.mkdir()
    options = ("--store", other.store, "--warehouse", filled.warehouse)
    assert papersieve("run", other.write("a.txt", page(300)), *options, "--new").returncode == 0
    [apart] = filled.folder.glob("papers.duckdb.versions.of-another-store-*")
    assert sorted(f.name.partition("-")[0] for f in apart.iterdir()) == ["000000001", "000000002", "papers.duckdb"]
    assert papersieve("run", other.write("b.txt", page(301)), *options).returncode == 0
    assert [version["revision"] for version in rollback.versions(filled.warehouse)] == [1, 2]
    assert rollback.rollback(filled.warehouse) == 1
    assert filled.ask("SELECT name FROM dumps") == [("a.txt",)]


def test_a_warehouse_that_another_program_writes_to_is_not_replaced_by_a_rollback_and_readers_say_who(filled):
    code = f"import duckdb\ncon = duckdb.connect({str(filled.warehouse)!r})\nprint('open', flush=True)\ninput()"
    before = filled.warehouse.stat().st_ino
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout.readline() == "open\n"
        for command in (["rollback"], ["query", "FROM papers"]):
            done = papersieve(*command, *places(filled))
            assert (done.returncode, f"process {writer.pid} has it open for writing" in done.stderr) == (1, True)
        writer.communicate("\n")
    assert filled.warehouse.stat().st_ino == before
    assert not rollback.is_held(filled.warehouse)


def test_a_rollback_that_fails_holds_nothing(filled):
    done = limited(100_000, "rollback", *places(filled))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not rollback.is_held(filled.warehouse)
    assert not list(filled.folder.glob(".*building*"))
    assert read_publication(filled.warehouse).revision == 3


def test_a_store_of_an_older_schema_is_copied_while_it_is_closed(filled):
    """If this process read a file that DuckDB has open, DuckDB's lock on it would be released."""
    code = f"import duckdb\nduckdb.connect({str(filled.store)!r})"
    with Store(filled.store) as store:
        store.bring_forward([*steps(), Step(LAST + 1, "later.sql", "ALTER TABLE dumps ADD COLUMN colour VARCHAR")])
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert "Could not set lock" in other.stderr
    assert (filled.folder / f"store.duckdb.schema{LAST:03}.backup").exists()
