"""Cards of a page that was copied as text: runs of lines, one per paper, in which the same kinds of lines recur.

Publishers, preprint servers and profiles show each paper as a card: a title, then names, a place, a date or an
identifier, and buttons such as "View". A line that recurs, or a kind of line that recurs, cuts the page into cards; of
all such cuts, the one is taken that gives the most cards with a title above names or an identifier.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, pairwise, zip_longest

from papersieve.pipeline.extract.shared.card_bounds import lines_around
from papersieve.pipeline.extract.shared.card_lines import Kind, Line, page_of
from papersieve.pipeline.extract.shared.cited_marks import MONTH
from papersieve.pipeline.extract.shared.list_links import LABEL
from papersieve.pipeline.extract.shared.page_lines import Lines

#: Fewest cards; the smallest share of them that has a paper, and that they take of the page; the most lines of a card.
_FEWEST, _SHARE, _COVERED, _MOST_LINES = 2, 0.75, 0.5, 40
#: How alike cards have to be; how near a title its names or identifiers have to be, in lines.
_ALIKE, _NEAR = 0.6, 6
#: The most shapes of lines that are tried as ends of cards.
_MOST_SHAPES = 40
_TITLE_WORDS, _SHORT_TITLE_CHARS = range(3, 41), 15
#: How a title in Chinese, Japanese or Korean begins, which has few blanks or none.
_EAST_ASIAN = re.compile("(?:[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3] ?){6}")
#: A bullet, a number, names of links or a time before a title; names of links behind it; and what is no title:
#: citations, dates, numbers of issues, addresses, menus.
_MARK = re.compile(
    r"(?:[-*+•]\s+|#{1,6}\s+|\[?\d{1,4}[.)\]]\s+)?"
    r"(?:(?:(?:pdf|bib|abs|html)\s+)+(?=[A-Z])|\d{1,2}[:.]\d\d(?:\s?[-–]\s?\d{1,2}[:.]\d\d)?\s+)?"
)
_BUTTONS = re.compile(rf"(?:\s*\[(?:{LABEL.pattern})\])+$", re.IGNORECASE)
_NO_TITLE = re.compile(
    rf".{{3,60}}, (?:19|20)\d\d[a-z]?|.*\b{MONTH} (?:\d{{1,2}}, )?(?:19|20)\d\d\.?|.*\b(?:Volume|Vol\.?|Issue|No\.) \d.*"
    r"|(?i:journal of .*|table of contents)|.*(?: [·|] |→|://).*"
)
#: The place of the first line of a card, and that behind its last.
_Bounds = tuple[int, int]


@dataclass(frozen=True)
class _Card:
    """Places on the page: from start up to end, with the title."""

    start: int
    end: int
    title: int


@dataclass(frozen=True)
class _Cut:
    """Cards with a paper, in order; share: of all cards; astray: lines above titles, and from titles to names."""

    cards: list[_Card]
    share: float
    astray: int


def cards(lines: Lines) -> list[list[Line]]:
    """The lines of each card, the title first; none if the page does not consist of cards.

    Lines above all titles come last. Lines other than titles and names are left out if most cards have them.
    """
    page = page_of(lines)
    often = Counter(line.shape for line in page)
    titles = {at: often[line.shape] for at, line in enumerate(page) if _may_be_title(line)}
    cuts = (cut for ends in _ends(page, often, titles) for cut in _cuts(page, titles, ends))
    sound = (cut for cut in map(partial(_without_heads, page), cuts) if _is_sound(page, cut))
    best = max(sound, key=lambda cut: (len(cut.cards), -cut.astray), default=_Cut([], 0.0, 0)).cards
    said, most = Counter(line.text for line in page), len(best) / 2
    places = lines_around(page, [card.title for card in best], [card.end for card in best])
    return [
        [page[card.title], *(page[at] for at in around if page[at].kind is Kind.NAMES or said[page[at].text] <= most)]
        for card, around in zip(best, places, strict=True)
    ]


def bare_title(text: str) -> str:
    """The title without what pages put before and behind it.

    >>> bare_title("3. Lamps in towers"), bare_title("pdf bib Lamps"), bare_title("9:00-9:20 Lamps. [pdf]")
    ('Lamps in towers', 'Lamps', 'Lamps')
    """
    return _BUTTONS.sub("", _MARK.sub("", text, count=1)).removesuffix(".")


def _ends(page: Sequence[Line], often: Counter[str], titles: Mapping[int, int]) -> Iterator[list[int]]:
    """Places where cards may begin or end: lines of a shape that recurs, titles above names, ends of runs of a kind.

    titles: the places of possible titles, with the number of lines of their shape.
    """
    shapes = dict[str, list[int]]()
    for at, line in enumerate(page):
        if often[line.shape] > 1 and line.kind is not Kind.TEXT:
            shapes.setdefault(line.shape, []).append(at)
    yield from sorted(shapes.values(), key=len, reverse=True)[:_MOST_SHAPES]
    for kinds in ((Kind.NAMES,), (Kind.NAMES, Kind.NAME)):
        yield [at for at in titles if at + 1 < len(page) and page[at + 1].kind in kinds]
    followed = list(zip_longest(page, page[1:]))
    for kind in (Kind.NAMES, Kind.ID, Kind.DATE, Kind.TEXT):
        yield [
            at
            for at, (line, below) in enumerate(followed)
            if line.kind is kind and (not below or below.kind is not kind)
        ]


def _cuts(page: Sequence[Line], titles: Mapping[int, int], ends: list[int]) -> Iterator[_Cut]:
    """The page cut below these lines, and the page cut above them; titles: as for `_ends`."""
    if len(ends) > 1:
        yield _cut(page, titles, [*pairwise([0, *(end + 1 for end in ends)])], is_first_open=True)
        yield _cut(page, titles, [*pairwise([*ends, len(page)])], is_first_open=False)


def _cut(page: Sequence[Line], titles: Mapping[int, int], bounds: list[_Bounds], *, is_first_open: bool) -> _Cut:
    """The cards within these bounds that have a paper.

    The first or the last also has what is above or below all cards, so it is cut to twice the length of the longest of
    the others.
    """
    inner, (start, end) = (bounds[1:], bounds[0]) if is_first_open else (bounds[:-1], bounds[-1])
    longest = max((last - first for first, last in inner), default=0)
    if not longest or longest > _MOST_LINES:
        return _Cut([], 0.0, 0)
    outer = (max(start, end - 2 * longest), end) if is_first_open else (start, min(end, start + 2 * longest))
    most = max(2, len(bounds) / 2 + 1)  # a line that is as frequent is no title
    options = {
        (first, last): [
            at for at in range(first, last) if titles.get(at, most) < most and _is_paper(page[at + 1 : last])
        ]
        for first, last in [*inner, outer]
    }
    found = sorted(_titled(page, options, inner, head=outer if is_first_open else None), key=lambda card: card.start)
    astray = sum(card.title - card.start + _place(page[card.title : card.end]) for card in found)
    return _Cut(found, len(found) / len(bounds), astray)


def _titled(
    page: Sequence[Line], options: Mapping[_Bounds, list[int]], inner: list[_Bounds], head: _Bounds | None
) -> Iterator[_Card]:
    """The cards that have possible titles, each with the one below which it has the same kinds of lines as most.

    If there is none, it is the first; below the head of a page, the last above the same kind of line as others.
    """
    tops = [(options[bounds][0], bounds[1]) for bounds in inner if options[bounds]]
    forms = Counter(_form(page[top:end]) for top, end in tops)
    typical, below = max(forms, key=forms.__getitem__, default=None), {page[top + 1].kind for top, _ in tops}
    for (start, end), places in options.items():
        alike = [at for at in places if _form(page[at:end]) == typical]
        near = [at for at in places if page[at + 1].kind in below] if (start, end) == head else []
        if places:
            yield _Card(start, end, (alike or near[-1:] or places)[0])


def _form(card: Sequence[Line]) -> tuple[int, tuple[Kind, ...]]:
    return _place(card), _kinds(card)


def _may_be_title(line: Line) -> bool:
    text = bare_title(line.text)
    words = text.split()
    is_long = len(words) in _TITLE_WORDS or (len(words) == 2 and len(text) >= _SHORT_TITLE_CHARS)
    is_long |= bool(_EAST_ASIAN.match(text))
    is_other = text[:1].islower() or text.endswith(":") or _NO_TITLE.fullmatch(text)
    is_free = line.kind in (Kind.OTHER, Kind.NAME) and not is_other
    return is_long and is_free and not all(map(LABEL.fullmatch, words))


def _is_paper(below: Sequence[Line]) -> bool:
    """Whether these lines below a title begin with a name, or have several, an identifier, or a name and a date."""
    kinds = {line.kind for line in below}
    is_named = bool(below) and below[0].kind is Kind.NAME
    return is_named or bool(kinds & {Kind.NAMES, Kind.ID}) or {Kind.NAME, Kind.DATE} <= kinds


def _is_sure(card: Sequence[Line]) -> bool:
    """Whether a card has several names or an identifier, and a title that could not be a name."""
    kinds = [line.kind for line in card]
    has_run = any(one is other is Kind.NAME for one, other in pairwise(kinds[1:])) and Kind.DATE in kinds
    return card[0].kind is not Kind.NAME and (Kind.NAMES in kinds or Kind.ID in kinds or has_run)


def _without_heads(page: Sequence[Line], cut: _Cut) -> _Cut:
    """The cut without cards that are the head of a page: unlike most, without several names, first or titled by one."""
    whole = [page[card.title : card.end] for card in cut.cards]
    typical = Counter(map(_kinds, whole)).most_common(1)[0][0] if whole else ()

    def is_head(card: _Card, lines: Sequence[Line]) -> bool:
        may_be = card is cut.cards[0] or lines[0].kind is Kind.NAME
        return may_be and not _signs(lines) and _kinds(lines) != typical

    cards = [card for card, lines in zip(cut.cards, whole, strict=True) if not is_head(card, lines)]
    return replace(cut, cards=cards)


def _is_sound(page: Sequence[Line], cut: _Cut) -> bool:
    """Whether most cards have a paper, are alike, and take most of the page, and of its names and identifiers."""
    if len(cut.cards) < _FEWEST or cut.share < _SHARE:
        return False
    covered = sum(card.end - card.start for card in cut.cards)
    inside = sum(_signs(page[card.title + 1 : card.end]) for card in cut.cards)
    return covered >= _COVERED * len(page) and inside >= _SHARE * _signs(page) and _are_alike(page, cut.cards)


def _signs(lines: Sequence[Line]) -> int:
    """The number of lines with several names or an identifier."""
    return sum(line.kind in (Kind.NAMES, Kind.ID) for line in lines)


def _are_alike(page: Sequence[Line], found: list[_Card]) -> bool:
    """Whether most cards have similar kinds of lines and names at the same place, and half of them are sure."""
    whole = [page[card.title : card.end] for card in found]
    place, count = Counter(map(_place, whole)).most_common(1)[0]
    alike = [_similarity(_kinds(one), _kinds(other)) for one, other in pairwise(whole)]
    is_same = place <= _NEAR and count >= _ALIKE * len(found) and sum(alike) >= _ALIKE * len(alike)
    return is_same and 2 * sum(map(_is_sure, whole)) >= len(whole)


def _kinds(card: Sequence[Line]) -> tuple[Kind, ...]:
    """The kinds of a card's lines, in order; lines of one kind in a row count once."""
    return tuple(kind for kind, _ in groupby(map(_kind_alike, card)))


def _similarity(one: tuple[Kind, ...], other: tuple[Kind, ...]) -> float:
    """The share of all kinds, each as often as it occurs, that both have."""
    these, those = Counter(one), Counter(other)
    return (these & those).total() / (these | those).total()


def _kind_alike(line: Line) -> Kind:
    """The kind of a line by which cards are alike: some papers have one author, some places a date or an identifier."""
    same = {Kind.NAME: Kind.NAMES, Kind.ID: Kind.OTHER, Kind.DATE: Kind.OTHER}
    return same.get(line.kind, line.kind)


def _place(card: Sequence[Line]) -> int:
    """How many lines below the title its names or identifiers are; a single name counts if there are neither."""
    places = {line.kind: at for at, line in reversed([*enumerate(card)][1:])}
    sure = [places[kind] for kind in (Kind.NAMES, Kind.ID) if kind in places]
    return min(sure, default=places.get(Kind.NAME, len(card)))
