"""Signatures and texts to block keys: documents with an equal key are compared, all others never are.

Four kinds of keys, strongest first:
    abstract  the whole abstract text: word for word the same, whatever the titles say
    title     the whole title text, of at least `min_title_words` words: for what abstracts can't find
    opening   the first words of the abstract: copies cut short, however short
    band      `rows_per_band` values of the signature: near-duplicates
"""

import numpy as np
import polars as pl

from pipeline.dedup.minhash import Signatures, sign
from pipeline.dedup.shingles import shingle_all
from pipeline.ids import block_key
from pipeline.settings import Settings

#: Made by `keys` from more than title and abstract; the store has none of them.
FIELD_KEYS = ("doi", "place", "title_words", "title_author", "author_year", "abstract_words")

#: Strongest first: a pair proposed by several keys is filed under the first of these.
MATCH_KEYS = ("abstract", "title", "opening", "band", *FIELD_KEYS)

SCHEMA = {"document_no": pl.Int64, "match_key": pl.String, "key": pl.Int64}


def block_keys(documents: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """All keys of documents (document_no, title_text, abstract_text): document_no, match_key, key."""
    shingles = shingle_all(documents["abstract_text"], settings.shingle_words)
    signatures = sign(shingles, num_perm=settings.num_perm, seed=settings.signature_seed)
    has_abstract = np.array([s.size > 0 for s in shingles], dtype=bool)
    return pl.concat(
        [
            _text_keys(documents, settings),
            _band_keys(documents["document_no"], signatures, has_abstract, settings),
        ]
    )


def _text_keys(documents: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    rows: list[tuple[int, str, int]] = []
    for number, title, abstract in documents.select("document_no", "title_text", "abstract_text").iter_rows():
        if abstract:
            rows.append((number, "abstract", block_key("abstract", abstract)))
            opening = abstract.split(" ", settings.opening_words)[: settings.opening_words]
            if len(opening) == settings.opening_words:
                rows.append((number, "opening", block_key("opening", " ".join(opening))))
        if title.count(" ") + 1 >= settings.min_title_words:
            rows.append((number, "title", block_key("title", title)))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _band_keys(
    numbers: pl.Series, signatures: Signatures, has_abstract: np.ndarray, settings: Settings
) -> pl.DataFrame:
    """Documents without an abstract get no band: their equal, empty signatures would form one bucket."""
    used = np.ascontiguousarray(signatures[has_abstract][:, : settings.bands * settings.rows_per_band])
    cut = used.reshape(-1, settings.bands, settings.rows_per_band)
    keys = [[block_key(f"band {band}", values.tobytes()) for band, values in enumerate(row)] for row in cut]
    return pl.DataFrame(
        {
            "document_no": np.repeat(numbers.to_numpy()[has_abstract], settings.bands),
            "match_key": pl.repeat("band", used.shape[0] * settings.bands, dtype=pl.String, eager=True),
            "key": np.array(keys, np.int64).reshape(-1),
        },
        schema=SCHEMA,
    )
