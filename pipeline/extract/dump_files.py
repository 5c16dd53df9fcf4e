"""From files to the dumps in them: a plain or compressed file is one, each member of an archive is one.

Nothing is ever written under a member's name, so a name with `..` is only a name.
"""

import io
import os
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.compression import (
    CHUNK,
    Bounded,
    bounded,
    in_our_words,
    new_hash,
    packing_of,
    unchanged,
    unpack,
)
from papersieve.pipeline.extract.open_dump import HEAD_BYTES
from papersieve.pipeline.extract.places.address import AtHand, location_of
from papersieve.pipeline.extract.places.local_files import open_file, refuse_no_file
from papersieve.pipeline.extract.places.location import member_location, shown
from papersieve.pipeline.settings import Reading

#: Reasons that say nothing of a file: it may well be there.
UNREACHED = ("missing", "unreachable")

#: Bytes of a tar member that are kept in memory; more go to a temporary file.
_SPOOL_BYTES = 1 << 24

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TAR_AT, _TAR = 257, b"ustar"


@dataclass(frozen=True)
class RawDump:
    """One dump as received.

    dump_id: hash of its bytes, uncompressed, so that a copy is known however it is packed. location: where it
    was found (`location`). open: its bytes from the start, as often as needed until the next dump of the same file
    is asked for; raises DumpError at their end where they are no longer those of dump_id. head: its first bytes.
    """

    dump_id: str
    name: str
    location: str
    size_bytes: int
    head: bytes
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class BrokenDump:
    """A file, or a member of one, that can't be read as a dump, and why."""

    name: str
    location: str
    error: DumpError


def find_dumps(place: AtHand, reading: Reading) -> Iterator[RawDump | BrokenDump]:
    """Every dump of one file, in the archive's order, and what of it is none, with the reason.

    Members whose names start with `.` or `_` are no dumps. Raises nothing.
    """
    location, name = location_of(place), shown(place.name)
    try:
        path = _at_hand(place)
        kind = _kind(_head(path))
        if kind == "zip" and not _is_document(path):
            yield from _zip_members(path, location, reading)
        elif kind == "tar":
            yield from _tar_members(path, location, reading)
        else:
            yield _describe(name, location, lambda: _open_plain(path, location, reading))
    except DumpError as error:
        yield BrokenDump(name, location, error)


def _at_hand(place: AtHand) -> Path:
    """The file itself, or the copy of one that lies elsewhere. Raises DumpError where there is none."""
    path = place if isinstance(place, Path) else place.file
    if isinstance(path, DumpError):
        raise path
    refuse_no_file(path)
    return path


def read_dump(path: Path, reading: Reading | None = None) -> RawDump:
    """Return the first dump of a file; raises DumpError where it can't be read."""
    for found in find_dumps(path, reading or Reading()):
        if isinstance(found, BrokenDump):
            raise found.error
        return found
    raise DumpError("empty", f"{shown(path)}: expected dumps in the archive, found none.")


def _head(path: Path) -> bytes:
    """First bytes of a file, decompressed if need be. Errors are left for the later reading to find."""
    with open_file(path) as file, in_our_words(shown(path)):
        start = file.read(1024)
    if packing_of(start) is None:
        return start
    try:
        with open_file(path) as packed, unpack(packed, start) as stream:
            return stream.read(1024)
    except Exception:  # whatever decompressing raises, reading it whole will say it in our words
        return b""


def _kind(head: bytes) -> str | None:
    if head.startswith(_ZIP):
        return "zip"
    return "tar" if head[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR else None


def _is_document(path: Path) -> bool:
    """Whether a zip file is one document (a workbook, a text) and no archive of dumps."""
    with (
        open_file(path) as file,
        suppress(Exception),
    ):  # whatever is wrong with it, reading it whole will say it in our words
        names = {name.partition("/")[0] for name in zipfile.ZipFile(file).namelist()}
        return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names
    return False


def _open_plain(path: Path, location: str, reading: Reading) -> BinaryIO:
    file = open_file(path)
    with in_our_words(location):
        try:
            return bounded(file, os.fstat(file.fileno()).st_size, location, reading)
        except BaseException:
            file.close()
            raise


def _describe(name: str, location: str, open_: Callable[[], BinaryIO]) -> RawDump:
    """Read the dump once: its hash, size and beginning. Raises DumpError."""
    digest, size, head, has_text = new_hash(), 0, b"", False
    with open_() as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if len(head) < HEAD_BYTES:
                head += chunk[: HEAD_BYTES - len(head)]
            has_text = has_text or not chunk.isspace()
    if not has_text:
        raise DumpError(
            "empty",
            f"{location}: expected lines of text, found {size} bytes and no text. Remove the file, or fetch it again.",
        )
    dump_id = digest.hexdigest()
    return RawDump(dump_id, name, location, size, head, lambda: unchanged(open_(), dump_id, location))


def _is_passed_over(member: str) -> bool:
    return any(part[:1] in (".", "_") and part not in (".", "..") for part in member.split("/") if part)


def _last_part(member: str) -> str:
    return shown(member).rpartition("/")[2] or shown(member) or "(no name)"


class _Names:
    """Locations of an archive's members: names that come again are numbered, as nothing else tells their members apart."""

    def __init__(self, location: str) -> None:
        self._location, self._seen = location, Counter[str]()

    def of(self, member: str) -> str:
        self._seen[member] += 1
        return member_location(self._location, member, self._seen[member])


def _member(inside: str, member: str, open_: Callable[[str], Callable[[], BinaryIO]]) -> RawDump | BrokenDump:
    name = _last_part(member)
    try:
        described = _describe(name, inside, open_(inside))
        if _kind(described.head):
            raise DumpError("nested_archive", f"{inside}: an archive inside an archive is not read. Unpack it first.")
        return described
    except DumpError as error:
        return BrokenDump(name, inside, error)


def _too_many(location: str, reading: Reading) -> DumpError:
    return DumpError(
        "too_many_members",
        f"{location}: expected at most max_members = {reading.max_members:,} members, found more. Raise the setting, or unpack it.",
    )


def _zip_members(path: Path, location: str, reading: Reading) -> Iterator[RawDump | BrokenDump]:
    names = _Names(location)
    with ExitStack() as opened:
        file = opened.enter_context(open_file(path))
        with in_our_words(location):
            archive = opened.enter_context(zipfile.ZipFile(file))
        # ZipInfo.is_dir fails on a member without a name.
        infos = [i for i in archive.infolist() if not i.filename.endswith("/") and not _is_passed_over(i.filename)]
        if len(infos) > reading.max_members:
            raise _too_many(location, reading)
        for info in infos:

            def opener(inside: str, info: zipfile.ZipInfo = info) -> Callable[[], BinaryIO]:
                def open_() -> BinaryIO:
                    with in_our_words(inside):
                        packed = cast(BinaryIO, archive.open(info))
                        # The size that the archive states is no guide: the bound counts what really comes out.
                        member = Bounded(packed, packed, info.compress_size, inside, reading)
                        return _bounded_member(cast(BinaryIO, io.BufferedReader(member, CHUNK)), info, inside, reading)

                return open_

            yield _member(names.of(info.filename), info.filename, opener)


def _bounded_member(stream: BinaryIO, info: zipfile.ZipInfo, inside: str, reading: Reading) -> BinaryIO:
    """Unpack a member that is compressed itself; its expansion counts against the bytes in the archive."""
    head = cast(io.BufferedReader, stream).peek(8)[:8]
    if packing_of(head) is None:
        return stream
    return cast(
        BinaryIO,
        io.BufferedReader(Bounded(unpack(stream, head), stream, info.compress_size, inside, reading), CHUNK),
    )


def _tar_members(path: Path, location: str, reading: Reading) -> Iterator[RawDump | BrokenDump]:
    """Members one after the other, each spooled: a compressed tar can't be read backwards."""
    seen, names = 0, _Names(location)
    with ExitStack() as opened:
        # tarfile leaves what it is given open, and the error of a damaged archive holds it.
        stream = opened.enter_context(_open_plain(path, location, reading))
        with in_our_words(location):
            archive = opened.enter_context(tarfile.open(fileobj=stream, mode="r|"))
        while True:
            with in_our_words(location):
                info = archive.next()
            if info is None:
                return
            seen += 1
            if seen > reading.max_members:
                raise _too_many(location, reading)
            if info.isdir() or _is_passed_over(info.name):
                continue
            inside = names.of(info.name)
            if not info.isreg():
                error = DumpError(
                    "not_a_file", f"{inside}: expected a file, found a link or a device. It is not followed."
                )
                yield BrokenDump(_last_part(info.name), inside, error)
                continue
            with tempfile.SpooledTemporaryFile(_SPOOL_BYTES) as spool:
                with in_our_words(location):
                    packed = archive.extractfile(info)
                    while packed and (chunk := packed.read(CHUNK)):
                        spool.write(chunk)

                yield _member(inside, info.name, _spool_opener(cast(BinaryIO, spool), info.size, reading))


def _spool_opener(spool: BinaryIO, size: int, reading: Reading) -> Callable[[str], Callable[[], BinaryIO]]:
    return lambda inside: lambda: bounded(cast(BinaryIO, _Kept(spool)), size, inside, reading)


class _Kept(io.RawIOBase):
    """A spool read from its start, that closing leaves open for the next reader."""

    def __init__(self, spool: BinaryIO) -> None:
        self._spool = spool
        spool.seek(0)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._spool.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._spool.seek(offset, whence)
