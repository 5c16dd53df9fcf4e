"""Block keys: each depends on one document, both paths agree, and a plain oracle makes the same."""

import itertools
import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papersieve.checks.evidence_columns import MATCH_KEYS
from papersieve.pipeline.blocking.candidates import candidate_pairs
from papersieve.pipeline.blocking.keys import NAMES, SCHEMA, TITLE_WORDS, block_keys
from papersieve.pipeline.ids import block_key
from papersieve.pipeline.settings import Settings, Signing
from tests.support.examples import examples
from tests.support.made_records import documents_of
from tests.support.reading_paths import reading
from tests.support.row_strategies import tables

SETTINGS = Settings(signing=Signing(opening_words=5))


def keys_of(documents: pl.DataFrame) -> list[tuple[int, str, int]]:
    return sorted(block_keys(documents, SETTINGS).rows())


def longest(text: str | None, count: int) -> list[str]:
    return sorted(set((text or "").split()), key=lambda word: (-len(word), word))[:count]


def expected_keys(document: dict) -> set[tuple[str, str]]:
    """(match_key, text) of all keys of a document except bands, made by hand."""
    title, abstract = document["title_text"], document["abstract_text"]
    keys = {(kind, document[kind]) for kind in ("doi", "arxiv_id", "pmid") if document[kind]}
    if len(title.split()) >= SETTINGS.signing.min_title_words:
        keys.add(("title", title))
    if abstract:
        keys.add(("abstract", abstract))
    opening = " ".join(abstract.split()[: SETTINGS.signing.opening_words])
    is_long = len(abstract.split()) >= SETTINGS.signing.opening_words
    if is_long:
        keys.add(("opening", opening))
    if abstract and title:
        start = block_key("opening", opening) if is_long else block_key("abstract", abstract)
        ends = (title.split()[:2], title.split()[-2:])
        keys |= {("opening_title", f"{start} {' '.join(end)}") for end in ends}
    if abstract and document["authors_text"] is None:
        return keys
    words, year = longest(title, TITLE_WORDS), document["year"]
    if len(words) == TITLE_WORDS:
        keys.add(("title_words", " ".join(sorted(words))))
    if year is not None:
        keys |= {("title_words", f"{a} {b} {year}") for a, b in itertools.combinations(sorted(words), 2)}
    names = [name for name in longest(document["authors_text"], NAMES) if not re.fullmatch("[a-zа-яёα-ωß]", name)]
    keys |= {("title_author", f"{word} {name}") for word in words for name in names}
    if year is not None and document["volume"] and document["pages"]:
        keys |= {("place", f"{year} {document['volume']} {page}") for page in document["pages"].split()}
    return keys


@examples(20)
@given(tables)
def test_keys_are_those_of_a_plain_oracle_each_once(rows):
    documents = documents_of(rows)
    found = block_keys(documents, SETTINGS).filter(pl.col("match_key") != "band")
    expected = {
        (document["document_no"], kind, block_key(kind, text))
        for document in documents.iter_rows(named=True)
        for kind, text in expected_keys(document)
    }
    assert sorted(found.rows()) == sorted(expected)


@examples(20)
@given(tables)
def test_keys_of_documents_are_those_of_each_alone(rows):
    documents = documents_of(rows)
    alone = [key for n in range(documents.height) for key in keys_of(documents[n])]
    assert keys_of(documents) == sorted(alone)


@settings(max_examples=20)
@given(tables)
def test_the_kernels_make_the_same_keys(rows):
    documents = documents_of(rows)
    with reading("numpy"):
        plain = keys_of(documents)
    with reading("kernels"):
        assert keys_of(documents) == plain


def test_a_title_that_is_a_date_makes_no_key_twice_and_no_pair_with_itself():
    documents = documents_of([{"title": "10/12/2020", "date": "2020"}, {"title": "12.10.2020", "date": "2020"}])
    keys = block_keys(documents, SETTINGS)
    assert not keys.is_duplicated().any()
    assert candidate_pairs(keys, bucket_cap=200)[0].rows() == [(0, 1, "title_words")]


ABSTRACT = " ".join(f"w{n}" for n in range(30))


@pytest.mark.parametrize(
    ("row", "has_citation_keys"),
    [
        ({"authors": "Gale, Hugh", "abstract": ABSTRACT}, True),
        ({"abstract": ABSTRACT}, False),
        ({"authors": "Gale, Hugh"}, True),
        ({}, True),
    ],
    ids=["authors and abstract", "abstract alone", "authors alone", "neither"],
)
def test_citation_keys_are_made_where_authors_are_named_or_the_abstract_is_missing(row, has_citation_keys):
    documents = documents_of(
        [{"title": "Bees in towers and bells", "date": "2020", "volume": "3", "pages": "1-9", **row}]
    )
    kinds = set(block_keys(documents, SETTINGS)["match_key"])
    assert ({"place", "title_words"} <= kinds) is has_citation_keys
    assert ("title_author" in kinds) is ("authors" in row)


def test_an_initial_proposes_nobody_and_a_name_of_one_sign_does():
    rows = [{"title": "Bees in a tower", "authors": "Gale, H."}, {"title": "Wax in a tower", "authors": "Reed, H."}]
    pairs, _ = candidate_pairs(block_keys(documents_of(rows), SETTINGS), bucket_cap=200)
    assert pairs.is_empty()
    rows = [{"title": "Bees in a tower", "authors": "王, H."}, {"title": "Wax in a tower", "authors": "王, L."}]
    pairs, _ = candidate_pairs(block_keys(documents_of(rows), SETTINGS), bucket_cap=200)
    assert pairs.rows() == [(0, 1, "title_author")]


def test_documents_may_lack_all_but_their_texts():
    texts = documents_of([{"title": "Bees in towers and bells", "abstract": ABSTRACT}])
    few = block_keys(texts.select("document_no", "title_text", "abstract_text"), SETTINGS)
    assert sorted(few.rows()) == keys_of(texts)
    assert few.schema == SCHEMA


def test_kinds_of_keys_are_told_apart_where_texts_are_equal():
    same = {"title": "one two three four five", "abstract": "one two three four five"}
    keys = block_keys(documents_of([same]), SETTINGS)
    by_kind = keys.filter(pl.col("match_key").is_in(["title", "abstract", "opening"]))
    assert by_kind["key"].n_unique() == by_kind.height == 3
    assert len(set(MATCH_KEYS)) == len(MATCH_KEYS)


def test_documents_without_an_abstract_share_no_band():
    documents = documents_of([{"title": "Bees"}, {"title": "Bells"}, {"title": "Lamps"}])
    assert set(block_keys(documents, SETTINGS)["match_key"]) <= {"title_words", "title_author"}


@pytest.mark.parametrize(
    ("one", "other", "match_key"),
    [
        ({"title": "Of graphs and their cuts", "abstract": ABSTRACT, "doi": "10.1000/a"}, {"title": "Cuts", "doi": "10.1000/A"}, "doi"),
        ({"title": "Bees", "pmid": "12"}, {"title": "Other bees that are none", "pmid": "12"}, "pmid"),
        ({"title": "Longterm followup of kettles", "date": "2019"}, {"title": "Kettles: longterm follow-up", "date": "2019"}, "title_words"),
        ({"title": "Bees in a tower", "authors": "Gale, Hugh"}, {"title": "Tower bees", "authors": "Hugh Gale"}, "title_author"),
        ({"title": "Bees", "date": "2020", "volume": "3", "pages": "6-10"}, {"title": "Wax", "date": "2020", "volume": "3", "pages": "06-Oct"}, "place"),
        ({"title": "A", "abstract": ABSTRACT}, {"title": "B", "abstract": ABSTRACT.upper()}, "abstract"),
        ({"title": "A", "abstract": ABSTRACT}, {"title": "B", "abstract": f"{ABSTRACT[:25]} and so forth"}, "opening"),
    ],
)  # fmt: skip
def test_what_two_documents_share_proposes_them(one, other, match_key):
    pairs, _ = candidate_pairs(block_keys(documents_of([one, other]), SETTINGS), bucket_cap=200)
    assert pairs.rows() == [(0, 1, match_key)]


def test_a_bucket_of_boilerplate_that_is_too_full_is_cut_by_the_ends_of_titles():
    """150 titles, each also with another word in its middle, all with one abstract and without authors."""
    titles = [f"bees{number} {middle} wax{number}" for number in range(150) for middle in ("of one", "of no other")]
    documents = documents_of([{"title": title, "abstract": ABSTRACT} for title in titles])
    pairs, hot = candidate_pairs(block_keys(documents, SETTINGS), bucket_cap=200)
    assert {"abstract", "opening", "band"} <= set(hot["match_key"])
    assert pairs.rows() == [(2 * number, 2 * number + 1, "opening_title") for number in range(150)]


@given(
    st.lists(st.sampled_from(["a", "bb", "cc", "ddd", "eee", "", "ß"]), max_size=8), st.randoms(use_true_random=False)
)
def test_the_order_of_the_words_of_a_title_and_of_names_changes_no_key_of_words(words, rng):
    row = {"title": " ".join(words), "authors": ", ".join(w for w in words if w), "date": "2001"}
    shuffled = row | {"title": " ".join(rng.sample(words, len(words)))}
    one, other = (
        block_keys(documents_of([r]), SETTINGS).filter(pl.col("match_key") != "title") for r in (row, shuffled)
    )
    assert sorted(one.rows()) == sorted(other.rows())
