"""Lines in a run's log: the progress of long work, and what a step did."""

import logging
from collections.abc import Mapping

from papersieve.pipeline.progress import Progress, seldom


def logged(log: logging.Logger, every_seconds: float = 10.0) -> Progress:
    """Log the progress of a stage, at most once every `every_seconds`."""
    return seldom(lambda stage, far: log.info("%s: %s", stage, far), every_seconds)


def said(what: str, counts: Mapping[str, float]) -> str:
    """One line about a step: `papers: papers 352, duplicate share 0.061`."""
    told = (
        f"{name.replace('_', ' ')} {n:,}" if isinstance(n, int) else f"{name.replace('_', ' ')} {n:.3g}"
        for name, n in counts.items()
    )
    return f"{what}: {', '.join(told)}"
