"""Papers of the sample: which are planted again in later dumps, and look-alikes that are other papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tests.support.sample_edits import alter
from tests.support.sample_words import FIELDS, SHARED_TITLES, Draw, Writer

LAYOUTS = "ABACBABC"  # dump by dump: A is a listing, B a listing with footers, C an author page

COPY_KINDS = (
    *("exact", "dash_and_quote", "latex", "case_and_spacing", "reworded"),
    *("sentence_dropped", "cut_short", "retitled", "untitled"),
)


@dataclass(frozen=True)
class SamplePaper:
    """A made-up paper."""

    writer: Writer
    title: str
    other_title: str
    sentences: tuple[str, ...]
    authors: int

    @property
    def text(self) -> str:
        """The abstract."""
        return " ".join(self.sentences)


@dataclass(frozen=True)
class SampleEntry:
    """A paper as one dump lists it."""

    dump: int
    paper: int  # -1 in a broken entry
    kind: str
    title: str | None
    text: str | None


def plant(draw: Draw, seed: int, count: int) -> tuple[list[SamplePaper], list[SampleEntry]]:
    """Papers, and the entries that list them: some more than once, some altered.

    An entry's `paper` is its place in the list of papers. The last 1/18 of the papers are look-alikes of earlier ones.
    """
    taken: set[str] = set()
    distinct, repeated = count - count // 18, round(count * 0.35)
    papers = [_write_paper(Draw(seed, 1, number), None, taken) for number in range(distinct)]
    order = draw.some(range(distinct), distinct)
    entries: list[SampleEntry] = []
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


def _write_paper(draw: Draw, field: str | None, taken: set[str]) -> SamplePaper:
    writer = Writer(draw, field or draw.pick(sorted(FIELDS)))
    titles: list[str] = []
    while len(titles) < 2:
        title = writer.title()
        if title.lower() not in taken:
            taken.add(title.lower())
            titles.append(title)
    return SamplePaper(writer, titles[0], titles[1], writer.abstract(), max(1, draw.between(-1, 14)))


def _kinds(draw: Draw) -> Iterator[str]:
    while True:
        yield from draw.some(COPY_KINDS, len(COPY_KINDS))


def _original(dump: int, number: int, paper: SamplePaper) -> SampleEntry:
    return SampleEntry(dump, number, "original", None if LAYOUTS[dump] == "C" else paper.title, paper.text)


def _repeat(draw: Draw, number: int, paper: SamplePaper, kinds: Iterator[str]) -> list[SampleEntry]:
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
        entries.append(SampleEntry(dump, number, kind, None if untitled else title, text))
    return entries


def _look_alike(
    draw: Draw, style: int, model: SamplePaper, fresh: SamplePaper, taken: set[str]
) -> tuple[SamplePaper, SamplePaper]:
    match style:
        case 0:
            return _two_parts(draw, model, fresh)
        case 1:
            return _same_start(model, fresh)
        case _:
            return _same_title(draw, model, fresh, taken)


def _two_parts(draw: Draw, model: SamplePaper, fresh: SamplePaper) -> tuple[SamplePaper, SamplePaper]:
    # The second part keeps up to 42 % of the model's words, in whole sentences after its introduction.
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


def _same_start(model: SamplePaper, fresh: SamplePaper) -> tuple[SamplePaper, SamplePaper]:
    half = _length(model.sentences) // 2
    start = [s for place, s in enumerate(model.sentences) if _length(model.sentences[: place + 1]) <= half]
    rest: list[str] = []
    for sentence in reversed(fresh.sentences):
        if _length(rest) < max(half, 100 - half):
            rest.insert(0, sentence)
    return model, replace(fresh, sentences=(*start, *rest))


def _length(sentences: Sequence[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


def _same_title(draw: Draw, model: SamplePaper, fresh: SamplePaper, taken: set[str]) -> tuple[SamplePaper, SamplePaper]:
    titles = [title.format(field=model.writer.field.title()) for title in SHARED_TITLES]
    title = draw.pick([title for title in titles if title.lower() not in taken] or titles)
    taken.add(title.lower())
    return replace(model, title=title), replace(fresh, title=title)
