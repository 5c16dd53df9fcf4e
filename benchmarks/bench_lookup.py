"""Time and memory of lookup and search on a published warehouse, cold and warm.

python -m benchmarks.bench_lookup WAREHOUSE [--times 300]

The texts are abstracts of the warehouse's own records (found) and the same with every word changed (not found), in
random order. Cold: a new process per question, from import to answer; the file itself may be in the page cache. cpu_ms:
the mean without the first two questions, because the first asks only DuckDB and the second fills the memory; for cold
questions, that of the whole process.
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measuring import arguments, cpu_seconds
from papersieve.warehouse.answers.lookup import lookup
from papersieve.warehouse.answers.search import search
from papersieve.warehouse.published.reader import open_warehouse

_COLD = "import sys; from pathlib import Path; from papersieve.warehouse.answers.lookup import lookup; from papersieve.warehouse.published.reader import open_warehouse; lookup(open_warehouse(Path(sys.argv[1])), sys.argv[2])"


def main() -> None:
    """Print one JSON object: milliseconds (CPU, median, p99, first) by kind of question, and peak memory in bytes."""
    parser = arguments(__doc__)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--times", type=int, default=300)
    given = parser.parse_args()
    if given.times < 30:  # there are a tenth as many searches, and the first two are left out
        parser.error("--times: expected at least 30")
    rng = random.Random(1)
    with open_warehouse(given.warehouse) as con:
        ((records,),) = con.execute("SELECT count(*) FROM records").fetchall()
        rows = con.execute(
            f"SELECT title, abstract FROM records WHERE title IS NOT NULL USING SAMPLE {given.times} (reservoir, 1)"
        ).fetchall()
        abstracts = [abstract for _, abstract in rows]
        unknown = [" ".join(f"{word}q" for word in abstract.split()) for abstract in abstracts]
        words = [" ".join(rng.sample(title.split(), min(2, len(title.split())))) for title, _ in rows]
        told = {
            "records": records,
            "lookup_found": _measured(lambda text: lookup(con, text), abstracts),
            "lookup_not_found": _measured(lambda text: lookup(con, text), unknown),
            "search_two_words": _measured(lambda text: search(con, text), words[: max(1, given.times // 10)]),
        }
    told["peak_memory_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    cold = [sys.executable, "-c", _COLD, str(given.warehouse)]
    told["lookup_cold"] = _measured(lambda text: subprocess.run([*cold, text], check=True), abstracts[:10])
    print(json.dumps(told, indent=2))  # noqa: T201


def _measured(ask, questions: list[str]) -> dict[str, float]:
    took, cpu = [], []
    for question in questions:
        start, before = time.perf_counter(), cpu_seconds()
        ask(question)
        took.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (cpu_seconds() - before))
    return {
        "cpu_ms": round(statistics.mean(cpu[2:]), 1),
        "median_ms": round(statistics.median(took), 1),
        "p99_ms": round(sorted(took)[int(0.99 * len(took))], 1),
        "first_ms": round(took[0], 1),
    }


if __name__ == "__main__":
    main()
