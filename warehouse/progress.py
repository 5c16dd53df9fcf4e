"""Progress of long work: a function that is called with (stage, done, total). The unit of `ingest` is bytes."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def how_far(stage: str, done: int, total: int) -> str:
    """The progress of a stage, in its unit: `120 of 2,000`, `0.3 of 1,000.0 MB`."""
    if stage == "ingest":
        return f"{done / 1e6:,.1f} of {total / 1e6:,.1f} MB"
    return f"{done:,} of {total:,}"
