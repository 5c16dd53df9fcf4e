"""The model of scale: its arithmetic against brute force,
its direction, and its candidates against the engine's own.
"""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import corpus
from benchmarks.scale_model import (
    BINS,
    MIDDLES,
    RELATED,
    Choice,
    Profile,
    Rates,
    candidate_chance,
    cool_share,
    hot_key_share,
    predict_cost,
    predict_pairs,
)
from benchmarks.simulate_scale import bucket_moments, measure, measure_profile, planted_documents
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.shingling.minhash import band_keys, sign

choices = st.builds(Choice, st.integers(1, 100), st.integers(1, 10), st.integers(2, 1000))
RATES = Rates(9, 0.02, 0.02, 4, 3, 40, 50, 1000, 1200, 5e8, 500, 3400)


def profile(buckets: tuple[float | None, float] = (None, 0.0)) -> Profile:
    """Strangers of .02, some of .09; half a copy a document of .6, half of them with its opening; relatives of .3."""

    def at(similarity: float, share: float) -> np.ndarray:
        return np.histogram([similarity], BINS)[0] * share

    copies, relatives = at(0.6, 0.5), at(0.3, 0.2)
    moments = dict.fromkeys(range(1, 11), buckets)
    return Profile(1.0, at(0.02, 0.9) + at(0.09, 1e-3), copies, relatives, copies / 2, relatives / 4, 0.0, 0.0, moments)


def test_the_curve_is_how_often_sets_of_that_similarity_share_a_band():
    random = np.random.default_rng(7)
    bands, rows, trials = 6, 3, 400
    for shared in (20, 40, 60):
        met = 0
        for _ in range(trials):
            both = random.choice(1 << 32, 80, replace=False).astype(np.uint32)
            one, other = both[: 40 + shared // 2], both[40 - shared // 2 :]
            signatures = sign([np.sort(one), np.sort(other)], num_perm=bands * rows, seed=int(random.integers(1 << 30)))
            keys = band_keys(signatures, bands=bands, rows=rows)
            met += bool((keys[:, 0] == keys[:, 1]).any())
        expected = float(candidate_chance(np.array([shared / 80]), Choice(bands, rows))[0])
        assert abs(met / trials - expected) < 4 * np.sqrt(expected * (1 - expected) / trials) + 0.01


@given(choices, st.floats(0, 1), st.floats(0, 1))
def test_more_bands_and_more_similarity_propose_more_and_more_rows_less(choice, one, other):
    low, high = sorted((one, other))
    chance = candidate_chance(np.array([low, high]), choice)
    assert ((chance >= 0) & (chance <= 1)).all()
    assert chance[0] <= chance[1]
    assert (candidate_chance(np.array([low]), replace(choice, bands=choice.bands + 1)) >= chance[0] - 1e-12).all()
    assert (candidate_chance(np.array([low]), replace(choice, rows=choice.rows + 1)) <= chance[0] + 1e-12).all()


@given(choices, st.floats(1e3, 1e9))
def test_unrelated_pairs_grow_by_the_square_and_copies_with_the_documents(choice, records):
    once, twice = (predict_pairs(profile(), n, choice) for n in (records, 2 * records))
    assert twice["unrelated_proposed"] == pytest.approx(4 * once["unrelated_proposed"])
    assert twice["copies_found"] == pytest.approx(2 * once["copies_found"])
    assert once["completeness"] == pytest.approx(twice["completeness"])


@given(st.floats(1e-9, 1e-4), st.floats(0, 5), st.integers(2, 500), st.integers(2, 6))
def test_a_higher_cap_loses_fewer_pairs_and_more_documents_lose_more(mean, spread, cap, rows):
    known, choice = profile((mean, (spread * mean) ** 2)), Choice(40, rows, cap)
    higher = replace(choice, bucket_cap=2 * cap)
    cool = [cool_share(known, n, choice) for n in (1e4, 1e6, 1e8)]
    hot = [hot_key_share(known, n, choice) for n in (1e4, 1e6, 1e8)]
    assert cool == sorted(cool, reverse=True)
    assert hot == sorted(hot)
    assert cool_share(known, 1e6, higher) >= cool[1]
    assert hot_key_share(known, 1e6, higher) <= hot[1]
    assert predict_pairs(known, 1e6, higher)["completeness"] >= predict_pairs(known, 1e6, choice)["completeness"]


def test_moments_of_buckets_are_those_of_the_buckets_that_were_drawn():
    # Texts of one word share a bucket exactly if they are equal, whatever the signature and the rows.
    random = np.random.default_rng(7)
    p = np.array([0.05, 0.02, 0.01, *np.full(920, 0.001)])
    texts = pl.Series([f"w{i}" for i in random.choice(p.size, 4000, p=p / p.sum())])
    mean, variance = bucket_moments(texts, 50)
    weight = p**2 / (p**2).sum()
    expected = float(weight @ p)
    assert mean == pytest.approx(expected, rel=0.15)
    assert variance == pytest.approx(float(weight @ p**2) - expected**2, rel=0.4)


def test_every_cost_is_positive_and_grows_with_the_records():
    small, large = (
        predict_cost(predict_pairs(profile(), n, Choice(40, 5)), n, Choice(40, 5), RATES) for n in (1e6, 1e9)
    )
    for part in ("cpu_seconds", "shuffle_bytes"):
        assert all(0 < small[part][name] < large[part][name] for name in small[part])
    assert small["core_hours"] * 1000 < large["core_hours"]  # by the square, in the end
    assert small["shuffle_bytes_in_all"] == pytest.approx(sum(small["shuffle_bytes"].values()))


@pytest.mark.long
def test_predicted_candidates_are_within_a_fifth_of_the_engines(tmp_path):
    documents, share = planted_documents(3_000, 11)
    measured = measure_profile(documents, share, 1_000, Settings())
    assert float(measured.unrelated[MIDDLES >= RELATED * 1.02].sum()) == 0
    path = tmp_path / "corpus.parquet"
    corpus.write(3_000, path, 7)
    found = measure(path, 40, 5, 200, 1)
    predicted = predict_pairs(measured, 3_000, Choice(40, 5))
    assert predicted["candidates"] == pytest.approx(found["candidates"], rel=0.2)
    assert predicted["copies_found"] == pytest.approx(found["copies_found"], rel=0.2)
