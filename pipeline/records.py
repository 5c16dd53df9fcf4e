"""Extracted records to stored records: cleaned texts, document ids, and the check against the contract."""

import re

import polars as pl

from papersieve.checks.quarantine import split
from papersieve.checks.record_columns import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS, NORMALISED, RECORDS
from papersieve.checks.rules import Contract
from papersieve.pipeline.documents import changed_where, contents, document_ids
from papersieve.pipeline.extract.shared.titles import MAY_BE_DECORATED
from papersieve.pipeline.text import clean_or_none, clean_title

#: What exports write in place of a missing abstract, such as the copyright line that appears below other abstracts.
_STANDS_IN = re.compile(
    r"\W*(?:(?:no|without)(?: an)? (?:abstract|summary|description)(?: (?:is )?(?:available|provided|found)(?: for this \w+)?)?"
    r"|abstract(?: is)?(?: not)?(?: (?:un)?available)?(?: (?:from|in|on) \w+)?"
    r"|(?:abstract )?not (?:available|provided|applicable)"
    r"|unavailable|n/?a|none|null|nan|nil|unknown|missing|tba|tbd"
    r"|this article is protected by copyright\b.*|all rights reserved"
    r"|(?:copyright )?(?:©|\(c\)) ?(?:copyright )?(?:by |the )*(?:\d{4}|author)[^?:]*"
    r"|(?:copyright )?©[^?:.]{0,60}\b\d{4}\b[^?:]*"
    r"|copyright (?:by )?\d{4},? (?:by |the )*(?-i:[A-Z])[^?:]*)\W*",
    re.IGNORECASE,
)
#: Characters of the longest such text.
_LONGEST_STAND_IN = 160

#: Columns that are cleaned in place; the original is kept for those that have a raw column.
_TEXTS = ("organisation", "venue", "volume", "issue", "pages")
_LISTS = ("authors", "categories")
#: Letters and signs outside ASCII that cleaning leaves alone, unless two are side by side, as in damaged text.
_SETTLED = "À-ÁÄ-ıĴ-ľŁ-ňŊ-őŔ-žΑ-ΡΣ-Ωα-ω§©®°±·"
#: Signs of something that cleaning may change: entities, tags, LaTeX, other non-ASCII characters, white space.
_TO_CLEAN = rf"[&<\\{{}}$~\x00-\x1F]|[^\x00-\x7E{_SETTLED}]|[{_SETTLED}]{{2}}|``|''|  |^ | $"


def normalise_records(records: pl.DataFrame) -> pl.DataFrame:
    """Add title, abstract (clean; null if the raw text is null or has no word) and document_id to records.

    A raw text that equals the clean one becomes null, so that each text is stored once.
    """
    titles, abstracts = _clean_titles(records["title_raw"]), _clean_abstracts(records["abstract_raw"])
    shown = pl.DataFrame({"title": titles, "abstract": abstracts})
    most = {"title": MAX_TITLE_CHARS, "abstract": MAX_ABSTRACT_CHARS}
    cut = shown.select(pl.col(name).str.slice(0, chars) for name, chars in most.items())
    others = [column for name in (*_TEXTS, *_LISTS) if name in records.columns for column in _with_raw(records, name)]
    cleaned = records.with_columns(*cut, *others)
    raw = (pl.when(pl.col(f"{name}_raw").ne_missing(pl.col(name))).then(f"{name}_raw") for name in cut.columns)
    return cleaned.with_columns(document_ids(contents(cleaned), records["record_id"]), *raw)


def raw_records(records: pl.DataFrame) -> pl.DataFrame:
    """Turn stored records back into records as extracted."""
    raw = (pl.coalesce(f"{name}_raw", name).alias(f"{name}_raw") for name in ("title", "abstract"))
    return records.with_columns(raw).drop(NORMALISED)


def _with_raw(records: pl.DataFrame, name: str) -> list[pl.Series]:
    """A cleaned column and, if the records have one, its raw column: the listed value where cleaning changed it."""
    raw = f"{name}_raw"
    if raw not in records.columns:
        return [_cleaned_column(records[name])]
    listed = records.select(pl.coalesce(raw, name)).to_series().alias(name)
    cleaned = _cleaned_column(listed)
    if cleaned is listed:
        return [listed, records[raw].clear(len(listed))]
    both = pl.DataFrame({"listed": listed, "cleaned": cleaned})
    is_changed = pl.col("listed").ne_missing(pl.col("cleaned"))
    return [cleaned, both.select(pl.when(is_changed).then("listed")).to_series().alias(raw)]


def _cleaned_column(column: pl.Series) -> pl.Series:
    """Clean a column of texts or of lists of texts; a text that would have no word left stays as it is.

    Most texts need no cleaning and many repeat, so only distinct texts with a sign of something to clean are cleaned.
    """
    texts = column.explode() if column.dtype == pl.List else column
    odd = texts.filter(texts.str.contains(_TO_CLEAN)).unique(maintain_order=True)
    if odd.is_empty():
        return column
    cleaned = pl.Series([clean_or_none(text) or text for text in odd], dtype=pl.String)
    if column.dtype == pl.List:
        return column.list.eval(pl.element().replace(odd, cleaned))
    return column.replace(odd, cleaned)


def _clean_titles(raw: pl.Series) -> pl.Series:
    """`clean_title` of each; null if it has no word."""
    is_odd = raw.str.contains(MAY_BE_DECORATED) | _may_change(raw)
    return changed_where(raw, is_odd, lambda text: clean_or_none(text, clean_title))


def _clean_abstracts(raw: pl.Series) -> pl.Series:
    """`clean_text` of each; null if it has no word, or only stands in for a missing abstract."""
    is_odd = (raw.str.len_bytes() <= _LONGEST_STAND_IN) | _may_change(raw)
    return changed_where(raw, is_odd, lambda text: _abstract_or_none(clean_or_none(text)))


def _may_change(raw: pl.Series) -> pl.Series:
    """Whether each text has a sign of something to clean, or perhaps no word."""
    return raw.str.contains(_TO_CLEAN) | ~raw.str.contains("[A-Za-z0-9]")


def _abstract_or_none(clean: str | None) -> str | None:
    return None if clean is None or (len(clean) <= _LONGEST_STAND_IN and _STANDS_IN.fullmatch(clean)) else clean


def split_records(*extracted: pl.DataFrame, contract: Contract = RECORDS) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Normalise extracted records and split them by their contract into good ones and quarantined ones."""
    raw = pl.concat([contract.empty().drop(NORMALISED), *extracted], how="diagonal")
    return split(normalise_records(raw), contract)
