"""Decompression within limits, with errors in our own words."""

import errno
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

#: Expansion is checked only beyond this many bytes: small texts may repeat themselves a lot.
_EXPANSION_FROM = 1 << 24

#: Bytes read at a time.
CHUNK = 1 << 20

#: Quoted text, as Python's repr writes it.
_QUOTED = re.compile(r"""b?(['"]).*\1""", re.DOTALL)

_GZIP, _XZ, _ZSTD = b"\x1f\x8b", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"


def packing_of(head: bytes) -> str | None:
    """Name of the compression, recognised by the first bytes; None for uncompressed data."""
    return next((name for name, mark in (("gzip", _GZIP), ("xz", _XZ), ("zstd", _ZSTD)) if head.startswith(mark)), None)


def unpack(stream: BinaryIO, head: bytes) -> BinaryIO:
    """The stream decompressed if it is compressed; output is unlimited, and errors are the libraries' own."""
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
    """Decompress a stream and enforce the limits on what comes out."""
    head = stream.read(8)
    stream.seek(0)
    if packing_of(head) is None:
        return cast(BinaryIO, io.BufferedReader(Bounded(stream, stream, None, location, reading, packed_bytes), CHUNK))
    return cast(
        BinaryIO, io.BufferedReader(Bounded(unpack(stream, head), stream, packed_bytes, location, reading), CHUNK)
    )


def unchanged(stream: BinaryIO, dump_id: str, location: str) -> BinaryIO:
    """The same stream, which raises DumpError at its end if its bytes are not those that dump_id was made from."""
    return cast(BinaryIO, io.BufferedReader(_Unchanged(stream, dump_id, location), CHUNK))


def new_hash() -> "hashlib.blake2b":
    """The hash from which a dump's id is made."""
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
    """A stream limited to `max_file_bytes` and to an expansion of `max_expansion`.

    packed_bytes: compressed size, None if not compressed; most_bytes: the file's size when it was opened, as a file
    that keeps growing could be read for ever.
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
        """Return True: it can always be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into the buffer and return the number of bytes; raises DumpError if a limit is exceeded."""
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
        """Close it and the stream below it."""
        if not self.closed:
            try:
                self._stream.close()
            finally:
                self._below.close()  # decompressors don't close the stream they read
        super().close()


def without_quotes(error: Exception) -> str:
    """A library's error message without quoted text, which may come from a private file that is not a dump."""
    return _QUOTED.sub("…", str(error))[:200] or type(error).__name__


@contextmanager
def in_our_words(location: str) -> Iterator[None]:
    """Turn errors of the file system, or of a library given hostile bytes, into DumpErrors in our own words."""
    try:
        yield
    except DumpError:
        raise
    except EOFError as error:
        raise DumpError("truncated", f"{location}: the compressed data ends too early. Fetch it again.") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        if Path(location).is_symlink():
            raise DumpError(
                "missing", f"{location}: a link to a file that does not exist. Mend or remove it."
            ) from error
        raise DumpError("missing", f"{location}: no such file. Check the path.{_near(Path(location))}") from error
    except Exception as error:  # zipfile, tarfile, lzma, zlib and pyarrow together raise about twenty kinds
        said = error.strerror if isinstance(error, OSError) and error.strerror else without_quotes(error)
        if isinstance(error, PermissionError):
            raise DumpError("unreadable", f"{location}: can't be read: {said}. Check its permissions.") from error
        if isinstance(error, OSError) and error.errno == errno.ELOOP:
            raise DumpError("missing", f"{location}: a link that leads back to itself. Mend or remove it.") from error
        if said.startswith("Not a gzipped file"):  # its beginning was one
            said = "there is other data after the end of the gzip stream"
        raise DumpError("damaged", f"{location}: can't be read: {said}. Fetch it again.") from error


def _near(path: Path) -> str:
    """A suggestion of files in the missing file's folder with a similar name; empty if there are none."""
    try:
        return did_you_mean(path.name, os.listdir(path.parent))
    except (OSError, ValueError):
        return ""
