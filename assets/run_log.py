"""Progress of long work, as lines of a run's log."""

import logging
import time

from papersieve.warehouse.progress import Progress


def logged(log: logging.Logger, every_seconds: float = 10.0) -> Progress:
    """Say how far a stage has come, at most every so many seconds: a folder has thousands of dumps."""
    last = time.monotonic()

    def say(stage: str, done: int, total: int) -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= every_seconds:
            last = now
            log.info("%s: %s of %s", stage, f"{done:,}", f"{total:,}")

    return say
