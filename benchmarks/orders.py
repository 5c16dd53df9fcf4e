"""What commands that ran at the same time may have left: whether some order, one after the other, explains it.

A command that ended before another began comes before it; those that overlapped may be in either order. A killed
command was done completely, or not at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

#: A revision that is unknown: of a rollback that was killed.
ANY = -1


@dataclass(frozen=True)
class State:
    """What the store contains, by names of dumps and decisions (two documents each), and which revision a rollback
    keeps in place.
    """

    dumps: frozenset[str]
    decisions: frozenset[tuple[str, str]] = frozenset()
    held: int | None = None


@dataclass(frozen=True)
class Done:
    """A command that ran: when, its effect on a state (EFFECTS), and what it reported.

    told: `dumps` (names), `dump_count`, `decisions` of the store after it, or a dump that it `lacks`. is_certain:
    false if it was killed.
    """

    name: str
    began: float
    ended: float
    effect: str = "nothing"
    what: Any = None
    is_certain: bool = True
    told: Mapping[str, Any] = field(default_factory=dict, hash=False)


EFFECTS = {
    "nothing": lambda state, _: state,
    "add": lambda state, names: replace(state, dumps=state.dumps | names),
    "withdraw": lambda state, names: replace(state, dumps=state.dumps - names),
    "restore": lambda state, saved: replace(saved, held=state.held),
    "decide": lambda state, made: replace(state, decisions=state.decisions | made),
    "undo": lambda state, undone: replace(state, decisions=state.decisions - undone),
    "hold": lambda state, revision: replace(state, held=revision),
    "release": lambda state, _: replace(state, held=None),
}


def order_of(start: State, done: Sequence[Done], found: State) -> list[str] | None:
    """The names of the commands in an order that explains what was found, without those that did nothing; None if
    there is none.
    """
    return next((names for state, names in _orders(start, tuple(done), set()) if _is_found(state, found)), None)


def _orders(
    state: State, left: tuple[Done, ...], seen: set[tuple[State, tuple[Done, ...]]]
) -> Iterator[tuple[State, list[str]]]:
    """Every state that the commands may lead to, each once, with one order that leads to it."""
    if (state, left) in seen:
        return
    seen.add((state, left))
    if not left:
        yield state, []
    for command in left:
        if any(other.ended < command.began for other in left):
            continue
        rest = tuple(other for other in left if other is not command)
        after = EFFECTS[command.effect](state, command.what)
        if _fits(after, command.told):
            yield from ((end, [command.name, *names]) for end, names in _orders(after, rest, seen))
        if not command.is_certain:
            yield from _orders(state, rest, seen)


def _fits(state: State, told: Mapping[str, Any]) -> bool:
    """Whether a command can have reported this about the state that it left."""
    return (
        told.get("dumps", state.dumps) == state.dumps
        and told.get("dump_count", len(state.dumps)) == len(state.dumps)
        and told.get("decisions", state.decisions) == state.decisions
        and told.get("lacks") not in state.dumps
        and told.get("undecided") not in state.decisions
    )


def _is_found(state: State, found: State) -> bool:
    is_held = found.held is not None if state.held == ANY else state.held == found.held
    return is_held and (state.dumps, state.decisions) == (found.dumps, found.decisions)


def amiss(records: Mapping[str, int], truth: Mapping[str, int]) -> list[str]:
    """Dumps that have more or fewer records than their files: one sentence for each."""
    return [
        f"{name}: expected {truth.get(name, 0)} record(s), found {count}"
        for name, count in sorted(records.items())
        if count != truth.get(name, 0)
    ]
