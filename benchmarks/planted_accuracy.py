"""What happens to planted copies and hard negatives in listings, by kind.

python -m benchmarks.planted_accuracy [--count 20000] [--seed 11]

The corpus of `corpus.titled` is processed like all records (`papersieve.pipeline.derive`). A copy is found if its paper
contains its original or another copy of that. Precision counts the removed records (all but the first of each paper).
"""

import time
from typing import Any

import polars as pl

from benchmarks import corpus
from benchmarks.measuring import arguments, machine, say, write_result
from papersieve.pipeline.derive import derive
from papersieve.pipeline.matching.scores import score_clusters
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.evaluate import labelled_records
from papersieve.warehouse.answers.match import matched

HARD = ("half_copied", "numbered_part", "erratum")


def measure(count: int, seed: int) -> dict[str, Any]:
    """Recall, precision, the share of copies found by kind, and the hard negatives that were removed."""
    made = corpus.titled(count, seed).with_columns(pl.col("document_no", "original_no").cast(pl.String))
    records = labelled_records(made.select("title", "abstract", record_id="document_no"), use_identifiers=False)
    started = time.process_time()
    derived = derive(records, Settings())
    seconds = time.process_time() - started
    papers = made.join(matched(records, derived), left_on="document_no", right_on="record_id", maintain_order="left")
    placed = papers.with_row_index("row").with_columns(
        is_copy=pl.col("document_no") != pl.col("original_no"),
        is_found=pl.len().over("paper_id", "original_no") > 1,
        is_removed=pl.col("row") != pl.col("row").min().over("paper_id"),
    )
    copies, removed = placed.filter("is_copy"), placed.filter("is_removed")
    labels = placed.select(record_id="document_no", cluster_id="original_no")
    scores = score_clusters(labels, placed.select("paper_id", record_id="document_no"))
    by_kind = copies.group_by("kind").agg(pl.col("is_found").mean()).sort("kind")
    hard = placed.filter(pl.col("kind").is_in(HARD)).group_by("kind").agg(pl.col("is_removed").sum(), pl.len())
    return {
        "records": records.height,
        "recall": round(float(copies["is_found"].mean()), 4),
        "precision": round(float(removed["is_copy"].mean()), 5),
        "removed_wrongly": int((~removed["is_copy"]).sum()),
        "pair_f1": round(float(scores["pair_f1"]), 4),
        "cpu_seconds": round(seconds, 2),
        "found_by_kind": {kind: round(share, 4) for kind, share in by_kind.iter_rows()},
        "removed_hard_negatives": {kind: [int(wrong), total] for kind, wrong, total in hard.sort("kind").iter_rows()},
    }


def main(count: int, seed: int) -> None:
    """Measure, and write the results."""
    found = measure(count, seed)
    say("planted", found)
    write_result("planted_accuracy", {"machine": machine(), "seed": seed, **found})


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=11)
    main(**vars(parser.parse_args()))
