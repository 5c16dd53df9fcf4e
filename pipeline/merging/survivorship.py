"""Survivorship rules: how a paper's value is chosen from those of its records."""

from collections.abc import Callable

import polars as pl

from papersieve.pipeline.extract.shared.names import AND_OTHERS
from papersieve.pipeline.extract.shared.titles import FILES
from papersieve.pipeline.preprint_servers import DOIS, NAMES

#: Ends of an abstract that was cut: three dots or an ellipsis, with what sites add after them.
_CUT = (
    r"(?i)(?:\.\.\.|\. \. \.|…|\[truncated\])[\"'”’)\]\s]*"
    r"(?:[(\[]?(?:read|show|see|view)? ?(?:more|full text)[)\]]?[.…]*)?\s*$"
)
#: Ends of an abstract that was not cut: the end of a sentence, or an address.
_WHOLE = r"[.!?。！？][\"'”’)\]\s]*$|https?://\S+\s*$"

#: What listings put in brackets before or after a title.
_TAG = rf"{FILES}|new|oral|spotlight|poster|preprint|accepted|withdrawn|updated?|v\d+|arxiv[^\])]*"
#: What listings put around a title: marks, pictures, tags, numbers, versions, identifiers, quotes, ellipses.
_DECORATED = (
    r"(?i)^[\s*#>•·■□◆◇★☆►▶→»|–—-]|^\p{Extended_Pictographic}"
    r"|[\s*#<•·■□◆◇★☆◄◀←«|]$|[\p{Extended_Pictographic}\u{FE0F}]$"
    rf"|^[\[(](?:{_TAG}|\d+)[\])]|[\[(](?:{_TAG})[\])]$"
    r"|^arxiv\s*:|^(?:title|paper)\s*:|^\d{1,4}[.)]\s"
    r"|^[\"“”«‘'`].*[\"“”»’'`]$|(?:\.\.\.|…)$"
)

#: The ranks of a column's values under a survivorship rule; a descending sort puts the best first.
Ranks = Callable[[str], list[pl.Expr]]


def _most_often(column: str) -> list[pl.Expr]:
    return [pl.len().over("paper_id", column), pl.col(column)]


def _plain_titles(column: str) -> list[pl.Expr]:
    title = pl.col(column)
    # In a script without case, every title equals its upper case but is not shouted.
    is_quiet = (title != title.str.to_uppercase()) | (title == title.str.to_lowercase())
    return [is_quiet, ~title.str.contains(_DECORATED), pl.len().over("paper_id", column), title.str.len_chars()]


def _complete_texts(column: str) -> list[pl.Expr]:
    text = pl.col(column)
    is_complete = text.str.contains(_WHOLE) & ~text.str.contains(_CUT)
    return [is_complete, text.str.replace_all(r"\s+", "").str.len_chars()]


def _whole_lists(column: str) -> list[pl.Expr]:
    names = pl.col(column)
    is_cut = names.list.contains(AND_OTHERS)
    return [names.list.len() - is_cut.cast(pl.UInt32), ~is_cut, names.list.join("; ").str.len_chars()]


#: Survivorship rules, as contracts and the lineage name them. Among equals, the smallest record_id wins.
RULES: dict[str, Ranks] = {
    "not upper-case, not decorated, most often listed, longest": _plain_titles,
    "longest complete": _complete_texts,
    "longest list": _whole_lists,
    "any": lambda column: [pl.col(column)],  # true before false
    "preprint and other last, no preprint beside a print, most often listed": lambda column: [
        ~pl.col(column).is_in(["preprint", "other"]),
        pl.col(column) == "preprint",
        *_most_often(column),
    ],
    "largest": lambda column: [pl.col(column)],
    "earliest": lambda column: [-pl.col(column)],
    "stated year before inferred year, earliest": lambda column: [
        pl.col("year_source") == "stated",
        -pl.col(column).cast(pl.Int32),
    ],
    "most often listed": _most_often,
    "most often listed, newest version": lambda column: [*_most_often(column), pl.col("arxiv_version")],
    "a publisher's before a preprint server's, most often listed": lambda column: [
        ~pl.col(column).str.contains(DOIS),
        *_most_often(column),
    ],
    "from a preprint server last, most often listed": lambda column: [
        ~pl.any_horizontal(_of_servers()).fill_null(value=False),
        *_most_often(column),
    ],
    "a preprint server last, most often listed": lambda column: [
        ~pl.col(column).str.contains(NAMES),
        *_most_often(column),
    ],
}


def _of_servers() -> list[pl.Expr]:
    """Whether a record's venue, and its DOI, are those of a preprint server; null if it has none."""
    return [pl.col("venue").str.contains(NAMES), pl.col("doi").str.contains(DOIS)]


def is_overtaken() -> pl.Expr:
    """Whether a record's type, "preprint", is not that of its paper, because another record is in print."""
    is_preprint = pl.col("publication_type").eq_missing("preprint")
    is_placed = pl.any_horizontal(~is_servers for is_servers in _of_servers()).fill_null(value=False)
    return is_preprint & (~is_preprint & is_placed).any().over("paper_id")
