"""Processes of the tests, forked from a server that has imported the code: one costs its work, and not a second of imports."""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(
    [__name__, "tests.warehouse.faults", "warehouse.run", "warehouse.cli", "warehouse.terminal", "warehouse.status"]
)

# DuckDB takes a process whose main module has no file, as the server's, for one that a person types into, and draws a
# progress bar of its own.
vars(sys.modules["__main__"]).setdefault("__file__", __file__)


def papersieve(*args: object, cwd: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command with these arguments, in the environment of the caller; neither end is a terminal."""
    with TemporaryDirectory() as folder:
        ends = [Path(folder, name) for name in ("stdin", "stdout", "stderr")]
        ends[0].write_text(stdin, encoding="utf-8")
        words = [str(arg) for arg in args]
        process = SERVER.Process(target=_command, args=(words, cwd or Path.cwd(), dict(os.environ), ends))
        process.start()
        process.join(120)
        if process.is_alive():
            process.kill()
            process.join()
        said = [end.read_text(encoding="utf-8") for end in ends[1:]]
    return subprocess.CompletedProcess(["papersieve", *words], process.exitcode, *said)


def _command(args: list[str], cwd: Path, environment: dict[str, str], ends: list[Path]) -> None:
    from warehouse.cli import main

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    for number, (end, mode) in enumerate(zip(ends, ("r", "w", "w"), strict=True)):
        with end.open(mode) as file:
            os.dup2(file.fileno(), number)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8", closefd=False) for number, mode in enumerate("rww")
    )
    sys.argv = ["papersieve", *args]
    main()
