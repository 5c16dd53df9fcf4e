"""A folder of made-up dumps whose duplicates are known, so that the rest of the house can be graded.

Papers are written by `sample_words`; some are planted again in later dumps after an
edit of a known kind (`sample_edits`), and look-alikes that are *different* papers are added, as are entries to be refused.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from papersieve.pipeline.sample_edits import alter
from papersieve.pipeline.sample_words import FIELDS, INSTITUTES, SHARED_TITLES, Draw, Writer

LAYOUTS = "ABACBABC"  # dump by dump: A is a listing, B a listing with footers, C an author page
COPY_KINDS = (
    *("exact", "dash_and_quote", "latex", "case_and_spacing", "reworded"),
    *("sentence_dropped", "cut_short", "retitled", "untitled"),
)
SEED = 20261121
PAPERS = 220
SMALLEST = 40  # with fewer papers some dump could end up without an original

_TRUTH = {
    "dump": pl.String,
    "line_start": pl.Int64,
    "paper": pl.Int64,
    "kind": pl.String,
    "is_duplicate": pl.Boolean,
}
_BROKEN: dict[int, str | None] = {  # by dump: a title without abstract, or with this line in its place
    0: None,
    1: None,
    2: "Coming soon.",
    3: "Show more results",
    4: "The abstract will follow once the embargo has been lifted.",
    7: "Abstract:Withdrawn by the authors.",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Sample:
    """The dumps' texts by file name and, a row per well-formed entry in reading order, what each is."""

    dumps: dict[str, str]
    truth: pl.DataFrame


@dataclass(frozen=True)
class _Paper:
    writer: Writer
    title: str
    other_title: str
    sentences: tuple[str, ...]
    authors: int

    @property
    def text(self) -> str:
        return " ".join(self.sentences)


@dataclass(frozen=True)
class _Entry:
    dump: int
    paper: int  # -1 in a broken entry
    kind: str
    title: str | None
    text: str | None


def make_sample(*, seed: int = SEED, papers: int = PAPERS) -> Sample:
    """The same seed gives the same bytes on every Python.

    `papers` counts distinct papers, hard negatives included. A copy stands in a later dump than its original,
    and a hard negative in a later one than the paper it resembles.
    """
    if papers < SMALLEST:
        raise ValueError(f"a sample needs at least {SMALLEST} papers, not {papers}")
    draw = Draw(seed, 0)
    listed = [date(2024, 2, 5)]
    while len(listed) < len(LAYOUTS):
        listed.append(listed[-1] + timedelta(draw.between(80, 110)))
    written, entries = _plant(draw, seed, papers)
    published = _publication_dates(draw, entries, listed)
    dumps: dict[str, str] = {}
    rows: list[tuple[str, int, int, str, bool]] = []
    for place, day in enumerate(listed):
        here = _arrange(draw, [entry for entry in entries if entry.dump == place], place)
        name = f"{place:03d}_" + "".join(draw.pick("0123456789abcdef") for _ in range(16)) + ".txt"
        if LAYOUTS[place] == "C":
            dumps[name], starts = _author_page(draw, here)
        else:
            footers: list[tuple[str, ...]] = [()] * len(here)
            if LAYOUTS[place] == "B":
                footers = _footers(draw, here, written, published, day)
            dumps[name], starts = _listing(here, footers, day, named=place % 3 != 1)
        if place == LAYOUTS.rindex("B"):
            dumps[name] = dumps[name].rstrip("\n") + "\n\n  • 4 authors"  # the page breaks off here
        for entry, start in zip(here, starts, strict=True):
            if entry.paper >= 0:
                rows.append((name, start, entry.paper, entry.kind, entry.kind in COPY_KINDS))
    return Sample(dumps, pl.DataFrame(rows, schema=_TRUTH, orient="row"))


def write_sample(folder: Path, *, seed: int = SEED, papers: int = PAPERS) -> Sample:
    """Writes dumps and `_truth.csv` into `folder`; dumps an earlier `_truth.csv` there names are removed."""
    sample = make_sample(seed=seed, papers=papers)
    folder.mkdir(parents=True, exist_ok=True)
    truth = folder / "_truth.csv"
    if truth.exists():
        for name in pl.read_csv(truth)["dump"].unique().to_list():
            (folder / Path(name).name).unlink(missing_ok=True)
    for name, text in sample.dumps.items():
        (folder / name).write_bytes(text.encode())
    truth.write_bytes(sample.truth.write_csv().encode())
    return sample


# -- which paper is planted where ----------------------------------------------------------------------------


def _plant(draw: Draw, seed: int, count: int) -> tuple[list[_Paper], list[_Entry]]:
    # An entry's `paper` is its place in the list of papers, whose last 1/18 are look-alikes of earlier ones.
    taken: set[str] = set()
    distinct, repeated = count - count // 18, round(count * 0.35)
    papers = [_write_paper(Draw(seed, 1, number), None, taken) for number in range(distinct)]
    order = draw.some(range(distinct), distinct)
    entries: list[_Entry] = []
    kinds = _kinds(draw)
    for number in order[:repeated]:
        entries += _repeat(draw, number, papers[number], kinds)
    for twin, model in enumerate(order[repeated:][: count - distinct], start=distinct):
        fresh = _write_paper(draw, papers[model].writer.field, taken)
        papers[model], look_alike = _look_alike(draw, twin % 3, papers[model], fresh, taken)
        papers.append(look_alike)
        entries.append(_original(draw.pick([0, 1, 2, 4]), model, papers[model]))
        entries.append(replace(_original(draw.pick([5, 6]), twin, look_alike), kind="hard_negative"))
    for place, number in enumerate(order[repeated:][count - distinct :]):
        sizes = Counter(entry.dump for entry in entries)
        emptiest = min(range(len(LAYOUTS)), key=lambda dump: (sizes[dump], dump))
        entries.append(_original(place if place < len(LAYOUTS) else emptiest, number, papers[number]))
    return papers, sorted(entries, key=lambda entry: (entry.dump, entry.paper))


def _write_paper(draw: Draw, field: str | None, taken: set[str]) -> _Paper:
    writer = Writer(draw, field or draw.pick(sorted(FIELDS)))
    titles: list[str] = []
    while len(titles) < 2:
        title = writer.title()
        if title.lower() not in taken:
            taken.add(title.lower())
            titles.append(title)
    return _Paper(writer, titles[0], titles[1], writer.abstract(), max(1, draw.between(-1, 14)))


def _kinds(draw: Draw) -> Iterator[str]:
    while True:
        yield from draw.some(COPY_KINDS, len(COPY_KINDS))


def _original(dump: int, number: int, paper: _Paper) -> _Entry:
    return _Entry(dump, number, "original", None if LAYOUTS[dump] == "C" else paper.title, paper.text)


def _repeat(draw: Draw, number: int, paper: _Paper, kinds: Iterator[str]) -> list[_Entry]:
    chosen = [next(kinds) for _ in range(1 + draw.chance(0.3) + draw.chance(0.1))]
    home = draw.pick([0, 1, 2] if len(chosen) > 1 else [0, 1, 2, 4, 5])
    if len(chosen) == 1 and chosen[0] not in ("retitled", "untitled") and draw.chance(0.15):
        home = LAYOUTS.index("C")
    entries = [_original(home, number, paper)]
    for kind in chosen:
        layouts = "AB"
        if kind == "untitled" or LAYOUTS[home] == "C":
            layouts = "AC" if home < 3 and draw.chance(0.4) else "C"
        used = {entry.dump for entry in entries}
        later = [dump for dump, layout in enumerate(LAYOUTS) if dump > home and layout in layouts]
        dump = draw.pick([dump for dump in later if dump not in used])
        title, text = alter(draw, kind, paper.title, paper.other_title, paper.sentences)
        untitled = kind == "untitled" or LAYOUTS[dump] == "C"
        entries.append(_Entry(dump, number, kind, None if untitled else title, text))
    return entries


# -- look-alikes: the model may get another title, the fresh paper is made to resemble it --------------------


def _look_alike(draw: Draw, style: int, model: _Paper, fresh: _Paper, taken: set[str]) -> tuple[_Paper, _Paper]:
    match style:
        case 0:
            return _two_parts(draw, model, fresh)
        case 1:
            return _same_start(model, fresh)
        case _:
            return _same_title(draw, model, fresh, taken)


def _two_parts(draw: Draw, model: _Paper, fresh: _Paper) -> tuple[_Paper, _Paper]:
    # Up to 42 % of the model's words, in whole sentences and not from its introduction.
    room = 0.42 * _length(model.sentences)
    kept: set[int] = set()
    for place in draw.some(range(3, len(model.sentences)), len(model.sentences)):
        if _length(model.sentences[place : place + 1]) <= room:
            kept.add(place)
            room -= _length(model.sentences[place : place + 1])
    supply = iter(model.writer.abstract())
    mixed = [old if place in kept else next(supply, "") for place, old in enumerate(model.sentences)]
    title = model.title.rstrip("?")
    second = replace(fresh, title=f"{title}, Part II", sentences=tuple(filter(None, mixed)))
    return replace(model, title=f"{title}, Part I"), second


def _same_start(model: _Paper, fresh: _Paper) -> tuple[_Paper, _Paper]:
    half = _length(model.sentences) // 2
    start = [s for place, s in enumerate(model.sentences) if _length(model.sentences[: place + 1]) <= half]
    rest: list[str] = []
    for sentence in reversed(fresh.sentences):
        if _length(rest) < max(half, 100 - half):
            rest.insert(0, sentence)
    return model, replace(fresh, sentences=(*start, *rest))


def _length(sentences: Sequence[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


def _same_title(draw: Draw, model: _Paper, fresh: _Paper, taken: set[str]) -> tuple[_Paper, _Paper]:
    titles = [title.format(field=model.writer.field.title()) for title in SHARED_TITLES]
    title = draw.pick([title for title in titles if title.lower() not in taken] or titles)
    taken.add(title.lower())
    return replace(model, title=title), replace(fresh, title=title)


# -- pages ---------------------------------------------------------------------------------------------------


def _arrange(draw: Draw, entries: list[_Entry], dump: int) -> list[_Entry]:
    """Random order, the dump's broken entry right before an entry that cannot be taken for its abstract."""
    entries = draw.some(entries, len(entries))
    if dump in _BROKEN:
        title = None if LAYOUTS[dump] == "C" else Writer(draw, draw.pick(sorted(FIELDS))).title()
        whole = [place for place, entry in enumerate(entries) if entry.title or title is None]
        entries.insert(draw.pick(whole), _Entry(dump, -1, "broken", title, _BROKEN[dump]))
    return entries


def _publication_dates(draw: Draw, entries: list[_Entry], listed: Sequence[date]) -> dict[int, date]:
    """Before the first listing of each paper; the first paper of each dump is of the year before."""
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


def _footers(
    draw: Draw, entries: list[_Entry], papers: list[_Paper], published: dict[int, date], listed: date
) -> list[tuple[str, ...]]:
    """Three lines or none per entry; one date of the year before is always shown, which tells the page's."""
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


def _listing(
    entries: list[_Entry], footers: Sequence[tuple[str, ...]], listed: date, *, named: bool
) -> tuple[str, list[int]]:
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


def _author_page(draw: Draw, entries: list[_Entry]) -> tuple[str, list[int]]:
    lines: list[str] = []
    starts = []
    for entry in entries:
        apart = not lines or entry.paper < 0 or draw.chance(0.88)
        lines += [""] * (4 * apart)
        starts.append(len(lines) + 1)
        lines.append((entry.text or "") if entry.paper < 0 else f"Abstract:{entry.text}")
    return "\n".join(lines) + "\n", starts


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("folder", type=Path)
    reader.add_argument("--seed", type=int, default=SEED)
    reader.add_argument("--papers", type=int, default=PAPERS)
    given = reader.parse_args()
    write_sample(given.folder, seed=given.seed, papers=given.papers)
