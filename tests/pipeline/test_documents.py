"""Documents: records with equal content share one; a record with too little content has its own."""

import itertools

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papersieve.pipeline.documents import CONTENT, contents, document_contents, document_ids
from papersieve.pipeline.text import match_text
from tests.support.examples import examples
from tests.support.made_records import documents_of, entries_of
from tests.support.reading_paths import reading
from tests.support.row_strategies import rows, tables


def content_of(row: dict) -> dict:
    return documents_of([row]).drop("document_no", "document_id").row(0, named=True)


def id_of(row: dict) -> str:
    return documents_of([row])["document_id"].item()


ABSTRACT = " ".join(f"w{n}" for n in range(30))
FULL = {
    "title": "Bees that keep time by the bells", "abstract": ABSTRACT, "authors": "Gale, Hugh", "date": "2020",
    "venue": "Harbour Notes",
    "volume": "3", "issue": "4", "pages": "5-9", "doi": "10.1000/a", "arxiv_id": "2101.00001", "pmid": "12",
}  # fmt: skip


# --- ids


def is_vague(said: dict) -> bool:
    has_identifier = any(said[name] for name in ("doi", "arxiv_id", "pmid"))
    has_place = said["volume"] and said["pages"]
    return len(said["title_text"].split()) < 4 and not said["abstract_text"] and not has_place and not has_identifier


@examples(50)
@given(tables)
def test_two_documents_have_one_id_where_their_contents_are_equal_and_say_enough(table):
    documents = documents_of(table).to_dicts()
    for one, other in itertools.combinations(documents, 2):
        is_one = all(one[name] == other[name] for name in CONTENT) and not is_vague(one)
        assert (one["document_id"] == other["document_id"]) == is_one


@given(rows, rows)
def test_an_id_does_not_depend_on_other_records(one, other):
    assert documents_of([one, other])["document_id"][0] == id_of(one)


@pytest.mark.parametrize("column", FULL)
def test_content_ids_differ_where_any_compared_column_does(column):
    assert id_of(FULL) != id_of(FULL | {column: ""})


@given(st.permutations(list(CONTENT)), st.lists(st.sampled_from(["", "a", "b", None]), min_size=2, max_size=2))
def test_a_value_in_another_column_is_another_content(columns, values):
    texts = [name for name in columns if name != "year"]
    empty = dict.fromkeys(CONTENT) | {"title_text": "one two three four", "abstract_text": ""}
    one, other = (empty | dict(zip(names, values, strict=True)) for names in (texts[:2], texts[2:4]))
    ids = document_ids(pl.DataFrame([one, other], schema=CONTENT), pl.Series(["r", "r"]))
    same = all((one[n] or "") == (other[n] or "") for n in CONTENT)
    assert (ids[0] == ids[1]) == same


@pytest.mark.parametrize(
    "vague",
    [
        {"title": "Editorial"},
        {"title": "Editorial", "authors": "Gale, Hugh", "date": "2020", "venue": "Harbour Notes"},
        {"title": "Letter to editors", "volume": "3"},
        {"authors": "Gale, Hugh"},
        {},
    ],
)
def test_a_record_that_could_be_many_papers_is_its_own_document(vague):
    ids = documents_of([vague, vague])["document_id"]
    assert ids[0] != ids[1]


@pytest.mark.parametrize(
    "more",
    [
        {"volume": "3", "pages": "5"}, {"doi": "10.1000/a"}, {"arxiv_id": "2101.00001"}, {"pmid": "12"},
        {"abstract": ABSTRACT},
        {"title": "Editorial on bees and bells"},
    ],
)  # fmt: skip
def test_a_place_in_print_an_identifier_an_abstract_or_a_longer_title_says_enough(more):
    said = {"title": "Editorial"} | more
    assert documents_of([said, said])["document_id"].n_unique() == 1


# --- contents


@given(tables)
def test_contents_are_match_texts_or_numbers_and_a_null_or_empty_text_says_nothing(table):
    for said in documents_of(table).drop("document_no", "document_id").iter_rows(named=True):
        for name in ("title_text", "abstract_text", "authors_text", "venue_text"):
            text = said[name]
            assert text is None or match_text(text) == text
        assert said["title_text"] is not None
        assert said["abstract_text"] is not None
        assert "" not in (said["authors_text"], said["venue_text"], said["volume"], said["issue"], said["pages"])
        for number in (said["volume"], said["issue"], *(said["pages"] or "").split()):
            assert not number or (number.isdigit() and number[0] != "0")


@settings(max_examples=20)
@given(tables)
def test_the_kernels_read_the_same_contents(table):
    with reading("numpy"):
        plain = documents_of(table)
    with reading("kernels"):
        assert documents_of(table).equals(plain)


@given(tables)
def test_distinct_documents_are_those_of_the_records_that_say_them_first(table):
    records = entries_of(table * 2).with_columns(title=pl.col("title_raw"), abstract=pl.col("abstract_raw"))
    records = records.with_columns(document_ids(contents(records), records["record_id"]))
    found = document_contents(records)
    assert found["document_id"].to_list() == list(dict.fromkeys(records["document_id"]))
    assert found.columns == ["document_id", *CONTENT]


def test_records_may_lack_any_column():
    assert contents(pl.DataFrame({"title": ["Bees"]})).row(0, named=True) == (
        dict.fromkeys(CONTENT) | {"title_text": "bees", "abstract_text": ""}
    )
    assert contents(pl.DataFrame()).schema == CONTENT


@pytest.mark.parametrize(
    ("doi", "arxiv_id", "expected"),
    [
        ("10.48550/arXiv.2101.00001", "", (None, "2101.00001")),
        ("10.48550/arXiv.2101.00001", "2101.00001v2", (None, "2101.00001")),
        ("10.1000/a", "2101.00001", ("10.1000/a", "2101.00001")),
        ("https://doi.org/10.1000/A", "", ("10.1000/a", None)),
    ],
)
def test_arxivs_own_doi_says_what_the_arxiv_id_does(doi, arxiv_id, expected):
    said = content_of({"title": "Bees", "doi": doi, "arxiv_id": arxiv_id})
    assert (said["doi"], said["arxiv_id"]) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"publication_type": "dataset"}, "data from bees"), ({"publication_type": "software"}, "data from bees"),
        ({"doi": "10.5061/dryad.8gtht"}, "data from bees"), ({"title": "Data from: Bees", "publication_type": "dataset"}, "data from bees"),
        ({"publication_type": "article"}, "bees"), ({"doi": "10.1234/bees"}, "bees"), ({"title": None, "publication_type": "dataset"}, ""),
    ],
)  # fmt: skip
def test_the_title_of_data_says_so(said, expected):
    assert contents(pl.DataFrame([{"title": "Bees"} | said]))["title_text"].item() == expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ("221-8", "221"), ("221--228", "221"), ("e0012", "12"), ("pp. 7", "7"), ("", None), ("n/a", None),
        ("000", None),
        ("06-Oct", "10 6"), ("6-Oct", "10 6"), ("Oct-6", "10 6"), ("10-Jun", "10 6"), ("Oct-10", "10"), ("Jan-00", "1"),
    ],
)  # fmt: skip
def test_the_first_page_is_read_and_both_where_a_spreadsheet_made_a_date(pages, expected):
    assert content_of({"pages": pages})["pages"] == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Type II looms", "Type 2 looms"),
        ("Phase III trial of looms", "Phase 3 trial of looms"),
        ("Looms XII", "Looms 12"),
        ("α-wax and β-oil", "Alpha-wax and beta-oil"),
        ("The Ω of bees", "The omega of bees"),
        ("TGF-β1 in bees", "TGF-beta 1 in bees"),
        ("Tower bees injured (TBI)", "Tower bees injured"),
        ("Bees of towers (Structured abstract)", "Bees of towers"),
        ("Bees of towers [Article in French].", "Bees of towers."),
        ("Bees of towers (Retracted article. See vol. 14, pg. 3, 2018)", "Bees of towers"),
        ("Bees of towers - art. no. e0171234", "Bees of towers"),
        ("[Accepted at Bees 2024] Bees of old towers", "Bees of old towers"),
        ("[To appear in Hives] Bees of old towers", "Bees of old towers"),
        ("Bees of towers (BT) (Retracted Article. See vol 14, 2018)", "Bees of towers"),
        ("Łąki i pszczoły, søde ærter, ışık", "Laki i pszczoly, sode aerter, isik"),
    ],
)
def test_titles_that_are_spelled_or_catalogued_otherwise_are_one(one, other):
    assert content_of({"title": one})["title_text"] == content_of({"title": other})["title_text"]


@pytest.mark.parametrize(
    "addition",
    ["(Part 2)", "(Reply)", "(II)", "(Phase One)", "(Erratum)", "[Correction]", "(Retracted)", "(Chapter Two)", "(Commentary)", "(2020)", "(x)",
     "(men)", "(TBI)", "(first report)", "(Paper A)", "(Discussion)", "(Expression of Concern)", "(third edition)"],
)  # fmt: skip
def test_what_tells_a_paper_from_another_stays_behind_its_title(addition):
    texts = {content_of({"title": title})["title_text"] for title in ("Bees of towers", f"Bees of towers {addition}")}
    assert len(texts) == 2


@pytest.mark.parametrize(
    "addition",
    ["[Re]", "[18F]", "[Bees]", "[Reply to]", "[Erratum to:]", "[Author's reply]", "[Part 2]", "[Case 3 2020]", "[Data for]",
     "[Expression of concern]", "[Published erratum]", "[WHO 2020]"],
)  # fmt: skip
def test_other_words_in_brackets_stay_ahead_of_a_title(addition):
    assert content_of({"title": f"{addition} Bees of old towers"})["title_text"] != "bees of old towers"


@pytest.mark.parametrize("title", ["(Untitled)", "[Bees of towers]", "(TBI) [Chinese]"])
def test_a_title_that_is_nothing_but_an_addition_is_left_its_words(title):
    assert content_of({"title": title})["title_text"]


@pytest.mark.parametrize(
    "title", ["I, robot and bees", "Vitamin V of bees", "X rays of bees", "Mixed civil livid bees"]
)
def test_letters_that_are_words_or_inside_words_are_no_numerals(title):
    assert content_of({"title": title})["title_text"] == match_text(title)


@given(st.text(max_size=40))
def test_any_title_is_read_and_reading_it_again_changes_nothing(title):
    once = contents(pl.DataFrame({"title": [title]}))["title_text"].item()
    assert contents(pl.DataFrame({"title": [once]}))["title_text"].item() == once
