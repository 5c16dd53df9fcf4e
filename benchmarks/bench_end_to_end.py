"""From a file of records to a table without duplicates, compared with the tools that people use for it today.

python -m benchmarks.bench_end_to_end [--counts 10000,100000] [--peer PYTHON] [--model FOLDER]

Generated titles and abstracts, a tenth of them damaged copies, are in one file of JSON lines. Each tool reads it in a
separate process on one core, and writes the records that it keeps. papersieve reads it into a new store and publishes a
warehouse with evidence, lineage and a fate for each line, which no other tool does. The others are used as their
documentation shows: with their defaults, and those that compare shingles also with our settings (40 bands of 5, word
pairs). PYTHON has datatrove (with spacy and xxhash below 3.6), text-dedup, splink and semhash. FOLDER holds the static
model with which semhash embeds texts, as saved by model2vec; semhash would fetch its own default from a hub. bib-dedupe
reads authors, journals and years, which these records lack: see bench_citations.py. Results go to
benchmarks/results/end_to_end.json.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import corpus
from benchmarks.measuring import arguments, cpu_seconds, machine, say, write_result

SEED = 21

_DATATROVE = """
import sys
from pathlib import Path
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter

file, folder = map(Path, sys.argv[1:])
config = MinhashConfig(OURS)
reader = JsonlReader(str(file.parent), glob_pattern=file.name, id_key="unused")
stages = [
    (1, [reader, MinhashDedupSignature(f"{folder}/signatures", config=config)]),
    (config.num_buckets, [MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config=config)]),
    (1, [MinhashDedupCluster(f"{folder}/buckets", f"{folder}/remove", config=config)]),
    (1, [reader, MinhashDedupFilter(f"{folder}/remove"), JsonlWriter(f"{folder}/kept", compression=None)]),
]
for number, (tasks, steps) in enumerate(stages):
    LocalPipelineExecutor(pipeline=steps, tasks=tasks, workers=1, logging_dir=f"{folder}/log{number}").run()
"""

_TEXT_DEDUP = """
import sys
from text_dedup.minhash import main
file, folder = sys.argv[1:]
main(["--path", "json", "--data_files", file, "--split", "train", "--column", "text", "--num_proc", "1",
      "--cache_dir", f"{folder}/cache", "--output", f"{folder}/out", OURS], standalone_mode=False)
from datasets import load_from_disk
load_from_disk(f"{folder}/out").select_columns(["id"]).to_json(f"{folder}/kept.jsonl")
"""

_SPLINK = """
import sys
import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
file, folder = sys.argv[1:]
frame = duckdb.sql(
    "SELECT id AS unique_id, nullif(title, '') AS title, left(nullif(abstract, ''), 200) AS opening, "
    f"left(abstract, 40) AS start, left(lower(title), 15) AS head FROM read_json('{file}')"
).df()
blocks = [block_on("head"), block_on("start")]
linker = Linker(DuckDBAPI().register(frame), SettingsCreator(
    link_type="dedupe_only", blocking_rules_to_generate_predictions=blocks,
    comparisons=[cl.JaroWinklerAtThresholds("title", [0.97, 0.9, 0.8]),
                 cl.JaroWinklerAtThresholds("opening", [0.95, 0.85])],
))
linker.training.estimate_probability_two_random_records_match([block_on("title")], recall=0.7)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
for block in blocks:
    linker.training.estimate_parameters_using_expectation_maximisation(block)
pairs = linker.inference.predict(threshold_match_probability=0.9)
found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.9).as_pandas_dataframe()
found.groupby("cluster_id")["unique_id"].min().to_frame("id").to_json(f"{folder}/kept.jsonl", orient="records", lines=True)
"""

_SEMHASH = """
import json
import os
import sys
from model2vec import StaticModel
from semhash import SemHash
file, folder = sys.argv[1:]
with open(file, encoding="utf-8") as lines:
    records = [{"id": str(r["id"]), "text": r["text"]} for r in map(json.loads, lines)]
found = SemHash.from_records(records, columns=["text"], model=StaticModel.from_pretrained(os.environ["MODEL"]))
with open(f"{folder}/kept.jsonl", "w") as kept:
    kept.writelines(json.dumps({"id": r["id"]}) + "\\n" for r in found.self_deduplicate().selected)
"""

_PAPERSIEVE = """
import sys
from papersieve.warehouse.cli.main import main
file, folder = sys.argv[1:]
sys.argv = ["papersieve", "run", file, "--store", f"{folder}/store.duckdb", "--warehouse", f"{folder}/papers.duckdb"]
main()
"""

TOOLS = {
    "papersieve": _PAPERSIEVE,
    "datatrove": _DATATROVE.replace("OURS", ""),
    "datatrove, 40 bands": _DATATROVE.replace("OURS", "n_grams=2, num_buckets=40, hashes_per_bucket=5"),
    "text-dedup": _TEXT_DEDUP.replace("OURS", ""),
    "text-dedup, 40 bands": _TEXT_DEDUP.replace(
        "OURS", '"--ngram", "2", "--num_perm", "200", "--b", "40", "--r", "5", "--threshold", "0.45"'
    ),
    "splink": _SPLINK,
    "semhash": _SEMHASH,
}

_PEERS = ("datatrove", "text-dedup", "splink", "semhash", "model2vec")

_QUIET = {"HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"}


def write_records(file: Path, count: int) -> list[int]:
    """Write the file, and return the number of each record's paper."""
    records = corpus.titled(count, SEED)
    with file.open("w", encoding="utf-8") as lines:
        for number, title, abstract in records.select("document_no", "title", "abstract").iter_rows():
            said = {"id": number, "title": title, "abstract": abstract, "text": f"{title or ''}\n{abstract or ''}"}
            lines.write(json.dumps(said, ensure_ascii=False) + "\n")
    return records["original_no"].to_list()


def measured(tool: str, python: str, file: Path, folder: Path, model: str = "") -> dict[str, float]:
    """CPU seconds, seconds and memory of the largest process (MB) of one tool; kernels are compiled beforehand."""
    core = str(max(os.sched_getaffinity(0)))
    command = ["taskset", "-c", core, python, "-W", "ignore", "-c", TOOLS[tool], str(file), str(folder)]
    cpu, wall = cpu_seconds(), time.perf_counter()
    with (folder / "errors.txt").open("wb") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=errors, env=os.environ | _QUIET | {"MODEL": model}
        )
        peak = _peak_mb(process)
    if process.wait():
        raise RuntimeError(f"{tool}: {(folder / 'errors.txt').read_text()[-2000:]}")
    seconds = {"cpu_seconds": cpu_seconds() - cpu, "seconds": time.perf_counter() - wall}
    return {name: round(value, 1) for name, value in seconds.items()} | {"peak_mb": round(peak)}


def _peak_mb(process: subprocess.Popen[bytes]) -> float:
    """The highest resident memory of the process, sampled until it ends."""
    status, peak = Path(f"/proc/{process.pid}/status"), 0.0
    while process.poll() is None:
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        peak = max(peak, int(lines.get("VmHWM", "0 kB").split()[0]) / 1024)
        time.sleep(0.05)
    return peak


def kept_by(tool: str, folder: Path) -> set[int]:
    """The numbers of the records that a tool keeps: for papersieve, the first record of each paper."""
    if tool == "papersieve":
        with duckdb.connect(folder / "papers.duckdb", read_only=True) as con:
            return {no for (no,) in con.execute("SELECT min(ordinal) - 1 FROM records GROUP BY paper_id").fetchall()}
    files = [*folder.glob("kept/*.jsonl"), *folder.glob("kept.jsonl")]
    lines = (json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return {int((line.get("metadata") or line)["id"]) for line in lines}


def scored(kept: set[int], papers: list[int]) -> dict[str, Any]:
    """The number of removed records, the share of them that are duplicates, and the share of duplicates removed.

    All records of a paper but one are duplicates. If all were removed, one of them is lost.
    """
    sizes, left = Counter(papers), Counter(papers[number] for number in kept)
    right = sum(size - max(1, left[paper]) for paper, size in sizes.items())
    removed, repeats = len(papers) - len(kept), len(papers) - len(sizes)
    return {"removed": removed, "precision": round(right / removed, 4), "recall": round(right / repeats, 4)}


def main() -> None:
    """Measure each tool at each count, and write the results."""
    parser = arguments(__doc__)
    parser.add_argument("--counts", default="10000,100000")
    parser.add_argument("--peer", metavar="PYTHON")
    parser.add_argument("--model", metavar="FOLDER", default="")
    asked = parser.parse_args()
    results: dict[str, dict[str, Any]] = {}
    for count in map(int, asked.counts.split(",")):
        with tempfile.TemporaryDirectory() as made:
            papers = write_records(file := Path(made, "records.jsonl"), count)
            peers = [tool for tool in TOOLS if tool != "semhash" or asked.model]
            for tool in peers if asked.peer else ["papersieve"]:
                folder = Path(made, tool)
                folder.mkdir()
                python = sys.executable if tool == "papersieve" else asked.peer
                cost = measured(tool, python, file, folder, asked.model)
                results.setdefault(str(len(papers)), {})[tool] = cost | scored(kept_by(tool, folder), papers)
                say(count, tool, results[str(len(papers))][tool])
    about = {"machine": machine(), "seed": SEED, "versions": _versions(asked.peer)}
    write_result("end_to_end", about | {"records": results})


def _versions(python: str | None) -> dict[str, str]:
    asked = f"import importlib.metadata as m; print(*(m.version(n) for n in {_PEERS}))"
    said = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True).stdout if python else ""
    return dict(zip(_PEERS, said.split(), strict=False))


if __name__ == "__main__":
    main()
