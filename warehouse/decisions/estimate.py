"""Precision and recall of the user's own warehouse, from a stratified sample that a person labelled."""

from collections.abc import Callable, Sequence
from math import hypot, sqrt
from statistics import NormalDist
from typing import NamedTuple

#: For 95 % intervals.
_Z = NormalDist().inv_cdf(0.975)

#: The lowest expected numbers if 1, 2 or 3 were found, exceeded once in twenty times: -ln 0.95 and so on, from
#: Poisson's distribution.
_LEAST = {1: 0.0513, 2: 0.3554, 3: 0.8177}

#: Halvings until a limit of recall is known to all digits of a float.
_HALVINGS = 60


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

    def times(self, factor: float) -> "Interval":
        """The same estimate in another unit."""
        return Interval(*(value * factor for value in self))


def one_paper_share(stratum: Stratum) -> Interval:
    """Share of the stratum's pairs that are one paper, with Wilson's interval.

    p = k / n;  (p + z²/2m ± z √(p (1 - p)/m + z²/4m²)) / (1 + z²/m)

    m = n (N - 1) / (N - n) replaces the n labels: pairs are drawn without repeats, so a stratum is known exactly if
    all its N pairs are labelled. If at most three labels are yes, or at most three are no, that limit is λ / n:
    Wilson's own limit would contain a rare true value too seldom. E. B. Wilson, Probable inference, the law of
    succession, and statistical inference, J. Am. Stat. Assoc. 22 (1927), 209-212; W. G. Cochran, Sampling Techniques
    (3rd edition, 1977), section 3.2; L. D. Brown, T. T. Cai, A. DasGupta, Interval estimation for a binomial
    proportion, Statistical Science 16 (2001), 101-133, section 4.1.1, for λ.
    """
    pairs, labelled, one_paper = stratum
    low = _lowest(pairs, labelled, one_paper)
    return Interval(one_paper / labelled, low, 1 - _lowest(pairs, labelled, labelled - one_paper))


def _lowest(pairs: int, labelled: int, found: int) -> float:
    """The lower limit of a share, for so many found among those labelled."""
    if labelled == pairs:
        return found / pairs
    share, known = found / labelled, labelled * (pairs - 1) / (pairs - labelled)
    reach = _Z * sqrt(share * (1 - share) / known + (_Z / (2 * known)) ** 2)
    wilson = (share + _Z**2 / (2 * known) - reach) / (1 + _Z**2 / known)
    rare = _LEAST.get(found, labelled) / labelled
    return min(share, max(found / pairs, min(wilson, rare)))


def one_paper_pairs(strata: Sequence[Stratum]) -> Interval | None:
    """How many pairs of all strata are one paper; None if a stratum with pairs has no labels.

    T = Σ Nₕ pₕ;  low = T - √Σ (Nₕ (pₕ - lowₕ))²;  high = T + √Σ (Nₕ (highₕ - pₕ))²

    Each label counts for Nₕ / nₕ pairs. The distances to the limits of each stratum replace the standard errors on
    that side: G. Y. Zou and A. Donner, Construction of confidence intervals about effect measures: a general approach,
    Statistics in Medicine 27 (2008), 1693-1702.
    """
    there = [stratum for stratum in strata if stratum.pairs]
    if not all(stratum.labelled for stratum in there):
        return None
    shares = [one_paper_share(stratum).times(stratum.pairs) for stratum in there]
    found = sum(share.estimate for share in shares)
    down = hypot(*(share.estimate - share.low for share in shares))
    up = hypot(*(share.high - share.estimate for share in shares))
    return Interval(found, max(0.0, found - down), min(float(sum(s.pairs for s in there)), found + up))


def precision_of(matches: Sequence[Stratum]) -> Interval | None:
    """Share of the matches that are one paper; None if it is not known."""
    found, pairs = one_paper_pairs(matches), sum(stratum.pairs for stratum in matches)
    return found.times(1 / pairs) if found and pairs else None


def recall_of(matches: Sequence[Stratum], near: Sequence[Stratum]) -> Interval | None:
    """Share of the one-paper pairs, among matches and near misses, that were matched; None if it is not known.

    R = T / (T + M), for T such matches and M such near misses. A value R is in the interval if 0 is in the interval of
    (1 - R) T - R M, made as in `one_paper_pairs`: A. Donner and G. Y. Zou, Closed-form confidence intervals for
    functions of the normal mean and standard deviation, Statistical Methods in Medical Research 21 (2012), 347-359.
    """
    found, missed = one_paper_pairs(matches), one_paper_pairs(near)
    if not found or not missed or not found.estimate + missed.estimate:
        return None
    recall = found.estimate / (found.estimate + missed.estimate)

    def too_low(value: float) -> bool:
        reach = hypot((1 - value) * (found.estimate - found.low), value * (missed.high - missed.estimate))
        return (1 - value) * found.estimate - value * missed.estimate > reach

    def too_high(value: float) -> bool:
        reach = hypot((1 - value) * (found.high - found.estimate), value * (missed.estimate - missed.low))
        return value * missed.estimate - (1 - value) * found.estimate > reach

    return Interval(recall, _limit(too_low, 0.0, recall), _limit(too_high, 1.0, recall))


def _limit(is_out: Callable[[float], bool], out: float, within: float) -> float:
    """Where the values outside the interval end, on the way to one inside it."""
    for _ in range(_HALVINGS):
        middle = (out + within) / 2
        out, within = (middle, within) if is_out(middle) else (out, middle)
    return within
