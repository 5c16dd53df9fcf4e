"""Evidence to judgement: match, review or non_match, by the model's score and the guards that stand above it."""

import polars as pl

from pipeline.matching.guards import guards
from pipeline.matching.model import Model, load_model
from pipeline.settings import Settings

#: The rule of a pair that the model judged by itself, and of one that a person decided.
MODEL, DECISION = "model", "decision"

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
    judged = judged.with_columns(judgement=by_score, rule=pl.coalesce(*held, pl.lit(MODEL)))
    is_held = (pl.col("rule") != MODEL) & (pl.col("judgement") == "match")
    return judged.with_columns(judgement=pl.when(is_held).then(pl.lit("review")).otherwise("judgement"))
