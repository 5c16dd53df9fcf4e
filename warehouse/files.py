"""Files that are copied, made durable and put in another's place."""

import errno
import os
import shutil
import sys
from pathlib import Path

#: Linux's request to share blocks between two files (FICLONE of linux/fs.h): a copy at no cost, where the filesystem can.
_FICLONE = 0x40049409


def clone(source: Path, target: Path) -> None:
    """Copy a file, sharing its blocks where the filesystem can."""
    if sys.platform == "linux":
        import fcntl

        with source.open("rb") as read, target.open("wb") as write:
            try:
                fcntl.ioctl(write, _FICLONE, read.fileno())
            except OSError as error:
                if error.errno == errno.ENOSPC:
                    raise
            else:
                return
    shutil.copyfile(source, target)


def rename_durably(built: Path, place: Path) -> None:
    """Make a finished file durable, give it its name, make the name durable: in this order, or a power cut shows a torn file."""
    flush(built)
    os.replace(built, place)
    flush_folder(place.parent)


def flush(path: Path) -> None:
    """Make a file's content outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder outlive a power cut. Windows can't open a folder to flush it."""
    if os.name != "nt":
        flush(folder)
