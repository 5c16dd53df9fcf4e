"""Learn the weights of `pipeline.dedup.model` from labelled sets: python -m benchmarks.learn_model FOLDER.

Logistic regression whose inputs are the knots' hat functions, with bounds that keep each curve from falling (or
from rising, for distances). A kind of evidence has a base weight and steps, and is worth nothing where it is
null. Every set weighs the same however many pairs it has, and each pair is shown again with columns taken
away, so that the model also knows what records mean that say less than most of these do.
"""

import argparse
import itertools
import json
from pathlib import Path

import numpy as np
import polars as pl
from scipy.optimize import minimize

from benchmarks.labelled_sets import SETS, LabelledSet, load_set
from pipeline.dedup.evidence import EVIDENCE
from pipeline.dedup.model import ABSTRACTS, WEIGHTS, Model, Table

#: Where a curve may bend; with `False` more of it speaks against a match.
KNOTS: dict[str, tuple[list[float], bool]] = {
    "abstract_similarity": ([0, 0.1, 0.2, 0.35, 0.5, 0.8, 1], True),
    "abstract_containment": ([0, 0.2, 0.5, 0.8, 0.9, 1], True),
    "abstract_words": ([0, 0.1, 0.2, 0.3, 0.5, 0.75, 1], True),
    "title_similarity": ([0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1], True),
    "title_containment": ([0, 0.5, 0.7, 0.9, 1], True),
    "title_length": ([1, 3, 5, 8, 12], True),
    "title_parts": ([0, 1], True),
    "title_numbers": ([0, 1], True),
    "authors": ([0, 0.25, 0.5, 0.75, 1], True),
    "authors_all": ([0, 0.25, 0.5, 0.75, 1], True),
    "year_distance": ([0, 1, 2, 5, 10], False),
    "day": ([0, 1], True),
    "venue": ([0, 0.5, 0.8, 0.95, 1], True),
    "venue_kind": ([0, 0.5, 1], True),
    "volume": ([0, 1], True),
    "issue": ([0, 1], True),
    "pages": ([0, 1], True),
    "doi": ([0, 1], True),
}
#: Not learned, since no labelled set may be fed with it: an arXiv id is of one work, and works have several.
GIVEN = {"arxiv_id": [[0, -1.0], [1, 6.0]]}

#: Seldom given where no abstract is, and no less telling there: the curve is that of pairs with abstracts.
SHARED = ("doi",)

#: Columns taken away in the repeated showings, and what such a showing weighs.
_PRINT = ("volume", "issue", "pages", "doi")
_ABOUT = ("authors", "authors_all", "year_distance", "day", "venue", "venue_kind")
HIDDEN = {
    (): 1.0,
    _PRINT: 0.2,
    ("doi",): 0.3,
    (*_PRINT, "venue", "venue_kind"): 0.4,
    (*_PRINT, *_ABOUT): 0.2,
}

SEED, PAIRS_OF_A_SET, WEIGHT_OF_A_SET, PENALTY = 1, 5_000, 3_000, 0.05
MATCH_FROM, REVIEW_FROM = 0.5, 0.1


def learn(sets: list[LabelledSet]) -> Model:
    """Learn both tables."""
    shown = [_show(s) for s in sets]
    with_abstracts, without = (
        _learn_table([(e.filter(c == there), y[(c == there).to_numpy()]) for e, y, c in shown])
        for there in (True, False)
    )
    without.curves.update({name: with_abstracts.curves[name] for name in SHARED})
    return Model(with_abstracts, without, MATCH_FROM, REVIEW_FROM)


def _show(labelled: LabelledSet) -> tuple[pl.DataFrame, np.ndarray, pl.Series]:
    """At most `PAIRS_OF_A_SET` pairs of a set, drawn evenly, and whether their abstracts are compared."""
    rng = np.random.default_rng(SEED)
    height = labelled.proposed.pairs.height
    drawn = np.sort(rng.permutation(height)[:PAIRS_OF_A_SET])
    evidence = labelled.proposed.pairs[drawn].select(EVIDENCE)
    return evidence, labelled.is_match[drawn].astype(float), evidence[ABSTRACTS].is_not_null()


def _learn_table(sets: list[tuple[pl.DataFrame, np.ndarray]]) -> Table:
    inputs, labels, weights = [], [], []
    for evidence, is_match in sets:
        if evidence.height:
            for hidden, weight in HIDDEN.items():
                inputs.append(_inputs(evidence.with_columns(pl.lit(None, pl.Float64).alias(c) for c in hidden)))
                labels.append(is_match)
                weights.append(np.full(len(is_match), weight * min(1, WEIGHT_OF_A_SET / len(is_match))))
    return _table(_fit(np.concatenate(inputs), np.concatenate(labels), np.concatenate(weights)))


def _inputs(evidence: pl.DataFrame) -> np.ndarray:
    """For each kind of evidence: is it there, and how far along each step between two knots it lies."""
    columns = []
    for name, (knots, _) in KNOTS.items():
        values = evidence[name].to_numpy()
        there = ~np.isnan(values)
        columns.append(there.astype(float))
        for low, high in itertools.pairwise(knots):
            columns.append(np.where(there, np.clip((values - low) / (high - low), 0, 1), 0))
    return np.stack(columns, axis=1)


def _fit(inputs: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Bounded logistic regression; returns prior, then base and steps of each kind of evidence."""

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        score = inputs @ beta[1:] + beta[0]
        value = (weights * np.logaddexp(0, np.where(labels > 0, -score, score))).sum() + PENALTY * (beta[1:] ** 2).sum()
        residual = weights * (1 / (1 + np.exp(-score)) - labels)
        return value, np.concatenate([[residual.sum()], inputs.T @ residual + 2 * PENALTY * beta[1:]])

    bounds: list[tuple[float | None, float | None]] = [(None, None)]
    for knots, rises in KNOTS.values():
        bounds += [(None, None), *[(0, None) if rises else (None, 0)] * (len(knots) - 1)]
    start = np.zeros(inputs.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 400})
    return np.asarray(found.x)


def _table(beta: np.ndarray) -> Table:
    curves, place = {}, 1
    for name, (knots, _) in KNOTS.items():
        weights = np.cumsum(beta[place : place + len(knots)])
        curves[name] = ([float(k) for k in knots], [round(float(w), 3) for w in weights])
        place += len(knots)
    for name, points in GIVEN.items():
        curves[name] = ([float(k) for k, _ in points], [float(w) for _, w in points])
    return Table(round(float(beta[0]), 3), curves)


def write(model: Model, path: Path) -> None:
    """Write a weights file: one line a kind of evidence."""

    def table(values: Table) -> str:
        lines = [
            f"      {json.dumps(name)}: {json.dumps([list(point) for point in zip(*curve, strict=True)])}"
            for name, curve in values.curves.items()
        ]
        return f'{{\n    "prior": {values.prior},\n    "evidence": {{\n' + ",\n".join(lines) + "\n    }\n  }"

    parts = [
        f'  "match_from": {model.match_from}',
        f'  "review_from": {model.review_from}',
        f'  "with_abstracts": {table(model.with_abstracts)}',
        f'  "without": {table(model.without)}',
    ]
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the labelled sets")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    write(learn([load_set(arguments.folder, name, use_identifiers=True) for name in SETS]), arguments.output)
