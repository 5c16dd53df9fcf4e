"""The pages that list the entries of the sample."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tests.support.sample_papers import LAYOUTS, SampleEntry, SamplePaper
from tests.support.sample_words import FIELDS, INSTITUTES, Draw, Writer

_BROKEN: dict[int, str | None] = {  # by dump: a title without an abstract, or with this line in place of one
    0: None,
    1: None,
    2: "Coming soon.",
    3: "Show more results",
    4: "The abstract will follow once the embargo has been lifted.",
    7: "Abstract:Withdrawn by the authors.",
}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def arrange(draw: Draw, entries: list[SampleEntry], dump: int) -> list[SampleEntry]:
    """Entries in random order, with the dump's broken entry before one that can't be taken for its abstract."""
    entries = draw.some(entries, len(entries))
    if dump in _BROKEN:
        title = None if LAYOUTS[dump] == "C" else Writer(draw, draw.pick(sorted(FIELDS))).title()
        whole = [place for place, entry in enumerate(entries) if entry.title or title is None]
        entries.insert(draw.pick(whole), SampleEntry(dump, -1, "broken", title, _BROKEN[dump]))
    return entries


def publication_dates(draw: Draw, entries: list[SampleEntry], listed: Sequence[date]) -> dict[int, date]:
    """A date for each paper, before its first listing; the first new paper of each dump is of the year before."""
    published: dict[int, date] = {}
    seen: set[int] = set()
    for entry in entries:
        if entry.paper in published:
            continue
        day = listed[entry.dump]
        new_year, back = date(day.year, 1, 1), 1 + int(6 * draw.unit() ** 2)
        if entry.dump in seen and draw.chance(0.5):
            published[entry.paper] = new_year + timedelta(draw.between(0, (day - new_year).days))
        else:
            back = back if entry.dump in seen else 1
            published[entry.paper] = date(day.year - back, 1, 1) + timedelta(draw.between(0, 364))
        seen.add(entry.dump)
    return published


def footers_of(
    draw: Draw, entries: list[SampleEntry], papers: list[SamplePaper], published: dict[int, date], listed: date
) -> list[tuple[str, ...]]:
    """Three lines or none per entry; at least one shows a date of the year before, which tells the page's year."""
    footers: list[tuple[str, ...]] = []
    shown = False
    for entry in entries:
        if entry.paper < 0 or entry is entries[-1]:
            footers.append(())
            continue
        needed = not shown and published[entry.paper].year == listed.year - 1
        shown = shown or needed
        footer = _footer(draw, papers[entry.paper].authors, published[entry.paper], listed, dated=needed)
        footers.append(footer if needed or draw.chance(0.88) else ())
    return footers


def _footer(draw: Draw, authors: int, published: date, listed: date, *, dated: bool) -> tuple[str, ...]:
    by = f"{authors} author" if authors == 1 and draw.chance(0.5) else f"{authors} authors"
    if draw.chance(0.15):
        by = draw.pick(INSTITUTES)
    when = f"{_MONTHS[published.month - 1]} {published.day}"
    if published.year < listed.year:
        when += f", {published.year}"
    comments = f" {draw.between(1, 60)}"
    if draw.chance(0.08) and not dated:
        when = comments
    elif draw.chance(0.35):
        when += comments
    return f"  • {by}", "·", when


def listing(
    entries: list[SampleEntry], footers: Sequence[tuple[str, ...]], listed: date, *, named: bool
) -> tuple[str, list[int]]:
    """Text of a daily listing, and the line where each entry starts."""
    header = ["new", "Get trending papers in your email inbox!", "Subscribe", "Daily Papers"]
    header += ["byAK and the research community", f"{_MONTHS[listed.month - 1]} {listed.day}"]
    lines = [text for line in header if named or line != "Daily Papers" for text in (line, "")]
    starts = []
    for entry, footer in zip(entries, footers, strict=True):
        starts.append(len(lines) + 1)
        for line in (entry.title, entry.text):
            lines += [] if line is None else [line, ""]
        lines += [*footer, ""] if footer else []
    return "\n".join(lines) + "\n", starts


def author_page(draw: Draw, entries: list[SampleEntry]) -> tuple[str, list[int]]:
    """Text of an author's page (abstracts without titles), and the line where each entry starts."""
    lines: list[str] = []
    starts = []
    for entry in entries:
        apart = not lines or entry.paper < 0 or draw.chance(0.88)
        lines += [""] * (4 * apart)
        starts.append(len(lines) + 1)
        lines.append((entry.text or "") if entry.paper < 0 else f"Abstract:{entry.text}")
    return "\n".join(lines) + "\n", starts
