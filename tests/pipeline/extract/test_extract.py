"""Listings as pages show them: every entry is read with its fields, and every line has a fate."""

import datetime as dt
import io
import itertools
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.detect import detect
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.entry_columns import entries_frame
from papersieve.pipeline.extract.formats.paper_listing import tell_titles_from_abstracts
from papersieve.pipeline.extract.ledger import Fate, LineLedger
from papersieve.pipeline.extract.open_dump import HEAD_BYTES, OpenDump, split_lines
from papersieve.pipeline.extract.raw_dump import RawDump
from papersieve.pipeline.extract.read import extract_dump
from papersieve.pipeline.extract.shared.dates import ShownDate, infer_listing_year, parse_date, parse_shown_date
from papersieve.pipeline.extract.shared.links import find_code_urls, find_urls
from papersieve.pipeline.reading_settings import Reading
from tests.support.strategies import listings

HEAD = "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\nbyAK and the research community\n\nOct 29\n\n"
ABSTRACT = "We study the thing with great care and find that it holds. " * 6 + "So it does."


def raw(text: str | bytes) -> RawDump:
    data = text.encode() if isinstance(text, str) else text
    return RawDump("0" * 32, "page.txt", "/dumps/page.txt", len(data), data[:HEAD_BYTES], lambda: io.BytesIO(data))


def extract(text: str | bytes, **reading):
    return extract_dump(raw(text), Reading(**reading))


def fates(extraction) -> dict[str, int]:
    spans = extraction.line_spans.with_columns(lines=pl.col("line_end") - pl.col("line_start") + 1)
    return dict(spans.group_by("fate").agg(pl.col("lines").sum()).iter_rows())


# --- a listing is read back as it was shown


@given(listings())
def test_every_shown_value_of_a_listing_is_read_back(page):
    text, entries, own_year = page
    got = extract(text).records
    assert got["title_raw"].to_list() == [e.title for e in entries]
    assert got["abstract_raw"].to_list() == [e.abstract for e in entries]
    assert got["author_count"].to_list() == [e.author_count for e in entries]
    assert got["comment_count"].to_list() == [e.comment_count for e in entries]
    expected = [dt.date(e.date[2] or own_year, *e.date[:2]) if e.date else None for e in entries]
    assert got["published_date"].to_list() == expected
    sources = [None if not e.date else "stated" if e.date[2] else "listing" for e in entries]
    assert got["year_source"].to_list() == sources


@given(listings())
def test_record_spans_hold_the_lines_of_their_entry_and_nothing_else(page):
    text, entries, _ = page
    lines = split_lines(text)
    for row, entry in zip(extract(text).records.iter_rows(named=True), entries, strict=True):
        shown = [line for line in lines[row["line_start"] - 1 : row["line_end"]] if line]
        assert shown == [entry.title, entry.abstract, *entry.footer]


@given(
    st.text(max_size=400)
    | st.lists(
        st.sampled_from(
            [
                *HEAD.split("\n"),
                "A Title",
                ABSTRACT,
                "  • 5 authors",
                "·",
                "Mar 7, 2019 3",
                "Apr 14",
                " 4",
                "Abstract:" + ABSTRACT,
                "  • Some Institute",
                "",
            ]
        ),
        max_size=40,
    ).map("\n".join)
)
def test_every_line_of_any_text_gets_exactly_one_fate(text):
    try:
        got = extract(HEAD + text)
    except DumpError as error:
        if error.reason_code == "format_failed":
            raise
        return
    spans = got.line_spans.rows()
    assert spans[0][1] == 1
    assert spans[-1][2] == len(split_lines(HEAD + text))
    assert all(a[2] + 1 == b[1] for a, b in itertools.pairwise(spans))
    assert got.rejected_lines.height == fates(got).get("rejected", 0)


def test_two_titles_in_a_row_are_two_entries_the_first_without_abstract():
    got = extract(HEAD + f"A Title Alone\n\nAnother Title\n\n{ABSTRACT}\n").records
    assert got.select("title_raw", "abstract_raw").rows() == [("A Title Alone", None), ("Another Title", ABSTRACT)]


def test_an_entry_without_abstract_keeps_its_footer():
    got = extract(
        HEAD + f"Title One\n\n  • 3 authors\n·\nMar 7, 2019\n\nTitle Two\n\n{ABSTRACT}\n\n  • 2 authors\n·\nApr 1\n"
    ).records
    assert got.select("title_raw", "abstract_raw", "author_count").rows() == [
        ("Title One", None, 3),
        ("Title Two", ABSTRACT, 2),
    ]


def test_an_untitled_abstract_in_a_listing_is_an_entry_of_its_own():
    got = extract(HEAD + f"{ABSTRACT}\n\nA Title\n\n{ABSTRACT} Other.\n").records
    assert got["title_raw"].to_list() == [None, "A Title"]


def test_a_listing_cut_inside_a_footer_keeps_the_entry_and_says_so():
    for cut in ("  • 5 authors", "  • 5 authors\n·"):
        got = extract(HEAD + f"A Title\n\n{ABSTRACT}\n\n{cut}")
        assert got.records.select("author_count", "published_date").rows() == [(5, None)]
        assert got.notices["code"].to_list() == ["footer_cut"]


def test_a_footer_without_an_entry_is_rejected_line_by_line():
    got = extract(HEAD + f"  • 5 authors\n·\nMar 7, 2019\n\nA Title\n\n{ABSTRACT}\n")
    assert got.rejected_lines["reason_code"].to_list() == ["footer_without_entry"] * 3
    assert got.records.height == 1


def test_an_organisation_may_stand_where_the_author_count_stands():
    got = extract(HEAD + f"A Title\n\n{ABSTRACT}\n\n  • Institute of Things\n·\nMar 7, 2019\n").records
    assert got.select("author_count", "organisation").rows() == [(None, "Institute of Things")]


def test_an_impossible_date_is_kept_as_shown_and_told():
    got = extract(HEAD + f"A Title\n\n{ABSTRACT}\n\n  • 5 authors\n·\nFeb 30, 2019\n")
    assert got.records.select("published_raw", "published_date", "date_precision").rows() == [
        ("Feb 30, 2019", None, "month_day")
    ]


def test_a_line_too_long_to_be_text_is_rejected_and_the_rest_is_read():
    got = extract(HEAD + f"A Title\n\n{ABSTRACT}\n\n{'x' * 10_001}\n", max_line_bytes=10_000)
    assert got.rejected_lines.select("reason_code", "length").rows() == [("line_too_long", 10_002)]
    assert "max_line_bytes = 10,000" in got.notices["message"][0]
    assert len(got.rejected_lines["text"][0]) < 2_000
    assert got.records.height == 1


def test_without_any_stated_year_a_date_stays_month_and_day():
    got = extract(HEAD + f"A Title\n\n{ABSTRACT}\n\n  • 5 authors\n·\nApr 14 2\n")
    assert got.records.select("published_raw", "published_date", "date_precision", "comment_count").rows() == [
        ("Apr 14", None, "month_day", 2)
    ]
    assert got.notices["code"].to_list() == ["listing_year_unknown"]


@pytest.mark.parametrize(
    ("paragraphs", "has_footer", "expected"),
    [
        (["T", ABSTRACT], False, [False, True]),
        (["T", "Short but a sentence."], False, [False, True]),
        (["T", "A title that ends in a dot.", ABSTRACT], False, [False, False, True]),
        (["T", "no dot here"], True, [False, True]),
        (["T", "no dot here"], False, [False, False]),
        (["T"], True, [False]),
        ([ABSTRACT, ABSTRACT], False, [True, True]),
        (["T", "a short abstract that ends without a dot " * 4, "U", ABSTRACT], False, [False, True, False, True]),
        (["T", "Soon.", "U", ABSTRACT], False, [False, True, False, True]),
    ],
)
def test_titles_are_told_from_abstracts(paragraphs, has_footer, expected):
    assert tell_titles_from_abstracts(paragraphs, has_footer=has_footer) == expected


# --- author pages


def test_an_author_page_is_read_with_or_without_blank_lines_between():
    got = extract(f"\n\n\n\nAbstract:{ABSTRACT}\nAbstract: {ABSTRACT} Two.\n\n\nShow more results\n\nAbstract:\n")
    assert got.dump["format"].item() == "author_page"
    assert got.records["abstract_raw"].to_list() == [ABSTRACT, f"{ABSTRACT} Two.", None]
    assert got.rejected_lines.select("line", "reason_code").rows() == [(9, "no_abstract_mark")]


def test_the_format_is_told_by_content_with_a_reason():
    for text, name, why in (
        ("Abstract: a", "author_page", "1 of its first 1 lines start with 'Abstract:'"),
        (HEAD, "paper_listing", "it has the line 'Get trending papers in your email inbox!'"),
        ("A\n  • 5 authors", "paper_listing", "it has the line '• 5 authors'"),
    ):
        found, reason = detect(raw(text), Reading())
        assert (found.name, reason) == (name, why)
    assert detect(raw("Dear diary"), Reading(format="author_page"))[0].name == "author_page"
    with pytest.raises(DumpError, match="no format recognises it") as error:
        detect(raw("Dear diary"), Reading())
    assert error.value.reason_code == "unknown_format"
    assert "diary" not in str(error.value)


# --- dates


@given(st.integers(1900, 2100), st.sets(st.integers(1, 80)))
def test_the_year_of_a_page_is_the_first_above_all_it_states(newest, older):
    stated = [ShownDate(3, 7, newest), *(ShownDate(5, 1, newest - years) for years in older)]
    assert infer_listing_year(ShownDate(10, 29), [*stated, ShownDate(4, 14)]) == newest + 1


def test_a_leap_day_without_a_year_moves_the_page_to_a_leap_year():
    assert infer_listing_year(None, [ShownDate(3, 7, 2021), ShownDate(2, 29)]) == 2024


def test_a_page_without_a_stated_year_has_none():
    assert infer_listing_year(ShownDate(10, 29), [ShownDate(4, 14)]) is None


def test_a_day_that_no_year_has_leaves_the_page_without_a_year():
    assert infer_listing_year(None, [ShownDate(3, 7, 2021), ShownDate(2, 30)]) is None


@pytest.mark.parametrize("text", ["", "Mar", "Mar 7 2019", "March 7", "7 Mar", "Foo 7", "Mar 123", "Mar 7, 19"])
def test_other_texts_are_no_dates(text):
    assert parse_shown_date(text) is None


ends_of_time = st.sampled_from(
    [
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "0000-00-00",
        "9999 Dec 31",
        "Feb 29, 9999",
        "31 Dec 0000",
    ]
)
dates = st.one_of(
    st.text(max_size=30),
    ends_of_time,
    st.datetimes(timezones=st.timezones()).map(lambda time: time.isoformat()),
    st.lists(st.sampled_from([*"0123456789²٣:-/. ,TZ+", "Jan", "September", "9999", "0000", "29"]), max_size=12).map(
        "".join
    ),
)


@given(st.lists(dates, max_size=4), st.integers(-(10**30), 10**30))
def test_no_text_makes_reading_a_date_fail_and_what_is_read_is_a_day_that_can_be(texts, any_year):
    found = [date for text in texts for date in (parse_date(text), parse_shown_date(text)) if date]
    for date in found:
        date.in_year(any_year)
        assert date.year is None or 1 <= date.year <= 9999
    for date in filter(None, map(parse_date, texts)):
        assert date.day is None or date.in_year(date.year)
    assert infer_listing_year(None, found) is None or infer_listing_year(None, found) > max(d.year or 0 for d in found)
    entries_frame([Entry(1, 1, published=date) for date in found], listing_year=infer_listing_year(None, found))


def test_the_day_is_the_one_that_is_written_at_the_ends_of_time_too():
    assert parse_date("9999-12-31T23:59:59-12:00") == ShownDate(12, 31, 9999)
    assert parse_date("0001-01-01T00:00:00+14:00") == ShownDate(1, 1, 1)


# --- links


def test_links_are_cut_from_the_sentence_around_them_and_code_is_told_apart():
    text = "See https://github.com/a/b. Also (https://x.github.io/p), \\url{https://gitlab.com/c/d} and https://en.wikipedia.org/wiki/A_(b)."
    urls = find_urls(text)
    assert urls == [
        "https://github.com/a/b",
        "https://x.github.io/p",
        "https://gitlab.com/c/d",
        "https://en.wikipedia.org/wiki/A_(b)",
    ]
    assert find_code_urls(urls) == ["https://github.com/a/b", "https://gitlab.com/c/d"]


@given(st.text(alphabet="htps:/.[]()ab%12 ", max_size=60))
def test_no_text_makes_finding_links_fail(text):
    assert set(find_code_urls(find_urls(text))) <= set(find_urls(text))


# --- the ledger


def test_a_line_gets_one_fate_only_and_none_is_forgotten():
    ledger = LineLedger()
    ledger.mark(1, Fate.RECORD)
    with pytest.raises(ValueError, match="line 1 already is record"):
        ledger.mark(1, Fate.REJECTED)
    ledger.mark(3, Fate.RECORD)
    ledger.fill(6, 5, Fate.FURNITURE)  # no lines
    with pytest.raises(ValueError, match="line 2 was given no fate"):
        ledger.drain()
    ledger.mark(2, Fate.FURNITURE)
    assert ledger.drain().spans == [(1, 1, "record"), (2, 2, "furniture"), (3, 3, "record")]


# --- files


@pytest.mark.parametrize(
    ("data", "reason_code", "says"),
    [
        (b"", "empty", "found 0 bytes"),
        (b" \n\n ", "empty", "bytes and no text"),
        (b"\xef\xbb\xbf", "empty", "found 3 bytes and no text"),
        (b"\xff\xfe", "empty", "found 2 bytes and no text"),
        (b"\xef\xbb\xbf \r\n" + b"\n" * 2_000_000, "empty", "bytes and no text"),
        (b"%PDF-1.7 ...", "binary", "a PDF"),
        (b"abc\0def", "binary", "NUL byte at offset 3"),
        ("new\n".encode("utf-16"), "unknown_format", "found 10 bytes"),
        (b"line one\ncaf\xe9\n", "wrong_encoding", "an invalid byte at offset 12 (line 2)"),
        (b"line one\nfran\x8dais\n", "wrong_encoding", "iconv -c -f MACINTOSH"),
        (b"DOI\n10.1000/1\nhttps://doi.org/10.1000/2\n", "unknown_format", "a list of 2 identifiers"),
        (b"https://arxiv.org/abs/2001.00001v2\n2101.00002\n31000001\n", "unknown_format", "a list of 3 identifiers"),
        (b"x" * 1_000_000, "unknown_format", "found 1,000,000 bytes"),
    ],
)
def test_a_file_that_is_no_dump_says_what_where_and_the_remedy(tmp_path, data, reason_code, says):
    path = tmp_path / "page.txt"
    path.write_bytes(data)
    with pytest.raises(DumpError) as error:
        extract_dump(read_dump(path))
    assert error.value.reason_code == reason_code
    assert says in str(error.value)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("windows-1252", "windows-1252"),
        ("macintosh", "macintosh"),
        ("cp932", "shift_jis"),
        ("gb18030", "gb18030"),
        ("utf-8", "windows-1252"),
        ("utf-8-sig", "windows-1252"),
        ("utf-16", "windows-1252"),
    ],
)
@pytest.mark.parametrize("rows", [1, 5_000])
def test_a_text_is_read_in_the_encoding_that_settings_name_and_utf_as_it_is(tmp_path, written, named, rows):
    title = "論文題名と水門の研究" if written in ("cp932", "gb18030") else "Über Gewässer und Dämme"
    path = tmp_path / "table.csv"
    path.write_bytes("".join([f"Title,{title} Year,Year\r\n", *[f"{title},x,2021\r\n"] * rows]).encode(written))
    found = extract_dump(read_dump(path), Reading(encoding=named))
    assert found.records["title_raw"].to_list() == [title] * rows
    assert found.rejected_lines.is_empty()
    assert found.dump["lines"].item() == rows + 1


def test_what_is_no_text_is_read_as_it_is_whatever_the_encoding(tmp_path):
    path = tmp_path / "table.parquet"
    pl.DataFrame({"title": ["Über Gewässer"], "year": [2021], "authors": ["Quist, M."]}).write_parquet(path)
    named, plain = (extract_dump(read_dump(path), reading) for reading in (Reading(encoding="macintosh"), Reading()))
    assert named.records.equals(plain.records)
    assert plain.records["title_raw"].to_list() == ["Über Gewässer"]


def test_a_missing_file_and_a_folder_say_so(tmp_path):
    for path, code in ((tmp_path / "none.txt", "missing"), (tmp_path, "not_a_file")):
        with pytest.raises(DumpError) as error:
            read_dump(path)
        assert error.value.reason_code == code


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_text(tmp_path: Path):
    path = tmp_path / "page.txt"
    path.write_bytes(b"\xef\xbb\xbf" + f"Abstract:{ABSTRACT}\r\n\r\n".encode())
    got = extract_dump(read_dump(path))
    assert got.records["abstract_raw"].to_list() == [ABSTRACT]
    assert got.dump["lines"].item() == 2


@given(st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"])), max_size=8))
def test_lines_are_counted_as_editors_count_them(lines):
    assert split_lines("".join(f"{line}\n" for line in lines)) == lines


@given(
    st.lists(
        st.sampled_from(["\ufeff", "\n", "\r\n", "\r", " ", "\x0b", "\u2028", "a", "é", "中" * 9, "word " * 30])
    ).map("".join),
    st.sampled_from([100, 1_000]),
)
def test_a_page_has_the_lines_that_are_read_one_by_one(text, max_line_bytes):
    data = text.encode()
    page, lines = (
        OpenDump("page.txt", lambda: io.BytesIO(data), len(data), Reading(max_line_bytes=max_line_bytes))
        for _ in range(2)
    )
    assert page.page() == list(lines.lines())
    assert page.ledger == lines.ledger
