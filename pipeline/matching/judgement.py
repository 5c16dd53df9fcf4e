"""Evidence to judgement: match, review or non_match, by the first rule that applies. Null evidence says nothing."""

import polars as pl

from pipeline.settings import Settings

#: Titles of one work in two versions have this share of their words in common, mostly far more.
SAME_WORK_TITLES = 0.5

#: Rules of pairs that no chain of matches joins: titles name different parts, or a notice and what it is about; one
#: title, yet other identifiers, years or authors, and no abstract that could say more.
OTHER_PART, OTHER_CITATION = "other_part", "same_title_other_citation"


def judge(evidence: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Add judgement and the name of the rule that made it to frames of `verify.gather_evidence`."""
    rules = _rules(settings)
    applies = [condition for _, _, condition in rules]
    return evidence.with_columns(
        judgement=_first_of(applies, [verdict for _, verdict, _ in rules], otherwise="non_match"),
        rule=_first_of(applies, [name for name, _, _ in rules], otherwise="unlike"),
    )


def _first_of(conditions: list[pl.Expr], values: list[str], *, otherwise: str) -> pl.Expr:
    """Return the value of the first condition that holds; a null condition does not hold."""
    held = [pl.when(c).then(pl.lit(v)) for c, v in zip(conditions, values, strict=True)]
    return pl.coalesce(*held, pl.lit(otherwise))


def _rules(s: Settings) -> list[tuple[str, str, pl.Expr]]:
    """(name, judgement, condition), in the order in which they are asked."""
    similarity, containment = pl.col("similarity"), pl.col("containment")
    same_title = (pl.col("title_similarity") == 1.0) & (pl.col("match_key") == "title")
    long_enough = pl.col("smaller_words") >= s.min_contained_words
    retitled = pl.col("title_similarity") < SAME_WORK_TITLES
    near = (similarity >= s.match_similarity) & (
        retitled.not_().fill_null(value=True) | (similarity >= s.retitled_similarity)
    )
    alike = near | ((containment >= s.match_containment) & long_enough)
    half_alike = similarity >= s.review_similarity
    mostly_contained = (containment >= s.review_containment) & long_enough
    has_equal, has_other = pl.col("identifiers") == "equal", pl.col("identifiers").str.starts_with("other_")
    # A preprint and its journal have two DOIs, so another DOI says little of texts that are alike; arXiv has one id a paper.
    is_other_paper = pl.col("identifiers") == "other_arxiv_id"
    same_work = pl.any_horizontal(alike, half_alike, mostly_contained, pl.col("title_similarity") >= SAME_WORK_TITLES)
    return [
        (OTHER_PART, "review", pl.col("parts_differ") & (alike | has_equal)),
        (OTHER_PART, "non_match", pl.col("parts_differ")),
        ("other_identifier", "review", is_other_paper & (alike | half_alike | mostly_contained | same_title)),
        ("same_abstract", "match", similarity == 1.0),
        ("near_abstract", "match", near),
        ("cut_short", "match", (containment >= s.match_containment) & long_enough),
        ("same_identifier", "match", has_equal & same_work),
        ("same_identifier_other_text", "review", has_equal),
        (OTHER_CITATION, "review", same_title & similarity.is_null() & (has_other | pl.col("citations_differ"))),
        ("same_title_no_abstract", "match", same_title & similarity.is_null()),
        ("same_title_other_abstract", "review", same_title),
        ("half_alike", "review", half_alike),
        ("mostly_contained", "review", mostly_contained),
    ]
