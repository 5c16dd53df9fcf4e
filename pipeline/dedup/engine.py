"""The engine for a library user: a column of texts in, clusters and the evidence for them out.

    clusters, pairs = deduplicate(pl.read_parquet("papers.parquet")["abstract"])

Raw texts are folded to match texts, equal ones collapsed, the rest signed and keyed; candidate pairs are
compared exactly on their shingle sets, judged by the rules of `judge`, and matches united. Texts are read from
Arrow in chunks, and again where they must be compared, so that besides the column itself some 300 bytes of keys a
document are held, and as much again while pairs are made. `sources.ParquetTexts` does without the column, too.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from pipeline.dedup.blocks import SCHEMA
from pipeline.dedup.cluster import clusters, demote_bridges
from pipeline.dedup.judge import judge
from pipeline.dedup.pairs import candidate_pairs
from pipeline.dedup.sources import ColumnTexts, Texts
from pipeline.dedup.verify import EVIDENCE_SCHEMA
from pipeline.settings import Settings

Progress = Callable[[str, int, int], None]

#: Pairs compared at a time, on one core each; their texts and shingle sets are what is held.
_PAIRS = 16_384

Positions = npt.NDArray[np.int64]


def _silent(stage: str, done: int, total: int) -> None:
    pass


def deduplicate(
    texts: pl.Series | pa.ChunkedArray | pa.Array | Texts,
    settings: Settings | None = None,
    progress: Progress = _silent,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (clusters, pairs) of texts, which are numbered from 0 by their places in the column.

    Clusters: document_no, component_no, cluster_no (the smallest document_no of what matches connect, and of what
    the audit of `cluster` leaves together), one row a text. Pairs: left_no < right_no, match_key, evidence
    (`verify.EVIDENCE_SCHEMA`), judgement, rule. Of texts that are equal once normalised each is paired with the
    first alone, and only the first is compared with others. A null, or a text without a word, is in no pair.

    Texts are not repaired: where they hold LaTeX or mojibake, pass them through `normalise.clean_text` before.
    Progress is told (stage, done, total). The kernels are compiled in the first call on a machine.
    """
    from pipeline.dedup.columns import read_pieces

    settings = settings or Settings()
    column = _texts(texts)
    progress("read", 0, column.height)
    readings = read_pieces(column.pieces(), column.height, settings, is_raw=True)
    equal = _equal_pairs(column, readings.text_keys, readings.words > 0)
    is_repeat = np.zeros(column.height, bool)
    is_repeat[equal["right_no"].to_numpy()] = True
    present = (readings.words > 0) & ~is_repeat
    progress("pairs", 0, column.height)
    keys = _repeated_keys(readings.band_keys, readings.opening_keys, readings.words, present, settings)
    candidates, _ = candidate_pairs(keys, bucket_cap=settings.bucket_cap)
    evidence = [equal, *_compare(column, candidates, settings, progress)]
    judged = judge(pl.concat([_complete(part, readings.words) for part in evidence]), settings)
    repeats, pairs = judged.head(equal.height), judged.slice(equal.height)
    documents = pl.DataFrame(
        {"document_no": np.arange(column.height), "document_id": readings.text_keys, "abstract_words": readings.words},
        schema_overrides={"document_no": pl.Int64},
    ).with_columns(arxiv_id=pl.lit(None, pl.String))
    found, bridges = clusters(documents.filter(~pl.Series(is_repeat)), pairs)
    progress("clusters", column.height, column.height)
    told = pl.concat([repeats, demote_bridges(pairs, bridges)]).sort("left_no", "right_no")
    return _with_repeats(found, repeats), told


def _with_repeats(found: pl.DataFrame, repeats: pl.DataFrame) -> pl.DataFrame:
    """Put each repeat of a text where the first of them is."""
    firsts = repeats.select(document_no="right_no", left_no="left_no")
    same = firsts.join(found, left_on="left_no", right_on="document_no").select(found.columns)
    return pl.concat([found, same]).sort("document_no")


def _texts(texts: pl.Series | pa.ChunkedArray | pa.Array | Texts) -> Texts:
    if isinstance(texts, (pa.ChunkedArray, pa.Array)):
        texts = pl.Series(pl.from_arrow(texts))
    return ColumnTexts(texts) if isinstance(texts, pl.Series) else texts


def _equal_pairs(column: Texts, keys: Positions, present: npt.NDArray[np.bool_]) -> pl.DataFrame:
    """(first, other) of texts that are equal byte by byte, not by their keys alone."""
    from pipeline.dedup.columns import equal_texts, repeated_rows

    rows = repeated_rows(keys, present)
    same = pl.DataFrame({"right_no": rows, "key": keys[rows]}).with_columns(
        left_no=pl.col("right_no").min().over("key")
    )
    same = same.filter(pl.col("left_no") < pl.col("right_no")).sort("left_no", "right_no")
    column.hold(np.unique(same.select("left_no", "right_no").to_numpy()))
    is_equal = []
    for first in range(0, same.height, _PAIRS):
        left, right = (same[c].slice(first, _PAIRS).to_numpy() for c in ("left_no", "right_no"))
        involved, at = np.unique(np.concatenate([left, right]), return_inverse=True)
        is_equal.append(equal_texts(column.gather(involved), at[: left.size], at[left.size :]))
    kept = same.filter(np.concatenate(is_equal)) if is_equal else same
    return kept.select("left_no", "right_no", match_key=pl.lit("abstract"), similarity=1.0, containment=1.0)


def _repeated_keys(
    bands: Positions,
    openings: Positions,
    words: Positions,
    present: npt.NDArray[np.bool_],
    settings: Settings,
) -> pl.DataFrame:
    """Block keys that more than one document has, and a few others."""
    from pipeline.dedup.columns import repeated_rows, run_all

    columns = [("opening", openings, present & (words >= settings.opening_words))]
    columns += [("band", keys, present) for keys in bands]
    frames = [pl.DataFrame(schema=SCHEMA)] * len(columns)

    def work(number: int) -> None:
        name, keys, has = columns[number]
        rows = repeated_rows(keys, has)
        names = pl.repeat(name, rows.size, dtype=pl.String, eager=True)
        frames[number] = pl.DataFrame({"document_no": rows, "match_key": names, "key": keys[rows]}, schema=SCHEMA)

    run_all(work, range(len(columns)))
    return pl.concat(frames)


def _compare(column: Texts, candidates: pl.DataFrame, settings: Settings, progress: Progress) -> list[pl.DataFrame]:
    """Add similarity and containment to candidates, chunk by chunk on all cores."""
    from pipeline.dedup.columns import count_shared, run_all, shingle_sets
    from pipeline.dedup.compare import Sets, shares

    column.hold(np.unique(candidates.select("left_no", "right_no").to_numpy()))
    compared = [candidates] * -(-candidates.height // _PAIRS)

    def work(number: int) -> None:
        chunk = candidates.slice(number * _PAIRS, _PAIRS)
        left, right = chunk["left_no"].to_numpy(), chunk["right_no"].to_numpy()
        involved, at = np.unique(np.concatenate([left, right]), return_inverse=True)
        sets = shingle_sets(column.gather(involved), settings.shingle_words, is_raw=True)
        left, right = at[: left.size], at[left.size :]
        compared[number] = chunk.with_columns(
            shares(Sets(sets.values, sets.bounds), left, right, count_shared(sets, left, right))
        )
        progress("verify", number * _PAIRS, candidates.height)

    run_all(work, range(len(compared)))
    return compared


def _complete(pairs: pl.DataFrame, words: Positions) -> pl.DataFrame:
    """Add the evidence that texts alone have: null but for their words, and nothing that differs."""
    smaller = np.minimum(words[pairs["left_no"].to_numpy()], words[pairs["right_no"].to_numpy()])
    known: dict[str, pl.Series | pl.Expr] = {
        "smaller_words": pl.Series(smaller, dtype=pl.Int64),
        "parts_differ": pl.lit(False),
        "citations_differ": pl.lit(False),
    }
    missing = {name: known.get(name, pl.lit(None)) for name in EVIDENCE_SCHEMA if name not in pairs.columns}
    return pairs.with_columns(**missing).select(
        "left_no", "right_no", "match_key", *(pl.col(n).cast(t) for n, t in EVIDENCE_SCHEMA.items())
    )
