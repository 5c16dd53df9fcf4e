"""What a source of dumps is: which days are due, what to ask for a day, how to read answers, how they become a dump."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Set
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import ClassVar, NamedTuple

from papersieve.pipeline.errors import PapersieveError


class NotWholeError(Exception):
    """An answer that is cut off, or is not what was asked for: asking again may help."""


class ExpiredError(Exception):
    """The server no longer knows the place from which a day was to continue: the day starts again."""


class RefusedError(PapersieveError):
    """The server does not accept the request: asking again does not help."""


class Answer(NamedTuple):
    """What was read from a complete answer. records: their texts by their ids; token: of the next page, None after the
    last.
    """

    records: dict[str, str]
    token: str | None


class Source(ABC):
    """One listing on one server, day by day. query: which part of it, such as a category."""

    #: The server, unless the settings name another one, and the seconds that it wants between two requests.
    server: ClassVar[str]
    pause_seconds: ClassVar[float] = 1.0
    #: Hours after the end of a day from which on nothing is added to it.
    settled_hours: ClassVar[int] = 6
    suffix: ClassVar[str] = "jsonl"
    #: What to do if it refuses a request.
    remedy: ClassVar[str] = "Check the source's name"
    #: A name with a query, if there must be one.
    example: ClassVar[str] = ""
    #: Whether it shows only the present day, at a fixed address: then an unchanged page is not sent again.
    is_feed: ClassVar[bool] = False

    def __init__(self, name: str, query: str) -> None:
        self.name, self.query = name, query

    @property
    def slug(self) -> str:
        """The name as a file can have it; two sources never share one."""
        plain = re.sub(r"[^\w.+-]+", "-", self.name)[:60]
        is_told = plain == self.name.replace(":", "-", 1)
        return plain if is_told else f"{plain}-{blake2b(self.name.encode(), digest_size=3).hexdigest()}"

    def due(self, now: datetime, since: date | None, until: date | None, whole: Set[date]) -> Iterator[date]:
        """Days that are over and not fetched yet, the oldest first; without `since`, from the first day that was
        fetched.
        """
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
        """What to ask for a day with so many pages fetched; token: of the last page."""

    @abstractmethod
    def read(self, body: bytes) -> Answer:
        """Read an answer. Raises NotWholeError, ExpiredError or RefusedError."""

    def dump(self, bodies: Iterable[bytes]) -> Iterator[str]:
        """The pages of a day as one dump, each record once."""
        seen = set[str]()
        for body in bodies:
            for key, record in self.read(body).records.items():
                if key not in seen:
                    seen.add(key)
                    yield f"{record}\n"
