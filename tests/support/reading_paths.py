"""The two implementations that read texts: a test can choose one, whatever the number of texts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from papersieve.pipeline.shingling.match_texts import MANY_TEXTS, use_kernels_from


@contextmanager
def reading(path: Literal["numpy", "kernels"]) -> Iterator[None]:
    """Read texts with numpy and Python, or with the compiled kernels."""
    use_kernels_from(1 if path == "kernels" else sys.maxsize)
    try:
        yield
    finally:
        use_kernels_from(MANY_TEXTS)
