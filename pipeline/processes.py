"""How many cores this process may use, and whether the one that left something is still at work."""

import os
import re

from papersieve.pipeline.errors import SettingsError

_MOST_THREADS = 1024


def cores() -> int:
    """Cores that this process may use, or what the environment's PAPERSIEVE_THREADS says; SettingsError where that is no such number."""
    wanted = os.environ.get("PAPERSIEVE_THREADS")
    if wanted:
        if not (re.fullmatch("[0-9]{1,4}", wanted) and 1 <= int(wanted) <= _MOST_THREADS):
            raise SettingsError(
                f"PAPERSIEVE_THREADS: expected a whole number from 1 to {_MOST_THREADS}, found {wanted[:40]!r}. Correct it, or unset it."
            )
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
