"""The engine compared with its peers, in one run, on one corpus and one core; then its start-up and how it scales.

python -m benchmarks.bench_engine [--counts 10000,100000] [--scale 100000,1000000,5000000] [--peer PYTHON]...

Each peer runs right after us on the same documents, and its ratio refers to that run of ours, because on a shared
machine ratios vary less than seconds. Peers that this Python lacks are looked for in the environments of the
interpreters that --peer names; a peer that is not found is reported as missing. Results go to benchmarks/results/.
"""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from benchmarks import corpus
from benchmarks.measuring import HERE, arguments, machine, say, write_result
from papersieve.pipeline.shingling.match_texts import match_texts

#: Where corpora are kept from one run to the next, and their seed.
CORPORA, SEED = Path(tempfile.gettempdir()) / "papersieve-corpora", 7

PEERS = {"datasketch": "datasketch", "rensa": "rensa", "daft": "daft", "text_dedup": "text_dedup"}
ONE_THREAD = dict.fromkeys(("PAPERSIEVE_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "OMP_NUM_THREADS", "DAFT_NUM_THREADS"), "1")  # fmt: skip
QUIET = {"HF_DATASETS_OFFLINE": "1", "DO_NOT_TRACK": "1", "DAFT_ANALYTICS_ENABLED": "0"}


def run(tool: str, path: Path, count: int, python: str = sys.executable) -> dict[str, Any]:
    """Measure one tool in a separate process, on one core; its last line of output is its result."""
    core = max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    pinned = ["taskset", "-c", str(core)] if core is not None and shutil.which("taskset") else []
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | ONE_THREAD | QUIET
    done = subprocess.run(
        [*pinned, python, "-W", "ignore", str(HERE / "tools.py"), tool, str(path), str(count)],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    if done.returncode:
        return {"tool": tool, "documents": count, "failed": done.stderr.strip().splitlines()[-1:]}
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def interpreter_with(module: str, candidates: list[str]) -> str | None:
    """The first interpreter that can import a module; None if there is none."""
    for python in candidates:
        if subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0:
            return python
    return None


def beside_peers(path: Path, counts: list[int], pythons: list[str]) -> list[dict[str, Any]]:
    """Measure (ours, peer) pairs; speeds are relative to our run of the same pair."""
    results = []
    for peer, module in PEERS.items():
        python = interpreter_with(module, pythons)
        for count in counts if python else []:
            mine, sign, theirs = run("ours", path, count), run("ours_signatures", path, count), None
            theirs = run(peer, path, count, str(python))
            entry: dict[str, Any] = {"peer": peer, "documents": count, "ours": mine, "theirs": theirs}
            if "failed" not in theirs:
                entry["complete_ratio"] = round(theirs["cpu_seconds"] / mine["cpu_seconds"], 1)
                if theirs["signature_cpu_seconds"]:
                    entry["signature_ratio"] = round(theirs["signature_cpu_seconds"] / sign["signature_cpu_seconds"], 1)
            results.append(entry)
            say(peer, count, {k: v for k, v in entry.items() if k.endswith("ratio")} or theirs)
        if python is None:
            results.append({"peer": peer, "missing": True})
            say(peer, "is not installed")
    return results


def start_up() -> dict[str, float]:
    """Seconds from a new interpreter to the clusters of ten texts: with nothing compiled, then with everything."""
    code = (
        "import time; t = time.perf_counter(); import polars as pl; from papersieve.pipeline.deduplicate import deduplicate;"
        "deduplicate(pl.Series([f'text number {i} of ten' for i in range(10)])); print(time.perf_counter() - t)"
    )
    seconds = {}
    with tempfile.TemporaryDirectory() as cache:
        for name in ("cold_seconds", "warm_seconds"):
            done = subprocess.run(
                [sys.executable, "-c", code],
                capture_output=True, text=True, check=True, cwd=HERE.parent,
                env=os.environ | {"NUMBA_CACHE_DIR": cache},
            )  # fmt: skip
            seconds[name] = round(float(done.stdout), 2)
    say("start-up", seconds)
    return seconds


def scaling(path: Path, counts: list[int]) -> list[dict[str, Any]]:
    """From Parquet to clusters: CPU per document relative to the smallest count; all files are heads of the largest."""
    results: list[dict[str, Any]] = []
    for count in counts:
        part = path
        if count < counts[-1]:
            part = path.with_name(f"part-{count}.parquet")
            write_head(path, count, part)
        result = run("ours_from_parquet", part, count)
        per_document = result["cpu_seconds"] / count if "failed" not in result else float("nan")
        first = results[0]["cpu_microseconds_a_document"] if results else per_document * 1e6
        results.append(
            result
            | {
                "cpu_microseconds_a_document": round(per_document * 1e6, 2),
                "relative_to_the_first": round(per_document * 1e6 / first, 2),
            }
        )
        say("scaling", {k: v for k, v in results[-1].items() if k != "removed_share_by_kind"})
    return results


def write_head(path: Path, count: int, part: Path) -> None:
    """Write the first documents of a corpus in the same way as the corpus: the cost of decoding depends on that."""
    whole = pq.ParquetFile(path, pre_buffer=False)
    with pq.ParquetWriter(part, whole.schema_arrow, compression="zstd") as writer:
        for group in range(whole.num_row_groups):
            batch = whole.read_row_group(group).slice(0, max(0, count - group * whole.metadata.row_group(0).num_rows))
            if not batch.num_rows:
                return
            writer.write_table(batch)


def planted(count: int) -> Path:
    """Write the corpus."""
    path = CORPORA / f"plain-{count}-{SEED}.parquet"
    if not path.exists():
        CORPORA.mkdir(parents=True, exist_ok=True)
        corpus.write(count, path.with_suffix(".part"), SEED)
        path.with_suffix(".part").rename(path)
    return path


def prepared(count: int) -> Path:
    """Write the corpus with its match texts."""
    path = CORPORA / f"corpus-{count}-{SEED}.parquet"
    if not path.exists():
        frame = pl.read_parquet(planted(count))
        frame.with_columns(match_text=match_texts(frame["text"])).write_parquet(path)
    return path


def main() -> None:
    """Measure, and write the results."""
    parser = arguments(__doc__)
    parser.add_argument("--counts", default="10000,100000")
    parser.add_argument("--scale", default="100000,1000000,5000000")
    parser.add_argument("--peer", action="append", default=[], metavar="PYTHON")
    given = parser.parse_args()
    counts, scale = ([int(c) for c in part.split(",") if c] for part in (given.counts, given.scale))
    measured_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    about = {"measured_at": measured_at, "seed": SEED, "machine": machine()}

    def keep(name: str, value: object) -> None:
        write_result(name, about | {name: value})
        say("wrote", name)

    keep("start_up", start_up())
    if counts:
        keep("beside_peers", beside_peers(prepared(max(counts)), counts, [sys.executable, *given.peer]))
    if scale:
        keep("scaling", scaling(planted(max(scale)), scale))


if __name__ == "__main__":
    main()
