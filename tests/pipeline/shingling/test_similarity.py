"""Shingles, signatures and similarities, against xxhash, datasketch and sets of n-grams."""

import itertools
import random

import numpy as np
import polars as pl
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from papersieve.pipeline.blocking.candidates import candidate_pairs
from papersieve.pipeline.blocking.keys import block_keys
from papersieve.pipeline.matching.evidence import gather_evidence
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.shingling.minhash import shingle, sign
from papersieve.pipeline.shingling.similarity import compare_pairs
from tests.support.reading_paths import reading
from tests.support.strategies import texts

SETTINGS = Settings()


def grams(text: str, n: int) -> set[str]:
    words = text.split(" ") if text else []
    return {" ".join(words[i : i + n]) for i in range(max(1, len(words) - n + 1))} if words else set()


def documents_frame(abstracts: list[str]) -> pl.DataFrame:
    numbers = pl.Series(range(len(abstracts)), dtype=pl.Int64)
    return pl.DataFrame({"document_no": numbers, "title_text": "", "abstract_text": abstracts})


@given(texts, st.integers(1, 5))
def test_shingles_are_the_hashes_of_the_word_n_grams(text, n):
    assert set(shingle(text, n).tolist()) == {xxhash.xxh32_intdigest(g.encode()) for g in grams(text, n)}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@settings(max_examples=30)
@given(st.lists(texts, max_size=4), st.integers(1, 5), st.sampled_from([64, 128, 256]), st.integers(0, 9))
def test_signatures_are_those_of_datasketch_bit_for_bit(documents, n, num_perm, seed):
    from datasketch import MinHash

    ours = sign([shingle(text, n) for text in documents], num_perm=num_perm, seed=seed)
    for signature, text in zip(ours, documents, strict=True):
        theirs = MinHash(num_perm=num_perm, seed=seed, hashfunc=xxhash.xxh32_intdigest)
        theirs.update_batch([g.encode() for g in grams(text, n)])
        assert signature.tolist() == theirs.hashvalues.tolist()


@pytest.mark.parametrize("path", ["numpy", "kernels"])
@given(st.lists(texts, min_size=1, max_size=5), st.integers(1, 5))
def test_similarity_and_containment_are_those_of_the_sets(path, column, n):
    pairs = list(itertools.product(range(len(column)), repeat=2))
    left, right = np.array(pairs, np.int64).T
    with reading(path):
        compared = compare_pairs(left, right, pl.Series(column, dtype=pl.String), n)
    for (i, j), similarity, containment in zip(pairs, *compared, strict=True):
        a, b = grams(column[i], n), grams(column[j], n)
        if not a or not b:
            assert (similarity, containment) == (None, None)
        else:
            assert similarity == pytest.approx(len(a & b) / len(a | b))
            assert containment == pytest.approx(len(a & b) / min(len(a), len(b)))


def edited(rng: random.Random, words: list[str], share: float) -> list[str]:
    return [f"e{rng.random()}" if rng.random() < share else w for w in words]


def test_every_pair_of_similarity_above_a_half_is_a_candidate_and_exactly_verified():
    rng = random.Random(5)
    originals = [[f"w{rng.randrange(4000)}" for _ in range(rng.randrange(90, 200))] for _ in range(60)]
    copies = [edited(rng, rng.choice(originals), share) for share in np.linspace(0, 0.14, 120)]
    documents = documents_frame([" ".join(words) for words in originals + copies])
    pairs, _ = candidate_pairs(block_keys(documents, SETTINGS), bucket_cap=200)
    evidence = gather_evidence(pairs, documents, SETTINGS)
    found = {(left, right): s for left, right, s in evidence.select("left_no", "right_no", "similarity").iter_rows()}
    sets = [grams(text, SETTINGS.signing.shingle_words) for text in documents["abstract_text"]]
    brute = {}
    for i, j in itertools.combinations(range(len(sets)), 2):
        similarity = len(sets[i] & sets[j]) / len(sets[i] | sets[j])
        if similarity >= 0.5:
            brute[i, j] = similarity
    missed = [pair for pair in brute if pair not in found]
    assert len(brute) > 100
    rows, bands = SETTINGS.signing.rows_per_band, SETTINGS.signing.bands
    expected = sum((1 - similarity**rows) ** bands for similarity in brute.values())
    assert len(missed) <= 3 + 2 * expected
    assert not [pair for pair in missed if brute[pair] >= 0.7]
    assert all(found[pair] == pytest.approx(brute[pair]) for pair in brute if pair in found)


@pytest.mark.parametrize("kept", [14, 30, 80, 150])
def test_a_copy_cut_short_is_proposed_by_its_opening_however_short(kept):
    words = [f"w{i}" for i in range(160)]
    documents = documents_frame([" ".join(words), " ".join(words[:kept])])
    pairs, _ = candidate_pairs(block_keys(documents, SETTINGS), bucket_cap=200)
    evidence = gather_evidence(pairs, documents, SETTINGS)
    assert evidence["containment"].to_list() == [1.0]
