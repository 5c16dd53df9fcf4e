"""Learn the weights of `papersieve.pipeline.matching.model` from labelled sets: python -m benchmarks.evaluate_sets
FOLDER --learn.

Logistic regression on the knots' hat functions, with bounds that keep each curve from falling (or from rising, for
distances). A kind of evidence has a base weight and steps, and adds nothing if it is null. All sets with 3,000 pairs or
more have the same weight. Each pair is shown again with columns removed, so that the model also learns from records
with fewer columns.

The share of wrong matches at each score is calibrated on sets that were not used for learning (`calibrate`).
"""

import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from scipy.linalg import block_diag
from scipy.optimize import isotonic_regression, minimize

from benchmarks.labelled_sets import FAMILIES, LabelledSet
from papersieve.pipeline.matching.guards import guards
from papersieve.pipeline.matching.model import Model, Table, counted

#: Where a curve may bend; with `False`, larger values are evidence against a match.
KNOTS: dict[str, tuple[list[float], bool]] = {
    "similarity": ([0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.65, 0.8, 1], True),
    "containment": ([0, 0.2, 0.5, 0.7, 0.8, 0.9, 1], True),
    "abstract_words": ([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1], True),
    "title_similarity": ([0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1], True),
    "title_containment": ([0, 0.5, 0.7, 0.9, 1], True),
    "title_length": ([1, 3, 5, 8, 12], True),
    "title_numbers": ([0, 1], True),
    "authors": ([0, 0.25, 0.5, 0.75, 1], True),
    "authors_all": ([0, 0.25, 0.5, 0.75, 1], True),
    "year_distance": ([0, 1, 2, 5, 10], False),
    "venue": ([0, 0.5, 0.8, 0.95, 1], True),
    "venue_kind": ([0, 0.5, 1], True),
    "volume": ([0, 1], True),
    "issue": ([0, 1], True),
    "pages": ([0, 1], True),
    "doi": ([0, 1], True),
    "title_years": ([1, 2, 3, 5, 8], False),
    "abstract_titles": ([1, 2, 3, 5, 8], False),
    "one_list": ([-1, 0, 1], True),
}
#: Given, not learned, because no labelled set has these ids: an id belongs to one work, and a work may have several.
GIVEN = {"arxiv_id": [[0, -3.0], [0.5, 0.0], [1, 6.0]], "pmid": [[0, -3.0], [1, 5.0]]}

#: Evidence that is rare without abstracts but just as decisive there: its curve is that of pairs with abstracts.
SHARED = ("doi",)

#: The columns removed in the repeated pairs, and the weight of such a pair.
_PRINT = ("volume", "issue", "pages", "doi")
_VENUE = ("venue", "venue_kind")
_ABOUT = ("authors", "authors_all", "year_distance", "title_years", *_VENUE)
HIDDEN = {
    (): 1.0,
    ("one_list",): 0.5,
    ("one_list", *_PRINT): 0.2,
    ("one_list", "doi"): 0.3,
    ("one_list", *_PRINT, *_VENUE): 0.4,
    ("one_list", *_PRINT, *_ABOUT): 0.2,
}

#: Kinds of evidence whose curves without abstracts are not drawn towards the counted ones: those that decide by
#: themselves, and those that are counted already.
UNDRAWN = (*_PRINT, "one_list")

#: The weight, in the table without abstracts, of pairs whose abstracts were removed.
BLIND = 0.04
_ABSTRACT = ("similarity", "containment", "abstract_words", "abstract_titles")

#: Sets with a smaller weight: Cora's labels contradict each other (a workshop version and a journal version are
#: sometimes one entity, sometimes two).
LESS = {"cora": 0.2}

#: The limit for the log-odds of a kind of evidence, so that no peculiarity of one family becomes a veto in all others.
LIMIT, LIMITS, HOLD = 3.0, {"doi": 4.5, "one_list": 4.5}, 50.0

#: Few sets have pairs without abstracts, so their curves are drawn, by this share, towards the log-odds counted bin by
#: bin (Fellegi-Sunter), except for the place in print, which decides by itself.
SHARE_COUNTED, DRAW = 0.35, 8.0
#: With this many counted pairs or fewer, a kind of evidence has no counted curve.
FEW = 20

SEED, PAIRS_OF_A_SET, WEIGHT_OF_A_SET, PENALTY, STEPS = 1, 8_000, 3_000, 0.05, 400

#: The lowest scores of a match at which removed records are counted.
SCORES = tuple(float(score) for score in np.arange(-1, 4.25, 0.5))

#: Shares of wrong matches for which the weights file has a score.
WRONG_SHARES = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)


@dataclass(frozen=True)
class _Shown:
    """Pairs drawn from a set, with or without abstracts: evidence, labels (0 or 1), and the weight of each pair."""

    evidence: pl.DataFrame
    is_match: np.ndarray
    weight: float


def learn(sets: Iterable[LabelledSet]) -> Model:
    """Learn both tables, without calibrated shares."""
    sets = list(sets)
    there, missing = [_show(s, there=True) for s in sets], [_show(s, there=False) for s in sets]
    with_abstracts = _learn_table(there, [], draw=0)
    without = _learn_table(missing, there, draw=DRAW)
    without.curves.update({name: with_abstracts.curves[name] for name in SHARED})
    return Model(with_abstracts, without, [(share, 0.0) for share in WRONG_SHARES])


def _show(labelled: LabelledSet, *, there: bool) -> _Shown:
    """At most `PAIRS_OF_A_SET` evenly drawn pairs with or without compared abstracts; guarded pairs are left out."""
    pairs, rng = labelled.compared.pairs, np.random.default_rng(SEED)
    drawn = np.sort(rng.permutation(pairs.height)[:PAIRS_OF_A_SET])
    evidence = counted(pairs[drawn])
    chosen = evidence["similarity"].is_not_null() if there else evidence["similarity"].is_null()
    chosen &= ~evidence.select(pl.any_horizontal(condition for _, condition in guards("work"))).to_series()
    is_match = labelled.is_match[drawn][chosen.to_numpy()].astype(float)
    stands_for = pairs.height / max(len(drawn), 1)
    weight = LESS.get(labelled.name, 1.0) * min(stands_for, WEIGHT_OF_A_SET / max(len(is_match), 1))
    return _Shown(evidence.filter(chosen).select(*KNOTS), is_match, weight)


def _learn_table(shown: list[_Shown], blind: list[_Shown], *, draw: float) -> Table:
    """Learn from the shown pairs, and from the `blind` pairs, whose abstracts are removed."""
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
    """Log-odds counted bin by bin between knots, smoothed, and made to rise or fall like the curves."""
    found = []
    for name, (knots, rises) in KNOTS.items():
        counts = np.zeros((2, len(knots)))
        for s in shown:
            values = s.evidence[name].cast(pl.Float64).to_numpy()
            bins = np.clip(np.searchsorted(knots, values, side="right") - 1, 0, len(knots) - 1)
            for row, chosen in enumerate((s.is_match > 0, s.is_match == 0)):
                counts[row] += s.weight * np.bincount(bins[chosen & ~np.isnan(values)], minlength=len(knots))
        smooth = counts + 0.5 + 3 / len(knots)
        odds = np.log(smooth[0] / smooth[0].sum()) - np.log(smooth[1] / smooth[1].sum())
        told = isotonic_regression(odds, weights=smooth.sum(axis=0), increasing=rises).x
        found.append(told if counts.sum() > FEW else np.zeros(len(knots)))
    return np.concatenate(found)


def _inputs(evidence: pl.DataFrame) -> np.ndarray:
    """For each kind of evidence: whether it is present, and how far along it is in each step between two knots."""
    columns = []
    for name, (knots, _) in KNOTS.items():
        values = evidence[name].cast(pl.Float64).to_numpy()
        there = ~np.isnan(values)
        columns.append(there.astype(np.float32))
        for low, high in itertools.pairwise(knots):
            columns.append(np.where(there, np.clip((values - low) / (high - low), 0, 1), 0).astype(np.float32))
    return np.stack(columns, axis=1)


def _fit(inputs: np.ndarray, labels: np.ndarray, weights: np.ndarray, drawn_to: np.ndarray, draw: float) -> np.ndarray:
    """Bounded logistic regression; returns the prior, then the base and the steps of each kind of evidence."""
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


def models_without(sets: dict[str, LabelledSet]) -> dict[str, Model]:
    """For each set, a model that was learned without the set and its family."""
    found = {}
    for family in FAMILIES:
        model = learn(s for name, s in sets.items() if name not in family)
        found |= {name: model for name in family if name in sets}
    return found


def calibrate(shares: Iterable[list[tuple[float, int, int]]]) -> list[tuple[float, float]]:
    """Pairs of a wrong share and the lowest score of a match that keeps it: as the share grows, the score falls.

    shares: for each set, rows of `evaluate_sets.counted` (lowest score of a match, wrongly removed, removed), by a
    model that never saw the set. The records of all sets are counted together. Shares below the smallest counted one
    are extrapolated by a line through the logarithms, because the rarest errors are too few to count. No score below 0
    is a match, because two papers would then be more likely than one.
    """
    counts = np.array([[(wrong, removed) for _, wrong, removed in rows] for rows in shares]).sum(axis=0)
    share = np.minimum.accumulate((counts[:, 0] + 0.5) / (counts[:, 1] + 1))
    slope = np.polyfit(SCORES, np.log(share), 1)[0]
    beyond = SCORES[-1] + (np.log(WRONG_SHARES) - np.log(share[-1])) / slope
    counted = np.interp(-np.log(WRONG_SHARES), -np.log(share), SCORES)
    told = np.where(np.log(WRONG_SHARES) < np.log(share[-1]), beyond, counted)
    return [(s, round(float(max(0.0, score)), 2)) for s, score in zip(WRONG_SHARES, told, strict=True)]


def write(model: Model, path: Path) -> None:
    """Write a weights file with one line per kind of evidence."""

    def table(values: Table) -> str:
        lines = [
            f"      {json.dumps(name)}: {json.dumps([list(point) for point in zip(*curve, strict=True)])}"
            for name, curve in values.curves.items()
        ]
        return f'{{\n    "prior": {values.prior},\n    "evidence": {{\n' + ",\n".join(lines) + "\n    }\n  }"

    parts = [
        f'  "wrong_shares": {json.dumps([list(point) for point in model.wrong_shares])}',
        f'  "with_abstracts": {table(model.with_abstracts)}',
        f'  "without": {table(model.without)}',
    ]
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
