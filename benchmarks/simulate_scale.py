"""Measure similarities, buckets and rates; predict 10⁵ to 10¹⁰ documents with `scale_model`; compare with measured
runs.

python -m benchmarks.simulate_scale [profile] [shuffle] [rates] [validate_real] [validate_planted] [predict]

All steps if none is named; each reads what the ones before it left in benchmarks/results/simulated_scale.json, and
adds to it. profile: similarities of all pairs of the distinct abstracts of three labelled sets (copies by arXiv id),
and of planted ones; shuffle: bytes a row (needs PySpark); rates: CPU of the engine's stages; validate_…: predicted
compared with measured; predict: prints the tables, which follow from the rest. Of real texts only histograms are
written.
"""

import argparse
import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import scipy.sparse as sp

from benchmarks import corpus
from benchmarks.bench_engine import ONE_THREAD, write_head
from benchmarks.measuring import HERE, arguments, cpu_seconds, machine, read_result, say, versions, write_result
from benchmarks.scale_model import BINS, MIDDLES, RELATED, Choice, Profile, Rates, predict_cost, predict_pairs
from papersieve.pipeline.settings import Matching, Settings, Signing
from papersieve.pipeline.shingling.kernel_calls import read, shingle_sets
from papersieve.pipeline.shingling.match_texts import match_texts

REAL = ("arxiv_1k", "arxiv_20k", "daily_arxiv")
ROWS, SEEDS = (3, 4, 5, 6, 7, 8), 12
CHOICES = [
    Choice(b, r, cap)
    for b, r in [(32, 4), (25, 5), (40, 5), (42, 6), (64, 6), (64, 7), (100, 7), (100, 8)]
    for cap in (200, 1000)
]
SIZES = [10**n for n in range(5, 11)]

PROFILE_SEED, VALIDATION_SEED = 11, 7
HISTOGRAMS = ("unrelated", "copies", "relatives", "copies_opened", "relatives_opened")

#: With fewer buckets of three or more, nothing is said about their spread: one large bucket would decide it.
_ENOUGH = 30


def real_documents(folder: Path) -> pl.DataFrame:
    """Distinct abstracts (text) of the labelled sets, with the paper of each, shuffled."""
    frames = [pl.read_parquet(folder / f"{name}.parquet").select("abstract", "arxiv_id") for name in REAL]
    records = pl.concat(frames).with_columns(text=match_texts(pl.concat(frames)["abstract"]))
    paper = pl.col("arxiv_id").str.replace(r"v\d+$", "")
    distinct = records.filter(pl.col("text") != "").select("text", paper=paper).unique("text", maintain_order=True)
    return distinct.sample(fraction=1, shuffle=True, seed=1)


def planted_documents(count: int, seed: int) -> tuple[pl.DataFrame, float]:
    """Distinct texts of a planted corpus, with the original of each; and their share of the records."""
    plain = pl.concat(list(corpus.batches(count, seed)))
    distinct = plain.select(text=match_texts(plain["text"]), paper="original_no").unique("text", maintain_order=True)
    return distinct.sample(fraction=1, shuffle=True, seed=1), distinct.height / count


def measure_profile(
    documents: pl.DataFrame, distinct_share: float, rows: int, settings: Settings, *, moments: bool = True
) -> Profile:
    """Compare the first `rows` documents exactly with all others, and count which share a bucket under
    several seeds.
    """
    sets = shingle_sets(documents["text"], settings.signing.shingle_words, is_raw=False)
    ids, columns = np.unique(sets.values, return_inverse=True)
    member = sp.csr_matrix((np.ones(columns.size, np.float32), columns, sets.bounds), (documents.height, ids.size))
    transposed, sizes = member.T.tocsc(), np.diff(sets.bounds)
    paper = documents["paper"].rank("dense").to_numpy()
    opening = (
        documents["text"]
        .str.split(" ")
        .list.head(settings.signing.opening_words)
        .list.join(" ")
        .rank("dense")
        .to_numpy()
    )
    counts = {
        name: np.zeros(MIDDLES.size)
        for name in ("unrelated", "copies", "copies_opened", "relatives", "relatives_opened")
    }
    has_relative = np.zeros(documents.height, bool)
    strangers_opened = compared = 0
    for first in range(0, rows, 400):
        here = np.arange(first, min(first + 400, rows))
        shared = (member[here] @ transposed).toarray()
        similar = shared / (sizes[here, None] + sizes[None] - shared)
        is_pair = here[:, None] != np.arange(documents.height)[None]
        is_copy = (paper[here, None] == paper[None]) & is_pair
        is_relative = ~is_copy & is_pair & (similar >= RELATED)
        is_stranger = ~is_copy & is_pair & ~is_relative
        is_opened = opening[here, None] == opening[None]
        has_relative |= is_relative.any(0)
        for name, chosen in (
            ("copies", is_copy), ("copies_opened", is_copy & is_opened),
            ("relatives", is_relative), ("relatives_opened", is_relative & is_opened), ("unrelated", is_stranger),
        ):  # fmt: skip
            counts[name] += np.histogram(similar[chosen], BINS)[0]
        strangers_opened += int((is_stranger & is_opened).sum())
        compared += int(is_stranger.sum())
    # Buckets of a family of relatives do not grow with the corpus.
    strangers = documents.filter(~pl.Series(has_relative)).unique("paper", maintain_order=True)["text"]
    a_document = {name: counts[name] / rows / 2 for name in counts if name != "unrelated"}
    return Profile(
        distinct_share=distinct_share, unrelated=counts["unrelated"] / compared, **a_document,
        opening_rate=strangers_opened / compared, opening_chance=2 / documents.height,
        buckets={r: bucket_moments(strangers, r) for r in ROWS if moments},
    )  # fmt: skip


def bucket_moments(texts: pl.Series, rows: int) -> tuple[float | None, float]:
    """Mean and variance of p over pairs that share a bucket, from buckets of two, three and four documents.

    Only documents that are no copies; over all bands of `SEEDS` signatures. Of n documents, the pairs of a bucket are
    n²/2·Σp², triples n³/6·Σp³, fours n⁴/24·Σp⁴.
    """
    twos = threes = fours = 0.0
    larger = 0
    for seed in range(SEEDS):
        settings = Settings(signing=Signing(bands=200 // rows, rows_per_band=rows, signature_seed=seed))
        for keys in read(texts, settings, is_raw=False).band_keys:
            m = np.unique(keys, return_counts=True)[1].astype(float)
            m = m[m > 1]
            larger += int((m > 2).sum())
            twos += float((m * (m - 1) / 2).sum())
            threes += float((m * (m - 1) * (m - 2) / 6).sum())
            fours += float((m * (m - 1) * (m - 2) * (m - 3) / 24).sum())
    if larger < _ENOUGH:
        return None, 0.0
    n = texts.len()
    mean, square = 3 * threes / twos / n, 12 * fours / twos / n**2
    return mean, max(0.0, square - mean**2)


def run_measured(path: Path, bands: int, rows: int, cap: int, seed: int = 1) -> dict[str, Any]:
    """Run the engine in a separate process on one core."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.simulate_scale", "--measure", f"{path},{bands},{rows},{cap},{seed}"],
        capture_output=True, text=True, check=True, cwd=HERE.parent, env=os.environ | ONE_THREAD,
    )  # fmt: skip
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def measure(path: Path, bands: int, rows: int, cap: int, seed: int) -> dict[str, Any]:
    """Deduplicate a Parquet file: CPU by stage, and candidates by kind (`original_no` if the file has it)."""
    from papersieve.pipeline.deduplicate import deduplicate
    from papersieve.pipeline.shingling.text_columns import ParquetTexts

    settings = Settings(
        signing=Signing(bands=bands, rows_per_band=rows, num_perm=bands * rows, signature_seed=seed),
        matching=Matching(bucket_cap=cap),
    )
    deduplicate(pl.scan_parquet(path).head(17_000).select("text").collect()["text"], settings)  # loads the kernels
    marks: list[tuple[str, float]] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage not in dict(marks):
            marks.append((stage, cpu_seconds()))

    _, pairs = deduplicate(ParquetTexts(path, "text"), settings=settings, progress=progress)
    at = dict(marks)
    # The first candidate chunk ends after "verify" begins, and labels come before "clusters" is reported: all of it is
    # in "verify".
    stages = {
        "read": at["pairs"] - at["read"],
        "pairs": at["verify"] - at["pairs"],
        "verify": at["clusters"] - at["verify"],
    }
    proposed = pairs.filter(pl.col("match_key") != "abstract")
    counts = {"repeats": pairs.height - proposed.height, "candidates": proposed.height}
    if "original_no" in pl.read_parquet_schema(path):
        original = pl.read_parquet(path, columns=["original_no"])["original_no"]
        same = original.gather(proposed["left_no"]) == original.gather(proposed["right_no"])
        counts["copies_found"] = int(same.sum())
        similar = proposed["similarity"].fill_null(0.0)
        counts["unrelated_proposed"] = int((~same & (similar < RELATED)).sum())
        counts["relatives_proposed"] = int((~same & (similar >= RELATED)).sum())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"cpu_seconds": stages, "cpu_seconds_in_all": sum(stages.values()), "peak_bytes": peak, **counts}


def measure_rates(path: Path, shuffled: dict[str, float]) -> tuple[Rates, list[dict[str, Any]]]:
    """Least squares over runs of one file under several settings; memory and store from the other committed results."""
    count = pl.scan_parquet(path).select(pl.len()).collect().item()
    runs = []
    for b, r in ((40, 5), (66, 3), (80, 5), (25, 5)):
        best = min((run_measured(path, b, r, 200) for _ in range(2)), key=lambda run: run["cpu_seconds_in_all"])
        runs.append({"bands": b, "rows": r, **best})
        say("rates", b, r, best["cpu_seconds"], best["candidates"])
    permutations = np.array([run["bands"] * run["rows"] for run in runs]) * count
    ones = np.full(len(runs), float(count))
    keys = np.array([run["bands"] + 1 for run in runs]) * float(count)
    stage = {name: 1e6 * np.array([run["cpu_seconds"][name] for run in runs]) for name in ("read", "pairs", "verify")}
    read_us, permutation_us = np.linalg.lstsq(np.stack([ones, permutations], 1), stage["read"])[0]
    candidates = np.array([run["candidates"] for run in runs], float)
    fetch_us, candidate_us = np.linalg.lstsq(np.stack([ones, candidates], 1), stage["verify"])[0]
    scaling = read_result("scaling")["scaling"]
    slope, base = np.polyfit([s["documents"] for s in scaling], [s["peak_rss_mib"] * 2**20 for s in scaling], 1)
    store = read_result("refresh")["results"][-1]
    rates = Rates(
        read_us=float(read_us), permutation_us=float(permutation_us), key_us=float(stage["pairs"].sum() / keys.sum()),
        fetch_us=float(fetch_us), candidate_us=float(candidate_us), **shuffled,
        local_base_bytes=float(base), local_document_bytes=float(slope),
        store_record_bytes=store["store_mb"] * 1e6 / store["records"],
    )  # fmt: skip
    return rates, runs


def shuffled_bytes(texts: pl.Series) -> dict[str, float]:
    """Bytes per row that Spark writes in a shuffle (local, its default compression) for keys, pairs, texts and
    records.

    Read from its event log; ids are 16 random bytes, because hashes are shuffled. A record is a text with 200 more
    bytes.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyspark.sql import SparkSession

    random, count = np.random.default_rng(7), 400_000
    some = texts.head(20_000)

    def ids(n: int) -> pa.Array:
        return pa.array([row.tobytes() for row in random.integers(0, 256, (n, 16), np.uint8)], pa.binary())

    tables = {
        "key_bytes": pa.table({"key": random.integers(-(2**63), 2**63 - 1, count), "document_id": ids(count)}),
        "pair_bytes": pa.table({"left_id": ids(count), "right_id": ids(count)}),
        "text_bytes": pa.table({"document_id": ids(some.len()), "text": some.to_arrow()}),
    }
    sizes: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        options = {
            "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.local.dir": folder,
            "spark.eventLog.enabled": "true", "spark.eventLog.dir": f"file://{folder}",
            "spark.eventLog.compress": "false",
            "spark.eventLog.rolling.enabled": "false", "spark.sql.warehouse.dir": folder,
        }  # fmt: skip
        for key, value in options.items():
            builder = builder.config(key, value)
        spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        for name, table in tables.items():
            pq.write_table(table, f"{folder}/{name}.parquet")
            spark.sparkContext.setJobDescription(name)
            frame = spark.read.parquet(f"{folder}/{name}.parquet")
            frame.repartition(8, frame.columns[0]).write.format("noop").mode("overwrite").save()
        spark.stop()
        log = next(path for path in Path(folder).glob("local-*"))
        job_of: dict[int, str] = {}
        for line in log.read_text().splitlines():
            event = json.loads(line)
            if event["Event"] == "SparkListenerStageSubmitted":
                job_of[event["Stage Info"]["Stage ID"]] = event["Properties"].get("spark.job.description", "")
            if event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
                written = event["Task Metrics"]["Shuffle Write Metrics"]["Shuffle Bytes Written"]
                name = job_of.get(event["Stage ID"], "")
                sizes[name] = sizes.get(name, 0.0) + written
    found = {name: sizes[name] / table.num_rows for name, table in tables.items()}
    return {**found, "record_bytes": found["text_bytes"] + 200}


def validate_planted(
    profile: Profile, rates: Rates, whole: Path, sizes: list[int], folder: Path
) -> list[dict[str, Any]]:
    """Predicted and measured, on heads of a corpus of another seed than the profile's."""
    rows = []
    for size in sizes:
        part = folder / f"head-{size}.parquet"
        write_head(whole, size, part)
        for choice in [Choice(40, 5)] + ([Choice(40, 5, 10), Choice(32, 4)] if size <= 1_000_000 else []):
            pairs = predict_pairs(profile, size, choice)
            cost = predict_cost(pairs, size, choice, rates)
            times = 2 if size <= 100_000 else 1
            runs = [run_measured(part, choice.bands, choice.rows, choice.bucket_cap) for _ in range(times)]
            found = min(runs, key=lambda run: run["cpu_seconds_in_all"])
            row = {
                "corpus": "planted", "documents": size, "bands": choice.bands, "rows": choice.rows,
                "bucket_cap": choice.bucket_cap,
                "predicted": {**{k: round(pairs[k]) for k in ("candidates", "copies_found", "relatives_proposed", "unrelated_proposed")},
                              "cpu_seconds": round(sum(cost["cpu_seconds"].values()), 2)},
                "measured": {**{k: found[k] for k in ("candidates", "copies_found", "relatives_proposed", "unrelated_proposed")},
                             "cpu_seconds": round(found["cpu_seconds_in_all"], 2), "stages": found["cpu_seconds"],
                             "peak_bytes": found["peak_bytes"]},
            }  # fmt: skip
            row["ratio"] = {k: round(row["predicted"][k] / max(1e-9, row["measured"][k]), 3) for k in row["predicted"]}
            rows.append(row)
            say("planted", size, choice, row["ratio"], row["predicted"], row["measured"])
    return rows


def validate_real(documents: pl.DataFrame, settings: Settings, folder: Path) -> list[dict[str, Any]]:
    """Candidates of one half of the real abstracts, under three seeds of the signature, compared with what the other
    half predicts.
    """
    half = documents.height // 2
    profile = measure_profile(documents.head(half), 1.0, half, settings, moments=False)
    path = folder / "half.parquet"
    documents.tail(half).select("text").write_parquet(path)
    rows = []
    for b, r in ((40, 5), (32, 4), (66, 3)):
        predicted = predict_pairs(profile, half, Choice(b, r))["candidates"]
        found = [run_measured(path, b, r, 200, seed)["candidates"] for seed in range(1, 4)]
        rows.append(
            {"corpus": "real", "documents": half, "bands": b, "rows": r, "bucket_cap": 200, "predicted": round(predicted),
             "measured": found, "ratio": round(predicted / float(np.mean(found)), 3)}
        )  # fmt: skip
        say("real", rows[-1])
    return rows


def predictions(profiles: dict[str, Profile], rates: Rates) -> list[dict[str, Any]]:
    """All sizes and choices."""
    rows = []
    for name, profile in profiles.items():
        for size in SIZES:
            for choice in CHOICES:
                pairs = predict_pairs(profile, size, choice)
                rows.append(
                    {"profile": name, "records": size, "bands": choice.bands, "rows": choice.rows, "bucket_cap": choice.bucket_cap,
                     **pairs, **predict_cost(pairs, size, choice, rates)}
                )  # fmt: skip
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Write predictions as a markdown table."""
    lines = [
        "| records | b × r | cap | candidates a document | of them unrelated | copies found | hot keys | core-hours | shuffle TB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        n = row["documents"]
        lines.append(
            f"| {row['records']:.0e} | {row['bands']} × {row['rows']} | {row['bucket_cap']} | {row['candidates'] / n:.3g} "
            f"| {row['unrelated_proposed'] / n:.3g} | {row['completeness']:.4f} | {row['hot_key_share']:.2g} "
            f"| {row['core_hours']:.3g} | {row['shuffle_bytes_in_all'] / 1e12:.3g} |"
        )
    return "\n".join(lines)


def told(profile: Profile) -> dict[str, Any]:
    """A profile for the results file: its values and histograms."""
    counts = {name: [float(f"{x:.6g}") for x in getattr(profile, name)] for name in HISTOGRAMS}
    return {
        "distinct_share": profile.distinct_share,
        "mean_unrelated_similarity": float(profile.unrelated @ MIDDLES),
        "unrelated_collisions_a_band": {r: float(profile.unrelated @ MIDDLES**r) for r in ROWS},
        "copies_a_document": float(profile.copies.sum()),
        "relatives_a_document": float(profile.relatives.sum()),
        "opening_rate": profile.opening_rate,
        "opening_chance": profile.opening_chance,
        "buckets": profile.buckets,
        "histograms": {name: {str(i): x for i, x in enumerate(values) if x} for name, values in counts.items()},
    }


def read_profile(written: dict[str, Any]) -> Profile:
    """Read what `told` wrote."""
    histograms = {name: np.zeros(MIDDLES.size) for name in HISTOGRAMS}
    for name, values in written["histograms"].items():
        for place, share in values.items():
            histograms[name][int(place)] = share
    buckets = {int(rows): tuple(moments) for rows, moments in written["buckets"].items()}
    openings = {name: written[name] for name in ("opening_rate", "opening_chance")}
    return Profile(written["distinct_share"], **histograms, **openings, buckets=buckets)


def main() -> None:
    """Take the steps that are named."""
    parser = arguments(__doc__)
    parser.add_argument("steps", nargs="*", default=list(STEPS), metavar="STEP", help=", ".join(STEPS))
    parser.add_argument("--labelled", type=Path, default=HERE.parent.parent / "shared" / "labelled")
    parser.add_argument("--corpus", type=Path, help="planted corpus of seed 7 to validate on; written where not given")
    parser.add_argument("--validate", default="10000,100000,1000000", help="sizes")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        path, *numbers = given.measure.split(",")
        sys.stdout.write(json.dumps(measure(Path(path), *map(int, numbers))) + "\n")
        return
    if unknown := set(given.steps) - set(STEPS):
        parser.error(f"no such step: {', '.join(sorted(unknown))}; there are {', '.join(STEPS)}")
    known: dict[str, Any] = read_result("simulated_scale")
    with tempfile.TemporaryDirectory() as folder:
        for step in (step for step in STEPS if step in given.steps):
            STEPS[step](known, given, Path(folder))
            about = {"measured_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "machine": machine()}
            known.setdefault("steps", {})[step] = about | {
                "seeds": {"profile": PROFILE_SEED, "validation": VALIDATION_SEED}
            }
            used = ["numpy", "polars", "scipy", "numba", *(["pyspark"] if step == "shuffle" else [])]
            known["versions"] = known.get("versions", {}) | versions(*used)
            write_result("simulated_scale", known)
            say("wrote", step)


def _profile(known: dict[str, Any], given: argparse.Namespace, folder: Path) -> None:
    planted, share = planted_documents(50_000, PROFILE_SEED)
    real = real_documents(given.labelled)
    known["profiles"] = {
        "real": told(measure_profile(real, 1.0, real.height, Settings())) | {"documents": real.height},
        "planted": told(measure_profile(planted, share, 5_000, Settings())) | {"documents": planted.height},
    }


def _shuffle(known: dict[str, Any], given: argparse.Namespace, folder: Path) -> None:
    known["shuffled_bytes"] = shuffled_bytes(real_documents(given.labelled)["text"])


def _rates(known: dict[str, Any], given: argparse.Namespace, folder: Path) -> None:
    path = folder / "rates.parquet"
    corpus.write(100_000, path, PROFILE_SEED)
    rates, runs = measure_rates(path, known["shuffled_bytes"])
    known |= {"rates": vars(rates), "rate_runs": runs}


def _validate_real(known: dict[str, Any], given: argparse.Namespace, folder: Path) -> None:
    known["validation_real"] = validate_real(real_documents(given.labelled), Settings(), folder)


def _validate_planted(known: dict[str, Any], given: argparse.Namespace, folder: Path) -> None:
    sizes = [int(size) for size in given.validate.split(",")]
    whole = given.corpus or folder / "whole.parquet"
    if given.corpus is None:
        corpus.write(max(sizes), whole, VALIDATION_SEED)
    rows = validate_planted(read_profile(known["profiles"]["planted"]), Rates(**known["rates"]), whole, sizes, folder)
    kept = [row for row in known.get("validation_planted", []) if row["documents"] not in sizes]
    known["validation_planted"] = sorted(kept + rows, key=lambda row: row["documents"])


def _predict(known: dict[str, Any], given: argparse.Namespace, folder: Path) -> None:
    profiles = {name: read_profile(written) for name, written in known["profiles"].items()}
    rows = predictions(profiles, Rates(**known["rates"]))
    sys.stdout.write(table([row for row in rows if row["profile"] == "real"]) + "\n")


STEPS = {
    "profile": _profile,
    "shuffle": _shuffle,
    "rates": _rates,
    "validate_real": _validate_real,
    "validate_planted": _validate_planted,
    "predict": _predict,
}


if __name__ == "__main__":
    main()
