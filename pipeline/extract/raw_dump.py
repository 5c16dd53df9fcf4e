"""A dump as received, before anything is read of it, or why a file is none."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.compression import CHUNK, new_hash, unchanged
from papersieve.pipeline.extract.open_dump import HEAD_BYTES
from papersieve.pipeline.extract.text_stream import in_utf8, is_text_in_utf8

#: Bytes of white space and of marks of byte order: what has no others has no line to account for.
_NO_TEXT = b" \t\n\r\v\f\xef\xbb\xbf\xfe\xff"


@dataclass(frozen=True)
class RawDump:
    """One dump as received.

    dump_id: hash of its bytes, uncompressed, so that a copy is known however it is packed. location: where it
    was found (`location`). open: its bytes from the start, as often as needed until the next dump of the same file
    is asked for; raises DumpError at their end where they are no longer those of dump_id. head: its first bytes.
    file_share: how much of the file lies before the dump's end.
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
    """A file, or a member of one, that can't be read as a dump, and why. file_share: as of a `RawDump`."""

    name: str
    location: str
    error: DumpError
    file_share: float = 1.0


def describe(name: str, location: str, open_: Callable[[], BinaryIO]) -> RawDump:
    """Read the dump once: its hash, size and beginning. Raises DumpError."""
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
    if size <= HEAD_BYTES:  # all of it is at hand, and opening a file costs more than reading a few lines
        return RawDump(dump_id, name, location, size, head, partial(io.BytesIO, head))
    return RawDump(dump_id, name, location, size, head, lambda: unchanged(open_(), dump_id, location))


def read_as(raw: RawDump, encoding: str | None) -> RawDump:
    """The dump as UTF-8, where an encoding is named and its beginning is a text that is none in UTF-8."""
    if encoding is None or b"\0" in raw.head or is_text_in_utf8(raw.head):
        return raw
    with in_utf8(io.BytesIO(raw.head), encoding) as head:
        return replace(raw, head=head.read(), open=lambda: in_utf8(raw.open(), encoding))
