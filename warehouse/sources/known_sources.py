"""The sources by name: arXiv by OAI-PMH and by RSS, Hugging Face daily papers, OpenAlex."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Set
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import chain
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from papersieve.pipeline.errors import ArgumentError
from papersieve.warehouse.sources.source import Answer, ExpiredError, NotWholeError, RefusedError, Source


class ArxivOai(Source):
    """arXiv by OAI-PMH: the papers submitted or changed on a day, in one category or in all of arXiv."""

    server = "https://oaipmh.arxiv.org/oai"
    pause_seconds = 3.0  # arXiv's terms of use: one request every three seconds, one at a time
    suffix = "xml"

    #: Archives with their own group of sets; all others are sets of physics.
    _GROUPS = ("cs", "econ", "eess", "math", "q-bio", "q-fin", "stat")

    @property
    def set_name(self) -> str:
        """The set of a category: cs.CL is cs:cs:CL, astro-ph.GA is physics:astro-ph:GA."""
        archive, _, subject = self.query.partition(".")
        if ":" in archive:
            return self.query
        group = archive if archive in self._GROUPS else "physics"
        return f"{group}:{archive}" + (f":{subject}" if subject else "")

    def question(self, day: date, pages: int, token: str | None) -> dict[str, str]:
        """The first request names the day; later ones contain only the token."""
        if token:
            return {"verb": "ListRecords", "resumptionToken": token}
        asked = {"verb": "ListRecords", "metadataPrefix": "arXiv", "from": f"{day}", "until": f"{day}"}
        return asked | ({"set": self.set_name} if self.query else {})

    def read(self, body: bytes) -> Answer:
        """Read an answer. A day without records is an error in OAI-PMH, but a valid answer here."""
        root = _xml(body, "OAI-PMH")
        if (error := root.find("{*}error")) is not None:
            if error.get("code") == "noRecordsMatch":
                return Answer({}, None)
            if error.get("code") == "badResumptionToken":
                raise ExpiredError
            why = " ".join((error.text or "").split())[:200]
            raise RefusedError(f"the server refuses the question: {error.get('code')}: {why}")
        keys = [r.findtext("{*}header/{*}identifier", "") for r in root.findall("{*}ListRecords/{*}record")]
        texts = re.findall(r"<record\b.*?</record>", body.decode("utf-8-sig"), re.DOTALL)
        if root.find("{*}ListRecords") is None or len(keys) != len(texts):
            raise NotWholeError("expected a list of records")
        token = root.findtext("{*}ListRecords/{*}resumptionToken")
        return Answer(dict(zip(keys, texts, strict=True)), (token or "").strip() or None)

    def dump(self, bodies: Iterable[bytes]) -> Iterator[str]:
        """One answer with the head of the first page and the records of all pages."""
        pages = iter(bodies)
        first = next(pages)
        yield first.decode("utf-8-sig").partition("<record")[0]
        yield from super().dump(chain([first], pages))
        yield "</ListRecords>\n</OAI-PMH>\n"


class ArxivRss(Source):
    """arXiv's feed of today's announcements, by categories joined with `+`.

    A missed day is no longer in it.
    """

    server = "https://rss.arxiv.org/rss"
    pause_seconds = 3.0
    suffix = "xml"
    is_feed = True
    example = "arxiv-rss:cs.CL+cs.LG"

    #: A feed is made at midnight Eastern Standard Time, even in summer.
    _MIDNIGHT = timedelta(hours=5)

    def due(self, now: datetime, since: date | None, until: date | None, whole: Set[date]) -> Iterator[date]:
        """Today, if it is not here yet."""
        today = (now - self._MIDNIGHT).date()
        if today not in whole and (since or today) <= today <= (until or today):
            yield today

    def day_of(self, body: bytes, asked: date) -> date:
        """The day that the feed itself names: before midnight there, it is the previous day."""
        return _published(_xml(body, "rss")) or asked

    def question(self, day: date, pages: int, token: str | None) -> dict[str, str]:
        """No parameters: the address contains everything."""
        return {}

    def read(self, body: bytes) -> Answer:
        """The items by their guid; there are none on days without announcements."""
        feed = _xml(body, "rss")
        _published(feed)  # raises an error if the feed names no day
        items = feed.findall("channel/item")
        return Answer({i.findtext("guid") or i.findtext("link") or f"{n}": "" for n, i in enumerate(items)}, None)

    def dump(self, bodies: Iterable[bytes]) -> Iterator[str]:
        """The feed as it was received."""
        for body in bodies:
            yield body.decode("utf-8-sig")


class HuggingFaceDaily(Source):
    """Hugging Face daily papers of a day."""

    server = "https://huggingface.co/api/daily_papers"
    has_numbered_pages = True

    def question(self, day: date, pages: int, token: str | None) -> dict[str, str]:
        """Pages are numbered from 0."""
        return {"date": f"{day}", "limit": "100", "p": f"{pages}"}

    def read(self, body: bytes) -> Answer:
        """A page may have fewer papers than were asked for, so only an empty one is the last."""
        found = _json(body)
        if not isinstance(found, list) or not all(isinstance(item, dict) and "paper" in item for item in found):
            raise NotWholeError("expected a list of papers")
        return Answer(_lines((item["paper"], item) for item in found), "more" if found else None)


class OpenAlex(Source):
    """OpenAlex works that a filter finds, by day of publication."""

    server = "https://api.openalex.org/works"
    settled_hours = 7 * 24  # works are added for days after they are published
    example = "openalex:primary_topic.id:T10028"
    remedy = "Check the filter, and set OPENALEX_API_KEY: pages behind the first need a key"

    def question(self, day: date, pages: int, token: str | None) -> dict[str, str]:
        """A filter that contains `{day}` specifies itself how the day is used."""
        dates = "from_publication_date:{day},to_publication_date:{day}"
        whole = self.query if "{day}" in self.query else ",".join(filter(None, (self.query, dates)))
        key = {"api_key": key} if (key := os.environ.get("OPENALEX_API_KEY")) else {}
        return {"filter": whole.replace("{day}", f"{day}"), "per_page": "100", "cursor": token or "*"} | key

    def read(self, body: bytes) -> Answer:
        """Read a page. Every page with works has a cursor, so the last page is an empty one."""
        found = _json(body)
        works = found.get("results") if isinstance(found, dict) else None
        if not isinstance(works, list) or not isinstance(found.get("meta"), dict):
            raise NotWholeError("expected meta and results")
        return Answer(_lines((work, work) for work in works), (works and found["meta"].get("next_cursor")) or None)


#: Kinds of sources, as settings and the command line name them: `KIND` or `KIND:QUERY`.
KINDS: dict[str, type[Source]] = {
    "arxiv": ArxivOai,
    "arxiv-rss": ArxivRss,
    "hf-daily": HuggingFaceDaily,
    "openalex": OpenAlex,
}


def source_of(name: str) -> Source:
    """The source with a name such as `arxiv:cs.CL`. Raises ArgumentError if there is none."""
    kind, _, query = name.partition(":")
    if kind not in KINDS:
        raise ArgumentError(
            f"{name}: expected one of {', '.join(KINDS)}, or one of them and what to ask it for, such as arxiv:cs.CL"
        )
    if (example := KINDS[kind].example) and not query:
        raise ArgumentError(f"{name}: expected what to ask it for, such as {example}")
    return KINDS[kind](name, query)


def _xml(body: bytes, root: str) -> Element:
    try:
        found = fromstring(body.decode("utf-8-sig"))
    except (ParseError, ValueError) as error:
        raise NotWholeError(f"expected well-formed XML in UTF-8, found {error}") from None
    if found.tag.rpartition("}")[2] != root:
        raise NotWholeError(f"expected <{root}>, found <{found.tag.rpartition('}')[2]}>")
    return found


def _published(feed: Element) -> date | None:
    told = feed.findtext("channel/pubDate")
    try:
        return parsedate_to_datetime(told).date() if told else None
    except ValueError:
        raise NotWholeError(f"expected a date, found {told!r:.80}") from None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise NotWholeError("expected JSON") from None


def _lines(records: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """Records, each with the object that has its id, as lines of JSON by id."""
    lines = {}
    for named, record in records:
        if not isinstance(named, dict) or not named.get("id"):
            raise NotWholeError("expected an id in every record")
        lines[str(named["id"])] = json.dumps(record, ensure_ascii=False)
    return lines
