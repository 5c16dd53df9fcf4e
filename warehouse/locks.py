"""The lock that a command holds on a store or a warehouse, from before it opens the file until its last replacement.

A lock is a file next to the guarded one, `NAME.lock`, which the operating system locks: if its process dies, the lock
is released. Unlike the guarded file, it is never replaced, so all commands wait for the same file. docs/locks.md lists
which command takes which lock, and in which order.
"""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from papersieve.pipeline.errors import BusyError, StoreError
from papersieve.warehouse.files import identity_of, real_place

#: Seconds between two attempts to take a lock that another command holds.
_POLL_SECONDS = 0.02

#: Errors of a filesystem that has no locks.
_NO_LOCKS = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK)


@dataclass(frozen=True)
class Hold:
    """A lock that this process holds. place: the guarded file, with links followed; identity: that of the lock file."""

    place: Path
    kind: str
    identity: tuple[int, int]

    def assure(self) -> None:
        """Raise StoreError if the lock file was removed: another command may have made and locked a new one."""
        if identity_of(lock_of(self.place)) != self.identity:
            raise StoreError(
                f"{lock_of(self.place)}: this lock file was removed while the command ran, so the {self.kind} was not "
                "replaced. Do not remove it; run the command again."
            )


def lock_of(place: Path) -> Path:
    """The lock file of a place."""
    return place.with_name(f"{place.name}.lock")


@contextmanager
def hold(place: Path, kind: str, wait_seconds: float = 0) -> Iterator[Hold]:
    """Keep all other commands out of a place. kind: `store`, `warehouse` or `export`.

    Raises BusyError if another command, or another thread of this one, holds the lock for longer than wait_seconds.
    """
    place = real_place(place)
    identities: list[tuple[int, int]] = []
    lock = FileLock(
        lock_of(place),
        thread_local=False,
        poll_interval=_POLL_SECONDS,
        fallback_to_soft=False,
        on_acquired=lambda descriptor: identities.append(_sign(descriptor)),
    )
    try:
        lock.acquire(timeout=wait_seconds if wait_seconds > 0 else 0)
    except Timeout as error:
        raise BusyError(
            f"{place}: the {kind} is in use by {_holder(lock_of(place))}",
            "Wait for that command to end (--wait SECONDS waits), or name another place.",
        ) from error
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        raise StoreError(
            f"{place}: its file system does not support file locks, so two commands at once could damage the {kind}. Move it to a local disk."
        ) from error
    try:
        yield Hold(place, kind, identities[-1])
    finally:
        lock.release()


def _sign(descriptor: int) -> tuple[int, int]:
    """Write into the lock file who holds it, for commands that wait. A full disk does not prevent locking."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f"{os.getpid()} {socket.gethostname()}\n".encode())
    state = os.fstat(descriptor)
    return state.st_dev, state.st_ino


def _holder(file: Path) -> str:
    """The holder of the lock, in words."""
    pid = host = ""
    with suppress(OSError, UnicodeDecodeError):
        pid, _, host = file.read_text(encoding="utf-8").strip().partition(" ")
    if not pid.isdigit():
        return "another process"
    if host != socket.gethostname():
        return f"process {pid} on {host}"
    return "another part of this process" if int(pid) == os.getpid() else f"process {pid}"
