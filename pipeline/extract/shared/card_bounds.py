"""The lines that belong to the title of a card: those below it, down to the next card, and those above each title."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from papersieve.pipeline.extract.shared.card_lines import Kind, Line

#: The smallest share of cards with the same line above their title, and the most lines there.
_ALIKE, _MOST_ABOVE = 0.6, 6
#: A card that is longer than most by this factor goes on with the head of another page.
_TOO_LONG = 1.5


def lines_around(page: Sequence[Line], titles: list[int], ends: list[int]) -> list[list[int]]:
    """The places of the lines that belong to each title, without it: those below first, then those above.

    ends: where the card of each title ends at the latest.
    """
    above = _above(page, titles, ends[-1]) if titles else 0
    starts = [title - above for title in titles]
    below = [min(end, start) - title for title, end, start in zip(titles, ends, [*starts[1:], *ends[-1:]], strict=True)]
    usual = _TOO_LONG * median(below or [0])
    longest = max((length for length in below if length <= usual), default=0)
    return [
        [*range(title + 1, title + (length if length <= usual else longest)), *range(title - above, title)]
        for title, length in zip(titles, below, strict=True)
    ]


def _above(page: Sequence[Line], titles: list[int], end: int) -> int:
    """How many lines above titles belong to them: such lines are above the first title, and not below the last."""
    most = min(_MOST_ABOVE, titles[0])
    for above in range(most):
        signs = [_sign(page[title - above - 1]) for title in titles]
        below = [sum(_sign(line) == signs[0] for line in page[at + 1 : to]) for at, to in pairwise([*titles, end])]
        if signs.count(signs[0]) < _ALIKE * len(titles) or below[-1] >= min(below[:-1]):
            return above
    return most


def _sign(line: Line) -> str:
    """What a line has in common with those at the same place of other cards."""
    return line.shape if line.kind is Kind.OTHER else line.kind
