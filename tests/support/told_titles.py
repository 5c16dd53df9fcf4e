"""The evidence `title_parts` of titles, for tests."""

import numpy as np
import polars as pl

from papersieve.pipeline.matching.comparisons import compare_titles
from papersieve.pipeline.matching.title_differences import tell_titles_apart


def told(left: str, right: str, abstracts: tuple[str, str] = ("", "")) -> float | None:
    """The value of title_parts. Checks that it is the same if the two are swapped."""
    (found,), (turned,) = parts([(left, right)], abstracts), parts([(right, left)], abstracts[::-1])
    assert found == turned
    return found


def parts(pairs: list[tuple[str, str]], abstracts: tuple[str, str] = ("", "")) -> list[float | None]:
    left, right = (pl.Series(side, dtype=pl.String) for side in zip(*pairs, strict=True))
    places = np.zeros(len(pairs), np.int64), np.ones(len(pairs), np.int64)
    return tell_titles_apart(
        left, right, pl.DataFrame(compare_titles(left, right)), pl.Series(abstracts), places
    ).to_list()
