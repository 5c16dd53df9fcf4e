"""Which files places name, and whether what a place held is still there."""

import os
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from papersieve.pipeline.extract.places.address import AtHand, is_elsewhere
from papersieve.pipeline.extract.places.folders import files_below
from papersieve.pipeline.extract.places.location import archive_of, file_of


def find_files(paths: Iterable[AtHand]) -> Iterator[AtHand]:
    """Files that paths name: a folder stands for the files in it and below, in order of their names.

    Names that start with `.` or `_`, stores, warehouses and reports are not dumps. A path that does not exist, and a
    folder that is empty or can't be listed, are yielded as they are: reading them says what is wrong.
    """
    for path in paths:
        below: list[AtHand] = []
        if isinstance(path, Path) and os.path.isdir(path):
            below += files_below(path)
        yield from below or [path]


def is_gone(location: str, looked_at: Container[str]) -> bool:
    """Whether a place is no more: its file is not there, or was looked at and has no such member any more."""
    file = archive_of(location)
    return (file != location and file in looked_at) or (
        not is_elsewhere(location) and not os.path.exists(file_of(location))
    )


def is_missing(location: str) -> bool:
    """Whether a file that a folder held is not in it any more; a folder that can't be looked into may still hold it."""
    if is_elsewhere(location):
        return True
    try:
        file_of(location).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        pass
    return False
