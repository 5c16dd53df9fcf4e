"""Progress of an ingestion, in bytes of its files. Compressed files count with their size on disk."""

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
from papersieve.pipeline.progress import Progress


class BytesRead:
    """Reports progress at the start of each dump, and when `say` is called while a large one is read."""

    def __init__(self, files: list[AtHand], progress: Progress) -> None:
        self._starts = [0, *accumulate(_size_of(file) for file in files)]
        self._progress = progress
        self._file, self._from, self._to = -1, 0.0, 0.0
        self._share = 0.0

    def begin(self, file: int, found: RawDump | BrokenDump) -> None:
        """Note that a dump begins. file: the number of its file, from 0."""
        self._from = self._to if file == self._file else 0.0
        self._file, self._to, self._share = file, found.file_share, 0.0
        self.say()

    def say(self) -> None:
        """Report the present progress."""
        start, end = self._starts[self._file : self._file + 2]
        share = self._from + self._share * (self._to - self._from)
        self._progress("ingest", start + int(share * (end - start)), self._starts[-1])

    def end(self) -> None:
        """Report that everything was read."""
        self._progress("ingest", self._starts[-1], self._starts[-1])

    def watched(self, found: RawDump) -> RawDump:
        """The dump; if it is large, its stream notes how much of it was read since it was last opened."""
        if found.size_bytes < CHUNK:
            return found

        def note(read: int) -> None:
            self._share = min(read / found.size_bytes, 1.0)

        return replace(found, open=lambda: cast(BinaryIO, io.BufferedReader(_Counted(found.open(), note), CHUNK)))


class _Counted(io.RawIOBase):
    """A stream that reports how many bytes were read from it."""

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
    """The size of a file; 0 if that can't be found out, because reading the file will report the error."""
    path = file if isinstance(file, os.PathLike) else file.file
    try:
        return 0 if isinstance(path, DumpError) else os.path.getsize(path)
    except (OSError, ValueError):
        return 0
