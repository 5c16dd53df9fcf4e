"""One document against some others, as a run would compare them: for who asks about a text that is not in the store."""

import polars as pl

from papersieve.pipeline.blocking.candidates import candidate_pairs
from papersieve.pipeline.blocking.keys import block_keys
from papersieve.pipeline.derive import LISTED_SCHEMA
from papersieve.pipeline.matching.context import add_context, recurrence
from papersieve.pipeline.matching.evidence import gather_evidence
from papersieve.pipeline.matching.judgement import judge
from papersieve.pipeline.settings import Settings


def compare_with(one: pl.DataFrame, others: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Compare one document with others (title_text, abstract_text, and
    of `documents.CONTENT` what is known): one row each, in their order.

    match_key (the strongest that a run would propose the pair by; null where it would not), evidence, context, score,
    judgement, rule. What is around them is not known here: hot buckets, which a run passes over, dumps, and how often
    titles and abstracts recur elsewhere.
    """
    documents = pl.concat([one, others], how="diagonal_relaxed").with_row_index("document_no")
    documents = documents.with_columns(pl.col("document_no").cast(pl.Int64))
    if "year" not in documents.columns:
        documents = documents.with_columns(year=pl.lit(None, pl.Int64))
    keys = block_keys(documents, settings)
    proposed, _ = candidate_pairs(keys, bucket_cap=documents.height + 1)
    numbers = documents["document_no"].slice(1)
    pairs = pl.DataFrame({"left_no": pl.zeros(numbers.len(), pl.Int64, eager=True), "right_no": numbers})
    pairs = pairs.join(proposed, on=["left_no", "right_no"], how="left", maintain_order="left")
    evidence = gather_evidence(pairs, documents, settings)
    around = add_context(evidence, recurrence(keys, documents), pl.DataFrame(schema=LISTED_SCHEMA))
    return judge(around, settings).drop("left_no", "right_no")
