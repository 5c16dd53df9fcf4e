"""From files to the dumps in them: a plain or compressed file is one, each member of an archive is one.

Nothing is ever written under a member's name, so a name with `..` is only a name.
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

#: Reasons that say nothing of a file: it may well be there.
UNREACHED = ("missing", "unreachable")


def find_dumps(place: AtHand, reading: Reading, location: str | None = None) -> Iterator[RawDump | BrokenDump]:
    """Every dump of one file, in the archive's order, and what of it is none, with the reason.

    Members whose names start with `.` or `_` are no dumps. Raises nothing. location: that of the place, if it is known.
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
    """The file itself, or the copy of one that lies elsewhere. Raises DumpError where there is none."""
    path = place if isinstance(place, Path) else place.file
    if isinstance(path, DumpError):
        raise path
    return path


def read_dump(path: Path, reading: Reading | None = None) -> RawDump:
    """Return the first dump of a file; raises DumpError where it can't be read."""
    for found in find_dumps(path, reading or Reading()):
        if isinstance(found, BrokenDump):
            raise found.error
        return found
    raise DumpError("empty", f"{shown(path)}: expected dumps in the archive, found none.")


def _beginning(path: Path) -> tuple[bytes, bool]:
    """First bytes of a file, unpacked if need be, and whether they are all of it, as it lies there."""
    with open_file(path) as file, in_our_words(shown(path)):
        start = file.read(HEAD_BYTES)
    if packing_of(start) is None:
        return start, len(start) < HEAD_BYTES
    try:
        with open_file(path) as packed, unpack(packed, start) as stream:
            return stream.read(1024), False
    except Exception:  # whatever decompressing raises, reading it whole will say it in our words
        return b"", False


def _is_document(path: Path) -> bool:
    """Whether a zip file is one document (a workbook, a text) and no archive of dumps."""
    with (
        open_file(path) as file,
        suppress(Exception),
    ):  # whatever is wrong with it, reading it whole will say it in our words
        names = {name.partition("/")[0] for name in zipfile.ZipFile(file).namelist()}
        return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names
    return False
