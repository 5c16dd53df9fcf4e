"""Records as extracted to records as kept: with cleaned texts and the id of the document that each carries, held to their contract."""

import re

import polars as pl

from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.quarantine import empty, split
from papersieve.pipeline.documents import contents, document_ids
from papersieve.pipeline.text import clean_or_none, clean_title

#: What exports write where there is no abstract; none is longer.
_STANDS_IN = re.compile(
    r"\W*(?:(?:no|without)(?: an)? (?:abstract|summary|description)(?: (?:is )?(?:available|provided|found))?|abstract(?: is)?(?: not)?(?: (?:un)?available)?"
    r"|(?:abstract )?not (?:available|provided|applicable)|unavailable|n/?a|none|null|nan|nil|unknown|missing|tba|tbd)\W*",
    re.IGNORECASE,
)
_LONGEST_STAND_IN = 60


def normalise_records(records: pl.DataFrame) -> pl.DataFrame:
    """Add title, abstract (clean; null where raw is null or shows no word) and document_id to records."""
    titles = [clean_or_none(t, clean_title) for t in records["title_raw"]]
    abstracts = [_abstract_or_none(clean_or_none(a)) for a in records["abstract_raw"]]
    shown = pl.DataFrame({"title": titles, "abstract": abstracts}, schema={"title": pl.String, "abstract": pl.String})
    cleaned = records.with_columns(*shown)
    return cleaned.with_columns(document_ids(contents(cleaned), records["record_id"]))


def _abstract_or_none(clean: str | None) -> str | None:
    return None if clean is None or (len(clean) <= _LONGEST_STAND_IN and _STANDS_IN.fullmatch(clean)) else clean


def split_records(*extracted: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Normalise records as extracted and split them by their contract into good ones and quarantined ones."""
    contract = CONTRACTS["records"]
    raw = pl.concat([empty(contract).drop("title", "abstract", "document_id"), *extracted], how="diagonal")
    return split(normalise_records(raw), contract)
