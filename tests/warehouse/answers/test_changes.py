"""The change feed: what it reports, one change at a time.

history.py tests that a follower ends up with the published papers after any history.
"""

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.merging.lasting_ids import changed_columns
from papersieve.warehouse.answers.changes import changes_since
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.store.rebuild import rebuild
from tests.support.called import papersieve
from tests.support.history import Follower, History


@pytest.mark.long
def test_each_event_is_told_once_with_what_it_did(place):
    history, follower = History(place), Follower(place.warehouse)
    history.add(1, [(1, 0), (2, 0), (3, 0)])
    follower.follow()
    one, two, three = (id for (id,) in place.ask("SELECT paper_id FROM records ORDER BY ordinal"))
    history.add(2, [(1, 0)])
    assert told(place, follower) == [("changed", one, None, ["record_count", "dump_count"])]
    history.decide(*_numbers(place, one, two), "must_link")
    events = told(place, follower)
    assert events[1] == ("merged", two, one, None)
    assert events[0][:2] == ("changed", one)
    assert {"record_count", "document_count"} <= set(events[0][3])
    history.undo(0)
    assert sorted(event[:2] for event in told(place, follower)) == [("changed", one), ("revived", two)]
    history.withdraw(0)
    assert sorted(event[0] for event in told(place, follower)) == ["changed", "withdrawn", "withdrawn"]
    assert told(place, follower) == []
    assert three in {id for (id,) in place.ask("SELECT alias_id FROM paper_aliases WHERE paper_id IS NULL")}


@pytest.mark.long
def test_a_rebuild_that_mends_something_tells_it(place):
    from papersieve.warehouse.store.store import Store

    history, follower = History(place), Follower(place.warehouse)
    history.add(1, [(1, 0), (2, 0), (1, 2)])
    follower.follow()
    with Store(place.store) as store:
        store._connection.execute("UPDATE papers SET organisation = 'Nobody' WHERE record_count = 1")
    rebuild(place.store, history.settings)
    history.refresh()
    assert [(event, columns) for event, _, _, columns in told(place, follower)] == [("changed", ["organisation"])]


def told(place, follower) -> list[tuple]:
    found = place.answer(changes_since, follower.since)["changes"]
    follower.follow()
    found = sorted(found, key=lambda row: (row["event"] == "merged", row["paper_id"]))
    return [(row["event"], row["paper_id"], row["other_paper_id"], row["changed_columns"]) for row in found]


def _numbers(place, *documents) -> list[int]:
    known = sorted(id for (id,) in place.ask("SELECT DISTINCT document_id FROM records"))
    return [known.index(document) for document in documents]


values = st.fixed_dictionaries(
    {
        "title": st.sampled_from([None, "a", "b"]),
        "author_count": st.sampled_from([None, 0, 1]),
        "urls": st.lists(st.sampled_from(["x", "y"]), max_size=2),
    }
)
SCHEMA = {"paper_id": pl.String, "title": pl.String, "author_count": pl.Int64, "urls": pl.List(pl.String)}


@given(*[st.dictionaries(st.sampled_from("pqrs"), values)] * 2)
def test_the_columns_told_are_those_that_differ(before, after):
    frames = [pl.DataFrame([{"paper_id": k, **v} for k, v in side.items()], schema=SCHEMA) for side in (before, after)]
    expected = {
        paper: columns
        for paper in sorted(before.keys() & after.keys())
        if (columns := [c for c in list(SCHEMA)[1:] if before[paper][c] != after[paper][c]])
    }
    assert dict(changed_columns(*frames).iter_rows()) == expected


@pytest.mark.long
def test_the_command_tells_the_feed_and_refuses_a_revision_it_does_not_know(place):
    history = History(place)
    history.add(1, [(1, 0)])
    entry = place.dumps / "2.txt"
    entry.write_text(
        (place.dumps / "1.txt").read_text().replace("The Paper Number 1 of Many", "The \x1b[31m \u202e Paper Number 1 of Many")
        + "Another one \u202e here\n\n" + "other words of it " * 30 + ".\n\n"
    )  # fmt: skip
    place.run(entry)
    where = ("--warehouse", place.warehouse)
    printed = json.loads(papersieve("changes", "--since", 1, "--json", *where).stdout)
    assert printed["revision"] == 2
    assert printed["revision_id"] == place.ask("SELECT revision_id FROM publication")[0][0]
    assert {"created", "changed"} == {change["event"] for change in printed["changes"]}
    assert not place.answer(changes_since, printed["revision_id"])["changes"]
    everything = papersieve("changes", *where).stdout
    assert everything.count("created") == 2
    assert not set(everything) & {"\x1b", "\u202e"}
    unknown = papersieve("changes", "--since", 99, *where)
    assert unknown.returncode == 1
    assert "up to 2), found '99'." in unknown.stderr
    with pytest.raises(PapersieveError, match="no warehouse"):
        open_warehouse(place.folder / "none.duckdb")
