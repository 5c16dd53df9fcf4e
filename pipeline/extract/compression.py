"""Bytes as they come out of compression, within limits, and what goes wrong with them in our words."""

import gzip
import hashlib
import io
import lzma
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.reading_settings import Reading
from papersieve.pipeline.suggestions import did_you_mean

#: Expansion is watched from here on: small texts may well repeat themselves.
_EXPANSION_FROM = 1 << 24

#: Bytes that are read at a time.
CHUNK = 1 << 20

#: A text in quotes, as Python shows it.
_QUOTED = re.compile(r"""b?(['"]).*\1""", re.DOTALL)

_GZIP, _XZ, _ZSTD = b"\x1f\x8b", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"


def packing_of(head: bytes) -> str | None:
    """Name of the compression that data begins with, told by its first bytes; None of plain data."""
    return next((name for name, mark in (("gzip", _GZIP), ("xz", _XZ), ("zstd", _ZSTD)) if head.startswith(mark)), None)


def unpack(stream: BinaryIO, head: bytes) -> BinaryIO:
    """Return the stream uncompressed, or as it is; what comes out is not bounded, and errors are the libraries' own."""
    packing = packing_of(head)
    if packing == "gzip":
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    if packing == "xz":
        return cast(BinaryIO, lzma.LZMAFile(stream))
    if packing == "zstd":
        import pyarrow as pa

        return cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(stream, "r"), "zstd"))
    return stream


def bounded(stream: BinaryIO, packed_bytes: int, location: str, reading: Reading) -> BinaryIO:
    """Unpack a stream, and hold what comes out of it against the limits."""
    head = stream.read(8)
    stream.seek(0)
    if packing_of(head) is None:
        return cast(BinaryIO, io.BufferedReader(Bounded(stream, stream, None, location, reading, packed_bytes), CHUNK))
    return cast(
        BinaryIO, io.BufferedReader(Bounded(unpack(stream, head), stream, packed_bytes, location, reading), CHUNK)
    )


def unchanged(stream: BinaryIO, dump_id: str, location: str) -> BinaryIO:
    """The same stream, that raises DumpError at its end where
    its bytes are not those that the dump's id was made of.
    """
    return cast(BinaryIO, io.BufferedReader(_Unchanged(stream, dump_id, location), CHUNK))


def new_hash() -> "hashlib.blake2b":
    """Hash that a dump's id is made by."""
    return hashlib.blake2b(digest_size=16)


def _changed(location: str) -> DumpError:
    return DumpError("changed", f"{location}: changed while it was being read. Run again when it is complete.")


class _Unchanged(io.RawIOBase):
    def __init__(self, stream: BinaryIO, dump_id: str, location: str) -> None:
        self._stream, self._dump_id, self._location, self._hash = stream, dump_id, location, new_hash()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self._hash.update(data)
        if not data and self._hash.hexdigest() != self._dump_id:
            raise _changed(self._location)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


class Bounded(io.RawIOBase):
    """A stream of at most `max_file_bytes`, that does not expand beyond `max_expansion`.

    most_bytes: how long the file was when it was opened; one that grows meanwhile could go on for ever.
    """

    def __init__(
        self,
        stream: BinaryIO,
        packed: BinaryIO,
        packed_bytes: int | None,
        location: str,
        reading: Reading,
        most_bytes: int | None = None,
    ) -> None:
        self._stream, self._below, self._most_bytes = stream, packed, most_bytes
        self._packed, self._location, self._reading = packed_bytes, location, reading
        self._seen = 0

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer, and return the bytes that were there; raises DumpError beyond a limit."""
        with in_our_words(self._location):
            data = self._stream.read(len(buffer))
        self._seen += len(data)
        if self._seen > self._reading.max_file_bytes:
            raise DumpError(
                "too_large",
                f"{self._location}: expected at most max_file_bytes = {self._reading.max_file_bytes:,} bytes, found more. "
                "Split the dump, or raise the setting.",
            )
        if self._most_bytes is not None and self._seen > self._most_bytes:
            raise _changed(self._location)
        expansion = self._reading.max_expansion
        if self._packed is not None and self._seen > max(_EXPANSION_FROM, expansion * max(1, self._packed)):
            raise DumpError(
                "expands_too_much",
                f"{self._location}: expected at most max_expansion = {expansion} bytes for each of its {self._packed:,} "
                f"compressed ones, found at least {self._seen:,}. If it is no zip bomb, raise the setting, or unpack it.",
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close it and what it unpacks."""
        if not self.closed:
            try:
                self._stream.close()
            finally:
                self._below.close()  # what unpacks a stream leaves it open
        super().close()


def without_quotes(error: Exception) -> str:
    """What a library says is wrong, without what it quotes: that may be text of a file that is no dump."""
    return _QUOTED.sub("…", str(error))[:200] or type(error).__name__


@contextmanager
def in_our_words(location: str) -> Iterator[None]:
    """Say in our words what the file system, or a library on hostile bytes, raises."""
    try:
        yield
    except DumpError:
        raise
    except EOFError as error:
        raise DumpError("truncated", f"{location}: the compressed data ends too early. Fetch it again.") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DumpError("missing", f"{location}: no such file. Check the path.{_near(Path(location))}") from error
    except Exception as error:  # zipfile, tarfile, lzma, zlib and pyarrow raise some twenty kinds between them
        said = error.strerror if isinstance(error, OSError) and error.strerror else without_quotes(error)
        if isinstance(error, PermissionError):
            raise DumpError("unreadable", f"{location}: can't be read: {said}. Check its permissions.") from error
        raise DumpError("damaged", f"{location}: can't be read: {said}. Fetch it again.") from error


def _near(path: Path) -> str:
    """What lies in the folder of a missing file under nearly its name."""
    try:
        return did_you_mean(path.name, os.listdir(path.parent))
    except (OSError, ValueError):
        return ""
