"""Candidates: all pairs of buckets that are not hot, compared with brute force, for any order of rows."""

import itertools

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.checks.evidence_columns import MATCH_KEYS
from papersieve.pipeline.blocking.candidates import candidate_pairs, switched_documents
from papersieve.pipeline.blocking.keys import SCHEMA

keys_of_documents = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(MATCH_KEYS[::3]), st.integers(0, 4)), unique=True
)


def frame(keys) -> pl.DataFrame:
    return pl.DataFrame(keys, schema=SCHEMA, orient="row")


def buckets_of(keys) -> dict[tuple[str, int], set[int]]:
    buckets: dict[tuple[str, int], set[int]] = {}
    for number, match_key, key in keys:
        buckets.setdefault((match_key, key), set()).add(number)
    return buckets


@given(keys_of_documents, st.integers(2, 5), st.randoms(use_true_random=False))
def test_candidates_are_all_pairs_of_the_buckets_that_are_not_hot_in_any_order(keys, cap, rng):
    pairs, hot = candidate_pairs(frame(keys), bucket_cap=cap)
    buckets = buckets_of(keys)
    expected: dict[tuple[int, int], list[str]] = {}
    for (match_key, _), members in buckets.items():
        if len(members) <= cap:
            for pair in itertools.combinations(sorted(members), 2):
                expected.setdefault(pair, []).append(match_key)
    strongest = {pair: min(found, key=MATCH_KEYS.index) for pair, found in expected.items()}
    assert {(left, right): key for left, right, key in pairs.iter_rows()} == strongest
    assert pairs.height == len(strongest)
    assert {(m, k): n for m, k, n in hot.iter_rows()} == {b: len(d) for b, d in buckets.items() if len(d) > cap}
    rng.shuffle(keys)
    assert candidate_pairs(frame(keys), bucket_cap=cap)[0].equals(pairs)


@given(keys_of_documents, st.sets(st.integers(0, 9)), st.integers(2, 4))
def test_members_of_buckets_that_turn_hot_or_cold_are_told_and_no_others(keys, arrived, cap):
    before = [key for key in keys if key[0] not in arrived]
    was_hot = candidate_pairs(frame(before), bucket_cap=cap)[1].select("match_key", "key")
    told = switched_documents(frame(keys), was_hot, bucket_cap=cap)
    now, then = buckets_of(keys), buckets_of(before)
    switched = [d for bucket, d in now.items() if (len(d) > cap) != (len(then.get(bucket, ())) > cap)]
    assert told["document_no"].to_list() == sorted(set().union(*switched))


def test_numbers_that_no_longer_fit_are_refused():
    keys = pl.DataFrame({"document_no": [1, 2**31], "match_key": "band", "key": [7, 7]})
    with pytest.raises(OverflowError, match="2147483648"):
        candidate_pairs(keys, bucket_cap=200)
