"""How many cores this process may use, memory that it keeps or
gives back, and whether the one that left something is still at work.
"""

import ctypes
import gc
import os
import re
import sys
from contextlib import suppress

from papersieve.pipeline.errors import SettingsError

_MOST_THREADS = 1024


def cores() -> int:
    """Cores that this process may use, or what the environment's
    PAPERSIEVE_THREADS says; SettingsError where that is no such number.
    """
    wanted = os.environ.get("PAPERSIEVE_THREADS")
    if wanted:
        if not (re.fullmatch("[0-9]{1,4}", wanted) and 1 <= int(wanted) <= _MOST_THREADS):
            raise SettingsError(
                f"PAPERSIEVE_THREADS: expected a whole number from 1 to {_MOST_THREADS}, found {wanted[:40]!r}. Correct it, or unset it."
            )
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def look_for_garbage_seldom() -> None:
    """Have Python look for garbage less often: records just read are none, and looking took a tenth of a run.

    A batch of records has fewer objects than this, so most of them are gone before they would be looked at.
    """
    gc.set_threshold(1_000_000, 20, 50)


def give_memory_back() -> None:
    """Have the C library hand to the system what was freed: after large batches it keeps hundreds of megabytes."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # a C library that keeps nothing has no such function
            ctypes.CDLL(None).malloc_trim(0)


def is_alive(pid: int) -> bool:
    """Whether a process of this number runs."""
    if os.name == "nt":  # there, asking by signal 0 would send Ctrl-C
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
