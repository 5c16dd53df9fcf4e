"""The folder of a source: a dump for each day, the list of complete days, and the pages of an incomplete day."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from papersieve.pipeline.errors import StoreError
from papersieve.warehouse.files import rename_durably
from papersieve.warehouse.sources.polite_client import Validators

#: Names that no run reads as a dump.
STATE, _PAGES = "_fetched.json", "_pages"


class FetchedDays:
    """What is here of a source. Every file is complete and on the disk before it has its name."""

    def __init__(self, folder: Path, slug: str, suffix: str) -> None:
        self.folder, self._slug, self._suffix = folder, slug, suffix
        self._pages = folder / _PAGES
        self._pages.mkdir(parents=True, exist_ok=True)
        self.days: dict[date, int] = {}
        self.validators = Validators()
        self.not_before: datetime | None = None
        self._load()
        for day in self.days_with_pages() & self.days.keys():
            self.drop_pages(day)  # killed after the day was listed as complete

    def _load(self) -> None:
        state = self.folder / STATE
        try:
            told = json.loads(state.read_text(encoding="utf-8"))
            self.days = {date.fromisoformat(day): int(records) for day, records in told["days"].items()}
            self.validators = Validators(*told["validators"])
            self.not_before = datetime.fromisoformat(told["not_before"]) if told["not_before"] else None
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(
                f"{state}: expected which days were fetched, found something else ({error}). "
                "Put the file back from a backup; without the file all days are fetched again."
            ) from error

    def save(self) -> None:
        """Save the list of complete days."""
        told = {
            "days": {f"{day}": records for day, records in sorted(self.days.items())},
            "validators": list(self.validators),
            "not_before": self.not_before.isoformat() if self.not_before else None,
        }
        self._write(self.folder / STATE, [json.dumps(told, indent=1).encode()])

    def days_with_pages(self) -> set[date]:
        """Days that have pages."""
        return {date.fromisoformat(page.name[:10]) for page in self._pages.glob("????-??-??.*.page")}

    def pages(self, day: date) -> list[Path]:
        """Pages of a day that are here, in order."""
        return sorted(self._pages.glob(f"{day}.*.page"))

    def add_page(self, day: date, body: bytes) -> Path:
        """Keep a page after those that are here."""
        place = self._pages / f"{day}.{len(self.pages(day)):06}.page"
        self._write(place, [body])
        return place

    def drop_pages(self, day: date) -> None:
        """Remove the pages of an incomplete day, last page first, so that the remaining pages have no gap."""
        for page in reversed(self.pages(day)):
            page.unlink()

    def keep(self, day: date, records: int, dump: Iterable[str]) -> None:
        """Complete a day: make its dump, unless it has no records; list it as complete; then remove the pages."""
        if records:
            texts = (text.encode("utf-8", "replace") for text in dump)
            self._write(self.folder / f"{self._slug}-{day}.{self._suffix}", texts)
        self.days[day] = records
        self.save()
        self.drop_pages(day)

    def _write(self, place: Path, pieces: Iterable[bytes]) -> None:
        built = self._pages / f"{place.name}.building"
        with built.open("wb") as file:
            file.writelines(pieces)
        rename_durably(built, place)
