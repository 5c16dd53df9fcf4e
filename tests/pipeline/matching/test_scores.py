"""Scores of clusters against labels, compared with counts by hand."""

import itertools

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papersieve.pipeline.matching.scores import pair_counts, planted_found, score_clusters


def test_planted_repeats_and_pairs_are_counted():
    labelled = pl.DataFrame(
        {
            "paper": [1, 1, 2, 2, 3],
            "paper_id": ["a", "a", "b", "c", "c"],
            "kind": ["original", "exact", "original", "latex", "original"],
            "is_duplicate": [False, True, False, True, False],
        }
    )
    assert planted_found(labelled).rows() == [("exact", 1, 1, 1.0), ("latex", 1, 0, 0.0)]
    assert pair_counts(labelled) == {"true": 2, "predicted": 2, "both": 1}


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
def test_scores_are_those_of_counting_by_hand(rows):
    truth = pl.DataFrame(
        {"record_id": [f"r{i}" for i in range(len(rows))], "cluster_id": [str(c) for c, _ in rows]},
        schema={"record_id": pl.String, "cluster_id": pl.String},
    )
    clusters = truth.select("record_id", paper_id=pl.Series([str(p) for _, p in rows], dtype=pl.String))
    got = score_clusters(truth, clusters)
    pairs = list(itertools.combinations(rows, 2))
    both = sum(a == b for a, b in pairs)
    predicted, true = sum(a[1] == b[1] for a, b in pairs), sum(a[0] == b[0] for a, b in pairs)
    assert got["pair_precision"] == pytest.approx(both / predicted if predicted else 1.0)
    assert got["pair_recall"] == pytest.approx(both / true if true else 1.0)
    first: dict[int, int] = {}
    for entity, paper in rows:
        first.setdefault(paper, entity)
    kept = list(first.values())
    assert got["removed_fp"] == len({c for c, _ in rows} - set(kept))
    assert got["removed_fn"] == sum(max(kept.count(c) - 1, 0) for c in set(kept))


@given(st.lists(st.integers(0, 4), max_size=12))
def test_a_partition_that_is_the_truth_scores_one_everywhere_and_loses_nothing(labels):
    truth = pl.DataFrame(
        {"record_id": [f"r{i}" for i in range(len(labels))], "cluster_id": list(map(str, labels))},
        schema={"record_id": pl.String, "cluster_id": pl.String},
    )
    got = score_clusters(truth, truth.rename({"cluster_id": "paper_id"}))
    assert (got["pair_f1"], got["removed_f1"], got["removed_fp"], got["removed_fn"]) == (1.0, 1.0, 0, 0)
    assert got["removed_tp"] == len(labels) - len(set(labels))
    if labels:
        assert got["bcubed_f1"] == 1.0


def test_a_record_that_is_in_no_paper_is_one_of_its_own():
    truth = pl.DataFrame({"record_id": ["a", "b", "c"], "cluster_id": ["1", "1", "1"]})
    got = score_clusters(truth, pl.DataFrame({"record_id": ["a"], "paper_id": ["p"]}))
    assert (got["papers"], got["removed_fn"]) == (3, 2)
