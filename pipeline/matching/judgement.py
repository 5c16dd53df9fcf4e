"""Evidence to judgement: match, review or non_match, by the model's score and the guards that stand above it."""

import polars as pl

from papersieve.pipeline.matching.guards import guards
from papersieve.pipeline.matching.model import Model, load_model
from papersieve.pipeline.settings import Settings

#: The rule of a pair that the model judged by itself, and of one that a person decided.
MODEL, DECISION = "model", "decision"

#: The rule of a pair that shows one identifier, and so is a match where its score alone asks for a review: one title within the other (a subtitle
#: more), and no other authors. A volume's DOI, given for each of its papers, has other titles.
SAME_IDENTIFIER = "same_identifier"
IDENTIFIED_TITLES, IDENTIFIED_AUTHORS = 0.9, 0.5

#: The rule of a pair whose abstracts are nearly the same, and so is a match under any two titles: a text of so many words is no form, and a paper
#: is retitled once. Not where authors, or a dump that lists a paper once, say otherwise.
SAME_ABSTRACT = "same_abstract"
SAME_TEXT, LONG_ABSTRACT_WORDS, MOST_TITLES = 0.8, 60, 2
LIFTS = (SAME_IDENTIFIER, SAME_ABSTRACT)

#: Log-odds from which a pair that is no match is for review: one in ten of them is one paper.
REVIEW_FROM = -2.2

JUDGEMENT_SCHEMA = {"score": pl.Float64, "judgement": pl.String, "rule": pl.String}


def judge(pairs: pl.DataFrame, settings: Settings, model: Model | None = None) -> pl.DataFrame:
    """Add `JUDGEMENT_SCHEMA` to pairs with `evidence.EVIDENCE_SCHEMA` and `context.CONTEXT_SCHEMA`.

    score: log-odds of being one paper. rule: `model`, or the guard that kept a pair from being a match.
    """
    model = model or load_model()
    score = model.score(pairs, settings.unit)
    match_from = model.match_from(settings.wrong_share)
    judged = pairs.drop(JUDGEMENT_SCHEMA, strict=False).with_columns(score)
    held = [pl.when(condition).then(pl.lit(name)) for name, condition in guards(settings.unit)]
    by_score = (
        pl.when(pl.col("score") >= match_from)
        .then(pl.lit("match"))
        .when(pl.col("score") >= REVIEW_FROM)
        .then(pl.lit("review"))
        .otherwise(pl.lit("non_match"))
    )
    lifts = [
        (SAME_IDENTIFIER, _is_identified() & (by_score == "review")),
        (SAME_ABSTRACT, _is_one_text() & (by_score != "match")),
    ]
    lifted = [pl.when(condition).then(pl.lit(name)) for name, condition in lifts]
    judged = judged.with_columns(judgement=by_score, rule=pl.coalesce(*held, *lifted, pl.lit(MODEL)))
    is_lifted = pl.col("rule").is_in(LIFTS)
    judged = judged.with_columns(judgement=pl.when(is_lifted).then(pl.lit("match")).otherwise("judgement"))
    is_held = ~pl.col("rule").is_in([MODEL, *LIFTS]) & (pl.col("judgement") == "match")
    return judged.with_columns(judgement=pl.when(is_held).then(pl.lit("review")).otherwise("judgement"))


def _is_identified() -> pl.Expr:
    has_one = pl.any_horizontal(pl.col("doi", "arxiv_id", "pmid") == 1)
    titles = pl.max_horizontal("title_similarity", "title_containment") >= IDENTIFIED_TITLES
    return (has_one & titles & (pl.col("authors").fill_null(1.0) >= IDENTIFIED_AUTHORS)).fill_null(value=False)


def _is_one_text() -> pl.Expr:
    is_long = (pl.col("smaller_words") >= LONG_ABSTRACT_WORDS) & (pl.col("similarity") >= SAME_TEXT)
    is_no_form = pl.col("abstract_titles").fill_null(1.0) <= MOST_TITLES
    authors, lists = pl.col("authors").fill_null(1.0) >= IDENTIFIED_AUTHORS, pl.col("one_list").fill_null(0.0) >= 0
    return (is_long & is_no_form & authors & lists).fill_null(value=False)
