"""Dates as dumps show them: `Mar 7, 2019`, `Apr 14` in the page's own year, `2019-03`, `2019 Mar 7`."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from papersieve.pipeline.extract.shared.field_parts import HYPHENS

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(rf"({'|'.join(_MONTHS)}) (\d{{1,2}})(?:, (\d{{4}}))?")

#: Leap days are at most eight years apart (1896 to 1904): if none of this many years fits, no later one does.
_YEARS_TO_TRY = 8


_ISO = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?(?=$|[T\s/,;])")
#: Eight digits without separators, or six, as EBSCO writes them.
_COMPACT = re.compile(r"(?:1[5-9]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?")
#: A spreadsheet's number of a day, in the years 1982 to 2036.
_SERIAL = re.compile(r"[34]\d{4}(?:\.0)?")
_YEAR_LAST = re.compile(r"(\d{1,2})([./])(\d{1,2})\2(\d{4})")
#: What spreadsheets make of a month and a year: "May-19" is May 2019. A day comes before its month.
_OF_SHEET = re.compile(r"([A-Z][a-z]{2})-(\d\d)")
_MONTH_AND_YEAR = re.compile(r"(\d{1,2})[/.](\d{4})")
#: Signs between the parts of a date that stand for hyphens, and signs behind it.
_SIGNS = str.maketrans("年月" + HYPHENS, "-" * (2 + len(HYPHENS)), "日号")
_WORDS = re.compile(r"[A-Za-z]+|\d+")
#: The day online, which Web of Science's MEDLINE puts after the month in print.
_ONLINE = re.compile(r"(?<=[a-z])\W+Epub\b.*")


@dataclass(frozen=True)
class ShownDate:
    """A date as shown. What is left out is None: the year, the day, or the day and the month."""

    month: int | None
    day: int | None
    year: int | None = None

    def in_year(self, year: int) -> dt.date | None:
        """The date in that year; None if the year has no such day, or no day is shown."""
        if self.month is None or self.day is None:
            return None
        try:
            return dt.date(year, self.month, self.day)
        except (ValueError, OverflowError):
            return None


def parse_shown_date(text: str) -> ShownDate | None:
    """Read a line that is a date with or without a year; None if it is anything else.

    >>> parse_shown_date("Mar 7, 2019")
    ShownDate(month=3, day=7, year=2019)
    >>> parse_shown_date("Apr 14")
    ShownDate(month=4, day=14, year=None)
    """
    found = _DATE.fullmatch(" ".join(text.split()))
    if not found:
        return None
    month, day, year = found.groups()
    return ShownDate(_MONTHS.index(month) + 1, int(day), int(year) if year else None)


def parse_date(text: str) -> ShownDate | None:
    """Read a date of a bibliographic record; None if it is not a date, or has no year.

    >>> parse_date("2019-03-07T10:00:00Z")
    ShownDate(month=3, day=7, year=2019)
    >>> parse_date("Mon, 2 Apr 2007 19:18:42 GMT")
    ShownDate(month=4, day=2, year=2007)
    >>> parse_date("2019 Mar-Apr")
    ShownDate(month=3, day=None, year=2019)
    >>> parse_date("20190307//"), parse_date("2019年3月7日")
    (ShownDate(month=3, day=7, year=2019), ShownDate(month=3, day=7, year=2019))
    >>> parse_date("7.3.2019"), parse_date("3/7/2019")
    (ShownDate(month=3, day=7, year=2019), ShownDate(month=None, day=None, year=2019))
    >>> parse_date("43531")
    ShownDate(month=3, day=7, year=2019)
    >>> parse_date("May-19"), parse_date("Sep-98")
    (ShownDate(month=5, day=None, year=2019), ShownDate(month=9, day=None, year=1998))
    >>> parse_date("12/2019"), parse_date("2019 Mar (Epub 2019 Jan 06)")
    (ShownDate(month=12, day=None, year=2019), ShownDate(month=3, day=None, year=2019))
    """
    return _parsed((text if text.isascii() else text.translate(_SIGNS)).strip()[:64])


@lru_cache(4_096)  # most dates of a dump repeat
def _parsed(text: str) -> ShownDate | None:
    text = re.sub(r"\s*/\s*", "/", _ONLINE.sub("", text)).rstrip("/-")
    if _COMPACT.fullmatch(text):
        return _sound(int(text[:4]), int(text[4:6]), int(text[6:] or 0))
    if _SERIAL.fullmatch(text):
        shown = dt.date(1899, 12, 30) + dt.timedelta(days=int(text[:5]))
        return ShownDate(shown.month, shown.day, shown.year)
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(int(found[1]), int(found[3]), int(found[4]), is_german=found[2] == ".")
    if found := _MONTH_AND_YEAR.fullmatch(text):
        return _sound(int(found[2]), int(found[1]), None)
    if found := _OF_SHEET.fullmatch(text):
        return _parsed(f"{found[1]} {'19' if found[2] >= '30' else '20'}{found[2]}")
    if found := _ISO.match(text):
        year, month, day = (int(found[n]) if found[n] else None for n in (1, 3, 4))
        if month is not None or not re.search(r"[A-Za-z]{3}", text):
            return _sound(year, month, day)
    year = month = day = None
    for word in _WORDS.findall(text):
        if len(word) == 8 and _COMPACT.fullmatch(word):
            return _parsed(word)
        if word[:3].title() in _MONTHS and len(word) <= len("September"):
            month = month or _MONTHS.index(word[:3].title()) + 1
        elif word.isdecimal() and len(word) == 4:
            year = year or int(word)
        elif word.isdecimal() and len(word) <= 2:
            day = day or int(word)
    return _sound(year, month, day)


def _year_last(first: int, second: int, year: int, *, is_german: bool) -> ShownDate | None:
    """With full stops the day comes first; with slashes, day and month count if only one number can be the month."""
    if is_german or first > 12:
        return _sound(year, second, first)
    return _sound(year, first, second) if second > 12 else _sound(year, None, None)


def first_date(texts: Iterable[str]) -> tuple[str | None, ShownDate | None]:
    """The first text that is a date with a year, as written and as read; else the first text, with None.

    If that date is only a year, a month or day in the first text is joined to it, or a fuller date of that year taken.

    >>> first_date(["n.d.", "2015"])
    ('2015', ShownDate(month=None, day=None, year=2015))
    >>> first_date(["Mar 3", "2015"])
    ('Mar 3 2015', ShownDate(month=3, day=3, year=2015))
    >>> first_date(["3/7/2019", "March 7, 2019"])[0]
    'March 7, 2019'
    """
    said = list(texts)
    dated = [(text, date) for text in said if (date := parse_date(text))]
    if not dated:
        return (said[0] if said else None, None)
    text, date = dated[0]
    if date.month:
        return text, date
    if text is not said[0] and (fuller := parse_date(whole := f"{said[0]} {text}")) and fuller.month:
        return whole, fuller
    return next(((other, d) for other, d in dated if d.month and d.year == date.year), (text, date))


def joined_date(*parts: str | None) -> str:
    """A year, a month and a day as one text, with hyphens if the month is a number; a day without a month is ignored.

    >>> joined_date("2020", "3", "7"), joined_date("2020", "Mar"), joined_date("2020", None, "7")
    ('2020-03-07', '2020 Mar', '2020')
    """
    year, *others = parts
    said = [part for part in (year, *takewhile(bool, others)) if part]
    is_number = all(map(str.isdecimal, said[1:2]))
    return "-".join(part.zfill(2) for part in said) if is_number else " ".join(said)


def _sound(year: int | None, month: int | None, day: int | None) -> ShownDate | None:
    """The date without impossible parts: without an impossible day, or month and day; None without a year."""
    if not year:
        return None
    if month is None or not 1 <= month <= 12:
        return ShownDate(None, None, year)
    date = ShownDate(month, day, year)
    return date if date.in_year(year) else ShownDate(month, None, year)


def infer_listing_year(listing: ShownDate | None, shown: Iterable[ShownDate]) -> int | None:
    """The earliest year in which the page can have been made; None if the page states no year, or no year fits.

    A page leaves out only its own year, and lists no later papers, so its year is later than every year that it
    states. Of those years, the result is the first in which every day without a year exists (29 February).
    """
    dates = list(shown)
    stated = [d.year for d in dates if d.year is not None]
    if not stated:
        return None
    own = [d for d in (*dates, listing) if d is not None and d.year is None]
    years = range(max(stated) + 1, max(stated) + 1 + _YEARS_TO_TRY)
    return next((year for year in years if all(d.in_year(year) for d in own)), None)
