"""Candidate pairs to evidence: one number for each thing that two documents can share, null if one of them lacks it.

Evidence depends on the two documents alone, and is the same either way round. It is stored with the pair, so judging by
another threshold or explaining a judgement needs no texts.
"""

import numpy as np
import polars as pl

from papersieve.checks.evidence_columns import EVIDENCE
from papersieve.pipeline.documents import CONTENT
from papersieve.pipeline.matching.author_names import compare_names
from papersieve.pipeline.matching.comparisons import compare_titles, compare_venues
from papersieve.pipeline.matching.title_differences import OTHER_PART, tell_titles_apart
from papersieve.pipeline.paper_pages import TRIAL
from papersieve.pipeline.preprint_servers import DOIS, NAMES
from papersieve.pipeline.settings import Settings
from papersieve.pipeline.shingling.match_texts import word_counts
from papersieve.pipeline.shingling.similarity import compare_pairs

EVIDENCE_SCHEMA = {column.name: pl.Float64 for column in EVIDENCE}

_EQUAL = ("volume", "issue", "pmid")

#: Characters at the start of an abstract by which its script is recognised.
_BEGINNING = 200
#: Words of nearly every abstract in English, and of abstracts in other languages.
ENGLISH = r"(?i)\b(?:the|and)\b"
_FOREIGN = r"\b(?:der|die|und|les|des|une|del|los|las|para|uma|dos|della|che|het|een|och|att|som|oraz)\b"

#: The value of arxiv_id for a preprint and a document in print.
BESIDE_PRINT = 0.5

#: Columns that are null for such a pair, because a preprint has its own DOI, PubMed id and place; the years within
#: which a preprint is usually printed, for which year_distance is null too; and the number of words up to which a title
#: without authors is too short to tell that both are one work.
_OF_A_PRINT, _YEARS_AHEAD, _FEW_WORDS = ("venue", "venue_kind", "volume", "issue", "pages", "doi", "pmid"), 2, 4


def gather_evidence(pairs: pl.DataFrame, documents: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Add `EVIDENCE_SCHEMA` to pairs (left_no, right_no, …), from their documents: document_no, `CONTENT`.

    The documents may lack all columns but the texts of title and abstract.
    """
    lacking = [pl.lit(None, dtype).alias(name) for name, dtype in CONTENT.items() if name not in documents.columns]
    documents = documents.with_columns(lacking).sort("document_no")
    numbers = documents["document_no"].to_numpy()
    at = [np.searchsorted(numbers, pairs[side].to_numpy()) for side in ("left_no", "right_no")]
    left, right = (documents.drop("abstract_text")[places] for places in at)
    abstracts = _compare_abstracts(at[0], at[1], documents["abstract_text"], settings)
    titles = pl.DataFrame(compare_titles(left["title_text"], right["title_text"]))
    alike = titles["title_similarity"], abstracts[0]
    columns = [
        *abstracts,
        *titles,
        tell_titles_apart(left["title_text"], right["title_text"], titles, documents["abstract_text"], at).set(
            _are_other_trials(left["doi"], right["doi"]), OTHER_PART
        ),
        *compare_names(left["authors_text"], right["authors_text"], *alike),
        (left["year"] - right["year"]).abs().alias("year_distance"),
        *compare_venues(left["venue_text"], right["venue_text"]),
        *(_is_equal(left[name], right[name]) for name in _EQUAL),
        _shares_doi(left["doi"], right["doi"]),
        _shares_page(left["pages"], right["pages"]),
        _is_equal(left["arxiv_id"], right["arxiv_id"]),
    ]
    found = pl.DataFrame(columns).select(pl.col(name).cast(dtype) for name, dtype in EVIDENCE_SCHEMA.items())
    return pairs.drop(EVIDENCE_SCHEMA, strict=False).hstack(_beside_print(found, left, right))


def _compare_abstracts(left: np.ndarray, right: np.ndarray, texts: pl.Series, settings: Settings) -> list[pl.Series]:
    similarity, containment = compare_pairs(left, right, texts, settings.signing.shingle_words)
    words, _ = compare_pairs(left, right, texts, 1)
    counts = word_counts(texts)
    smaller = pl.Series("smaller_words", np.minimum(counts[left], counts[right]))
    others = np.flatnonzero(_are_of_two_languages(left, right, texts))
    said = (similarity, containment, words.alias("abstract_words"))
    return [*(share.scatter(others, None) for share in said), smaller.scatter(others, 0)]


def _are_of_two_languages(left: np.ndarray, right: np.ndarray, texts: pl.Series) -> np.ndarray:
    """Whether only one of two abstracts is in Latin letters, or in English: then one may be a translation."""
    begin = texts.str.slice(0, _BEGINNING)
    latin, length = begin.str.count_matches("[a-z]").to_numpy(), begin.str.len_chars().to_numpy()
    english = texts.str.contains(ENGLISH)
    foreign = (~english & texts.str.contains(_FOREIGN)).to_numpy()
    kinds = (latin >= length / 2, latin <= length / 5), (english.to_numpy(), foreign)
    return np.asarray(np.any([(a[left] & b[right]) | (b[left] & a[right]) for a, b in kinds], axis=0))


def _is_equal(left: pl.Series, right: pl.Series) -> pl.Series:
    return (left == right).cast(pl.Float64).alias(left.name)


def _shares_doi(left: pl.Series, right: pl.Series) -> pl.Series:
    """Whether two share a DOI or a page. Two pages may be one paper's, and so may a page and a DOI."""
    equal = _is_equal(left, right)
    are_dois = left.str.starts_with("10.") & right.str.starts_with("10.")
    return equal.set(((equal == 0) & ~are_dois).fill_null(value=False), None)


def _are_other_trials(left: pl.Series, right: pl.Series) -> pl.Series:
    """Whether one is the registration of a trial, and the other is not the same one."""
    one, other = (side.str.starts_with(f"{TRIAL} ").fill_null(value=False) for side in (left, right))
    return (one | other) & left.ne_missing(right)


def _beside_print(found: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Mark pairs of a preprint and a document in print in `arxiv_id`, and clear the evidence in which such a pair
    differs anyway.
    """
    is_published = pl.any_horizontal(pl.col("venue_text", "volume", "pmid").is_not_null(), _has_doi())
    is_print = ~_is_preprint() & is_published
    one, other = (side.select(preprint=_is_preprint(), print=is_print) for side in (left, right))
    is_beside = ((one["preprint"] & other["print"]) | (other["preprint"] & one["print"])) & found["arxiv_id"].is_null()
    if not is_beside.any():
        return found
    is_told = is_beside & ((found["title_length"] > _FEW_WORDS) | found["authors"].is_not_null()).fill_null(value=False)
    is_soon = is_told & (found["year_distance"] <= _YEARS_AHEAD).fill_null(value=False)
    return found.with_columns(
        pl.when(~is_told).then(pl.col(_OF_A_PRINT)),
        year_distance=pl.when(~is_soon).then("year_distance"),
        arxiv_id=pl.when(is_beside).then(BESIDE_PRINT).otherwise("arxiv_id"),
    )


def _is_preprint() -> pl.Expr:
    """Whether a document is on a preprint server, and nothing says that it is in print."""
    doi, venue = pl.col("doi").str.contains(DOIS), pl.col("venue_text").str.contains(NAMES)
    is_elsewhere = pl.any_horizontal(pl.col("venue_text", "volume").is_not_null(), _has_doi())
    return pl.any_horizontal(doi, venue).fill_null(value=False) | (pl.col("arxiv_id").is_not_null() & ~is_elsewhere)


def _has_doi() -> pl.Expr:
    return pl.col("doi").str.starts_with("10.").fill_null(value=False)


def _shares_page(left: pl.Series, right: pl.Series) -> pl.Series:
    """Whether two share a page; there are several if a spreadsheet turned the pages into a date."""
    equal = _is_equal(left, right)
    several = (left.str.contains(" ") | right.str.contains(" ")).fill_null(value=False)
    if not several.any():
        return equal
    pairs = zip(left.filter(several), right.filter(several), strict=True)
    met = [None if a is None or b is None else float(not set(a.split()).isdisjoint(b.split())) for a, b in pairs]
    return equal.scatter(several.arg_true(), pl.Series(met, dtype=pl.Float64))
