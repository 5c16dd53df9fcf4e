"""Whether the process that left something is still at work."""

import os


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
