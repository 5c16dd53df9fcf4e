"""Backup, restore, rollback, compaction, verification, an older store, a full disk: what keeps for years."""

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

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.published import rollback
from papersieve.warehouse.published.versions import kept_versions, read_publication
from papersieve.warehouse.store import backup as keep
from papersieve.warehouse.store.ingest import foresee
from papersieve.warehouse.store.rebuild import rebuild
from papersieve.warehouse.store.store import Store, StoreError, migrations, statement_sql
from papersieve.warehouse.store.store_file import hold_store
from papersieve.warehouse.store.verify import verify_sample
from papersieve.warehouse.store.withdraw import withdraw
from tests.support.forked import papersieve
from tests.support.history import History
from tests.support.made_dumps import page
from tests.support.store_places import Place, Snapshot, published_tables


def fill(place: Place) -> None:
    history = History(place)
    history.write(1, [(1, 0), (2, 0), (3, 0), (5, 0)])
    history.write(2, [(1, 2), (3, 7), (6, 0), (10, 0)])
    place.run(settings=history.settings)
    history.add(3, [(7, 0), (8, 0)])


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory) -> Snapshot:
    return Snapshot(tmp_path_factory.mktemp("history"), fill)


@pytest.fixture
def history(snapshot) -> History:
    return History(snapshot.put_back())


# --- backup and restore


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
    with pytest.raises(StoreError, match="expected a papersieve store"):
        keep.restore(tmp_path / "mine.txt", place.store)
    with pytest.raises(StoreError, match="no such backup"):
        keep.restore(tmp_path / "none.duckdb", place.store)
    with pytest.raises(StoreError, match="there is no store"):
        keep.backup(tmp_path / "none.duckdb", tmp_path)
    assert place.store.read_bytes() == before


# --- rollback


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
    assert rollback.rollback(place.warehouse, revision + 1) == revision + 1  # forward again
    assert published_tables(place.warehouse) == newest
    assert rollback.release(place.warehouse)
    assert not rollback.release(place.warehouse)
    assert place.run(settings=history.settings).published
    history.compare()


def test_versions_say_what_each_contains_and_no_more_are_kept_than_the_settings_say(history):
    history.add(4, [(9, 0)])
    found = rollback.versions(history.place.warehouse)
    assert found["dumps"].to_list() == [2, 3, 4]
    assert found["is_in_place"].to_list() == [False, False, True]
    history.add(5, [(11, 0)])
    assert rollback.versions(history.place.warehouse)["dumps"].to_list() == [3, 4, 5]
    assert len(kept_versions(history.place.warehouse)) == history.settings.keep_versions == 2
    with pytest.raises(PapersieveError, match="expected one of the versions that are kept, 2, 3; found 99"):
        rollback.rollback(history.place.warehouse, 99)


# --- withdrawing


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


def test_a_sample_of_sound_papers_differs_in_nothing_and_what_was_tampered_with_is_found(history):
    place = history.place
    found = verify_sample(place.store, history.settings, papers=1000, seed=1)
    assert found["only_stored"].sum() == found["only_derived"].sum() == 0
    spoilt = {
        "records": "UPDATE records SET title = 'x' WHERE ordinal = 1",
        "documents": "UPDATE documents SET abstract_text = 'x ' || abstract_text",
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
            store.connection.execute(sql)
        differs = verify_sample(copy, history.settings, papers=1000, seed=1).filter(
            pl.col("only_stored") + pl.col("only_derived") > 0
        )
        assert table in differs["table_name"], table


# --- the file of the store


def test_a_store_of_an_older_schema_is_copied_aside_and_brought_forward(history, tmp_path):
    place = history.place
    old = tmp_path / "old" / "store.duckdb"
    old.parent.mkdir()
    version, name, sql = migrations()[0]
    with duckdb.connect(old) as con:
        con.execute(statement_sql("create_migrations"))
        con.execute(sql)
        con.execute(statement_sql("record_migration"), {"version": version, "name": name})
        con.execute(f"ATTACH '{place.store}' AS newer")
        for table in ("dump_ledger", "dumps", "dump_locations", "line_spans", "rejected_lines", "notices", "records"):
            columns = ", ".join(name for name, *_ in con.execute(f"DESCRIBE main.{table}").fetchall())
            con.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM newer.{table}")
        con.execute("INSERT INTO paper_documents BY NAME SELECT document_id, paper_id FROM newer.paper_documents")
    moved = Place(old.parent)
    Store(old).close()
    assert (moved.folder / "store.duckdb.schema001.backup").exists()
    moved_history = History(moved, settings=history.settings)
    moved_history.compare()
    assert published_tables(moved.warehouse)["papers"] == published_tables(place.warehouse)["papers"]
    assert moved.ask("SELECT count(*) FROM paper_aliases") == [(0,)]


def test_a_store_from_before_the_numbers_of_ids_is_brought_forward(history, tmp_path):
    """The migration finds rows of every table, and what was published before it can't be brought forward by revision."""
    documents, papers = ("records", "documents", "paper_documents"), ("papers", "paper_lineage")
    numbers = [*((table, "document") for table in documents), *((table, "paper") for table in papers)]
    older = tmp_path / "older" / "store.duckdb"
    older.parent.mkdir()
    shutil.copyfile(history.place.store, older)
    place = Place(older.parent)
    place.run(settings=history.settings)
    with duckdb.connect(older) as con:
        for table, column in numbers:
            con.execute(f"ALTER TABLE {table} DROP COLUMN {column}_uuid")
        for table in ("paper_documents", "papers", "paper_lineage"):
            con.execute(f"ALTER TABLE {table} DROP COLUMN revision")
        for table in ("records", "quarantined_records", "papers"):
            con.execute(f"ALTER TABLE {table} DROP COLUMN issue")
            con.execute(f"ALTER TABLE {table} DROP COLUMN pmid")
        for column in ("venue_text", "volume", "issue", "pages", "pmid"):
            con.execute(f"ALTER TABLE documents DROP COLUMN {column}")
        con.execute("ALTER TABLE documents ADD COLUMN abstract_words BIGINT")
        con.execute("ALTER TABLE dumps DROP COLUMN lists_once")
        con.execute("DROP TABLE key_index")
        con.execute("ALTER TABLE overruled RENAME TO bridges")
        con.execute("DELETE FROM schema_migrations WHERE version >= 8")
    with Store(older) as store:
        for table, column in numbers:
            asked = f"SELECT count(*) FROM {table} WHERE replace({column}_uuid::VARCHAR, '-', '') IS DISTINCT FROM {column}_id"
            assert store.connection.execute(asked).fetchone() == (0,)
    moved = History(place, settings=history.settings)
    moved.add(5, [(1, 2), (3, 0)])
    moved.compare()


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


def test_a_second_run_waits_for_the_first_one(place):
    place.write("a.txt", page(1))
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import duckdb\ncon = duckdb.connect({str(place.store)!r})\nprint('open', flush=True)\ninput()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout.readline() == "open\n"
    refused = papersieve("run", place.dumps, "--store", place.store, "--warehouse", place.warehouse)
    assert refused.returncode == 1
    assert f"in use by process {holder.pid}" in refused.stderr
    waiting = subprocess.Popen(
        [sys.executable, "-m", "papersieve.warehouse.cli.main", "run", place.dumps, "--store", place.store, "--warehouse", place.warehouse, "--wait", "100", "--json"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    holder.communicate("\n")
    said, _ = waiting.communicate(timeout=100)
    assert waiting.returncode == 0
    assert '"papers": 1' in said


def limited(place: Place, size: int) -> subprocess.CompletedProcess[str]:
    """A run that can't make any file longer than this: what a full disk is to a program."""
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
        "sys.argv = ['papersieve', 'run', *sys.argv[1:]]\n"
        "from papersieve.warehouse.cli.main import main\nmain()\n"
    )
    args = [place.dumps, "--store", place.store, "--warehouse", place.warehouse]
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)], capture_output=True, text=True, check=False, timeout=100
    )


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs a limit on the size of files")
def test_a_full_disk_is_told_loses_nothing_and_the_next_run_goes_on(history):
    place = history.place
    before = published_tables(place.warehouse)
    history.write(9, [(n, v) for n in range(12) for v in range(10)])
    full = limited(place, 100_000)
    assert full.returncode == 1
    assert re.search(r"papersieve: .*(too large|No space|Could not write)", full.stderr), full.stderr
    assert "Traceback" not in full.stderr
    assert published_tables(place.warehouse) == before
    assert not list(place.folder.glob(".*building*"))
    place.run(settings=history.settings)
    history.compare()


def test_too_little_memory_is_told_with_the_setting_and_a_run_with_more_goes_on(history, tmp_path):
    place, little = history.place, tmp_path / "little.toml"
    history.write(9, [(n, v) for n in range(12) for v in range(10)])
    little.write_text("memory_limit = '8MB'", encoding="utf-8")
    done = papersieve("run", place.dumps, "--store", place.store, "--warehouse", place.warehouse, "--settings", little)
    assert done.returncode == 1
    assert "papersieve: Out of Memory" in done.stderr
    assert "a larger memory_limit in the settings" in done.stderr
    place.run(settings=history.settings)
    history.compare()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_can_not_be_written_is_told(history):
    history.place.folder.chmod(0o500)
    try:
        done = papersieve("run", history.place.dumps, "--store", history.place.store)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
    finally:
        history.place.folder.chmod(0o700)
