"""Compare documents as a run would: for questions about texts that are not in the store."""

import numpy as np
import polars as pl

from papersieve.pipeline.blocking.candidates import candidate_pairs
from papersieve.pipeline.blocking.keys import block_keys
from papersieve.pipeline.derive import LISTED_SCHEMA, numbered
from papersieve.pipeline.matching.context import add_context, recurrence
from papersieve.pipeline.matching.evidence import gather_evidence
from papersieve.pipeline.matching.judgement import judge
from papersieve.pipeline.settings import Settings

#: 2⁶⁴ divided by the golden ratio. Each asked document's row number times this is added to its keys, so that the keys
#: of two asked documents share no bucket.
_APART = np.uint64(0x9E3779B97F4A7C15)


def compare_with(asked: pl.DataFrame, others: pl.DataFrame, of: pl.Series, settings: Settings) -> pl.DataFrame:
    """Compare each of `others` with one document of `asked`, whose row number `of` gives: one row each, in order.

    Both frames hold title_text, abstract_text and any other columns of `documents.CONTENT`. The result of a pair does
    not depend on the other pairs of the call: match_key (the strongest by which a run would propose the pair; null if
    it would not), evidence, context, score, judgement, rule. What only a run knows is missing here: hot buckets, which
    a run skips, dumps, and how often titles and abstracts recur elsewhere.
    """
    documents = numbered(pl.concat([asked, others], how="diagonal_relaxed"))
    if "year" not in documents.columns:
        documents = documents.with_columns(year=pl.lit(None, pl.Int64))
    keys = _apart(block_keys(documents, settings), np.append(np.arange(asked.height), of.to_numpy()))
    proposed, _ = candidate_pairs(keys, bucket_cap=documents.height + 1)
    pairs = pl.DataFrame({"left_no": of.cast(pl.Int64), "right_no": documents["document_no"].slice(asked.height)})
    pairs = pairs.join(proposed, on=["left_no", "right_no"], how="left", maintain_order="left")
    evidence = gather_evidence(pairs, documents, settings)
    around = add_context(evidence, recurrence(keys, documents), pl.DataFrame(schema=LISTED_SCHEMA))
    return judge(around, settings).drop("left_no", "right_no")


def _apart(keys: pl.DataFrame, asked_no: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pl.DataFrame:
    """Change keys so that documents share one only if they have the same asked_no (one per document)."""
    added = asked_no[keys["document_no"].to_numpy()].astype(np.uint64) * _APART
    return keys.with_columns(key=pl.Series((keys["key"].to_numpy().view(np.uint64) + added).view(np.int64)))
