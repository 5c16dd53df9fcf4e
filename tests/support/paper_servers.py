"""Local servers that behave as arXiv, Hugging Face and OpenAlex document theirs, and fail as servers do."""

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from tests.support.made_dumps import abstract

#: Records on a page, whatever the request says: so few that a day has several pages.
PAGE = 2

SOURCES = ("arxiv:cs.CL", "arxiv-rss:cs.CL", "hf-daily", "openalex:type:article")

Fault = Callable[["_Handler", bytes], None]


class PaperServers(ThreadingHTTPServer):
    """asked, given: how often each page was requested and completely answered. plan: the fault of its n-th request."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked, self.given, self.order, self.agents = Counter[str](), Counter[str](), list[str](), set[str]()
        self.plan: Callable[[str, int], Fault | None] = lambda _, __: None
        self.now: Callable[[], datetime] = lambda: datetime(2026, 11, 2, 12, tzinfo=UTC)
        self.times: list[datetime] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: clients die, as they should."""

    @property
    def addresses(self) -> dict[str, str]:
        """The addresses in the form of the setting `fetch.servers`."""
        here = f"http://127.0.0.1:{self.server_address[1]}"
        return {kind: f"{here}/{kind}" for kind in ANSWERS}


def papers_of(kind: str, day: date) -> list[int]:
    """The numbers of a source's papers for a day; none on Sundays. Hugging Face's are among arXiv's."""
    count = {"arxiv": 5, "arxiv-rss": 3, "hf-daily": 3, "openalex": 4}[kind] if day.isoweekday() < 7 else 0
    first = 100 if kind == "openalex" else 0
    return [day.toordinal() * 1000 + first + number for number in range(count)]


def feed_day(now: datetime) -> date:
    """The day of a feed, which changes at midnight Eastern Standard Time."""
    return (now - timedelta(hours=5)).date()


def title(paper: int) -> str:
    return " ".join(abstract(-paper).split()[:9]).capitalize()


def arxiv_id(paper: int) -> str:
    return f"2611.{paper % 100_000:05}"


class _Handler(BaseHTTPRequestHandler):
    server: PaperServers
    timeout = 10
    disable_nagle_algorithm = True  # otherwise the second write of an answer waits 40 ms
    extra: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        server, parts = self.server, urlsplit(self.path)
        kind = parts.path.split("/")[1]
        page = f"{self.path} of {feed_day(server.now())}" if kind == "arxiv-rss" else self.path
        server.order.append(page)
        server.times.append(server.now())
        server.agents.add(self.headers["User-Agent"])
        server.asked[page] += 1
        body = ANSWERS[kind](self, {name: values[0] for name, values in parse_qs(parts.query).items()})
        if fault := server.plan(page, server.asked[page]):
            fault(self, body)
        elif body is not None:
            server.given[page] += 1  # before sending, so that a client with the answer finds it counted
            self.whole(body)

    def whole(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **self.extra, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def _oai(handler: _Handler, asked: dict[str, str]) -> bytes:
    day, skip = asked.get("from", ""), 0
    if token := asked.get("resumptionToken"):
        day, skip = token.split("|")[0], int(token.split("|")[1])
    else:
        assert asked == {
            "verb": "ListRecords", "metadataPrefix": "arXiv", "from": day, "until": day, "set": "cs:cs:CL",
        }  # fmt: skip
    papers = papers_of("arxiv", date.fromisoformat(day))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">\n'
    if not papers:
        return f'{head}<error code="noRecordsMatch">None.</error></OAI-PMH>'.encode()
    records = "".join(
        f"<record><header><identifier>oai:arXiv.org:{arxiv_id(p)}</identifier><datestamp>{day}</datestamp></header>\n"
        f'<metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{arxiv_id(p)}</id><created>{day}</created><authors>'
        f"<author><keyname>Örn {p}</keyname><forenames>Ada</forenames></author></authors><title>{escape(title(p))}</title>\n"
        f"<categories>cs.CL</categories><abstract>{abstract(p)}</abstract></arXiv></metadata></record>\n"
        for p in papers[skip : skip + PAGE]
    )
    more = f"{day}|{skip + PAGE}" if skip + PAGE < len(papers) else ""
    return (
        f"{head}<ListRecords>\n{records}<resumptionToken>{more}</resumptionToken>\n</ListRecords></OAI-PMH>\n".encode()
    )


def _rss(handler: _Handler, asked: dict[str, str]) -> bytes | None:
    day = feed_day(handler.server.now())
    etag, changed = f'"{day}"', format_datetime(datetime(day.year, day.month, day.day, 5, tzinfo=UTC), usegmt=True)
    if handler.headers["If-None-Match"] == etag and handler.headers["If-Modified-Since"] == changed:
        handler.whole(b"", 304)
        return None
    items = "".join(
        f"<item><title>{title(p)}</title><link>https://arxiv.org/abs/{arxiv_id(p)}</link><guid>oai:arXiv.org:{arxiv_id(p)}v1</guid>"
        f"<description>arXiv:{arxiv_id(p)}v1 Announce Type: new \nAbstract: {abstract(p)}</description></item>\n"
        for p in papers_of("arxiv-rss", day)
    )
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>cs.CL</title><pubDate>{day:%a, %d %b %Y} 00:00:00 -0500</pubDate>\n{items}</channel></rss>\n'
    handler.extra = {"ETag": etag, "Last-Modified": changed}
    return body.encode()


def _daily(handler: _Handler, asked: dict[str, str]) -> bytes:
    day, page = date.fromisoformat(asked["date"]), int(asked["p"])
    shown = papers_of("hf-daily", day)[page * PAGE : (page + 1) * PAGE]
    item = lambda p: {  # noqa: E731
        "paper": {"id": arxiv_id(p), "title": title(p), "summary": abstract(p), "upvotes": 1, "authors": [{"name": "Ada Örn"}]},
        "publishedAt": f"{day}T00:00:00.000Z",
    }  # fmt: skip
    return json.dumps([item(p) for p in shown]).encode()


def _index(paper: int) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, word in enumerate(abstract(paper).split()):
        places.setdefault(word, []).append(place)
    return places


def _works(handler: _Handler, asked: dict[str, str]) -> bytes:
    day = date.fromisoformat(asked["filter"][-10:])
    assert asked["filter"] == f"type:article,from_publication_date:{day},to_publication_date:{day}"
    skip = 0 if asked["cursor"] == "*" else int(asked["cursor"])
    papers = papers_of("openalex", day)
    results = [
        {
            "id": f"https://openalex.org/W{p}",
            "title": title(p),
            "publication_date": f"{day}",
            "abstract_inverted_index": _index(p),
            "authorships": [],
        }
        for p in papers[skip : skip + PAGE]
    ]
    return json.dumps({"meta": {"next_cursor": str(skip + PAGE) if results else None}, "results": results}).encode()


ANSWERS = {"arxiv": _oai, "arxiv-rss": _rss, "hf-daily": _daily, "openalex": _works}


def _kill(handler: _Handler) -> None:
    """Kill the client, whose user agent has its process id, and wait until it is gone: it must not see us hang up."""
    os.kill(int(handler.headers["User-Agent"].split("process-")[1].split("@")[0]), signal.SIGKILL)
    handler.rfile.read(1)


def killed_before(handler: _Handler, body: bytes) -> None:
    _kill(handler)


def cut(handler: _Handler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])


def killed_within(handler: _Handler, body: bytes) -> None:
    cut(handler, body)
    _kill(handler)


def cut_unseen(handler: _Handler, body: bytes) -> None:
    """Cut an answer without a length, which looks like a complete one."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])


def slow(handler: _Handler, body: bytes) -> None:
    """Send the answer slowly, byte by byte."""
    handler.send_response(200)
    handler.end_headers()
    for n in range(len(body)):
        handler.wfile.write(body[n : n + 1])
        time.sleep(0.02)


def another(handler: _Handler, body: bytes) -> None:
    """Send a page for people, as a proxy does."""
    handler.whole(b"<html><body>Please log in.</body></html>")


def asked_too_often(handler: _Handler, body: bytes) -> None:
    handler.whole(b"Rate exceeded.", 429, Retry_After="40")


def busy(handler: _Handler, body: bytes) -> None:
    handler.whole(b"first byte timeout", 503, Retry_After="0")


def broken(handler: _Handler, body: bytes) -> None:
    handler.whole(b"", 500)


class PlayedClock:
    """A clock whose time passes only during `sleep`."""

    def __init__(self, now: datetime) -> None:
        self.time = now
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += timedelta(seconds=seconds)


@contextmanager
def paper_servers(at: datetime | None = None) -> Iterator[PaperServers]:
    """Serve inside the context. at: the start of `server.clock`, which the servers then use; clients can use it too."""
    with PaperServers() as server:
        if at:
            server.clock = PlayedClock(at)
            server.now = server.clock.now
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def settings_for(addresses: dict[str, str], **fetch: object):
    """Settings for fetching from these servers."""
    from papersieve.pipeline.settings_file import parse_settings

    told = {"contact": "me@example.org", "servers": addresses, "since": date(2026, 11, 1), **fetch}
    return parse_settings({"fetch": told}, source="a test")


def fetch_in_process(folder: Path, addresses: dict[str, str], now: datetime, names: tuple[str, ...]) -> None:
    """Fetch in this process, which tells the servers its process id."""
    from papersieve.warehouse.sources.fetch_days import fetch

    settings = settings_for(addresses, contact=f"process-{os.getpid()}@example.org")
    found = fetch(names, folder, settings, clock=PlayedClock(now))
    assert not any(one.fault for one in found), found
