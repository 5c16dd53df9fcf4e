"""Evidence to judgement: match, review or non_match, by the model's score and by the rules that overrule it.

Guards send to review what the score would merge; lifts merge what the score alone would not.
"""

import polars as pl

from papersieve.pipeline.matching.guard_conditions import ONE_VENUE, OTHER_VENUE, has_one, unless
from papersieve.pipeline.matching.guards import guards
from papersieve.pipeline.matching.model import Model, load_model
from papersieve.pipeline.settings import Settings

#: The rule of a pair that the model judged alone, and of one that a person decided.
MODEL, DECISION = "model", "decision"

#: A lift: the same identifier, one title within the other (without a subtitle), and no different authors. It needs a
#: score for review at least, or the same title: a digest may write its own abstract. If a volume's DOI is given for
#: each of its papers, their titles differ.
SAME_IDENTIFIER = "same_identifier"
IDENTIFIED_TITLES, IDENTIFIED_AUTHORS = 0.9, 0.5

#: A lift: the same journal, volume and page, at most a year apart, by the same authors, with one title within the
#: other. One paper may have several abstracts: rewritten, or in another language. If the authors differ, as one list
#: may name a group and another its members, the whole title must agree.
SAME_PLACE, PLACED_TITLES = "same_place", 0.95

#: A lift: two nearly equal abstracts, under any two titles. A text of this many words, under no more titles than this,
#: is no boilerplate: a paper is retitled only once. It does not apply if authors, another place in the same journal
#: (chapters of one guideline), or a dump that lists each paper once contradict it.
SAME_ABSTRACT = "same_abstract"
SAME_TEXT, LONG_ABSTRACT_WORDS, MOST_TITLES = 0.8, 60, 2

#: A lift: the same title and authors within a year, in two dumps that each list every paper once. The model alone would
#: let a rewritten abstract outweigh both. Both dumps are needed, as a column recurs in one list under one title and by
#: one author. A shorter abstract is a notice ("This paper has been withdrawn").
SAME_TITLE = "same_title"
ONE_TITLE, ITS_WORDS, ITS_AUTHORS, ABSTRACT_WORDS = 0.99, 6, 0.6, 20
LIFTS = (SAME_IDENTIFIER, SAME_PLACE, SAME_ABSTRACT, SAME_TITLE)

#: Log-odds from which on a pair that is no match is for review: the score at which one pair in ten is one paper.
REVIEW_FROM = -2.2

JUDGEMENT_SCHEMA = {"score": pl.Float64, "judgement": pl.String, "rule": pl.String}


def judge(pairs: pl.DataFrame, settings: Settings, model: Model | None = None) -> pl.DataFrame:
    """Add `JUDGEMENT_SCHEMA` to pairs with `evidence.EVIDENCE_SCHEMA` and `context.CONTEXT_SCHEMA`.

    score: log-odds of being one paper. rule: `model`, or the first guard or lift that applies.
    """
    model = model or load_model()
    judged = pairs.drop(JUDGEMENT_SCHEMA, strict=False).with_columns(model.score(pairs, settings.unit))
    by_score = _by_score(model.match_from(settings.wrong_share))
    rules = [*guards(settings.unit), *_lifts(by_score, settings.unit)]
    rule = pl.coalesce(*(pl.when(condition).then(pl.lit(name)) for name, condition in rules), pl.lit(MODEL))
    judged = judged.with_columns(judgement=by_score, rule=rule)
    is_lifted, is_guarded = pl.col("rule").is_in(LIFTS), ~pl.col("rule").is_in([MODEL, *LIFTS])
    return judged.with_columns(
        judgement=pl.when(is_lifted)
        .then(pl.lit("match"))
        .when(is_guarded & (pl.col("judgement") == "match"))
        .then(pl.lit("review"))
        .otherwise("judgement")
    )


def _by_score(match_from: float) -> pl.Expr:
    score = pl.col("score")
    return (
        pl.when(score >= match_from)
        .then(pl.lit("match"))
        .when(score >= REVIEW_FROM)
        .then(pl.lit("review"))
        .otherwise(pl.lit("non_match"))
    )


def _lifts(by_score: pl.Expr, unit: str) -> list[tuple[str, pl.Expr]]:
    """(name, condition), in the order in which they are checked."""
    is_elsewhere = (pl.col("venue") < OTHER_VENUE) | (pl.col("doi") == 0)
    is_one_text = _is_one_text() if unit == "work" else _is_one_text() & unless(is_elsewhere)
    lifts = [
        (SAME_IDENTIFIER, _is_identified() & (by_score != "match") & ((by_score == "review") | _has_one_title())),
        (SAME_PLACE, _is_one_place() & (by_score != "match")),
        (SAME_ABSTRACT, is_one_text & (by_score != "match")),
    ]
    return [*lifts, (SAME_TITLE, _is_one_title() & (by_score != "match"))] if unit == "work" else lifts


def _is_identified() -> pl.Expr:
    are_chapters = (pl.col("pages") == 0) & ~has_one("arxiv_id", "pmid")
    return has_one("doi", "arxiv_id", "pmid") & _is_one_title_in_another() & _are_one_team() & unless(are_chapters)


def _has_one_title() -> pl.Expr:
    return pl.col("title_similarity") >= ONE_TITLE


def _is_one_title_in_another() -> pl.Expr:
    return pl.max_horizontal("title_similarity", "title_containment") >= IDENTIFIED_TITLES


def _is_one_text() -> pl.Expr:
    is_long = (pl.col("smaller_words") >= LONG_ABSTRACT_WORDS) & (pl.col("similarity") >= SAME_TEXT)
    is_no_form = unless(pl.col("abstract_titles") > MOST_TITLES)
    is_not_listed_twice = unless(pl.col("one_list") < 0)
    is_elsewhere = (pl.col("venue") >= ONE_VENUE) & pl.any_horizontal(pl.col("volume", "pages", "doi", "pmid") == 0)
    return is_long & is_no_form & _are_one_team() & is_not_listed_twice & unless(is_elsewhere)


def _is_one_title() -> pl.Expr:
    is_long = _has_one_title() & (pl.col("title_length") >= ITS_WORDS)
    are_one_team = (pl.col("authors") >= ONE_TITLE) & (pl.col("authors_all") >= ITS_AUTHORS)
    is_rewritten = (pl.col("smaller_words") >= ABSTRACT_WORDS) & (pl.col("year_distance") <= 1)
    comes_once = unless(pl.col("title_years") > MOST_TITLES) & (pl.col("one_list") > 0)
    return is_long & are_one_team & is_rewritten & comes_once & pl.col("generic_title").is_null()


def _is_one_place() -> pl.Expr:
    is_one_page = (pl.col("venue") >= OTHER_VENUE) & (pl.col("volume") == 1) & (pl.col("pages") == 1)
    is_one_title = (pl.col("title_similarity") >= PLACED_TITLES) & (pl.col("title_length") >= ITS_WORDS)
    is_of_one = (pl.col("authors") >= IDENTIFIED_AUTHORS) | is_one_title
    return _is_one_title_in_another() & is_one_page & is_of_one & (pl.col("year_distance") <= 1)


def _are_one_team() -> pl.Expr:
    """Whether the authors agree, or one of the two names none."""
    return unless(pl.col("authors") < IDENTIFIED_AUTHORS)
