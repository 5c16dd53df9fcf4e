"""Planted corpora of any size: invented abstracts, some of them damaged copies of others, with the truth.

A chain of word pairs is learned from the grammar in `tests.support.sample_words` (not from the text of a real listing),
with a Zipf tail of made-up words. So word lengths, repetition and n-grams are those of abstracts, while two unrelated
texts share almost no 3-gram. A tenth of the documents are copies of an earlier one, each damaged in one known way. One
in fifty copies half of an earlier one and continues differently: similar, but not a duplicate.

python -m benchmarks.corpus 100000 corpus.parquet [seed]
"""

import re
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from tests.support.sample_words import FIELDS, Draw, Writer

COPIES, HALVES = 0.10, 0.02
_BATCH = 20_000
_SYLLABLES = (
    "ar bel cor dan esk fir gol hun ith jor kel lum mar nov ost pra quil rin sol tam ulv ver wex yor zan".split()
)
_BRITISH = {
    "modeling": "modelling", "behavior": "behaviour", "color": "colour", "analyze": "analyse", "center": "centre",
    "optimize": "optimise", "labeled": "labelled", "neighbor": "neighbour", "favor": "favour", "fiber": "fibre",
}  # fmt: skip


class Language:
    """A word chain: the successors of each word, the words by frequency, and the rare words."""

    def __init__(self, seed: int) -> None:
        fields = sorted(FIELDS)
        tokens: list[str] = []
        for number in range(600):
            writer = Writer(Draw(seed, number), fields[number % len(fields)])
            tokens += " ".join(writer.abstract()).split()
        american = {british: word for word, british in _BRITISH.items()}
        tokens = [american.get(t, t) for t in tokens]
        random = Random(seed)
        common = sorted(set(tokens) | set(_BRITISH))
        rare = sorted({"".join(random.choices(_SYLLABLES, k=random.randint(2, 4))) for _ in range(200_000)})
        random.shuffle(rare)
        self.words = [*common, *rare]
        place = {word: i for i, word in enumerate(common)}
        chain = [place[t] for t in tokens]
        after: list[list[int]] = [[] for _ in common]
        for one, next_one in pairwise(chain):
            after[one].append(next_one)
        self._first_rare = len(common)
        self._unigrams = np.array([*chain, *(place[w] for w in _BRITISH for _ in range(len(chain) // 400))])
        self._after = np.array([random.choices(a or chain[:100], k=64) for a in after])
        weights = 1.0 / np.arange(1, len(rare) + 1) ** 0.9
        self._tail = np.cumsum(weights) / weights.sum()

    def texts(self, rng: np.random.Generator, count: int, words: int = 170) -> list[str]:
        """New texts of at least 40 words, and of `words` words on average."""
        lengths = np.maximum(40, rng.normal(words, 45 * words / 170, count)).astype(int)
        ids = np.empty((lengths.max(), count), np.int64)
        now = rng.choice(self._unigrams, count)
        for row in ids:
            row[:] = now
            chance = rng.random(count)
            jump = rng.choice(self._unigrams, count)
            now = np.where(chance < 0.15, jump, self._after[now, rng.integers(0, 64, count)])
            rare = chance > 0.94
            row[rare] = self._first_rare + np.searchsorted(self._tail, rng.random(int(rare.sum())))
        known = self.words
        texts = (" ".join([known[i] for i in column[:n]]) for column, n in zip(ids.T.tolist(), lengths, strict=True))
        return [text[0].upper() + text[1:].rstrip(",;:.") + "." for text in texts]

    def word(self, random: Random) -> str:
        """A word, drawn by frequency."""
        return self.words[int(self._unigrams[random.randrange(self._unigrams.size)])]


def _cut(share: float) -> Callable[[str, Random, Language], str]:
    def damage(text: str, random: Random, _: Language) -> str:
        words = text.split()
        return " ".join(words[: int(len(words) * (1 - share))]) + random.choice([" ...", "…", ""])

    return damage


def _reworded(share: float) -> Callable[[str, Random, Language], str]:
    def damage(text: str, random: Random, language: Language) -> str:
        return " ".join(language.word(random) if random.random() < share else w for w in text.split())

    return damage


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


def _without_one(text: str, random: Random) -> str:
    sentences = _sentences(text)
    if len(sentences) > 2:
        del sentences[random.randrange(len(sentences))]
    return " ".join(sentences)


def _shuffled(text: str, random: Random) -> str:
    sentences = _sentences(text)
    random.shuffle(sentences)
    return " ".join(sentences)


def _scanned(text: str, random: Random) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return "".join(random.choice(letters) if c.isalpha() and random.random() < 0.01 else c for c in text)


def _rejoined(text: str, random: Random) -> str:
    """Remove one space in fifty, as extraction from columns does."""
    return re.sub(" ", lambda _: "" if random.random() < 0.02 else " ", text)


def _latex(text: str, random: Random) -> str:
    words = (rf"{{\em {w}}}" if random.random() < 0.03 else w for w in text.replace("%", r"\%").split())
    return " ".join(words)


def _british(text: str) -> str:
    return re.sub(r"\w+", lambda m: _BRITISH.get(m[0], m[0]), text)


DAMAGE: dict[str, Callable[[str, Random, Language], str]] = {
    "exact": lambda text, r, _: text,
    "case_and_spacing": lambda text, r, _: re.sub(r"\s", lambda _: r.choice(["  ", " "]), text.upper()),
    "title_case": lambda text, r, _: text.title(),
    "dash_and_quote": lambda text, r, _: "“" + text.replace("-", "–").replace("'", "’") + "”",
    "latex": lambda text, r, _: _latex(text, r),
    "british": lambda text, r, _: _british(text),
    "boilerplate": lambda text, r, _: f"Abstract: {text} Comments: {r.randrange(5, 40)} pages, 4 figures.",
    "cut_15": _cut(0.15),
    "cut_30": _cut(0.30),
    "cut_50": _cut(0.50),
    "reworded_1": _reworded(0.01),
    "reworded_3": _reworded(0.03),
    "reworded_5": _reworded(0.05),
    "reworded_10": _reworded(0.10),
    "reworded_20": _reworded(0.20),
    "ocr_1": lambda text, r, _: _scanned(text, r),
    "ocr_spaces": lambda text, r, _: _rejoined(text, r),
    "sentence_dropped": lambda text, r, _: _without_one(text, r),
    "sentences_reordered": lambda text, r, _: _shuffled(text, r),
}


def batches(count: int, seed: int = 7, words: int = 170) -> Iterator[pl.DataFrame]:
    """Frames of document_no, text, original_no (its own number if it is an original), kind.

    The same seed gives the same frames. words: the average number of words of an original.
    """
    language, rng, random = Language(seed), np.random.default_rng(seed), Random(seed)
    kinds = list(DAMAGE)
    originals: list[tuple[int, str]] = []
    for first in range(0, count, _BATCH):
        texts = language.texts(rng, min(_BATCH, count - first), words)
        rows = []
        for number, fresh in enumerate(texts, start=first):
            chance = random.random() if len(originals) > 100 else 1.0
            if chance < COPIES:
                of, text = random.choice(originals)
                kind = random.choice(kinds)
                rows.append((number, DAMAGE[kind](text, random, language), of, kind))
            elif chance < COPIES + HALVES:
                half = random.choice(originals)[1].split()
                mixed = half[: len(half) // 2] + fresh.split()[: len(half) // 2]
                rows.append((number, " ".join(mixed), number, "half_copied"))
            else:
                rows.append((number, fresh, number, "original"))
                originals.append((number, fresh))
        del originals[:-50_000]  # only the last ones are copied, so that memory does not grow
        yield pl.DataFrame(rows, schema={"document_no": pl.Int64, "text": pl.String, "original_no": pl.Int64, "kind": pl.String}, orient="row")  # fmt: skip


def titled(count: int, seed: int = 7) -> pl.DataFrame:
    """Return the corpus with titles, and with hard negatives that only titles distinguish, in one frame.

    One original in ten is a Part I. A copy has its original's title, perhaps in another case, or no title. After the
    corpus come second parts, which repeat three quarters of the words of the first part, and errata, which repeat the
    abstract that they correct: as many of each as there are copies of a kind. Both are distinct documents.
    """
    language, random = Language(seed), Random(seed + 1)
    plain = pl.concat(list(batches(count, seed)))
    titles: dict[int, str] = {}
    rows = []
    for number, text, of, kind in plain.iter_rows():
        if kind in DAMAGE:
            shown: str | None = titles[of]
            chance = random.random()
            shown = None if chance < 0.15 else titles[of].upper() if chance < 0.3 else titles[of].title()
        else:
            shown = " ".join(language.word(random) for _ in range(random.randint(6, 12))).capitalize()
            titles[number] = shown = f"{shown}, Part I" if random.random() < 0.1 else shown
        rows.append((number, shown, text, of, kind))
    originals = [(number, text) for number, _, text, _, kind in rows if kind == "original"]
    first_parts = [(number, text) for number, text in originals if titles[number].endswith("Part I")]
    each = max(1, int(count * COPIES / len(DAMAGE)))
    for place, (number, text) in enumerate(random.choices(first_parts, k=each), start=count):
        second = _reworded(0.25)(text, random, language)
        rows.append((place, f"{titles[number]}I", second, place, "numbered_part"))
    for place, (number, text) in enumerate(random.choices(originals, k=each), start=count + each):
        rows.append((place, f"Erratum: {titles[number]}", text, place, "erratum"))
    return pl.DataFrame(rows, schema={"document_no": pl.Int64, "title": pl.String, "abstract": pl.String, "original_no": pl.Int64, "kind": pl.String}, orient="row")  # fmt: skip


def write(count: int, path: Path, seed: int = 7) -> None:
    """Write the corpus as Parquet, batch by batch."""
    writer = None
    for batch in batches(count, seed):
        table = batch.to_arrow()
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 7)
