"""Playing a schedule: its commands are started together, killed when their time comes, and the place is checked
afterwards.
"""

import json
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from benchmarks.orders import amiss, order_of
from benchmarks.soak_kinds import WAIT_SECONDS, Outcome, Planned, ended_as, promised
from benchmarks.soak_places import Place, Template, left_over, published_dumps, records_in, state_of, torn_version
from tests.support.faults import points_of, until
from tests.support.forked import papersieve, said_in, start

#: A command that runs longer is wedged; a read that takes longer was blocked.
WEDGED_SECONDS, SLOW_READ_SECONDS = WAIT_SECONDS + 100.0, 10.0

#: Stages, one after the other; the commands of a stage run at the same time.
Schedule = Sequence[Sequence[Planned]]

READERS = ("query", "lookup")


@dataclass
class Tally:
    """The results of schedules: commands by kind and outcome, reads, and what was wrong: kind of fault, in words."""

    commands: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, str]] = field(default_factory=list)
    reads: Counter[str] = field(default_factory=Counter)
    slowest_read: float = 0.0
    killed_at: Counter[str] = field(default_factory=Counter)


@dataclass
class _Running:
    planned: Planned
    process: BaseProcess
    ends: Path
    began: float

    def seconds_left(self, now: float) -> float:
        limit = WEDGED_SECONDS if self.planned.kill_after is None else self.planned.kill_after
        return self.began + limit - now

    def kill(self) -> None:
        """The whole process group, or the process itself before it has made one."""
        try:
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        except ProcessLookupError:
            self.process.kill()

    def outcome(self) -> Outcome:
        self.process.join()
        ended, (out, err) = time.monotonic(), said_in(self.ends)
        is_wedged = self.planned.kill_after is None and self.seconds_left(ended) <= 0
        how = ended_as(self.planned, None if is_wedged else self.process.exitcode, err)
        return Outcome(self.planned, self.began, ended, how, out, err, points_of(self.ends / "points"))


def play(stage: Sequence[Planned], ends: Path) -> list[Outcome]:
    """Start the commands of a stage, each at its time, kill those that are to be killed, and wait until all have
    ended.
    """
    waiting = sorted(stage, key=lambda planned: planned.delay)
    running: dict[int, _Running] = {}
    outcomes, first = [], time.monotonic()
    while waiting or running:
        now = time.monotonic()
        while waiting and first + waiting[0].delay <= now:
            begun = _start(waiting.pop(0), ends / f"{time.monotonic_ns()}")
            running[begun.process.sentinel] = begun
        for begun in running.values():
            if begun.seconds_left(now) <= 0:
                begun.kill()
        if not waiting and all(begun.planned.kind in READERS for begun in running.values()):
            (ends / "stop").touch()
        due = [begun.seconds_left(now) for begun in running.values() if begun.seconds_left(now) > 0]
        due += [first + planned.delay - now for planned in waiting]
        for sentinel in wait(list(running), max(0.0, min(due, default=1.0))):
            outcomes.append(running.pop(sentinel).outcome())  # type: ignore[arg-type]
    return outcomes


def _start(planned: Planned, ends: Path) -> _Running:
    ends.mkdir()
    began = time.monotonic()
    call, args = planned.call, planned.args
    if planned.kill_at:
        call, args = until, (planned.kill_at, ends / "points", planned.call, *planned.args)
    return _Running(planned, start(ends, call, *args), ends, began)


def judge(template: Template, place: Place, schedule: Schedule, *, is_verified: bool) -> tuple[Tally, list[Outcome]]:
    """Play a schedule in a copy of the template, and return what was wrong: nothing, if every guarantee was kept."""
    shutil.copytree(template.folder / "place", place.folder)
    ends = place.folder.parent / "ends"
    ends.mkdir()
    tally, outcomes = Tally(), []
    for stage in schedule:
        outcomes += play(stage, ends)
        with suppress(FileNotFoundError):
            (ends / "stop").unlink()
    for outcome in outcomes:
        _count(tally, outcome)
    tally.faults += [("torn", told) for told in torn_version(place, template.truth)]
    tally.faults += _afterwards(template, place, outcomes, is_verified=is_verified)
    return tally, outcomes


def _count(tally: Tally, outcome: Outcome) -> None:
    kind = outcome.planned.kind
    tally.commands[f"{kind}: {outcome.how}"] += 1
    if outcome.how == "killed":
        tally.killed_at.update(outcome.points[-1:])
    if outcome.how in ("failed", "wedged", "traceback"):
        tally.faults.append((outcome.how, str(outcome)))
    if kind in READERS and outcome.how == "done":
        said = json.loads(outcome.out)
        tally.reads.update(reads=said["reads"], failed_reads=said["failed_reads"])
        tally.slowest_read = max(tally.slowest_read, said["slowest"])
        if said["failed_reads"] or said["slowest"] > SLOW_READ_SECONDS:
            tally.faults.append(("failed_reads", f"{kind}: {said}"))


def _afterwards(
    template: Template, place: Place, outcomes: list[Outcome], *, is_verified: bool
) -> Iterator[tuple[str, str]]:
    """The next run must succeed; then the contents of the store and the published file must be what the commands
    reported.
    """
    run = papersieve("run", template.dump(template.first), *place.options, "--json")
    if run.returncode:
        yield "next_run", f"expected exit code 0 of the next run, found {run.returncode}: {run.stderr[-500:]}"
        return
    asked = papersieve("status", *place.options, "--json")
    if asked.returncode:
        yield "next_run", f"expected exit code 0 of status, found {asked.returncode}: {asked.stderr[-500:]}"
        return
    status, (revision, published) = json.loads(asked.stdout), published_dumps(place)
    found = state_of(place.store)
    if status["is_held"]:
        found = type(found)(found.dumps, found.decisions, revision)
        if "held at" not in run.stderr:
            yield "torn", f"the warehouse is held at {revision}, and the next run did not tell it"
    elif status["pending"] or published != found.dumps:
        yield "torn", f"not the store's version: pending {status['pending']}, dumps {sorted(published ^ found.dumps)}"
    yield from (("torn", told) for told in torn_version(place, template.truth))
    yield from (("doubled", told) for told in amiss(records_in(place.store), template.truth))
    done = [promise for outcome in outcomes if (promise := promised(outcome))]
    if order_of(template.start, done, found) is None:
        yield "lost", f"no order of the commands explains {_told(found)}; it began with {_told(template.start)}"
    if left := left_over(place):
        yield "left_over", f"expected no file of a killed command, found {', '.join(left)}"
    if is_verified:
        verified = papersieve("verify", "--all", *place.options, "--json")
        if verified.returncode:
            yield "differs", f"verify --all: {(verified.stderr or verified.stdout)[-500:]}"


def _told(state) -> str:
    return f"dumps {sorted(state.dumps)}, {len(state.decisions)} decision(s), held {state.held}"
