"""A text compared with a few others says what the columns of matching say of them."""

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.compare_one import compare_with
from papersieve.pipeline.compare_texts import compare_texts, said
from papersieve.pipeline.documents import contents
from papersieve.pipeline.sample import make_sample
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.text import clean_text, clean_title

SETTINGS = [Settings(), Settings(unit="publication", wrong_share=0.05)]
TOLD = ("similarity", "containment", "abstract_words", "smaller_words", "title_similarity", "title_containment", "title_length",
        "title_numbers", "title_parts", "generic_title", "title_years", "abstract_titles", "judgement", "rule", "match_key")  # fmt: skip

words = st.sampled_from(
    "deep graph on the a of part i ii 2 3 erratum editorial learning networks 2001 β (Reply) [Chinese] iii (TBI) 中 Ω".split()
)
titles = st.one_of(st.just(""), st.just("Editorial"), st.lists(words, max_size=7).map(" ".join))
abstracts = st.one_of(
    st.just(""),
    st.lists(words, max_size=12).map(" ".join),
    st.tuples(st.lists(words, min_size=1, max_size=3), st.integers(20, 30)).map(
        lambda told: " ".join(f"{word}{n}" for n in range(told[1]) for word in told[0])
    ),
)
texts = st.tuples(titles, abstracts)


def assert_equal(rows: list[tuple[str, str]], settings: Settings) -> set[str]:
    """The first against the others, both ways; returns the judgements."""
    clean = [(clean_title(title), clean_text(abstract)) for title, abstract in rows]
    frame = contents(pl.DataFrame(clean, schema={"title": pl.String, "abstract": pl.String}, orient="row"))
    few = [said(*row) for row in clean]
    assert few == list(frame.select("title_text", "abstract_text").iter_rows())
    expected = compare_with(frame.head(1), frame.slice(1), settings).to_dicts()
    for row in expected:  # what is left out is not asked for
        row["match_key"] = row["match_key"] if row["judgement"] != "non_match" else None
    found = compare_texts(few[0], few[1:], settings)
    assert [{name: row[name] for name in TOLD} for row in found] == [
        {name: row[name] for name in TOLD} for row in expected
    ]
    # Sums of floats in another order differ in the last of six digits.
    assert [row["score"] for row in found] == pytest.approx([row["score"] for row in expected], abs=2e-6)
    return {row["judgement"] for row in found}


@given(st.lists(texts, min_size=1, max_size=6), st.sampled_from(SETTINGS))
def test_a_few_texts_are_judged_as_columns_of_documents_are(rows, settings):
    assert_equal(rows, settings)


def test_papers_and_their_copies_are_judged_as_columns_of_documents_are():
    records = [(title, abstract) for dump in make_sample(papers=40).dumps.values() for title, abstract in _blocks(dump)]
    found = set()
    for start in range(0, len(records), 40):
        near = [(f"{title} part 2", abstract[: len(abstract) // 2]) for title, abstract in records[start : start + 3]]
        found |= assert_equal([records[start], *records, *near], SETTINGS[0])
    assert found == {"match", "review", "non_match"}


def _blocks(dump: str) -> list[tuple[str, str]]:
    """Paragraphs of a dump, each as a title of the next: some are, and the others are texts as well."""
    parts = dump.split("\n\n")
    return list(pairwise(parts))
