"""Precision and recall of the user's own warehouse, from a stratified sample that a person labelled.

For each stratum, the number of pairs that are one paper is drawn many times at random, within what its labels leave
open. The draws of all strata are added up, and the middle 95 % of the sums are the interval.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

_DRAWS, _SEED = 20_000, 1

Draws = npt.NDArray[Any]


class Stratum(NamedTuple):
    """Numbers of pairs. pairs: in the warehouse; labelled: judged by a person; one_paper: judged to be one paper."""

    pairs: int
    labelled: int
    one_paper: int


class Interval(NamedTuple):
    """An estimate with its 95 % interval."""

    estimate: float
    low: float
    high: float


class _Found(NamedTuple):
    """The number of pairs that are one paper: the estimate, and draws of the lower and of the upper limit."""

    estimate: float
    low: Draws
    high: Draws


def precision_of(matches: Sequence[Stratum]) -> Interval | None:
    """The share of the matches that are one paper; None if it is unknown."""
    found, pairs = _found(matches, np.random.default_rng(_SEED)), sum(stratum.pairs for stratum in matches)
    return _interval(found.estimate / pairs, found.low / pairs, found.high / pairs) if found and pairs else None


def recall_of(matches: Sequence[Stratum], near: Sequence[Stratum]) -> Interval | None:
    """The share of the one-paper pairs among matches and near misses that were matched; None if it is unknown."""
    random = np.random.default_rng(_SEED)
    found, missed = _found(matches, random), _found(near, random)
    if not found or not missed or not found.estimate + missed.estimate:
        return None
    low, high = (1 - m / np.maximum(f + m, 1) for f, m in ((found.low, missed.high), (found.high, missed.low)))
    return _interval(found.estimate / (found.estimate + missed.estimate), low, high)


def _found(strata: Sequence[Stratum], random: np.random.Generator) -> _Found | None:
    """The number of one-paper pairs in all strata; None if a stratum with pairs has no labels."""
    there = [stratum for stratum in strata if stratum.pairs]
    if not all(stratum.labelled for stratum in there):
        return None
    estimate = sum(stratum.pairs * stratum.one_paper / stratum.labelled for stratum in there)
    low, high = (sum((_drawn(s, more, random) for s in there), np.zeros(_DRAWS)) for more in (0, 1))
    return _Found(estimate, low, high)


def _drawn(stratum: Stratum, more: int, random: np.random.Generator) -> Draws:
    """Draws of the number of one-paper pairs in a stratum: those labelled so, and a share of the unlabelled ones.

    That share is drawn from the Beta distribution whose quantiles are the exact limits of a share: one extra label
    counts as no for the lower limit, and as yes for the upper limit (C. J. Clopper, E. S. Pearson, The use of
    confidence or fiducial limits, Biometrika 26 (1934), 404-413). So the interval is more often too wide than too
    narrow, and a stratum is known exactly if all of its pairs are labelled.
    """
    yes = random.standard_gamma(stratum.one_paper + more, _DRAWS)
    no = random.standard_gamma(stratum.labelled - stratum.one_paper + 1 - more, _DRAWS)
    return stratum.one_paper + random.binomial(stratum.pairs - stratum.labelled, yes / (yes + no))


def _interval(estimate: float, low: Draws, high: Draws) -> Interval:
    least, most = float(np.quantile(low, 0.025)), float(np.quantile(high, 0.975))
    return Interval(estimate, min(estimate, least), max(estimate, most))
