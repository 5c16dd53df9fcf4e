"""Match text one code point at a time: what each folds to, in a table that fills as characters are met.

`text.match_text` treats every code point by itself (decomposition, combining marks, case, and what is a
word do not look at neighbours), so a text's match text is its code points' folds, one behind the other, with
runs of spaces made one. That is what compiled code can do without Python's string functions.
"""

import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from papersieve.pipeline.text import fold

#: The length of a code point that has not been seen yet; no fold is as long (the longest is 33 bytes, of U+FDFA).
UNKNOWN = 255
_PAGE = 256
_PAGES = 0x110000 // _PAGE


@dataclass(frozen=True)
class Folds:
    """For each code point where its fold starts in the pool, and its length in bytes or UNKNOWN."""

    starts: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.uint8]
    pool: npt.NDArray[np.uint8]


class FoldTable:
    """The table as it is now, and how it learns. A frozen copy replaces it, so readers need no lock."""

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
    def blank_pages() -> npt.NDArray[np.uint8]:
        """Return marks for `learn`, none of them set."""
        return np.zeros(_PAGES, np.uint8)

    @staticmethod
    def _with_pages(old: Folds, pages: list[int]) -> Folds:
        starts, lengths, pool = old.starts.copy(), old.lengths.copy(), bytearray(old.pool.tobytes())
        for page in pages:
            for point in range(page * _PAGE, (page + 1) * _PAGE):
                # Surrogates are in no Arrow string.
                folded = b"" if 0xD800 <= point < 0xE000 else fold(chr(point)).encode()
                starts[point], lengths[point] = len(pool), len(folded)
                pool += folded
        return Folds(starts, lengths, np.frombuffer(bytes(pool), np.uint8))


FOLDS = FoldTable()
