"""Measure the matcher on the labelled sets: python -m benchmarks.evaluate_sets FOLDER (writes benchmarks/results/).

`in` is scored by the committed weights, which have seen every set; `out` by weights learned without the set and
without those that share papers with it (`labelled_sets.FAMILIES`), so that no set helps to score itself. Each is
given three amounts of columns: text (title, abstract, authors, date), bibliographic (and venue, volume, issue,
pages), identifiers (and doi). Fellegi-Sunter and gradient boosting (needs scikit-learn, which the project does
not) are given the same evidence, and the same clustering.
"""

import argparse
import json
import platform
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.labelled_sets import FAMILIES, PLANTED_PAPERS, PLANTED_SEED, SETS, LabelledSet, load_set
from benchmarks.learn_model import KNOTS, SEED, learn
from pipeline.dedup.agree import agreeing_clusters
from pipeline.dedup.link import Proposed, cluster_proposed
from pipeline.dedup.model import Model, load_model
from pipeline.matching.clusters import components_of
from pipeline.matching.scores import score_clusters

RESULTS = Path(__file__).parent / "results" / "accuracy.json"

#: Columns of evidence that each amount of columns leaves out.
LEFT_OUT: dict[str, tuple[str, ...]] = {
    "text": ("venue", "venue_kind", "venue_company", "volume", "issue", "pages", "doi"),
    "bibliographic": ("doi",),
    "identifiers": (),
}
#: Kinds of evidence that are taken away together, to see what they add.
GROUPS: dict[str, tuple[str, ...]] = {
    "abstract": ("abstract_similarity", "abstract_containment", "abstract_words"),
    "title": ("title_similarity", "title_containment", "title_length"),
    "parts and numbers": ("title_parts", "title_numbers"),
    "authors": ("authors", "authors_all"),
    "year and day": ("year_distance", "day", "day_title"),
    "venue": ("venue", "venue_kind", "venue_company"),
    "what the batch says": ("title_years", "venue_company"),
    "volume, issue, pages": ("volume", "issue", "pages"),
    "doi": ("doi",),
}
_KEPT = ("pair_f1", "pair_precision", "pair_recall", "bcubed_f1", "removed_f1", "removed_fp", "removed_fn")


def hide(proposed: Proposed, columns: tuple[str, ...]) -> Proposed:
    """Say nothing in these columns of evidence."""
    nothing = [pl.lit(None, pl.Float64).alias(column) for column in columns]
    return replace(proposed, pairs=proposed.pairs.with_columns(nothing), repeats=proposed.repeats.with_columns(nothing))


def without_keys(proposed: Proposed, *keys: str) -> Proposed:
    """Without the pairs that only these rules proposed, or weaker ones (a pair is filed under its strongest)."""
    return replace(proposed, pairs=proposed.pairs.filter(~pl.col("match_key").is_in(keys)))


def scores(labelled: LabelledSet, proposed: Proposed, model: Model) -> dict[str, float]:
    """Scores of one set, rounded."""
    found = score_clusters(labelled.records, cluster_proposed(proposed, model)[0])
    return {name: round(found[name], 4) for name in _KEPT}


def blocking(labelled: LabelledSet) -> dict[str, Any]:
    """Pairs completeness and reduction ratio over documents, and what each rule proposed (pairs, of them true)."""
    labels = labelled.records.select("record_id", "cluster_id")
    documents = (
        labelled.proposed.members.join(labels, on="record_id")
        .sort("document_no", "cluster_id")
        .unique("document_no", keep="first")
    )
    sizes = documents.group_by("cluster_id").len()["len"].cast(pl.Int64)
    true, n = int((sizes * (sizes - 1) // 2).sum()), documents.height
    pairs = labelled.proposed.pairs.with_columns(pl.Series("is_match", labelled.is_match))
    by_key = pairs.group_by("match_key").agg(pl.len(), pl.col("is_match").sum()).sort("match_key")
    return {
        "documents": n,
        "candidate_pairs": pairs.height,
        "pairs_completeness": round(float(labelled.is_match.sum()) / max(true, 1), 4),
        "reduction_ratio": round(1 - pairs.height / max(n * (n - 1) // 2, 1), 6),
        "by_key": {key: [found, right] for key, found, right in by_key.iter_rows()},
    }


Scorer = Callable[[pl.DataFrame], np.ndarray]


def fellegi_sunter(sets: list[LabelledSet]) -> Scorer:
    """Add log-odds counted bin by bin, each kind of evidence by itself; null counts nothing."""
    weights: dict[str, np.ndarray] = {}
    total = [sum(float(s.is_match.sum()) for s in sets), sum(float((~s.is_match).sum()) for s in sets)]
    for name, (knots, _) in KNOTS.items():
        counts = np.ones((2, len(knots)))
        for s in sets:
            values = s.proposed.pairs[name].to_numpy()
            there = ~np.isnan(values)
            bins = np.clip(np.searchsorted(knots, values[there], side="right") - 1, 0, len(knots) - 1)
            for row, chosen in enumerate((s.is_match, ~s.is_match)):
                counts[row] += np.bincount(bins[chosen[there]], minlength=len(knots))
        weights[name] = np.log(counts[0] / counts[0].sum()) - np.log(counts[1] / counts[1].sum())

    def score(evidence: pl.DataFrame) -> np.ndarray:
        result = np.full(evidence.height, np.log(total[0] / total[1]))
        for name, (knots, _) in KNOTS.items():
            values = evidence[name].to_numpy()
            bins = np.clip(np.searchsorted(knots, values, side="right") - 1, 0, len(knots) - 1)
            result += np.where(np.isnan(values), 0, weights[name][bins])
        return result

    return score


def gradient_boosting(sets: list[LabelledSet]) -> Scorer:
    """scikit-learn's histogram gradient boosting with the same directions, every set weighing the same."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    names = [n for n in KNOTS if any(s.proposed.pairs[n].drop_nulls().n_unique() > 1 for s in sets)]
    inputs = np.concatenate([s.proposed.pairs.select(names).to_numpy() for s in sets])
    labels = np.concatenate([s.is_match for s in sets])
    weights = np.concatenate([np.full(len(s.is_match), 3000 / max(len(s.is_match), 3000)) for s in sets])
    directions = [1 if KNOTS[n][1] else -1 for n in names]
    forest = HistGradientBoostingClassifier(max_iter=200, monotonic_cst=directions, random_state=SEED)
    forest.fit(inputs, labels, sample_weight=weights)
    return lambda evidence: np.asarray(forest.decision_function(evidence.select(names).to_numpy()))


def rival(labelled: LabelledSet, score: Scorer) -> dict[str, float]:
    """Scores of one set by another way of scoring pairs, clustered alike."""
    pairs = labelled.proposed.pairs.select("left_no", "right_no").with_columns(
        score=pl.Series(score(labelled.proposed.pairs), dtype=pl.Float64)
    )
    numbers, _ = agreeing_clusters(len(labelled.proposed.documents), pairs, match_from=0.0)
    papers = labelled.proposed.members.select(
        "record_id", paper_id=numbers.gather(labelled.proposed.members["document_no"]).cast(pl.String)
    )
    found = score_clusters(labelled.records, papers)
    return {name: round(found[name], 4) for name in _KEPT}


def components(labelled: LabelledSet, model: Model) -> dict[str, float]:
    """Scores with connected components of matches in place of clusters that agree."""
    proposed = labelled.proposed
    matches = model.judge(proposed.pairs).filter(pl.col("judgement") == "match")
    numbers = components_of(len(proposed.documents), matches["left_no"].to_numpy(), matches["right_no"].to_numpy())
    papers = proposed.members.select(
        "record_id", paper_id=pl.Series(numbers[proposed.members["document_no"].to_numpy()]).cast(pl.String)
    )
    result = score_clusters(labelled.records, papers)
    return {name: round(result[name], 4) for name in _KEPT}


def measure(folder: Path, output: Path) -> None:
    """Measure everything and write it, set by set as it comes."""
    seconds: dict[str, float] = {}
    sets: dict[str, LabelledSet] = {}
    for name in SETS:
        start = time.perf_counter()
        sets[name] = load_set(folder, name, use_identifiers=True)
        seconds[name] = round(time.perf_counter() - start, 1)
    committed = load_model()
    result: dict[str, Any] = {
        "versions": {"python": platform.python_version(), "polars": pl.__version__, "numpy": np.__version__},
        "seeds": {"drawn pairs": SEED, "planted": PLANTED_SEED}, "planted_papers": PLANTED_PAPERS,
        "sets": {
            name: {
                "seconds_to_propose": seconds[name],
                "blocking": blocking(s),
                "in": {k: scores(s, hide(s.proposed, v), committed) for k, v in LEFT_OUT.items()},
                "in_connected_components": components(s, committed),
                "in_without_evidence": {g: scores(s, hide(s.proposed, c), committed) for g, c in GROUPS.items()},
                "in_without_key": {
                    k: scores(s, without_keys(s.proposed, k), committed)
                    for k in s.proposed.pairs["match_key"].unique().sort()
                },
            }
            for name, s in sets.items()
        },
    }  # fmt: skip
    _write(result, output)
    for family in FAMILIES:
        others = [s for name, s in sets.items() if name not in family]
        model, counted, forest = learn(others), fellegi_sunter(others), gradient_boosting(others)
        for name in family:
            s, entry = sets[name], result["sets"][name]
            entry["out"] = {k: scores(s, hide(s.proposed, v), model) for k, v in LEFT_OUT.items()}
            entry["out_fellegi_sunter"], entry["out_gradient_boosting"] = rival(s, counted), rival(s, forest)
        _write(result, output)


def _write(result: dict[str, Any], output: Path) -> None:
    output.parent.mkdir(exist_ok=True)
    output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the labelled sets")
    parser.add_argument("--output", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    measure(arguments.folder, arguments.output)
