"""Long-term safety of a store: backup, restore, rollback, compaction, verification, old stores, a full disk."""

import json
import os
import re
import resource
import shutil
import subprocess
import sys

import duckdb
import polars as pl
import pytest

from papersieve.pipeline.errors import PapersieveError, StoreError
from papersieve.warehouse.files import is_as_copied
from papersieve.warehouse.published import rollback
from papersieve.warehouse.published.reader import read_publication
from papersieve.warehouse.published.versions import kept_versions
from papersieve.warehouse.store import backup as keep
from papersieve.warehouse.store.ingest import foresee
from papersieve.warehouse.store.rebuild import rebuild, verify_sample
from papersieve.warehouse.store.schema import Step, steps
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import hold_store
from papersieve.warehouse.store.withdraw import withdraw
from tests.support.called import papersieve
from tests.support.forked import command, limited, said_in, start
from tests.support.history import History
from tests.support.made_dumps import page
from tests.support.store_places import Place, published_tables

#: The newest schema.
LAST = steps()[-1].number


def fill(place: Place) -> None:
    history = History(place)
    history.write(1, [(1, 0), (2, 0), (3, 0), (5, 0)])
    history.write(2, [(1, 2), (3, 7), (6, 0), (10, 0)])
    place.run(settings=history.settings)
    history.add(3, [(7, 0), (8, 0)])


# --- backup and restore


@pytest.mark.long
def test_a_backup_restored_is_the_store_that_it_was_and_the_one_in_place_is_kept_aside(history, tmp_path):
    place = history.place
    before = published_tables(place.warehouse)
    saved = keep.backup(place.store, tmp_path)
    history.add(4, [(9, 0)])
    assert published_tables(place.warehouse) != before
    moved = keep.restore(saved, place.store)
    history.refresh()
    assert published_tables(place.warehouse) == before
    with Store(moved) as store:
        assert store.query("known_dumps").height == 4


def test_a_target_that_ends_in_a_slash_is_a_folder_that_is_made(history, tmp_path):
    saved = keep.backup(history.place.store, f"{tmp_path}/new/backups/")
    assert saved.parent == tmp_path / "new/backups"
    with pytest.raises(StoreError, match="there is no store"):
        keep.backup(tmp_path / "none.duckdb", f"{tmp_path}/other/")
    assert not (tmp_path / "other").exists()


def test_a_torn_store_is_told_with_the_remedy_and_the_remedy_works(history, tmp_path):
    place = history.place
    saved = keep.backup(place.store, tmp_path / "saved.duckdb")
    with place.store.open("r+b") as file:
        file.truncate(5000)
    with pytest.raises(StoreError, match="papersieve restore BACKUP"):
        Store(place.store)
    keep.restore(saved, place.store)
    assert place.store.read_bytes() == saved.read_bytes()
    assert not place.run(settings=history.settings).published


def test_a_backup_is_refused_where_it_would_replace_a_file_and_a_restore_of_something_else(history, tmp_path):
    place = history.place
    before = place.store.read_bytes()
    (tmp_path / "mine.txt").write_text("notes")
    with pytest.raises(StoreError, match="expected no file there"):
        keep.backup(place.store, tmp_path / "mine.txt")
    (tmp_path / "own.csv").write_text("title,doi\n" * 2000)  # long enough for DuckDB to name the file itself
    for name in ("mine.txt", "own.csv"):
        with pytest.raises(StoreError, match=r"expected a papersieve store: .*[^.!]\. Name another backup\.$") as told:
            keep.restore(tmp_path / name, place.store)
        assert str(told.value).count(name) == 1
    with pytest.raises(StoreError, match="no such backup"):
        keep.restore(tmp_path / "none.duckdb", place.store)
    with pytest.raises(StoreError, match="there is no store"):
        keep.backup(tmp_path / "none.duckdb", tmp_path)
    assert place.store.read_bytes() == before


# --- rollback


@pytest.mark.long
def test_a_rollback_holds_the_version_before_until_it_is_released(history):
    place = history.place
    tables = published_tables(place.warehouse)
    revision = read_publication(place.warehouse).revision
    history.add(4, [(9, 0)])
    newest = published_tables(place.warehouse)
    assert rollback.rollback(place.warehouse) == revision
    assert published_tables(place.warehouse) == tables
    result = place.run(history.write(5, [(11, 0)]), settings=history.settings)
    assert not result.published
    assert "held at an earlier version" in result.messages[-1]
    assert published_tables(place.warehouse) == tables
    with pytest.raises(PapersieveError, match="found no number or id"):
        rollback.rollback(place.warehouse, "")
    assert rollback.rollback(place.warehouse, revision + 1) == revision + 1  # forward again
    assert published_tables(place.warehouse) == newest
    assert rollback.release(place.warehouse)
    assert not rollback.release(place.warehouse)
    assert place.run(settings=history.settings).published
    history.compare()


@pytest.mark.long
def test_versions_say_what_each_contains_and_no_more_are_kept_than_the_settings_say(history):
    history.add(4, [(9, 0)])
    found = rollback.versions(history.place.warehouse)
    assert [(version["dumps"], version["is_in_place"]) for version in found] == [(2, False), (3, False), (4, True)]
    history.add(5, [(11, 0)])
    assert [version["dumps"] for version in rollback.versions(history.place.warehouse)] == [3, 4, 5]
    assert len(kept_versions(history.place.warehouse)) == history.settings.operation.keep_versions == 2
    with pytest.raises(
        PapersieveError,
        match=r"expected one of the versions that are kept, 2 \(.{8}\), 3 \(.{8}\); found 99.*rollback --list",
    ):
        rollback.rollback(history.place.warehouse, 99)


@pytest.mark.long
def test_two_versions_of_one_number_are_both_kept_in_the_order_of_publication(history, tmp_path):
    place = history.place
    saved = keep.backup(place.store, tmp_path)
    history.add(4, [(9, 0)])
    lost = published_tables(place.warehouse)
    keep.restore(saved, place.store)
    history.add(5, [(11, 0)])  # its revision has the number of the one that the restoration undid
    listed = rollback.versions(place.warehouse)
    assert [(version["revision"], version["is_in_place"]) for version in listed] == [(2, False), (3, False), (3, True)]
    assert listed == sorted(listed, key=lambda version: version["published_at"])
    assert rollback.rollback(place.warehouse) == 3  # the version published before, although its number is the same
    assert published_tables(place.warehouse) == lost
    ids = [version["revision_id"] for version in listed]
    assert [version["revision_id"] for version in rollback.versions(place.warehouse)] == ids  # none is lost
    assert rollback.rollback(place.warehouse, ids[2][:8]) == 3
    oldest = next(iter(kept_versions(place.warehouse)))
    oldest.rename(oldest.with_name("000000002.duckdb"))  # the name that earlier releases gave it
    assert rollback.rollback(place.warehouse, 2) == 2
    with pytest.raises(PapersieveError, match=r"3 may be 3 \(.{8}\), 3 \(.{8}\)\. Give the first characters of an id"):
        rollback.rollback(place.warehouse, 3)


@pytest.mark.long
@pytest.mark.parametrize("newest", [0, 1, 2])
def test_versions_keep_their_order_in_a_copied_folder(history, newest):
    """Each file of a copy may have any time."""
    place = history.place
    history.add(4, [(9, 0)])
    files = [*kept_versions(place.warehouse), place.warehouse]
    for number, file in enumerate(files):
        os.utime(file, (2e9, 2e9) if number == newest else (1e9 - number, 1e9 - number))
    history.add(5, [(11, 0)])
    assert [(v["dumps"], v["is_in_place"]) for v in rollback.versions(place.warehouse)] == [
        (3, False),
        (4, False),
        (5, True),
    ]
    assert rollback.rollback(place.warehouse) == 3


def test_a_version_is_published_after_the_one_before_it_even_if_the_clock_goes_back(history):
    place = history.place
    with duckdb.connect(place.warehouse) as con:
        con.execute("UPDATE publication SET published_at = published_at + INTERVAL 1 year")
    before = [(v["revision"], v["published_at"]) for v in rollback.versions(place.warehouse)]
    history.add(4, [(9, 0)])
    *earlier, newest = rollback.versions(place.warehouse)
    assert [(v["revision"], v["published_at"]) for v in earlier] == before[-len(earlier) :]
    assert newest["is_in_place"]
    assert newest["published_at"] > earlier[-1]["published_at"]
    assert rollback.rollback(place.warehouse) == earlier[-1]["revision"]


# --- withdrawing


@pytest.mark.long
def test_a_withdrawn_dump_stays_away_from_a_folder_and_comes_back_where_it_is_named(history):
    place = history.place
    with Store(place.store) as store:
        places = withdraw(store, ["1.txt"])
        assert [o.outcome for o in foresee(store, [place.dumps])] == ["withdrawn", "unchanged", "unchanged"]
    assert places["name"].to_list() == ["1.txt"]
    result = place.run(settings=history.settings)
    assert result.funnel["dumps"] == 2
    assert "was withdrawn, so it is passed over" in result.messages[0]
    assert place.run(place.dumps / "1.txt", settings=history.settings).funnel["dumps"] == 3
    history.compare()


@pytest.mark.long
def test_a_name_that_means_no_dump_withdraws_nothing(history):
    with Store(history.place.store) as store:
        with pytest.raises(StoreError, match="holds no dump of the name 'nothing'"):
            withdraw(store, ["1.txt", "nothing"])
        assert store.query("known_dumps").height == 3


def test_a_plan_in_json_names_files_as_they_are(place):
    place.write("a:100:[b].txt", page(1))
    said = papersieve("run", place.dumps, "--store", place.store, "--dry-run", "--json")
    assert json.loads(said.stdout)["outcomes"][0]["name"] == "a:100:[b].txt"
    assert not place.store.exists()
    shown = papersieve("run", place.dumps, "--store", place.store, "--dry-run")
    assert "a:100:[b].txt" in shown.stdout


# --- verification


@pytest.mark.long
def test_a_sample_of_sound_papers_differs_in_nothing_and_what_was_tampered_with_is_found(history):
    place = history.place
    with Store(place.store) as store:
        found = verify_sample(store, history.settings, papers=1000, seed=1)
    assert found["only_stored"].sum() == found["only_derived"].sum() == 0
    spoilt = {
        "records": "UPDATE records SET title = 'x' WHERE ordinal = 1",
        "documents": "UPDATE documents SET title_text = 'x ' || title_text",
        "block_keys": "UPDATE block_keys SET key = key + 1 WHERE match_key = 'title'",
        "pairs": "UPDATE pairs SET similarity = similarity / 2",
        "overruled": "INSERT INTO overruled SELECT left_no, right_no, 'review', 'bridge' FROM pairs LIMIT 1",
        "clusters": "UPDATE paper_documents SET paper_id = document_id",
        "papers": "UPDATE papers SET record_count = record_count + 1",
        "paper_lineage": "UPDATE paper_lineage SET rule = 'luck'",
    }
    for table, sql in spoilt.items():
        copy = place.folder / f"{table}.duckdb"
        shutil.copy(place.store, copy)
        with Store(copy) as store:
            store._connection.execute(sql)
            found = verify_sample(store, history.settings, papers=1000, seed=1)
        differs = found.filter(pl.col("only_stored") + pl.col("only_derived") > 0)
        assert table in differs["table_name"], table


# --- the file of the store


def test_a_migration_copies_a_store_aside_and_brings_it_forward_once(history):
    place = history.place
    later = [*steps(), Step(LAST + 1, "later.sql", "ALTER TABLE dumps ADD COLUMN colour VARCHAR DEFAULT 'red'")]
    with Store(place.store) as store:
        held, paper_ids = store.columns("dumps"), store.rows("papers", "paper_id")
        for _ in range(2):
            store.bring_forward(later)
        assert store.columns("dumps") == [*held, "colour"]
        assert set(store.rows("dumps", "colour")["colour"]) == {"red"}
        assert store.rows("papers", "paper_id").equals(paper_ids)
        assert store.query("list_migrations")["version"].to_list() == [step.number for step in later]
    kept = place.folder / f"store.duckdb.schema{LAST:03}.backup"
    assert is_as_copied(kept)
    shutil.copy(kept, place.folder / "kept.duckdb")
    with Store(place.folder / "kept.duckdb") as store:
        assert store.columns("dumps") == held
    with pytest.raises(StoreError, match=f"its schema version is {LAST + 1}, this papersieve knows {LAST}"):
        Store(place.store)


@pytest.mark.long
def test_a_store_with_each_text_several_times_goes_on_with_each_once(history):
    with duckdb.connect(history.place.store) as con:
        con.execute("ALTER TABLE documents ADD COLUMN abstract_text VARCHAR DEFAULT 'as before'")
        con.execute("UPDATE records SET abstract_raw = abstract, title_raw = title")
        con.execute("DELETE FROM schema_migrations WHERE version = 13")
    history.add(9, [(1, 5), (30, 0)])
    with Store(history.place.store) as store:
        assert "abstract_text" not in store.columns("documents")
        assert store.rows("records", "abstract_raw", "title_raw").null_count().row(0) == (store.count("records"),) * 2
    history.compare()


def test_a_migration_that_fails_leaves_the_store_as_it_was(history):
    broken = "ALTER TABLE dumps ADD COLUMN colour VARCHAR; ALTER TABLE nothing ADD COLUMN colour VARCHAR"
    with Store(history.place.store) as store:
        held = store.columns("dumps")
        with pytest.raises(duckdb.CatalogException):
            store.bring_forward([*steps(), Step(LAST + 1, "broken.sql", broken)])
        assert store.columns("dumps") == held
        assert store.query("list_migrations")["version"].to_list() == [step.number for step in steps()]


def test_a_store_of_before_the_first_release_is_refused_with_what_to_do(history):
    place = history.place
    with duckdb.connect(place.store) as con:
        con.execute("UPDATE schema_migrations SET version = 11")
    done = papersieve("run", place.dumps, "--store", place.store, "--warehouse", place.warehouse)
    assert done.returncode == 1
    assert "a version before 0.1.0 made this store (its schema is number 11" in done.stderr
    assert "`papersieve run --new DUMP…`" in done.stderr
    place.store.rename(place.folder / "old.duckdb")
    assert (
        papersieve("run", "--new", place.dumps, "--store", place.store, "--warehouse", place.warehouse).returncode == 0
    )
    assert place.ask("SELECT count(*) FROM dumps") == [(3,)]


@pytest.mark.long
def test_a_compacted_store_holds_the_same(history):
    place = history.place
    before = published_tables(place.warehouse)
    with hold_store(place.store) as held:
        keep.compact(held)
    assert rebuild(place.store, history.settings, keep=False)["only_stored"].sum() == 0
    assert not place.run(settings=history.settings).published
    assert published_tables(place.warehouse) == before
    history.add(6, [(4, 0)])
    history.compare()


def test_a_second_run_waits_for_the_first_one(place, tmp_path):
    place.write("a.txt", page(1))
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import duckdb\ncon = duckdb.connect({str(place.store)!r})\nprint('open', flush=True)\ninput()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout.readline() == "open\n"
    refused = papersieve("run", place.dumps, "--store", place.store, "--warehouse", place.warehouse)
    assert refused.returncode == 1
    assert f"in use by process {holder.pid}" in refused.stderr
    words = ("run", place.dumps, "--store", place.store, "--warehouse", place.warehouse, "--wait", 100, "--json")
    waiting = start(tmp_path, command, *map(str, words))
    holder.communicate("\n")
    waiting.join(100)
    assert waiting.exitcode == 0
    assert '"papers": 1' in said_in(tmp_path)[0]


@pytest.mark.long
@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs a limit on the size of files")
def test_a_full_disk_is_told_loses_nothing_and_the_next_run_goes_on(history):
    place = history.place
    before = published_tables(place.warehouse)
    history.write(9, [(n, v) for n in range(12) for v in range(10)])
    full = limited(100_000, "run", place.dumps, "--store", place.store, "--warehouse", place.warehouse)
    assert full.returncode == 1
    assert re.search(r"papersieve: .*(too large|No space|Could not write)", full.stderr), full.stderr
    assert "Traceback" not in full.stderr
    assert published_tables(place.warehouse) == before
    assert not list(place.folder.glob(".*building*"))
    place.run(settings=history.settings)
    history.compare()


@pytest.mark.long
def test_too_little_memory_is_told_with_the_setting_and_a_run_with_more_goes_on(history, tmp_path):
    place, little = history.place, tmp_path / "little.toml"
    history.write(9, [(n, v) for n in range(12) for v in range(10)])
    little.write_text("[operation]\nmemory_limit = '8MB'", encoding="utf-8")
    done = papersieve("run", place.dumps, "--store", place.store, "--warehouse", place.warehouse, "--settings", little)
    assert done.returncode == 1
    assert "papersieve: Out of Memory" in done.stderr
    assert "a larger memory_limit in the settings" in done.stderr
    assert place.run(settings=history.settings).published


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_can_not_be_written_is_told(history):
    history.place.folder.chmod(0o500)
    try:
        done = papersieve("run", history.place.dumps, "--store", history.place.store)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
    finally:
        history.place.folder.chmod(0o700)
