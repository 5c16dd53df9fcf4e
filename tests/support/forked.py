"""Test processes, forked from a server that has imported the code: this saves a second of imports per process."""

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SERVER = multiprocessing.get_context("forkserver")
_COMMANDS = "run cli.main cli.show_run answers.status answers.query answers.lookup answers.report published.parquet_export store.backup store.rebuild store.verify sources.fetch_days"
PRELOADED = [
    __name__,
    "hypothesis",
    "pandas",  # if installed, pyarrow imports it when it gets its first list
    "pyarrow.compute",
    "tests.support.faults",
    "papersieve.warehouse.decisions.review_page",
    "tests.support.paper_servers",
    *(f"papersieve.warehouse.{name}" for name in _COMMANDS.split()),
]
SERVER.set_forkserver_preload(PRELOADED)

# DuckDB takes a process whose main module has no file, like the server's, for an interactive one, and draws a progress
# bar.
vars(sys.modules["__main__"]).setdefault("__file__", __file__)


def papersieve(*args: object, cwd: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command with these arguments, in the caller's environment; stdin and stdout are not terminals."""
    return _ended(command, *map(str, args), cwd=cwd, stdin=stdin)


def limited(size: int, *args: object) -> subprocess.CompletedProcess[str]:
    """Run the command with this limit on the size of files, in bytes, which works like a full disk."""
    return _ended(_limited, str(size), *map(str, args))


def _ended(call: Callable[..., None], *words: str, **given: Any) -> subprocess.CompletedProcess[str]:
    with TemporaryDirectory() as folder:
        process = start(Path(folder), call, *words, **given)
        process.join(120)
        if process.is_alive():
            process.kill()
            process.join()
        said = said_in(Path(folder))
    return subprocess.CompletedProcess(["papersieve", *words], process.exitcode, *said)


def start(
    ends: Path, call: Callable[..., None], *args: object, cwd: Path | None = None, stdin: str = ""
) -> BaseProcess:
    """Start a call in a process and process group of its own. Its stdin, stdout and stderr are files in `ends`."""
    (ends / "stdin").write_text(stdin, encoding="utf-8")
    process = SERVER.Process(target=_apart, args=(ends, cwd or Path.cwd(), dict(os.environ), call, args))
    process.start()
    return process


def said_in(ends: Path) -> tuple[str, str]:
    """The stdout and stderr of a process that was started there; empty if it was killed before it opened them."""
    files = (ends / "stdout", ends / "stderr")
    out, err = (f.read_text(encoding="utf-8", errors="replace") if f.exists() else "" for f in files)
    return out, err


def _limited(size: str, *words: str) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
    command(*words)


def command(*words: str) -> None:
    """Run the command line as `papersieve WORDS…` does."""
    from papersieve.warehouse.cli.main import main

    sys.argv = ["papersieve", *words]
    main()


def _apart(ends: Path, cwd: Path, environment: dict[str, str], call: Callable[..., None], args: tuple) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        with (ends / name).open(mode) as file:
            os.dup2(file.fileno(), number)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8", closefd=False) for number, mode in enumerate("rww")
    )
    call(*args)
