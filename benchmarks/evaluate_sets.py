"""Measure the matcher on the labelled sets: python -m benchmarks.evaluate_sets FOLDER [--learn] (writes
benchmarks/results/accuracy.json).

`in` uses the committed weights, which were learned from all sets. `out` uses weights learned without the set and those
that share papers with it (`labelled_sets.FAMILIES`), and a threshold calibrated without them, so that no set helps to
score itself. `promised` gives the share of wrong merges that was measured on the set for each promised share.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.labelled_sets import FAMILIES, LISTINGS_SEED, SAMPLE_SEED, SETS, LabelledSet, load_set
from benchmarks.learn_model import SCORES, SEED, WRONG_SHARES, calibrate, learn, models_without, write
from benchmarks.measuring import HERE, arguments, machine, say, write_result
from papersieve.pipeline.derive import clusters_of
from papersieve.pipeline.matching.judgement import judge
from papersieve.pipeline.matching.model import WEIGHTS, Model, load_model
from papersieve.pipeline.matching.scores import score_clusters
from papersieve.pipeline.settings import Settings

#: The folder of weights that are learned without the set they are named after.
WITHOUT = HERE / "results" / "weights_without"

#: Sets that don't show how often merges of ordinary records are wrong: one is hard on purpose, one has contradictory
#: labels.
CONTRIVED = ("arxiv_hard_dev", "cora")

_KEPT = ("pair_f1", "pair_precision", "pair_recall", "removed_f1", "removed_tp", "removed_fp", "removed_fn")

#: The share that a run promises by default.
DEFAULT = Settings().wrong_share

#: The promised shares of wrong merges in the table.
PROMISED = (0.0005, 0.001, 0.005, 0.02)


def scores(labelled: LabelledSet, model: Model, wrong_share: float) -> dict[str, Any]:
    """The scores of one set, rounded."""
    settings = labelled.settings.model_copy(update={"wrong_share": wrong_share})
    documents, listed, pairs, _ = labelled.compared
    found, _ = clusters_of(documents, judge(pairs, settings, model), listed)
    numbered = documents.select("document_id", "document_no").join(found, on="document_no")
    ordered = labelled.records.join(numbered, on="document_id").sort("dump_no", "ordinal")
    said = score_clusters(
        ordered.select("record_id", "cluster_id"),
        ordered.select("record_id", paper_id=pl.col("cluster_no").cast(pl.String)),
    )
    return {name: round(said[name], 4) for name in _KEPT}


def counted(labelled: LabelledSet, model: Model) -> list[tuple[float, int, int]]:
    """For several scores: (the lowest score of a match, wrongly removed records, removed records)."""
    rows = []
    for score in SCORES:
        found = scores(labelled, replace(model, wrong_shares=[(0.0001, score), (0.4, score)]), 0.0005)
        rows.append((score, found["removed_fp"], found["removed_fp"] + found["removed_tp"]))
    return rows


def outside(sets: dict[str, LabelledSet], *, learns: bool) -> dict[str, Model]:
    """A model for each set, learned and calibrated without it and its family; under "" one calibrated on all sets."""
    learned = models_without(sets) if learns else {name: load_model(WITHOUT / f"{name}.json") for name in sets}
    shares = {name: counted(s, learned[name]) for name, s in sets.items() if name not in CONTRIVED}
    found = {}
    for family in FAMILIES:
        told = calibrate(rows for name, rows in shares.items() if name not in family)
        found |= {name: replace(learned[name], wrong_shares=told) for name in family}
    for name, model in found.items():
        write(model, WITHOUT / f"{name}.json")
    found[""] = replace(learned[SETS[0]], wrong_shares=calibrate(shares.values()))
    return found


def main(folder: Path, *, learns: bool) -> None:
    """Calibrate, measure, and write weights and results. learns: whether all weights are learned first."""
    sets = {name: load_set(folder, name, use_identifiers=True) for name in SETS}
    without = outside(sets, learns=learns)
    learned = learn(sets.values()) if learns else load_model()
    write(replace(learned, wrong_shares=without[""].wrong_shares), WEIGHTS)
    load_model.cache_clear()
    model = load_model()
    hidden = {name: load_set(folder, name, use_identifiers=False) for name in SETS}
    results: dict[str, Any] = {}
    for name, s in hidden.items():
        results[name] = {
            "unit": s.settings.unit,
            "records": s.records.height,
            "in": scores(s, model, DEFAULT),
            "out": scores(s, without[name], DEFAULT),
            "promised": {
                str(share): _share(scores(s, without[name], share)) for share in PROMISED
            },
        }  # fmt: skip
        say(name, results[name])
    about = {
        "machine": machine(),
        "seeds": {"learning": SEED, "sample": SAMPLE_SEED, "listings": LISTINGS_SEED},
        "wrong_shares": list(WRONG_SHARES),
    }
    write_result("accuracy", about | {"sets": results})


def _share(found: dict[str, Any]) -> dict[str, Any]:
    removed = found["removed_tp"] + found["removed_fp"]
    return {
        "came_true": round(found["removed_fp"] / max(removed, 1), 5),
        "recall": round(found["removed_tp"] / max(found["removed_tp"] + found["removed_fn"], 1), 4),
    }


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("folder", type=Path, help="folder of the labelled sets")
    parser.add_argument("--learn", action="store_true", help="learn the weights again first")
    given = parser.parse_args()
    main(given.folder, learns=given.learn)
