"""The engine for a library user: a column of texts in, clusters and the evidence for them out.

    clusters, pairs = deduplicate(pl.read_parquet("papers.parquet")["abstract"])

Raw texts are folded to match texts, equal ones collapsed, the rest signed and keyed; candidate pairs are
compared exactly on their shingle sets, judged by the model, and matches united. Texts are read from
Arrow in chunks, and again where they must be compared, so that besides the column itself some 350 bytes of keys a
document are held until the pairs are known, and after that the shingle sets of those that are in one.
`sources.ParquetTexts` does without the column, too.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from papersieve.pipeline.blocking.candidates import bucket_pairs, distinct_pairs
from papersieve.pipeline.derive import LISTED_SCHEMA, clusters_of
from papersieve.pipeline.matching.judgement import judge
from papersieve.pipeline.matching.model import PAIR_COLUMNS
from papersieve.pipeline.matching.overruling import overrule
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.shingling.text_columns import ColumnTexts, Texts

if TYPE_CHECKING:
    from papersieve.pipeline.shingling.kernel_calls import Readings

Progress = Callable[[str, int, int], None]

#: Pairs compared at a time, on one core each.
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
    `clusters` leaves together), one row a text. Pairs: left_no < right_no, match_key, evidence
    (`model.PAIR_COLUMNS`), score, judgement, rule. Of texts that are equal once normalised each is paired with the
    first alone, and only the first is compared with others. A null, or a text without a word, is in no pair.

    Texts are not repaired: where they hold LaTeX or mojibake, pass them through `text.clean_text` before.
    Progress is told (stage, done, total). The kernels are compiled in the first call on a machine.
    """
    from papersieve.pipeline.shingling.kernel_calls import read_pieces

    settings = settings or Settings()
    column = _texts(texts)
    progress("read", 0, column.height)
    readings = read_pieces(column.pieces(), column.height, settings, is_raw=True)
    words, text_keys = readings.words, readings.text_keys
    equal = _equal_pairs(column, text_keys, words > 0)
    is_repeat = np.zeros(column.height, bool)
    is_repeat[equal["right_no"].to_numpy()] = True
    progress("pairs", 0, column.height)
    candidates = _candidates(readings, (words > 0) & ~is_repeat, settings)
    del readings  # the keys, which are most of what is held
    evidence = [equal, *_compare(column, words, candidates, settings, progress)]
    judged = judge(pl.concat([_complete(part, words) for part in evidence]), settings)
    repeats, pairs = judged.head(equal.height), judged.slice(equal.height)
    documents = pl.DataFrame(
        {"document_no": np.arange(column.height), "document_id": text_keys},
        schema_overrides={"document_no": pl.Int64},
    ).with_columns(arxiv_id=pl.lit(None, pl.String))
    listed = pl.DataFrame(schema=LISTED_SCHEMA)
    found, overruled = clusters_of(documents.filter(~pl.Series(is_repeat)), pairs, listed)
    progress("clusters", column.height, column.height)
    told = pl.concat([repeats, overrule(pairs, overruled)]).sort("left_no", "right_no")
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
    from papersieve.pipeline.shingling.kernel_calls import equal_texts, repeated_rows

    rows = repeated_rows(keys, present)
    same = pl.DataFrame({"right_no": rows, "key": keys[rows]}).with_columns(
        left_no=pl.col("right_no").min().over("key")
    )
    same = same.filter(pl.col("left_no") < pl.col("right_no")).sort("left_no", "right_no")
    involved, left, right = _involved(same)
    texts = pl.concat([pl.Series([], dtype=pl.String), *column.rows(involved)])
    is_equal = []
    for first in range(0, same.height, _PAIRS):
        both = np.concatenate([left[first : first + _PAIRS], right[first : first + _PAIRS]])
        here, at = np.unique(both, return_inverse=True)
        is_equal.append(equal_texts(texts.gather(here), *np.split(at, 2)))
    kept = same.filter(np.concatenate(is_equal)) if is_equal else same
    return kept.select(
        "left_no", "right_no", match_key=pl.lit("abstract"), similarity=1.0, containment=1.0, abstract_words=1.0
    )


def _involved(pairs: pl.DataFrame) -> tuple[Positions, Positions, Positions]:
    """(documents of pairs, sorted, and for each pair the places of its left and of its right one among them)."""
    both = np.concatenate([pairs["left_no"].to_numpy(), pairs["right_no"].to_numpy()])
    numbers, at = np.unique(both, return_inverse=True)
    return numbers, at[: pairs.height], at[pairs.height :]


def _candidates(readings: "Readings", present: npt.NDArray[np.bool_], settings: Settings) -> pl.DataFrame:
    """Return the pairs that `pairs.candidate_pairs` proposes, column of keys by column: each is sorted while it is small."""
    from papersieve.pipeline.shingling.kernel_calls import repeated_rows, run_all

    columns = [("opening", readings.opening_keys, present & (readings.words >= settings.opening_words))]
    columns += [("band", keys, present) for keys in readings.band_keys]
    proposed = [("", np.empty(0, np.int64))] * len(columns)

    def work(number: int) -> None:
        name, keys, has = columns[number]
        rows = repeated_rows(keys, has)
        proposed[number] = name, bucket_pairs(keys[rows], rows, settings.bucket_cap)[0]

    run_all(work, range(len(columns)))
    return distinct_pairs(proposed)


def _compare(
    column: Texts, words: Positions, candidates: pl.DataFrame, settings: Settings, progress: Progress
) -> list[pl.DataFrame]:
    """Add similarity and containment to candidates, chunk by chunk on all cores."""
    from papersieve.pipeline.shingling.kernel_calls import count_shared, run_all, shingle_pieces
    from papersieve.pipeline.shingling.similarity import Sets, shares

    progress("verify", 0, candidates.height)
    involved, left, right = _involved(candidates)
    sets = shingle_pieces(column.rows(involved), words[involved], settings.shingle_words)
    single = shingle_pieces(column.rows(involved), words[involved], 1)
    compared = [candidates] * -(-candidates.height // _PAIRS)

    def work(number: int) -> None:
        first = number * _PAIRS
        here = left[first : first + _PAIRS], right[first : first + _PAIRS]
        by_words, _ = shares(Sets(single.values, single.bounds), *here, count_shared(single, *here))
        compared[number] = candidates.slice(first, _PAIRS).with_columns(
            *shares(Sets(sets.values, sets.bounds), *here, count_shared(sets, *here)), by_words.alias("abstract_words")
        )
        progress("verify", first, candidates.height)

    run_all(work, range(len(compared)))
    return compared


def _complete(pairs: pl.DataFrame, words: Positions) -> pl.DataFrame:
    """Add all that a pair is judged by: of texts alone, how alike they are and their words."""
    smaller = np.minimum(words[pairs["left_no"].to_numpy()], words[pairs["right_no"].to_numpy()])
    known = pairs.with_columns(smaller_words=pl.Series(smaller))
    missing = [pl.lit(None).alias(name) for name in PAIR_COLUMNS if name not in known.columns]
    columns = [pl.col(name).cast(dtype) for name, dtype in PAIR_COLUMNS.items()]
    return known.with_columns(missing).select("left_no", "right_no", "match_key", *columns)
