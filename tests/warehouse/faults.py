"""Runs that are killed, as `kill -9` would, at a chosen point: before and after every statement, commit and file operation.

Each run is a process forked from a clean server that has only imported the code, so a kill costs a fraction of a second.
"""

import os
import signal
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from pipeline.settings import Settings
from tests.warehouse.processes import SERVER

#: File operations whose order decides what a power cut leaves.
_OPERATIONS = ("replace", "link", "fsync", "unlink")


def run_until(folder: Path, dumps: Path, settings: Settings, kill_at: int) -> tuple[int, list[str]]:
    """A run in a process of its own that is killed at the n-th point (0: never); its exit code and the points it came to."""
    told = folder / "points.txt"
    told.unlink(missing_ok=True)
    process = SERVER.Process(target=_run, args=(folder, dumps, settings, kill_at, told))
    process.start()
    process.join()
    points = told.read_text().splitlines() if told.exists() else []
    told.unlink(missing_ok=True)
    return process.exitcode, points


def _run(folder: Path, dumps: Path, settings: Settings, kill_at: int, told: Path) -> None:
    from warehouse.run import run
    from warehouse.store import Store

    count = 0
    log = told.open("w", buffering=1)

    def point(name: str) -> None:
        nonlocal count
        count += 1
        log.write(f"{name}\n")
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(function: Callable, name: Callable[..., str]) -> Callable:
        def wrapped(*args, **kwargs):
            called = name(*args)
            point(f"before {called}")
            result = function(*args, **kwargs)
            point(f"after {called}")
            return result

        return wrapped

    Store.execute = around(Store.execute, lambda _, statement, *__: statement)
    whole = Store.transaction

    @contextmanager
    def transaction(self):
        with whole(self):
            yield
            point("before commit")
        point("after commit")

    Store.transaction = transaction
    for name in _OPERATIONS:
        setattr(os, name, around(getattr(os, name), lambda *_, name=name: name))
    run([dumps], store=folder / "store.duckdb", warehouse=folder / "papers.duckdb", settings=settings)
