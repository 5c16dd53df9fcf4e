"""Places of dumps: the files that they name, whether those still exist, and places whose name has changed."""

import os
from collections.abc import Container, Iterable, Iterator
from functools import cache
from pathlib import Path

from papersieve.pipeline.extract.places.address import AtHand, canonical, is_elsewhere
from papersieve.pipeline.extract.places.folders import files_below
from papersieve.pipeline.extract.places.location import archive_of, file_of


def find_files(paths: Iterable[AtHand]) -> Iterator[AtHand]:
    """The files that paths name: a folder stands for all files in and below it, in order of their names.

    Names that start with `.` or `_`, stores, warehouses and reports are not dumps. A path that does not exist, and a
    folder that is empty or can't be listed, are yielded unchanged: reading them will report the fault.
    """
    for path in paths:
        below: list[AtHand] = []
        if isinstance(path, Path) and os.path.isdir(path):
            below += files_below(path)
        yield from below or [path]


def is_gone(location: str, looked_at: Container[str]) -> bool:
    """Whether a place no longer exists: its file is missing, or was read and no longer has this member."""
    file = archive_of(location)
    is_removed = not is_elsewhere(location) and not os.path.exists(file_of(location))
    return is_removed or (file != location and file in looked_at)


def is_missing(location: str) -> bool:
    """Whether a file is missing from its folder. If the folder can't be read, the file may still be there: False."""
    if is_elsewhere(location):
        return True
    try:
        file_of(location).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        pass
    return False


def renamed(places: Iterable[str]) -> dict[str, str]:
    """The present names, by the known ones, of places whose folder was moved and replaced by a link."""
    real = cache(os.path.realpath)  # each folder is looked up once
    return {place: name for place in places if (name := canonical(place, real)) != place}


def moved(places: Iterable[str], before: str, now: str) -> dict[str, str]:
    """The present names, by the known ones, of places in a project that was moved; empty if its old folder exists.

    before, now: the folder of its store. The project is the highest folder above it whose name or place changed.
    """
    while before != now and os.path.basename(before) == os.path.basename(now):
        before, now = os.path.dirname(before), os.path.dirname(now)
    if before == now or os.path.lexists(file_of(before)):
        return {}
    return {place: now + place[len(before) :] for place in places if place.startswith(f"{before}/")}


def given_way(held: Iterable[str], names: dict[str, str], placed_at: dict[str, int]) -> list[str]:
    """Places that are now the same as a place that is newer in the ledger; only the newest one is kept."""
    last: dict[str, str] = {}
    older = []
    for place in sorted(held, key=lambda place: placed_at.get(place, 0)):
        name = names.get(place, place)
        older += [last[name]] if name in last else []
        last[name] = place
    return older
