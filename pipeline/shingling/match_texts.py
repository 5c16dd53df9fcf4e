"""Columns of texts to match texts and to keys, and the number of texts from which the compiled kernels pay off."""

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.pipeline.ids import block_key
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.text import match_text

#: Number of texts from which the compiled kernels pay off, with the second that loading takes: docs/decisions/005.
MANY_TEXTS = 5_000

#: Number of texts of one column from which they pay off once they are loaded.
_MANY_TEXTS_WHEN_LOADED = 100

_from_texts = MANY_TEXTS
_asked = 0


def use_kernels_from(texts: int) -> None:
    """Set the number of texts from which this process uses the compiled kernels (`MANY_TEXTS` unless set)."""
    global _from_texts, _asked
    _from_texts, _asked = texts, 0


def by_kernels(count: int) -> bool:
    """Whether the compiled kernels should read a column of this many texts.

    They should if there are many, or if there are some and, together with earlier columns, there were many.
    """
    global _asked
    if count < min(_from_texts, _MANY_TEXTS_WHEN_LOADED):
        return False
    _asked += count
    return _asked >= _from_texts


def match_texts(clean: pl.Series) -> pl.Series:
    """`match_text` of every text of a column; null is an empty text."""
    if not by_kernels(clean.len()):
        return pl.Series(clean.name, [match_text(t or "") for t in clean], dtype=pl.String)
    from papersieve.pipeline.shingling.kernel_calls import fold_texts  # loads numba, which takes a second

    return fold_texts(clean)


def word_counts(texts: pl.Series) -> npt.NDArray[np.int64]:
    """The number of words of every match text."""
    return (texts.str.count_matches(" ").cast(pl.Int64) + (texts != "").cast(pl.Int64)).to_numpy()


def opening_texts(texts: pl.Series, words: int) -> pl.Series:
    """The first words of every match text, or all if it has fewer; null if it has none."""
    return texts.str.extract(rf"^((?:[^ ]+ ){{0,{words - 1}}}[^ ]+)")


def text_keys(texts: pl.Series, kind: str) -> npt.NDArray[np.int64]:
    """`block_key` of every match text of a column."""
    if not by_kernels(texts.len()):
        return np.array([block_key(kind, text) for text in texts], np.int64)
    from papersieve.pipeline.shingling.kernel_calls import read_keys

    return read_keys(texts, Settings(), kind=kind).text_keys
