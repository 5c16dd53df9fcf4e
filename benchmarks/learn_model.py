"""Learn the weights of `pipeline.dedup.model` from labelled sets: python -m benchmarks.learn_model FOLDER.

Logistic regression whose inputs are the knots' hat functions, with bounds that keep each curve from falling (or
from rising, for distances). A kind of evidence has a base weight and steps, and is worth nothing where it is
null. Every set weighs the same however many pairs it has, and each pair is shown again with columns taken
away, so that the model also knows what records mean that say less than most of these do.
"""

import argparse
import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from scipy.linalg import block_diag
from scipy.optimize import isotonic_regression, minimize

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
    "day_title": ([0.5, 0.7, 0.8, 0.9, 0.95, 1], True),
    "venue": ([0, 0.5, 0.8, 0.95, 1], True),
    "venue_kind": ([0, 0.5, 1], True),
    "volume": ([0, 1], True),
    "issue": ([0, 1], True),
    "pages": ([0, 1], True),
    "doi": ([0, 1], True),
    "title_years": ([1, 2, 3, 5, 8], False),
    "venue_company": ([0, 0.05, 0.2, 0.5, 0.9], True),
    "one_source": ([-4, -1, 0, 2], True),
}
#: Not learned, since no labelled set may be fed with it: an arXiv id is of one work, and works have several.
GIVEN = {"arxiv_id": [[0, -3.0], [1, 6.0]]}

#: Seldom given where no abstract is, and no less telling there: the curve is that of pairs with abstracts.
SHARED = ("doi",)

#: Columns taken away in the repeated showings, and what such a showing weighs.
_PRINT = ("volume", "issue", "pages", "doi")
_VENUE = ("venue", "venue_kind", "venue_company")
_ABOUT = ("authors", "authors_all", "year_distance", "day", "day_title", "title_years", *_VENUE)
HIDDEN = {
    (): 1.0,
    ("one_source",): 0.5,
    ("one_source", *_PRINT): 0.2,
    ("one_source", "doi"): 0.3,
    ("one_source", *_PRINT, *_VENUE): 0.4,
    ("one_source", *_PRINT, *_ABOUT): 0.2,
}

#: Kinds of evidence whose curves without abstracts are not drawn to what is counted: what decides, and what is counted already.
UNDRAWN = (*_PRINT, "one_source")

#: Weight of the showings of pairs with abstracts to the other table, their abstracts taken away.
BLIND = 0.04
_ABSTRACT = (ABSTRACTS, "abstract_containment", "abstract_words")

#: Sets that weigh less: Cora's labels contradict each other (a workshop's version and the journal's are one or two).
LESS = {"cora": 0.2}

#: Log-odds beyond which a kind of evidence is held back: no trait of one family may be a veto in all others.
LIMIT, LIMITS, HOLD = 3.0, {"doi": 4.5, "one_source": 4.5}, 50.0

#: Without abstracts only few sets teach, so curves are drawn to this share of what is counted bin by bin
#: (Fellegi-Sunter), but for those of the place in print, which decide.
SHARE_COUNTED, DRAW = 0.35, 8.0
#: Counted pairs up to which a kind of evidence has no counted curve.
FEW = 20

SEED, PAIRS_OF_A_SET, WEIGHT_OF_A_SET, PENALTY, STEPS = 1, 3_000, 3_000, 0.05, 300
MATCH_FROM, REVIEW_FROM = 0.5, 0.1


@dataclass(frozen=True)
class _Shown:
    """Pairs drawn from a set, of one situation: evidence, labels (0 or 1), and what each pair weighs."""

    evidence: pl.DataFrame
    is_match: np.ndarray
    weight: float


def learn(sets: list[LabelledSet]) -> Model:
    """Learn both tables."""
    there, missing = [_show(s, there=True) for s in sets], [_show(s, there=False) for s in sets]
    with_abstracts = _learn_table(there, [], draw=0)
    without = _learn_table(missing, there, draw=DRAW)
    without.curves.update({name: with_abstracts.curves[name] for name in SHARED})
    return Model(with_abstracts, without, MATCH_FROM, REVIEW_FROM)


def _show(labelled: LabelledSet, *, there: bool) -> _Shown:
    """Those of at most `PAIRS_OF_A_SET` evenly drawn pairs whose abstracts are compared, or are not."""
    rng = np.random.default_rng(SEED)
    height = labelled.proposed.pairs.height
    drawn = np.sort(rng.permutation(height)[:PAIRS_OF_A_SET])
    evidence = labelled.proposed.pairs[drawn].select(EVIDENCE)
    compared = evidence[ABSTRACTS].is_not_null() if there else evidence[ABSTRACTS].is_null()
    is_match = labelled.is_match[drawn][compared.to_numpy()].astype(float)
    stands_for = height / max(len(drawn), 1)
    weight = LESS.get(labelled.name, 1.0) * min(stands_for, WEIGHT_OF_A_SET / max(len(is_match), 1))
    return _Shown(evidence.filter(compared), is_match, weight)


def _learn_table(shown: list[_Shown], blind: list[_Shown], *, draw: float) -> Table:
    """Learn from what is shown, and from `blind` pairs whose abstracts are taken away."""
    inputs, labels, weights = [], [], []
    for group, share, always in ((shown, 1.0, ()), (blind, BLIND, _ABSTRACT)):
        for s in group:
            for hidden, weight in HIDDEN.items() if s.evidence.height else ():
                nothing = [pl.lit(None, pl.Float64).alias(c) for c in (*hidden, *always)]
                inputs.append(_inputs(s.evidence.with_columns(nothing)))
                labels.append(s.is_match)
                weights.append(np.full(len(s.is_match), share * weight * s.weight))
    drawn_to = SHARE_COUNTED * _counted(shown)
    return _table(_fit(np.concatenate(inputs), np.concatenate(labels), np.concatenate(weights), drawn_to, draw))


def _counted(shown: list[_Shown]) -> np.ndarray:
    """Log-odds counted bin by bin from each knot to the next, smoothed, and made to rise or fall as curves do."""
    counted = []
    for name, (knots, rises) in KNOTS.items():
        counts = np.zeros((2, len(knots)))
        for s in shown:
            values = s.evidence[name].to_numpy()
            bins = np.clip(np.searchsorted(knots, values, side="right") - 1, 0, len(knots) - 1)
            for row, chosen in enumerate((s.is_match > 0, s.is_match == 0)):
                counts[row] += s.weight * np.bincount(bins[chosen & ~np.isnan(values)], minlength=len(knots))
        smooth = counts + 0.5 + 3 / len(knots)
        odds = np.log(smooth[0] / smooth[0].sum()) - np.log(smooth[1] / smooth[1].sum())
        told = isotonic_regression(odds, weights=smooth.sum(axis=0), increasing=rises).x
        counted.append(told if counts.sum() > FEW else np.zeros(len(knots)))
    return np.concatenate(counted)


def _inputs(evidence: pl.DataFrame) -> np.ndarray:
    """For each kind of evidence: is it there, and how far along each step between two knots it lies."""
    columns = []
    for name, (knots, _) in KNOTS.items():
        values = evidence[name].to_numpy()
        there = ~np.isnan(values)
        columns.append(there.astype(np.float32))
        for low, high in itertools.pairwise(knots):
            columns.append(np.where(there, np.clip((values - low) / (high - low), 0, 1), 0).astype(np.float32))
    return np.stack(columns, axis=1)


def _fit(inputs: np.ndarray, labels: np.ndarray, weights: np.ndarray, drawn_to: np.ndarray, draw: float) -> np.ndarray:
    """Bounded logistic regression; returns prior, then base and steps of each kind of evidence."""
    lengths = {name: len(knots) for name, (knots, _) in KNOTS.items()}
    curves = block_diag(*(np.tril(np.ones((n, n))) for n in lengths.values()))
    limits = np.repeat([LIMITS.get(name, LIMIT) for name in lengths], list(lengths.values()))
    pull = np.repeat([0.0 if name in UNDRAWN else draw for name in lengths], list(lengths.values()))

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        score = (inputs @ beta[1:].astype(np.float32)).astype(np.float64) + beta[0]
        curve = curves @ beta[1:]
        beyond = np.sign(curve) * np.maximum(np.abs(curve) - limits, 0)
        value = (weights * np.logaddexp(0, np.where(labels > 0, -score, score))).sum() + PENALTY * (beta[1:] ** 2).sum()
        value += HOLD * (beyond**2).sum() + (pull * (curve - drawn_to) ** 2).sum()
        residual = weights * (1 / (1 + np.exp(-score)) - labels)
        slope = (residual.astype(np.float32) @ inputs).astype(np.float64) + 2 * PENALTY * beta[1:]
        slope += 2 * curves.T @ (HOLD * beyond + pull * (curve - drawn_to))
        return value, np.concatenate([[residual.sum()], slope])

    bounds: list[tuple[float | None, float | None]] = [(None, None)]
    for knots, rises in KNOTS.values():
        bounds += [(None, None), *[(0, None) if rises else (None, 0)] * (len(knots) - 1)]
    start = np.zeros(inputs.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": STEPS})
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
