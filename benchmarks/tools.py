"""One tool on one corpus in one process, measured in CPU seconds; prints one JSON object.

python benchmarks/tools.py TOOL CORPUS.parquet COUNT

`ours_from_parquet` reads the whole file, whatever the count.

The corpus has the raw `text` and its `match_text`. Peers get the match texts, normalised beforehand; `ours` starts
from the raw texts, so only it pays for normalising. All use 200 permutations, 40 bands of 5 rows and word 2-grams, and
verify at a similarity of 0.45 by the tool's own means. Only the packages of one tool are imported, because each peer
has its own environment.
"""

import contextlib
import io
import json
import os
import pickle
import resource
import sys
import tempfile
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import polars as pl

PERMUTATIONS, BANDS, ROWS, WORDS, THRESHOLD = 200, 40, 5, 2, 0.45


def cpu_seconds() -> float:
    """CPU time of this process and of its ended children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


class Watch:
    """CPU seconds of the signatures alone, and of all work until the documents to remove are known."""

    def __init__(self) -> None:
        self._started = cpu_seconds()
        self.signatures: float | None = None

    def signed(self) -> None:
        self.signatures = cpu_seconds() - self._started

    def total(self) -> float:
        return cpu_seconds() - self._started


def grams(text: str) -> list[str]:
    words = text.split(" ")
    return [" ".join(words[i : i + WORDS]) for i in range(max(1, len(words) - WORDS + 1))]


def later_members(count: int, pairs: Iterable[tuple[int, int]]) -> np.ndarray:
    """Whether each document is connected to an earlier one."""
    parent = list(range(count))

    def root(x: int) -> int:
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for one, other in pairs:
        a, b = sorted((root(one), root(other)))
        parent[b] = a
    return np.array([root(i) != i for i in range(count)])


def banded(signatures: np.ndarray) -> set[tuple[int, int]]:
    """Pairs (first of a bucket, other), found by sorting each band, as users of tools that only sign would do it."""
    pairs: set[tuple[int, int]] = set()
    for band in range(BANDS):
        part = np.ascontiguousarray(signatures[:, band * ROWS : (band + 1) * ROWS])
        keys = part.view(f"V{ROWS * part.itemsize}").ravel()
        _, bucket, sizes = np.unique(keys, return_inverse=True, return_counts=True)
        first: dict[int, int] = {}
        for place in np.flatnonzero(sizes[bucket] > 1).tolist():
            leader = first.setdefault(int(bucket[place]), place)
            if leader != place:
                pairs.add((leader, place))
    return pairs


def estimated(signatures: np.ndarray, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs whose estimated similarity, the share of equal signature values, reaches the threshold."""
    return [(i, j) for i, j in pairs if (signatures[i] == signatures[j]).mean() >= THRESHOLD]


def ours(corpus: pl.DataFrame, watch: Watch) -> np.ndarray:
    from papersieve.pipeline.deduplicate import deduplicate

    found, _ = deduplicate(corpus["text"])
    return (found["cluster_no"] != found["document_no"]).to_numpy()


def ours_from_parquet(path: Path) -> np.ndarray:
    from papersieve.pipeline.deduplicate import deduplicate

    found, _ = deduplicate(pl.read_parquet(path, columns=["text"]))
    return (found["cluster_no"] != found["document_no"]).to_numpy()


def ours_signatures(corpus: pl.DataFrame, watch: Watch) -> None:
    from papersieve.pipeline.settings import Settings
    from papersieve.pipeline.shingling.kernel_calls import read

    read(corpus["match_text"], Settings(), is_raw=False, keep_signatures=True)
    watch.signed()


def datasketch(corpus: pl.DataFrame, watch: Watch) -> np.ndarray:
    import xxhash
    from datasketch import MinHash, MinHashLSH

    coded = ([g.encode() for g in grams(text)] for text in corpus["match_text"])
    sketches = list(MinHash.generator(coded, num_perm=PERMUTATIONS, seed=1, hashfunc=xxhash.xxh32_intdigest))
    watch.signed()
    index, pairs = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS)), []
    for number, sketch in enumerate(sketches):
        pairs += [(q, number) for q in index.query(sketch) if sketches[q].jaccard(sketch) >= THRESHOLD]
        index.insert(number, sketch, check_duplication=False)
    return later_members(len(sketches), pairs)


def rensa(corpus: pl.DataFrame, watch: Watch) -> np.ndarray:
    from rensa import RMinHash, RMinHashDeduplicator

    sketches = RMinHash.from_token_sets([grams(t) for t in corpus["match_text"]], num_perm=PERMUTATIONS, seed=42)
    watch.signed()
    index = RMinHashDeduplicator(threshold=THRESHOLD, num_perm=PERMUTATIONS, use_lsh=True, num_bands=BANDS)
    return ~np.array(index.add_pairs(zip(map(str, range(len(sketches))), sketches, strict=True)))


def daft(corpus: pl.DataFrame, watch: Watch) -> np.ndarray:
    import daft as d

    frame = d.from_arrow(corpus.select("match_text").to_arrow())
    signed = frame.select(
        d.col("match_text").minhash(num_hashes=PERMUTATIONS, ngram_size=WORDS, seed=1, hash_function="xxhash32")
    )
    signatures = signed.to_arrow().column(0).combine_chunks().flatten().to_numpy().reshape(-1, PERMUTATIONS)
    watch.signed()
    return later_members(corpus.height, estimated(signatures, banded(signatures)))


def text_dedup(corpus: pl.DataFrame, watch: Watch) -> np.ndarray:
    from datasets import Dataset
    from text_dedup.config.base import Config
    from text_dedup.minhash import main

    texts = corpus["match_text"].to_list()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(folder)
        Dataset.from_dict({"text": texts}).save_to_disk(f"{folder}/in")
        Path("config.toml").write_text(
            f'[input]\ninput_type="local_hf_dataset"\n[input.read_arguments]\ndataset_path="{folder}/in"\n'
            f'[algorithm]\nalgorithm_name="minhash"\ntext_column="text"\nnum_perm={PERMUTATIONS}\nngram_size={WORDS}\n'
            f"bands={BANDS}\nrows={ROWS}\nthreshold={THRESHOLD}\nmin_length=1\nnum_proc=1\ncheck_false_positive=true\n"
            f'[output]\noutput_dir="{folder}/out"\nsave_clusters=true\nkeep_index_column=true\n'
            "[debug]\nenable_profiling=false\n"
        )
        watch.__init__()  # writing its input is not its work
        with contextlib.redirect_stderr(io.StringIO()):
            main(Config())
        labels = pickle.loads(Path("out/clusters.pickle").read_bytes())
        os.chdir("/")
    removed = np.zeros(len(texts), bool)
    removed[[number for number, label in labels.items() if number != label]] = True
    return removed


TOOLS: dict[str, tuple[Callable[[pl.DataFrame, Watch], np.ndarray | None], str]] = {
    "ours": (ours, "numba"),
    "ours_from_parquet": (lambda corpus, watch: ours_from_parquet(Path(sys.argv[2])), "numba"),
    "ours_signatures": (ours_signatures, "numba"),
    "datasketch": (datasketch, "datasketch"),
    "rensa": (rensa, "rensa"),
    "daft": (daft, "daft"),
    "text_dedup": (text_dedup, "text-dedup"),
}


def main(tool: str, path: str, count: int) -> dict:
    run, package = TOOLS[tool]
    given = {"ours": ["text"], "ours_from_parquet": []}.get(tool, ["match_text"])
    corpus = pl.scan_parquet(path).head(count).select("document_no", *given, "original_no", "kind").collect()
    if tool == "ours_from_parquet":
        ours(pl.scan_parquet(path).head(20_000).select("text").collect(), Watch())
    elif tool.startswith("ours"):
        run(corpus.head(500), Watch())  # loads the kernels; start-up is measured separately
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    watch = Watch()
    removed = run(corpus, watch)
    result = {
        "tool": tool,
        "version": version(package) if not tool.startswith("ours") else f"with numba {version('numba')}",
        "documents": count,
        "signature_cpu_seconds": watch.signatures,
        "cpu_seconds": watch.total(),
        "peak_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "rss_of_the_corpus_mib": round(before / 1024),
    }
    if removed is None:
        return result
    is_copy = (corpus["document_no"] != corpus["original_no"]).to_numpy()
    kinds = corpus["kind"].to_numpy()
    hits = int((removed & is_copy).sum())
    return result | {
        "removed": int(removed.sum()),
        "precision": round(hits / max(1, int(removed.sum())), 4),
        "recall": round(hits / int(is_copy.sum()), 4),
        "removed_share_by_kind": {kind: round(float(removed[kinds == kind].mean()), 3) for kind in np.unique(kinds)},
    }


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    print(json.dumps(main(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
