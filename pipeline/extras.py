"""Packages that only some commands need, and an error that says how to install a missing one."""

from collections.abc import Iterator
from contextlib import contextmanager

from papersieve.pipeline.errors import PapersieveError


class MissingPackageError(PapersieveError):
    """A package that is needed is not installed; the message has the command that installs it."""


@contextmanager
def needs(extra: str, what: str) -> Iterator[None]:
    """Imports inside raise MissingPackageError if a package of the extra is missing.

    >>> with needs("plots", "It"):
    ...     import no_package
    Traceback (most recent call last):
    papersieve.pipeline.extras.MissingPackageError: It needs no_package. Install it: pip install 'papersieve[plots]'
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package in ("", "papersieve"):  # our own module is missing: a bug
            raise
        raise MissingPackageError(f"{what} needs {package}. Install it: {install_command(extra)}") from error


def install_command(extra: str) -> str:
    """Return the command that installs an extra."""
    return f"pip install 'papersieve[{extra}]'"
