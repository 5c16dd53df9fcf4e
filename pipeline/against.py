"""One document against some others, as a run would compare them: for who asks about a text that is not in the store."""

import polars as pl

from pipeline.derive import candidates_of, compare
from pipeline.settings import Settings


def compare_with(one: pl.DataFrame, others: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Compare one document with others (title_text, abstract_text, and `CITED` where known): one row each, in their order.

    match_key (the strongest that a run would propose the pair by; null where it would not), the evidence of
    `verify.EVIDENCE_SCHEMA`, judgement, rule. Hot buckets are not known here: a run passes over those.
    """
    documents = pl.concat([one, others], how="diagonal_relaxed").with_row_index("document_no")
    documents = documents.with_columns(pl.col("document_no").cast(pl.Int64))
    proposed, _ = candidates_of(documents, settings, bucket_cap=documents.height + 1)
    numbers = documents["document_no"].slice(1)
    pairs = pl.DataFrame({"left_no": pl.zeros(numbers.len(), pl.Int64, eager=True), "right_no": numbers})
    pairs = pairs.join(proposed, on=["left_no", "right_no"], how="left", maintain_order="left")
    return compare(pairs, documents, settings).drop("left_no", "right_no")
