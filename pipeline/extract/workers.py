"""Worker processes: interpreters at the other end of two pipes, which do what they are asked to and end with the pipes.

Those of `multiprocessing` import the main module again, so a script without a guard runs twice. Those of it and of
loky stay behind when their parent is killed.
"""

import os
import pickle
import queue
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Self, TypeVar

from papersieve.pipeline.processes import cores, give_memory_back, look_for_garbage_seldom
from papersieve.pipeline.shingling.match_texts import use_kernels_from

#: More processes than this would wait for the one that writes.
_MOST_PROCESSES = 8

#: Bytes to read, and seconds of reading, from either of which other processes pay: starting two of them takes three
#: seconds of CPU time, and one process reads 20 MB of plain listings a second.
_MANY_BYTES, _MANY_SECONDS = 1 << 28, 20.0

#: The parent ends its workers on Ctrl-C, so they ignore it.
_PROGRAM = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = {path!r}; "
    "from papersieve.pipeline.extract.workers import serve; serve()"
)
_ON_ONE_CORE = {"POLARS_MAX_THREADS": "1", "PAPERSIEVE_THREADS": "1"}

Result = TypeVar("Result")


class Workers:
    """The processes of one call, started once there is much to do; they end with the context manager.

    wanted: how many, started at once; None for one per core, started once it pays.
    """

    def __init__(self, wanted: int | None) -> None:
        has_interpreter = bool(sys.executable) and not getattr(sys, "frozen", False)
        self._count = (wanted or min(cores(), _MOST_PROCESSES)) if has_interpreter else 1
        #: Bytes still to come before they are started.
        self._missing_bytes = 0 if wanted else _MANY_BYTES
        self._pays_at = time.monotonic() + _MANY_SECONDS
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

    def have_started(self, more_bytes: int) -> bool:
        """Start the processes if these bytes, or the time, make it enough; whether there are any."""
        self._missing_bytes -= more_bytes
        if self._threads is None and self._count > 1 and (self._missing_bytes <= 0 or time.monotonic() > self._pays_at):
            self._threads = ThreadPoolExecutor(self._count, "papersieve-workers")
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
        """Whether it could do it, and the result, or why not.

        Raises whatever a process that ended leaves to be raised.
        """
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
    """Do what the other end of standard input asks for, until it ends.

    What is printed meanwhile goes to standard error.
    """
    # Whatever prints would print into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    look_for_garbage_seldom()
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
            del work, answer
            give_memory_back()
