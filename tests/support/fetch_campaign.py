"""A month of fetching from servers that fail and kill the client: its mornings, the expected and the actual dumps."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from papersieve.warehouse.sources.known_sources import source_of
from tests.support import paper_servers as servers
from tests.support.faults import points_of, until
from tests.support.forked import start
from tests.support.paper_servers import SOURCES, Fault, PaperServers, papers_of

FIRST = date(2026, 11, 1)

#: The faults of pages, in turn; two in five kill the process.
FAULTS: tuple[Fault, ...] = (
    servers.killed_before, servers.asked_too_often, servers.killed_within, servers.busy, servers.cut,
    servers.killed_within, servers.cut_unseen, servers.another, servers.killed_before, servers.broken,
)  # fmt: skip


def each_page_fails(times: int) -> Callable[[str, int], Fault | None]:
    """A plan in which each page fails this many times, each time with a different fault, before it is answered."""
    places: dict[str, int] = {}

    def plan(page: str, time: int) -> Fault | None:
        place = places.setdefault(page, len(places))
        return FAULTS[(place + (time - 1) * 3) % len(FAULTS)] if time <= times else None

    return plan


@dataclass
class Month:
    """A number of days from the first one on. off: mornings, from 0, on which the machine was not running."""

    days: int
    off: Sequence[int] = ()
    kills: int = field(default=0, init=False)

    @property
    def mornings(self) -> list[date]:
        return [FIRST + timedelta(days=n) for n in range(self.days + 1) if n not in self.off]

    def play(self, server: PaperServers, folder: Path, call: Callable[[PaperServers, Path], int]) -> None:
        """Fetch every morning, and twice on some days; repeat a fetch that was killed."""
        for morning in self.mornings:
            now = datetime(morning.year, morning.month, morning.day, 7, tzinfo=UTC)
            server.now = lambda now=now: now
            for _ in range(1 + (morning.day % 3 == 0)):
                while (code := call(server, folder)) == -9:
                    self.kills += 1
                assert code == 0

    def expected(self) -> dict[str, list[date]]:
        """The days that dumps must exist for, by source. OpenAlex's come a week later, a feed's when it was fetched."""
        days = [FIRST + timedelta(days=n) for n in range(self.days)]
        late = {"openalex:type:article": days[:-7], "arxiv-rss:cs.CL": self.mornings}
        return {name: late.get(name, days) for name in SOURCES}


def in_process(server: PaperServers, folder: Path) -> int:
    """Fetch in a process of its own; return its exit code."""
    return run(servers.fetch_in_process, folder, server.addresses, server.now(), SOURCES)


def run(*call: object) -> int:
    """Make a call in a process of its own; return its exit code."""
    with TemporaryDirectory() as ends:
        process = start(Path(ends), *call)
        process.join(60)
        return process.exitcode


def killed_at(number: int, server: PaperServers, folder: Path, name: str) -> tuple[int, list[str]]:
    """Fetch and be killed at the n-th point (0: never); return the exit code and the points reached."""
    told = folder.with_suffix(".points")
    code = run(until, number, told, servers.fetch_in_process, folder, server.addresses, server.now(), (name,))
    return code, points_of(told)


def dumps_of(folder: Path, name: str) -> dict[date, str]:
    """The texts of a source's dumps, by day."""
    below = folder / source_of(name).slug
    files = [f for f in below.iterdir() if f.is_file() and f.name[0] not in "._"] if below.exists() else []
    return {date.fromisoformat(re.search(r"\d{4}-\d\d-\d\d", f.name)[0]): f.read_text(encoding="utf-8") for f in files}


def holds(text: str) -> list[int]:
    """The numbers of the papers in a dump, in order, including repeats."""
    ids = re.findall(
        r'<guid>oai:arXiv.org:2611.(\d+)|<id>2611.(\d+)|"id": "2611.(\d+)|"id": "https://openalex.org/W(\d+)', text
    )
    return [int(next(filter(None, found))) for found in ids]


def papers(name: str, days: Sequence[date]) -> dict[date, list[int]]:
    """The expected numbers of papers, by day, as in dumps: arXiv's ids have five digits."""
    kind = name.partition(":")[0]
    short = 10**12 if kind == "openalex" else 10**5
    return {day: [paper % short for paper in papers_of(kind, day)] for day in days if papers_of(kind, day)}


def what_is_wrong(server: PaperServers, folder: Path, days: dict[str, list[date]]) -> list[str]:
    """The faults: days that are missing, incomplete or unexpected; leftover pages; pages that were answered twice."""
    wrong = [f"{times} times whole: {page}" for page, times in server.given.items() if times > 1]
    for name in days:
        there, wanted = {d: holds(t) for d, t in dumps_of(folder, name).items()}, papers(name, days[name])
        wrong += [f"{name}, {day}" for day in sorted(there.keys() | wanted) if there.get(day) != wanted.get(day)]
        wrong += [str(page) for page in (folder / source_of(name).slug / "_pages").glob("*.page")]
    return wrong
