"""The folder of a source: one dump per day, the list of complete days, and the pages of an incomplete day."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError

from papersieve.pipeline.errors import StoreError
from papersieve.warehouse.files import rename_durably
from papersieve.warehouse.sources.polite_client import Validators

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
