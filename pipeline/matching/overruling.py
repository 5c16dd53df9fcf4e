"""What overrules the judgement of a pair: a person's decision, or a clustering that does not follow the match.

No pair has both: a match that a person decided is always inside one cluster, and only matches between two clusters are
overruled by the clustering.
"""

import polars as pl

from papersieve.pipeline.matching.clusters import BRIDGE
from papersieve.pipeline.matching.judgement import DECISION

DECISION_SCHEMA = {"left_document_id": pl.String, "right_document_id": pl.String, "decision": pl.String}
OVERRULED_SCHEMA = {"left_no": pl.Int64, "right_no": pl.Int64, "judgement": pl.String, "rule": pl.String}

_ENDS = ["left_no", "right_no"]


def verdicts(decisions: pl.DataFrame) -> pl.DataFrame:
    """The judgements that decisions (`DECISION_SCHEMA`) mean: left_document_id, right_document_id, judgement, rule."""
    is_link = pl.col("decision") == "must_link"
    judgement = pl.when(is_link).then(pl.lit("match")).otherwise(pl.lit("non_match"))
    return decisions.select("left_document_id", "right_document_id", judgement=judgement, rule=pl.lit(DECISION))


def decided(decisions: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """The judgements that decisions about these documents mean, by document numbers: `OVERRULED_SCHEMA`."""
    if decisions.is_empty():
        return pl.DataFrame(schema=OVERRULED_SCHEMA)
    numbers = documents.select("document_id", "document_no")
    both = verdicts(decisions)
    for end in ("left", "right"):
        both = both.join(numbers.rename({"document_no": end}), left_on=f"{end}_document_id", right_on="document_id")
    ends = {"left_no": pl.min_horizontal("left", "right"), "right_no": pl.max_horizontal("left", "right")}
    return both.select(**ends, judgement="judgement", rule="rule")


def doubted(bridges: pl.DataFrame) -> pl.DataFrame:
    """Matches between two clusters (left_no, right_no), for a person to review: `OVERRULED_SCHEMA`."""
    return bridges.select(*_ENDS, judgement=pl.lit("review"), rule=pl.lit(BRIDGE))


def overrule(pairs: pl.DataFrame, overruled: pl.DataFrame) -> pl.DataFrame:
    """Replace judgements of pairs that are overruled; decided pairs that were never compared are appended."""
    by = overruled.rename({"judgement": "judgement_over", "rule": "rule_over"})
    both = pairs.join(by, on=_ENDS, how="full", coalesce=True, maintain_order="left_right")
    outranked = {name: pl.coalesce(f"{name}_over", name) for name in ("judgement", "rule")}
    both = both.with_columns(**outranked)
    if "match_key" in pairs.columns:
        both = both.with_columns(pl.col("match_key").fill_null(DECISION))
    return both.select(pairs.columns)
