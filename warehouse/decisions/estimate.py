"""Precision and recall of the user's own warehouse, from a stratified sample that a person labelled.

How many pairs of a stratum are one paper is drawn at random, many times, from what its labels leave open. The draws of
the strata are added up, and the middle 95 % of the sums are the interval.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

_DRAWS, _SEED = 20_000, 1

Draws = npt.NDArray[Any]


class Stratum(NamedTuple):
    """pairs: how many the warehouse has. labelled: how many of them a person judged; one_paper: how many of those are
    one paper.
    """

    pairs: int
    labelled: int
    one_paper: int


class Interval(NamedTuple):
    """An estimate with its 95 % interval."""

    estimate: float
    low: float
    high: float


class _Found(NamedTuple):
    """How many pairs are one paper: the estimate, and draws of the lower and of the upper limit."""

    estimate: float
    low: Draws
    high: Draws


def precision_of(matches: Sequence[Stratum]) -> Interval | None:
    """Share of the matches that are one paper; None if it is not known."""
    found, pairs = _found(matches, np.random.default_rng(_SEED)), sum(stratum.pairs for stratum in matches)
    return _interval(found.estimate / pairs, found.low / pairs, found.high / pairs) if found and pairs else None


def recall_of(matches: Sequence[Stratum], near: Sequence[Stratum]) -> Interval | None:
    """Share of the one-paper pairs, among matches and near misses, that were matched; None if it is not known."""
    random = np.random.default_rng(_SEED)
    found, missed = _found(matches, random), _found(near, random)
    if not found or not missed or not found.estimate + missed.estimate:
        return None
    low, high = (1 - m / np.maximum(f + m, 1) for f, m in ((found.low, missed.high), (found.high, missed.low)))
    return _interval(found.estimate / (found.estimate + missed.estimate), low, high)


def _found(strata: Sequence[Stratum], random: np.random.Generator) -> _Found | None:
    """The pairs of all strata that are one paper; None if a stratum with pairs has no labels."""
    there = [stratum for stratum in strata if stratum.pairs]
    if not all(stratum.labelled for stratum in there):
        return None
    estimate = sum(stratum.pairs * stratum.one_paper / stratum.labelled for stratum in there)
    low, high = (sum((_drawn(s, more, random) for s in there), np.zeros(_DRAWS)) for more in (0, 1))
    return _Found(estimate, low, high)


def _drawn(stratum: Stratum, more: int, random: np.random.Generator) -> Draws:
    """Draws of the pairs of a stratum that are one paper: those that were labelled so, and some of those not labelled.

    The share of the latter is drawn from the Beta distribution whose quantiles are the exact limits of a share: as if
    one label more had been no, for the lower limit, or yes, for the upper one (C. J. Clopper, E. S. Pearson, The use
    of confidence or fiducial limits, Biometrika 26 (1934), 404-413). So the interval is rather too wide than too
    narrow, and a stratum is known exactly if all of its pairs are labelled.
    """
    yes = random.standard_gamma(stratum.one_paper + more, _DRAWS)
    no = random.standard_gamma(stratum.labelled - stratum.one_paper + 1 - more, _DRAWS)
    return stratum.one_paper + random.binomial(stratum.pairs - stratum.labelled, yes / (yes + no))


def _interval(estimate: float, low: Draws, high: Draws) -> Interval:
    return Interval(
        estimate, min(estimate, float(np.quantile(low, 0.025))), max(estimate, float(np.quantile(high, 0.975)))
    )
