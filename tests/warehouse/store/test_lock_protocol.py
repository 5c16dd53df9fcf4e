"""A model of how commands share a store: every order of the steps of two or three commands, each killed or not.

A state is the content of the disk: names of files, the facts in each file, and the holder of each lock. A command is a
list of steps, and a step is one atomic operation. The model has the protocol of docs/locks.md, and the earlier one,
which locked the very file that is replaced: the search has to find the facts that this loses.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations_with_replacement

import pytest

Facts = frozenset[str]


@dataclass(frozen=True)
class Disk:
    """The content of the disk.

    names: the number of the file that has each name; says: the facts in each file; log: committed facts that are not
    yet in the store's file; locks: what is locked, and by which command; order: the commands in the order in which they
    took the lock.
    """

    names: tuple[tuple[str, int], ...] = (("store", 0),)
    says: tuple[Facts, ...] = (frozenset({"old"}),)
    log: Facts = frozenset()
    locks: tuple[tuple[object, int], ...] = ()
    order: tuple[int, ...] = ()

    def file(self, name: str) -> int | None:
        return dict(self.names).get(name)

    def named(self, **files: int | None) -> "Disk":
        names = {**dict(self.names), **files}
        return replace(self, names=tuple(sorted((n, f) for n, f in names.items() if f is not None)))

    def written(self, facts: Facts) -> tuple["Disk", int]:
        return replace(self, says=(*self.says, facts)), len(self.says)

    def content(self) -> Facts:
        return self.says[self.file("store")] | self.log


@dataclass(frozen=True)
class Command:
    """A command: its steps, how many of them are done, and the file that it has open."""

    steps: tuple[Callable[[Disk, "Command"], "tuple[Disk, Command] | None"], ...]
    fact: str
    number: int
    at: int = 0
    opened: int | None = None
    is_killed: bool = field(default=False)

    @property
    def is_over(self) -> bool:
        return self.is_killed or self.at == len(self.steps)


def lock(disk: Disk, me: Command):
    """Wait for the lock file next to the store, which is never replaced."""
    if any(what == "beside" for what, _ in disk.locks):
        return None
    return replace(disk, locks=(*disk.locks, ("beside", me.number)), order=(*disk.order, me.number)), me


def unlock(disk: Disk, me: Command):
    return replace(disk, locks=tuple(held for held in disk.locks if held[1] != me.number)), me


def drop_log_where_next(disk: Disk, me: Command):
    """First step to finish a replacement that has begun: remove the old file's log."""
    return (replace(disk, log=frozenset()), me) if disk.file("next") is not None else (disk, me)


def finish_where_next(disk: Disk, me: Command):
    """Last step to finish a replacement: give the file `next` the store's name."""
    new = disk.file("next")
    return (disk.named(store=new, next=None), me) if new is not None else (disk, me)


def open_(disk: Disk, me: Command):
    return disk, replace(me, opened=disk.file("store"))


def commit(disk: Disk, me: Command):
    return replace(disk, log=disk.log | {me.fact}), me


def close(disk: Disk, me: Command):
    """Write the log into the open file, even if it has another name by now."""
    says = tuple(facts | disk.log if file == me.opened else facts for file, facts in enumerate(disk.says))
    return replace(disk, says=says, log=frozenset()), me


def derive_aside(disk: Disk, me: Command):
    disk, file = disk.written(disk.says[me.opened] | disk.log)
    return disk.named(aside=file), me


def copy_aside(disk: Disk, me: Command):
    disk, file = disk.written(frozenset({me.fact}))
    return disk.named(aside=file), me


def name_next(disk: Disk, me: Command):
    return disk.named(next=disk.file("aside"), aside=None), me


TAKE = (lock, drop_log_where_next, finish_where_next)
REPLACE = (name_next, drop_log_where_next, finish_where_next, unlock)
RUN = (*TAKE, open_, commit, close, unlock)
REBUILD = (*TAKE, open_, derive_aside, close, *REPLACE)
RESTORE = (*TAKE, open_, close, copy_aside, *REPLACE)


def lock_file(disk: Disk, me: Command):
    """The earlier protocol: wait for the lock of the file itself, which may have lost its name since it was opened."""
    file = me.opened if me.opened is not None else disk.file("store")
    if any(what == file for what, _ in disk.locks):
        return None
    return replace(disk, locks=(*disk.locks, (file, me.number)), order=(*disk.order, me.number)), replace(
        me, opened=file
    )


def replace_at_once(disk: Disk, me: Command):
    return disk.named(store=disk.file("aside"), aside=None), me


RUN_BEFORE = (open_, lock_file, commit, close, unlock)
REBUILD_BEFORE = (open_, lock_file, derive_aside, close, unlock, replace_at_once)


def endings(
    disk: Disk, commands: tuple[Command, ...], kills: int, seen: set
) -> Iterator[tuple[Disk, tuple[Command, ...]]]:
    """Every state in which all commands are over, after any order of their steps and any kills."""
    if (disk, commands, kills) in seen:
        return
    seen.add((disk, commands, kills))
    if all(command.is_over for command in commands):
        yield disk, commands
        return
    for place, command in enumerate(commands):
        if command.is_over:
            continue
        others = commands[:place], commands[place + 1 :]
        if (done := command.steps[command.at](disk, command)) is not None:
            after = replace(done[1], at=command.at + 1)
            yield from endings(done[0], (*others[0], after, *others[1]), kills, seen)
        if kills:
            freed, _ = unlock(disk, command)
            killed = replace(command, is_killed=True)
            yield from endings(freed, (*others[0], killed, *others[1]), kills - 1, seen)


def lawful(disk: Disk, commands: tuple[Command, ...]) -> set[Facts]:
    """The contents that the store may have: commands took effect in order of their locks; killed ones may not have."""
    contents = {frozenset({"old"})}
    for number in disk.order:
        command = commands[number]
        after = {frozenset({command.fact}) if command.steps is RESTORE else c | facts_of(command) for c in contents}
        contents = contents | after if command.is_killed else after
    return contents


def facts_of(command: Command) -> Facts:
    return frozenset() if command.steps in (REBUILD, REBUILD_BEFORE) else frozenset({command.fact})


def unlawful(kinds: tuple, kills: int) -> list[tuple[Disk, tuple[Command, ...]]]:
    """Endings with contents that are not lawful, after the next command has finished a replacement that was begun."""
    commands = tuple(Command(steps, f"fact {number}", number) for number, steps in enumerate(kinds))
    found = []
    for disk, over in endings(Disk(), commands, kills, set()):
        last = disk
        for step in (drop_log_where_next, finish_where_next):
            last, _ = step(last, over[0])
        if last.file("store") is None or last.content() not in lawful(disk, over):
            found.append((last, over))
    return found


@pytest.mark.parametrize("kinds", list(combinations_with_replacement((RUN, REBUILD, RESTORE), 3)))
def test_in_no_order_of_three_commands_and_with_no_two_kills_anything_is_lost(kinds):
    assert unlawful(kinds, kills=2) == []


def test_the_search_finds_what_is_lost_where_the_lock_is_that_of_the_file_that_is_replaced():
    lost = unlawful((RUN_BEFORE, REBUILD_BEFORE), kills=0)
    assert any(disk.content() == {"old"} for disk, _ in lost)


def test_the_search_finds_what_comes_back_where_the_log_of_the_old_file_stays():
    disk = replace(Disk(), log=frozenset({"of the old file"}))
    careless = Command((lock, copy_aside, name_next, finish_where_next, unlock), "fact 0", 0)
    careful = replace(careless, steps=(lock, copy_aside, *REPLACE))
    for command, comes_back in ((careless, True), (careful, False)):
        assert any("of the old file" in end.content() for end, _ in endings(disk, (command,), 0, set())) == comes_back
