"""Fetching dumps: for each source, the finished days that are still missing, one request after the other."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError

from papersieve.pipeline.errors import ArgumentError, StoreError
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.files import rename_durably
from papersieve.warehouse.locks import hold
from papersieve.warehouse.plurals import counted
from papersieve.warehouse.sources.known_sources import source_of
from papersieve.warehouse.sources.polite_client import Clock, PassingError, PoliteClient, Validators
from papersieve.warehouse.sources.source import Answer, ExpiredError, NotWholeError, RefusedError, Source

#: Names that no run reads as a dump.
STATE, _PAGES = "_fetched.json", "_pages"


class _State(BaseModel):
    """The content of the list. days: complete days with their numbers of records. not_before: when to ask again."""

    days: dict[date, int] = {}
    validators: Validators = Validators()
    not_before: datetime | None = None


class FetchedDays:
    """The fetched files of a source. Every file is complete and on disk before it gets its name."""

    def __init__(self, folder: Path, slug: str, suffix: str) -> None:
        self.folder, self._slug, self._suffix = folder, slug, suffix
        self._pages = folder / _PAGES
        self._pages.mkdir(parents=True, exist_ok=True)
        self.state = _read(folder / STATE)
        for day in self.days_with_pages() & self.state.days.keys():
            self.drop_pages(day)  # left by a process that was killed after the day was listed as complete

    def save(self) -> None:
        """Save the list of complete days."""
        self._write(self.folder / STATE, [self.state.model_dump_json(indent=1).encode()])

    def days_with_pages(self) -> set[date]:
        """Days that have pages."""
        return {date.fromisoformat(page.name[:10]) for page in self._pages.glob("????-??-??.*.page")}

    def pages(self, day: date) -> list[Path]:
        """The fetched pages of a day, in order."""
        return sorted(self._pages.glob(f"{day}.*.page"))

    def add_page(self, day: date, body: bytes) -> Path:
        """Save a page after those that are here."""
        place = self._pages / f"{day}.{len(self.pages(day)):06}.page"
        self._write(place, [body])
        return place

    def drop_pages(self, day: date) -> None:
        """Remove the pages of an incomplete day, last page first, so that the remaining pages have no gap."""
        for page in reversed(self.pages(day)):
            page.unlink()

    def keep(self, day: date, records: int, dump: Iterable[str]) -> None:
        """Complete a day: write its dump, unless it has no records; list it as complete; then remove its pages."""
        if records:
            texts = (text.encode("utf-8", "replace") for text in dump)
            self._write(self.folder / f"{self._slug}-{day}.{self._suffix}", texts)
        self.state.days[day] = records
        self.save()
        self.drop_pages(day)

    def _write(self, place: Path, pieces: Iterable[bytes]) -> None:
        built = self._pages / f"{place.name}.building"
        with built.open("wb") as file:
            file.writelines(pieces)
        rename_durably(built, place)


def _read(file: Path) -> _State:
    try:
        return _State.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return _State()
    except ValidationError as error:
        raise StoreError(
            f"{file}: expected which days were fetched, found something else ({error.errors()[0]['msg']}). "
            "Put the file back from a backup; without the file all days are fetched again."
        ) from None


@dataclass
class Fetched:
    """The result for one source. records: number in the new dumps; fault: why days are still missing."""

    source: str
    days: int = 0
    dumps: int = 0
    records: int = 0
    requests: int = 0
    fault: str | None = None


def fetch(
    names: Sequence[str],
    folder: Path,
    settings: Settings,
    *,
    since: date | None = None,
    until: date | None = None,
    clock: Clock | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Fetched]:
    """Make a dump of each finished day that is still missing, in one folder per source below `folder`.

    since, until: the first and the last day; by default the first day in the settings, and the last finished day. A
    source that does not answer does not delay the others: the reason is in `fault`, and the next call asks again.
    Raises ArgumentError if a source is unknown or the settings contain no contact address, BusyError if another call is
    fetching from the source.
    """
    sources = [source_of(name) for name in dict.fromkeys(names or settings.fetch.sources)]
    if not sources:
        raise ArgumentError(
            "expected sources to fetch from, found none. Name some, such as arxiv:cs.CL, or set `sources` under [fetch]"
        )
    contact = settings.fetch.contact or ""
    if not re.search(r"\S@\S|://\S", contact):
        found = repr(contact) if contact else "none"
        raise ArgumentError(
            f"expected your mail or web address, which servers are told, found {found}. Give --contact me@example.org, or "
            "set `contact` under [fetch]."
        )
    clock, since = clock or Clock(), since or settings.fetch.since
    if since and since > (today := clock.now().date()):
        raise ArgumentError(
            f"expected a first day up to {today}, which is today, found {since}. Name an earlier --since."
        )
    if since and until and since > until:
        raise ArgumentError(
            f"expected a first day up to the last one, {until}, found {since}. Swap --since and --until."
        )
    with PoliteClient(settings, contact, clock) as client:
        calls = [_Call(source, folder / source.slug, client, clock, tell) for source in sources]
        return [call.run(since, until) for call in calls]


class _Call:
    """The work on one source."""

    def __init__(
        self, source: Source, folder: Path, client: PoliteClient, clock: Clock, tell: Callable[[str], None]
    ) -> None:
        self.source, self.folder, self.client, self.clock, self.tell = source, folder, client, clock, tell
        self.found = Fetched(source.name)

    def run(self, since: date | None, until: date | None) -> Fetched:
        """Fetch what is due. A fault ends the work, because the later days would fail in the same way."""
        self.folder.mkdir(parents=True, exist_ok=True)
        before = self.client.requests
        with hold(self.folder / STATE, "folder of fetched dumps"):
            self.here = FetchedDays(self.folder, self.source.slug, self.source.suffix)
            due = self.source.due(self.clock.now(), since, until, self.here.state.days.keys())
            # Pages of a feed whose fetch was killed before its dump was made: the server won't send them again.
            left = self.here.days_with_pages() if self.source.is_feed else set()
            for day in sorted({*due, *left}):
                if fault := self._fault_of(day):
                    self.found.fault = f"{self.source.name}, {day}: {fault}"
                    self.tell(self.found.fault)
                    break
        self.found.requests = self.client.requests - before
        return self.found

    def _fault_of(self, day: date) -> str | None:
        """Fetch a day. Returns the reason if that was not possible, else None."""
        if self.here.state.not_before and self.clock.now() < self.here.state.not_before:
            return f"the server asked to be left alone until {self.here.state.not_before:%Y-%m-%d %H:%M} UTC. Fetch again then"
        try:
            try:
                self._fetch(day)
            except (ExpiredError, NotWholeError):  # the pages that are here can't be continued
                self.here.drop_pages(day)
                self._fetch(day)
        except PassingError as error:
            self.here.state.not_before = error.until
            self.here.save()
            return f"{error}. Days that are missing are asked for with the next fetch"
        except ExpiredError:
            return "the server forgets where a day is to go on. Fetch again later"
        except RefusedError as error:
            return f"{error}. {self.source.remedy}"
        return None

    def _fetch(self, day: date) -> None:
        """Fetch the missing pages of a day; the last one completes it."""
        pages = self.here.pages(day)
        answers = [self.source.read(page.read_bytes()) for page in pages]
        last, keys = (answers or [Answer({}, None)])[-1], {key for answer in answers for key in answer.records}
        tokens = {answer.token for answer in answers}
        while not pages or last.token:
            known = self.here.state.validators if self.source.is_feed else None
            reply = self.client.ask(self.source, self.source.question(day, len(pages), last.token), known)
            if reply.body is None:
                return
            before, last = last, self.source.read(reply.body)
            is_again = bool(pages) and last.records.keys() == before.records.keys()
            if is_again and self.source.has_numbered_pages:
                break
            if last.token and not self.source.has_numbered_pages and (is_again or last.token in tokens):
                raise PassingError(f"the server sends a page again where page {len(pages) + 1} is due")
            pages.append(self.here.add_page(day, reply.body))
            self.here.state.validators = reply.validators
            keys |= last.records.keys()
            tokens.add(last.token)
        self._keep(day, pages, len(keys))

    def _keep(self, asked: date, pages: list[Path], records: int) -> None:
        day = self.source.day_of(pages[-1].read_bytes(), asked)
        if day in self.here.state.days:  # the feed is still that of the previous day
            self.here.save()
        else:
            self.here.keep(day, records, self.source.dump(page.read_bytes() for page in pages))
            self.found.days, self.found.records = self.found.days + 1, self.found.records + records
            self.found.dumps += records > 0
            self.tell(f"{self.source.name}, {day}: {counted(records, 'record')}")
        self.here.drop_pages(asked)
