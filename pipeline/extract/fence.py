"""Turn an error in a format's code into an error of the one dump that it was reading."""

import sys
import traceback
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from papersieve.pipeline.errors import DumpError, PapersieveError
from papersieve.pipeline.extract.entries import Format


def is_fault(error: BaseException) -> bool:
    """Whether an exception may come from a format's code. All others stop the whole run: Ctrl-C, or the exception of
    the program around it, such as that by which Dagster cancels a run.
    """
    return isinstance(error, Exception | SystemExit | GeneratorExit) or type(error).__module__ == "pyo3_runtime"


@dataclass
class Fence:
    """While a format is at work, its exceptions become DumpErrors and its printed output goes to standard error.

    packages: where formats that are not ours come from, by format name; known: the format at work. What stops the
    whole run passes through. The text of the exception is left out, as it may quote a private file that is not a dump.
    """

    location: str
    packages: dict[str, str]
    known: Format | None = None
    _output: redirect_stdout[Any] = field(default_factory=lambda: redirect_stdout(sys.stderr))

    def __enter__(self) -> Self:
        self._output.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._output.__exit__(kind, error, at)
        if error is None or self.known is None or isinstance(error, PapersieveError) or not is_fault(error):
            return
        package = self.packages.get(self.known.name)
        raise DumpError(
            "format_failed",
            f"{self.location}: the format {self.known.name!r} of {package or 'papersieve'} failed: {type(error).__name__} "
            f"at {_where(error, self.known)}. {_remedy(package)}",
        ) from error


def _remedy(package: str | None) -> str:
    return f"Repair or uninstall {package}." if package else "That is a fault of ours: please report it."


def _where(error: BaseException, known: Format) -> str:
    """File and line of the innermost call in the format's own code; if there is none, of the innermost call."""
    steps = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    homes = {
        getattr(getattr(work, "__code__", None), "co_filename", "")
        for work in (known.recognises, known.extract, known.make)
    }
    file, line = next((step for step in reversed(steps) if step[0] in homes), steps[-1])
    return f"{'/'.join(Path(file).parts[-2:])}:{line}"
