"""Signatures of the kernels, compared bit for bit with datasketch's own on texts in many scripts.

python -m benchmarks.bit_identity [--real TEXTS.parquet]... [--texts 100000] [--seed 7]

Real texts are the columns `title` and `abstract` of the given files; the others are made of characters of all scripts,
of planted abstracts, and of unusual characters. datasketch signs each text with xxh32 under one of the 15 combinations
of n = 1 … 5 and 64, 128, 256 permutations, in turn, so that each combination gets a fifteenth of the texts.
"""

import time
import warnings
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
import polars as pl
import xxhash

from benchmarks import corpus
from benchmarks.measuring import arguments, machine, say, versions, write_result
from papersieve.pipeline.settings import Settings, Signing
from papersieve.pipeline.shingling.kernel_calls import read
from papersieve.pipeline.text import match_text

COMBINATIONS = list(product(range(1, 6), (64, 128, 256)))

#: The first and the last code point of the letters for made-up words.
SCRIPTS = {
    "latin": (0x41, 0x24F), "greek": (0x370, 0x3FF), "cyrillic": (0x400, 0x52F), "armenian": (0x531, 0x58A),
    "hebrew": (0x591, 0x5F4), "arabic": (0x600, 0x6FF), "devanagari": (0x900, 0x97F), "bengali": (0x980, 0x9FE),
    "tamil": (0xB82, 0xBFA), "thai": (0xE01, 0xE5B), "lao": (0xE81, 0xEDF), "burmese": (0x1000, 0x109F),
    "georgian": (0x10A0, 0x10FF), "ethiopic": (0x1200, 0x137C), "khmer": (0x1780, 0x17F9), "kana": (0x3041, 0x30FF),
    "han": (0x4E00, 0x9FFF), "hangul": (0xAC00, 0xD7A3), "full width": (0xFF01, 0xFFEE),
    "mathematical": (0x1D400, 0x1D7FF), "emoji": (0x1F300, 0x1FAFF), "any": (0x20, 0x2FA1F),
}  # fmt: skip


def made_up(random: Random) -> str:
    """A text in one script or in a mix of two; sometimes empty, sometimes one long word."""
    names = random.sample(list(SCRIPTS), random.choice((1, 1, 2)))
    words = []
    for _ in range(random.choice((0, 1, 3, 20, 60, 120))):
        low, high = SCRIPTS[random.choice(names)]
        letters = (random.randint(low, high) for _ in range(random.randint(1, random.choice((3, 9, 40)))))
        words.append("".join(chr(c) for c in letters if not 0xD800 <= c <= 0xDFFF))
    return random.choice((" ", "  ", "\n", "\u00a0", "-", ", ")).join(words)


def texts_of(real: list[Path], count: int, seed: int) -> tuple[list[str], dict[str, int]]:
    """As many texts as requested, shuffled, and the number of each origin."""
    random = Random(seed)
    known: list[str] = []
    for path in real:
        frame = pl.read_parquet(path)
        known += [text for name in ("title", "abstract") if name in frame.columns for text in frame[name].drop_nulls()]
    known = random.sample(sorted(set(known)), min(len(set(known)), count // 2))
    planted = corpus.Language(seed).texts(np.random.default_rng(seed), count // 5)
    invented = [made_up(random) for _ in range(count - len(known) - len(planted))]
    texts = known + planted + invented
    random.shuffle(texts)
    return texts, {"real": len(known), "planted": len(planted), "made up of all scripts": len(invented)}


def differing(texts: list[str], n: int, num_perm: int) -> int:
    """How many of the kernels' signatures of raw texts differ from datasketch's signatures of the match texts."""
    from datasketch import MinHash

    settings = Settings(signing=Signing(shingle_words=n, num_perm=num_perm, bands=16, rows_per_band=4))
    ours = read(pl.Series(texts, dtype=pl.String), settings, is_raw=True, keep_signatures=True).signatures
    coded = []
    for text in map(match_text, texts):
        words = text.split(" ")
        coded.append([" ".join(words[i : i + n]).encode() for i in range(max(1, len(words) - n + 1))] if text else [])
    theirs = MinHash.generator(coded, num_perm=num_perm, seed=1, hashfunc=xxhash.xxh32_intdigest)
    return sum(not np.array_equal(row, sketch.hashvalues) for row, sketch in zip(ours, theirs, strict=True))


def main() -> None:
    """Compare, and write the results."""
    parser = arguments(__doc__)
    parser.add_argument("--real", type=Path, action="append", default=[])
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)
    texts, origins = texts_of(given.real, given.texts, given.seed)
    started, rows = time.process_time(), []
    for place, (n, num_perm) in enumerate(COMBINATIONS):
        dealt = texts[place :: len(COMBINATIONS)]
        rows.append({"n": n, "permutations": num_perm, "texts": len(dealt), "differing": differing(dealt, n, num_perm)})
        say(rows[-1])
    result = {
        "machine": machine(), "seed": given.seed,
        "versions": versions("datasketch", "xxhash", "numba", "numpy", "polars"),
        "texts": len(texts), "origins": origins, "differing": sum(row["differing"] for row in rows),
        "cpu_seconds": round(time.process_time() - started, 1), "combinations": rows,
    }  # fmt: skip
    write_result("bit_identity", result)


if __name__ == "__main__":
    main()
