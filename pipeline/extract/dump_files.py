"""Find the dumps in a file: a plain or compressed file is one dump, and so is each member of an archive.

No file is ever written under a member's name, so a name with `..` does no harm.
"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.archive_members import (
    archive_kind,
    message_members,
    open_plain,
    tar_members,
    zip_members,
)
from papersieve.pipeline.extract.compression import in_our_words, packing_of, unpack
from papersieve.pipeline.extract.open_dump import HEAD_BYTES
from papersieve.pipeline.extract.places.address import AtHand, location_of
from papersieve.pipeline.extract.places.local_files import open_file
from papersieve.pipeline.extract.places.location import shown
from papersieve.pipeline.extract.raw_dump import BrokenDump, RawDump, describe
from papersieve.pipeline.reading_settings import Reading

#: Reasons that don't tell whether the file still exists.
UNREACHED = ("missing", "unreachable")


def find_dumps(place: AtHand, reading: Reading, location: str | None = None) -> Iterator[RawDump | BrokenDump]:
    """All dumps in one file, in the archive's order; anything that can't be read is a BrokenDump with the reason.

    Members whose names start with `.` or `_` are skipped. Raises nothing. location: that of the place, if known.
    """
    location, name = location or location_of(place), shown(place.name)
    try:
        path = _at_hand(place)
        start, is_all = _beginning(path)
        kind = archive_kind(start)
        if kind == "zip" and not _is_document(path):
            yield from zip_members(path, location, reading)
        elif kind == "tar":
            yield from tar_members(path, location, reading)
        elif kind == "message":
            yield from message_members(path, location, reading)
        elif is_all and len(start) <= reading.max_file_bytes:
            yield describe(name, location, partial(io.BytesIO, start))
        else:
            yield describe(name, location, lambda: open_plain(path, location, reading))
    except DumpError as error:
        yield BrokenDump(name, location, error)


def _at_hand(place: AtHand) -> Path:
    """The file itself, or the local copy of a remote one. Raises DumpError if there is none."""
    path = place if isinstance(place, Path) else place.file
    if isinstance(path, DumpError):
        raise path
    return path


def read_dump(path: Path, reading: Reading | None = None) -> RawDump:
    """The first dump in a file; raises DumpError if it can't be read."""
    for found in find_dumps(path, reading or Reading()):
        if isinstance(found, BrokenDump):
            raise found.error
        return found
    raise DumpError("empty", f"{shown(path)}: expected dumps in the archive, found none.")


def _beginning(path: Path) -> tuple[bytes, bool]:
    """First bytes of a file, decompressed if need be, and whether they are all of an uncompressed file."""
    with open_file(path) as file, in_our_words(shown(path)):
        start = file.read(HEAD_BYTES)
    if packing_of(start) is None:
        return start, len(start) < HEAD_BYTES
    try:
        with open_file(path) as packed, unpack(packed, start) as stream:
            return stream.read(1024), False
    except Exception:  # reading the whole file will raise the same error in our own words
        return b"", False


def _is_document(path: Path) -> bool:
    """Whether a zip file is a single document (a workbook, a text) rather than an archive of dumps."""
    with (
        open_file(path) as file,
        suppress(Exception),
    ):  # reading the whole file will raise any error in our own words
        names = {name.partition("/")[0] for name in zipfile.ZipFile(file).namelist()}
        return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names
    return False
