"""Requests to web servers: one at a time, at the pace that the server wants, repeated if that may help.

The clock, which tests replace, gives the time and waits.
"""

import logging
import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from ssl import SSLContext
from typing import NamedTuple

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from papersieve.pipeline.settings import Settings
from papersieve.warehouse.sources.source import NotWholeError, RefusedError, Source

# httpx logs whole addresses, including secrets that only the server should know.
logging.getLogger("httpx").setLevel(logging.WARNING)

_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}

#: How long to wait if the server does not specify it.
_LONGER = wait_random_exponential(multiplier=2, min=1, max=60)


class Clock:
    """Gives the time, and waits."""

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@cache
def _trusted() -> SSLContext:
    """The trusted certificates, read only once because that takes longer than a request."""
    return httpx.create_ssl_context()


class Validators(NamedTuple):
    """A server's labels for the version of a feed that we have, by which it can tell that it has no newer one."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """The validators as headers of a request."""
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in told.items() if value}


class Reply(NamedTuple):
    """A complete answer. body: None if the feed has not changed."""

    body: bytes | None
    validators: Validators


class PassingError(Exception):
    """A temporary error. until: when to ask again, if the server specifies it."""

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class PoliteClient:
    """Sends requests to servers. Use it as a context manager."""

    def __init__(self, settings: Settings, contact: str, clock: Clock) -> None:
        self._settings, self._clock, self.requests = settings, clock, 0
        self._earliest: dict[str, datetime] = {}
        # As the documentation of Crossref and OpenAlex asks.
        address = f"mailto:{contact}" if re.fullmatch(r"[^\s:]+@[^\s:]+", contact) else contact
        self._http = httpx.Client(
            headers={"User-Agent": f"papersieve/{version('papersieve')} ({address})"},
            timeout=settings.fetch.answer_seconds,
            follow_redirects=True,
            verify=_trusted(),
        )

    def __enter__(self) -> "PoliteClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(self, source: Source, question: dict[str, str], known: Validators | None = None) -> Reply:
        """Ask until the answer is complete.

        Raises PassingError if no attempt succeeds, RefusedError if asking again would not help.
        """
        fetch = self._settings.fetch
        retrying = Retrying(
            retry=retry_if_exception_type(PassingError),
            stop=lambda state: state.attempt_number >= fetch.attempts or self._told(state) > fetch.longest_wait_seconds,
            wait=lambda state: self._told(state) or _LONGER(state),
            sleep=self._clock.sleep,
            reraise=True,
        )
        return retrying(self._ask_once, source, question, known or Validators())

    def _told(self, state: RetryCallState) -> float:
        """Seconds that the server wants us to wait; 0 if it does not specify them."""
        error = state.outcome.exception() if state.outcome else None
        until = error.until if isinstance(error, PassingError) else None
        return max(0.0, (until - self._clock.now()).total_seconds()) if until else 0.0

    def _ask_once(self, source: Source, question: dict[str, str], known: Validators) -> Reply:
        address, pause = self._server(source)
        # The pause applies to the whole site, because arXiv counts all of its servers as one.
        site = ".".join(address.split("/")[2].partition(":")[0].split(".")[-2:])
        if (seconds := (self._earliest.get(site, self._clock.now()) - self._clock.now()).total_seconds()) > 0:
            self._clock.sleep(seconds)
        self.requests += 1
        try:
            with self._http.stream("GET", address, params=question or None, headers=known.headers()) as answer:
                body = self._body(answer)
                return self._judged(answer, body, source)
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise PassingError(
                f"the server can't be reached, or breaks off: {error or type(error).__name__}"
            ) from error
        except NotWholeError as error:
            raise PassingError(f"the answer is not whole, or another than was asked for: {error}") from error
        finally:
            self._earliest[site] = self._clock.now() + timedelta(seconds=pause)

    def _server(self, source: Source) -> tuple[str, float]:
        """Address and pause: from the settings for this kind of source, otherwise the source's own."""
        fetch = self._settings.fetch
        named = fetch.servers.get(source.name.partition(":")[0])
        address, pause = (named, fetch.pause_seconds) if named else (source.server, source.pause_seconds)
        return (f"{address}/{source.query}" if source.is_feed else address), pause

    def _body(self, answer: httpx.Response) -> bytes:
        """The whole body. If a server never stops sending, it is abandoned after a time that the real clock measures,
        in tests too.
        """
        reading, began, body = self._settings.reading, time.monotonic(), bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > reading.max_page_bytes:
                raise RefusedError(
                    f"the answer has more than max_page_bytes = {reading.max_page_bytes:,}. Ask for less, or raise the setting"
                )
            if time.monotonic() - began > reading.fetch_seconds:
                raise PassingError(f"the answer took longer than fetch_seconds = {reading.fetch_seconds:g}")
        return bytes(body)

    def _judged(self, answer: httpx.Response, body: bytes, source: Source) -> Reply:
        validators = Validators(answer.headers.get("ETag"), answer.headers.get("Last-Modified"))
        if answer.status_code == HTTPStatus.NOT_MODIFIED:
            return Reply(None, validators)
        if answer.status_code == HTTPStatus.PARTIAL_CONTENT:
            raise NotWholeError("the server sends only a part, and none was asked for")
        if answer.is_success:
            source.read(body)
            return Reply(body, validators)
        told = f"the server answers {answer.status_code} ({answer.reason_phrase})"
        if answer.is_server_error or answer.status_code in _PASSING:
            raise PassingError(told, self._until(answer.headers.get("Retry-After", "")))
        said = " ".join(body[:2_000].decode("utf-8", "replace").split())[:200]
        raise RefusedError(f"{told}: {said}")

    def _until(self, retry_after: str) -> datetime | None:
        """The time when the server wants to be asked again, which it gives in seconds or as a date."""
        if retry_after.strip().isdecimal():
            return self._clock.now() + timedelta(seconds=min(int(retry_after), 10**7))
        try:
            until = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        return until if until.tzinfo else until.replace(tzinfo=UTC)
