"""Lasting ids over random changes of clusters."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.merging.lasting_ids import ALIAS_SCHEMA, events, resolve

#: Up to five generations of clusters of six documents; each document has a cluster or is absent.
generations = st.lists(
    st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=6, max_size=6), min_size=2, max_size=5
)


def members(*rows: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"document_id": pl.String, "paper_id": pl.String}, orient="row")


def aliases(*rows: tuple[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=ALIAS_SCHEMA, orient="row")


def clustering(labels: list[int | None]) -> pl.DataFrame:
    """Clusters, each with the id of its first document."""
    first: dict[int, str] = {}
    rows = []
    for document, label in zip("abcdef", labels, strict=True):
        if label is not None:
            rows.append((document, first.setdefault(label, document)))
    return members(*rows)


def test_a_merged_id_leads_to_the_paper_that_holds_its_document():
    before, after = members(("a", "a"), ("b", "b")), members(("a", "a"), ("b", "a"))
    found = resolve(before, after, aliases())
    assert found.rows() == [("b", "a")]
    assert events(before, after, aliases(), found).rows() == [("b", "merged", "a")]


def test_an_id_whose_document_is_withdrawn_leads_to_where_most_of_its_others_went():
    before = members(("a", "a"), ("b", "a"), ("c", "a"), ("d", "a"))
    after = members(("b", "b"), ("c", "c"), ("d", "c"))
    assert resolve(before, after, aliases()).rows() == [("a", "c")]


def test_an_id_of_which_nothing_is_left_leads_nowhere_but_is_kept():
    before, after = members(("a", "a"), ("b", "b")), members(("b", "b"))
    found = resolve(before, after, aliases())
    assert found.rows() == [("a", None)]
    assert events(before, after, aliases(), found).rows() == [("a", "withdrawn", None)]


def test_older_aliases_follow_and_a_living_id_is_no_alias():
    before = members(("a", "a"), ("b", "b"))
    after = members(("a", "a"), ("b", "a"), ("z", "z"))
    assert resolve(before, after, aliases(("x", "b"), ("z", "a"), ("y", None))).rows() == [
        ("b", "a"),
        ("x", "a"),
        ("y", None),
    ]


def test_a_split_says_which_part_kept_the_id_and_an_id_that_comes_back_is_told():
    before = members(("a", "a"), ("b", "a"))
    after = members(("a", "a"), ("b", "b"), ("z", "z"), ("n", "n"))
    assert events(before, after, aliases(("z", None)), aliases()).rows() == [
        ("b", "split", "a"),
        ("n", "created", None),
        ("z", "revived", None),
    ]


@given(generations)
def test_every_id_that_was_ever_published_leads_to_a_living_paper_that_holds_its_document_where_that_lives(history):
    known, before, seen = aliases(), members(), set()
    for labels in history:
        after = clustering(labels)
        now = resolve(before, after, known)
        told = events(before, after, known, now)
        alive, holder = set(after["paper_id"]), dict(after.iter_rows())
        seen |= alive
        leads = dict(now.iter_rows())
        assert set(leads) | alive == seen
        assert not set(leads) & alive
        assert all(to is None or to in alive for to in leads.values())
        assert all(leads[gone] == holder[gone] for gone in leads if gone in holder)
        # The events turn the ids before into the ids after.
        by_event = {name: set(told.filter(pl.col("event") == name)["paper_id"]) for name in told["event"].unique()}
        came = by_event.get("created", set()) | by_event.get("split", set()) | by_event.get("revived", set())
        went = by_event.get("merged", set()) | by_event.get("withdrawn", set())
        assert (set(before["paper_id"]) - went) | came == alive
        known, before = now, after
