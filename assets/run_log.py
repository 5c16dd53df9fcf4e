"""Lines in a run's log: the progress of long work, and what a step did."""

import logging
import time
from collections.abc import Mapping

from papersieve.warehouse.progress import Progress, how_far


def logged(log: logging.Logger, every_seconds: float = 10.0) -> Progress:
    """Log the progress of a stage, at most once in so many seconds: a folder has thousands of dumps."""
    last = time.monotonic()

    def say(stage: str, done: int, total: int) -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= every_seconds:
            last = now
            log.info("%s: %s", stage, how_far(stage, done, total))

    return say


def said(what: str, counts: Mapping[str, float]) -> str:
    """One line about a step: `papers: papers 352, duplicate share 0.061`."""
    told = (
        f"{name.replace('_', ' ')} {n:,}" if isinstance(n, int) else f"{name.replace('_', ' ')} {n:.3g}"
        for name, n in counts.items()
    )
    return f"{what}: {', '.join(told)}"
