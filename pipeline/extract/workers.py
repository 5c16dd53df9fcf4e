"""Worker processes: interpreters at the other end of two pipes, which do the work sent to them and end with the pipes.

`multiprocessing` is not used because its workers import the main module again, so a script without a guard runs twice.
Its workers, and those of loky, also outlive a killed parent.
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

from papersieve.pipeline.processes import cores, garbage_sought_seldom, give_memory_back
from papersieve.pipeline.shingling.match_texts import use_kernels_from

#: More processes than this would only wait for the one that writes.
_MOST_PROCESSES = 8

#: Workers pay off from this many bytes to read, or seconds of reading: starting two takes three seconds of CPU time,
#: and one process reads 20 MB of plain listings per second.
_MANY_BYTES, _MANY_SECONDS = 1 << 28, 20.0

#: The parent ends its workers on Ctrl-C, so they ignore it.
_PROGRAM = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = {path!r}; "
    "from papersieve.pipeline.extract.workers import serve; serve()"
)
_ON_ONE_CORE = {"POLARS_MAX_THREADS": "1", "PAPERSIEVE_THREADS": "1"}

Result = TypeVar("Result")


class Workers:
    """The worker processes of one call, started once there is much to do; they end with the context manager.

    wanted: number of processes, started at once; None for one per core, started once it pays off.
    """

    def __init__(self, wanted: int | None) -> None:
        has_interpreter = bool(sys.executable) and not getattr(sys, "frozen", False)
        self._count = (wanted or min(cores(), _MOST_PROCESSES)) if has_interpreter else 1
        #: Bytes still to come before the workers are started.
        self._missing_bytes = 0 if wanted else _MANY_BYTES
        self._pays_at = time.monotonic() + _MANY_SECONDS
        self._workers: list[_Worker] = []
        #: Workers with nothing to do; None if all workers are lost.
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
        """Start the workers if these further bytes, or the time passed, make it pay off; whether they were started."""
        self._missing_bytes -= more_bytes
        if self._threads is None and self._count > 1 and (self._missing_bytes <= 0 or time.monotonic() > self._pays_at):
            self._threads = ThreadPoolExecutor(self._count, "papersieve-workers")
            with suppress(OSError):  # the system allows no more processes, or has no memory left
                while len(self._workers) < self._count:
                    self._workers.append(_Worker())
                    self._idle.put(self._workers[-1])
            if not self._workers:
                self._idle.put(None)
        return self._threads is not None

    def ask(self, work: Callable[[], Result]) -> Future[Result]:
        """Have a worker call this function; it must be picklable, so defined at the top level of a module."""
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
    """A process that does the work sent to it, one piece after another."""

    def __init__(self) -> None:
        self.is_lost = False
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **_ON_ONE_CORE},
        )

    def ask(self, work: Callable[[], Any]) -> tuple[bool, Any]:
        """Whether the work succeeded, and its result, or the reason why it failed.

        Raises various errors of pipes and pickle if the process has ended.
        """
        assert self._process.stdin
        assert self._process.stdout
        pickle.dump(work, self._process.stdin, pickle.HIGHEST_PROTOCOL)
        self._process.stdin.flush()
        is_done, result = pickle.load(self._process.stdout)
        return is_done, result

    def kill(self) -> None:
        """End the process, whatever it is doing; it holds nothing that could be lost."""
        self._process.kill()

    def close(self) -> None:
        """Close its pipes and wait for the process to end."""
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # unsent data, which closing tries to flush
                assert pipe
                pipe.close()
        self._process.wait()


@garbage_sought_seldom()
def serve() -> None:
    """Do the work that arrives on standard input, until it ends; printed output goes to standard error."""
    # Otherwise printed output would end up among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    use_kernels_from(1)  # workers are started only if there is much to read
    with suppress(EOFError, OSError, pickle.UnpicklingError):  # the parent is gone
        while True:
            work = pickle.load(sys.stdin.buffer)
            try:
                answer = True, work()
            except Exception as error:  # the parent will repeat the work, and can report the error
                answer = False, repr(error)
            pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
            del work, answer
            give_memory_back()
