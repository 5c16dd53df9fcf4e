"""The invariant of `papersieve.pipeline.refresh`, in memory: after any history, the state equals that of `derive`."""

import random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.derive import derive
from papersieve.pipeline.matching import context
from papersieve.pipeline.reading_settings import Merging
from papersieve.pipeline.settings import Matching, Operation, Settings
from tests.support.examples import examples
from tests.support.history import dump_records
from tests.support.kept_in_memory import NOTHING, Kept


@pytest.fixture(autouse=True, scope="module")
def short_lists():
    """Lower MIN_LISTED, so that dumps of a few records show whether they list each paper once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(context, "MIN_LISTED", 3)
        yield


#: Small buckets, so that many become hot and cool down again.
SETTINGS = (
    Settings(matching=Matching(bucket_cap=3)),
    Settings(unit="publication", matching=Matching(bucket_cap=2), operation=Operation(batch_documents=5)),
    Settings(merging=Merging(priority={"title": ["b", "a"], "abstract": ["a"], "published_date": ["c", "b", "a"]})),
)

dumps = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 9)), min_size=1, max_size=25)
steps = st.one_of(
    st.tuples(st.just("add"), dumps),
    st.tuples(st.just("withdraw"), st.integers(0, 9)),
    st.tuples(st.sampled_from(["must_link", "cannot_link", "undo"]), st.tuples(st.integers(0, 99), st.integers(0, 99))),
    st.tuples(st.just("label"), st.tuples(st.integers(0, 9), st.sampled_from("abc"))),
    st.tuples(st.just("refresh"), st.integers(1, 20)),
)


class Happened:
    """The state after a history of changes. Contradictory decisions are skipped, because the store refuses them too."""

    def __init__(self, chosen: Settings) -> None:
        self.kept, self.number, self.ever = Kept(chosen), 0, set()

    def add(self, entries: list[tuple[int, int]]) -> None:
        self.number += 1
        records = dump_records(f"{self.number:032x}", entries)
        self.ever |= set(records["document_id"])
        self.kept.add(self.number, records)

    def withdraw(self, which: int) -> None:
        if held := sorted(self.kept.dumps):
            self.kept.withdraw(held[which % len(held)])

    def label(self, value: tuple[int, str]) -> None:
        if held := sorted(self.kept.dumps):
            self.kept.label(held[value[0] % len(held)], value[1])

    def decide(self, decision: str, ends: tuple[int, int]) -> None:
        documents = sorted(self.ever)
        if len({end % len(documents) for end in ends}) < 2:
            return
        one, other = (documents[end % len(documents)] for end in ends)
        if decision == "undo":
            self.kept.undo(one, other)
        elif not self._contradicts(one, other, decision):
            self.kept.decide(one, other, decision)

    def _contradicts(self, one: str, other: str, decision: str) -> bool:
        made = {row for row in self.kept.said if set(row[:2]) != {one, other}} | {(one, other, decision)}
        linked = {document: document for row in made for document in row[:2]}
        for _ in linked:
            for left, right, what in made:
                if what == "must_link":
                    linked[left] = linked[right] = min(linked[left], linked[right])
        return any(linked[left] == linked[right] for left, right, what in made if what == "cannot_link")

    def step(self, kind: str, value) -> None:
        if kind == "refresh":
            self.kept.bring_up(value)
        elif kind in ("add", "withdraw", "label"):
            getattr(self, kind)(value)
        elif self.ever:
            self.decide(kind, value)

    def compare(self, size: int) -> None:
        self.kept.bring_up(size)
        expected = derive(self.kept.records, self.kept.settings, self.kept.decisions(), self.kept.sources())
        found = self.kept.tables()
        for name, frame in expected._asdict().items():
            assert rows_of(found[name], frame.columns) == rows_of(frame, frame.columns), name


def rows_of(frame: pl.DataFrame, columns: list[str]) -> list[str]:
    return sorted(map(repr, frame.select(columns).iter_rows()))


@examples(12)
@given(st.lists(steps, max_size=14), st.sampled_from(SETTINGS), st.integers(1, 30))
def test_any_history_in_any_batches_ends_as_all_at_once(history, chosen, size):
    happened = Happened(chosen)
    for step in history:
        happened.step(*step)
    happened.compare(size)


@pytest.mark.long
def test_a_long_history_is_all_at_once_at_each_step():
    happened, rng, seen = Happened(SETTINGS[0]), random.Random(9), set()
    for number in range(12):
        entries = [(rng.randrange(12), rng.randrange(10)) for _ in range(rng.choice([1, 3, 12]))]
        kinds = {
            "add": entries,
            "withdraw": rng.randrange(99),
            "must_link": (rng.randrange(99), rng.randrange(99)),
            "cannot_link": (rng.randrange(99), rng.randrange(99)),
            "undo": (rng.randrange(99), rng.randrange(99)),
        }
        kind = rng.choices(list(kinds), [5, 4, 2, 2, 1])[0] if number else "add"
        happened.step(kind, kinds[kind])
        happened.compare(rng.choice([2, 7, 100]))
        seen |= set(happened.kept.overruled["rule"]) | {f"{happened.kept.hot.height > 0} hot"}
    assert seen >= {"decision", "bridge", "True hot", "False hot"}


def test_nothing_is_made_of_nothing():
    kept = Kept(SETTINGS[0])
    kept.bring_up(5)
    assert all(frame.is_empty() for frame in kept.tables().values())
    assert all(frame.is_empty() for frame in derive(NOTHING, SETTINGS[0]))


def test_a_bucket_that_turns_hot_takes_its_pairs_back_and_gives_them_again_when_it_cools():
    happened = Happened(Settings(matching=Matching(bucket_cap=2)))
    happened.add([(1, 8), (2, 8)])  # the same title, different abstracts
    happened.compare(9)
    assert by_title(happened) == 1
    happened.add([(4, 8)])  # the third document; the cap is two
    happened.compare(9)
    assert by_title(happened) == 0
    assert happened.kept.hot.filter(pl.col("match_key") == "title").height == 1
    happened.withdraw(1)
    happened.compare(9)
    assert by_title(happened) == 1


def by_title(happened: Happened) -> int:
    return happened.kept.pairs.filter(pl.col("match_key") == "title").height


def test_a_decision_holds_again_where_a_document_was_gone_and_came_back():
    happened = Happened(SETTINGS[0])
    happened.add([(1, 0)])
    happened.add([(2, 0)])
    happened.decide("must_link", (0, 1))
    for papers in (1, 1):
        happened.compare(9)
        assert happened.kept.papers.height == papers
        happened.withdraw(0)
        happened.compare(9)
        happened.add([(1, 0)])
    happened.compare(9)
    assert happened.kept.papers.height == 1


def test_how_many_titles_an_abstract_has_counts_documents_that_share_no_title_with_the_pair():
    happened = Happened(SETTINGS[0])
    # One abstract under three titles: its own, the stock title, and the title of another paper.
    happened.add([(1, 0), (1, 1), (1, 8), (2, 0)])
    happened.compare(1)
    told = happened.kept.pairs.filter(pl.col("similarity") == 1)["abstract_titles"].drop_nulls()
    assert told.len() > 0
    assert told.max() >= 2


def test_a_known_pair_is_judged_anew_where_its_title_comes_again_in_another_year_and_goes():
    happened, years = Happened(SETTINGS[0]), []
    happened.add([(1, 8), (2, 8)])  # one stock title in two years
    for change in (lambda: None, lambda: happened.add([(3, 8)]), lambda: happened.withdraw(1)):
        change()
        happened.compare(9)
        years.append(happened.kept.pairs.sort("left_no", "right_no")["title_years"][0])
    assert years[0] == years[2] < years[1]
