"""How many bytes of its files an ingestion has read: as they lie on the disk, packed or not."""

import io
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate
from typing import BinaryIO, cast

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.compression import CHUNK
from papersieve.pipeline.extract.places.address import AtHand
from papersieve.pipeline.extract.raw_dump import BrokenDump, RawDump
from papersieve.warehouse.progress import Progress


class BytesRead:
    """Says how far the reading of files is, where a dump has its turn and while a large one is read."""

    def __init__(self, files: list[AtHand], progress: Progress) -> None:
        self._starts = [0, *accumulate(_size_of(file) for file in files)]
        self._progress = progress
        self._file, self._from, self._to = -1, 0.0, 0.0
        self._share = 0.0

    def begin(self, file: int, found: RawDump | BrokenDump) -> None:
        """A dump of the file of this number has its turn."""
        self._from = self._to if file == self._file else 0.0
        self._file, self._to, self._share = file, found.file_share, 0.0
        self.say()

    def say(self) -> None:
        """Say how far it is."""
        start, end = self._starts[self._file : self._file + 2]
        share = self._from + self._share * (self._to - self._from)
        self._progress("ingest", start + int(share * (end - start)), self._starts[-1])

    def end(self) -> None:
        """All is read."""
        self._progress("ingest", self._starts[-1], self._starts[-1])

    def watched(self, found: RawDump) -> RawDump:
        """The dump, which, where it is large, notes how much of it has been read since it was opened last."""
        if found.size_bytes < CHUNK:
            return found

        def note(read: int) -> None:
            self._share = min(read / found.size_bytes, 1.0)

        return replace(found, open=lambda: cast(BinaryIO, io.BufferedReader(_Counted(found.open(), note), CHUNK)))


class _Counted(io.RawIOBase):
    """A stream that tells how many bytes it has given."""

    def __init__(self, stream: BinaryIO, note: Callable[[int], None]) -> None:
        self._stream, self._note, self._given = stream, note, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self._given += len(data)
        self._note(self._given)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _size_of(file: AtHand) -> int:
    """Bytes of a file; none of one that is not there: reading it will say so."""
    path = file if isinstance(file, os.PathLike) else file.file
    try:
        return 0 if isinstance(path, DumpError) else os.path.getsize(path)
    except (OSError, ValueError):
        return 0
