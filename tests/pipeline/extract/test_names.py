"""Authors' names without a separator between them are split, and no name is cut."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.entry_columns import entries_frame
from papersieve.pipeline.extract.shared.names import AND_OTHERS, of_somebody, people, unglued


@pytest.mark.parametrize(
    "names",
    [
        ["Moor Edda", "Fenn Paul"],
        ["Aneirin Smith", "Jane Doe", "Robert Roe"],
        ["Doe, Jane", "Roe, Richard"],
        ["Ronald McDonald", "Jane Doe"],
        ["Örn Łukasz", "Śliwa Ewa"],
        ["Adeli K.", "Lewis G. F."],
        ["Adeli, K.-H.", "Lewis, G. F."],
        ["Pala A.", "Schmitz A. L.", "Knoll A.", "Schneider M."],
        ["Fenn P.", "O'Brien K."],
        ["Smith John A.", "Doe Jane B."],
    ],
)
def test_names_without_anything_between_them_are_parted(names):
    assert unglued(["".join(names)]) == names


@pytest.mark.parametrize(
    "name",
    [
        "Ronald McDonald Smith", "Paul DeVries Smith", "Hans VanDeMark Lee", "JoAnn MacLean Ross",
        "Rossi AnnaMaria Bruna",
        "LaTeX", "The LaTeX Project Team", "The OpenStreetMap Foundation", "UniProt Consortium of Lamps", "O.K.",
        "J.R.R. Tolkien",
        "K.-H. Lewis", "J.Smith", "A. B.Smith", "Hugh J.Van Dyke", "St.John A. B.", "Ollie St.John Paul", "Ph.D. Smith",
        "Kim JungHyun", "JungHyun Kim", "Lee, JungHyun A.", "Maria DelCarmen Lopez", "李 小明", "et al.", "",
    ],
)  # fmt: skip
def test_a_name_with_a_capital_or_a_stop_inside_is_one(name):
    assert unglued([name]) == [name]


def test_among_other_names_a_capital_inside_parts_none_that_may_be_one_persons():
    assert unglued(["Blake JianHang Chen", "T. R. GopalaKrishnan Nair"]) == [
        "Blake JianHang Chen",
        "T. R. GopalaKrishnan Nair",
    ]
    assert unglued(["Doe, JaneRoe, Richard", "Lind, Bo"]) == ["Doe, Jane", "Roe, Richard", "Lind, Bo"]


@given(st.text() | st.text(st.sampled_from("aB. ,é'Ł-")))
def test_no_letter_is_lost(name):
    assert "".join(unglued([name])) == name


def test_authors_are_parted_and_counted_in_every_format():
    row = entries_frame([Entry(1, 1, title="T", authors=["Pala A.Schmitz A. L.", "Knoll B."])]).row(0, named=True)
    assert (row["authors"], row["author_count"]) == (["Pala A.", "Schmitz A. L.", "Knoll B."], 3)


PIECES = ["Gale", "Holt, J.", "Author", "anon", "Unknown", "others", "Others", "et al", "et. al.", "等", "…", "...", "*", "(x)", "[1]", "0001", ",", ", ", " ", ";"]  # fmt: skip


@pytest.mark.parametrize("first", PIECES)
def test_names_that_need_no_look_are_what_the_look_makes_of_them(first):
    for second, third in product(PIECES, repeat=2):
        names = [f"{first}{second}", third]
        assert of_somebody(names) == of_somebody([*names, AND_OTHERS])[:-1]


_WORD = st.from_regex(r"[A-ZÄÉØ][a-zäéø]{1,5}", fullmatch=True) | st.sampled_from(
    ["Et", "Al", "Anon", "Nan", "Null", "Others", "Author", "Unknown", "Jr", "Mac", "The", "Group", "Ctrl"]
)
_GIVEN = st.lists(_WORD | st.from_regex(r"[A-ZÄÉØ]\.?", fullmatch=True), min_size=1, max_size=3).map(" ".join)


@given(st.lists(st.tuples(_WORD, st.sampled_from([", ", " ", ","]), _GIVEN).map("".join), max_size=6))
def test_usual_names_are_let_through_only_if_nothing_would_be_done_to_them(names):
    assert people(names) == unglued(of_somebody(names))
