"""Dates as listings show them: `Mar 7, 2019`, or `Apr 14` where the year is the page's own."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(rf"({'|'.join(_MONTHS)}) (\d{{1,2}})(?:, (\d{{4}}))?")

#: A leap day comes back within eight years (1896 to 1904); no later year can fit where none of these did.
_YEARS_TO_TRY = 8


@dataclass(frozen=True)
class ShownDate:
    """A date as shown; `year` is None where the page leaves it out."""

    month: int
    day: int
    year: int | None = None

    def in_year(self, year: int) -> dt.date | None:
        """Return the date in that year, or None where the year has no such day."""
        try:
            return dt.date(year, self.month, self.day)
        except ValueError:
            return None


def parse_shown_date(text: str) -> ShownDate | None:
    """Read a whole line; None where it is no date of either form.

    >>> parse_shown_date("Mar 7, 2019")
    ShownDate(month=3, day=7, year=2019)
    >>> parse_shown_date("Apr 14")
    ShownDate(month=4, day=14, year=None)
    """
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    month, day, year = found.groups()
    return ShownDate(_MONTHS.index(month) + 1, int(day), int(year) if year else None)


def infer_listing_year(listing: ShownDate | None, shown: Iterable[ShownDate]) -> int | None:
    """The earliest year in which the page can have been made, or None where nothing bounds it.

    A page leaves out exactly its own year, and lists no paper of a later one: so its year is above every
    year it states. Among those, it is the earliest in which every year-less day exists (29 February).
    """
    dates = list(shown)
    stated = [d.year for d in dates if d.year is not None]
    if not stated:
        return None
    own = [d for d in (*dates, listing) if d is not None and d.year is None]
    years = range(max(stated) + 1, max(stated) + 1 + _YEARS_TO_TRY)
    return next((year for year in years if all(d.in_year(year) for d in own)), None)
