"""The compiled kernels against the numpy and Python code that they replace: equal, bit for bit."""

import random
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.blocking.keys import block_keys
from papersieve.pipeline.deduplicate import deduplicate
from papersieve.pipeline.ids import block_key, content_id
from papersieve.pipeline.settings import Settings, Signing
from papersieve.pipeline.shingling import hash_kernels, kernel, text_kernels, vectors
from papersieve.pipeline.shingling import kernel_calls as columns
from papersieve.pipeline.shingling.folds import PAGES, FoldTable
from papersieve.pipeline.shingling.match_texts import MANY_TEXTS, by_kernels, match_texts, use_kernels_from
from papersieve.pipeline.shingling.minhash import band_keys, shingle, sign
from papersieve.pipeline.shingling.similarity import compare_pairs
from papersieve.pipeline.text import fold, match_text
from tests.support.examples import examples
from tests.support.reading_paths import reading
from tests.support.strategies import texts

ANY_TEXT = st.text() | st.text(st.characters(max_codepoint=127), max_size=400) | texts
COLUMNS = st.lists(st.none() | ANY_TEXT, max_size=6)


def column(values: list[str | None]) -> pl.Series:
    return pl.Series("text", values, dtype=pl.String)


# --- folding


def test_a_text_is_folded_character_by_character_and_a_match_text_to_itself():
    every = [chr(point) for point in range(0x30000) if not 0xD800 <= point < 0xE000]
    assert " ".join("".join(map(fold, every)).split()) == match_text("".join(every))
    once = match_text(" ".join(every))
    assert match_text(once) == once


# Few examples, as each draw has new pages of characters to learn, which a corpus does only once.
@examples(10)
@given(COLUMNS)
def test_match_texts_of_a_column_are_those_of_python(values):
    assert columns.fold_texts(column(values)).to_list() == [match_text(v or "") for v in values]


@examples(20)
@given(
    st.lists(
        st.sampled_from(["word", "X", " ", "  ", ", ", "é", "中文", "한국", "\u0301", "9", "_", "ﬃ"]), max_size=200
    )
)
def test_words_and_gaps_are_folded_alike_wherever_a_block_of_64_bytes_ends(parts):
    text = "".join(parts)
    shifted = [text[i:] for i in range(min(len(text), 66))]
    assert columns.fold_texts(column(shifted)).to_list() == [match_text(v) for v in shifted]


def test_a_table_learns_the_pages_it_is_asked_for_and_no_others():
    table = FoldTable()
    marks = np.zeros(PAGES, np.uint8)
    marks[0x4E] = 1
    folds = table.learn(marks)
    start = folds.starts[0x4E2D]
    assert folds.pool[start : start + folds.lengths[0x4E2D]].tobytes().decode() == " 中 "
    assert folds.lengths[0x4F00] == 255
    assert table.learn(marks) is folds


def test_a_change_of_what_the_kernels_take_in_makes_numba_compile_them_anew():
    parts = (Path(part.__file__).read_bytes() for part in (hash_kernels, text_kernels, vectors))
    assert content_id(*parts) == kernel.TAKEN_IN, "set kernel.TAKEN_IN to this id"


def test_match_texts_do_not_depend_on_the_path():
    values = column(["One–Two", None, "", "naïve 深度"] * 3)
    with reading("numpy"):
        few = match_texts(values)
    with reading("kernels"):
        assert match_texts(values).equals(few)


def test_kernels_read_many_texts_at_once_or_by_and_by_and_any_where_a_process_says_so():
    assert "papersieve.pipeline.shingling.kernel_calls" in sys.modules
    for counts in ((MANY_TEXTS,), (1, MANY_TEXTS - 1, 100)):
        use_kernels_from(MANY_TEXTS)
        assert [by_kernels(count) for count in counts] == [False] * (len(counts) - 1) + [True]
    assert not by_kernels(99)  # however many there were before
    with reading("kernels"):
        assert by_kernels(1)


# --- shingles, signatures, keys


@examples(10)
@given(COLUMNS, st.integers(1, 5), st.sampled_from([(64, 16, 4), (128, 32, 4), (256, 42, 6)]), st.integers(0, 9))
def test_signatures_shingles_and_keys_are_those_of_numpy(values, n, shape, seed):
    num_perm, bands, rows = shape
    chosen = Settings(
        signing=Signing(
            shingle_words=n, num_perm=num_perm, bands=bands, rows_per_band=rows, signature_seed=seed, opening_words=4
        )
    )
    matched = [match_text(v or "") for v in values]
    shingles = [shingle(text, n) for text in matched]
    signatures = sign(shingles, num_perm=num_perm, seed=seed)
    for read in (
        columns.read(column(values), chosen, is_raw=True, keep_signatures=True),
        columns.read(column(matched), chosen, is_raw=False, keep_signatures=True),
    ):
        assert np.array_equal(read.signatures, signatures)
        assert np.array_equal(read.band_keys, band_keys(signatures, bands=bands, rows=rows))
        assert read.text_keys.tolist() == [block_key("abstract", text) for text in matched]
        openings = [" ".join(t.split(" ")[:4]) if t.count(" ") >= 3 else None for t in matched]
        assert read.opening_keys.tolist() == [0 if o is None else block_key("opening", o) for o in openings]
    sets = columns.shingle_sets(column(values), n, is_raw=True)
    cut = [sets.values[a:b].tolist() for a, b in zip(sets.bounds, sets.bounds[1:], strict=False)]
    assert cut == [s.tolist() for s in shingles]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@examples(10)
@given(st.lists(texts, min_size=1, max_size=3), st.integers(1, 5), st.sampled_from([64, 128, 256]))
def test_signatures_are_those_of_datasketch(values, n, num_perm):
    from datasketch import MinHash

    chosen = Settings(signing=Signing(shingle_words=n, num_perm=num_perm, bands=16, rows_per_band=4))
    ours = columns.read(column(values), chosen, is_raw=False, keep_signatures=True).signatures
    for signature, text in zip(ours, values, strict=True):
        theirs = MinHash(num_perm=num_perm, hashfunc=xxhash.xxh32_intdigest)
        words = text.split(" ")
        grams = {" ".join(words[i : i + n]) for i in range(max(1, len(words) - n + 1))}
        theirs.update_batch([g.encode() for g in grams if text])
        assert signature.tolist() == theirs.hashvalues.tolist()


@given(st.lists(st.integers(1, 40), min_size=1, max_size=70), st.integers(1, 5))
def test_shingles_of_any_length_are_hashed_as_xxhash_does(lengths, n):
    words = [(chr(97 + i % 26) + "xyz" * 14)[:length] for i, length in enumerate(lengths)]
    grams = {" ".join(words[i : i + n]) for i in range(max(1, len(words) - n + 1))}
    sets = columns.shingle_sets(column([" ".join(words)]), n, is_raw=False)
    assert sets.values.tolist() == sorted({xxhash.xxh32_intdigest(gram.encode()) for gram in grams})


def test_a_document_may_be_longer_than_any_scratch():
    rng = random.Random(1)
    long = " ".join(f"w{rng.randrange(10**6)}" for _ in range(200_000))
    word = "x" * 300_000
    values = ["short one", long, word, "中" * 50_000]
    read = columns.read(column(values), Settings(), is_raw=True, keep_signatures=True)
    expected = sign(
        [shingle(match_text(value), Settings().signing.shingle_words) for value in values],
        num_perm=Settings().signing.num_perm,
        seed=1,
    )
    assert np.array_equal(read.signatures, expected)
    assert read.words.tolist() == [2, 200_000, 1, 50_000]


def test_block_keys_do_not_depend_on_the_path():
    rng = random.Random(2)
    rows = [(f"a title of {i}", " ".join(f"w{rng.randrange(50)}" for _ in range(i))) for i in range(40)]
    documents = pl.DataFrame([*rows, ("", "中 文 é"), ("x", "")], schema=["title_text", "abstract_text"], orient="row")
    documents = documents.with_columns(document_no=pl.int_range(pl.len(), dtype=pl.Int64) * 3)
    with reading("numpy"):
        few = block_keys(documents, Settings())
    with reading("kernels"):
        assert block_keys(documents, Settings()).equals(few)


def test_results_do_not_depend_on_the_number_of_threads(monkeypatch):
    values = column([f"word{i} and some more of it {i % 7}" for i in range(3 * columns.CHUNK + 5)])
    results = []
    for count in ("1", "3"):
        monkeypatch.setenv("PAPERSIEVE_THREADS", count)
        results.append(columns.read(values, Settings(), is_raw=True))
    assert np.array_equal(results[0].band_keys, results[1].band_keys)
    assert np.array_equal(results[0].text_keys, results[1].text_keys)


# --- evidence


@given(st.lists(st.lists(st.sampled_from("abcdé"), max_size=12).map(" ".join), min_size=1, max_size=6), st.data())
def test_pairs_are_compared_alike_with_and_without_the_kernel(values, data):
    places = st.lists(st.integers(0, len(values) - 1), min_size=5, max_size=5)
    left, right = (np.array(data.draw(places), np.int64) for _ in range(2))
    with reading("numpy"):
        few = compare_pairs(left, right, column(values), 2)
    with reading("kernels"):
        many = compare_pairs(left, right, column(values), 2)
    oracle = [set(s.tolist()) for s in (shingle(value, 2) for value in values)]
    for i, (a, b) in enumerate(zip(left, right, strict=True)):
        one, other = oracle[a], oracle[b]
        both = bool(one and other)
        assert few[0][i] == many[0][i] == (len(one & other) / len(one | other) if both else None)
        assert few[1][i] == many[1][i] == (len(one & other) / min(len(one), len(other)) if both else None)


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_rows_whose_keys_are_repeated_are_found(values, rng):
    present = np.array([rng.random() < 0.8 for _ in values])
    found = set(columns.repeated_rows(np.array(values, np.int64), present).tolist())
    seen = [v for v, p in zip(values, present, strict=True) if p]
    assert {i for i, v in enumerate(values) if present[i] and seen.count(v) > 1} <= found
    assert all(present[i] for i in found)


# --- the whole engine


def documents_with_copies() -> list[str | None]:
    rng = random.Random(3)
    originals = [" ".join(f"w{rng.randrange(3000)}" for _ in range(120)) for _ in range(50)]
    edited = " ".join("changed" if i in (20, 70) else w for i, w in enumerate(originals[3].split()))
    cut = " ".join(originals[5].split()[:40])
    return [*originals, originals[7].upper().replace(" ", " – "), edited, cut, None, "", "?!", None]


def test_copies_come_into_the_cluster_of_the_first_and_texts_without_words_stay_alone():
    found, pairs = deduplicate(column(documents_with_copies()))
    assert found.filter(pl.col("cluster_no") != pl.col("document_no"))["document_no", "cluster_no"].rows() == [
        (50, 7),
        (51, 3),
        (52, 5),
    ]
    assert pairs.select("left_no", "right_no", "match_key", "judgement").rows() == [
        (3, 51, "opening", "match"),
        (5, 52, "opening", "match"),
        (7, 50, "abstract", "match"),
    ]


def test_the_engine_takes_arrow_columns_and_says_how_far_it_is():
    told: list[str] = []
    values = documents_with_copies()
    chunked = pa.chunked_array([pa.array(values[:20]), pa.array(values[20:])])
    by_arrow = deduplicate(chunked, progress=lambda stage, done, total: told.append(stage))
    by_polars = deduplicate(column(values))
    assert by_arrow[0].equals(by_polars[0])
    assert by_arrow[1].equals(by_polars[1])
    assert set(told) == {"read", "pairs", "verify", "clusters"}


def test_the_engine_finds_what_the_stages_of_a_refresh_find():
    from papersieve.pipeline.blocking.candidates import candidate_pairs
    from papersieve.pipeline.matching.evidence import gather_evidence

    values = documents_with_copies()
    documents = pl.DataFrame({"abstract_text": [match_text(v or "") for v in values]}).with_columns(
        title_text=pl.lit(""), document_no=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    candidates, _ = candidate_pairs(block_keys(documents, Settings()), bucket_cap=200)
    evidence = gather_evidence(candidates, documents, Settings())
    _, pairs = deduplicate(column(values))
    assert pairs.select(evidence.columns).equals(evidence)


def test_shingles_on_all_cores_are_those_of_one_core(monkeypatch):
    monkeypatch.setattr(columns, "CHUNK", 13)
    texts = column([*documents_with_copies(), "again and again and again", "", "一本道"])
    words = columns.read(texts, Settings(), is_raw=True).words
    found, expected = columns.shingle_on_all_cores(texts, words, 2), columns.shingle_sets(texts, 2, is_raw=True)
    assert found.bounds.tolist() == expected.bounds.tolist()
    assert found.values[: found.bounds[-1]].tolist() == expected.values.tolist()


def test_no_texts_are_no_clusters():
    found, pairs = deduplicate(column([]))
    assert (found.height, pairs.height) == (0, 0)


def test_what_lies_under_a_null_is_no_text():
    texts = pl.Series(["one two three", None, "four five six", None] * 2_000)
    under = pl.DataFrame({"text": texts.fill_null("what was here before")}).select(
        pl.when(pl.Series(texts.is_not_null())).then("text")
    )["text"]
    assert columns.fold_texts(under).to_list() == [text or "" for text in texts]
    assert list(columns.read(under, Settings(), is_raw=True).words) == [3, 0] * 4_000
