"""Output files that the user names: never papersieve's own files, and written completely or not at all."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.files import aside, is_in_utf8, kept_from_sweeps, rename_durably, sweep

#: Files that belong to a store or a warehouse: the endings that are added to its name.
_COMPANIONS = r"\.(wal(\..*)?|lock|tmp|next|versions.*|\d+\..*|.*keys|schema\d+\.backup.*|before-restore-.*)"


_WRITING = "writing"

_REMEDY = "Name another one; nothing was written."


class OutputError(PapersieveError):
    """The given file or folder must not be written to."""


def refuse_output(path: Path | None, *places: Path, inputs: Iterable[Path] = ()) -> None:
    """Raise OutputError if a path must not be written to; None is allowed.

    Refused, under any name: the places (store, warehouse), files that belong to them, the inputs of the same command,
    and any other DuckDB file.
    """
    if path is None:
        return
    real = _real(path)
    found = [f"{place} or a file that belongs to it" for place in places if _belongs(real, _real(place))]
    found += ["what this command reads" for read in inputs if real == _real(read) or _is_same(real, read)]
    if not found and is_database(real):
        found = ["a DuckDB database, which is not replaced"]
    if found:
        raise OutputError(f"{path}: expected a file to write to, found {found[0]}. {_REMEDY}")


def refuse_folder(folder: Path, *places: Path) -> None:
    """Raise OutputError if a place, or a file that belongs to one, is below the folder or linked there."""
    real = _real(folder)
    for place in places:
        for file in (_real(place), *_companions(_real(place))):
            if file.is_relative_to(real) or _is_linked_below(file, real):
                raise OutputError(
                    f"{folder}: expected a folder without the store and the warehouse, found {file}. Name another folder."
                )


def is_database(path: Path) -> bool:
    """Whether the path is a DuckDB file, which has its name after eight bytes."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """Yield a file in a temporary folder, which replaces the path if no error occurs.

    A symbolic link stays a link. If the path is not a plain file (a pipe, for example), the content is written to it
    instead.
    """
    target = _real(path)
    if not is_in_utf8(target):
        raise OutputError(f"{target}: expected a path in UTF-8, found other bytes. {_REMEDY}")
    if path.exists() and not target.exists():  # an unnamed pipe, as /dev/stdout can be
        target = path
    is_plain = not target.exists() or target.is_file()
    with _told(path):
        if is_plain:
            sweep(target, re.escape(target.name), _WRITING)
        folder = aside(target, _WRITING) if is_plain else Path(tempfile.mkdtemp())
        folder.mkdir(exist_ok=not is_plain)
    file = folder / target.name
    try:
        with kept_from_sweeps(folder):
            yield file
            with _told(path):
                _put(file, target, is_plain=is_plain)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put(file: Path, target: Path, *, is_plain: bool) -> None:
    """Give a finished file its name; write it to what is not a plain file."""
    if not is_plain:
        with file.open("rb") as read, target.open("wb") as write:
            shutil.copyfileobj(read, write)
        return
    if target.exists():
        shutil.copymode(target, file)
    rename_durably(file, target)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: can't be written ({error.strerror or error}). Name another file.") from error


def _real(path: Path) -> Path:
    """The path with symbolic links followed; unlike pathlib, this does not raise if they form a circle."""
    return Path(os.path.realpath(path))


def _belongs(real: Path, place: Path) -> bool:
    by_name = real.parent == place.parent and re.fullmatch(rf"\.?{re.escape(place.name)}({_COMPANIONS})?", real.name)
    is_version = place.with_name(f"{place.name}.versions") in real.parents
    return bool(by_name) or is_version or any(_is_same(real, file) for file in (place, *_companions(place)))


def _companions(place: Path) -> list[Path]:
    """Existing files that belong to a place."""
    if not place.parent.is_dir():
        return []
    beside = [f for f in place.parent.iterdir() if re.fullmatch(rf"{re.escape(place.name)}{_COMPANIONS}", f.name)]
    return [*beside, *(version for folder in beside if folder.is_dir() for version in folder.iterdir())]


def _is_same(path: Path, other: Path) -> bool:
    """Whether both paths lead to the same file."""
    try:
        return path.samefile(other)
    except OSError:
        return False


def _is_linked_below(file: Path, folder: Path) -> bool:
    """Whether a hard link to a file is below a folder. Symbolic links: DuckDB resolves them before it allows access."""
    if not file.is_file() or file.stat().st_nlink == 1:
        return False
    return any(_is_same(Path(root, name), file) for root, _, names in os.walk(folder) for name in names)
