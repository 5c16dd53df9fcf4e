"""Labelled sets through `papersieve run`: written as RIS or CSV files, one per source, run, and the papers scored.

python -m benchmarks.through_run LABELLED_FOLDER [SET …]

Results go to benchmarks/results/through_run.json. No identifier is written; the bibliographic exports are run with
unit = publication, as they are labelled.
"""

import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.labelled_sets import PUBLICATIONS
from benchmarks.measuring import arguments, cpu_seconds, machine, read_result, say, write_result
from papersieve.pipeline.matching.scores import score_clusters
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.evaluate import by_source, read_truth
from papersieve.warehouse.published.reader import open_warehouse
from papersieve.warehouse.run import run

SETS = ("diabetes", "neuroimaging", "cytology_screening", "stroke", "dblp_acm", "cora", "arxiv_20k", "arxiv_hard_dev", "daily_arxiv")  # fmt: skip

#: Columns of the sets that are written, and the RIS tag of each.
TAGS = {"title": "TI", "authors": "AU", "abstract": "AB", "date": "PY", "venue": "JO", "volume": "VL", "number": "IS", "pages": "SP"}  # fmt: skip
_KEPT = ("pair_f1", "pair_precision", "pair_recall", "removed_f1", "removed_tp", "removed_fp", "removed_fn")


def main(folder: Path, names: list[str]) -> None:
    """Score every set in both formats."""
    results: dict[str, Any] = read_result("through_run").get("sets", {})
    for name in names:
        truth = read_truth(folder / f"{name}.parquet")
        results[name] = {dress: _score(name, truth, dress) for dress in ("ris", "csv")}
        say(name, results[name])
        write_result("through_run", {"machine": machine(), "written": list(TAGS), "sets": results})


def _score(name: str, truth: pl.DataFrame, dress: str) -> dict[str, Any]:
    settings = Settings(unit="publication" if name in PUBLICATIONS else "work")
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        (place / "dumps").mkdir()
        parts = [part for _, part in by_source(truth)]
        starts = pl.concat([_write(part, place / "dumps" / f"{no:02}.{dress}") for no, part in enumerate(parts)])
        before = cpu_seconds()
        run([place / "dumps"], store=place / "s.duckdb", warehouse=place / "w.duckdb", settings=settings)
        seconds = cpu_seconds() - before
        with open_warehouse(place / "w.duckdb") as con:
            said = con.sql(
                "SELECT d.name, r.line_end, r.paper_id FROM records AS r JOIN dumps AS d USING (dump_id)"
            ).pl()
    # A record is identified by its lines: it is the last one that starts before they end.
    found = said.sort("line_end").join_asof(
        starts.sort("line_start"),
        left_on="line_end",
        right_on="line_start",
        by="name",
        strategy="backward",
        check_sortedness=False,
    )
    score = score_clusters(truth.select("record_id", "cluster_id"), found.unique("record_id", keep="any"))
    return {n: round(score[n], 4) for n in _KEPT} | {"unit": settings.unit, "files": len(parts), "read": said.height, "cpu_seconds": round(seconds, 1)}  # fmt: skip


def _write(part: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Write a dump, and return the line at which each record begins: name, line_start, record_id."""
    columns = [c for c in TAGS if c in part.columns]
    if path.suffix == ".csv":
        flat = part.select(pl.col(c).cast(pl.String).str.replace_all(r"\s+", " ") for c in columns)
        flat.write_csv(path)
        starts = list(range(2, part.height + 2))
    else:
        lines: list[str] = []
        starts = []
        for row in part.select(columns).iter_rows(named=True):
            starts.append(len(lines) + 1)
            lines += ["TY  - JOUR", *(line for c in columns if row[c] for line in _tagged(c, row[c])), "ER  - ", ""]
        path.write_text("\n".join(lines), encoding="utf-8")
    return pl.DataFrame({"name": path.name, "line_start": starts, "record_id": part["record_id"]})


def _tagged(column: str, value: str) -> list[str]:
    values = value.split(";" if ";" in value else " and ") if column == "authors" else [value]
    return [f"{TAGS[column]}  - {' '.join(v.split())}" for v in values]


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="SET", default=list(SETS))
    main(**vars(parser.parse_args()))
