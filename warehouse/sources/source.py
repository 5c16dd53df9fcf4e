"""A source of dumps: which days are due, what to ask for a day, how to read answers, and how to make a dump of them."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Set
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import ClassVar, NamedTuple

from papersieve.pipeline.errors import PapersieveError


class NotWholeError(Exception):
    """The answer is cut off, or is not what was asked for: asking again may help."""


class ExpiredError(Exception):
    """The server no longer knows where to continue a day: the day starts again."""


class RefusedError(PapersieveError):
    """The server does not accept the request: asking again does not help."""


class Answer(NamedTuple):
    """The content of a complete answer. records: id -> text; token: that of the next page, None after the last page."""

    records: dict[str, str]
    token: str | None


class Source(ABC):
    """One listing on one server, day by day. query: the part of it that is wanted, such as a category."""

    #: The server, unless the settings name another one, and the pause in seconds that it wants between two requests.
    server: ClassVar[str]
    pause_seconds: ClassVar[float] = 1.0
    #: Hours after the end of a day until nothing more is added to it.
    settled_hours: ClassVar[int] = 6
    suffix: ClassVar[str] = "jsonl"
    #: What to do if the server refuses a request.
    remedy: ClassVar[str] = "Check the source's name"
    #: An example of a name with a query, if a query is required.
    example: ClassVar[str] = ""
    #: Whether pages have numbers instead of tokens. A server that knows none of the numbers repeats its only page.
    has_numbered_pages: ClassVar[bool] = False
    #: Whether it has only the present day, at a fixed address, so that an unchanged page is not sent again.
    is_feed: ClassVar[bool] = False

    def __init__(self, name: str, query: str) -> None:
        self.name, self.query = name, query

    @property
    def slug(self) -> str:
        """The name, made valid as a file name; two sources never share one."""
        plain = re.sub(r"[^\w.+-]+", "-", self.name)[:60]
        is_told = plain == self.name.replace(":", "-", 1)
        return plain if is_told else f"{plain}-{blake2b(self.name.encode(), digest_size=3).hexdigest()}"

    def due(self, now: datetime, since: date | None, until: date | None, whole: Set[date]) -> Iterator[date]:
        """The finished days that are not fetched yet, oldest first; without `since`, from the first fetched day on."""
        last = (now - timedelta(days=1, hours=self.settled_hours)).date()
        day, end = since or min(whole, default=last), min(last, until or last)
        while day <= end:
            if day not in whole:
                yield day
            day += timedelta(days=1)

    def day_of(self, body: bytes, asked: date) -> date:
        """The day that an answer is about."""
        return asked

    @abstractmethod
    def question(self, day: date, pages: int, token: str | None) -> dict[str, str]:
        """The parameters of the request for the next page of a day. pages: number of those fetched; token: that of the
        last one.
        """

    @abstractmethod
    def read(self, body: bytes) -> Answer:
        """Read an answer. Raises NotWholeError, ExpiredError or RefusedError."""

    def dump(self, bodies: Iterable[bytes]) -> Iterator[str]:
        """The pages of a day as one dump that has each record once."""
        seen = set[str]()
        for body in bodies:
            for key, record in self.read(body).records.items():
                if key not in seen:
                    seen.add(key)
                    yield f"{record}\n"
