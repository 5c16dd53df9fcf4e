"""Progress of long work: a function that is called with (stage, done, total). The unit of `ingest` is bytes."""

import time
from collections.abc import Callable

Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def seldom(say: Callable[[str, str], None], every_seconds: float) -> Progress:
    """Tell a stage and how far it is, at most once in so many seconds: a folder has thousands of dumps."""
    last = time.monotonic()

    def observe(stage: str, done: int, total: int) -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= every_seconds and done < total:
            last = now
            say(stage, how_far(stage, done, total))

    return observe


def how_far(stage: str, done: int, total: int) -> str:
    """The progress of a stage, in its unit: `120 of 2,000`, `0.3 of 1,000.0 MB`."""
    if stage == "ingest":
        return f"{done / 1e6:,.1f} of {total / 1e6:,.1f} MB"
    return f"{done:,} of {total:,}"
