"""Signatures and texts to block keys: documents with an equal key are compared, all others never are.

Six kinds of keys, strongest first:
    abstract  the whole abstract text: word for word the same, whatever the titles say
    title     the whole title text, of at least `min_title_words` words: for what abstracts can't find
    opening   the first words of the abstract: copies cut short, however short
    band      `rows_per_band` values of the signature: near-duplicates
    doi, arxiv_id  the identifier: rewritten and retitled, or a title alone
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.ids import block_key
from pipeline.normalise import by_kernels
from pipeline.settings import Settings
from pipeline.shingling.minhash import band_keys, sign
from pipeline.shingling.shingles import shingle_all

#: Made by `keys` from more than a document of the store has.
FIELD_KEYS = ("place", "title_words", "title_author", "author_year", "abstract_words")

#: Strongest first: a pair proposed by several keys is filed under the first of these.
IDENTIFIERS = ("doi", "arxiv_id")
MATCH_KEYS = ("abstract", "title", "opening", "band", *IDENTIFIERS, *FIELD_KEYS)

SCHEMA = {"document_no": pl.Int64, "match_key": pl.String, "key": pl.Int64}

Keys = npt.NDArray[np.int64]


class _Read(NamedTuple):
    """Keys by document, each meaningless where the text has too few words; band keys have a row a band."""

    titles: Keys
    title_words: Keys
    abstracts: Keys
    abstract_words: Keys
    openings: Keys
    bands: Keys


def block_keys(documents: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """All keys of documents (document_no, title_text, abstract_text; doi, arxiv_id where known): document_no, match_key, key.

    Documents without an abstract get no band: their equal, empty signatures would form one bucket.
    """
    read = (_read_many if by_kernels(documents.height) else _read_few)(documents, settings)
    numbers = documents["document_no"].to_numpy()
    keyed = {
        "abstract": (read.abstracts, read.abstract_words > 0),
        "opening": (read.openings, read.abstract_words >= settings.opening_words),
        "title": (read.titles, read.title_words >= settings.min_title_words),
    }
    frames = [_frame(numbers[has], name, keys[has]) for name, (keys, has) in keyed.items()]
    has = read.abstract_words > 0
    bands = _frame(np.repeat(numbers[has], settings.bands), "band", read.bands[:, has].T.reshape(-1))
    identifiers = [_identifier_keys(documents, kind) for kind in IDENTIFIERS if kind in documents.columns]
    return pl.concat([*frames, bands, *identifiers])


def _identifier_keys(documents: pl.DataFrame, kind: str) -> pl.DataFrame:
    given = documents.drop_nulls(kind)
    return _frame(given["document_no"].to_numpy(), kind, _integers([block_key(kind, text) for text in given[kind]]))


def _frame(numbers: Keys, match_key: str, keys: Keys) -> pl.DataFrame:
    name = pl.repeat(match_key, keys.size, dtype=pl.String, eager=True)
    return pl.DataFrame({"document_no": numbers, "match_key": name, "key": keys}, schema=SCHEMA)


def _read_few(documents: pl.DataFrame, settings: Settings) -> _Read:
    titles, abstracts = documents["title_text"].to_list(), documents["abstract_text"].to_list()
    signatures = sign(
        shingle_all(abstracts, settings.shingle_words), num_perm=settings.num_perm, seed=settings.signature_seed
    )
    return _Read(
        titles=_integers([block_key("title", text) for text in titles]),
        title_words=_integers([_words(text) for text in titles]),
        abstracts=_integers([block_key("abstract", text) for text in abstracts]),
        abstract_words=_integers([_words(text) for text in abstracts]),
        openings=_integers([block_key("opening", _opening(text, settings.opening_words)) for text in abstracts]),
        bands=band_keys(signatures, bands=settings.bands, rows=settings.rows_per_band),
    )


def _read_many(documents: pl.DataFrame, settings: Settings) -> _Read:
    from pipeline.shingling.columns import read, read_keys

    titles = read_keys(documents["title_text"], settings, kind="title")
    abstracts = read(documents["abstract_text"], settings, is_raw=False)
    return _Read(
        titles=titles.text_keys,
        title_words=titles.words,
        abstracts=abstracts.text_keys,
        abstract_words=abstracts.words,
        openings=abstracts.opening_keys,
        bands=abstracts.band_keys,
    )


def _integers(values: list[int]) -> Keys:
    return np.array(values, np.int64)


def _words(text: str) -> int:
    return text.count(" ") + 1 if text else 0


def _opening(text: str, words: int) -> str:
    return " ".join(text.split(" ", words)[:words])
