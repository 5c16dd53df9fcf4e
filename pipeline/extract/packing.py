"""Bytes as they come out of compression, within limits, and what goes wrong with them in our words."""

import gzip
import io
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from pipeline.errors import DumpError
from pipeline.settings import Reading

#: Expansion is watched from here on: small texts may well repeat themselves.
_EXPANSION_FROM = 1 << 24

#: Bytes that are read at a time.
CHUNK = 1 << 20

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
    is_packed = packing_of(head) is not None
    limited = Bounded(unpack(stream, head), stream, packed_bytes if is_packed else None, location, reading)
    return cast(BinaryIO, io.BufferedReader(limited, CHUNK))


class Bounded(io.RawIOBase):
    """A stream of at most `max_file_bytes`, that does not expand beyond `max_expansion`."""

    def __init__(
        self, stream: BinaryIO, packed: BinaryIO, packed_bytes: int | None, location: str, reading: Reading
    ) -> None:
        self._stream, self._below = stream, packed
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
        expansion = self._reading.max_expansion
        if self._packed is not None and self._seen > max(_EXPANSION_FROM, expansion * max(1, self._packed)):
            raise DumpError(
                "expands_too_much",
                f"{self._location}: expected at most max_expansion = {expansion} bytes for each of its {self._packed:,} "
                f"compressed ones, found {self._seen:,} and more. If it is no zip bomb, raise the setting, or unpack it.",
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


@contextmanager
def in_our_words(location: str) -> Iterator[None]:
    """Say in our words what the file system, or a library on hostile bytes, raises."""
    try:
        yield
    except DumpError:
        raise
    except EOFError as error:
        raise DumpError("truncated", f"{location}: the compressed data ends too early. Fetch it again.") from error
    except Exception as error:  # zipfile, tarfile, lzma, zlib and pyarrow raise some twenty kinds between them
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
        if isinstance(error, PermissionError):
            raise DumpError("unreadable", f"{location}: can't be read: {said}. Check its permissions.") from error
        raise DumpError("damaged", f"{location}: can't be read: {said}. Fetch it again.") from error
