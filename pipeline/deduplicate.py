"""`deduplicate`: a column of texts in, clusters and their evidence out, without files or a store.

Raw texts are folded to match texts, equal ones are collapsed, and the rest are signed and keyed. Candidate pairs are
compared exactly by their shingle sets and judged by the model, and matches are united. Texts are read from Arrow in
chunks, and read again if they must be compared. So memory holds, besides the column itself, about 350 bytes of keys per
document until the pairs are known, and then the shingle sets of the documents in pairs.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.pipeline.blocking.candidates import bucket_pairs, distinct_pairs
from papersieve.pipeline.derive import LISTED_SCHEMA, clusters_of
from papersieve.pipeline.errors import ArgumentError
from papersieve.pipeline.matching.judgement import judge
from papersieve.pipeline.matching.model import PAIR_COLUMNS
from papersieve.pipeline.matching.overruling import overrule
from papersieve.pipeline.progress import Progress, silent
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.settings_file import checked_settings

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from papersieve.pipeline.shingling.minhash import Readings

    TextColumn: TypeAlias = pl.Series | pd.Series | pa.ChunkedArray | pa.Array | Sequence[str | None]
    Table: TypeAlias = pl.DataFrame | pd.DataFrame | pa.Table | pa.RecordBatch

#: Pairs that one core compares at a time.
_PAIRS = 16_384

Positions = npt.NDArray[np.int64]


def deduplicate(
    texts: "TextColumn | Table",
    column: str | None = None,
    *,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (clusters, pairs) of a column of texts, such as abstracts, as two polars frames.

    texts: a polars or pandas Series, an Arrow array, a list of str, or a table: a polars or pandas DataFrame or an
    Arrow table. `column` names the column of a table; it may be omitted if there is only one. Texts are numbered from 0
    by position; a pandas index is ignored. settings: the defaults if not given. progress is called with (stage, done,
    total).

    clusters: one row per text: document_no; component_no, the smallest document_no of the texts that matches connect;
    cluster_no, the same after chains of matches are split. Texts with the same cluster_no are one paper.

    pairs: one row per compared pair, left_no < right_no: match_key (what proposed it), the evidence, score, judgement
    (match, review or non_match) and rule. Evidence is null if there is nothing to compare; here, all but that of
    abstracts. Among texts that are equal once normalised, each is paired with the first alone, and only the first is
    compared with other texts. A null, or a text without a word, is in no pair and has a cluster of its own.

    Texts are not repaired: if they contain LaTeX or mojibake, pass them through `papersieve.pipeline.text.clean_text`
    first. The first call on a machine compiles the kernels, which takes some seconds. Raises ArgumentError if the input
    is not a column of texts.

    >>> import papersieve
    >>> sheep = "We ask how lamps learn to count sheep in the dark and find that seven of nine can be taught by example"
    >>> kettles = "Kettles boil at a temperature that depends on how long one watches them as we measure for forty"
    >>> clusters, pairs = papersieve.deduplicate([sheep, kettles, sheep.upper() + "!", None])
    >>> clusters["cluster_no"].to_list()
    [0, 1, 0, 3]
    >>> pairs.select("left_no", "right_no", "similarity", "judgement").rows()
    [(0, 2, 1.0, 'match')]
    """
    from papersieve.pipeline.shingling.kernel_calls import read

    settings = Settings() if settings is None else checked_settings(settings)
    given = _texts_of(texts, column)
    progress("read", 0, given.len())
    readings = read(given, settings, is_raw=True)
    words, text_keys = readings.words, readings.text_keys
    equal = _equal_pairs(given, text_keys, words > 0)
    is_repeat = np.zeros(given.len(), bool)
    is_repeat[equal["right_no"].to_numpy()] = True
    progress("pairs", 0, given.len())
    candidates = _candidates(readings, (words > 0) & ~is_repeat, settings)
    del readings  # frees the keys, which take most of the memory
    evidence = [equal, *_compare(given, words, candidates, settings, progress)]
    judged = judge(pl.concat([_complete(part, words) for part in evidence]), settings)
    repeats, pairs = judged.head(equal.height), judged.slice(equal.height)
    numbers = pl.Series("document_no", np.arange(given.len()), pl.Int64)
    named = pl.DataFrame([numbers, pl.Series("document_id", text_keys)])
    documents = named.with_columns(arxiv_id=pl.lit(None, pl.String))
    listed = pl.DataFrame(schema=LISTED_SCHEMA)
    found, overruled = clusters_of(documents.filter(~pl.Series(is_repeat)), pairs, listed)
    progress("clusters", given.len(), given.len())
    told = pl.concat([repeats, overrule(pairs, overruled)]).sort("left_no", "right_no")
    # The repeats of a text are in the cluster of its first occurrence.
    firsts = repeats.select(document_no="right_no", left_no="left_no")
    same = firsts.join(found, left_on="left_no", right_on="document_no").select(found.columns)
    return pl.concat([found, same]).sort("document_no"), told


def _texts_of(given: Any, name: str | None) -> pl.Series:
    """The given texts, whatever the library of their column or table; raises ArgumentError if they are no texts."""
    if isinstance(given, pl.LazyFrame):
        given = given.collect()
    column = _column_of(given, name) if hasattr(given, "columns") else given
    told = f"texts: expected a column of texts, found {type(given).__name__}"
    if column is None or isinstance(column, str):
        raise ArgumentError(told)
    try:
        series = pl.Series(values=column)
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise ArgumentError(f"{told}: {str(error).splitlines()[0]}") from error
    if series.dtype in (pl.Null, pl.Categorical, pl.Enum):
        series = series.cast(pl.String)
    if series.dtype != pl.String:
        raise ArgumentError(f"{told} of {series.dtype}")
    return series


def _column_of(table: Any, name: str | None) -> Any:
    """A column of a polars or pandas DataFrame or an Arrow table."""
    names = list(getattr(table, "column_names", table.columns))
    if not names:
        raise ArgumentError("column: expected a column of texts, found a table without columns")
    if name is None and len(names) == 1:
        name = names[0]
    if name not in names:
        found = "none" if name is None else repr(name)
        raise ArgumentError(f"column: expected one of {', '.join(map(str, names))}, found {found}")
    if names.count(name) > 1:
        raise ArgumentError(f"column: expected one column of the name {name!r}, found {names.count(name)}")
    return table[name]


def _equal_pairs(column: pl.Series, keys: Positions, present: npt.NDArray[np.bool_]) -> pl.DataFrame:
    """Pairs of a text and each of its repeats, which are equal byte by byte, not only in their keys."""
    from papersieve.pipeline.shingling.kernel_calls import equal_texts, repeated_rows

    rows = repeated_rows(keys, present)
    same = pl.DataFrame({"right_no": rows, "key": keys[rows]})
    same = same.with_columns(left_no=pl.col("right_no").min().over("key"))
    same = same.filter(pl.col("left_no") < pl.col("right_no")).sort("left_no", "right_no")
    involved, left, right = _involved(same)
    texts, is_equal = column.gather(involved), []
    for first in range(0, same.height, _PAIRS):
        both = np.concatenate([left[first : first + _PAIRS], right[first : first + _PAIRS]])
        here, at = np.unique(both, return_inverse=True)
        is_equal.append(equal_texts(texts.gather(here), *np.split(at, 2)))
    kept = same.filter(np.concatenate(is_equal)) if is_equal else same
    shares = dict.fromkeys(("similarity", "containment", "abstract_words"), 1.0)
    return kept.select("left_no", "right_no", match_key=pl.lit("abstract"), **shares)


def _involved(pairs: pl.DataFrame) -> tuple[Positions, Positions, Positions]:
    """(sorted documents of the pairs; for each pair the positions of its left and its right one among them)."""
    both = np.concatenate([pairs["left_no"].to_numpy(), pairs["right_no"].to_numpy()])
    numbers, at = np.unique(both, return_inverse=True)
    return numbers, at[: pairs.height], at[pairs.height :]


def _candidates(readings: "Readings", present: npt.NDArray[np.bool_], settings: Settings) -> pl.DataFrame:
    """The pairs that `candidates.candidate_pairs` proposes, found one column of keys at a time to keep sorts small."""
    from papersieve.pipeline.shingling.kernel_calls import repeated_rows, run_all

    columns = [("opening", readings.opening_keys, present & (readings.words >= settings.signing.opening_words))]
    columns += [("band", keys, present) for keys in readings.band_keys]
    proposed = [("", np.empty(0, np.int64))] * len(columns)

    def work(number: int) -> None:
        name, keys, has = columns[number]
        rows = repeated_rows(keys, has)
        proposed[number] = name, bucket_pairs(keys[rows], rows, settings.matching.bucket_cap)[0]

    run_all(work, range(len(columns)))
    return distinct_pairs(proposed)


def _compare(
    column: pl.Series, words: Positions, candidates: pl.DataFrame, settings: Settings, progress: Progress
) -> list[pl.DataFrame]:
    """Add similarity and containment to candidates, chunk by chunk on all cores."""
    from papersieve.pipeline.shingling.kernel_calls import count_shared, run_all, shingle_on_all_cores
    from papersieve.pipeline.shingling.similarity import shares

    progress("verify", 0, candidates.height)
    involved, left, right = _involved(candidates)
    texts = column.gather(involved)
    sets = shingle_on_all_cores(texts, words[involved], settings.signing.shingle_words)
    single = shingle_on_all_cores(texts, words[involved], 1)
    compared = [candidates] * -(-candidates.height // _PAIRS)

    def work(number: int) -> None:
        first = number * _PAIRS
        here = left[first : first + _PAIRS], right[first : first + _PAIRS]
        by_words, _ = shares(single, *here, count_shared(single, *here))
        compared[number] = candidates.slice(first, _PAIRS).with_columns(
            *shares(sets, *here, count_shared(sets, *here)), by_words.alias("abstract_words")
        )
        progress("verify", first, candidates.height)

    run_all(work, range(len(compared)))
    return compared


def _complete(pairs: pl.DataFrame, words: Positions) -> pl.DataFrame:
    """Add all columns that a pair is judged by; with texts alone, only their similarities and words are not null."""
    smaller = np.minimum(words[pairs["left_no"].to_numpy()], words[pairs["right_no"].to_numpy()])
    known = pairs.with_columns(smaller_words=pl.Series(smaller))
    missing = [pl.lit(None).alias(name) for name in PAIR_COLUMNS if name not in known.columns]
    columns = [pl.col(name).cast(dtype) for name, dtype in PAIR_COLUMNS.items()]
    return known.with_columns(missing).select("left_no", "right_no", "match_key", *columns)
