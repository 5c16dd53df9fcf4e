"""Members of zip and tar archives, and attachments or text of mail messages, each as a dump."""

import io
import os
import re
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, cast

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.compression import CHUNK, Bounded, bounded, in_our_words, packing_of, unpack
from papersieve.pipeline.extract.places.local_files import open_file
from papersieve.pipeline.extract.places.location import member_location, shown
from papersieve.pipeline.extract.raw_dump import BrokenDump, RawDump, describe
from papersieve.pipeline.reading_settings import Reading

#: Most bytes of a tar member kept in memory; more go to a temporary file.
_SPOOL_BYTES = 1 << 24

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")

_TAR_AT, _TAR = 257, b"ustar"


#: How a message begins that is encoded or has several parts; other messages can be read as plain text.
_MESSAGE = re.compile(
    rb"(?:[A-Z][\w-]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n)*)*?Content-T(?:ype: ?multipart/|ransfer-Encoding: ?(?:base64|quoted-printable))",
    re.IGNORECASE,
)


def archive_kind(head: bytes) -> str | None:
    """What a file with this beginning is: "zip", "tar", "message", or None for anything else."""
    if head.startswith(_ZIP):
        return "zip"
    if _MESSAGE.match(head):
        return "message"
    return "tar" if head[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR else None


def open_plain(path: Path, location: str, reading: Reading) -> BinaryIO:
    """Open a file other than a zip archive, and decompress it if it is compressed."""
    file = open_file(path)
    with in_our_words(location):
        try:
            return bounded(file, os.fstat(file.fileno()).st_size, location, reading)
        except BaseException:
            file.close()
            raise


def _is_passed_over(member: str) -> bool:
    return any(part[:1] in (".", "_") and part not in (".", "..") for part in member.split("/") if part)


def _last_part(member: str) -> str:
    return shown(member).rpartition("/")[2] or shown(member) or "(no name)"


class _Names:
    """Locations of an archive's members; repeated names are numbered, as nothing else distinguishes their members."""

    def __init__(self, location: str) -> None:
        self._location, self._seen = location, Counter[str]()

    def of(self, member: str) -> str:
        self._seen[member] += 1
        return member_location(self._location, member, self._seen[member])


def _member(inside: str, member: str, open_: Callable[[str], Callable[[], BinaryIO]]) -> RawDump | BrokenDump:
    name = _last_part(member)
    try:
        described = describe(name, inside, open_(inside))
        if archive_kind(described.head):
            raise DumpError("nested_archive", f"{inside}: an archive inside an archive is not read. Unpack it first.")
        return described
    except DumpError as error:
        return BrokenDump(name, inside, error)


def _too_many(location: str, reading: Reading) -> DumpError:
    return DumpError(
        "too_many_members",
        f"{location}: expected at most max_members = {reading.max_members:,} members, found more. Raise the setting, or unpack it.",
    )


def zip_members(path: Path, location: str, reading: Reading) -> Iterator[RawDump | BrokenDump]:
    """Members in the archive's order. Raises DumpError if the archive itself can't be read."""
    names = _Names(location)
    with ExitStack() as opened:
        file = opened.enter_context(open_file(path))
        with in_our_words(location):
            archive = opened.enter_context(zipfile.ZipFile(file))
        # ZipInfo.is_dir fails on a member without a name.
        infos = [i for i in archive.infolist() if not i.filename.endswith("/") and not _is_passed_over(i.filename)]
        if len(infos) > reading.max_members:
            raise _too_many(location, reading)
        packed_bytes = sum(i.compress_size for i in infos) or 1
        for info, up_to in zip(infos, accumulate(i.compress_size for i in infos), strict=True):

            def opener(inside: str, info: zipfile.ZipInfo = info) -> Callable[[], BinaryIO]:
                def open_() -> BinaryIO:
                    with in_our_words(inside):
                        packed = cast(BinaryIO, archive.open(info))
                        # The size stated in the archive can't be trusted, so the bound counts the bytes that come out.
                        member = Bounded(packed, packed, info.compress_size, inside, reading)
                        return _bounded_member(cast(BinaryIO, io.BufferedReader(member, CHUNK)), info, inside, reading)

                return open_

            member = _member(names.of(info.filename), info.filename, opener)
            yield replace(member, file_share=up_to / packed_bytes)


def _bounded_member(stream: BinaryIO, info: zipfile.ZipInfo, inside: str, reading: Reading) -> BinaryIO:
    """Unpack a member that is itself compressed; its expansion is measured against its bytes in the archive."""
    head = cast(io.BufferedReader, stream).peek(8)[:8]
    if packing_of(head) is None:
        return stream
    return cast(
        BinaryIO,
        io.BufferedReader(Bounded(unpack(stream, head), stream, info.compress_size, inside, reading), CHUNK),
    )


def message_members(path: Path, location: str, reading: Reading) -> Iterator[RawDump | BrokenDump]:
    """Files attached to a message; if there are none, its text, as HTML if it has both HTML and plain text."""
    from email import message_from_binary_file  # loaded only if there is a message
    from email.message import EmailMessage
    from email.policy import default

    names = _Names(location)
    with open_file(path) as file:
        if (size := os.fstat(file.fileno()).st_size) > (limit := reading.max_page_bytes):
            error = f"{location}: expected a message of at most max_page_bytes = {limit:,} bytes, found {size:,}. Save its files."
            raise DumpError("too_large", error)
        message = message_from_binary_file(file, EmailMessage, policy=default)
    files = [part for part in message.walk() if part.get_filename() and part.get_content_maintype() != "image"]
    for part in files or filter(None, [message.get_body(("html", "plain"))]):
        data = part.get_payload(decode=True)
        data = data if isinstance(data, bytes) else b""
        member = part.get_filename() or f"text.{part.get_content_subtype()}"
        with suppress(LookupError):  # unknown encoding
            data = data if files else str(data, part.get_content_charset("utf-8"), "replace").encode()
        yield _member(names.of(member), member, partial(_again, data))


def _again(data: bytes, _: str) -> Callable[[], BinaryIO]:
    return partial(io.BytesIO, data)


def tar_members(path: Path, location: str, reading: Reading) -> Iterator[RawDump | BrokenDump]:
    """Members in the archive's order, each spooled, because a compressed tar can't be read backwards."""
    seen, names = 0, _Names(location)
    with ExitStack() as opened:
        # tarfile does not close the file it is given, and the error raised for a damaged archive keeps it alive.
        file = opened.enter_context(open_file(path))
        size = os.fstat(file.fileno()).st_size
        with in_our_words(location):
            stream = opened.enter_context(bounded(file, size, location, reading))
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

                member = _member(inside, info.name, _spool_opener(cast(BinaryIO, spool), info.size, reading))
                yield replace(member, file_share=file.tell() / size)


def _spool_opener(spool: BinaryIO, size: int, reading: Reading) -> Callable[[str], Callable[[], BinaryIO]]:
    return lambda inside: lambda: bounded(cast(BinaryIO, _Kept(spool)), size, inside, reading)


class _Kept(io.RawIOBase):
    """A spool read from its start; closing it leaves the spool open for the next reader."""

    def __init__(self, spool: BinaryIO) -> None:
        self._spool = spool
        spool.seek(0)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._spool.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._spool.seek(offset, whence)
