"""Columns of texts to match texts, and how many texts it takes for the compiled kernels to pay."""

import polars as pl

from papersieve.pipeline.text import match_text

#: Texts from which the compiled kernels pay, including the second or so that loading them takes: docs/decisions/005.
MANY_TEXTS = 5_000

_from_texts = MANY_TEXTS


def use_kernels_from(texts: int) -> None:
    """Set, for this process, from how many texts on the compiled kernels read a column (`MANY_TEXTS` unless set)."""
    global _from_texts
    _from_texts = texts


def by_kernels(count: int) -> bool:
    """Whether the compiled kernels are to read that many texts."""
    return count >= _from_texts


def match_texts(clean: pl.Series) -> pl.Series:
    """`match_text` of every text of a column, null as the empty one."""
    if not by_kernels(clean.len()):
        return pl.Series(clean.name, [match_text(t or "") for t in clean], dtype=pl.String)
    from papersieve.pipeline.shingling.kernel_calls import fold_texts  # loads numba, which takes a second

    return fold_texts(clean)
