"""Context of pairs against plain oracles: recurring titles, abstracts with many titles, dumps that list papers once."""

import itertools

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.matching import context
from papersieve.pipeline.matching.context import CONTEXT_SCHEMA, LIST_SCHEMA, add_context, lists_once, recurrence
from tests.support.examples import examples

# --- dumps that list each paper once


def listed_frame(rows: list[tuple]) -> pl.DataFrame:
    schema = {"dump_id": pl.String, "title_text": pl.String, "authors_text": pl.String, "year": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


listed_rows = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["one two three four", "four three two one", "a b c d e", "short", ""]),
        st.sampled_from([None, "gale h", "holt j"]),
        st.sampled_from([None, 2001]),
    ),
    max_size=12,
)


@given(listed_rows, st.randoms(use_true_random=False))
def test_a_dump_lists_a_paper_once_as_far_as_a_plain_oracle_finds_no_repeats(rows, rng):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(context, "MIN_LISTED", 3)
        patch.setattr(context, "REPEATED_SHARE", 0.5)
        found = dict(lists_once(listed_frame(rows)).iter_rows())
        shuffled = dict(lists_once(listed_frame(rng.sample(rows, len(rows)))).iter_rows())
    expected = {}
    for dump in {row[0] for row in rows}:
        told = [row[1:] for row in rows if row[0] == dump and len(row[1].split()) >= context.TELLING_TITLE_WORDS]
        share = 1 - len(set(told)) / len(told) if told else 0
        expected[dump] = max(0.0, 1 - share / 0.5) if len(told) >= 3 else 0.0
    assert found == pytest.approx(expected)
    assert shuffled == found


@pytest.mark.parametrize("repeats", range(1, 8))
def test_a_dump_alone_says_to_the_last_digit_what_it_says_among_others(repeats):
    titles = [f"the paper number {n} of many" for n in [*range(100), *range(repeats)]]
    alone = [("a", title, "gale h", 2001) for title in titles]
    among = alone + [(dump, title, "gale h", 2001) for dump in "bcd" for title in titles]
    told = lists_once(listed_frame(alone))["lists_once"].item()
    assert lists_once(listed_frame(among))["lists_once"].to_list() == [told] * 4


def test_a_small_dump_says_nothing_a_large_one_without_repeats_all_and_repeats_soon_undo_that():
    def once(distinct: int, repeats: int) -> float:
        titles = [f"the paper number {n} of many" for n in [*range(distinct), *range(repeats)]]
        return lists_once(listed_frame([("a", title, "gale h", 2001) for title in titles]))["lists_once"].item()

    assert once(context.MIN_LISTED - 1, 0) == 0
    assert once(context.MIN_LISTED, 0) == 1
    sure = [once(100, repeats) for repeats in range(0, 12, 2)]
    assert sure == sorted(sure, reverse=True)
    assert (sure[0], sure[-1]) == (1, 0)


def test_the_same_title_in_another_year_or_by_others_is_no_repeat():
    told = [("a", "news from the harbour society", f"gale {n}", 2001) for n in range(60)]
    told += [("a", "news from the harbour society", "gale h", year) for year in range(1900, 1960)]
    assert lists_once(listed_frame(told))["lists_once"].to_list() == [1]


def test_no_dumps_list_nothing():
    assert lists_once(listed_frame([])).schema == LIST_SCHEMA


# --- recurrence


members_strategy = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from(["title", "abstract", "band", "doi"]), st.integers(1, 3)), max_size=20
).map(lambda rows: [row for row in rows if row[1] not in ("title", "abstract")] + [
    (number, kind, key) for (number, kind),
    key in {(n, k): key for n, k, key in rows if k in ("title", "abstract")}.items()
])  # fmt: skip
years_strategy = st.fixed_dictionaries({number: st.none() | st.integers(2000, 2003) for number in range(8)})


def recurrence_of(members, years) -> dict[int, tuple]:
    schema = {"document_no": pl.Int64, "match_key": pl.String, "key": pl.Int64}
    found = recurrence(
        pl.DataFrame(members, schema=schema, orient="row"),
        pl.DataFrame(
            {"document_no": list(years), "year": list(years.values())},
            schema={"document_no": pl.Int64, "year": pl.Int64},
        ),
    )
    assert found.columns == ["document_no", "title_years", "abstract_titles"]
    assert not found["document_no"].is_duplicated().any()
    return {number: values for number, *values in found.iter_rows()}


@given(members_strategy, years_strategy, st.randoms(use_true_random=False))
def test_years_of_a_title_and_titles_of_an_abstract_are_counted_as_a_plain_oracle_does(members, years, rng):
    title = {number: key for number, kind, key in members if kind == "title"}
    abstract = {number: key for number, kind, key in members if kind == "abstract"}
    expected = {}
    for number in title | abstract:
        of_title = {years[n] for n, key in title.items() if key == title.get(number)} - {None}
        of_abstract = {title[n] for n, key in abstract.items() if key == abstract.get(number) and n in title}
        expected[number] = [
            float(max(len(of_title), 1)) if number in title else None,
            float(len(of_abstract)) if number in abstract else None,
        ]
    assert recurrence_of(members, years) == expected
    assert recurrence_of(rng.sample(members, len(members)) + members, years) == expected


# --- pairs


pair_rows = st.lists(
    st.tuples(
        st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda ends: ends[0] < ends[1]),
        st.sampled_from([None, 0.9, 0.97, 1.0]),
        st.sampled_from([None, 0.5, 0.9, 1.0]),
        st.sampled_from([None, 0.5, 1.0]),
        st.sampled_from([None, 0.0, 0.5, 1.0]),
    ),
    unique_by=lambda row: row[0],
    max_size=8,
)
recurring_rows = st.dictionaries(
    st.integers(0, 4), st.tuples(st.none() | st.integers(1, 5), st.none() | st.integers(1, 5)), max_size=5
)
sure_dumps = {"a": 1.0, "b": 0.5, "c": 0.25}
places = st.sets(st.tuples(st.integers(0, 4), st.sampled_from(sorted(sure_dumps))), max_size=8)


@examples(60)
@given(pair_rows, recurring_rows, places, st.randoms(use_true_random=False))
def test_the_context_of_pairs_is_that_of_a_plain_oracle_in_any_order(rows, recurring, listed, rng):
    pairs = pl.DataFrame(
        [(*ends, *said, "band") for ends, *said in rows],
        schema={"left_no": pl.Int64, "right_no": pl.Int64, **dict.fromkeys(("title_similarity", "similarity", "authors", "arxiv_id"), pl.Float64), "match_key": pl.String},
        orient="row",
    )  # fmt: skip
    told = pl.DataFrame(
        [(number, *values) for number, values in recurring.items()],
        schema={"document_no": pl.Int64, "title_years": pl.Float64, "abstract_titles": pl.Float64},
        orient="row",
    )
    stand = pl.DataFrame(
        [(number, dump, sure_dumps[dump]) for number, dump in listed],
        schema={"document_no": pl.Int64, **LIST_SCHEMA},
        orient="row",
    )
    found = add_context(pairs, told, stand)
    assert found.select(pairs.columns).equals(pairs)
    for (ends, title, similarity, authors, arxiv_id), *context_of in zip(
        rows, *(found[name] for name in CONTEXT_SCHEMA), strict=True
    ):
        years, titles = (max((v for v in side if v is not None), default=None) for side in zip(
            *(recurring.get(end, (None, None)) for end in ends), strict=True))  # fmt: skip
        dumps = [{dump for number, dump in listed if number == end} for end in ends]
        both = max((sure_dumps[dump] for dump in dumps[0] & dumps[1]), default=None)
        one_list = -both if both else min(max(sure_dumps[d] for d in side) for side in dumps) if all(dumps) else None
        if both and (arxiv_id == 0.5 or title == similarity == authors == 1):
            one_list = None  # a preprint and its article, or a repeat after all
        assert context_of == [
            years if title is not None and title >= context.SAME_TITLES else None,
            titles if similarity is not None and similarity >= context.SAME_ABSTRACTS else None,
            one_list,
        ]
    shuffled = add_context(
        pairs.sample(fraction=1, shuffle=True, seed=rng.randint(0, 9)),
        told.sample(fraction=1, shuffle=True, seed=rng.randint(0, 9)),
        stand.sample(fraction=1, shuffle=True, seed=rng.randint(0, 9)),
    )
    assert shuffled.sort("left_no", "right_no").equals(found.sort("left_no", "right_no"))


def test_context_that_is_there_already_is_replaced():
    said = {"title_similarity": [1.0], "similarity": [1.0], "authors": [0.5], "arxiv_id": [1.0]}
    pair = pl.DataFrame({"left_no": [0], "right_no": [1], **said})
    told = pl.DataFrame({"document_no": [0, 1], "title_years": [2.0, 2.0], "abstract_titles": [3.0, 3.0]})
    stand = pl.DataFrame({"document_no": [0, 1], "dump_id": ["a", "a"], "lists_once": [1.0, 1.0]})
    once = add_context(pair, told, stand)
    assert once.select(*CONTEXT_SCHEMA).row(0) == (2.0, 3.0, -1.0)
    assert add_context(once, told, stand.clear()).select(*CONTEXT_SCHEMA).row(0) == (2.0, 3.0, None)


@pytest.mark.parametrize("years", list(itertools.permutations([2001, 2001, 2005])))
def test_a_column_recurs_over_its_years_and_a_title_whose_years_nobody_knows_occurs_in_one(years):
    members = [(number, "title", 7) for number in range(3)]
    assert {tuple(v) for v in recurrence_of(members, dict(enumerate(years))).values()} == {(2.0, None)}
    assert {tuple(v) for v in recurrence_of(members, dict.fromkeys(range(3))).values()} == {(1.0, None)}
