"""What each code point becomes in match text, in a table that is filled when characters first occur.

`text.match_text` treats each code point separately: decomposition, combining marks, case, and whether it belongs to a
word do not depend on its neighbours. So the match text of a text is the folds of its code points one after the other,
with a single space for each run of spaces. Compiled code can do this without Python's string functions.
"""

import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from papersieve.pipeline.text import fold

#: The length of an unknown code point; no fold is that long (the longest is that of U+FDFA, 33 bytes).
UNKNOWN = 255
_PAGE = 256
#: The number of such pages, for the marks that `learn` takes.
PAGES = 0x110000 // _PAGE


@dataclass(frozen=True)
class Folds:
    """For each code point where its fold starts in the pool, and its length in bytes or UNKNOWN."""

    starts: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.uint8]
    pool: npt.NDArray[np.uint8]


class FoldTable:
    """The current table, and how it is filled. Each change makes a new frozen copy, so readers need no lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        blank = np.full(0x110000, UNKNOWN, np.uint8)
        self.now = self._with_pages(Folds(np.zeros(0x110000, np.int32), blank, np.empty(0, np.uint8)), [0])

    def learn(self, wanted: npt.NDArray[np.uint8]) -> Folds:
        """Fill the pages of 256 code points that are marked and unknown; return the table with them."""
        with self._lock:
            unknown = [int(page) for page in np.flatnonzero(wanted) if self.now.lengths[page * _PAGE] == UNKNOWN]
            if unknown:
                self.now = self._with_pages(self.now, unknown)
            return self.now

    @staticmethod
    def _with_pages(old: Folds, pages: list[int]) -> Folds:
        starts, lengths, pool = old.starts.copy(), old.lengths.copy(), bytearray(old.pool.tobytes())
        for page in pages:
            for point in range(page * _PAGE, (page + 1) * _PAGE):
                # Arrow strings contain no surrogates.
                folded = b"" if 0xD800 <= point < 0xE000 else fold(chr(point)).encode()
                starts[point], lengths[point] = len(pool), len(folded)
                pool += folded
        return Folds(starts, lengths, np.frombuffer(bytes(pool), np.uint8))


FOLDS = FoldTable()
