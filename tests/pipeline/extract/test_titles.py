"""What feeds and catalogues write around a title is removed from it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.entry_columns import entries_frame
from papersieve.pipeline.extract.shared.titles import complete_arxiv, undecorated


@pytest.mark.parametrize(
    "title",
    [
        "Bees in towers (arXiv:2101.00001v2 [cs.CV] UPDATED)",
        "Bees in towers (arXiv:2101.00001 [cs.CV])",
        "arXiv:2101.00001v1 — Bees in towers",
        "arXiv:math.GT/0309136 [math.GT] Bees in towers",
        "Bees in towers [v2]",
        "[PDF] Bees in towers",
        "[HTML][HTML] Bees in towers",
        "[2101.00001v2] Bees in towers",
        "[math.GT/0309136] Bees in towers",
        "Bees in towers (45 upvotes)",
        "Bees in towers [1.2k stars]",
        "Title: Bees in towers",
        "Bees in towers [Chinese].",
        "Bees in towers [English, French]",
        "Bees in towers (abstract)",
        "Bees in towers [Erratum appears in J Towers 1990 Jan 5;26(1):7]",
        "Bees in towers [see comment]",
        "Bees in towers. [97 refs]",
        "Bees in towers [see comments].",
        "[Bees in towers].",
        "[Bees in towers]. [German]",
    ],
)
def test_what_stands_around_a_title_is_taken_away(title):
    assert undecorated(title).removesuffix(".") == "Bees in towers"


@pytest.mark.parametrize(
    "title",
    [
        "RETRACTED: Bees in towers",
        "WITHDRAWN: Bees in towers",
        "Erratum: Bees in towers",
        "Reply to Holt",
        "Comment on 'Bees in towers' (arXiv:2101.00001)",
        "arXiv:2101.00001 revisited",
        "[18F]FDG and [11C]PIB",
        "Bees in towers (45 lamps)",
        "Bees in towers [1]",
        "Entitled: bees",
        "[PDF]",
        "Title:",
        "(abstract)",
        "[German]",
        "[PDF] (arXiv:2101.00001 [cs.CV])",
    ],
)
def test_a_title_keeps_what_belongs_to_it_and_is_never_left_empty(title):
    assert undecorated(title).strip("[]") == title.strip("[]")


def test_brackets_around_a_title_may_have_brackets_inside():
    assert undecorated("[Uptake of [18F]FDG by bees].") == "Uptake of [18F]FDG by bees"


@given(st.lists(st.sampled_from([*"[](). aZ:v1", "[PDF]", "Title:", "[v2]", "(abstract)"])).map("".join))
def test_a_title_with_a_word_keeps_one(title):
    assert any(c.isalnum() for c in undecorated(title)) == any(c.isalnum() for c in title)


@pytest.mark.parametrize("title", ["[pdf]" * 40_000, "[" * 200_000 + "]" * 200_000, "(arXiv:2101.00001 [x]" * 10_000])
def test_a_title_of_nothing_else_takes_no_time(title):
    started = time.process_time()
    undecorated(title)
    complete_arxiv(None, title)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("known", "title", "completed"),
    [
        (None, "Bees (arXiv:2101.00001v2 [cs.CV] UPDATED)", ("2101.00001", 2)),
        (None, "arXiv:2101.00001 — Bees", ("2101.00001", None)),
        (("2101.00001", None), "Bees (arXiv:2101.00001v2 [cs.CV])", ("2101.00001", 2)),
        (("2101.00001", 1), "Bees (arXiv:2101.00001v2 [cs.CV])", ("2101.00001", 1)),
        (("2101.00009", None), "Bees (arXiv:2101.00001v2 [cs.CV])", ("2101.00009", None)),
        (("2101.00001", None), "Bees [v3]", ("2101.00001", 3)),
        (None, "Bees [v3]", None),
        (None, "Comment on 'Bees' (arXiv:2101.00001)", None),
    ],
)
def test_an_id_around_a_title_is_the_papers_where_the_entry_has_none(known, title, completed):
    assert complete_arxiv(known, title) == completed


def test_an_entry_keeps_its_title_as_listed_and_has_the_id():
    title = "Bees (arXiv:2101.00001v2 [cs.CV])"
    row = entries_frame([Entry(1, 1, title=title)]).row(0, named=True)
    assert (row["title_raw"], row["arxiv_id"], row["arxiv_version"]) == (title, "2101.00001", 2)
