"""The two paths that texts are read by, either of them at will, however few or many texts there are."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from papersieve.pipeline.shingling.match_texts import MANY_TEXTS, use_kernels_from


@contextmanager
def reading(path: Literal["numpy", "kernels"]) -> Iterator[None]:
    """Read texts by numpy and Python, or by the compiled kernels."""
    use_kernels_from(1 if path == "kernels" else sys.maxsize)
    try:
        yield
    finally:
        use_kernels_from(MANY_TEXTS)
