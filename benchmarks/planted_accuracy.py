"""What listings' planted copies and hard negatives become, kind by kind; and what each stage adds and costs.

    python -m benchmarks.planted_accuracy [COUNT] [SEED]

The corpus of `corpus.titled` goes the way that records of dumps go: titles and abstracts are repaired, collapsed
into documents, keyed, paired, compared, judged, clustered. A copy is found where it is in the cluster of its
original or of another copy of it; precision counts the records that are removed (all but the first of each cluster)
and the pairs of records.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import polars as pl

from benchmarks import corpus
from benchmarks.bench_engine import HERE, machine, say
from pipeline.blocking.candidates import candidate_pairs
from pipeline.blocking.keys import block_keys
from pipeline.matching.clusters import clusters
from pipeline.matching.evidence import gather_evidence
from pipeline.matching.judgement import judge
from pipeline.normalise import document_contents, normalise_records
from pipeline.settings import Settings

Frames = tuple[pl.DataFrame, pl.DataFrame]


def prepared(count: int, seed: int) -> Frames:
    """(records with their document_no, documents in the order in which they first come)."""
    given = corpus.titled(count, seed).rename({"title": "title_raw", "abstract": "abstract_raw", "document_no": "row"})
    records = normalise_records(given)
    documents = document_contents(records).with_row_index("document_no").cast({"document_no": pl.Int64})
    words = pl.when(pl.col("abstract_text") == "").then(0).otherwise(pl.col("abstract_text").str.count_matches(" ") + 1)
    return (
        records.join(documents.select("document_id", "document_no"), on="document_id").sort("row"),
        documents.with_columns(abstract_words=words.cast(pl.Int64)),
    )


def measure(
    frames: Frames,
    settings: Settings,
    *,
    without_key: str | None = None,
    is_audited: bool = True,
    blind: Callable[[pl.DataFrame], pl.DataFrame] = lambda evidence: evidence,
) -> dict[str, Any]:
    """Scores of one way; without_key leaves out a kind of block key, blind changes the evidence before it is judged."""
    records, documents = frames
    started = time.process_time()
    keys = block_keys(documents, settings).filter(pl.col("match_key") != pl.lit(without_key or ""))
    candidates, hot = candidate_pairs(keys, bucket_cap=settings.bucket_cap)
    pairs = judge(blind(gather_evidence(candidates, documents, settings)), settings)
    found, bridges = clusters(documents, pairs)
    seconds = time.process_time() - started
    label = "cluster_no" if is_audited else "component_no"
    placed = records.join(found.select("document_no", label), on="document_no").sort("row")
    placed = placed.with_columns(
        is_copy=pl.col("row") != pl.col("original_no"),
        is_removed=pl.col("row") != pl.col("row").min().over(label),
        is_found=pl.len().over(label, "original_no") > 1,
    )
    copies, removed = placed.filter("is_copy"), placed.filter("is_removed")
    asked = copies.filter(pl.col("kind") != "reworded_20")
    return {
        "recall": round(float(copies["is_found"].mean()), 4),
        "recall_without_reworded_20": round(float(asked["is_found"].mean()), 4),
        "precision": round(float(removed["is_copy"].mean()), 5),
        "removed_wrongly": int((~removed["is_copy"]).sum()),
        "pair_precision": round(_pairs(placed, label, "original_no") / max(1, _pairs(placed, label)), 5),
        "clusters_of_two_papers": int((placed.group_by(label).agg(pl.col("original_no").n_unique())["original_no"] > 1).sum()),
        "candidate_pairs": candidates.height,
        "keys": keys.height,
        "hot_buckets": hot.height,
        "bridges": bridges.height,
        "cpu_seconds": round(seconds, 2),
        "found_by_kind": {
            kind: round(share, 4)
            for kind, share in copies.group_by("kind").agg(pl.col("is_found").mean()).sort("kind").iter_rows()
        },
        "removed_hard_negatives": {
            kind: [int(wrong), total]
            for kind, wrong, total in placed.filter(pl.col("kind").is_in(["half_copied", "numbered_part", "erratum"]))
            .group_by("kind").agg(pl.col("is_removed").sum(), pl.len()).sort("kind").iter_rows()
        },
    }  # fmt: skip


def _pairs(frame: pl.DataFrame, *by: str) -> int:
    sizes = frame.group_by(by).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _no_parts(evidence: pl.DataFrame) -> pl.DataFrame:
    return evidence.with_columns(parts_differ=False)


def _no_containment(evidence: pl.DataFrame) -> pl.DataFrame:
    return evidence.with_columns(containment=pl.lit(0.0))


def _no_titles(evidence: pl.DataFrame) -> pl.DataFrame:
    return evidence.with_columns(title_similarity=pl.lit(None, pl.Float64))


def main(count: int, seed: int) -> None:
    """Measure, and write the results."""
    frames = prepared(count, seed)
    settings = Settings()
    measure(frames, settings)  # loads the kernels
    ways: dict[str, dict[str, Any]] = {
        "all": {},
        "without bands": {"without_key": "band"},
        "without openings": {"without_key": "opening"},
        "without title keys": {"without_key": "title"},
        "without containment": {"blind": _no_containment},
        "without title similarity": {"blind": _no_titles},
        "without numbered parts and notices": {"blind": _no_parts},
        "without the audit": {"is_audited": False},
        "32 bands of 4": {"settings": Settings(num_perm=128, bands=32, rows_per_band=4)},
        "25 bands of 5": {"settings": Settings(num_perm=128, bands=25, rows_per_band=5)},
        "three-word shingles": {"settings": Settings(shingle_words=3)},
        "three-word shingles, match from .5": {"settings": Settings(shingle_words=3, match_similarity=0.5)},
        "match from .42": {"settings": Settings(match_similarity=0.42)},
        "match from .5": {"settings": Settings(match_similarity=0.5)},
    }
    results = {}
    for name, way in ways.items():
        chosen = way.pop("settings", settings)
        results[name] = measure(frames, chosen, **way)
        say(name, {k: v for k, v in results[name].items() if k != "found_by_kind"})
    about = {"machine": machine(), "seed": seed, "documents": frames[1].height, "records": frames[0].height}
    (HERE / "results" / "planted_accuracy.json").write_text(json.dumps(about | {"ways": results}, indent=1) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, int(sys.argv[2]) if len(sys.argv) > 2 else 11)
