import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise import clean_text, document_contents, match_text, normalise_records


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  two   spaces\tand\na line ", "two spaces and a line"),
        ("a – b — c ‐ d", "a - b - c - d"),
        ("“curly” ‘quotes’ ``tex''", '"curly" \'quotes\' "tex"'),
        ("ﬁne ﬂow", "fine flow"),
        ("naÃ¯ve", "naïve"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        (r"5\% of $\alpha$-{\em divergence}", "5% of α-divergence"),
        (r"Schr\"odinger and $O(n \log n)$", "Schrödinger and O(n log n)"),
        ("costs $5 to $10, 20% off", "costs $5 to $10, 20% off"),
        (r"costs $5 and {\it more} at 20% off", "costs $5 and more at 20% off"),
        (r"broken {\em brace", "broken brace"),
    ],
)
def test_text_is_cleaned(raw, clean):
    assert clean_text(raw) == clean


@given(st.text())
def test_cleaning_and_matching_fail_on_no_text(text):
    assert match_text(clean_text(text)) == match_text(clean_text(text)).strip()


@given(st.text())
def test_a_match_text_is_words_joined_by_single_spaces(text):
    got = match_text(text)
    assert got == " ".join(got.split())
    assert match_text(got) == got


@given(st.text(st.characters(max_codepoint=127)))
def test_the_fast_path_for_ascii_equals_the_slow_one(text):
    # A trailing accented letter forces the slow path; it stands apart and is taken off again.
    assert match_text(text) == match_text(text + " é").removesuffix("e").strip()


def test_case_accents_and_dashes_do_not_tell_documents_apart():
    same = ["Schrödinger’s Cat–Box", "SCHRODINGER'S CAT-BOX", "schrödinger's  cat box"]
    assert len({match_text(clean_text(text)) for text in same}) == 1


def test_text_nested_beyond_reason_is_left_as_it_is_and_takes_no_time():
    started = time.monotonic()
    text = "\\em " + "{" * 100_000
    assert clean_text(text) == text.strip()
    assert time.monotonic() - started < 5


def frame(*rows: tuple[str | None, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"title_raw": pl.String, "abstract_raw": pl.String}, orient="row")


def test_records_that_say_the_same_carry_one_document():
    got = normalise_records(
        frame(("A Title", "Some “text”."), ("a  title", "some text"), (None, "some text"), ("A", "title some text"))
    )
    assert got["document_id"].n_unique() == 3
    assert got["document_id"][0] == got["document_id"][1]
    assert got["title_raw"].to_list() == ["A Title", "a  title", None, "A"]


def test_identifiers_are_content_and_year_and_authors_where_there_is_no_abstract():
    records = pl.DataFrame(
        [
            ("A", "some text", None, None, 2001, ["Ada L"]),
            ("A", "some text", None, None, 2009, None),
            ("A", "some text", "10.1/a", None, 2001, ["Ada L"]),
            ("A", "some text", None, "2401.00001", 2001, None),
            ("A", "some text", "10.48550/arxiv.2401.00001", "2401.00001", None, ["Ada L"]),
            ("A", None, None, None, 2001, ["Ada L.", "B"]),
            ("A", None, None, None, 2001, ["ada", "l b"]),
            ("A", None, None, None, 2002, ["Ada L.", "B"]),
            ("A", None, None, None, None, None),
        ],
        schema={
            "title_raw": pl.String, "abstract_raw": pl.String, "doi": pl.String, "arxiv_id": pl.String, "year": pl.Int64,
            "authors": pl.List(pl.String),
        },
        orient="row",
    )  # fmt: skip
    got = normalise_records(records)
    assert got["document_id"].rank("dense").arg_unique().to_list() == [0, 2, 3, 5, 7, 8]
    contents = document_contents(got).drop("document_id", "title_text", "abstract_text")
    assert contents.rows() == [
        (None, None, None, None),
        ("10.1/a", None, None, None),
        (None, "2401.00001", None, None),
        (None, None, 2001, "ada l b"),
        (None, None, 2002, "ada l b"),
        (None, None, None, None),
    ]


def test_a_text_without_a_word_is_missing():
    got = normalise_records(frame(("?!", " ... "), (None, None)))
    assert got.select("title", "abstract").rows() == [(None, None), (None, None)]


def test_document_contents_are_those_of_the_first_record_of_each():
    records = normalise_records(frame(("A Title", "Some text"), ("A title", "Some text."), (None, "Other")))
    assert document_contents(records).select("title_text", "abstract_text").rows() == [
        ("a title", "some text"),
        ("", "other"),
    ]


def test_a_macro_without_its_arguments_is_no_news_to_the_user(caplog):
    clean_text(r"the ratio $\frac$ of $\frac{a}$ two")
    assert not caplog.records
