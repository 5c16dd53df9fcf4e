"""A folder of made-up dumps whose duplicates are known, so that results can be graded.

`sample_words` writes the papers. Some are planted again in later dumps after an edit of a known kind (`sample_edits`).
Look-alikes that are *different* papers are added, and so are broken entries that must be rejected.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from tests.support.sample_pages import arrange, author_page, footers_of, listing, publication_dates
from tests.support.sample_papers import COPY_KINDS, LAYOUTS, plant
from tests.support.sample_words import Draw

SEED = 20261121
PAPERS = 220
SMALLEST = 40  # with fewer papers a dump could have no original

_TRUTH = {
    "dump": pl.String,
    "line_start": pl.Int64,
    "paper": pl.Int64,
    "kind": pl.String,
    "is_duplicate": pl.Boolean,
}


@dataclass(frozen=True)
class Sample:
    """The texts of the dumps by file name, and the truth: one row per well-formed entry, in reading order."""

    dumps: dict[str, str]
    truth: pl.DataFrame


def make_sample(*, seed: int = SEED, papers: int = PAPERS) -> Sample:
    """Make the sample; the same seed gives the same bytes on every Python version.

    `papers` counts distinct papers, including hard negatives. A copy is in a later dump than its original, and a hard
    negative in a later dump than the paper it resembles.
    """
    if papers < SMALLEST:
        raise ValueError(f"a sample needs at least {SMALLEST} papers, not {papers}")
    draw = Draw(seed, 0)
    listed = [date(2024, 2, 5)]
    while len(listed) < len(LAYOUTS):
        listed.append(listed[-1] + timedelta(draw.between(80, 110)))
    written, entries = plant(draw, seed, papers)
    published = publication_dates(draw, entries, listed)
    dumps: dict[str, str] = {}
    rows: list[tuple[str, int, int, str, bool]] = []
    for place, day in enumerate(listed):
        here = arrange(draw, [entry for entry in entries if entry.dump == place], place)
        name = f"{place:03d}_" + "".join(draw.pick("0123456789abcdef") for _ in range(16)) + ".txt"
        if LAYOUTS[place] == "C":
            dumps[name], starts = author_page(draw, here)
        else:
            footers: list[tuple[str, ...]] = [()] * len(here)
            if LAYOUTS[place] == "B":
                footers = footers_of(draw, here, written, published, day)
            dumps[name], starts = listing(here, footers, day, named=place % 3 != 1)
        if place == LAYOUTS.rindex("B"):
            dumps[name] = dumps[name].rstrip("\n") + "\n\n  • 4 authors"  # the page breaks off here
        for entry, start in zip(here, starts, strict=True):
            if entry.paper >= 0:
                rows.append((name, start, entry.paper, entry.kind, entry.kind in COPY_KINDS))
    return Sample(dumps, pl.DataFrame(rows, schema=_TRUTH, orient="row"))


def write_sample(folder: Path, *, seed: int = SEED, papers: int = PAPERS) -> Sample:
    """Write dumps and `_truth.csv` into `folder`; the dumps of an earlier `_truth.csv` there are removed."""
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


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("folder", type=Path)
    reader.add_argument("--seed", type=int, default=SEED)
    reader.add_argument("--papers", type=int, default=PAPERS)
    given = reader.parse_args()
    write_sample(given.folder, seed=given.seed, papers=given.papers)
