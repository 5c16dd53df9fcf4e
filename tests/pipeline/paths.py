"""The two paths that texts are read by, either of them at will: which one a test would take depends on what was loaded before it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest


@contextmanager
def reading(path: Literal["numpy", "kernels"]) -> Iterator[None]:
    """Read texts by numpy and Python, or by the compiled kernels, however few or many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("papersieve.pipeline.text.MANY_TEXTS", 1 if path == "kernels" else sys.maxsize)
        if path == "numpy":
            patch.delitem(sys.modules, "papersieve.pipeline.shingling.kernel_calls", raising=False)
        yield
