"""Whatever happens to a store, it equals its rebuild, including the ids: the contract of docs/decisions/008."""

import random

import duckdb
import polars as pl
import pytest

from papersieve.pipeline.errors import StoreError
from papersieve.warehouse.decisions.decisions import DecisionError, contradiction
from papersieve.warehouse.published.publish import publish_if_new
from papersieve.warehouse.published.versions import kept_versions
from papersieve.warehouse.store.rebuild import rebuild
from papersieve.warehouse.store.store import Store
from tests.support.decided import decide
from tests.support.history import History, held_back
from tests.support.store_places import Place, published_tables


@pytest.mark.long
def test_a_random_history_equals_its_rebuild(place):
    history, rng = History(place), random.Random(24)  # this seed has each kind of step; `make soak` tries others
    for _ in range(8):
        history.random_step(rng)
    history.compare(is_rebuilt=True)


@pytest.mark.long
def test_dumps_that_are_held_back_and_let_in_leave_what_is_derived_of_the_others(place):
    """The reasons: too many broken entries, other limits, a person who accepts, a replaced file, a withdrawal."""
    history, held = History(place, publishes=False), []

    def step(do, *args) -> None:
        do(*args)
        with Store(place.store) as store:
            held.append(len(held_back(store)))

    step(history.add, 1, [(1, 0), (2, 0), (5, 0)])
    step(history.add_broken, 4, [(1, 3), (2, 2), (7, 0)], 20)  # held back at once
    step(history.add_broken, 5, [(1, 2), (3, 0)], 4)  # too few entries for a share to count
    step(history.change_settings, 3)  # these limits count it
    step(history.change_settings, 1)  # no limit: both are let in
    step(history.change_settings, 0)
    step(history.accept, 0)
    step(history.add_broken, 4, [(1, 3), (2, 2)], 30)  # a new file: the accepted dump is gone
    step(history.add_broken, 4, [(1, 3), (2, 2), (7, 0)], 20)  # and is no longer accepted when it comes back
    step(history.add, 4, [(1, 3), (2, 2)])  # mended
    step(history.add_broken, 6, [(1, 1)], 21)
    step(history.withdraw, 3)
    assert held == [0, 1, 1, 2, 0, 1, 0, 1, 1, 0, 1, 0]
    history.compare(is_rebuilt=True)


@pytest.mark.long
def test_a_rebuild_takes_the_place_of_the_store_and_goes_on_as_it(place):
    history = History(place, publishes=False)
    history.add(1, [(1, 0), (2, 0), (5, 0), (5, 2)])
    history.add(2, [(1, 2), (3, 0), (2, 7)])
    history.publishes = True
    history.withdraw(0)
    before = published_tables(place.warehouse)
    differences = rebuild(place.store, history.settings)
    assert differences["only_stored"].sum() == differences["only_derived"].sum() == 0
    history.refresh()
    assert published_tables(place.warehouse) == before
    history.add(3, [(1, 3)])
    history.compare(is_rebuilt=True)


@pytest.mark.long
def test_a_rebuild_tells_what_was_tampered_with(place):
    history = History(place, publishes=False)
    history.add(1, [(1, 0), (2, 0), (1, 2)])
    with Store(place.store) as store:
        store._connection.execute(
            "UPDATE papers SET title = 'Tampered' WHERE paper_id = (SELECT min(paper_id) FROM papers)"
        )
        store._connection.execute("DELETE FROM block_keys WHERE match_key = 'opening'")
    differs = rebuild(place.store, history.settings, keep=False).filter(
        pl.col("only_stored") + pl.col("only_derived") > 0
    )
    assert differs.rows() == [("block_keys", 0, 3), ("papers", 1, 1)]


@pytest.mark.long
def test_a_decision_outranks_every_judgement_and_can_be_undone(place):
    history = History(place)
    history.add(1, [(1, 0), (1, 2), (2, 0)])
    assert place.ask("SELECT count(*) FROM papers") == [(2,)]
    one, copy, other = (
        place.ask(f"SELECT document_id FROM records WHERE ordinal = {n}")[0][0] for n in (1, 2, 3)
    )  # fmt: skip
    with Store(place.store) as store:
        decide(store, one, copy, "cannot_link", "me")
        decide(store, one, other, "must_link", "me")
    history.refresh()
    papers = dict(place.ask("SELECT document_id, paper_id FROM records"))
    assert papers[one] == papers[other] != papers[copy]
    assert place.ask(
        "SELECT judgement, count(*) FROM duplicate_pairs WHERE rule = 'decision' GROUP BY ALL ORDER BY 1"
    ) == [
        ("match", 1),
        ("non_match", 1),
    ]
    history.undo(0)
    history.undo(0)
    assert place.ask("SELECT count(*) FROM papers") == [(2,)]
    history.compare()


@pytest.mark.long
def test_a_link_holds_again_where_a_document_was_gone_and_came_back(place):
    history = History(place, publishes=False)

    def held(table: str) -> int:
        with Store(place.store) as store:
            return store.count(table)

    history.add(1, [(1, 0)])
    history.add(2, [(2, 0)])
    assert held("papers") == 2
    history.decide(0, 1, "must_link")
    assert held("papers") == 1
    history.withdraw(0)
    assert (held("records"), held("papers")) == (1, 1)
    history.add(1, [(1, 0)])
    assert (held("records"), held("papers")) == (2, 1)
    history.compare(is_rebuilt=True)


@pytest.mark.long
def test_pairs_that_a_bucket_took_back_when_it_became_hot_leave_the_published_file_too(place):
    history = History(place)
    history.add(1, [(paper, 0) for paper in range(201, 240) if paper % 5])
    stock = [102, 106, 109, 113]
    history.add(2, [(paper, 8) for paper in stock[:3]])
    asked = "SELECT count(*) FROM duplicate_pairs WHERE match_key = 'title'"
    assert place.ask(asked) == [(3,)]
    history.add(3, [(stock[3], 8)])  # the fourth with this title; the cap is three
    assert place.ask(asked) == [(0,)]
    assert place.ask("SELECT scope FROM check_results ORDER BY checked_at DESC LIMIT 1") == [("changed",)]
    history.compare()


@pytest.mark.long
def test_a_file_that_moved_in_the_call_that_replaced_its_old_place_is_one_dump(place):
    history = History(place)
    history.add(1, [(1, 0), (2, 0)])
    moved = (place.dumps / "1.txt").read_text()
    history.write(1, [(3, 0)])
    place.write("2.txt", moved)
    result = place.run(settings=history.settings)
    assert [o.outcome for o in result.outcomes] == ["replaced", "located"]
    assert result.funnel["dumps"] == 2
    history.compare()


def test_decisions_that_contradict_each_other_are_refused_with_the_chain(place):
    History(place, publishes=False).add(1, [(1, 0), (2, 0), (3, 0)])
    with Store(place.store) as store:
        a, b, c = store.rows("records", "document_id")["document_id"]
        decide(store, a, b, "must_link", "me")
        decide(store, b, c, "must_link", "me")
        with pytest.raises(DecisionError, match=f"{a} = {b} = {c}|{c} = {b} = {a}"):
            decide(store, a, c, "cannot_link", "me")
        assert store.query("decisions").height == 2
        decide(store, b, c, "cannot_link", "me")  # replaces the decision about the same two
        decide(store, a, c, "cannot_link", "me")
        assert not contradiction(store.query("decisions"))
        with pytest.raises(DecisionError, match="expected two documents"):
            decide(store, a, a, "must_link", "me")
        with pytest.raises(DecisionError, match="found 'maybe'"):
            decide(store, a, b, "maybe", "me")


@pytest.mark.long
def test_a_small_change_is_brought_into_an_earlier_version_of_its_shape_and_who_reads_that_is_not_disturbed(place):
    history = History(place)
    history.add(0, [(101 + k, 0) for k in range(16)])
    for name in range(1, 3):
        history.add(name, [(120 + name, 0)])
    scopes = place.ask("SELECT scope, count(DISTINCT checked_at) FROM check_results GROUP BY ALL ORDER BY 1")
    assert dict(scopes)["changed"] >= 1
    inode = place.warehouse.stat().st_ino
    with duckdb.connect(place.warehouse, read_only=True) as reading:
        at_first = reading.execute("SELECT count(*), sum(hash(abstract)) FROM papers").fetchall()
        inodes = set()
        for name in range(3, 7):
            history.add(name, [(120 + name, 0)])
            inodes.add(place.warehouse.stat().st_ino)
        assert inode not in inodes  # a file that is being read is never reused for the next version
        assert len(inodes) < 4  # other files are reused
        assert reading.execute("SELECT count(*), sum(hash(abstract)) FROM papers").fetchall() == at_first
    for version in (place.warehouse, *kept_versions(place.warehouse)):
        with duckdb.connect(version) as con:
            con.execute("UPDATE publication SET fingerprint = 'of other views'")
    assert place.run(settings=history.settings).published
    assert place.ask("SELECT scope FROM check_results ORDER BY checked_at DESC LIMIT 1") == [("all",)]
    history.compare()


@pytest.mark.long
def test_a_store_that_went_back_in_time_is_published_whole(place, tmp_path):
    import shutil

    history = History(place)
    history.add(0, [(101 + k, 0) for k in range(12)])
    history.add(1, [(120, 0)])
    shutil.copy(place.store, tmp_path / "earlier.duckdb")
    history.add(20, [(1, 0)])
    history.add(21, [(2, 0)])
    shutil.copy(tmp_path / "earlier.duckdb", place.store)
    history.add(22, [(3, 0)])  # its revision has the number of a published one with other contents
    history.compare()
    published = published_tables(place.warehouse)
    with Store(place.store) as store:
        publish_if_new(store, place.warehouse, history.settings, is_newer=True)
    assert published_tables(place.warehouse) == published


def test_where_there_is_no_store_there_is_nothing_to_rebuild(tmp_path):
    with pytest.raises(StoreError, match="there is no store"):
        rebuild(tmp_path / "none.duckdb", History(Place(tmp_path)).settings)
