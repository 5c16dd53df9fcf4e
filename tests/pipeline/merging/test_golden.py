"""Golden records: which values survive, whatever the order of records."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.merging.golden import SOURCE_SCHEMA, golden_records
from tests.support.examples import examples
from tests.support.paper_rows import RECORD_SCHEMA, record


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
        "{} 🔥", "🚀 {}", "* {}", "[pdf] {}", "{} [PDF]", "{} (v2)", "(v12) {}", "arXiv:1234.56789 {}",
        "{} (arXiv:1234.5678)",
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


@examples(15)
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
        record("p", 0, **preprint, authors=["Ann Jane Mary One", "Bo Ola Two", "et al."]),
        record("p", 3, doi="10.1000/x", arxiv_id="2402.00002", arxiv_version=9, year=2024, venue="V"),
    )
    assert (got["doi"], got["arxiv_id"], got["arxiv_version"]) == ("10.1000/x", "2401.00001", 3)
    assert got["authors"] == ["Ann One", "Bo Two"]
    assert got["categories"] == ["cs.AI", "cs.CL"]
    assert (got["year"], got["venue"]) == (2024, "V")


def test_a_preprint_server_and_its_doi_come_last():
    preprint = {"doi": "10.1101/2024.10.10.617697", "venue": "bioRxiv"}
    printed = record("p", 3, doi="10.1000/x", venue="Annals of Bells")
    got = golden(record("p", 1, **preprint), record("p", 2, **preprint), printed)
    assert (got["doi"], got["venue"]) == ("10.1000/x", "Annals of Bells")


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([{"venue": "Annals of Bells", "volume": "7", "pages": "3-9"}], (None, "7", "3-9")),
        ([{"doi": "10.1000/x"}], (None, None, "2024.10.10.617697")),
        ([{"venue": "Annals of Bells", "publication_type": "chapter"}], ("chapter", None, "2024.10.10.617697")),
        ([{"venue": "bioRxiv"}, {"arxiv_id": "2401.00001"}], ("preprint", None, "2024.10.10.617697")),
        ([{"venue": "Annals of Bells", "publication_type": "preprint"}], ("preprint", None, "2024.10.10.617697")),
    ],
)
def test_a_preprint_gives_no_type_and_no_place_to_a_paper_in_print(others, expected):
    preprint = {"publication_type": "preprint", "venue": "bioRxiv", "pages": "2024.10.10.617697"}
    got = golden(record("p", 1, **preprint), record("p", 2, **preprint), *(record("p", 3, **other) for other in others))
    assert (got["publication_type"], got["volume"], got["pages"]) == expected


def test_the_issue_and_the_pubmed_id_that_most_records_show_survive():
    shown = [("2", "11"), ("2", "12"), ("(2)", "12"), (None, None)]
    got = golden(*(record("p", n, issue=issue, pmid=pmid) for n, (issue, pmid) in enumerate(shown, start=1)))
    assert (got["issue"], got["pmid"]) == ("2", "12")


SOURCES = pl.DataFrame([(f"{n:032x}", [name]) for n, name in enumerate(["Scopus", "PubMed", "ris"])], schema=SOURCE_SCHEMA, orient="row")  # fmt: skip
VALUES = st.fixed_dictionaries(
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
PRIORITIES = st.sampled_from(
    [
        {},
        {
            "title": ["pubmed", "Scopus"],
            "doi": ["ris"],
            "abstract": ["Embase"],
            "arxiv_id": ["PubMed"],
            "year": ["RIS"],
        },
    ]
)


@given(st.data(), PRIORITIES)
def test_golden_records_do_not_depend_on_the_order_of_records(data, priority):
    rows = [
        record(data.draw(st.sampled_from("pqrs")), i, **data.draw(VALUES)) for i in range(data.draw(st.integers(1, 7)))
    ]
    one = golden_records(pl.DataFrame(rows, schema=RECORD_SCHEMA), priority=priority, sources=SOURCES)
    shuffled = pl.DataFrame(data.draw(st.permutations(rows)), schema=RECORD_SCHEMA)
    other = golden_records(shuffled, priority=priority, sources=SOURCES)
    assert one[0].equals(other[0])
    assert one[1].equals(other[1])


@given(VALUES, VALUES, PRIORITIES)
def test_a_record_that_is_listed_twice_makes_the_paper_that_it_makes_alone(values, others, priority):
    """Papers of a single record are made in another way; priority changes only the name of their rule."""
    alone, again = record("p", 1, **values), record("p", 4, **values)
    rest = [record("q", n, **others) for n in (2, 3)]
    once, twice = (pl.DataFrame([*rows, *rest], schema=RECORD_SCHEMA) for rows in ([alone], [alone, again]))
    papers, lineage = golden_records(once, priority=priority, sources=SOURCES)
    of_two, lineage_of_two = golden_records(twice, priority=priority, sources=SOURCES)
    counts = ("record_count", "document_count", "dump_count")
    assert papers.drop(counts).equals(of_two.drop(counts))
    assert papers["record_count"].to_list() == [1, 2]
    assert lineage.equals(lineage_of_two)
    plain, plain_lineage = golden_records(once.filter(pl.col("paper_id") == "p"))
    assert plain.equals(papers.filter(pl.col("paper_id") == "p"))
    assert plain_lineage.drop("rule").equals(lineage.filter(pl.col("paper_id") == "p").drop("rule"))
    preferred_rules = lineage.filter(pl.col("rule").str.contains(", then "))["column_name"]
    assert set(preferred_rules) == set(priority) & set(lineage["column_name"])


def preferred(**columns: list[str]) -> tuple[dict, dict[str, str]]:
    """The paper of three records, each from the source that SOURCES names for its dump; and the rule of each value."""
    titles = ["Bees in bells of old churches, a survey", "Bees in bells", "Bees in the bells"]
    rows = [
        record("p", n, title=title, abstract=None if n == 1 else f"Said by {n}.", dump_id=f"{n:032x}")
        for n, title in enumerate(titles)
    ]
    frame = pl.DataFrame(rows, schema=RECORD_SCHEMA)
    papers, lineage = golden_records(frame, priority=columns, sources=SOURCES)
    return papers.row(0, named=True), dict(lineage.select("column_name", "rule").iter_rows())


def test_the_source_that_goes_first_gives_the_value_and_the_lineage_says_so():
    paper, rules = preferred(title=["pubmed", "Scopus"], abstract=["PubMed", "RIS"])
    assert paper["title"] == "Bees in bells"
    assert paper["abstract"] == "Said by 2.", "PubMed says none, so the next source does"
    assert rules["title"].startswith("pubmed before Scopus, then not upper-case")
    assert (
        preferred()[0]["title"] == preferred(title=["Embase"])[0]["title"] == "Bees in bells of old churches, a survey"
    )


def test_a_type_of_publication_goes_first_where_records_have_one():
    rows = [record("p", n, venue=venue) for n, venue in enumerate(["Bells", "Bells", "Annals of Bells"])]
    frame = pl.DataFrame(rows, schema=RECORD_SCHEMA).with_columns(
        publication_type=pl.Series(["preprint", None, "chapter"])
    )
    priority = {"venue": ["chapter", "preprint"]}
    assert golden_records(frame)[0]["venue"].item() == "Bells"
    assert golden_records(frame, priority=priority)[0]["venue"].item() == "Annals of Bells"
