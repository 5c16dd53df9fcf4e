"""Where and when the paper of a list's item appeared: around its title, in a reference, or on a line below."""

import re
from itertools import chain

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.cited_marks import are_names
from papersieve.pipeline.extract.shared.cited_reference import cited, cited_of
from papersieve.pipeline.extract.shared.list_item import DATE, SHORT_VENUE, WHEN, ItemLine, mark_free
from papersieve.pipeline.extract.shared.list_links import LINK

#: Where a paper appeared, in italics; the year may follow the place.
_PLACE = re.compile(r"\s*([*_])(?P<place>(?:(?!\1).){3,300}\b(?:19|20)\d\d\b(?:(?!\1).){0,80})\1")
_PLACE_BEFORE_YEAR = re.compile(r"(?<![*\w])\*(?P<place>[^\W_][^*]{3,200})\*(?!\*)[^*|\[]{0,60}?\b(?:19|20)\d\d\b")
#: A journal with its volume and the year, or its pages: "Journal of Towers 44(3), 11-19, 2020".
_PRINTED = re.compile(
    r"\W{0,2}(?:In )?[A-Z][^.!?]{2,120}\W{0,2},? \d{1,4}(?:\s?\(\d[\d–-]{0,6}\))?[,:] ?(?:\d{1,6}[–-]\d{1,6}, )?(?:19|20)\d\d\W{0,3}(?:\([^()]*\)\.?)?"
)


def placed(found: ItemLine, line: str, behind: list[str], below: list[str]) -> Entry:
    """Where and when the paper appeared: around its title, in the reference that the line is, or in italics below."""
    venue, published = venue_and_date(found.before, behind)
    entry = _reference(line, found.title)
    if not venue and (shown := next(filter(None, map(place_of_line, below)), None)):
        entry = cited_of("", found.title, shown, None)
    elif (
        not entry.venue
        and (near := _PLACE_BEFORE_YEAR.search(LINK.sub("", found.rest)))
        and not are_names(near["place"])
    ):
        venue = venue or near["place"]
    days = (day[1] for text in (*found.before, found.rest, *below) if (day := DATE.search(text)))
    return Entry(
        authors=entry.authors, venue=entry.venue or venue, volume=entry.volume, issue=entry.issue, pages=entry.pages,
        published_raw=next(days, published or entry.published_raw),
    )  # fmt: skip


def venue_and_date(before: list[str], behind: list[str]) -> tuple[str | None, str | None]:
    """The venue and date in the first piece around a title that states a year: "CVPR2023", "2023/02", "arXiv 23.03"."""
    parts = (part.strip(" *_`,.()|") for piece in behind for part in re.split(r"[,.] ", piece))
    for found in filter(None, map(WHEN.fullmatch, chain(before, parts))):
        date = found["date"]
        venue = None if DATE.fullmatch(date) else (found["venue"] or "").strip() or None
        venue = venue or next(filter(SHORT_VENUE.fullmatch, before), None)
        return venue, f"20{date}" if len(date) < len("2023") or date[2] in "./-" else date
    return None, None


def place_of_line(line: str) -> str | None:
    """Where a paper appeared, if a line below it says nothing else: in italics with a year, or with journal numbers."""
    text = LINK.sub("", line).strip()
    shown = _PLACE.match(text)
    if shown or _PRINTED.fullmatch(text):
        return shown["place"] if shown else text
    return None


def _reference(line: str, title: str) -> Entry:
    """The fields of a line that cites the paper with this title as a reference; an empty entry for other lines."""
    found = cited(mark_free(line), marked=True)
    is_same = found is not None and (found.title or "").rstrip("?!") == title.strip(" .?!")
    return found if found and is_same else Entry()
