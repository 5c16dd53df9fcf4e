"""Each step of the engine against an oracle: datasketch, brute force, networkx, a permutation of its input."""

import itertools
import random

import numpy as np
import polars as pl
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.blocking.candidates import candidate_pairs
from pipeline.blocking.keys import block_keys
from pipeline.matching.evidence import (
    EVIDENCE_SCHEMA,
    Citation,
    citations_differ,
    compare_identifiers,
    compare_titles,
    gather_evidence,
    parts_differ,
)
from pipeline.matching.judgement import judge
from pipeline.matching.scores import pair_counts, planted_found
from pipeline.merging.golden import golden_records
from pipeline.settings import Settings
from pipeline.shingling.minhash import sign, to_datasketch
from pipeline.shingling.shingles import shingle, shingle_all
from pipeline.shingling.similarity import compare_pairs
from tests.pipeline.paths import reading
from tests.strategies import texts

SETTINGS = Settings()


def grams(text: str, n: int) -> set[str]:
    words = text.split(" ") if text else []
    return {" ".join(words[i : i + n]) for i in range(max(1, len(words) - n + 1))} if words else set()


# --- shingles and signatures


@given(texts, st.integers(1, 5))
def test_shingles_are_the_hashes_of_the_word_n_grams(text, n):
    assert set(shingle(text, n).tolist()) == {xxhash.xxh32_intdigest(g.encode()) for g in grams(text, n)}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@settings(max_examples=30)
@given(st.lists(texts, max_size=4), st.integers(1, 5), st.sampled_from([64, 128, 256]), st.integers(0, 9))
def test_signatures_are_those_of_datasketch_bit_for_bit(documents, n, num_perm, seed):
    from datasketch import MinHash

    ours = sign(shingle_all(documents, n), num_perm=num_perm, seed=seed)
    for signature, text in zip(ours, documents, strict=True):
        theirs = MinHash(num_perm=num_perm, seed=seed, hashfunc=xxhash.xxh32_intdigest)
        theirs.update_batch([g.encode() for g in grams(text, n)])
        assert signature.tolist() == theirs.hashvalues.tolist()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_datasketchs_own_index_finds_a_near_duplicate_by_our_signatures():
    from datasketch import MinHashLSH

    words = [f"w{i}" for i in range(200)]
    documents = [" ".join(words), " ".join([*words[:190], "x", *words[191:]]), " ".join(f"v{i}" for i in range(200))]
    signatures = sign(shingle_all(documents, 3), num_perm=128, seed=1)
    index = MinHashLSH(num_perm=128, params=(32, 4))
    for number, signature in enumerate(signatures):
        index.insert(number, to_datasketch(signature, seed=1))
    assert sorted(index.query(to_datasketch(signatures[0], seed=1))) == [0, 1]


# --- candidates


def documents_frame(rows: list[tuple[str, str]]) -> pl.DataFrame:
    return (
        pl.DataFrame(rows, schema=["title_text", "abstract_text"], orient="row")
        .with_row_index("document_no")
        .cast({"document_no": pl.Int64})
    )


def edited(rng: random.Random, words: list[str], share: float) -> list[str]:
    return [f"e{rng.random()}" if rng.random() < share else w for w in words]


def test_every_pair_of_similarity_above_a_half_is_a_candidate_and_exactly_verified():
    rng = random.Random(5)
    originals = [[f"w{rng.randrange(4000)}" for _ in range(rng.randrange(90, 200))] for _ in range(60)]
    copies = [edited(rng, rng.choice(originals), share) for share in np.linspace(0, 0.14, 120)]
    documents = documents_frame([("", " ".join(words)) for words in originals + copies])
    pairs, _ = candidate_pairs(block_keys(documents, SETTINGS), bucket_cap=200)
    evidence = gather_evidence(pairs, documents, SETTINGS)
    found = {(left, right): s for left, right, s in evidence.select("left_no", "right_no", "similarity").iter_rows()}
    sets = [grams(text, SETTINGS.shingle_words) for text in documents["abstract_text"]]
    brute = {}
    for i, j in itertools.combinations(range(len(sets)), 2):
        similarity = len(sets[i] & sets[j]) / len(sets[i] | sets[j])
        if similarity >= 0.5:
            brute[i, j] = similarity
    missed = [pair for pair in brute if pair not in found]
    assert len(brute) > 100
    rows, bands = SETTINGS.rows_per_band, SETTINGS.bands
    expected = sum((1 - similarity**rows) ** bands for similarity in brute.values())
    assert len(missed) <= 3 + 2 * expected
    assert not [pair for pair in missed if brute[pair] >= 0.7]
    assert all(found[pair] == pytest.approx(brute[pair]) for pair in brute if pair in found)


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from(["abstract", "title", "band"]), st.integers(0, 4)), unique=True
    ),
    st.integers(2, 5),
    st.randoms(use_true_random=False),
)
def test_candidates_are_all_pairs_of_the_buckets_that_are_not_hot_in_any_order(keys, cap, rng):
    frame = pl.DataFrame(keys, schema={"document_no": pl.Int64, "match_key": pl.String, "key": pl.Int64}, orient="row")
    pairs, hot = candidate_pairs(frame, bucket_cap=cap)
    buckets: dict[tuple[str, int], set[int]] = {}
    for number, match_key, key in keys:
        buckets.setdefault((match_key, key), set()).add(number)
    expected: dict[tuple[int, int], list[str]] = {}
    for (match_key, _), members in buckets.items():
        if len(members) <= cap:
            for pair in itertools.combinations(sorted(members), 2):
                expected.setdefault(pair, []).append(match_key)
    strongest = {
        pair: min(found, key=["abstract", "title", "opening", "band"].index) for pair, found in expected.items()
    }
    assert {(left, right): key for left, right, key in pairs.iter_rows()} == strongest
    assert {(m, k): n for m, k, n in hot.iter_rows()} == {b: len(d) for b, d in buckets.items() if len(d) > cap}
    rng.shuffle(keys)
    assert candidate_pairs(pl.DataFrame(keys, schema=frame.schema, orient="row"), bucket_cap=cap)[0].equals(pairs)


def test_a_document_without_an_abstract_is_proposed_by_its_title_alone():
    documents = documents_frame(
        [("one two three four", ""), ("one two three four", "a b c"), ("", ""), ("short", ""), ("short", "")]
    )
    keys = block_keys(documents, SETTINGS)
    assert set(keys.filter(pl.col("document_no") == 0)["match_key"]) == {"title"}
    pairs, _ = candidate_pairs(keys, bucket_cap=200)
    assert pairs.rows() == [(0, 1, "title")]


@pytest.mark.parametrize("kept", [14, 30, 80, 150])
def test_a_copy_cut_short_is_proposed_by_its_opening_however_short(kept):
    words = [f"w{i}" for i in range(160)]
    documents = documents_frame([("", " ".join(words)), ("", " ".join(words[:kept]))])
    pairs, _ = candidate_pairs(block_keys(documents, SETTINGS), bucket_cap=200)
    evidence = gather_evidence(pairs, documents, SETTINGS)
    assert evidence["containment"].to_list() == [1.0]


# --- evidence


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


def test_title_similarity_says_nothing_where_a_title_is_missing():
    assert compare_titles("", "a b") is None
    assert compare_titles("a b", "b a") == 1.0
    assert compare_titles("a b", "a c") == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("on graphs part i", "on graphs part ii", True),
        ("on graphs i", "on graphs ii", True),
        ("on graphs part 1", "on graphs part 1", False),
        ("on graphs", "on graphs part ii", False),
        ("erratum on graphs", "on graphs", True),
        ("", "on graphs part ii", False),
        ("part 1 of volume 2", "part 1 of volume 3", True),
    ],
)
def test_numbered_parts_and_notices_are_told_apart(left, right, expected):
    assert parts_differ(left, right) is expected
    assert parts_differ(right, left) is expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (Citation(doi="10.1/a"), Citation(doi="10.1/a", arxiv_id="1"), "equal"),
        (Citation(doi="10.1/a", arxiv_id="1"), Citation(doi="10.1/b", arxiv_id="1"), "equal"),
        (Citation(doi="10.1/a", arxiv_id="1"), Citation(doi="10.1/a", arxiv_id="2"), "equal"),
        (Citation(doi="10.1/a", arxiv_id="1"), Citation(doi="10.1/b", arxiv_id="2"), "other_arxiv_id"),
        (Citation(doi="10.1/a"), Citation(doi="10.1/b", arxiv_id="2"), "other_doi"),
        (Citation(doi="10.1/a"), Citation(arxiv_id="2"), None),
        (Citation(), Citation(doi="10.1/a"), None),
    ],
)
def test_identifiers_are_compared_kind_by_kind(left, right, expected):
    assert compare_identifiers(left, right) == expected
    assert compare_identifiers(right, left) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (Citation(year=2001), Citation(year=2002), False),
        (Citation(year=2001), Citation(year=2003), True),
        (Citation(year=2001), Citation(authors_text="a lovelace"), False),
        (Citation(authors_text="a lovelace c babbage"), Citation(authors_text="babbage charles"), False),
        (Citation(authors_text="a lovelace"), Citation(authors_text="a babbage"), True),
        (Citation(authors_text="李 明"), Citation(authors_text="王 芳"), False),
    ],
)
def test_citations_differ_by_year_or_by_all_names(left, right, expected):
    assert citations_differ(left, right) is expected
    assert citations_differ(right, left) is expected


def test_numbers_that_no_longer_fit_are_refused():
    keys = pl.DataFrame({"document_no": [1, 2**31], "match_key": "band", "key": [7, 7]})
    with pytest.raises(OverflowError, match="2147483648"):
        candidate_pairs(keys, bucket_cap=200)


def test_a_retitled_and_rewritten_paper_is_found_by_its_identifier():
    documents = pl.DataFrame(
        {
            "document_no": [1, 2, 3, 4],
            "title_text": ["of graphs and their cuts", "cuts of graphs", "of groups", "large ones"],
            "abstract_text": ["we cut graphs in two", "a graph is cut", "all about groups", "large ones are cut"],
            "doi": ["10.1/a", None, None, "10.1/a"],
            "arxiv_id": ["2401.00001", "2401.00001", "2401.00003", None],
        }
    )
    pairs, _ = candidate_pairs(block_keys(documents, SETTINGS), bucket_cap=200)
    judged = judge(gather_evidence(pairs, documents, SETTINGS), SETTINGS)
    assert judged.select("left_no", "right_no", "match_key", "rule").rows() == [
        (1, 2, "arxiv_id", "same_identifier"),
        (1, 4, "doi", "same_identifier_other_text"),
    ]


# --- judgement


def evidence(**values) -> pl.DataFrame:
    base = {
        "left_no": 0,
        "right_no": 1,
        "match_key": "band",
        "similarity": None,
        "containment": None,
        "title_similarity": None,
        "smaller_words": 100,
        "parts_differ": False,
        "identifiers": None,
        "citations_differ": False,
    }
    return pl.DataFrame(
        [base | values], schema={"left_no": pl.Int64, "right_no": pl.Int64, "match_key": pl.String, **EVIDENCE_SCHEMA}
    )


ONE_TITLE = {"title_similarity": 1.0, "match_key": "title", "smaller_words": 0}


@pytest.mark.parametrize(
    ("values", "judgement", "rule"),
    [
        ({"similarity": 1.0, "containment": 1.0}, "match", "same_abstract"),
        ({"similarity": 0.45, "containment": 0.6}, "match", "near_abstract"),
        ({"similarity": 0.45, "containment": 0.6, "title_similarity": 0.5}, "match", "near_abstract"),
        ({"similarity": 0.64, "containment": 0.8, "title_similarity": 0.49}, "review", "half_alike"),
        ({"similarity": 0.65, "containment": 0.8, "title_similarity": 0.0}, "match", "near_abstract"),
        ({"similarity": 0.44, "containment": 0.6}, "review", "half_alike"),
        ({"similarity": 0.2, "containment": 0.95}, "match", "cut_short"),
        ({"similarity": 0.2, "containment": 0.95, "smaller_words": 5}, "non_match", "unlike"),
        ({"similarity": 0.2, "containment": 0.75}, "review", "mostly_contained"),
        ({"similarity": 0.1, "containment": 0.2}, "non_match", "unlike"),
        ({"similarity": 0.9, "containment": 0.9, "parts_differ": True}, "review", "other_part"),
        ({"similarity": 0.1, "containment": 0.2, "parts_differ": True}, "non_match", "other_part"),
        (ONE_TITLE, "match", "same_title_no_abstract"),
        (
            {"title_similarity": 1.0, "match_key": "title", "similarity": 0.0, "containment": 0.0},
            "review",
            "same_title_other_abstract",
        ),
        ({}, "non_match", "unlike"),
        # Identifiers: an equal one makes a match of what is akin, and another arXiv id a question of what is alike.
        ({"identifiers": "equal", "similarity": 0.3, "containment": 0.5}, "match", "same_identifier"),
        ({"identifiers": "equal", "title_similarity": 0.5, "smaller_words": 0}, "match", "same_identifier"),
        ({"identifiers": "equal", "title_similarity": 0.4, "smaller_words": 0}, "review", "same_identifier_other_text"),
        ({"identifiers": "equal", "similarity": 0.1, "containment": 0.2, "parts_differ": True}, "review", "other_part"),
        ({"identifiers": "other_arxiv_id", "similarity": 1.0, "containment": 1.0}, "review", "other_identifier"),
        ({"identifiers": "other_arxiv_id", "similarity": 0.3, "containment": 0.5}, "review", "other_identifier"),
        ({"identifiers": "other_arxiv_id", "similarity": 0.2, "containment": 0.3}, "non_match", "unlike"),
        ({"identifiers": "other_doi", "similarity": 1.0, "containment": 1.0}, "match", "same_abstract"),
        ({**ONE_TITLE, "identifiers": "other_doi"}, "review", "same_title_other_citation"),
        ({**ONE_TITLE, "identifiers": "other_arxiv_id"}, "review", "other_identifier"),
        ({**ONE_TITLE, "citations_differ": True}, "review", "same_title_other_citation"),
        ({**ONE_TITLE, "identifiers": "equal", "citations_differ": True}, "match", "same_identifier"),
    ],
)
def test_evidence_is_judged_by_the_first_rule_that_applies(values, judgement, rule):
    assert judge(evidence(**values), SETTINGS).select("judgement", "rule").row(0) == (judgement, rule)


# --- golden records


def record(paper: str, number: int, **values) -> dict:
    base = {
        "paper_id": paper, "record_id": f"{number:032x}", "document_id": f"{number:032x}", "dump_id": f"{number % 3:032x}",
        "title": None, "abstract": None, "published_date": None, "date_precision": None, "year_source": None,
        "author_count": None, "organisation": None, "comment_count": None, "urls": [], "code_urls": [],
        "authors": None, "venue": None, "volume": None, "issue": None, "pages": None, "year": None, "doi": None,
        "arxiv_id": None, "arxiv_version": None, "pmid": None, "categories": None,
    }  # fmt: skip
    return base | values


RECORD_SCHEMA = {
    "paper_id": pl.String, "record_id": pl.String, "document_id": pl.String, "dump_id": pl.String, "title": pl.String,
    "abstract": pl.String, "published_date": pl.Date, "date_precision": pl.String, "year_source": pl.String,
    "author_count": pl.Int64, "organisation": pl.String, "comment_count": pl.Int64,
    "urls": pl.List(pl.String), "code_urls": pl.List(pl.String),
    "authors": pl.List(pl.String), "venue": pl.String, "volume": pl.String, "issue": pl.String, "pages": pl.String, "year": pl.Int64,
    "doi": pl.String, "arxiv_id": pl.String, "arxiv_version": pl.Int64, "pmid": pl.String, "categories": pl.List(pl.String),
}  # fmt: skip


def golden(*rows: dict) -> dict:
    papers, _ = golden_records(pl.DataFrame(list(rows), schema=RECORD_SCHEMA))
    return papers.to_dicts()[0]


def test_a_cut_abstract_never_wins_over_a_complete_one():
    got = golden(
        record("p", 1, abstract="Short and whole."),
        record("p", 2, abstract="Much longer text, but it was cut off somewh..."),
        record("p", 3, abstract="Much longer text, but it ends without a"),
    )
    assert got["abstract"] == "Short and whole."


def test_an_upper_case_title_never_wins_over_another():
    got = golden(record("p", 1, title="A LOUD TITLE THAT IS LONG"), record("p", 2, title="A Title"), record("p", 3))
    assert got["title"] == "A Title"


TITLE = "Graphs: What They Are (and Aren't) 3D"


@pytest.mark.parametrize(
    "decorated",
    [
        "{} 🔥", "🚀 {}", "* {}", "[pdf] {}", "{} [PDF]", "{} (v2)", "(v12) {}", "arXiv:1234.56789 {}", "{} (arXiv:1234.5678)",
        "“{}”", '"{}"', "{}...", "{}…", "12. {}", "[7] {}", "Title: {}", "{} |", "— {}", "{} ★", "{} [Oral]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("times", [1, 3])
def test_a_decorated_title_never_wins_however_long_and_often_listed(decorated, times):
    rows = [record("p", 1 + i, title=decorated.format(TITLE)) for i in range(times)]
    assert golden(*rows, record("p", 9, title=TITLE))["title"] == TITLE
    assert golden(*rows, record("p", 9, title=TITLE.upper()))["title"] == decorated.format(TITLE)


def test_a_title_without_case_is_not_upper_case_and_the_only_title_stays_as_it_is():
    assert golden(record("p", 1, title="図とは何か"), record("p", 2, title="LOUD, AND LONGER"))["title"] == "図とは何か"
    assert golden(record("p", 1, title="[pdf] LOUD…"), record("p", 2))["title"] == "[pdf] LOUD…"


@pytest.mark.parametrize(
    "title", ["The C* Algebra", "3D Shapes", "2001: A Space", "On (In)finite Sums", "Why? Because!", "O'Hara's"]
)
def test_an_odd_title_is_no_decorated_one(title):
    assert golden(record("p", 1, title=title), record("p", 2, title=f"{title} [pdf]"))["title"] == title


@settings(max_examples=30)
@given(
    st.integers(1, 300).map(lambda n: "word " * n),
    st.sampled_from(
        [
            "...",
            "…",
            " . . .",
            "[...]",
            "(…)",
            " ... Read more",
            "… (more)",
            "...\n Show More",
            "",
            ",",
            " and",
            " [truncated]",
        ]
    ),
    st.integers(0, 500),
    st.booleans(),
)
def test_a_cut_abstract_never_wins_whatever_its_length_and_noise(text, end, spaces, first):
    cut, whole = text.replace(" ", " " * (1 + spaces)).strip() + end, "Short, but whole."
    rows = [record("p", 1 + first, abstract=cut), record("p", 2 - first, abstract=whole)]
    assert golden(*rows)["abstract"] == whole


def test_of_two_whole_abstracts_the_one_of_more_text_wins_not_the_one_of_more_space():
    assert (
        golden(record("p", 1, abstract="So   little   text  ."), record("p", 2, abstract="Quite a bit more."))[
            "abstract"
        ]
        == "Quite a bit more."
    )


def test_a_stated_date_wins_over_an_inferred_one_and_brings_its_companions():
    import datetime as dt

    got = golden(
        record("p", 1, published_date=dt.date(2020, 1, 1), date_precision="day", year_source="listing"),
        record("p", 2, published_date=dt.date(2021, 1, 1), date_precision="day", year_source="stated"),
        record("p", 3, published_date=dt.date(2022, 1, 1), date_precision="day", year_source="stated"),
    )
    assert (got["published_date"], got["year_source"]) == (dt.date(2021, 1, 1), "stated")


def test_links_are_united_and_each_giver_is_named():
    papers, lineage = golden_records(
        pl.DataFrame([record("p", 1, urls=["b", "a"]), record("p", 2, urls=["a", "c"])], schema=RECORD_SCHEMA)
    )
    assert papers["urls"].to_list() == [["a", "b", "c"]]
    assert lineage.filter(pl.col("column_name") == "urls")["record_id"].to_list() == [f"{1:032x}", f"{2:032x}"]


def test_a_publishers_doi_wins_and_the_newest_version_of_the_most_listed_arxiv_id():
    preprint = {"doi": "10.48550/arxiv.2401.00001", "arxiv_id": "2401.00001"}
    got = golden(
        record("p", 1, **preprint, arxiv_version=1, authors=["A. One"], categories=["cs.CL"]),
        record("p", 2, **preprint, arxiv_version=3, authors=["Ann One", "Bo Two"], categories=["cs.AI", "cs.CL"]),
        record("p", 3, doi="10.1000/x", arxiv_id="2402.00002", arxiv_version=9, year=2024, venue="V"),
    )
    assert (got["doi"], got["arxiv_id"], got["arxiv_version"]) == ("10.1000/x", "2401.00001", 3)
    assert got["authors"] == ["Ann One", "Bo Two"]
    assert got["categories"] == ["cs.AI", "cs.CL"]
    assert (got["year"], got["venue"]) == (2024, "V")


def test_the_issue_and_the_pubmed_id_that_most_records_show_survive():
    shown = [("2", "11"), ("2", "12"), ("(2)", "12"), (None, None)]
    got = golden(*(record("p", n, issue=issue, pmid=pmid) for n, (issue, pmid) in enumerate(shown, start=1)))
    assert (got["issue"], got["pmid"]) == ("2", "12")


@given(st.data())
def test_golden_records_do_not_depend_on_the_order_of_records(data):
    import datetime as dt

    values = st.fixed_dictionaries(
        {
            "title": st.sampled_from([None, "A", "B b", "C C", "[pdf] B b", "B b…", "图"]),
            "abstract": st.sampled_from([None, "One.", "Two.", "O n e.", "Three th..."]),
            "published_date": st.sampled_from([None, dt.date(2020, 1, 1), dt.date(2021, 1, 1)]),
            "year_source": st.sampled_from(["stated", "listing"]),
            "author_count": st.sampled_from([None, 1, 2]),
            "organisation": st.sampled_from([None, "X", "Y"]),
            "comment_count": st.sampled_from([None, 0, 5]),
            "urls": st.sampled_from([[], ["a"], ["a", "b"]]),
            "authors": st.sampled_from([None, ["A"], ["A", "B"], ["A", "C"]]),
            "venue": st.sampled_from([None, "X", "Y"]),
            "year": st.sampled_from([None, 2019, 2020]),
            "doi": st.sampled_from([None, "10.1/a", "10.48550/arxiv.2401.00001"]),
            "arxiv_id": st.sampled_from([None, "2401.00001", "2401.00002"]),
            "arxiv_version": st.sampled_from([None, 1, 2]),
            "categories": st.sampled_from([None, ["a"], ["a", "b"]]),
        }
    )
    rows = [
        record(data.draw(st.sampled_from("pq")), i, **data.draw(values)) for i in range(data.draw(st.integers(1, 7)))
    ]
    one = golden_records(pl.DataFrame(rows, schema=RECORD_SCHEMA))
    other = golden_records(pl.DataFrame(data.draw(st.permutations(rows)), schema=RECORD_SCHEMA))
    assert one[0].equals(other[0])
    assert one[1].equals(other[1])


# --- evaluation


def test_scores_count_planted_repeats_and_pairs():
    labelled = pl.DataFrame(
        {
            "paper": [1, 1, 2, 2, 3],
            "paper_id": ["a", "a", "b", "c", "c"],
            "kind": ["original", "exact", "original", "latex", "original"],
            "is_duplicate": [False, True, False, True, False],
        }
    )
    assert planted_found(labelled).rows() == [("exact", 1, 1, 1.0), ("latex", 1, 0, 0.0)]
    assert pair_counts(labelled) == {"true": 2, "predicted": 2, "both": 1}
