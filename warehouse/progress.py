"""How long work says how far it is: a function that is called as (stage, done, total); files are read in bytes."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Say nothing."""


def how_far(stage: str, done: int, total: int) -> str:
    """How far a stage is, in its unit: `120 of 2,000`, `0.3 of 1,000.0 MB`."""
    if stage == "ingest":
        return f"{done / 1e6:,.1f} of {total / 1e6:,.1f} MB"
    return f"{done:,} of {total:,}"
