"""Evidence to a probability by adding up: each kind of evidence is worth what the weights file says, null nothing.

Two tables of weights, since the same evidence says different things: `with_abstracts`, where the abstracts of
both are compared, and `without`, where title, authors, year and venue have to carry the judgement alone. A
weight is read between its knots along straight lines and beyond them is that of the last; with what should
speak for a match it never falls (`tests/pipeline/test_model.py`). The sum is in log-odds.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

WEIGHTS = Path(__file__).with_name("weights.json")

#: Present where the abstracts of both are compared.
ABSTRACTS = "abstract_similarity"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Weights of one situation: what holds before any evidence, and (knots, weights) of each kind of it."""

    prior: float
    curves: dict[str, tuple[list[float], list[float]]]

    def terms(self, evidence: pl.DataFrame) -> dict[str, Floats]:
        """What each kind of evidence adds, pair by pair; 0 where it is null."""
        terms = {"prior": np.full(evidence.height, self.prior)}
        for name, (knots, weights) in self.curves.items():
            values = evidence[name].cast(pl.Float64).to_numpy()
            terms[name] = np.where(np.isnan(values), 0.0, np.interp(values, knots, weights))
        return terms


@dataclass(frozen=True)
class Model:
    """The weights, and the probabilities from which a pair is a match or for review."""

    with_abstracts: Table
    without: Table
    match_from: float
    review_from: float

    @property
    def match_score(self) -> float:
        """The score, in log-odds, from which a pair is a match."""
        return math.log(self.match_from / (1 - self.match_from))

    def terms(self, evidence: pl.DataFrame) -> pl.DataFrame:
        """One column a term, one row a pair of `evidence`; a row's sum is its score in log-odds."""
        compared = evidence[ABSTRACTS].is_not_null().to_numpy()
        one, other = self.with_abstracts.terms(evidence), self.without.terms(evidence)
        nothing = np.zeros(evidence.height)
        names = list(dict.fromkeys([*one, *other]))
        return pl.DataFrame({n: np.where(compared, one.get(n, nothing), other.get(n, nothing)) for n in names})

    def judge(self, evidence: pl.DataFrame) -> pl.DataFrame:
        """Add score (log-odds), probability and judgement to evidence."""
        score = self.terms(evidence).to_numpy().sum(axis=1)
        probability = 1 / (1 + np.exp(-score))
        judged = evidence.with_columns(score=pl.Series(score), probability=pl.Series(probability))
        return judged.with_columns(
            judgement=pl.when(pl.col("probability") >= self.match_from)
            .then(pl.lit("match"))
            .when(pl.col("probability") >= self.review_from)
            .then(pl.lit("review"))
            .otherwise(pl.lit("non_match"))
        )


@cache
def load_model(path: Path = WEIGHTS) -> Model:
    """Read a weights file."""
    values = json.loads(path.read_text(encoding="utf-8"))
    return Model(
        with_abstracts=_table(values["with_abstracts"]),
        without=_table(values["without"]),
        match_from=values["match_from"],
        review_from=values["review_from"],
    )


def _table(values: dict[str, Any]) -> Table:
    curves = {
        name: ([float(knot) for knot, _ in points], [float(weight) for _, weight in points])
        for name, points in values["evidence"].items()
    }
    return Table(float(values["prior"]), curves)


def explain(model: Model, evidence: pl.DataFrame) -> list[tuple[str, float | None, float]]:
    """Terms of one pair (a frame of one row), weightiest first: name, value, what it adds."""
    terms = model.terms(evidence).row(0, named=True)
    named = [(name, None if name == "prior" else evidence[name][0], weight) for name, weight in terms.items()]
    said = [(name, value, weight) for name, value, weight in named if name == "prior" or value is not None]
    return sorted(said, key=lambda term: (-abs(term[2]), term[0]))
