"""Evidence of pairs: the same either way round and whatever the other pairs, and as people would judge it."""

import itertools

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.quarantine import split
from papersieve.pipeline.blocking.candidates import candidate_pairs
from papersieve.pipeline.blocking.keys import block_keys
from papersieve.pipeline.matching.author_names import compare_names
from papersieve.pipeline.matching.comparisons import compare_titles, compare_venues
from papersieve.pipeline.matching.context import add_context, lists_once, recurrence
from papersieve.pipeline.matching.evidence import EVIDENCE_SCHEMA, gather_evidence
from papersieve.pipeline.matching.judgement import judge
from papersieve.pipeline.settings import Settings
from tests.support.examples import examples
from tests.support.made_records import all_pairs, documents_of, evidence_of
from tests.support.row_strategies import rows, tables

SETTINGS = Settings()
ABSTRACT = " ".join(f"w{n}" for n in range(30))


def gathered(pairs: pl.DataFrame, documents: pl.DataFrame) -> list[tuple]:
    return gather_evidence(pairs, documents, SETTINGS).sort("left_no", "right_no").rows()


@given(rows, rows)
def test_evidence_is_the_same_whichever_document_is_left(one, other):
    assert evidence_of(one, other) == evidence_of(other, one)


@given(rows)
def test_a_document_that_says_nothing_gives_no_evidence_but_what_a_title_alone_says(row):
    found = evidence_of({}, row)
    assert found["smaller_words"] == 0
    said = {name for name, value in found.items() if value is not None}
    # A notice is never the same paper as a text without a title, and one title is enough to be a generic one.
    assert said <= {"smaller_words", "title_parts", "generic_title"}
    assert found["title_parts"] in (None, 0)
    assert ("generic_title" in said) == (found["generic_title"] in (0.5, 1))


@given(rows)
def test_a_document_agrees_with_itself_in_all_it_says(row):
    found = evidence_of(row, row)
    assert {found[name] for name in ("similarity", "containment", "abstract_words")} <= {None, 1}
    assert {found[name] for name in ("title_similarity", "title_containment", "title_numbers", "title_parts")} <= {
        None,
        1,
    }
    assert {found[name] for name in ("volume", "issue", "pages", "doi", "arxiv_id", "pmid", "venue", "venue_kind")} <= {
        None,
        1,
    }
    assert {found["authors"], found["authors_all"]} <= {None, 1}
    assert found["year_distance"] in (None, 0)


@examples(20)
@given(tables, st.randoms(use_true_random=False))
def test_neither_other_pairs_nor_other_documents_nor_their_order_change_the_evidence_of_a_pair(table, rng):
    documents, pairs = documents_of(table), all_pairs(len(table))
    of_all = {row[:2]: row for row in gathered(pairs, documents)}
    few = rng.sample(range(pairs.height), rng.randint(0, pairs.height))
    ends = {end for row in few for end in pairs.row(row)}
    there = documents.filter(pl.col("document_no").is_in(ends)).sample(
        fraction=1, shuffle=True, seed=rng.randint(0, 99)
    )
    assert gathered(pairs[few], there) == sorted(of_all[pairs.row(row)] for row in few)


@pytest.mark.parametrize("words", range(3, 40))
def test_titles_of_one_pair_alone_are_alike_to_the_last_digit_as_among_others(words):
    one, other = (" ".join(f"word{n}" for n in range(words)) + end for end in (" a", " bc"))
    alone = compare_titles(pl.Series([one]), pl.Series([other]))[0].item()
    assert compare_titles(pl.Series([one] * 3), pl.Series([other] * 3))[0].to_list() == [alone] * 3


@examples(20)
@given(tables, st.sampled_from(["work", "publication"]), st.integers(2, 200))
def test_candidates_with_evidence_context_and_judgement_keep_their_contract(table, unit, cap):
    documents, chosen = documents_of(table), Settings(unit=unit)
    keys = block_keys(documents, chosen)
    pairs, _ = candidate_pairs(keys, bucket_cap=cap)
    listed = documents.with_columns(dump_id=pl.lit("a"))
    listed = listed.join(lists_once(listed), on="dump_id").select("document_no", "dump_id", "lists_once")
    around = add_context(gather_evidence(pairs, documents, chosen), recurrence(keys, documents), listed)
    good, bad = split(judge(around, chosen), CONTRACTS["pairs"])
    assert bad.is_empty()
    assert good.height == pairs.height


def test_documents_may_lack_all_but_their_texts():
    documents = documents_of([{"title": "Bees in towers", "abstract": ABSTRACT}] * 2)
    pairs = all_pairs(2)
    assert gathered(pairs, documents.select("document_no", "title_text", "abstract_text")) == gathered(pairs, documents)


@pytest.mark.parametrize(
    ("column", "one", "other", "evidence", "value"),
    [
        ("authors", "Yutsis, M. and Bergquist, T.", "Yutsis, Maya and Bergquist, Thomas", "authors", 1.0),
        ("authors", "Adeli K.Lewis G. F.", "G. F. Lewis, K. Adeli", "authors_all", 1.0),
        ("authors", "Zhai QJ", "Zhai, Qing Jun", "authors", 1.0),
        ("authors", "Kearns, M.", "Valiant, L.", "authors", 0.0),
        ("authors", "Kearns, M. and others", "Kearns, M. and Valiant, L.", "authors", 1.0),
        ("authors", "Kearns, M.", "Kearns, M. and Valiant, Leslie", "authors_all", 1 / 3),
        ("authors", "Örn, Ada", "Orn, Ada", "authors_all", 1.0),
        ("authors", "Örn, Müge", "Oern, Muege", "authors_all", 1.0),
        ("authors", "Poe, Sue", "Po, Su", "authors_all", 0.0),
        ("pages", "221-8", "221-228", "pages", 1.0),
        ("pages", "06-Oct", "6-10", "pages", 1.0),
        ("pages", "10-Jun", "6-10", "pages", 1.0),
        ("pages", "10-6", "6-10", "pages", 0.0),
        ("pages", "e0012", "e12", "pages", 1.0),
        ("volume", "9 (1) (no pagination)", "9", "volume", 1.0),
        ("volume", "009", "9", "volume", 1.0),
        ("issue", "3", "4", "issue", 0.0),
        ("issue", "MAR", "3", "issue", None),
        ("doi", "http://dx.doi.org/10.1097/MOL.0b0", "10.1097/mol.0b0", "doi", 1.0),
        ("pmid", "12", "13", "pmid", 0.0),
        ("venue", "Curr Opin Lipidol", "Current opinion in lipidology", "venue", 0.95),
        ("venue", "JACM", "Journal Automated Computing Machinery", "venue", 0.95),
        ("venue", "The Journal of Bees", "Journal of bees", "venue", 1.0),
        ("venue", "Proc. of the VLDB Conference", "VLDB Journal", "venue_kind", 0.0),
        ("title", "On graphs. [Chinese]", "On graphs", "title_similarity", 1.0),
        ("title", "On graphs part 1", "On graphs part 2", "title_parts", 0.0),
        ("title", "On graphs part II", "On graphs part 2", "title_parts", 1.0),
        ("title", "Erratum: on graphs", "On graphs", "title_parts", 0.0),
        ("title", "On graphs (Erratum)", "On graphs", "title_parts", 0.0),
        ("title", "On graphs: a reply", "On graphs", "title_parts", 0.0),
        ("title", "On graphs, part C", "On graphs, part D", "title_parts", 0.0),
        ("title", "On graphs, part six", "On graphs, part seven", "title_parts", 0.0),
        ("title", "Graphs: study 1a", "Graphs: study 1b", "title_parts", 0.0),
        ("title", "Graphs: 2nd report", "Graphs: third report", "title_parts", 0.0),
        ("title", "Graphs: 2nd report", "Graphs: second report", "title_parts", 1.0),
        ("title", "On graphs, part XIII", "On graphs, part 013", "title_parts", 1.0),
        ("title", "Lamps of 2019 in rooms", "Lamps of 2020 in rooms", "title_parts", 0.5),
        ("title", "Lamps of 2019 in rooms", "Lamps of 2020 in halls", "title_parts", 1.0),
        ("title", "Trial of 20 mg", "Trial of 40 mg", "title_numbers", 0.0),
        ("title", "Trial of mugs", "Trial of cups", "title_numbers", None),
        ("title", "Bees in towers: a study", "Bees in towers", "title_containment", 1.0),
        ("title", "Bee keepers", "Beekeepers", "title_similarity", 1.0),
        ("title", "Towers and bees", "Bees and towers", "title_similarity", 1.0),
        ("date", "(1994b),", "1996", "year_distance", 2.0),
        ("date", "no year", "1996", "year_distance", None),
        ("arxiv_id", "arXiv:2101.00001v2", "2101.00001", "arxiv_id", 1.0),
        ("arxiv_id", "2101.00002", "2101.00001", "arxiv_id", 0.0),
    ],
)  # fmt: skip
def test_fields_are_compared_as_people_read_them(column, one, other, evidence, value):
    found = evidence_of({column: one}, {column: other})[evidence]
    assert found == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ({"venue": "Journal of Bees"}, 0.5),
        ({"doi": "10.1234/bees"}, 0.5),
        ({"volume": "7"}, 0.5),
        ({"volume": "abs/2101", "venue": "CoRR"}, None),
        ({"venue": "arXiv"}, None),
        ({"doi": "10.1101/2024.10.10.617697", "venue": "bioRxiv"}, None),
        ({"venue": "CoRR"}, None),
        ({"venue": "arXiv.org", "pages": "1-12"}, None),
        ({"pages": "12"}, None),
        ({}, None),
        ({"venue": "Journal of Bees", "arxiv_id": "2101.00001"}, 1.0),
    ],
)
def test_a_preprint_is_told_from_what_is_in_print_alone(place, value):
    preprint = {"arxiv_id": "2101.00001", "title": "Bees"}
    assert evidence_of(preprint, place)["arxiv_id"] == value
    assert evidence_of(preprint | {"venue": "Journal of Bees"}, {"venue": "Bees"})["arxiv_id"] is None


#: A publication in print, and what a preprint of it has instead.
IN_PRINT = {"title": "Bees of the old tower by night", "venue": "Journal of Bees", "volume": "7", "pages": "11-19", "doi": "10.1234/bees", "pmid": "2", "date": "2021"}  # fmt: skip


@pytest.mark.parametrize(
    "place",
    [
        {"doi": "10.1101/2024.10.10.617697", "pmid": "1", "venue": "bioRxiv : the preprint server for biology"},
        {"doi": "10.31234/osf.io/897av"},
        {"doi": "10.2139/ssrn.4327603", "venue": "SSRN Electronic Journal", "pages": "1-40"},
        {"venue": "Research Square", "volume": "1"},
        {"arxiv_id": "2101.00001"},
    ],
)
def test_the_place_of_a_preprint_is_no_evidence_against_its_publication(place):
    found = evidence_of({"title": IN_PRINT["title"], "date": "2019"} | place, IN_PRINT)
    of_place = ("venue", "venue_kind", "volume", "issue", "pages", "doi", "pmid", "year_distance")
    assert (found["arxiv_id"], {found[name] for name in of_place}) == (0.5, {None})
    earlier = evidence_of({"title": IN_PRINT["title"], "date": "2010"} | place, IN_PRINT)
    assert earlier["year_distance"] == 11


@pytest.mark.parametrize("place", [{"doi": "10.1101/gr.123.4"}, {"doi": "10.17605/osf.io/897av"}, {"venue": "Bees"}])
def test_what_is_on_no_preprint_server_is_compared_with_the_publication_as_a_whole(place):
    found = evidence_of({"title": IN_PRINT["title"], "date": "2019"} | place, IN_PRINT)
    assert (found["arxiv_id"], found["year_distance"]) == (None, 2)
    assert {found["doi"], found["venue"]} - {None}


def test_a_short_title_without_authors_is_not_taken_for_that_of_the_publication():
    short = [{**row, "title": "Open bees"} for row in ({"doi": "10.31234/osf.io/897av"}, IN_PRINT)]
    assert (evidence_of(*short)["doi"], evidence_of(*short)["arxiv_id"]) == (0, 0.5)
    assert evidence_of(*({**row, "authors": "Gale, H."} for row in short))["doi"] is None


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ("10.21203/rs.3.rs-1234/v1", "10.21203/rs.3.rs-1234/v2", 1),
        ("10.20944/preprints202001.0001.v1", "10.20944/preprints202001.0001.v3", 1),
        ("10.26434/chemrxiv-2021-abc12-v2", "10.26434/chemrxiv-2021-abc12", 1),
        ("10.12688/f1000research.1234.1", "10.12688/f1000research.1234.2", 1),
        ("10.7554/elife.86176.3", "10.7554/elife.86176", 1),
        ("10.21203/rs.3.rs-1234/v1", "10.21203/rs.3.rs-1235/v1", 0),
        ("10.1234/bees.1", "10.1234/bees.2", 0),
    ],
)
def test_versions_of_a_preprint_have_one_doi(one, other, value):
    assert evidence_of({"doi": one}, {"doi": other})["doi"] == value


PAGES = [f"https://openreview.net/forum?id=Ab3dEfGh1{n}" for n in "JK"]
TRIALS = [f"https://clinicaltrials.gov/study/NCT0991808{n}" for n in "67"]


@pytest.mark.parametrize(
    ("one", "other", "doi", "parts"),
    [
        ({"urls": PAGES[0]}, {"urls": PAGES[0].replace("forum", "pdf")}, 1, 1),
        ({"urls": PAGES[0]}, {"urls": PAGES[1]}, None, 1),
        ({"urls": PAGES[0]}, {"doi": "10.1234/bees"}, None, 1),
        ({"urls": PAGES[0], "doi": "10.1234/bells"}, {"urls": PAGES[0], "doi": "10.1234/bees"}, 0, 1),
        ({"urls": TRIALS[0]}, {"urls": TRIALS[1]}, None, 0),
        ({"urls": TRIALS[0]}, {"venue": TRIALS[0]}, 1, 1),
        ({"urls": TRIALS[0]}, {"doi": "10.1234/bees"}, None, 0),
        ({"urls": TRIALS[0]}, {}, None, 0),
    ],
)
def test_the_page_of_a_paper_shows_that_two_are_one_and_that_of_a_trial_that_they_are_two(one, other, doi, parts):
    title = {"title": "Bees of the old tower by night"}
    for found in (evidence_of(title | one, title | other), evidence_of(title | other, title | one)):
        assert (found["doi"], found["title_parts"], found["arxiv_id"]) == (doi, parts, None)


def test_page_1_before_an_article_has_a_volume_is_no_place():
    assert evidence_of({**IN_PRINT, "volume": None, "pages": "1-18"}, IN_PRINT)["pages"] is None
    assert evidence_of({**IN_PRINT, "pages": "1-18"}, IN_PRINT)["pages"] == 0


# --- titles


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Editorial", True), ("Letter to the Editor", True), ("Preface", True), ("Book reviews", True),
        ("In this issue", True), ("Message from the program chairs", True), ("Letter from the editor", True),
        ("Introduction to the special issue", True), ("Year in review", True), ("Letter from the harbour of Vardo", False),
        ("Author's reply", True), ("Editorial 12", True), ("Abstracts", True), ("Editorial: bees and bells", False),
        ("Introduction to hidden lamp models", False), ("News from the harbour", False), ("", False),
        ("In this issue of Bees", True), ("Reply to Smith et al.", True), ("Response to smoke", False), ("Response to smoke and colleagues", True),
        ("Summary for Policymakers", True), ("Annual report of the bell ringers", 0.5), ("Report of the finance committee", 0.5), ("Report of a bee", False),
        ("Overview of the bee caption track", 0.5), ("Overview of the bees", False), ("Proceedings of the annual meeting of bees", 0.5),
    ],
)  # fmt: skip
def test_titles_that_many_have_are_told(title, value):
    assert evidence_of({"title": title}, {"title": "Bees"})["generic_title"] == (value or None)


title_texts = st.lists(st.sampled_from(["bees", "bells", "a", "of", "part", "1", "2", "correction", "towers"]), max_size=6).map(" ".join)  # fmt: skip


@given(st.lists(st.tuples(title_texts, title_texts), min_size=1, max_size=6))
def test_words_lengths_and_numbers_of_titles_are_those_of_a_plain_oracle(pairs):
    left, right = (pl.Series(side, dtype=pl.String) for side in zip(*pairs, strict=True))
    similarity, containment, length, numbers, _ = compare_titles(left, right)
    for row, (one, other) in enumerate(pairs):
        if not one or not other:
            assert [c[row] for c in (similarity, containment, length, numbers)] == [None] * 4
            continue
        a, b = one.split(), other.split()
        assert containment[row] == pytest.approx(len(set(a) & set(b)) / min(len(set(a)), len(set(b))))
        assert length[row] == min(len(a), len(b))
        digits = [{word for word in words if word.isdigit()} for words in (a, b)]
        assert numbers[row] == (float(digits[0] == digits[1]) if digits[0] | digits[1] else None)
        assert (similarity[row] == 1) == ("".join(a) == "".join(b) or sorted(a) == sorted(b))


LANGUAGES = {
    "English": "We counted the bells of old towns, and nine of them rang in the wind.",
    "English, cut": "We counted the bells of old",
    "German": "Wir zählten die Glocken alter Städte, und neun davon läuteten im Wind.",
    "Spanish": "Contamos las campanas de pueblos antiguos; nueve sonaron con el viento.",
    "Chinese": "我们统计了古镇的钟，其中九口在风中响起。",
}


@pytest.mark.parametrize(("one", "other"), list(itertools.product(LANGUAGES, repeat=2)))
def test_abstracts_are_compared_unless_only_one_is_in_english_or_in_latin_letters(one, other):
    found = evidence_of({"abstract": LANGUAGES[one]}, {"abstract": LANGUAGES[other]})
    kinds = {name.partition(",")[0] for name in (one, other)}
    are_compared = len(kinds) == 1 or kinds == {"German", "Spanish"}
    assert (found["similarity"] is not None) == (found["smaller_words"] > 0) == are_compared


# --- authors


GROUPS = {"group", "team"}
NO_NAMES = GROUPS | {"and", "et", "al", "others", "jr", "sr", "von", "van", "de", "der", "the", "anonymous", "dr", "prof", "md", "phd"}  # fmt: skip
name_texts = st.none() | st.lists(st.sampled_from(["li", "lee", "lu", "q", "qj", "qing", "maya", "m", "and", "de", "smith", "s", "jane", "group"]), min_size=1, max_size=5).map(" ".join)  # fmt: skip


def missing(names: set[str], other: set[str]) -> int:
    initials, firsts = {w for w in other if len(w) == 1}, {w[0] for w in other if len(w) > 1}
    lacking = names - other
    long = {w[0] for w in lacking if len(w) > 2} - initials
    short = {w[0] for w in lacking if len(w) == 2} - initials - firsts
    return len(long) + len(short)


def are_namesakes(one: set[str], other: set[str]) -> bool:
    given = [
        {w[0] for w in mine if len(w) == 1 or (len(w) == 2 and w not in its)}
        for mine, its in ((one, other), (other, one))
    ]
    said = [
        firsts | {w[0] for w in mine - its if len(w) > 2}
        for firsts, mine, its in ((given[0], one, other), (given[1], other, one))
    ]
    shared = {w for w in one & other if len(w) > 1}
    return min(map(len, given)) >= len(shared) and not said[0] & said[1]


@given(st.lists(st.tuples(name_texts, name_texts), min_size=1, max_size=6))
def test_names_found_are_those_of_a_plain_oracle(pairs):
    left, right = (pl.Series(side, dtype=pl.String) for side in zip(*pairs, strict=True))
    unlike = pl.Series([0.5] * len(pairs))
    best, every = compare_names(left, right, unlike, unlike)
    for row, (one, other) in enumerate(pairs):
        words = [set((text or "").split()) - NO_NAMES for text in (one, other)]
        names = [{w for w in side if len(w) > 1} for side in words]
        if one is None or other is None or not all(names):
            assert (best[row], every[row]) == (None, None)
            continue
        shared = 0 if are_namesakes(*words) else len(names[0] & names[1])
        gone = [missing(names[0], words[1]), missing(names[1], words[0])]
        assert best[row] == pytest.approx(shared / (shared + min(gone)) if shared else 0)
        assert every[row] == pytest.approx(shared / (shared + sum(gone)) if shared else 0)
        assert every[row] <= best[row]


@pytest.mark.parametrize(
    ("one", "other", "titles", "abstracts", "expected"),
    [
        ("t o brien", "obrien t", 0.9, None, 1),
        ("t o brien", "obrien t", 0.89, None, 0),
        ("al tamimi h el sayed m", "altamimi h elsayed m", 1.0, 0.5, 1),
        ("schaper r", "shaper r", 1.0, None, 1),
        ("shape r", "share r", 1.0, None, 0),
        ("author1 r", "author2 r", 1.0, None, 0),
        ("lamp group", "wick a oil b", 1.0, None, None),
        ("lamp group", "wick a oil b", 1.0, 0.5, 0),
        ("lamp group", "wick team", 1.0, None, 0),
        ("lamp group wick a", "wick a oil b", 1.0, None, 0.5),
        (" ".join(f"n{n}x" for n in range(30)), "wick a", 1.0, None, None),
        (" ".join(f"n{n}x" for n in range(29)), "wick a", 1.0, None, 0),
        ("wick y", "wick l", 0.5, None, 0),
        ("wick y oil x", "oil h wick x", 0.5, None, 1),
        ("ann b wick tom oil", "ann c wick tom oil", 0.5, None, 1),
    ],
)
def test_names_spelled_otherwise_are_one_and_namesakes_are_not(one, other, titles, abstracts, expected):
    left, right = pl.Series([one], dtype=pl.String), pl.Series([other], dtype=pl.String)
    likeness = pl.Series([titles]), pl.Series([abstracts], dtype=pl.Float64)
    assert compare_names(left, right, *likeness)[0].to_list() == [expected]
    assert compare_names(right, left, *likeness)[0].to_list() == [expected]


# --- venues


venue_texts = st.none() | st.lists(st.sampled_from(["journal", "j", "of", "the", "bees", "bee", "proc", "conf", "jb", "arxiv"]), min_size=1, max_size=4).map(" ".join)  # fmt: skip


@given(st.lists(st.tuples(venue_texts, venue_texts), min_size=1, max_size=6))
def test_venues_are_one_word_for_word_or_in_part_abbreviated_as_a_plain_oracle_has_it(pairs):
    left, right = (pl.Series(side, dtype=pl.String) for side in zip(*pairs, strict=True))
    venue, kind = compare_venues(left, right)
    for row, (one, other) in enumerate(pairs):
        a, b = ([w for w in (text or "").split() if w not in ("of", "the", "proc")] for text in (one, other))
        if not a or not b:
            assert venue[row] is None
        elif a == b:
            assert venue[row] == 1
        else:
            short, long = sorted((a, b), key=lambda words: (len(words), words))
            found = sum(any(y.startswith(x) or x.startswith(y) for y in long) for x in short) / len(short)
            is_acronym = "".join(short) == "".join(word[0] for word in long)
            assert venue[row] == pytest.approx(0.95 if is_acronym else 0.95 * found)
        marks = [{"report": {"arxiv"}, "journal": {"journal", "j"}, "meeting": {"proc", "conf"}}] * 2
        known = [
            next((k for k, w in m.items() if w & set((t or "").split())), None)
            for m, t in zip(marks, (one, other), strict=True)
        ]
        if one is None or other is None or not any(known):
            assert kind[row] is None
        else:
            assert kind[row] == (float(known[0] == known[1]) if all(known) else 0.5)


# --- what holds for every kind


def test_every_kind_of_evidence_has_its_meaning_and_is_a_column_of_the_contract():
    assert set(EVIDENCE_SCHEMA) <= set(CONTRACTS["pairs"].columns)


@pytest.mark.parametrize("count", [0, 1])
def test_no_pairs_have_no_evidence(count):
    documents = documents_of([{"title": "Bees"}] * count)
    found = gather_evidence(all_pairs(count), documents, SETTINGS)
    assert found.is_empty()
    assert found.columns == ["left_no", "right_no", *EVIDENCE_SCHEMA]


def test_shared_pages_are_those_that_either_reading_of_a_date_allows():
    pages = ["6-10", "06-Oct", "10-Jun", "10-16", "7-10", ""]
    documents = documents_of([{"pages": p} for p in pages])
    found = gather_evidence(all_pairs(len(pages)), documents, SETTINGS)["pages"].to_list()
    read = [{"6"}, {"6", "10"}, {"6", "10"}, {"10"}, {"7"}, None]
    assert found == [None if b is None else float(bool(a & b)) for a, b in itertools.combinations(read, 2)]
