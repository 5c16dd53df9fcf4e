"""Texts to bottom-k sketches: the k smallest shingle hashes, by which similar texts are found without the store.

A text that shares s of its shingles with the query is missed with a probability of (1 - s)^k: 0.04 % at a Jaccard
similarity of 0.45 (s = 0.62), 0.7 % at 0.3 (s = 0.46). A copy that was cut short is found by its opening. All block
keys would be four times as many numbers and find less: 40 bands of 5 propose half of the pairs at 0.45.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.pipeline.settings import SKETCH_SIZE, Settings
from papersieve.pipeline.shingling.match_texts import text_keys
from papersieve.pipeline.shingling.minhash import shingle
from papersieve.pipeline.shingling.similarity import shingle_sets_of


def sketch_keys(documents: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Keys of documents (document, title_text, abstract_text): distinct rows of document, key.

    They are the `SKETCH_SIZE` smallest shingle hashes of the abstract (32 bits each), a key of its opening, and a key
    of the title.
    """
    sets = shingle_sets_of(documents["abstract_text"], settings.signing.shingle_words)
    places = sets.bounds[:-1, None] + np.arange(SKETCH_SIZE)
    is_there = places < sets.bounds[1:, None]
    of = np.repeat(np.arange(documents.height), SKETCH_SIZE).reshape(places.shape)[is_there]
    frames = [_frame(documents["document"].gather(of), sets.values[places[is_there]].astype(np.int64))]
    for kind, column in (("title", "title_text"), ("opening", "abstract_text")):
        has = documents.filter(pl.col(column) != "")
        frames.append(_frame(has["document"], _keys(kind, has[column], settings)))
    return pl.concat(frames).unique()


def _frame(documents: pl.Series, keys: npt.NDArray[np.int64]) -> pl.DataFrame:
    return pl.DataFrame({"document": documents, "key": keys}, schema_overrides={"key": pl.Int64})


def query_keys(title_text: str, abstract_text: str, settings: Settings) -> list[int]:
    """Keys that the sketch of a similar document can have: all shingles of the abstract, its opening, the title."""
    told = [(kind, text) for kind, text in (("title", title_text), ("opening", abstract_text)) if text]
    more = [key for kind, text in told for key in _keys(kind, pl.Series([text]), settings).tolist()]
    return [*shingle(abstract_text, settings.signing.shingle_words).tolist(), *more]


def _keys(kind: str, texts: pl.Series, settings: Settings) -> npt.NDArray[np.int64]:
    """32 bits of the block keys of titles or of the openings of abstracts."""
    if kind == "opening":
        words = settings.signing.opening_words
        texts = texts.str.extract(rf"^((?:[^ ]+ ){{0,{words - 1}}}[^ ]+)")
    return text_keys(texts, kind) & 0xFFFFFFFF
