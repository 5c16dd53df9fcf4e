"""A sample of judged pairs for a person to label blindly, as a CSV file: drawing, writing and reading it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl

from papersieve.pipeline.errors import PapersieveError
from papersieve.warehouse.answers.asking import published_settings
from papersieve.warehouse.decisions.estimate import Interval, Stratum, precision_of, recall_of
from papersieve.warehouse.decisions.spreadsheet import SpreadsheetError, read_table, shortened, write_rows
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.sql import ask, execute

#: The strata of the sample, as `find_strata` in label_sample.sql defines them.
MATCHES, NEAR_MISSES = ("weak_match", "match"), ("review", "near")
_STRATA = (*MATCHES, *NEAR_MISSES)
_LETTERS = "ABCD"

ENDS = ("left_document_id", "right_document_id")
_FACTS = ("title", "authors", "year", "venue", "abstract", "dump", "line")
ANSWER = "is_one_paper"
HEADER = (*ENDS, "stratum", *(f"{side}_{fact}" for fact in _FACTS for side in ("left", "right")), ANSWER)
_NEEDED = (*ENDS, "stratum", ANSWER)

_LABELS = dict.fromkeys((*ENDS, "stratum"), pl.String) | {"is_one_paper": pl.Boolean}
_ANSWERS = {"yes": True, "y": True, "no": False, "n": False, "": None}


class Label(NamedTuple):
    """A pair of the sample. stratum: where it was drawn from. is_one_paper: null if nobody has labelled it."""

    left_document_id: str
    right_document_id: str
    stratum: str
    is_one_paper: bool | None


def draw_sample(warehouse: Path, file: Path, pairs: int, seed: int) -> int:
    """Write this many pairs to a CSV file, the same pairs for the same seed; returns how many could be written.

    Nothing in the file shows how a pair was judged, neither its position nor its letter. Raises PapersieveError if no
    pair was judged.
    """
    with open_warehouse(warehouse) as con:
        execute(con, "find_strata")
        drawn = draw(con, pairs, seed)
        if drawn.is_empty():
            raise PapersieveError(f"{warehouse}: expected judged pairs to draw from, found none. Nothing was written.")
        ends = pl.concat([drawn[end] for end in ENDS]).unique().to_frame("document_id")
        sides = {row["document_id"]: row for row in ask(con, "sides_to_label", chosen=ends).iter_rows(named=True)}
    rows = (_row(sides[left], sides[right], stratum) for left, right, stratum in drawn.iter_rows())
    write_rows(file, [HEADER, *rows])
    return drawn.height


def draw(con: duckdb.DuckDBPyConnection, pairs: int, seed: int) -> pl.DataFrame:
    """left_document_id, right_document_id, stratum of pairs of the table `estimated`."""
    wanted = shares_of(pairs, dict(ask(con, "strata_sizes").iter_rows()))
    frame = pl.DataFrame(list(wanted.items()), schema={"stratum": pl.String, "pairs": pl.Int64}, orient="row")
    return ask(con, "draw_pairs", wanted=frame, seed=str(seed))


def shares_of(pairs: int, sizes: dict[str, int]) -> dict[str, int]:
    """The number of pairs to draw from each stratum: equal numbers, and more from the others if one has too few."""
    wanted: dict[str, int] = {}
    by_size = sorted(sizes, key=lambda stratum: (sizes[stratum], _STRATA.index(stratum)))
    for place, stratum in enumerate(by_size):
        equal = (pairs - sum(wanted.values())) // (len(by_size) - place)
        wanted[stratum] = min(sizes[stratum], equal)
    return wanted


def estimate(warehouse: Path, file: Path) -> dict[str, Any]:
    """Estimate the quality of the published warehouse from a file of labels. Raises SpreadsheetError if it is none.

    Keys: pairs, labelled, gone, moved, decided (pairs of the file), strata, precision, wrong_merges, recall (each an
    estimate with low and high; null if a stratum has no labels), promised_wrong_share.
    """
    labels = pl.DataFrame(list(read_labels(file)), schema=_LABELS, orient="row")
    with open_warehouse(warehouse) as con:
        execute(con, "find_strata")
        sizes = dict(ask(con, "strata_sizes").iter_rows())
        placed = labels.join(ask(con, "strata_of_pairs", labelled=labels.select(ENDS)), on=ENDS, how="left")
        promised = published_settings(con).wrong_share
    placed = placed.with_columns(pl.col("is_decided").fill_null(value=False))
    counts = placed.select(
        pairs=pl.len(),
        labelled=pl.col("is_one_paper").count(),
        gone=(pl.col("stratum_now").is_null() & ~pl.col("is_decided")).sum(),
        moved=(pl.col("stratum_now") != pl.col("stratum")).sum(),
        decided=pl.col("is_decided").sum(),
    )
    return counts.row(0, named=True) | _numbers(_strata(placed, sizes)) | {"promised_wrong_share": promised}


def _strata(placed: pl.DataFrame, sizes: dict[str, int]) -> dict[str, Stratum]:
    """The present numbers of each stratum.

    A pair that was decided in the meantime counts in the stratum it was drawn from, because people who label find pairs
    to decide.
    """
    counted_as = pl.when("is_decided").then("stratum").otherwise("stratum_now")
    found = placed.group_by(counted_as.alias("name")).agg(
        pl.col("is_decided").sum(), labelled=pl.col("is_one_paper").count(), one_paper=pl.col("is_one_paper").sum()
    )
    known = {name: numbers for name, *numbers in found.iter_rows()}
    strata = {name: known.get(name, (0, 0, 0)) for name in _STRATA}
    return {name: Stratum(sizes.get(name, 0) + decided, *said) for name, (decided, *said) in strata.items()}


def _numbers(strata: dict[str, Stratum]) -> dict[str, Any]:
    matches, near = ([strata[name] for name in names] for names in (MATCHES, NEAR_MISSES))
    right, pairs = precision_of(matches), sum(stratum.pairs for stratum in matches)
    wrong = Interval(*(pairs * (1 - right[place]) for place in (0, 2, 1))) if right else None
    told = {"precision": right, "wrong_merges": wrong, "recall": recall_of(matches, near)}
    return {
        "matches": pairs,
        "strata": {name: stratum._asdict() for name, stratum in strata.items()},
        **{name: value._asdict() if value else None for name, value in told.items()},
    }


def read_labels(file: Path) -> Iterator[Label]:
    """The pairs of a file that `draw_sample` wrote and a person filled in.

    Raises SpreadsheetError, with the line, if it is another file.
    """
    seen: set[tuple[str, str]] = set()
    for place, cells in read_table(file, "labels", _NEEDED):
        label = _label(place, cells)
        if label[:2] in seen:
            raise SpreadsheetError(
                f"{place}: expected each pair once, found {' '.join(label[:2])} again. Take one out."
            )
        seen.add(label[:2])
        yield label
    if not seen:
        raise SpreadsheetError(
            f"{file}: expected pairs to label, found none. `papersieve estimate --sample N --out FILE.csv` draws them."
        )


def _label(place: str, cells: dict[str, str]) -> Label:
    left, right, letter, answer = (cells[name].strip() for name in _NEEDED)
    if answer.lower() not in _ANSWERS:
        raise SpreadsheetError(f"{place}: expected yes, no or nothing as {ANSWER}, found {shortened(answer)!r}.")
    if len(letter) != 1 or letter not in _LETTERS:
        raise SpreadsheetError(f"{place}: expected a letter of {_LETTERS} as stratum, found {shortened(letter)!r}.")
    stratum = _STRATA[(_LETTERS.index(letter) - _turn(left, right)) % len(_STRATA)]
    return Label(left, right, stratum, _ANSWERS[answer.lower()])


def _row(left: dict[str, Any], right: dict[str, Any], stratum: str) -> list[str]:
    """A line of the file, without an answer."""
    ends = left["document_id"], right["document_id"]
    # A program, but not a person, can tell the stratum from the letter, because it also depends on the pair.
    letter = _LETTERS[(_STRATA.index(stratum) + _turn(*ends)) % len(_LETTERS)]
    facts = (side[fact] for fact in _FACTS for side in (left, right))
    return [*ends, letter, *(shortened(None if value is None else str(value)) for value in facts), ""]


def _turn(left: str, right: str) -> int:
    return hashlib.md5(f"{left}{right}".encode(), usedforsecurity=False).digest()[0]
