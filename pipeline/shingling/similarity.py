"""Shingle sets to similarity and containment, all pairs of a chunk at once, and to bottom-k sketches.

The k smallest shingle hashes of a text find similar texts without the store. A text that shares s of its shingles with
the query is missed with a probability of (1 - s)^k: 0.04 % at a Jaccard similarity of 0.45 (s = 0.62), 0.7 % at 0.3 (s
= 0.46). A copy that was cut short is found by its opening. All block keys would be four times as many numbers and find
less: 40 bands of 5 propose half of the pairs at 0.45.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.pipeline.settings import SKETCH_SIZE, Settings
from papersieve.pipeline.shingling.match_texts import by_kernels, opening_texts, text_keys
from papersieve.pipeline.shingling.minhash import Sets, shingle

Positions = npt.NDArray[np.int64]


def compare_pairs(left: Positions, right: Positions, texts: pl.Series, n: int) -> tuple[pl.Series, pl.Series]:
    """Jaccard similarity of the two texts of each pair, and the share of the smaller set that the other one has.

    left and right are positions in the column of match texts; both results are null if a text is empty.
    """
    if not by_kernels(texts.len()):
        sets = _few_sets(texts, n)
        return shares(sets, left, right, _count_few(sets, left, right))
    from papersieve.pipeline.shingling.kernel_calls import count_shared, shingle_sets

    sets = shingle_sets(texts, n, is_raw=False)
    return shares(sets, left, right, count_shared(sets, left, right))


def shingle_sets_of(texts: pl.Series, n: int) -> Sets:
    """Shingle sets of a column of match texts, by the compiled kernel if there are many."""
    if not by_kernels(texts.len()):
        return _few_sets(texts, n)
    from papersieve.pipeline.shingling.kernel_calls import shingle_sets

    return shingle_sets(texts, n, is_raw=False)


def _few_sets(texts: pl.Series, n: int) -> Sets:
    few = [shingle(text, n) for text in texts]
    values = np.concatenate(few) if few else np.empty(0, np.uint32)
    return Sets(values, np.cumsum([0, *(s.size for s in few)], dtype=np.int64))


def _count_few(sets: Sets, left: Positions, right: Positions) -> Positions:
    """Numbers of shingles that the documents at positions left and right have in common."""
    each = [set(part.tolist()) for part in np.split(sets.values, sets.bounds[1:-1])]
    return np.array([len(each[i] & each[j]) for i, j in zip(left, right, strict=True)], np.int64)


def shares(sets: Sets, left: Positions, right: Positions, shared: Positions) -> tuple[pl.Series, pl.Series]:
    """Similarity and containment from the sizes of the sets and of their intersections."""
    sizes = np.diff(sets.bounds)
    a, b = sizes[left], sizes[right]
    smaller = np.minimum(a, b)
    seen = smaller > 0
    similarity = np.divide(shared, a + b - shared, where=seen, out=np.full(left.size, np.nan))
    containment = np.divide(shared, smaller, where=seen, out=np.full(left.size, np.nan))
    found = {"similarity": similarity, "containment": containment}
    one, other = (pl.Series(name, values, nan_to_null=True) for name, values in found.items())
    return one, other


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
        texts = opening_texts(texts, settings.signing.opening_words)
    return text_keys(texts, kind) & 0xFFFFFFFF
