"""Texts to bottom-k sketches: of each its k smallest shingle hashes, by which a reader without the store finds near texts.

A kept text that shares a part s of its shingles with the text asked about is missed with a probability of (1 - s)^k:
0.04 % at a Jaccard similarity of 0.45 (s = 0.62), 0.7 % at 0.3 (s = 0.46). A copy that was cut short is found by its
opening. Keeping all block keys would take four times as many numbers and find less: 40 bands of 5 propose half of
the pairs at 0.45.
"""

import numpy as np
import polars as pl

from papersieve.pipeline.ids import block_key
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.shingling.similarity import shingle_sets_of

#: Shingle hashes of an abstract that are kept.
SKETCH_SIZE = 8

SCHEMA = pl.Schema({"document_id": pl.String, "key": pl.Int64})


def sketch_keys(documents: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Keys of documents (document_id, title_text, abstract_text): document_id, key.

    Of the abstract its `SKETCH_SIZE` smallest shingle hashes (32 bits each) and one key of its opening, of the title one.
    """
    sets = shingle_sets_of(documents["abstract_text"], settings.signing.shingle_words)
    ids = documents["document_id"].to_numpy()
    places = sets.bounds[:-1, None] + np.arange(SKETCH_SIZE)
    is_there = places < sets.bounds[1:, None]
    of = np.repeat(np.arange(len(ids)), SKETCH_SIZE).reshape(places.shape)[is_there]
    frames = [pl.DataFrame({"document_id": ids[of], "key": sets.values[places[is_there]]}, schema_overrides=SCHEMA)]
    for kind, column in (("title", "title_text"), ("opening", "abstract_text")):
        has = documents.filter(pl.col(column) != "")
        keys = [_key(kind, text, settings) for text in has[column]]
        frames.append(pl.DataFrame({"document_id": has["document_id"], "key": keys}, schema_overrides=SCHEMA))
    return pl.concat(frames).cast(SCHEMA).unique()


def query_keys(title_text: str, abstract_text: str, settings: Settings) -> list[int]:
    """Keys that the sketch of a document like these texts can have: all shingles of the abstract, its opening, the title."""
    sets = shingle_sets_of(pl.Series([abstract_text], dtype=pl.String), settings.signing.shingle_words)
    more = [_key(kind, text, settings) for kind, text in (("title", title_text), ("opening", abstract_text)) if text]
    return [*map(int, sets.values), *more]


def _key(kind: str, text: str, settings: Settings) -> int:
    """32 bits of the block key of a title, or of an abstract's opening."""
    words = settings.signing.opening_words if kind == "opening" else None
    return block_key(kind, " ".join(text.split(" ")[:words])) & 0xFFFFFFFF
