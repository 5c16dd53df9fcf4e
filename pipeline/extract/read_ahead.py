"""Read dumps ahead, many small ones at a time, and pass them on in the order in which they were found.

If there is much to read, other processes do it. A worker returns the same result as this process would, so the result
does not depend on who read a dump. If a worker fails or dies, the parent does its work.
"""

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Generic, TypeVar

from papersieve.pipeline.extract.raw_dump import BrokenDump, RawDump
from papersieve.pipeline.extract.read import Extraction
from papersieve.pipeline.extract.read_normalised import Answer, Read, read_all, split_extraction
from papersieve.pipeline.extract.workers import Workers
from papersieve.pipeline.reading_settings import Reading

#: Approximate bytes and dumps per task, and the largest dump that a worker reads whole. This process reads dumps up to
#: _TASK_BYTES whole.
_TASK_BYTES, _TASK_DUMPS, _LARGE_BYTES = 1 << 22, 500, 1 << 25

#: The most bytes and dumps held in memory while reading ahead.
_HELD_BYTES, _HELD_DUMPS = 1 << 26, 5_000

#: Once polars is imported, Ctrl-C does not interrupt waiting for a lock, so no wait is longer than this.
_LOOK_SECONDS = 0.2

Place = TypeVar("Place")
Result = TypeVar("Result")
Default = TypeVar("Default")


class _Task:
    """Dumps with their bytes in memory that are read together, by a worker if there are any, else by this process."""

    def __init__(self, readers: "Readers", dumps: list[RawDump]) -> None:
        self._work, self._ids = partial(read_all, dumps, readers.reading), [dump.dump_id for dump in dumps]
        self._answers = readers.ask(self._work) if readers.have_started(0) else None

    @property
    def is_ready(self) -> bool:
        return self._answers is None or self._answers.done()

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """The answer for each dump, by dump_id."""
        found = _result(self._answers, None) if self._answers else None
        return dict(zip(self._ids, found or self._work(), strict=True))


@dataclass
class _Held(Generic[Place]):
    """A dump that waits for its turn: whether it has to be read, and the task it belongs to."""

    place: Place
    found: RawDump | BrokenDump
    is_wanted: bool = False
    task: _Task | None = None

    @property
    def size_bytes(self) -> int:
        return self.found.size_bytes if isinstance(self.found, RawDump) else 0

    @property
    def is_ready(self) -> bool:
        return not self.is_wanted or (self.task is not None and self.task.is_ready)

    @property
    def answer(self) -> Answer:
        return self.task.answers[self.found.dump_id] if self.task and isinstance(self.found, RawDump) else None


class Readers(Workers):
    """The processes that read the dumps of one call."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading.processes)
        self.reading = reading

    def ahead(
        self, found: Iterable[tuple[Place, RawDump | BrokenDump]], is_new: Callable[[RawDump], bool]
    ) -> Iterator[tuple[Place, RawDump | BrokenDump, Answer]]:
        """Yield each dump found, in order, with the answer for it.

        is_new: whether a dump has to be read, as far as is known while earlier ones are still being read. A dump that
        comes without an answer can be read until the next one is requested.
        """
        window = _Window[Place](self)
        for place, dump in found:
            if window.holds(place, dump, is_new):
                yield from window.turns(_HELD_DUMPS, _HELD_BYTES)
            else:
                yield from window.turns(0, 0)
                yield place, dump, None
        yield from window.turns(0, 0)

    def split(self, parts: Iterable[Extraction], size_bytes: int) -> Iterator[Extraction]:
        """The parts of a dump of this size, in order; workers, if there are any, split them while later ones are read.

        Parts that no worker split are passed on as they are.
        """
        if not self.have_started(size_bytes):
            yield from parts
            return
        ahead: deque[tuple[Extraction, Future[Read]]] = deque()
        for part in parts:
            ahead.append((part, self.ask(partial(split_extraction, part))))
            if len(ahead) > self._count:
                yield _split(*ahead.popleft())
        for waiting in ahead:
            yield _split(*waiting)


class _Window(Generic[Place]):
    """The dumps that were found but whose turn has not come."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._held: deque[_Held[Place]] = deque()
        self._unasked: deque[_Held[Place]] = deque()
        self._bytes = self._unasked_bytes = 0
        self._wanted: set[str] = set()

    def holds(self, place: Place, dump: RawDump | BrokenDump, is_new: Callable[[RawDump], bool]) -> bool:
        """Hold a dump, and have it read if it is new; False if it should be passed on before the next one is found."""
        held = _Held(place, dump)
        if isinstance(dump, RawDump):
            most = _LARGE_BYTES if self._readers.have_started(0) else _TASK_BYTES
            if dump.size_bytes > most or not (self._held or is_new(dump)):
                return False
            if (kept := _with_bytes(dump)) is None:
                return False
            held.found = kept
            held.is_wanted = dump.dump_id not in self._wanted and is_new(dump)
            self._wanted.add(dump.dump_id)
        self._held.append(held)
        self._bytes += held.size_bytes
        if held.is_wanted:
            self._readers.have_started(held.size_bytes)
            self._unasked.append(held)
            self._unasked_bytes += held.size_bytes
            self._ask(_TASK_DUMPS, _TASK_BYTES)
        return True

    def turns(self, most_dumps: int, most_bytes: int) -> Iterator[tuple[Place, RawDump | BrokenDump, Answer]]:
        """The dumps whose turn it is: as many as exceed the bounds, then those after them that are ready."""
        while self._held and (self._held[0].is_ready or len(self._held) > most_dumps or self._bytes > most_bytes):
            first = self._held.popleft()
            self._bytes -= first.size_bytes
            if self._unasked and self._unasked[0] is first:
                self._ask(1, 0)
            if first.is_wanted and isinstance(first.found, RawDump):
                self._wanted.discard(first.found.dump_id)
            yield first.place, first.found, first.answer

    def _ask(self, least_dumps: int, least_bytes: int) -> None:
        """Have dumps read, one task at a time, while at least this many dumps or bytes are left."""
        while self._unasked and (len(self._unasked) >= least_dumps or self._unasked_bytes >= least_bytes):
            together: list[_Held[Place]] = []
            size_bytes = 0
            while self._unasked and len(together) < _TASK_DUMPS and size_bytes < _TASK_BYTES:
                together.append(self._unasked.popleft())
                size_bytes += together[-1].size_bytes
            self._unasked_bytes -= size_bytes
            task = _Task(self._readers, [held.found for held in together if isinstance(held.found, RawDump)])
            for held in together:
                held.task = task


def _with_bytes(raw: RawDump) -> RawDump | None:
    """The dump with its bytes in memory; None if they can't be read: reading it later will report the error."""
    if raw.size_bytes <= len(raw.head):
        return raw
    try:
        with raw.open() as stream:
            data = stream.read()
    except Exception:  # each kind of place raises errors of its own
        return None
    return replace(raw, open=partial(io.BytesIO, data)) if len(data) == raw.size_bytes else None


def _split(part: Extraction, answer: Future[Read]) -> Extraction:
    return _result(answer, None) or part


def _result(answer: Future[Result], instead: Default) -> Result | Default:
    """The result of a worker; `instead` if it failed or was lost."""
    while not answer.done():
        wait([answer], timeout=_LOOK_SECONDS)
    try:
        return answer.result()
    except Exception:  # from the pipe, from pickle or from the work
        return instead
