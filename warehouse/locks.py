"""The lock that a command has on a store or a warehouse, from before it is opened until nothing more will replace it.

A lock is a file beside the guarded one, `NAME.lock`, that the operating system locks: if its process dies, the lock
ends. Unlike the guarded file it is never replaced, so everyone waits for the right file. docs/locks.md says which
command takes which lock, and in which order.
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

#: How often a lock that another command has is tried again.
_POLL_SECONDS = 0.02

#: Errors of a filesystem that has no locks.
_NO_LOCKS = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK)


@dataclass(frozen=True)
class Hold:
    """A lock that this process has. place: the guarded file, with links followed; identity: of the lock's file."""

    place: Path
    kind: str
    identity: tuple[int, int]

    def assure(self) -> None:
        """Raise StoreError if the lock's file was removed: another command may have made and locked a new one."""
        if identity_of(lock_of(self.place)) != self.identity:
            raise StoreError(
                f"{lock_of(self.place)}: this lock file was removed while the command ran, so the {self.kind} was not "
                "replaced. Do not remove it; run the command again."
            )


def lock_of(place: Path) -> Path:
    """Return the file that is locked for a place."""
    return place.with_name(f"{place.name}.lock")


@contextmanager
def hold(place: Path, kind: str, wait_seconds: float = 0) -> Iterator[Hold]:
    """Keep every other command out of a place. kind: what it is: `store`, `warehouse`, `export`.

    Raises BusyError if another command, or another thread of this one, has it for longer than wait_seconds.
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
            f"{place}: the {kind} is in use by {_holder(lock_of(place))}. Wait for that command to end "
            "(--wait SECONDS waits), or name another place."
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
    """Write into the lock's file who has it, for those who wait; a full disk does not prevent locking."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f"{os.getpid()} {socket.gethostname()}\n".encode())
    state = os.fstat(descriptor)
    return state.st_dev, state.st_ino


def _holder(file: Path) -> str:
    """Who has the lock, in words."""
    try:
        pid, _, host = file.read_text(encoding="utf-8").strip().partition(" ")
    except (OSError, UnicodeDecodeError):
        return "another process"
    if not pid.isdigit():
        return "another process"
    if host != socket.gethostname():
        return f"process {pid} on {host}"
    return "another part of this process" if int(pid) == os.getpid() else f"process {pid}"
