"""Sketches: the same with and without the kernel, and found by any text with enough in common."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.settings import SKETCH_SIZE, Settings
from papersieve.pipeline.shingling.minhash import shingle
from papersieve.pipeline.shingling.similarity import query_keys, sketch_keys
from tests.support.reading_paths import reading

SETTINGS = Settings()
texts = st.lists(st.sampled_from("abcdefghij"), max_size=40).map(" ".join)
many = st.lists(st.tuples(texts, texts), min_size=1, max_size=8)


def frame(rows: list[tuple[str, str]]) -> pl.DataFrame:
    columns = {"title_text": [t for t, _ in rows], "abstract_text": [a for _, a in rows]}
    schema = dict.fromkeys(("title_text", "abstract_text"), pl.String)
    numbers = pl.Series("document", [f"{n:032x}" for n in range(len(rows))], dtype=pl.String)
    return pl.DataFrame(columns, schema=schema).with_columns(numbers)


@given(many)
def test_a_sketch_is_what_its_words_say_and_its_own_text_asks_for_all_of_it(rows):
    keys = sketch_keys(frame(rows), SETTINGS)
    assert not keys.is_duplicated().any()
    for number, (title, abstract) in enumerate(rows):
        own = set(keys.filter(pl.col("document") == f"{number:032x}")["key"])
        smallest = set(map(int, shingle(abstract, SETTINGS.signing.shingle_words)[:SKETCH_SIZE]))
        assert smallest <= own
        assert len(own - smallest) <= bool(title) + bool(abstract)
        assert own <= set(query_keys(title, abstract, SETTINGS))


def test_the_kernels_make_the_same_sketches():
    rows = [(f"title {n}", " ".join(f"w{(n * i) % 97}" for i in range(n))) for n in range(40)]
    with reading("numpy"):
        plain = sketch_keys(frame(rows), SETTINGS).sort(pl.all())
    with reading("kernels"):
        assert sketch_keys(frame(rows), SETTINGS).sort(pl.all()).equals(plain)
