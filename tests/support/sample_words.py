"""Titles and abstracts by a small grammar: the words of sample_words.toml, and sentence patterns with slots.

In a pattern, `{slot}` draws from a list or a number maker, and `[a|b]` picks one wording. Every word was written for
this project; names of models, places and institutes are invented.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Choices from a seed. Uses `Random.random` alone, the only stream that Python promises not to change."""

    def __init__(self, *seeds: int) -> None:
        total = 0
        for seed in seeds:
            total = total * 1_000_003 + seed
        self._random = Random(total)

    def unit(self) -> float:
        """At least 0, below 1."""
        return self._random.random()

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self.unit() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each equally likely."""
        return items[int(self.unit() * len(items))]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Up to `count` items in random order, none twice."""
        keyed = sorted((self.unit(), place) for place in range(len(items)))
        return [items[place] for _, place in keyed[:count]]


def _split(text: str, mark: str = "; ") -> tuple[str, ...]:
    return tuple(part.strip() for part in " ".join(text.split()).split(mark) if part.strip())


_TEXTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

FIELDS = {name: {slot: _split(text) for slot, text in lists.items()} for name, lists in _TEXTS["fields"].items()}
COMMON = {slot: _split(text) for slot, text in _TEXTS["common"].items()}
#: Sentence patterns by the part of an abstract, in the order of the parts.
PATTERNS = {part: _split(text, "* ") for part, text in _TEXTS["patterns"].items()}
TITLES = _split(_TEXTS["titles"], "* ")
SHARED_TITLES, INSTITUTES = _split(_TEXTS["shared_titles"]), _split(_TEXTS["institutes"])
NAME_STARTS, NAME_ENDS = _split(_TEXTS["name_starts"]), _split(_TEXTS["name_ends"])
#: Replacements word for word that fit the same grammar, so that a reworded copy is still readable.
SYNONYMS = dict(pair.split(":", 1) for pair in _split(_TEXTS["synonyms"]))


def _percent(draw: Draw) -> str:
    return f"{draw.between(2, 48)}%" if draw.chance(0.4) else f"{draw.between(1, 38)}.{draw.between(1, 9)}%"


def _big(draw: Draw) -> str:
    if draw.chance(0.2):
        return f"{draw.between(1, 8)}.{draw.between(1, 9)} million"
    return f"{draw.between(1, 96)},{draw.between(0, 999):03d}"


def _ratio(draw: Draw) -> str:
    total = draw.between(17, 160)
    return f"{draw.between(total // 3, total - 1)} of {total}"


def _scores(draw: Draw) -> str:
    high = draw.between(55, 97)
    return f"0.{high} against 0.{draw.between(41, high - 3)}"


_NUMBERS: dict[str, Callable[[Draw], str]] = {
    "n": lambda draw: str(draw.between(21, 480)),
    "d": lambda draw: str(draw.between(1, 9)),
    "x": lambda draw: f"{draw.between(1, 8)}.{draw.between(1, 9)}",
    "pct": _percent,
    "big": _big,
    "ratio": _ratio,
    "scores": _scores,
}

_AN = re.compile(r"\b([Aa]) (?=(?!uni|use|usa|one|eu)[aeiouAEIOU])")
_SMALL_WORDS = frozenset(_split("a; an; and; as; at; by; for; from; in; of; on; or; the; to; under; with"))


class Writer:
    """Writes about one topic of one field. Words are dealt like cards, so that they repeat late."""

    def __init__(self, draw: Draw, field: str) -> None:
        self.field = field
        self._draw = draw
        lists = sorted({**COMMON, **FIELDS[field]}.items())
        self._decks = {slot: draw.some(words, len(words)) for slot, words in lists}
        self._plain = draw.chance(0.35)  # typed without curly quotes and long dashes
        self._title_case = draw.chance(0.7)
        self._bound = {
            "topic": f"{self._decks['adj'].pop()} {self._decks['things'].pop()}",
            "goal": self._decks["trait"].pop(),
            "way": f"{self._decks['madj'].pop()} {self._decks['means'].pop()}",
            "name": draw.pick(NAME_STARTS) + draw.pick(NAME_ENDS) + ("-2" if draw.chance(0.1) else ""),
        }

    def title(self) -> str:
        """A title of 4 to 12 words."""
        while True:
            text = self._fill(self._draw.pick(TITLES))
            if 4 <= len(text.split()) <= 12:
                return _title_case(text) if self._title_case else text

    def abstract(self) -> tuple[str, ...]:
        """4 to 9 sentences of 90 to 205 words in all."""
        while True:
            parts = ["open", "aim"]
            parts += ["method"] * self._draw.between(1, 2) + ["result"] * self._draw.between(1, 2)
            chances = {"gap": 0.6, "data": 0.6, "detail": 0.7, "caveat": 0.3, "close": 0.8, "link": 0.17}
            parts += [part for part, chance in chances.items() if self._draw.chance(chance)]
            sentences: list[str] = []
            for part in PATTERNS:
                sentences += map(self._fill, self._draw.some(PATTERNS[part], parts.count(part)))
            if 90 <= sum(len(sentence.split()) for sentence in sentences) <= 205 and len(sentences) <= 9:
                return tuple(sentences)

    def _fill(self, pattern: str) -> str:
        while "[" in pattern:
            pattern = re.sub(r"\[([^\[\]]*)\]", lambda found: self._draw.pick(found[1].split("|")), pattern)
        while "{" in pattern:
            pattern = re.sub(r"\{(\w+)\}", lambda found: self._slot(found[1]), pattern)
        text = _AN.sub(r"\1n ", pattern)
        if self._plain:
            text = text.replace("“", '"').replace("”", '"').replace("—", " -- ").replace("–", "-")
        first = 1 if text[0] in '"“' else 0
        return text[:first] + text[first].upper() + text[first + 1 :]

    def _slot(self, slot: str) -> str:
        if slot in self._bound:
            return self._bound[slot]
        if slot in _NUMBERS:
            return _NUMBERS[slot](self._draw)
        if slot in ("repo", "page"):
            return self._address(slot)
        deck = self._decks[slot]
        deck.append(deck.pop(0))
        qualified = slot == "things" and self._draw.chance(0.4)
        return f"{self._slot('adj')} {deck[-1]}" if qualified else deck[-1]

    def _address(self, slot: str) -> str:
        name = self._bound["name"].lower()
        if slot == "page":
            return f"https://{name}.github.io"
        owner = (self._draw.pick(NAME_STARTS) + self._draw.pick(NAME_ENDS)).lower()
        return f"https://github.com/{owner}{self._draw.pick(['', '-lab', '-group'])}/{name}"


def _title_case(text: str) -> str:
    words = text.split(" ")
    for place, word in enumerate(words):
        if place == 0 or word not in _SMALL_WORDS:
            words[place] = word[0].upper() + word[1:]
    return " ".join(words)
