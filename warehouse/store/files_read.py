"""Files that are as they were when they were last read: their dumps are known without reading them again.

Git finds changed files in the same way. A program can change a file, keep its size and reset the time of modification.
The file system then still notes the time of that change, except on Windows, which has no such time.
"""

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

import polars as pl

from papersieve.pipeline.extract.places.address import AtHand
from papersieve.pipeline.extract.places.location import archive_of
from papersieve.pipeline.extract.raw_dump import BrokenDump, RawDump
from papersieve.warehouse.store.store import Store

#: A file that was modified less than this before it was read is read once more: another change may have the same time.
_SETTLED_NS = 2_000_000_000

_SCHEMA = {"location": pl.String, "state": pl.String, "dumps": pl.Int64}


class FilesRead:
    """The files of one ingestion: which of them need not be read, and what to note about the others.

    holds: the dump of each place before the ingestion.
    """

    def __init__(self, store: Store, holds: dict[str, str]) -> None:
        self._store, self._version = store, store.value("store_version")
        self._noted = {file: (state, dumps) for file, state, dumps in store.query("files_read").iter_rows()}
        self._places: dict[str, list[str]] = {}
        for place in holds if self._noted else ():
            self._places.setdefault(archive_of(place), []).append(place)
        self._states = dict[str, str]()
        self._found = Counter[str]()

    def unchanged(self, location: str, path: AtHand, holds: dict[str, str]) -> Iterator[RawDump]:
        """The dumps of a file that need not be read, without their bytes; none if the file has to be read."""
        state = _state_of(path) if isinstance(path, Path) else None
        places = self._places.get(location, [])
        if state and self._noted.get(location) == (state, len(places)):
            for place in places:
                yield RawDump(holds[place], place.rpartition("/")[2], place, 0, b"", partial(BytesIO, b""))
        elif state:
            self._states[location] = state

    def counted(self, found: Iterable[RawDump | BrokenDump]) -> Iterator[RawDump | BrokenDump]:
        """What is found in a file that is read, unchanged."""
        for each in found:
            self._found[archive_of(each.location)] += 1
            yield each

    def note(self, holds: Iterable[str], faults: Iterable[str]) -> None:
        """Note in the store the files that were read and all of whose dumps it has; forget those of which it has none.

        A run with nothing new notes nothing, because it leaves the store as it is. holds, faults: the places of the
        store's dumps, and the places that could not be read.
        """
        if self._store.value("store_version") == self._version:
            return
        held, faulty = Counter(map(archive_of, holds)), set(map(archive_of, faults))
        sound = {file: state for file, state in self._states.items() if 0 < held[file] == self._found[file]}
        read = [(file, state, held[file]) for file, state in sound.items() if file not in faulty]
        gone = pl.DataFrame({"location": sorted(self._noted.keys() - held)}, {"location": pl.String})
        if read or gone.height:
            with self._store.transaction():
                self._store.execute("note_files", read=pl.DataFrame(read, _SCHEMA, orient="row"), gone=gone)


def _state_of(path: Path) -> str | None:
    """The state of a file; None if it can't be told, or the file may be about to change."""
    try:
        told = os.stat(path)
    except (OSError, ValueError):
        return None
    is_settled = told.st_mtime_ns < time.time_ns() - _SETTLED_NS
    return f"{told.st_size} {told.st_mtime_ns} {told.st_ctime_ns} {told.st_ino}" if is_settled else None
