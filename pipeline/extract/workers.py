"""Dumps read by several processes: bytes go out to them, normalised records come back, in the order of the dumps.

What comes back is what this process would make of the same bytes, so who read a dump shows nowhere. Whatever another
one can't do, or did not live to do, is left to this one.

They are interpreters at the other end of two pipes, and end with these. Those of `multiprocessing` import the main
module again, so that a script without a guard runs twice, and stay behind where their parent is killed.
"""

import io
import os
import pickle
import queue
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, Self, TypeVar

import polars as pl

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.dump_files import BrokenDump, RawDump
from papersieve.pipeline.extract.read import Extraction, extract_parts
from papersieve.pipeline.processes import cores
from papersieve.pipeline.records import split_records
from papersieve.pipeline.settings import Reading
from papersieve.pipeline.shingling.match_texts import use_kernels_from

#: More processes than this would wait for the one that writes.
_MOST_PROCESSES = 8

#: Bytes to be read from which other processes pay, the seconds that they take to start included.
MANY_BYTES = 1 << 26

#: What a process is given at a time, about, and the largest dump that it is given whole.
_TASK_BYTES, _TASK_DUMPS, _LARGE_BYTES = 1 << 22, 50, 1 << 25

#: What is held at a time for the sake of reading ahead.
_HELD_BYTES, _HELD_DUMPS = MANY_BYTES, 5_000

#: Once polars is imported, Ctrl-C interrupts no wait for a lock: it is seen when the wait is over.
_LOOK_SECONDS = 0.2

#: Ctrl-C is for the process that has others read: it ends them.
_PROGRAM = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = {path!r}; "
    "from papersieve.pipeline.extract.workers import serve; serve()"
)
_ON_ONE_CORE = {"POLARS_MAX_THREADS": "1", "PAPERSIEVE_THREADS": "1"}

Place = TypeVar("Place")
Result = TypeVar("Result")
Default = TypeVar("Default")


@dataclass(frozen=True)
class Read(Extraction):
    """An extraction with its records normalised, without those that break their contract: these are quarantined."""

    quarantined: pl.DataFrame

    @property
    def entries(self) -> int:
        """How many entries were read."""
        return self.records.height + self.quarantined.height


#: What a process made of a dump; None where none did.
Answer = Read | DumpError | None


@dataclass
class _Held(Generic[Place]):
    """A dump whose turn has not come: whether a process is to read it, and what will be its answers, this one's among them."""

    place: Place
    found: RawDump | BrokenDump
    is_wanted: bool = False
    answers: Future[list[Answer]] | None = None
    number: int = 0

    @property
    def size_bytes(self) -> int:
        return self.found.size_bytes if isinstance(self.found, RawDump) else 0

    @property
    def is_ready(self) -> bool:
        return not self.is_wanted or (self.answers is not None and self.answers.done())


class Readers:
    """The processes that read for one call, started once there is much to read. A context manager: its end is theirs."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        has_interpreter = bool(sys.executable) and not getattr(sys, "frozen", False)
        self._count = (reading.processes or min(cores(), _MOST_PROCESSES)) if has_interpreter else 1
        #: Bytes still to be met before they are started.
        self._missing_bytes = 0 if reading.processes else MANY_BYTES
        self._workers: list[_Worker] = []
        #: Workers with nothing to do; None where there will be none any more.
        self._idle: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.kill()
        if self._threads:
            self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.close()

    def ahead(
        self, found: Iterable[tuple[Place, RawDump | BrokenDump]], is_new: Callable[[RawDump], bool]
    ) -> Iterator[tuple[Place, RawDump | BrokenDump, Answer]]:
        """Yield what is found, in order, with what a process made of it.

        is_new: whether a dump has to be read, for all that is known while earlier ones are still being read. A dump
        without an answer can be read until the next one is asked for.
        """
        if self._count == 1:
            yield from ((place, dump, None) for place, dump in found)
            return
        window = _Window[Place](self)
        for place, dump in found:
            if window.holds(place, dump, is_new):
                yield from window.turns(_HELD_DUMPS, _HELD_BYTES)
            else:
                yield from window.turns(0, 0)
                yield place, dump, None
        yield from window.turns(0, 0)

    def split(self, parts: Iterable[Extraction], size_bytes: int) -> Iterator[Extraction]:
        """Parts of a dump of that size, in order, each split while the next ones are extracted, where a process did."""
        if self._count == 1 or not self.have_started(size_bytes):
            yield from parts
            return
        ahead: deque[tuple[Extraction, Future[Read]]] = deque()
        for part in parts:
            ahead.append((part, self.ask(partial(split_extraction, part))))
            if len(ahead) > self._count:
                yield _split(*ahead.popleft())
        for waiting in ahead:
            yield _split(*waiting)

    def have_started(self, more_bytes: int) -> bool:
        """Start the processes if these bytes make it enough; whether there are any."""
        self._missing_bytes -= more_bytes
        if self._threads is None and self._missing_bytes <= 0:
            self._threads = ThreadPoolExecutor(self._count, "papersieve-readers")
            with suppress(OSError):  # no more processes, or no memory
                while len(self._workers) < self._count:
                    self._workers.append(_Worker())
                    self._idle.put(self._workers[-1])
            if not self._workers:
                self._idle.put(None)
        return self._threads is not None

    def ask(self, work: Callable[[], Result]) -> Future[Result]:
        """Have a process do it: a function of modules, and arguments, that can be pickled."""
        assert self._threads
        return self._threads.submit(self._do, work)

    def read(self, dumps: list[RawDump]) -> "Future[list[Answer]]":
        """Have a process read dumps that hold their bytes."""
        return self.ask(partial(read_all, dumps, self._reading))

    def _do(self, work: Callable[[], Result]) -> Result:
        worker = self._idle.get()
        if worker is None:
            self._idle.put(None)
            raise EOFError("no process is left")
        try:
            is_done, result = worker.ask(work)
        except BaseException:
            worker.kill()
            worker.is_lost = True
            if all(w.is_lost for w in self._workers):
                self._idle.put(None)
            raise
        self._idle.put(worker)
        if not is_done:
            raise RuntimeError(result)
        return result  # type: ignore[no-any-return]


class _Window(Generic[Place]):
    """Dumps between being found and having their turn."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._held: deque[_Held[Place]] = deque()
        self._unasked: deque[_Held[Place]] = deque()
        self._bytes = self._unasked_bytes = 0
        self._wanted: set[str] = set()

    def holds(self, place: Place, dump: RawDump | BrokenDump, is_new: Callable[[RawDump], bool]) -> bool:
        """Hold a dump, and have it read where it is new; False of one that should be taken before any other is found."""
        held = _Held(place, dump)
        if isinstance(dump, RawDump):
            if dump.size_bytes > _LARGE_BYTES or not (self._held or is_new(dump)):
                return False
            if (kept := _with_bytes(dump)) is None:
                return False
            held.found = kept
            held.is_wanted = dump.dump_id not in self._wanted and is_new(dump)
            self._wanted.add(dump.dump_id)
        self._held.append(held)
        self._bytes += held.size_bytes
        if held.is_wanted:
            self._unasked.append(held)
            self._unasked_bytes += held.size_bytes
            if self._readers.have_started(held.size_bytes):
                self._ask(_TASK_DUMPS, _TASK_BYTES)
        return True

    def turns(self, most_dumps: int, most_bytes: int) -> Iterator[tuple[Place, RawDump | BrokenDump, Answer]]:
        """Those whose turn it is: as many as are held beyond the bounds, and those behind them that are ready."""
        while self._held and (self._held[0].is_ready or len(self._held) > most_dumps or self._bytes > most_bytes):
            first = self._held.popleft()
            self._bytes -= first.size_bytes
            if self._unasked and self._unasked[0] is first:
                if self._readers.have_started(0):
                    self._ask(1, 0)
                else:
                    self._unasked.popleft()
                    self._unasked_bytes -= first.size_bytes
            if first.is_wanted and isinstance(first.found, RawDump):
                self._wanted.discard(first.found.dump_id)
            answers = _result(first.answers, []) if first.answers else []
            yield first.place, first.found, answers[first.number] if answers else None

    def _ask(self, least_dumps: int, least_bytes: int) -> None:
        """Have dumps read, a task's worth at a time, while as many or as large ones are left."""
        while self._unasked and (len(self._unasked) >= least_dumps or self._unasked_bytes >= least_bytes):
            task: list[_Held[Place]] = []
            size_bytes = 0
            while self._unasked and len(task) < _TASK_DUMPS and size_bytes < _TASK_BYTES:
                task.append(self._unasked.popleft())
                size_bytes += task[-1].size_bytes
            self._unasked_bytes -= size_bytes
            answers = self._readers.read([held.found for held in task if isinstance(held.found, RawDump)])
            for number, held in enumerate(task):
                held.answers, held.number = answers, number


class _Worker:
    """A process that does what it is asked to, one thing after the other."""

    def __init__(self) -> None:
        self.is_lost = False
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **_ON_ONE_CORE},
        )

    def ask(self, work: Callable[[], Any]) -> tuple[bool, Any]:
        """Whether it could do it, and the result, or why not. Raises whatever a process that ended leaves to be raised."""
        assert self._process.stdin
        assert self._process.stdout
        pickle.dump(work, self._process.stdin, pickle.HIGHEST_PROTOCOL)
        self._process.stdin.flush()
        is_done, result = pickle.load(self._process.stdout)
        return is_done, result

    def kill(self) -> None:
        """End it, whatever it is doing; it holds nothing that could be lost."""
        self._process.kill()

    def close(self) -> None:
        """Forget it; nobody waits for it any more."""
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what it was not given to the end
                assert pipe
                pipe.close()
        self._process.wait()


def serve() -> None:
    """Do what the other end of standard input asks for, until it ends. What is printed meanwhile goes to standard error."""
    # Whatever prints would print into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    use_kernels_from(1)  # a process that has others read has much to read
    with suppress(EOFError, OSError, pickle.UnpicklingError):  # whoever asked is gone
        while True:
            work = pickle.load(sys.stdin.buffer)
            try:
                answer = True, work()
            except Exception as error:  # whoever asked meets it again, in a place where it can be told
                answer = False, repr(error)
            pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()


def read_all(dumps: list[RawDump], reading: Reading) -> list[Answer]:
    """Read dumps whole, one answer each; none for one that has to be read in parts."""
    extractions = [_extract(raw, reading) for raw in dumps]
    good, quarantined = split_records(*(e.records for e in extractions if isinstance(e, Extraction)))
    return [_of_dump(e, good, quarantined) if isinstance(e, Extraction) else e for e in extractions]


def split_extraction(part: Extraction) -> Read:
    """Normalise records as extracted, and hold them against their contract."""
    good, quarantined = split_records(part.records)
    return Read(part.dump, good, part.line_spans, part.rejected_lines, part.notices, quarantined)


def _extract(raw: RawDump, reading: Reading) -> Extraction | DumpError | None:
    try:
        first = next(extract_parts(raw, reading))
    except DumpError as error:
        return error
    return None if first.dump.is_empty() else first


def _of_dump(whole: Extraction, good: pl.DataFrame, quarantined: pl.DataFrame) -> Read:
    is_its = pl.col("dump_id") == whole.dump["dump_id"][0]
    return Read(
        whole.dump,
        good.filter(is_its),
        whole.line_spans,
        whole.rejected_lines,
        whole.notices,
        quarantined.filter(is_its),
    )


def _with_bytes(raw: RawDump) -> RawDump | None:
    """The dump with its bytes at hand; None where they can't be had: whoever reads it says why."""
    try:
        with raw.open() as stream:
            data = stream.read()
    except Exception:  # as many kinds as there are places
        return None
    return replace(raw, open=partial(io.BytesIO, data)) if len(data) == raw.size_bytes else None


def _split(part: Extraction, answer: Future[Read]) -> Extraction:
    return _result(answer, None) or part


def _result(answer: Future[Result], instead: Default) -> Result | Default:
    """What a process made of its work; where it failed, or was lost, something instead."""
    while not answer.done():
        wait([answer], timeout=_LOOK_SECONDS)
    try:
        return answer.result()
    except Exception:  # of the pipe, of pickle, of the work
        return instead
