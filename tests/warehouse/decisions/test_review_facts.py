"""The facts of two documents, side by side, and the pairs that a person chooses to see."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from papersieve.warehouse.decisions.review_form import Choice
from papersieve.warehouse.decisions.review_queue import facts

SAID = (
    "authors",
    "author_count",
    "venue",
    "volume",
    "issue",
    "pages",
    "published_date",
    "year",
    "doi",
    "arxiv_id",
    "pmid",
)


def side(**said: object) -> dict[str, object]:
    return dict.fromkeys(SAID) | said


def told(left: dict[str, object], right: dict[str, object]) -> dict[str, tuple[str, str, str]]:
    cells = {fact.name: (fact.left, fact.right, fact.verdict) for fact in facts(left, right)}
    return {
        name: (*("".join(text for text, _ in c.runs) for c in (a, b)), verdict)
        for name, (a, b, verdict) in cells.items()
    }


def test_what_nobody_says_is_left_out_and_what_one_says_is_no_difference():
    assert facts(side(), side()) == []
    assert told(side(doi="10.1/a", venue="Annals"), side()) == {"DOI": ("10.1/a", "", ""), "venue": ("Annals", "", "")}
    assert all(
        is_shared for fact in facts(side(doi="10.1/a", venue="Annals"), side()) for _, is_shared in fact.left.runs
    )


def test_identifiers_are_links_and_come_first_then_who_where_and_when():
    left = side(
        doi="10.1002/(sici)1097<1::a",
        arxiv_id="2401.00001",
        pmid="7",
        authors=["A. B."],
        venue="Annals",
        volume="3",
        issue="2",
        pages="1-9",
        year=2020,
    )
    right = left | {"arxiv_id": "2401.00002", "year": 2021, "issue": None}
    assert list(told(left, right)) == ["DOI", "arXiv", "PubMed", "authors", "venue", "pages", "date"]
    assert told(left, right)["venue"] == ("Annals 3(2)", "Annals 3", "different")
    assert {name: verdict for name, (_, _, verdict) in told(left, right).items() if verdict != "same"} == {
        "arXiv": "different",
        "venue": "different",
        "date": "different",
    }
    doi, arxiv, pmid = facts(left, right)[:3]
    assert doi.left.url == "https://doi.org/10.1002/%28sici%291097%3C1%3A%3Aa"
    assert (arxiv.right.url, pmid.left.url) == ("https://arxiv.org/abs/2401.00002", "https://pubmed.ncbi.nlm.nih.gov/7")
    assert [run for run, is_shared in arxiv.left.runs if not is_shared] == ["2401.00001"]


def test_a_venue_in_other_case_is_the_same_whatever_the_pages():
    left, right = (
        side(venue=v, volume="1", issue="1", pages=p)
        for v, p in (("Soil Ecology Letters", "1-20"), ("Soil ecology letters", "21-40"))
    )
    assert {name: verdict for name, (_, _, verdict) in told(left, right).items()} == {
        "venue": "same",
        "pages": "different",
    }


def test_long_lists_of_authors_are_cut_and_a_mere_number_is_told():
    many = told(side(authors=[f"Author {n}" for n in range(20)]), side(author_count=3))["authors"]
    assert many[0].endswith("; Author 14; and 5 more")
    assert many[1] == "3 in total, not named"


QUEUE = st.lists(
    st.tuples(st.sampled_from(["model", "bridge", "other_part"]), st.none() | st.floats(-9, 9)), max_size=12
)
NUMBER = st.sampled_from(["", "-2", "0.5", "nan", "inf", "x", "1e99"])


@given(QUEUE, st.sampled_from(["", "model", "bridge", "nonsense"]), NUMBER, NUMBER)
def test_a_choice_keeps_what_it_names_in_its_place_and_comes_back_from_its_address(rows, rule, least, most):
    choice = Choice.of({"rule": rule, "least": least, "most": most})
    assert Choice.of(choice.fields) == choice
    queue = pl.DataFrame(rows, schema={"rule": pl.String, "score": pl.Float64}, orient="row")
    kept = choice.places(queue)["place"].to_list()
    low, high = (float(text) if text in ("-2", "0.5") else None for text in (least, most))
    assert kept == [
        at
        for at, (name, score) in enumerate(rows)
        if (rule not in ("model", "bridge") or name == rule)
        and (low is None or (score is not None and score >= low))
        and (high is None or (score is not None and score <= high))
    ]
