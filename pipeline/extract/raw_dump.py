"""A dump as received, before it is read, or the reason why a file is not a dump."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.compression import CHUNK, new_hash, unchanged
from papersieve.pipeline.extract.open_dump import HEAD_BYTES
from papersieve.pipeline.extract.text_encoding import is_text_in_utf8
from papersieve.pipeline.extract.text_stream import in_utf8

#: Bytes of white space and byte order marks: a file of nothing else has no text.
_NO_TEXT = b" \t\n\r\v\f\xef\xbb\xbf\xfe\xff"


@dataclass(frozen=True)
class RawDump:
    """One dump as received.

    dump_id: hash of its uncompressed bytes, so that a copy is recognised however it is packed. location: where it was
    found (module `location`). open: returns its bytes from the start, any number of times until the next dump of the
    same file is requested; reading raises DumpError at the end if they no longer match dump_id. head: its first bytes.
    file_share: share of the file that lies before the end of this dump.
    """

    dump_id: str
    name: str
    location: str
    size_bytes: int
    head: bytes
    open: Callable[[], BinaryIO]
    file_share: float = 1.0


@dataclass(frozen=True)
class BrokenDump:
    """A file, or a member of one, that can't be read as a dump, and why. file_share: as in `RawDump`."""

    name: str
    location: str
    error: DumpError
    file_share: float = 1.0


def describe(name: str, location: str, open_: Callable[[], BinaryIO]) -> RawDump:
    """Read the dump once for its hash, size and beginning. Raises DumpError if it can't be read or has no text."""
    digest, size, head, has_text = new_hash(), 0, b"", False
    with open_() as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if len(head) < HEAD_BYTES:
                head += chunk[: HEAD_BYTES - len(head)]
            has_text = has_text or bool(chunk.strip(_NO_TEXT))
    if not has_text:
        raise DumpError(
            "empty",
            f"{location}: expected lines of text, found {size} bytes and no text. Remove the file, or fetch it again.",
        )
    dump_id = digest.hexdigest()
    if size <= HEAD_BYTES:  # it is all in memory, and opening a file takes longer than reading a few lines
        return RawDump(dump_id, name, location, size, head, partial(io.BytesIO, head))
    return RawDump(dump_id, name, location, size, head, lambda: unchanged(open_(), dump_id, location))


def read_as(raw: RawDump, encoding: str | None) -> RawDump:
    """The dump decoded from the encoding named in the settings, if its beginning is text but not UTF-8."""
    if encoding is None or b"\0" in raw.head or is_text_in_utf8(raw.head):
        return raw
    with in_utf8(io.BytesIO(raw.head), encoding) as head:
        return replace(raw, head=head.read(), open=lambda: in_utf8(raw.open(), encoding))
