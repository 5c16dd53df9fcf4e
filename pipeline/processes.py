"""Cores that this process may use, memory that it keeps or gives back, and what it keeps others from removing."""

import ctypes
import gc
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from papersieve.pipeline.errors import SettingsError

_MOST_THREADS = 1024


def cores() -> int:
    """Cores that this process may use, or PAPERSIEVE_THREADS if that is set; SettingsError if it is invalid."""
    wanted = os.environ.get("PAPERSIEVE_THREADS")
    if wanted:
        if not (re.fullmatch("[0-9]{1,4}", wanted) and 1 <= int(wanted) <= _MOST_THREADS):
            raise SettingsError(
                f"PAPERSIEVE_THREADS: expected a whole number from 1 to {_MOST_THREADS}, found {wanted[:40]!r}. Correct it, or unset it."
            )
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def garbage_sought_seldom() -> Iterator[None]:
    """Make Python look for garbage less often: the search took a tenth of a run, and new records are no garbage.

    A batch of records has fewer objects than this threshold, so most are freed before they would be examined.
    """
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def give_memory_back() -> None:
    """Make the C library return freed memory to the system: after large batches it keeps hundreds of megabytes."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # other C libraries have no such function
            ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def kept_from_others(place: Path) -> Iterator[None]:
    """Lock a file or a folder until the context or the process ends; raises OSError if another process holds it.

    Unlike the number of a process, this also shows to other containers that its process still runs.
    """
    if os.name == "nt":
        yield
        return
    import fcntl

    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
