"""How many cores this process may use, and whether the one that left something is still at work."""

import os


def cores() -> int:
    """Cores that this process may use, or what the environment's PAPERSIEVE_THREADS says."""
    wanted = os.environ.get("PAPERSIEVE_THREADS")
    if wanted:
        return max(1, int(wanted))
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
