"""What N documents cost before they are run: candidates, matches, shuffle, CPU and memory, by b × r and bucket cap.

A pair of similarity J shares a band of r rows with probability J^r and becomes a candidate with 1 − (1 − J^r)^b. Pairs
of unrelated documents grow with the square of the documents, pairs of copies and relatives in proportion. A bucket of
probability p has Poisson(N·p) documents. Once it is hot, it proposes nothing, neither unrelated pairs nor copies.

Nothing is measured here: `simulate_scale` does that. Left out: families of near-clones and boilerplate (their buckets
become hot earlier than predicted), identifiers and titles (one key each; almost all pairs that they propose are true),
skew of partitions, and the cost of a network.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

Shares = npt.NDArray[np.float64]

#: Bounds of the bins of similarity: 1.7 % wide, so that the eighth power of a bin's middle is right to 0.3 %.
BINS = np.concatenate([[0.0], np.geomspace(1e-3, 1.0, 401)])
MIDDLES = np.concatenate([[0.0], np.sqrt(BINS[1:-1] * BINS[2:])])

#: Similarity from which on two different papers are relatives (one work under two ids, shared halves, the same
#: authors).
RELATED = 0.1

#: Similarity from which a pair matches, as in the settings.
MATCH = 0.45

#: Keys of a document apart from its bands: abstract, opening, title.
TEXT_KEYS = 3

HOUR = 3600e6


@dataclass(frozen=True)
class Choice:
    """Bands, rows and cap."""

    bands: int
    rows: int
    bucket_cap: int = 200

    @property
    def permutations(self) -> int:
        """Values in the signature."""
        return self.bands * self.rows


@dataclass(frozen=True)
class Profile:
    """How similar documents of one kind of corpus are; equal texts count as one document.

    distinct_share: the share of records with a text of their own. unrelated: of all pairs, the share in each of `BINS`
    (below `RELATED`). copies, relatives: pairs per document in each bin, and how many of them have an equal opening.
    opening_rate: of the unrelated pairs, the share with an equal opening; opening_chance: the probability of an
    opening that two of the documents had. buckets: by rows of a band, mean and variance of the probability p of the
    bucket that two unrelated documents share; a mean of None if too few were seen.
    """

    distinct_share: float
    unrelated: Shares
    copies: Shares
    relatives: Shares
    copies_opened: Shares
    relatives_opened: Shares
    opening_rate: float
    opening_chance: float
    buckets: dict[int, tuple[float | None, float]]


@dataclass(frozen=True)
class Rates:
    """Microseconds of one core, and bytes; from measured runs.

    CPU: reading a document (`read_us`) and each permutation of it, each band key, each document again when texts are
    read to compare, each candidate. Bytes of a row as Spark shuffles it: a key with its document, a pair, a text with
    its document, a record with all columns. Memory and store of one machine per document.
    """

    read_us: float
    permutation_us: float
    key_us: float
    fetch_us: float
    candidate_us: float
    key_bytes: float
    pair_bytes: float
    text_bytes: float
    record_bytes: float
    local_base_bytes: float
    local_document_bytes: float
    store_record_bytes: float


def candidate_chance(similarity: Shares, choice: Choice, hot_share: float | Shares = 0.0) -> Shares:
    """Probability that a pair shares at least one bucket that isn't hot."""
    return np.asarray(1 - (1 - similarity**choice.rows * (1 - hot_share)) ** choice.bands)


def _bucket_chances(profile: Profile, rows: int) -> tuple[Shares, Shares] | None:
    """(p, weight) of the bucket that two unrelated documents share: lognormal with its moments."""
    mean, variance = profile.buckets.get(rows, (None, 0.0))
    if mean is None:
        return None
    spread = np.sqrt(np.log1p(max(variance, 0.0) / mean**2))
    at = np.linspace(-4, 4, 161)
    weights = np.exp(-(at**2) / 2)
    return np.exp(np.log(mean) - spread**2 / 2 + spread * at), weights / weights.sum()


def cool_share(profile: Profile, documents: float, choice: Choice) -> float:
    """Of the unrelated pairs that share a bucket, the share in buckets that aren't hot; 1 if nothing is known about
    buckets.
    """
    known = _bucket_chances(profile, choice.rows)
    if known is None:
        return 1.0
    p, weight = known
    return float(weight @ special.pdtr(choice.bucket_cap - 2, documents * p))


def hot_key_share(profile: Profile, documents: float, choice: Choice) -> float:
    """Of all band keys, the share in hot buckets: how many bands copies lose."""
    known = _bucket_chances(profile, choice.rows)
    if known is None:
        return 0.0
    p, weight = known
    shared = float(profile.unrelated @ MIDDLES**choice.rows)  # Σ p² of a band
    return float(min(1.0, shared * (weight / p) @ special.pdtrc(choice.bucket_cap - 1, documents * p)))


def predict_pairs(profile: Profile, records: float, choice: Choice) -> dict[str, float]:
    """Candidates of so many records, the matches among them, and how often each is proposed.

    completeness: of the copies similar enough to match, the share that are candidates. Relatives grow with the
    documents here; how many there are depends on whose papers the next million are. unrelated_at_most: unrelated pairs
    if no bucket became hot. Beyond the measured sizes, what the cap removes is a guess: buckets too rare to be seen
    twice there are unknown.
    """
    documents = records * profile.distinct_share
    hot = hot_key_share(profile, documents, choice)
    cool = cool_share(profile, documents, choice)
    by_band = candidate_chance(MIDDLES, choice, hot)
    # An equal opening proposes too: a share of the pairs for certain; bands propose the others.
    copies_found, relatives_proposed = (
        documents * (opened + (pairs - opened) * by_band)
        for pairs, opened in ((profile.copies, profile.copies_opened), (profile.relatives, profile.relatives_opened))
    )
    wanted = documents * profile.copies
    strangers = documents**2 / 2 * profile.unrelated
    openings = documents**2 / 2 * profile.opening_rate
    by_openings = openings * float(special.pdtr(choice.bucket_cap - 2, documents * profile.opening_chance))
    by_bands = float(strangers @ candidate_chance(MIDDLES, choice))
    unrelated = by_bands * cool + by_openings
    bands_of = choice.bands * MIDDLES**choice.rows
    linear = documents * (profile.copies + profile.relatives)
    opened = documents * float((profile.copies_opened + profile.relatives_opened).sum()) + by_openings
    is_match = MIDDLES >= MATCH
    return {
        "documents": documents,
        "copies": float(wanted.sum()),
        "copies_found": float(copies_found.sum()),
        "completeness": float(copies_found[is_match].sum() / max(wanted[is_match].sum(), 1e-300)),
        "relatives_proposed": float(relatives_proposed.sum()),
        "unrelated_proposed": unrelated,
        "unrelated_at_most": by_bands + openings,
        "candidates": float(copies_found.sum() + relatives_proposed.sum()) + unrelated,
        "proposals": float(linear @ bands_of) * (1 - hot) + float(strangers @ bands_of) * cool + opened,
        "hot_key_share": hot,
        "cool_share": cool,
    }


def predict_cost(pairs: dict[str, float], records: float, choice: Choice, rates: Rates) -> dict[str, Any]:
    """CPU core-hours by stage of the kernels alone, bytes by shuffle, memory and store, for the result of
    `predict_pairs`.

    Shuffles: records to documents; keys to buckets; proposals to distinct pairs; texts to pairs (each document once
    for each candidate, on both sides); matches to components (ten rounds of both ends); records to papers.
    """
    documents, candidates = pairs["documents"], pairs["candidates"]
    keys = documents * (choice.bands + TEXT_KEYS)
    matches = pairs["copies_found"]
    cpu = {
        "read": records * (rates.read_us + rates.permutation_us * choice.permutations),
        "pairs": keys * rates.key_us,
        "verify": records * rates.fetch_us + candidates * rates.candidate_us,
    }
    shuffle = {
        "documents": records * rates.record_bytes,
        "keys": keys * rates.key_bytes,
        "distinct_pairs": pairs["proposals"] * rates.pair_bytes,
        "texts": 2 * candidates * rates.text_bytes,
        "components": 20 * matches * rates.pair_bytes,
        "papers": records * rates.record_bytes,
    }
    return {
        "cpu_seconds": {stage: us / 1e6 for stage, us in cpu.items()},
        "core_hours": sum(cpu.values()) / HOUR,
        "shuffle_bytes": shuffle,
        "shuffle_bytes_in_all": sum(shuffle.values()),
        "local_memory_bytes": rates.local_base_bytes + records * rates.local_document_bytes,
        "labels_on_driver_bytes": 16 * matches + 8 * documents,
        "store_bytes": records * rates.store_record_bytes,
    }
