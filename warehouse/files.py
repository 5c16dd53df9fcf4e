"""Operations on files: copy, check, write durably, replace."""

import errno
import hashlib
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path

from papersieve.pipeline.processes import kept_from_others

#: Linux's request to share blocks between two files (FICLONE in linux/fs.h): a copy at no cost, if the filesystem
#: supports it.
_FICLONE = 0x40049409


def real_place(place: Path) -> Path:
    """The file that a link leads to: replacing the link itself would leave that file unchanged."""
    return place.resolve() if place.is_symlink() else place


def is_in_utf8(place: Path) -> bool:
    """Whether the whole path is text: DuckDB and polars can open no other."""
    try:
        str(place.absolute()).encode()
    except UnicodeEncodeError:
        return False
    return True


def log_of(database: Path) -> Path:
    """The path of DuckDB's log, which has the committed changes that are not yet in the database file."""
    return database.with_name(f"{database.name}.wal")


def clone(source: Path, target: Path) -> None:
    """Copy a file, sharing its blocks if the filesystem supports it."""
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
    """Flush a finished file, rename it, then flush the name: in another order, a power cut could leave half a file."""
    flush(built)
    os.replace(built, place)
    flush_folder(place.parent)


def link_or_clone(file: Path, name: Path) -> None:
    """Give a file a second name; on a filesystem without hard links, copy it."""
    try:
        os.link(file, name)
    except OSError:
        clone(file, name)


def flush(path: Path) -> None:
    """Make a file's content survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut. Windows can't open a folder to flush it."""
    if os.name != "nt":
        flush(folder)


def siblings(place: Path, name: str) -> list[Path]:
    """Files in the same folder whose whole name matches a pattern, in order; empty if there is no such folder."""
    if not place.parent.is_dir():
        return []
    with os.scandir(place.parent) as entries:
        names = [entry.name for entry in entries if re.fullmatch(name, entry.name)]
    return [place.with_name(name) for name in sorted(names)]


def aside(place: Path, kind: str) -> Path:
    """A new name in the folder of a place, for a file or a folder that is being built: `.NAME.PID.NUMBER.KIND`.

    The random number is there because processes in two containers can have the same PID.
    """
    return place.with_name(f".{place.name}.{os.getpid()}.{secrets.randbelow(10**9)}.{kind}")


def sweep(place: Path, name: str, kind: str, *, is_ours: bool = False) -> None:
    """Remove what killed processes left `aside`, of these names and kinds, which are patterns.

    is_ours: the caller has the lock under which they are made; otherwise those `kept_from_sweeps` stay.
    """
    if os.name == "nt" and not is_ours:  # no such locks there
        return
    for left in siblings(place, rf"\.({name})\.\d+\.(\d+\.)?({kind})"):
        with suppress(OSError), nullcontext() if is_ours else kept_from_others(left):
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


@contextmanager
def kept_from_sweeps(*places: Path) -> Iterator[None]:
    """Keep other processes from sweeping these, until the context or this process ends."""
    with ExitStack() as stack:
        for place in places:
            with suppress(OSError):  # without locks on a file system, nothing is swept there
                stack.enter_context(kept_from_others(place))
        yield


def identity_of(file: Path) -> tuple[int, int] | None:
    """Device and inode, which distinguish a file from an earlier one of the same name; None if it is missing."""
    try:
        state = file.stat()
    except FileNotFoundError:
        return None
    return state.st_dev, state.st_ino


def checksum_of(copy: Path) -> Path:
    """The path of a copy's checksum file, next to the copy, in the format that `sha256sum --check` reads."""
    return copy.with_name(f"{copy.name}.sha256")


def copy_with_checksum(source: Path, target: Path, *, replace: bool = False) -> None:
    """Copy a file durably, completely or not at all, with its checksum in a file next to it.

    replace: whether existing files with these names may be replaced; if not, they raise FileExistsError.
    """
    place = rename_durably if replace else _place_new
    partial = aside(target, "copying")
    written = checksum_of(partial)
    try:
        partial.touch()
        written.touch()
        with kept_from_sweeps(partial, written):
            clone(source, partial)
            written.write_bytes(f"{digest_of(partial)}  ".encode() + os.fsencode(target.name) + b"\n")
            place(written, checksum_of(target))  # first, so that no copy is ever without its checksum
            place(partial, target)
    finally:
        partial.unlink(missing_ok=True)
        written.unlink(missing_ok=True)


def _place_new(built: Path, place: Path) -> None:
    """Give a finished file its name durably. Raises FileExistsError if the name is taken."""
    flush(built)
    try:
        os.link(built, place)
    except FileExistsError:
        raise
    except OSError:  # no hard links on this filesystem
        if place.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place)) from None
        os.replace(built, place)
    flush_folder(place.parent)


def is_as_copied(copy: Path) -> bool | None:
    """Whether a copy matches its checksum; None if it has none."""
    try:
        told = checksum_of(copy).read_text(encoding="utf-8", errors="replace").split()
    except FileNotFoundError:
        return None
    return told[:1] == [digest_of(copy)]


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
