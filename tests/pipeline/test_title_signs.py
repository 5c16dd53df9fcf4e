"""Signs in titles become words if they distinguish papers, and only then."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.documents import with_signs_as_words
from papersieve.pipeline.text import match_text


def spoken(title: str) -> str:
    return match_text(with_signs_as_words(pl.Series([title]))[0])


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Knots in C++", "knots in c plus2"),
        ("LampNet+++: a nest", "lampnet plus3 a nest"),
        ("Knots in C#", "knots in c sharp1"),
        ("Knots in F# minor keys", "knots in f sharp1 minor keys"),
        ("Lamp #3", "lamp 3"),
        ("HER2+ lamps", "her2 plus lamps"),
        ("HER2- lamps", "her2 minus lamps"),
        ("ER-/HER2+ lamps", "er minus her2 plus lamps"),
        ("CD34(+) and CD34(-) lamps", "cd34 plus and cd34 minus lamps"),
        ("B+-trees in rooms", "b trees in rooms"),
        ("Lamps+wicks", "lamps wicks"),
        ("HIV- and lamp-related", "hiv and lamp related"),
        ("Pre- and post-lamps", "pre and post lamps"),
        ("Lamps in HIV- a review", "lamps in hiv a review"),
        ("Lamps at -20 \u00b0C", "lamps at minus20 c"),
        ("Lamps at 10-20 \u00b0C", "lamps at 10 20 c"),
        ("Lamps <65 years", "lamps under 65 years"),
        ("Lamps \u226465 years", "lamps under 65 years"),
        ("Lamps >= 65 years", "lamps over 65 years"),
        ("Lamps > wicks", "lamps wicks"),
    ],
)
def test_signs_are_read_as_people_read_them(title, expected):
    assert spoken(title) == expected


@given(st.text("aB4 +-#<>()/\u00b0\u2264", max_size=12))
def test_a_title_keeps_its_words_and_what_is_spoken_stays(title):
    found = spoken(title).split()
    assert set(match_text(title).split()) - {*found} <= {word for word in match_text(title).split() if word.isdigit()}
    assert spoken(" ".join(found)) == " ".join(found)


def test_titles_beside_it_change_nothing():
    titles = pl.Series(["Knots in C++", None, "Lamps"])
    assert with_signs_as_words(titles).to_list() == ["Knots in C plus2 ", None, "Lamps"]
