"""Commands killed with SIGKILL at a chosen point. Points are before and after each statement, commit, file operation.

Each command is a process forked from a server that has only imported the code, so a kill takes a fraction of a second.
"""

import fcntl
import os
import pathlib
import shutil
import signal
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from papersieve.pipeline.settings import Settings
from tests.support.forked import start

#: File operations whose order matters if the power is cut, and those that release a lock.
_OPERATIONS = [
    *((os, name) for name in ("replace", "rename", "link", "fsync", "unlink", "ftruncate")),
    *((shutil, "copyfile"), (fcntl, "flock"), (fcntl, "lockf"), (pathlib.Path, "touch")),
]


def run_until(folder: Path, dumps: Path, settings: Settings, kill_at: int) -> tuple[int, list[str]]:
    """Run in a process of its own that is killed at the n-th point (0: never). Returns exit code and points reached."""
    told = folder / "points.txt"
    with TemporaryDirectory() as ends:
        process = start(Path(ends), until, kill_at, told, _run, folder, dumps, settings)
        process.join()
    return process.exitcode, points_of(told)


def points_of(told: Path) -> list[str]:
    """The points that a process reached, read from its file, which is then removed."""
    points = told.read_text().splitlines() if told.exists() else []
    told.unlink(missing_ok=True)
    return points


def until(kill_at: int, told: Path, call: Callable[..., None], *args: object) -> None:
    """Make the call in this process, which is killed at the n-th point (0: never). told: the file of points reached."""
    from papersieve.warehouse.store.store import Store

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
    for owner, name in _OPERATIONS:
        setattr(owner, name, around(getattr(owner, name), lambda *_, name=name: name))
    call(*args)


def _run(folder: Path, dumps: Path, settings: Settings) -> None:
    from papersieve.warehouse.run import run

    run([dumps], store=folder / "store.duckdb", warehouse=folder / "papers.duckdb", settings=settings)
