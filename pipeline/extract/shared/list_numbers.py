"""Numbers that a list writes before its titles: "1) A title", "2) Another title"."""

import re

from papersieve.pipeline.extract.entries import Entry

_NUMBERED = re.compile(r"(\d{1,5})[.)]\s+(?=\S)")

#: How many numbers in a row may be missing, because their entries could not be read.
_MOST_MISSING = 3


class ListNumbers:
    """Takes the numbers off the titles of a dump if they count its entries from 1.

    A title that begins with a number of its own keeps it.
    """

    def __init__(self) -> None:
        self._first: Entry | None = None
        self._last = 0

    def take_off(self, entry: Entry) -> None:
        """Take the number off the next entry's title, and off the first entry's once a second number follows."""
        title = entry.title
        if not title or not title[0].isdigit() or not (found := _NUMBERED.match(title)):
            return
        number = int(found[1])
        if self._first and self._last < number <= self._last + 1 + _MOST_MISSING:
            if self._last == 1:
                self._first.title = _NUMBERED.sub("", self._first.title or "", count=1)
            entry.title = title[found.end() :]
            self._last = number
        elif number == 1:  # the first list, or another one below it
            self._first, self._last = entry, 1
