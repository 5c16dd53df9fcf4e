"""Papers that are listed as preprint, congress abstract and article: every value is one of the best edition's."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.checks.record_columns import RECORDS
from papersieve.pipeline.merging.golden import golden_columns, golden_records
from tests.support.paper_rows import RECORD_SCHEMA, record

PLACE = ("venue", "volume", "issue", "pages", "year", "doi", "pmid", "publication_type")
WHOLE = "We counted the bells of old towns. Nine of them rang in the wind, and none was ever seen to fall."
OPEN_ACCESS = (
    "This is an open access article distributed under the terms of the Creative Commons Attribution License, which "
    "permits unrestricted use, distribution, and reproduction in any medium, provided the original author and source "
    "are credited."
)


def golden(*rows: dict) -> dict:
    numbered = [record("p", number, **row) for number, row in enumerate(rows, start=1)]
    return golden_records(pl.DataFrame(numbered, schema=RECORD_SCHEMA))[0].row(0, named=True)


PREPRINT = {
    "title": "Do bells ring?", "abstract": WHOLE + " Code and data are added here.", "venue": "bioRxiv", "year": 2019,
    "published_date": dt.date(2019, 5, 3), "year_source": "stated", "doi": "10.1101/2019.05.03.617697", "pmid": "1",
    "publication_type": "preprint",
}  # fmt: skip
CONGRESS = {
    "title": "Bells that ring: a survey", "abstract": "We counted the bells.", "venue": "Tower Congress", "year": 2020,
    "volume": "90", "issue": "Suppl 1", "pages": "S44", "doi": "10.9/s44", "publication_type": "conference-paper",
}  # fmt: skip
EARLY = {
    "title": "Bells that ring: a survey", "abstract": WHOLE, "venue": "Annals of Bells", "year": 2020, "doi": "10.1/a",
    "published_date": dt.date(2020, 11, 20), "year_source": "stated", "publication_type": "article",
}  # fmt: skip
ARTICLE = {
    "title": "Bells that ring: a survey", "abstract": WHOLE, "venue": "Annals of Bells", "year": 2021, "volume": "7",
    "issue": "2", "pages": "123-130", "doi": "10.1/a", "pmid": "2", "publication_type": "article",
}  # fmt: skip
SEEN = ("title", "abstract", *PLACE)


@given(st.lists(st.sampled_from([PREPRINT, CONGRESS, EARLY]), max_size=7), st.randoms(use_true_random=False))
def test_whatever_else_is_listed_an_article_gives_its_place_and_texts(others, random):
    rows = [*others, ARTICLE]
    random.shuffle(rows)
    got = golden(*rows)
    assert {name: got[name] for name in SEEN} == {name: ARTICLE[name] for name in SEEN}
    dates = {row.get("published_date") for row in others} - {None}
    assert got["published_date"] == max(dates, default=None), "the article's edition gives the date if it has one"


def some(*values):
    return st.sampled_from([None, *values])


ROWS = st.fixed_dictionaries(
    {
        "title": some("Bells", "BELLS", "Bells: a survey", "Bells.", "Retracted: Bells", "Béllś"),
        "abstract": some(WHOLE, WHOLE + " © 2020 Bell Press.", WHOLE[:40] + "…", "Wir zählten alle Glocken der Stadt."),
        "authors": some(["Gale, H."], ["Gale, Hugh"], ["GALE, HUGH"], ["Gale, H.", "et al."]),
        "venue": some("Annals of Bells", "Ann Bells", "ANNALS OF BELLS", "bioRxiv", "Tower Congress"),
        "volume": some("7", "90"),
        "issue": some("2", "Suppl 1"),
        "pages": some("123-130", "123-30", "123", "S44"),
        "year": some(2019, 2020, 2021),
        "published_date": some(dt.date(2019, 5, 3), dt.date(2020, 11, 20)),
        "year_source": some("stated", "listing"),
        "doi": some("10.1/a", "10.9/s44", "10.1101/2019.05.03.617697"),
        "pmid": some("1", "2"),
        "publication_type": some("article", "preprint", "conference-paper", "other"),
        "language": some("en", "de"),
        "is_retracted": some(True, False),
    }
)


@given(st.lists(ROWS, min_size=1, max_size=6), st.data())
def test_every_value_is_one_that_a_record_has_in_any_order(rows, data):
    numbered = [record("p", number, **row) for number, row in enumerate(rows, start=1)]
    papers, lineage = golden_records(pl.DataFrame(numbered, schema=RECORD_SCHEMA))
    shuffled = pl.DataFrame(data.draw(st.permutations(numbered)), schema=RECORD_SCHEMA)
    assert all(a.equals(b) for a, b in zip((papers, lineage), golden_records(shuffled), strict=True))
    paper = papers.row(0, named=True)
    for column, rule, _ in golden_columns(RECORDS):
        if not rule.is_union:
            said = [row[column] for row in numbered if row.get(column) is not None]
            assert paper[column] in said or (paper[column] is None and (not said or column == "publication_type"))


#: A value, and what is worse in its place.
WORSE = [
    ("title", "Bells: a survey", ["BELLS: A SURVEY", "Bells: a survey.", "Bells: a sur…", "Retracted: Bells: a survey"]),
    ("title", "Bells: a survey", ["Bells", "[Retracted] Bells: a survey", "Bells: asurvey"]),
    ("title", "Bells of Łódź", ["Bells of Lodz"]),
    ("abstract", WHOLE, [WHOLE + end for end in (" © 2020 The Authors. Published by Bell Press.", " (C) 2020 Bell Press Ltd")]),
    ("abstract", WHOLE, [WHOLE + " Copyright © 2020 Bell Press. All rights reserved.", "© 2020 Bell Press. " + WHOLE]),
    ("abstract", WHOLE, [f"{WHOLE} Copyright © 2017 Gale et al. {OPEN_ACCESS}"]),
    ("abstract", WHOLE, [WHOLE[:60] + "…", WHOLE[:60] + "… © 2020 Bell Press.", WHOLE[:60], WHOLE.replace("old towns", "oldtowns")]),
    ("abstract", WHOLE, [WHOLE + " Zusammenfassung: Wir zählten alle Glocken.", "Wir zählten alle Glocken. " * 9]),
    ("authors", ["Müller, Łucja", "Gale, Hugh"], [["Muller, Lucja", "Gale, Hugh"], ["MÜLLER, ŁUCJA", "GALE, HUGH"]]),
    ("authors", ["Müller, Łucja", "Gale, Hugh"], [["Müller, Ł.", "Gale, H."], ["Müller, Łucja", "et al."]]),
    ("authors", ["Müller, Ł.", "Gale, H."], [["M?ller, ?ucja", "Gale, Hugh"]]),
    ("pages", "123-130", ["123-30", "123"]),
    ("venue", "Annals of Bells", ["Ann Bells", "Ann. Bells", "ANNALS OF BELLS", "bioRxiv"]),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value", "worse"), [(c, v, w) for c, v, many in WORSE for w in many])
@given(number=st.integers(0, 2))
def test_a_worse_value_never_wins_over_a_better_one(column, value, worse, number):
    rows = [{column: value}, {column: worse}]
    assert golden(*rows)[column] == golden(*reversed(rows))[column] == value
    said = {"venue": "Annals of Bells", "doi": "10.1/a"} if column != "venue" else {"doi": "10.1/a"}
    if column in ("abstract", "authors", "pages", "venue"):
        assert golden(*([said | rows[1]] * number), said | rows[0], said | rows[1])[column] == value


#: Records of one paper in few words, and the values that it gets.
SITUATIONS = [
    ("three preprints", [PREPRINT] * 3 + [ARTICLE], {"title": ARTICLE["title"], "year": 2021, "pmid": "2"}),
    ("early view", [EARLY, ARTICLE], {"year": 2021, "published_date": dt.date(2020, 11, 20)}),
    ("early view alone", [PREPRINT, EARLY], {"year": 2020, "venue": "Annals of Bells", "volume": None}),
    ("two congress abstracts", [CONGRESS, CONGRESS, ARTICLE], {"pages": "123-130", "publication_type": "article"}),
    ("preprint and congress", [PREPRINT, CONGRESS], {"pages": "S44", "abstract": PREPRINT["abstract"]}),
    ("a short abstract of the article", [PREPRINT, ARTICLE | {"abstract": "We count the bells."}],
     {"abstract": PREPRINT["abstract"]}),
    ("a wrong year", [ARTICLE | {"year": 2018}, ARTICLE, ARTICLE], {"year": 2021}),
    ("a wrong DOI", [ARTICLE | {"doi": "10.7/wrong"}, ARTICLE, ARTICLE], {"doi": "10.1/a"}),
    ("journal abbreviated", [ARTICLE | {"venue": "Ann Bells", "volume": "8"}, *[ARTICLE | {"venue": "Ann. Bells"}] * 2],
     {"volume": "7", "venue": "Ann. Bells"}),
    ("no journal but a DOI", [PREPRINT, {"title": "Bells that ring", "doi": "10.1/a"}], {"title": "Bells that ring"}),
    ("preprints by date", [PREPRINT, PREPRINT | {"year": 2018, "published_date": dt.date(2018, 1, 1)}],
     {"year": 2018, "published_date": dt.date(2018, 1, 1)}),
    ("online and printed", [ARTICLE | {"year": 2020}, ARTICLE], {"year": 2021}),
    ("arXiv with the journal's DOI", [ARTICLE, {"arxiv_id": "1905.00001", "title": "Do bells ring?", "doi": "10.1/a",
                                                "year": 2019}], {"title": ARTICLE["title"], "year": 2021}),
    ("a short name", [{"venue": "BMJ"}, {"venue": "BMJ"}, {"venue": "BMJ (Online)"}], {"venue": "BMJ"}),
    ("more words in one title", [{"title": "Bells and ropes. A survey"}, {"title": "Bells ropes: A survey"}],
     {"title": "Bells and ropes. A survey"}),
    ("print with a date", [EARLY, ARTICLE | {"published_date": dt.date(2021, 2, 1), "year_source": "stated"}],
     {"published_date": dt.date(2021, 2, 1)}),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), [pytest.param(*rest, id=name) for name, *rest in SITUATIONS])
def test_situations(rows, expected):
    got = golden(*rows)
    assert {name: got[name] for name in expected} == expected
    assert golden(*reversed(rows)) | {"categories": None} == got | {"categories": None}
