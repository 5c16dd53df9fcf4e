"""The whole way: what must always hold (docs/decisions/001, the invariants), on generated dumps."""

import gc
import hashlib
import itertools
import json
import re
import shutil
import weakref

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.errors import ArgumentError, StoreError
from papersieve.pipeline.progress import silent
from papersieve.pipeline.settings import Operation, Settings, Signing
from papersieve.warehouse.run import run
from papersieve.warehouse.store.ingest import ingest
from papersieve.warehouse.store.stage_states import KEEP_SETTINGS
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_stages import STAGES
from papersieve.warehouse.store.update import complete, derive, refuse_gap
from tests.support.called import papersieve
from tests.support.examples import examples
from tests.support.made_dumps import HEAD, abstract, page
from tests.support.store_places import Place, Snapshot, published_tables, what_is_said


def fill(place: Place, sample) -> None:
    for name, text in sample.dumps.items():
        place.write(name, text)


@pytest.fixture(scope="module")
def snapshot(sample, tmp_path_factory) -> Snapshot:
    """The sample after its run."""

    def run_sample(place: Place) -> None:
        fill(place, sample)
        assert place.run().published

    return Snapshot(tmp_path_factory.mktemp("planted"), run_sample)


@pytest.fixture
def planted(snapshot) -> Place:
    return snapshot.put_back()


def test_a_run_finds_what_was_planted_and_merges_nothing_else(planted, sample):
    place, truth = planted, sample.truth
    result = place.run()
    assert result.funnel["dumps"] == len(sample.dumps)
    places = {
        (d, line): p
        for d, line, p in place.ask("SELECT d.name, line_start, paper_id FROM records JOIN dumps d USING (dump_id)")
    }
    assert result.funnel["records"] == len(places) + result.funnel["quarantined"]
    assert result.funnel["papers"] == len(set(places.values()))
    predicted = [places.pop((dump, line)) for dump, line in truth.select("dump", "line_start").iter_rows()]
    assert len(set(zip(truth["paper"], predicted, strict=True))) == len(set(predicted))
    assert not set(predicted) & set(places.values())
    assert len(set(predicted)) == truth["paper"].n_unique()


def test_what_matches_two_parts_of_a_paper_joins_them_not_and_the_cut_match_is_published_for_review(place):
    rows = [
        {"title": "A Paper of Many Parts, Part I", "abstract": abstract(1)},
        {"title": "A Paper of Many Parts, Part II", "abstract": abstract(1).replace("word1", "other1", 1)},
        {"abstract": abstract(1)},
    ]
    for number, row in enumerate(rows):
        place.write(f"{number}.jsonl", json.dumps(row) + "\n")
    result = place.run()
    assert result.published
    assert result.funnel["papers"] == 2
    assert place.ask("SELECT count(DISTINCT paper_id) FROM records WHERE title IS NOT NULL") == [(2,)]
    judged = place.ask("SELECT judgement, rule FROM duplicate_pairs ORDER BY ALL")
    assert judged == [("match", "model"), ("review", "bridge"), ("review", "other_part")]


@pytest.mark.long
def test_notices_are_those_of_the_files_of_the_run_also_where_others_have_the_same_name(place):
    for folder, row in (("a", "too narrow\n"), ("b", "")):
        (place.folder / folder).mkdir()
        (place.folder / folder / "x.csv").write_text(f"title,abstract\nOf {folder},{abstract(1)}\n{row}")
    codes = [set(place.run(place.folder / folder).notices["code"]) for folder in ("a", "b")]
    assert codes == [{"columns", "rejected_lines: row_of_other_width"}, {"columns"}]


def test_where_nothing_that_is_named_is_there_no_store_is_made(tmp_path):
    with pytest.raises(ArgumentError, match=r"none: there is no such file or folder\. Name dumps"):
        Place(tmp_path / "new").run(tmp_path / "none")
    assert not any(tmp_path.iterdir())


def test_a_second_run_changes_nothing_and_writes_nothing(planted):
    place = planted
    before = {
        p: (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns, p.stat().st_ino)
        for p in (place.store, place.warehouse)
    }
    again = place.run()
    assert not again.published
    assert {o.outcome for o in again.outcomes} == {"unchanged"}
    assert before == {
        p: (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns, p.stat().st_ino)
        for p in (place.store, place.warehouse)
    }


def test_one_by_one_equals_all_at_once_ids_included(tmp_path, sample):
    together, apart = Place(tmp_path / "together"), Place(tmp_path / "apart")
    for p in (together, apart):
        p.folder.mkdir()
    some = dict(sorted(sample.dumps.items())[:2])
    for name, text in some.items():
        together.write(name, text)
    together.run()
    for name, text in some.items():
        path = together.dumps / name  # the same location, so that nothing else differs
        assert path.read_text(encoding="utf-8") == text
        apart.run(path)
    assert published_tables(together.warehouse) == published_tables(apart.warehouse)


@pytest.mark.long
@examples(2)
@given(order=st.permutations(range(8)), cuts=st.sets(st.integers(1, 7), max_size=3))
def test_the_order_and_batching_of_dumps_decide_nothing(tmp_path_factory, sample_warehouse, order, cuts):
    other = Place(tmp_path_factory.mktemp("other"))
    dumps = sorted(sample_warehouse.parent.glob("[!_]*"))
    paths = [dumps[i] for i in order]
    for start, end in itertools.pairwise([0, *sorted(cuts), len(paths)]):
        other.run(*paths[start:end])
    assert what_is_said(sample_warehouse) == what_is_said(other.warehouse)


@pytest.mark.long
def test_however_small_batches_are_a_stage_searches_the_store_twenty_times_at_most_and_finds_the_same(tmp_path):
    said = []
    for size in (1, 1000):
        place = Place(tmp_path / str(size))
        place.folder.mkdir()
        place.write("a.txt", page(*range(40), *range(20)))
        told: list[tuple[str, int, int]] = []
        run(
            [place.dumps],
            store=place.store,
            warehouse=place.warehouse,
            settings=Settings(operation=Operation(batch_documents=size)),
            progress=lambda *what, told=told: told.append(what),
        )
        batches = [sum(stage == name and total == 40 for stage, _, total in told) for name in ("pairs", "papers")]
        assert batches == ([20, 20] if size == 1 else [1, 1])
        said.append(what_is_said(place.warehouse))
    assert said[0] == said[1]


@pytest.mark.long
def test_the_same_bytes_at_two_places_are_one_dump_that_lives_as_long_as_either(place):
    first, second = place.write("a.txt", page(1, 2)), place.write("b.txt", page(1, 2))
    result = place.run()
    assert [o.outcome for o in result.outcomes] == ["added", "located"]
    assert result.funnel["dumps"] == 1
    assert "counted as one dump" in result.messages[0]
    first.write_text(page(7))
    assert place.run().funnel["papers"] == 3
    second.write_text(page(8))
    assert place.run().funnel["papers"] == 2


@pytest.mark.long
def test_a_published_id_resolves_for_ever(place):
    work = {"title": "A Work That Two Venues Printed", "abstract": abstract(1), "authors": ["Arden, Ruth"]}
    place.write("a.jsonl", json.dumps(work | {"venue": "Desk Congress", "volume": "3", "pages": "1-9", "year": 2010}))
    place.write("b.jsonl", json.dumps(work | {"venue": "Inkwell", "volume": "77", "pages": "400-9", "year": 2012}))
    place.run(settings=Settings(unit="publication"))
    early, late = (
        place.ask(f"SELECT paper_id FROM records JOIN dumps USING (dump_id) WHERE name = '{n}.jsonl'")[0][0]
        for n in "ab"
    )
    assert early != late
    place.run()
    assert place.ask("SELECT count(*) FROM papers") == [(1,)]
    assert place.ask(f"SELECT paper_id FROM paper_aliases WHERE alias_id = '{late}'") == [(early,)]


@pytest.mark.long
def test_other_settings_derive_everything_anew_and_say_so(planted, tmp_path):
    place = planted
    other = Settings(signing=Signing(shingle_words=3, bands=25))
    result = place.run(settings=other)
    assert "shingle_words 2 -> 3" in result.messages[0]
    assert "nothing is mixed" in result.messages[0]
    assert result.messages[0].endswith(KEEP_SETTINGS)
    assert result.published
    run([place.dumps], store=tmp_path / "s.duckdb", warehouse=tmp_path / "w.duckdb", settings=other)
    assert published_tables(place.warehouse) == published_tables(tmp_path / "w.duckdb")
    assert not place.run(settings=other).messages


@pytest.mark.long
def test_bad_dumps_are_told_and_kept_in_mind_and_the_good_ones_are_in(place):
    place.write("good.txt", page(1, 2))
    (place.dumps / "paper.pdf").write_bytes(b"%PDF-1.7")
    place.write("empty.txt", "")
    result = place.run(place.dumps, place.dumps / "missing.txt")
    assert sorted((o.name, o.reason_code) for o in result.unreadable) == [
        ("empty.txt", "empty"),
        ("missing.txt", "missing"),
        ("paper.pdf", "binary"),
    ]
    assert result.funnel["papers"] == 2
    assert place.ask("SELECT name, reason_code FROM unreadable_dumps ORDER BY 1") == [
        ("empty.txt", "empty"),
        ("paper.pdf", "binary"),
    ]
    assert not place.run().published  # the same faults again are nothing new
    (place.dumps / "paper.pdf").unlink()
    place.write("empty.txt", page(3))
    assert place.run().funnel["papers"] == 3
    assert place.ask("SELECT count(*) FROM unreadable_dumps") == [(0,)]


@pytest.mark.long
def test_a_dump_that_became_unreadable_keeps_its_last_good_version(place):
    place.write("a.txt", page(1, 2))
    place.run()
    place.write("a.txt", "")
    result = place.run()
    assert result.unreadable
    assert result.funnel["papers"] == 2


BROKEN = HEAD + "".join(f"A Title Number {i}\n\n" for i in range(30))


def test_a_dump_that_is_mostly_broken_is_held_back_and_the_others_are_published(place):
    place.write("bad.txt", BROKEN)
    place.write("good.txt", page(*range(8)))
    for is_new in (True, False):
        result = place.run()
        assert [(o.name, o.outcome, o.reason_code) for o in result.held_back] == [
            ("bad.txt", "held_back", "quarantined_share")
        ]
        assert result.published == is_new
        assert result.funnel["papers"] == 8
    [told] = result.messages
    assert re.search(r"bad.txt: 30 of its 30 records break their contract, most often for abstract_missing", told)
    assert place.ask("SELECT name FROM dumps WHERE held_back IS NOT NULL") == [("bad.txt",)]
    lines = "SELECT sum(l.lines) FROM line_ledger AS l JOIN dumps AS d USING (dump_id) WHERE d.name = 'bad.txt'"
    assert place.ask(lines) == place.ask("SELECT lines FROM dumps WHERE name = 'bad.txt'")
    place.write("bad.txt", page(20))
    assert not place.run().held_back
    assert place.ask("SELECT count(*) FROM dumps WHERE held_back IS NOT NULL") == [(0,)]


@pytest.mark.long
def test_what_is_held_back_is_told_by_the_commands_and_taken_where_a_person_says_so(place):
    rows = [f"A title without anything else but number {n},," for n in range(25)]
    good = [f"A title and an identifier of number {n},,10.1000/{n}" for n in range(5)]
    place.write("bad.csv", "\n".join(["title,abstract,doi", *rows, *good]))
    places = ["--store", place.store, "--warehouse", place.warehouse]
    done = papersieve("run", place.dumps, *places)
    assert done.returncode == 1
    assert "held back (quarantined_share)" in done.stderr
    assert "--accept" in done.stderr
    shown = papersieve("status", *places)
    assert f"held back  {place.dumps}/bad.csv: 25 of its 30 records" in shown.stdout
    assert place.ask("SELECT count(*) FROM papers") == [(0,)]
    refused = papersieve("run", place.dumps, *places, "--accept", "nobody.csv")
    assert refused.returncode == 1
    assert "Nothing was accepted" in refused.stderr
    done = papersieve("run", place.dumps, *places, "--accept", "bad.csv")
    assert (done.returncode, "held back" in done.stderr) == (0, False)
    assert place.ask("SELECT count(*) FROM papers") == [(5,)]
    assert papersieve("run", place.dumps, *places).returncode == 0


def test_a_folder_stands_for_the_dumps_in_it_and_hidden_names_are_passed_over(place):
    (place.dumps / "deep").mkdir()
    (place.dumps / "deep" / "a.txt").write_text(page(1))
    place.write("_truth.csv", "not,a,dump\n")
    place.write(".hidden", "not a dump\n")
    result = place.run()
    assert [o.name for o in result.outcomes] == ["a.txt"]


def test_an_empty_folder_is_told_and_makes_no_store_and_beside_a_store_it_is_an_unreadable_dump(place, tmp_path):
    with pytest.raises(ArgumentError, match="this folder holds no dump"):
        place.run(place.dumps)
    assert not place.store.exists()
    place.write("a.txt", page(1))
    place.run()
    (tmp_path / "empty").mkdir()
    assert place.run(tmp_path / "empty").unreadable[0].reason_code == "not_a_file"


def test_any_file_name_is_stored_and_told(place):
    import os

    names = [b"caf\xe9.txt", b"new\nline.txt", b"it's [red]{x}.txt"]
    for seed, name in enumerate(names):
        (place.dumps / os.fsdecode(name)).write_text(page(seed))
    (place.dumps / os.fsdecode(b"empty\xe9.txt")).touch()
    result = place.run()
    assert sorted(o.name for o in result.outcomes) == [
        "caf\\xe9.txt",
        "empty\\xe9.txt",
        "it's [red]{x}.txt",
        "new\nline.txt",
    ]
    assert result.funnel["papers"] == 3
    assert not place.run().published


def test_a_stage_refuses_to_work_where_an_earlier_one_is_pending(place):
    place.write("a.txt", page(1))
    with Store(place.store) as store:
        ingest(store, [place.dumps], silent)
        for stage in list(STAGES)[1:]:
            with pytest.raises(StoreError, match=r"dumps or decisions came since its last run.*from `records` on"):
                complete(store, stage, Settings())
        with pytest.raises(StoreError, match="dumps or decisions came"):
            refuse_gap(store, Settings())
        derive(store, Settings())
        with pytest.raises(
            StoreError, match=r"last run had other settings \(wrong_share .*0\.4\)\. .* use those of that"
        ):
            refuse_gap(store, Settings(wrong_share=0.4))


# --- the store


def test_a_file_that_is_no_store_and_a_newer_store_are_refused(place):
    place.store.write_text("not a database")
    with pytest.raises(StoreError, match="expected a papersieve store, but DuckDB can't open it"):
        Store(place.store)
    place.store.unlink()
    with duckdb.connect(place.store) as con:
        con.execute("CREATE TABLE theirs (x INTEGER)")
    with pytest.raises(StoreError, match="found a database with other tables \\(theirs\\)"):
        Store(place.store)
    place.store.unlink()
    with Store(place.store) as store:
        store._connection.execute("INSERT INTO schema_migrations VALUES (99, '099_future.sql', '2026-01-01')")
    with pytest.raises(StoreError, match="schema version is 99"):
        Store(place.store)


def test_a_transaction_leaves_nothing_behind_where_it_fails(place):
    with Store(place.store) as store:

        def fail() -> None:
            with store.transaction():
                store._connection.execute("INSERT INTO hot_buckets VALUES ('band', 1, 2)")
                raise RuntimeError("stop")

        with pytest.raises(RuntimeError, match="stop"):
            fail()
        assert store._connection.sql("FROM hot_buckets").fetchall() == []


def test_a_transaction_does_not_hold_the_frames_of_its_statements_until_it_ends(place):
    numbers = np.arange(1000)
    held = weakref.ref(numbers)
    # Nobody copies the numbers: who holds the frame, or one made of it, holds these.
    frame = pl.DataFrame({"document_no": pa.Array.from_buffers(pa.int64(), 1000, [None, pa.py_buffer(numbers)])})
    del numbers
    with Store(place.store) as store, store.transaction():
        store.execute("drop_documents", chosen=frame)
        assert store.query("contents_of_documents", chosen=frame).is_empty()
        assert held() is not None
        del frame
        gc.collect()
        assert held() is None


def test_a_statement_that_fails_in_a_transaction_tells_its_own_error(place):
    with Store(place.store) as store:
        with pytest.raises(duckdb.BinderException), store.transaction():
            store.execute("drop_documents", chosen=pl.DataFrame({"document_no": ["no number"]}))
        store.execute("drop_documents", chosen=pl.DataFrame({"document_no": [1]}))


def test_a_file_that_is_no_warehouse_is_not_replaced(place):
    from papersieve.pipeline.errors import PapersieveError

    place.write("a.txt", page(1))
    place.warehouse.write_text("precious notes")
    with pytest.raises(PapersieveError, match="Move it away"):
        place.run()
    assert place.warehouse.read_text() == "precious notes"


@pytest.mark.long
def test_a_deleted_or_moved_warehouse_is_published_again(place):
    place.write("a.txt", page(1))
    place.run()
    shutil.move(place.warehouse, place.folder / "kept.duckdb")
    assert place.run().published
    assert published_tables(place.warehouse) == published_tables(place.folder / "kept.duckdb")
