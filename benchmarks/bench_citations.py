"""A bibliographic export from RIS to distinct papers, compared with bib-dedupe on the same file.

python -m benchmarks.bench_citations [--counts 8000,80000] [--beside 8000] [--peer PYTHON]

The records are generated, with abstracts; a tenth of them are damaged copies. Authors, journal, year, volume, issue,
page and, for half of the records, DOI are planted, and are the same in a copy; half of the copies have initials in
names. For each count, `papersieve run` reads the records into a new store and publishes its warehouse. bib-dedupe, run
by PYTHON, gets the records with a title, for counts up to --beside. Results go to benchmarks/results/citations.json.
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from benchmarks import corpus
from benchmarks.measuring import arguments, cpu_seconds, machine, say, versions, write_result

SEED, JOURNALS = 21, 300
_SYLLABLES = "ka lo mi ren tov sa ber gul ta nis or vel dan qui hes pa".split()

#: The script for the peer's environment: RIS in, one line of record numbers per paper out.
BIB_DEDUPE = """
import re, sys
import pandas as pd
from bib_dedupe.bib_dedupe import merge
names = {"TI": "title", "AU": "author", "AB": "abstract", "PY": "year", "JO": "journal", "VL": "volume", "IS": "number",
         "SP": "pages", "DO": "doi"}
records = []
for entry in open(sys.argv[1], encoding="utf-8").read().split("TY  - JOUR\\n")[1:]:
    record = {"ENTRYTYPE": "article", "ID": str(len(records))}
    for tag, value in re.findall(r"^([A-Z][A-Z0-9])  - (.+)$", entry, re.M):
        name = names[tag]
        record[name] = f"{record[name]} and {value}" if name == "author" and name in record else value
    records.append(record)
frame = pd.DataFrame(records).fillna("")
merged = merge(frame[frame["title"] != ""].reset_index(drop=True))
print("\\n".join(merged["origin"].str.replace(";", " ")))
"""


def write_ris(file: Path, count: int) -> list[int]:
    """Write the export, and return the number of each record's paper."""
    records = corpus.titled(count, SEED)
    journals = [f"Journal of {_name(random := Random(number))} {_name(random)}" for number in range(JOURNALS)]
    columns = records.select("document_no", "original_no", "title", "abstract").iter_rows()
    file.write_text("".join(_entry(*row, journals) for row in columns), encoding="utf-8")
    return records["original_no"].to_list()


def _entry(record: int, paper: int, title: str | None, abstract: str | None, journals: list[str]) -> str:
    said, shown = Random(7 * paper + 1), Random(record)
    authors = [(_name(said), _name(said)) for _ in range(said.randint(1, 6))]
    journal, year, issue, page = (
        said.choice(journals),
        said.randint(1990, 2024),
        said.randint(1, 12),
        said.randint(1, 3000),
    )
    lines = [
        ("TY", "JOUR"), ("TI", " ".join((title or "").split())),
        *(("AU", f"{family}, {given[0] + '.' if shown.random() < 0.5 else given}") for family, given in authors),
        ("AB", " ".join((abstract or "").split())), ("PY", year), ("JO", journal), ("VL", year - 1980), ("IS", issue),
        ("SP", page), ("DO", f"10.1{paper % 90_000:05}/{paper}" if shown.random() < 0.5 else ""),
    ]  # fmt: skip
    return "".join(f"{tag}  - {value}\n" for tag, value in lines if value != "") + "ER  - \n\n"


def _name(random: Random) -> str:
    return "".join(random.choice(_SYLLABLES) for _ in range(random.randint(2, 4))).capitalize()


def ours(file: Path, folder: Path) -> tuple[dict[int, Any], dict[str, float]]:
    """The paper of each record according to `papersieve run`, and the cost."""
    store, warehouse = folder / "store.duckdb", folder / "papers.duckdb"
    command = [sys.executable, "-m", "papersieve.warehouse.cli.main", "run", str(file)]
    _, cost = _timed([*command, "--store", str(store), "--warehouse", str(warehouse)])
    with duckdb.connect(warehouse, read_only=True) as con:
        return dict(con.execute("SELECT ordinal - 1, paper_id FROM records").fetchall()), cost


def bib_dedupe(file: Path, python: str) -> tuple[dict[int, Any], dict[str, float]]:
    """The same according to bib-dedupe, for the records that have a title."""
    said, cost = _timed([python, "-W", "ignore", "-c", BIB_DEDUPE, str(file)])
    rows = [line.split() for line in said.splitlines() if line and all(part.isdigit() for part in line.split())]
    return {int(record): number for number, records in enumerate(rows) for record in records}, cost


def _timed(command: list[str]) -> tuple[str, dict[str, float]]:
    wall, cpu = time.perf_counter(), cpu_seconds()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = {"cpu_seconds": cpu_seconds() - cpu, "seconds": time.perf_counter() - wall}
    return done.stdout, {name: round(value, 1) for name, value in seconds.items()}


def scored(found: dict[int, Any], papers: list[int]) -> dict[str, int]:
    """Numbers of records, of distinct papers found, and of records removed rightly, removed wrongly and missed."""
    groups: dict[Any, Counter[int]] = {}
    for record, paper in found.items():
        groups.setdefault(paper, Counter())[papers[record]] += 1
    right = sum(group.total() - len(group) for group in groups.values())
    repeats = len(found) - len({papers[record] for record in found})
    wrong = sum(len(group) - 1 for group in groups.values())
    return {"records": len(found), "papers": len(groups), "right": right, "wrong": wrong, "missed": repeats - right}


def main() -> None:
    """Measure each count, and write the results."""
    parser = arguments(__doc__)
    parser.add_argument("--counts", default="8000,80000")
    parser.add_argument("--beside", type=int, default=8000)
    parser.add_argument("--peer", metavar="PYTHON")
    asked = parser.parse_args()
    results = []
    for count in map(int, asked.counts.split(",")):
        with tempfile.TemporaryDirectory() as made:
            file = Path(made, "export.ris")
            papers = write_ris(file, count)
            runs = {"papersieve": ours(file, Path(made))}
            if asked.peer and count <= asked.beside:
                runs["bib-dedupe"] = bib_dedupe(file, asked.peer)
            results.append({name: {**cost, **scored(found, papers)} for name, (found, cost) in runs.items()})
        say(count, results[-1])
    about = {"machine": machine(), "versions": versions("duckdb", "polars", "rapidfuzz"), "seed": SEED}
    write_result("citations", about | {"results": results})


if __name__ == "__main__":
    main()
