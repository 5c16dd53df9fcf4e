"""Open files on this machine, and only regular files: reading a pipe or a device might never end."""

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.compression import in_our_words
from papersieve.pipeline.extract.places.location import shown

#: Names of things that are not files, by the kind that the system reports.
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}

#: Names of streams, which are not places from which a dump can be read again.
_STREAMS = re.compile(r"/dev/(stdin|fd/\d+)|/proc/(self|\d+)/fd/\d+")

#: With O_NONBLOCK, opening does not wait even if a pipe replaces the file between the check and the opening.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading; raises DumpError if it is missing or not a regular file."""
    refuse_no_file(path)
    with in_our_words(shown(path)):
        file = os.fdopen(os.open(path, _FLAGS), "rb")
    try:
        _refuse_kind(path, os.fstat(file.fileno()).st_mode)
    except BaseException:
        file.close()
        raise
    return file


def refuse_no_file(path: Path) -> None:
    """Raise DumpError, saying what the path names, if it is not a file; the file is not opened."""
    if _STREAMS.fullmatch(str(path)) or (path.name == "-" and not os.path.lexists(path)):
        raise DumpError(
            "not_a_file",
            f"{shown(path)}: expected a file, found standard input, which a later run cannot read again. "
            "Save it to a file, and name that.",
        )
    with in_our_words(shown(path)):
        mode = os.stat(path).st_mode
    _refuse_kind(path, mode)


def _refuse_kind(path: Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    found = _KINDS.get(stat.S_IFMT(mode), "something else")
    if stat.S_ISDIR(mode):
        with in_our_words(shown(path)), os.scandir(path):
            found = "a folder that holds no dump (names that begin with . or _ are left out)"
    raise DumpError(
        "not_a_file", f"{shown(path)}: expected a file, or a folder of files, found {found}. Name the files to read."
    )
