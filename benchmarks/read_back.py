"""Labelled bibliographic sets written as RIS and as CSV, read back by the product's extractors, and scored like the originals.

    python -m benchmarks.read_back LABELLED_FOLDER

Each set is matched from its Parquet file, from the RIS and from the CSV; results go to benchmarks/results/read_back.json.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.bench_engine import HERE, machine, say
from benchmarks.labelled_sets import read_set
from pipeline.dedup.link import LINKING, link
from pipeline.extract.read import extract_dump
from pipeline.extract.source import read_dump
from pipeline.matching.scores import score_clusters

SETS = ("diabetes", "neuroimaging", "cytology_screening", "stroke", "dblp_acm", "cora")

#: Columns of the sets that are compared (no identifiers), and the RIS tag of each.
TAGS = {"title": "TI", "abstract": "AB", "authors": "AU", "date": "PY", "venue": "JO", "volume": "VL", "pages": "SP"}


def main(folder: Path) -> None:
    """Score every set in its three dresses."""
    results: dict[str, Any] = {}
    for name in SETS:
        records = read_set(folder / f"{name}.parquet")
        records = records.select("record_id", "cluster_id", *(c for c in TAGS if c in records.columns))
        dresses = {"parquet": records, "ris": _read_back(_as_ris(records), "ris", records)}
        dresses["csv"] = _read_back(records.drop("record_id", "cluster_id").write_csv(), "csv", records)
        results[name] = {dress: _score(frame, records) for dress, frame in dresses.items()}
        say(name, results[name])
    about = {"machine": machine(), "compared": list(TAGS)}
    (HERE / "results" / "read_back.json").write_text(json.dumps(about | {"sets": results}, indent=1) + "\n")


def _as_ris(records: pl.DataFrame) -> str:
    lines = []
    for row in records.iter_rows(named=True):
        said = [(tag, row.get(column)) for column, tag in TAGS.items()]
        lines += ["TY  - JOUR", *(f"{tag}  - {' '.join(value.split())}" for tag, value in said if value), "ER  - ", ""]
    return "\n".join(lines)


def _read_back(text: str, suffix: str, records: pl.DataFrame) -> pl.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"set.{suffix}"
        path.write_text(text, encoding="utf-8")
        extracted = extract_dump(read_dump(path)).records
    if extracted.height != records.height:
        raise SystemExit(f"{records.height} records were written as {suffix}, {extracted.height} read back")
    return extracted.select(
        records["record_id"],
        title="title_raw", abstract="abstract_raw", authors=pl.col("authors").list.join(" and "),
        year=pl.col("year").cast(pl.String), venue="venue", volume="volume", pages="pages",
    )  # fmt: skip


def _score(frame: pl.DataFrame, records: pl.DataFrame) -> dict[str, Any]:
    clusters, _ = link(frame.drop("cluster_id", strict=False), LINKING, use_identifiers=False)
    score = score_clusters(records.select("record_id", "cluster_id"), clusters)
    return {name: round(score[name], 4) for name in ("pair_f1", "removed_f1", "removed_fp", "removed_fn")}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
