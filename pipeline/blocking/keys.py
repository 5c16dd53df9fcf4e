"""Documents to block keys: documents that share a key are compared, all others never are.

Each key is a function of one document. These are the kinds of keys, strongest first (`MATCH_KEYS`):
    abstract  the whole abstract text: abstracts that are equal word for word, under any titles
    title     the whole title text, if it has at least `min_title_words` words
    opening   the first words of the abstract: copies that were cut short, however short
    band      `rows_per_band` values of the abstract's signature: near-duplicates
    doi, arxiv_id, pmid  the identifier itself: rewritten and retitled copies, or titles alone
for documents that name authors or have no abstract, to find titles that are spelled differently:
    place         year, volume and first page: the same place in print
    title_words   the three longest words of the title; or two of them and the year
    title_author  one of these words and a name
for documents that have both texts, to divide buckets of boilerplate that are too full:
    opening_title  the opening of the abstract, and the first or the last two words of the title
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from papersieve.checks.evidence_columns import BLOCK_KEYS
from papersieve.pipeline.ids import block_key
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.shingling.match_texts import by_kernels, opening_texts, text_keys, word_counts
from papersieve.pipeline.shingling.minhash import Keys, Readings, band_keys, shingle, sign

IDENTIFIERS = ("doi", "arxiv_id", "pmid")

#: How many of the longest words of a title, and of a list of authors, keys are made of. Long words are usually rare,
#: and unlike word counts they depend on the document alone.
TITLE_WORDS, NAMES = 3, 2

#: An initial. It is no use as a key, because thousands of authors share it.
_INITIAL = r"^[\p{Latin}\p{Cyrillic}\p{Greek}]$"

#: The two words that a title begins with, and ends with.
_FIRST_WORDS, _LAST_WORDS = r"^([^ ]+(?: [^ ]+)?)", r"((?:[^ ]+ )?[^ ]+)$"

SCHEMA = BLOCK_KEYS.schema


def block_keys(documents: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """All keys of documents (document_no and `documents.CONTENT`, which may lack all but the texts): `SCHEMA`.

    Documents without an abstract get no band keys: their equal, empty signatures would form one bucket.
    """
    titles, abstracts = (_read_many if by_kernels(documents.height) else _read_few)(documents, settings)
    numbers = documents["document_no"].to_numpy()
    keyed = {
        "abstract": (abstracts.text_keys, abstracts.words > 0),
        "opening": (abstracts.opening_keys, abstracts.words >= settings.signing.opening_words),
        "title": (titles.text_keys, titles.words >= settings.signing.min_title_words),
    }
    found = [(name, numbers[has], keys[has]) for name, (keys, has) in keyed.items()]
    has = abstracts.words > 0
    found.append(("band", np.repeat(numbers[has], settings.signing.bands), abstracts.band_keys[:, has].T.reshape(-1)))
    openings = np.where(keyed["opening"][1], abstracts.opening_keys, abstracts.text_keys)
    texts = [*_identifiers(documents), *_citation_texts(documents), _opening_titles(documents, openings, has)]
    given = zip((kind for kind, _ in texts), pl.collect_all([text for _, text in texts]), strict=True)
    return _frame([*found, *((kind, t["document_no"].to_numpy(), text_keys(t["text"], kind)) for kind, t in given)])


#: A kind of key, and the texts from which its keys are made (document_no, text).
_Texts = tuple[str, pl.LazyFrame]


def _identifiers(documents: pl.DataFrame) -> list[_Texts]:
    known = [kind for kind in IDENTIFIERS if kind in documents.columns]
    return [(kind, documents.lazy().select("document_no", text=kind).drop_nulls()) for kind in known]


def _opening_titles(documents: pl.DataFrame, openings: Keys, has_abstract: npt.NDArray[np.bool_]) -> _Texts:
    """One text for each end of a title; a single one if both ends are the same words."""
    has_both = pl.Series(has_abstract) & (documents["title_text"] != "")
    opening = pl.lit(pl.Series(openings)).cast(pl.String).alias("opening")
    texts = documents.lazy().select("document_no", "title_text", opening).filter(has_both)
    of_ends = (pl.col("title_text").str.extract(end) for end in (_FIRST_WORDS, _LAST_WORDS))
    ends = [texts.select("document_no", text=pl.concat_str("opening", end, separator=" ")) for end in of_ends]
    return "opening_title", pl.concat(ends).unique(maintain_order=True).drop_nulls()


def _citation_texts(documents: pl.DataFrame) -> list[_Texts]:
    if "authors_text" not in documents.columns:
        return []
    cited = documents.filter(pl.col("authors_text").is_not_null() | (pl.col("abstract_text") == ""))
    if cited.is_empty():
        return []
    words = _longest_words(cited, "title_text", TITLE_WORDS).lazy()
    names = _longest_words(cited, "authors_text", NAMES).lazy().filter(~pl.col("word").str.contains(_INITIAL))
    by_name = words.join(names, on="document_no", suffix="_2").select("document_no", text=_in_one("word", "word_2"))
    return [
        ("place", _places(cited.lazy())),
        # Each text once per document: if the title is a date, all three words may equal two words and the year.
        ("title_words", pl.concat([_all_words(words), _words_and_year(words, cited)]).unique(maintain_order=True)),
        ("title_author", by_name),
    ]


def _in_one(*columns: str) -> pl.Expr:
    return pl.concat_str(*columns, separator=" ")


def _places(cited: pl.LazyFrame) -> pl.LazyFrame:
    """Year, volume and page of each document that has all three; one text per page if it has several."""
    year, pages = pl.col("year").cast(pl.String), pl.col("pages").str.split(" ")
    placed = cited.select("document_no", year, "volume", page=pages).drop_nulls().explode("page")
    return placed.select("document_no", text=_in_one("year", "volume", "page"))


def _all_words(words: pl.LazyFrame) -> pl.LazyFrame:
    whole = words.group_by("document_no").agg(pl.col("word").sort().str.join(" "), pl.len())
    return whole.filter(pl.col("len") == TITLE_WORDS).select("document_no", text="word")


def _words_and_year(words: pl.LazyFrame, cited: pl.DataFrame) -> pl.LazyFrame:
    """Any two of the words, and the year."""
    years = cited.lazy().select("document_no", pl.col("year").cast(pl.String)).drop_nulls()
    pairs = words.join(words, on="document_no", suffix="_2").filter(pl.col("word") < pl.col("word_2"))
    return pairs.join(years, on="document_no").select("document_no", text=_in_one("word", "word_2", "year"))


def _longest_words(documents: pl.DataFrame, column: str, count: int) -> pl.DataFrame:
    """The longest distinct words of a text, ties in alphabetical order: document_no, word."""
    said = documents.select("document_no", word=pl.col(column).str.split(" ").list.unique())
    words = said.explode("word").drop_nulls().filter(pl.col("word") != "")
    ordered = words.sort("document_no", -pl.col("word").str.len_chars().cast(pl.Int64), "word")
    return ordered.group_by("document_no", maintain_order=True).head(count)


def _frame(found: list[tuple[str, Keys, Keys]]) -> pl.DataFrame:
    """Make a `SCHEMA` frame of (kind, documents, their keys)."""
    kinds, numbers, keys = zip(*found, strict=True)
    places = np.repeat(np.arange(len(kinds)), [of_kind.size for of_kind in keys])
    match_key = pl.Series(kinds)[places]
    columns = {"document_no": np.concatenate(numbers), "match_key": match_key, "key": np.concatenate(keys)}
    return pl.DataFrame(columns, schema=SCHEMA)


def _read_few(documents: pl.DataFrame, settings: Settings) -> tuple[Readings, Readings]:
    signing = settings.signing
    shingles = [shingle(text, signing.shingle_words) for text in documents["abstract_text"]]
    signatures = sign(shingles, num_perm=signing.num_perm, seed=signing.signature_seed)
    openings = _keys("opening", opening_texts(documents["abstract_text"], signing.opening_words).fill_null(""))
    bands = band_keys(signatures, bands=signing.bands, rows=signing.rows_per_band)
    named = ((kind, documents[f"{kind}_text"]) for kind in ("title", "abstract"))
    titles, abstracts = (Readings(word_counts(t), _keys(kind, t), openings, bands, signatures) for kind, t in named)
    return titles, abstracts


def _keys(kind: str, texts: pl.Series) -> Keys:
    return np.array([block_key(kind, text) for text in texts], np.int64)


def _read_many(documents: pl.DataFrame, settings: Settings) -> tuple[Readings, Readings]:
    from papersieve.pipeline.shingling.kernel_calls import read, read_keys

    titles = read_keys(documents["title_text"], settings, kind="title")
    return titles, read(documents["abstract_text"], settings, is_raw=False)
