"""Evidence to a score: the sum of the weights that a file gives to each kind of evidence; null adds nothing.

The score is in log-odds. There are two tables of weights, since the same evidence has different meanings:
`with_abstracts` if two abstracts are compared, and `without` if title, authors, year and place in print must decide
alone. Weights are interpolated linearly between knots, and beyond them are those of the last knot. More agreement never
lowers a score. `benchmarks/learn_model.py` learns the weights.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.pipeline.matching.context import CONTEXT_SCHEMA
from papersieve.pipeline.matching.evidence import EVIDENCE_SCHEMA

#: Not a path, because Spark's workers read it from a zip file.
WEIGHTS: Traversable = resources.files("papersieve.pipeline.matching") / "weights.json"

#: Words of the shorter abstract below which containment is no evidence: one sentence may be contained by chance.
MIN_CONTAINED_WORDS = 12

#: Title similarity above which the length of the title counts: long titles seldom agree by chance.
AGREEING_TITLES = 0.9

#: If titles and abstracts are both less similar than this, an equal first page is that of another congress abstract.
SAME_PAGE_TITLES, SAME_PAGE_ABSTRACTS = 0.8, 0.5

#: Evidence of the place of publication: it distinguishes two publications of one work.
PLACE = ("venue", "venue_kind", "volume", "issue", "pages", "doi")

#: Two publications are one work if abstracts, titles and authors agree at least this far.
SAME_WORK_ABSTRACTS, SAME_WORK_TITLES, SAME_WORK_WORDS, SAME_WORK_AUTHORS = 0.5, 0.9, 0.95, 0.5

#: All columns that a pair is judged by.
PAIR_COLUMNS = EVIDENCE_SCHEMA | CONTEXT_SCHEMA

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Weights for one situation: the prior, which counts without any evidence, and (knots, weights) of each kind."""

    prior: float
    curves: dict[str, tuple[list[float], list[float]]]

    def terms(self, evidence: pl.DataFrame) -> dict[str, Floats]:
        """What each kind of evidence adds to the score of each pair; 0 if it is null."""
        terms = {"prior": np.full(evidence.height, self.prior)}
        for name, (knots, weights) in self.curves.items():
            values = evidence[name].cast(pl.Float64).to_numpy()
            terms[name] = np.where(np.isnan(values), 0.0, np.interp(values, knots, weights))
        return terms


@dataclass(frozen=True)
class Model:
    """The weights. wrong_shares: (share of wrong matches, the score from which on it is that; at least 0)."""

    with_abstracts: Table
    without: Table
    wrong_shares: list[tuple[float, float]]

    def terms(self, evidence: pl.DataFrame, unit: str) -> pl.DataFrame:
        """One column per term, one row per pair; the sum of a row is its score. unit: `work` or `publication`."""
        said = counted(evidence)
        compared = said["similarity"].is_not_null().to_numpy()
        one, other = self.with_abstracts.terms(said), self.without.terms(said)
        terms = {name: np.where(compared, one[name], other[name]) for name in one}
        if unit == "work":
            is_work = said.select(_is_one_work()).to_series().to_numpy()
            terms |= {name: np.where(is_work, np.maximum(terms[name], 0), terms[name]) for name in PLACE}
        return pl.DataFrame(terms)

    def score(self, evidence: pl.DataFrame, unit: str) -> pl.Series:
        """Log-odds of each pair being one paper, to six digits: float sums in another order differ in the last ones."""
        return self.terms(evidence, unit).sum_horizontal().round(6).alias("score")

    def match_from(self, wrong_share: float) -> float:
        """The score from which on at most this share of matches is wrong, as estimated from the labelled sets."""
        shares, scores = zip(*sorted(self.wrong_shares), strict=True)
        return float(np.interp(np.log(wrong_share), np.log(shares), scores))


def counted(evidence: pl.DataFrame) -> pl.DataFrame:
    """Evidence as the curves read it: null if it would be misleading."""
    is_agreeing = pl.max_horizontal("title_similarity", "title_containment") > AGREEING_TITLES
    is_other_text = (pl.col("title_similarity") < SAME_PAGE_TITLES) & (pl.col("similarity") < SAME_PAGE_ABSTRACTS)
    is_other_page = (pl.col("pages") == 1) & is_other_text
    return evidence.with_columns(
        containment=pl.when(pl.col("smaller_words") >= MIN_CONTAINED_WORDS).then("containment"),
        abstract_words=pl.when(pl.col("similarity").is_not_null()).then("abstract_words"),
        title_length=pl.when(is_agreeing).then("title_length"),
        pages=pl.when(is_other_page.fill_null(value=False)).then(None).otherwise("pages"),
    )


def _is_one_work() -> pl.Expr:
    return (
        (pl.max_horizontal("similarity", "containment") >= SAME_WORK_ABSTRACTS)
        & (pl.col("title_similarity") >= SAME_WORK_TITLES)
        & (pl.col("title_containment") >= SAME_WORK_WORDS)
        & (pl.col("title_numbers").fill_null(1.0) == 1)
        & (pl.col("authors").fill_null(1.0) >= SAME_WORK_AUTHORS)
    ).fill_null(value=False)


@cache
def load_model(path: Traversable = WEIGHTS) -> Model:
    """Read a weights file."""
    values = json.loads(path.read_text(encoding="utf-8"))
    shares = [(share, score) for share, score in values["wrong_shares"]]
    return Model(_table(values["with_abstracts"]), _table(values["without"]), shares)


def _table(values: dict[str, Any]) -> Table:
    curves = {
        name: ([float(knot) for knot, _ in points], [float(weight) for _, weight in points])
        for name, points in values["evidence"].items()
    }
    return Table(float(values["prior"]), curves)


class Term(NamedTuple):
    """What one kind of evidence adds to the score of a pair; value: null for the prior."""

    name: str
    value: float | None
    adds: float


def terms_of(pair: Mapping[str, Any], unit: str) -> list[Term]:
    """Terms of a pair with evidence and context, largest first; those that add nothing are left out."""
    evidence = pl.DataFrame([{name: pair[name] for name in PAIR_COLUMNS}], schema=PAIR_COLUMNS)
    terms = load_model().terms(evidence, unit).row(0, named=True)
    told = [Term(name, None if name == "prior" else pair[name], adds) for name, adds in terms.items() if adds]
    return sorted(told, key=lambda term: (-abs(term.adds), term.name))
