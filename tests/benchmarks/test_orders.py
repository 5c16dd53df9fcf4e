"""The oracle of the campaigns: which states the commands of a schedule can have left."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.orders import ANY, EFFECTS, Done, State, amiss, order_of

START = State(frozenset({"one"}), frozenset({("a", "b")}))
SAVED = State(frozenset({"one"}))


def add(name: str, began: float, ended: float, **more) -> Done:
    return Done(f"run {name}", began, ended, "add", frozenset([name]), **more)


def restore(began: float, ended: float, **more) -> Done:
    return Done("restore", began, ended, "restore", SAVED, **more)


def left(*dumps: str, decisions=START.decisions, held: int | None = None) -> State:
    return State(frozenset(dumps), frozenset(decisions), held)


def test_a_lost_run_is_not_explained():
    assert order_of(START, [add("two", 0, 1)], left("one", "two")) == ["run two"]
    assert order_of(START, [add("two", 0, 1)], START) is None


def test_a_dump_that_nobody_added_is_not_explained():
    assert order_of(START, [add("two", 0, 1)], left("one", "two", "three")) is None


def test_a_killed_command_may_have_been_done_or_not_but_not_by_half():
    both = Done("import", 0, 1, "decide", frozenset({("c", "d"), ("e", "f")}), is_certain=False)
    for made, expected in (((), []), ((("c", "d"), ("e", "f")), ["import"]), ((("c", "d"),), None)):
        assert order_of(START, [both], left("one", decisions=[("a", "b"), *made])) == expected


def test_a_restore_may_undo_what_overlapped_it_and_not_what_came_after():
    beside, after = [restore(0, 2), add("two", 1, 3)], [restore(0, 2), add("two", 3, 4)]
    restored, added = left("one", decisions=()), left("one", "two", decisions=())
    assert order_of(START, beside, restored) == ["run two", "restore"]
    assert order_of(START, beside, added) == ["restore", "run two"]
    assert order_of(START, after, restored) is None
    assert order_of(START, after, added) == ["restore", "run two"]


def test_what_a_command_told_of_the_store_must_have_been_so_when_it_ended():
    runs = [add("two", 0, 2, told={"dump_count": 2}), add("three", 0, 2, told={"dump_count": 2})]
    assert order_of(START, runs, left("one", "two", "three")) is None, "both can't have been the first"
    runs[1] = replace(runs[1], told={"dump_count": 3})
    assert order_of(START, runs, left("one", "two", "three")) == ["run two", "run three"]


def test_a_dump_that_was_missed_must_have_been_lacking():
    missed = Done("withdraw two", 0, 2, told={"lacks": "two"})
    assert order_of(START, [add("two", 1, 3), missed], left("one", "two")) == ["withdraw two", "run two"]
    assert order_of(left("one", "two"), [missed], left("one", "two")) is None


def test_a_wrong_version_in_place_is_not_the_one_that_is_held():
    rollback = Done("rollback", 0, 1, "hold", 4)
    assert order_of(START, [rollback], left("one", held=4)) == ["rollback"]
    assert order_of(START, [rollback], left("one", held=5)) is None
    assert order_of(START, [rollback], START) is None
    killed = replace(rollback, what=ANY, is_certain=False)
    assert order_of(START, [killed], left("one", held=5)) == ["rollback"]
    assert order_of(START, [killed], START) == []


def test_a_dump_that_is_there_twice_or_by_half_is_told():
    truth = {"one": 8, "two": 7}
    assert amiss(truth, truth) == []
    assert amiss({"one": 16}, truth) == ["one: expected 8 record(s), found 16"]
    assert amiss({"two": 3, "none": 1}, truth) == [
        "none: expected 0 record(s), found 1",
        "two: expected 7 record(s), found 3",
    ]


effects = st.sampled_from(
    [
        *(("add", frozenset([name])) for name in ("two", "three")),
        *(("withdraw", frozenset([name])) for name in ("one", "two")),
        *(("decide", frozenset([pair])) for pair in (("c", "d"), ("e", "f"))),
        *(("restore", SAVED), ("hold", 4), ("hold", 5), ("release", None), ("undo", frozenset([("a", "b")]))),
    ]
)
commands = st.lists(st.tuples(effects, st.integers(0, 6), st.integers(0, 4), st.booleans()), max_size=4)


@given(commands)
def test_the_search_finds_what_trying_every_order_finds(drawn):
    done = [
        Done(str(n), began, began + lasted, *effect, is_certain=certain)
        for n, (effect, began, lasted, certain) in enumerate(drawn)
    ]
    possible = set()
    for size in range(len(done) + 1):
        for order in itertools.permutations(done, size):
            skipped = [d for d in done if d not in order]
            if any(d.is_certain for d in skipped) or any(
                later.ended < earlier.began for earlier, later in itertools.combinations(order, 2)
            ):
                continue
            state = START
            for command in order:
                state = EFFECTS[command.effect](state, command.what)
            possible.add(state)
    for state in possible:
        assert order_of(START, done, state) is not None
    for dumps, held in itertools.product((("one",), ("two",), ("one", "two", "three"), ()), (None, 4, 5)):
        found = left(*dumps, held=held)
        assert (order_of(START, done, found) is not None) == (found in possible)


@pytest.mark.parametrize("count", [6])
def test_six_commands_at_once_are_searched_quickly(count):
    runs = [add(f"new {n}", 0, 1, is_certain=False) for n in range(count)]
    assert order_of(START, runs, left("one", *(f"new {n}" for n in range(count))))
    assert order_of(START, runs, left("one", "other")) is None
