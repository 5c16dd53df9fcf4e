"""The kept parts of a version answer as DuckDB does, and never for a file with another layout."""

import math
import re
import threading

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.shingling.similarity import query_keys
from papersieve.pipeline.text import match_text
from papersieve.warehouse.answers import near_texts as kept
from papersieve.warehouse.answers.lookup import lookup
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.sql import statement_sql
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.withdraw import withdraw
from tests.support.made_dumps import abstract, page
from tests.support.store_places import Place

MOST = 3

#: Papers of the history below: some that stayed, one in two dumps, some that came or went, and one that never existed.
ASKED = (1, 2, 3, 20, 39, 40, 41, 42, 50, 59, 61)

having = st.sets(st.tuples(st.integers(0, 9), st.integers(1, 30)), max_size=90)


@given(having, st.lists(st.integers(0, 11), max_size=8), st.integers(0, 70))
def test_the_nearest_are_those_that_adding_up_every_key_finds(held, asked, others):
    entries = np.array(sorted(held), np.int64).reshape(-1, 2)
    documents, places = np.unique(entries[:, 1], return_inverse=True)
    records = np.empty(documents.size + others, np.int64)
    layout = kept._Layout(entries[:, 0].astype(np.uint32), places.astype(np.int32), documents, records, records)
    weights: dict[int, float] = {}
    for key in set(asked):
        having = [document for other, document in held if other == key]
        for document in having:
            weights[document] = weights.get(document, 0) + 1 + round(64 * math.log2(records.size / len(having)))
    expected = sorted(weights, key=lambda document: (-weights[document], document))[:MOST]
    assert kept.nearest(layout, asked, MOST).tolist() == expected


@pytest.mark.parametrize("records", [1, 2**16, 99_991])
def test_duckdb_weighs_keys_as_memory_does(records):
    (statement,) = re.findall(r"(1 \+ round.*) AS weight FROM hits", statement_sql("near_documents"))
    weight = statement.replace("(SELECT count(*) FROM records)", "$records").replace(
        "count(*) OVER (PARTITION BY key)", "documents"
    )
    asked = f"SELECT {weight} FROM range(1, $records + 1) AS t(documents)"
    told = [weight for (weight,) in duckdb.execute(asked, {"records": records}).fetchall()]
    assert told == kept.weights_of(np.arange(1, records + 1), records).tolist()


def test_nine_common_keys_outweigh_a_rare_one():
    """Otherwise a text's own document would not be found among others that share one of its rare words."""
    common = [(key, document) for key in range(9) for document in range(1000 * key, 1000 * key + 999)]
    own, others = [(key, 9999) for key in range(9)], [(100 + document, document) for document in range(MOST)]
    entries = np.array(sorted(common + own + others))
    documents, places = np.unique(entries[:, 1], return_inverse=True)
    records = np.arange(100_000)
    layout = kept._Layout(entries[:, 0].astype(np.uint32), places.astype(np.int32), documents, records, records)
    assert kept.nearest(layout, [*range(9), *range(100, 100 + MOST)], MOST)[0] == 9999


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """A version updated from an earlier one: records were added, changed and removed."""
    place = Place(tmp_path_factory.mktemp("refreshed"))
    place.write("a.txt", page(*range(1, 40)))
    place.write("c.txt", page(*range(50, 60), 3))
    place.run()
    place.write("b.txt", page(2, 3, 41, 42))
    place.run()
    with Store(place.store) as store:
        withdraw(store, ["c.txt"])
    place.run(place.dumps / "a.txt", place.dumps / "b.txt")
    return place


def found_by_both(con: duckdb.DuckDBPyConnection) -> int:
    """How many records DuckDB and the kept parts find for every text that was ever here; both must find the same."""
    told = kept.near_texts(con).settings, con.execute("SELECT settings FROM publication").fetchall()[0][0]
    by_duckdb, by_memory = kept.NearTexts(told[1]), kept.NearTexts(told[1])
    by_memory._layout = kept._lay_out(con)
    total = 0
    for number in ASKED:
        keys = query_keys("", match_text(abstract(number)), told[0])
        by_duckdb._asked = 0  # so that each look-up counts as the first
        found = by_duckdb.find(con, keys, MOST)
        assert by_memory.find(con, keys, MOST) == found
        assert by_duckdb._layout is None
        total += len(found)
    return total


@pytest.mark.long
@pytest.mark.parametrize("texts_are_kept", [True, False])
def test_memory_finds_what_duckdb_finds(refreshed, texts_are_kept, monkeypatch):
    if not texts_are_kept:
        monkeypatch.setattr(kept, "_MOST_TEXTS", 0)
    monkeypatch.setattr(kept, "_PORTION", 4)
    with open_warehouse(refreshed.warehouse) as con:
        assert found_by_both(con) > 5


def test_of_more_keys_than_are_kept_duckdb_is_asked(refreshed, monkeypatch):
    monkeypatch.setattr(kept, "_MOST_KEYS", 10)
    with open_warehouse(refreshed.warehouse) as con:
        assert kept._lay_out(con) is None
        assert [lookup(con, abstract(2))["is_here"] for _ in range(3)] == [True] * 3


def test_a_copy_whose_rows_lie_otherwise_is_answered_as_the_file_is(refreshed, tmp_path):
    with open_warehouse(refreshed.warehouse) as con:
        expected = [lookup(con, abstract(number)) for number in ASKED]
    assert {told["is_here"] for told in expected} == {True, False}
    turned = tmp_path / "turned.duckdb"
    with duckdb.connect(turned) as con:
        con.execute(f"ATTACH '{refreshed.warehouse}' AS other (READ_ONLY)")
        for table in ("records", "dumps", "lookup_keys", "publication"):
            con.execute(f"CREATE TABLE {table} AS FROM other.{table} ORDER BY ALL DESC")
        assert [lookup(con, abstract(number)) for number in ASKED] == expected


@pytest.mark.long
def test_threads_that_ask_at_once_get_the_same(refreshed, monkeypatch):
    monkeypatch.setattr(kept, "_PORTION", 2)
    kept._of_version.cache_clear()
    with open_warehouse(refreshed.warehouse) as con:
        answers: list[list[object]] = []
        barrier = threading.Barrier(4)

        def ask(own: duckdb.DuckDBPyConnection) -> None:
            barrier.wait()
            answers.append([lookup(own, abstract(number)) for number in ASKED])

        (name,) = con.execute("SELECT current_database()").fetchall()[0]
        cursors = [con.cursor() for _ in range(4)]
        for cursor in cursors:
            cursor.execute(f'USE "{name}"')
        threads = [threading.Thread(target=ask, args=(cursor,)) for cursor in cursors]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 4
        assert answers == [[lookup(con, abstract(number)) for number in ASKED]] * 4
