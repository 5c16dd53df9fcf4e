"""Columns of texts to match texts, and how many texts it takes for the compiled kernels to pay."""

import polars as pl

from papersieve.pipeline.text import match_text

#: Texts from which the compiled kernels pay, including the second or so that loading them takes: docs/decisions/005.
MANY_TEXTS = 5_000

#: Texts of one column from which they pay once they are loaded.
_MANY_TEXTS_WHEN_LOADED = 100

_from_texts = MANY_TEXTS
_asked = 0


def use_kernels_from(texts: int) -> None:
    """Set, for this process, from how many texts on the compiled kernels read a column (`MANY_TEXTS` unless set)."""
    global _from_texts, _asked
    _from_texts, _asked = texts, 0


def by_kernels(count: int) -> bool:
    """Whether the compiled kernels are to read a column of that many texts: many of them, or some where, with those of
    the columns before, they are many.
    """
    global _asked
    if count < min(_from_texts, _MANY_TEXTS_WHEN_LOADED):
        return False
    _asked += count
    return _asked >= _from_texts


def match_texts(clean: pl.Series) -> pl.Series:
    """`match_text` of every text of a column, null as the empty one."""
    if not by_kernels(clean.len()):
        return pl.Series(clean.name, [match_text(t or "") for t in clean], dtype=pl.String)
    from papersieve.pipeline.shingling.kernel_calls import fold_texts  # loads numba, which takes a second

    return fold_texts(clean)
