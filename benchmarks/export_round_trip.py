"""What an export loses: labelled sets and cases are exported in each format, and read back by our readers and others.

python -m benchmarks.export_round_trip LABELLED_FOLDER [SET …]

Results go to benchmarks/results/export_round_trip.json: values that were read back differently, by format and column.
Needs rispy and pybtex: `pip install rispy pybtex`.
"""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.measuring import HERE, arguments, read_result, say, write_result
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.evaluate import by_source, read_truth
from papersieve.warehouse.run import run
from tests.support.round_trip import (
    FORMS,
    differences,
    read_by_bibtexparser,
    read_by_pybtex,
    read_by_rispy,
    told_otherwise,
)

CASES = HERE.parent / "tests" / "cases"
SETS = ("diabetes", "neuroimaging", "cytology_screening", "stroke", "special_cases", "dblp_acm", "cora", "arxiv_1k", "arxiv_20k", "arxiv_hard_dev", "daily_arxiv")  # fmt: skip

#: Columns of the sets that are not labels.
_SAID = ("title", "abstract", "authors", "date", "venue", "volume", "number", "pages", "doi", "arxiv_id")


def main(folder: Path, names: list[str]) -> None:
    """Export every set and the cases, and count the differences."""
    results: dict[str, Any] = read_result("export_round_trip").get("sets", {})
    for name in names:
        results[name] = _measure(name, folder)
        say(name, results[name])
        write_result("export_round_trip", {"sets": results})


def _measure(name: str, folder: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        dumps = CASES if name == "cases" else _write(folder / f"{name}.parquet", place / "dumps")
        warehouse = place / "w.duckdb"
        funnel = run([dumps], store=place / "s.duckdb", warehouse=warehouse, settings=Settings()).funnel
        differing = {
            f"{form} {what}": Counter(column for column, *_ in differences(warehouse, place, form, what))
            for what in ("papers", "removed")
            for form in FORMS
        }
        others = {
            "rispy": told_otherwise(warehouse, read_by_rispy(place / "papers.ris")),
            "pybtex": told_otherwise(warehouse, read_by_pybtex(place / "papers.bibtex")),
            "bibtexparser": told_otherwise(warehouse, read_by_bibtexparser(place / "papers.bibtex")),
        }
    return {"papers": funnel["papers"], "removed": funnel["records"] - funnel["quarantined"] - funnel["papers"]} | {
        reader: dict(counts) for reader, counts in (differing | others).items() if counts
    }


def _write(truth: Path, dumps: Path) -> Path:
    """Write one CSV per source, with identifiers."""
    dumps.mkdir()
    for no, (_, part) in enumerate(by_source(read_truth(truth))):
        said = part.select(pl.col(c).cast(pl.String) for c in _SAID if c in part.columns)
        said.write_csv(dumps / f"{no:02}.csv")
    return dumps


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="SET", default=["cases", *SETS])
    main(**vars(parser.parse_args()))
