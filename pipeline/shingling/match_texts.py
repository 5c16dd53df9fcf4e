"""Columns of texts to match texts, and how many texts it takes for the compiled kernels to pay."""

import polars as pl

from papersieve.pipeline.text import match_text

#: Texts from which the compiled kernels pay, including the second or so that loading them takes: docs/decisions/005.
MANY_TEXTS = 5_000

#: Texts from which they pay once they are loaded.
_MANY_TEXTS_WHEN_LOADED = 100

_from_texts = MANY_TEXTS
_are_loaded = False


def use_kernels_from(texts: int) -> None:
    """Set, for this process, from how many texts on the compiled kernels read a column (`MANY_TEXTS` unless set)."""
    global _from_texts, _are_loaded
    _from_texts, _are_loaded = texts, False


def by_kernels(count: int) -> bool:
    """Whether the compiled kernels are to read that many texts: many, or some where many were read before."""
    global _are_loaded
    _are_loaded = _are_loaded or count >= _from_texts
    return _are_loaded and count >= min(_from_texts, _MANY_TEXTS_WHEN_LOADED)


def match_texts(clean: pl.Series) -> pl.Series:
    """`match_text` of every text of a column, null as the empty one."""
    if not by_kernels(clean.len()):
        return pl.Series(clean.name, [match_text(t or "") for t in clean], dtype=pl.String)
    from papersieve.pipeline.shingling.kernel_calls import fold_texts  # loads numba, which takes a second

    return fold_texts(clean)
