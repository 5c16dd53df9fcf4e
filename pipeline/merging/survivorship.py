"""Survivorship rules: how a paper's value is chosen from those of its records."""

from collections.abc import Callable

import polars as pl

from papersieve.pipeline.extract.shared.names import AND_OTHERS
from papersieve.pipeline.extract.shared.titles import FILES
from papersieve.pipeline.matching.evidence import ENGLISH
from papersieve.pipeline.preprint_servers import DOIS, NAMES

#: Ends of an abstract that was cut: three dots or an ellipsis, with what sites add after them.
_CUT = (
    r"(?i)(?:\.\.\.|\. \. \.|…|\[truncated\])[\"'”’)\]\s]*"
    r"(?:[(\[]?(?:read|show|see|view)? ?(?:more|full text)[)\]]?[.…]*)?\s*$"
)
#: Ends of an abstract that was not cut: the end of a sentence, or an address.
_WHOLE = r"[.!?。！？][\"'”’)\]\s]*$|https?://\S+\s*$"
#: What is put around an abstract: the publisher's notice of rights before it, or the abstract in another language.
_AROUND = (
    r"(?is)^(?:copyright\s)?©\s?\d{4}[^.]{0,99}\.(?:\sall rights reserved\.)?\s*"
    r"|([.!?])\s+(?:zusammenfassung|resumen|résumé|resumo|riassunto|аннотация|摘要)\b.+$"
)
#: The notice of rights after an abstract, and how long it may be. `[^?!]{0,250}` would take twenty times as long.
_RIGHTS = (
    r"(?is)[\s(]*(?:copyright\)?\s?(?:©|\(c\)|\d{4})|©|\(c\)\s?\d{4}|psycinfo database record"
    r"|this article is protected by)[^?!]*$"
)
_LONGEST_RIGHTS = 280

#: What listings put in brackets before or after a title.
_TAG = rf"{FILES}|new|oral|spotlight|poster|preprint|review|accepted|withdrawn|updated?|v\d+|arxiv[^\])]*"
#: What listings put around a title: marks, pictures, tags, numbers, versions, identifiers, quotes, ellipses.
_DECORATED = (
    r"(?i)^[\s*#>•·■□◆◇★☆►▶→»|–—-]|^\p{Extended_Pictographic}"
    r"|[\s*#<•·■□◆◇★☆◄◀←«|]$|[\p{Extended_Pictographic}\u{FE0F}]$"
    rf"|^[\[(](?:{_TAG}|\d+)[\])]|[\[(](?:{_TAG})[\])]$"
    r"|^arxiv\s*:|^(?:title|paper)\s*:|^\d{1,4}[.)]\s"
    r"|^[\"“”«‘'`].*[\"“”»’'`]$|(?:\.\.\.|…)$"
)
#: What catalogues put before the title of a retracted paper, and after any title.
_NOTED = r"(?i)^\[?(?:retracted|withdrawn)(?: article| paper)?(?:\s*:|\])\s*|[. ]+$"
#: A title from its subtitle on.
_SUBTITLE = r"[:?!].*|\s[-–—]\s.*"

#: The ranks of a column's values under a survivorship rule; a descending sort puts the best first.
Ranks = Callable[[str], list[pl.Expr]]

_VOLUME_YEAR = [pl.col(column) for column in ("is_in_print", "is_of_article", "year_records", "volume_year")]


def _most_often(column: str) -> list[pl.Expr]:
    return [pl.len().over("paper_id", column), pl.col(column)]


def _of_edition(column: str) -> list[pl.Expr]:
    return [pl.col("edition"), *_most_often(column)]


def _plain_titles(column: str) -> list[pl.Expr]:
    title = pl.col(column)
    plain = title.str.replace_all(_NOTED, "")
    main = plain.str.replace(_SUBTITLE, "")
    # In a script without case, every title equals its upper case but is not shouted.
    is_quiet = (title != title.str.to_uppercase()) | (title == title.str.to_lowercase())
    return [
        is_quiet,
        ~title.str.contains(_DECORATED),
        pl.col("is_in_print"),
        pl.len().over("paper_id", main.str.to_lowercase()),
        plain.str.len_chars().max().over("paper_id", main.str.to_lowercase()),
        main != plain,
        pl.len().over("paper_id", plain),
        plain.str.len_bytes(),  # an accent counts
        title == plain,
    ]


def _complete_texts(column: str) -> list[pl.Expr]:
    text = pl.col(column)
    end = text.str.tail(_LONGEST_RIGHTS).str.replace(_RIGHTS, "")
    said = (text.str.head(-_LONGEST_RIGHTS) + end).str.replace_all(_AROUND, "${1}")
    letters = said.str.len_chars() - said.str.count_matches(" ", literal=True)
    return [
        said.str.contains(_WHOLE) & ~said.str.contains(_CUT),
        text.str.contains(ENGLISH),
        pl.col("is_of_article") & (2 * letters >= letters.max().over("paper_id")),
        letters,
        said == text,
        said.str.len_chars(),
    ]


def _whole_lists(column: str) -> list[pl.Expr]:
    names = pl.col(column)
    is_cut = names.list.contains(AND_OTHERS)
    together = names.list.join("; ")
    return [
        names.list.len() - is_cut.cast(pl.UInt32),
        ~is_cut,
        ~together.str.contains(r"[?\x{FFFD}]"),  # in place of lost letters
        together.str.len_bytes(),  # an accent counts
        together != together.str.to_uppercase(),
    ]


def _of_journal(column: str) -> list[pl.Expr]:
    venue = pl.col(column)
    name = venue.str.replace(r"\s[:=(].*", "")
    length = name.str.len_chars()
    return [
        ~venue.str.contains(NAMES),
        pl.col("edition"),
        name != name.str.to_uppercase(),
        5 * length >= 4 * length.max().over("paper_id", "edition"),  # not abbreviated
        pl.len().over("paper_id", column),
        length,
        pl.col(column),
    ]


#: Survivorship rules, as contracts and the lineage name them. Among equals, the smallest record_id wins.
RULES: dict[str, Ranks] = {
    "not upper-case, not decorated, in print, most often listed, with subtitle, longest": _plain_titles,
    "complete, in English, of an article, longest": _complete_texts,
    "longest list": _whole_lists,
    "any": lambda column: [pl.col(column)],  # true before false
    "preprint and other last, no preprint beside a print, main edition, most often listed": lambda column: [
        ~pl.col(column).is_in(["preprint", "other"]),
        pl.col(column) == "preprint",
        *_of_edition(column),
    ],
    "largest": lambda column: [pl.col(column)],
    "in print, of an article, year of a volume, earliest": lambda column: [*_VOLUME_YEAR, -pl.col(column)],
    "stated year before inferred year, in print, of an article, year of a volume, earliest": lambda column: [
        pl.col("year_source") == "stated",
        *_VOLUME_YEAR,
        -pl.col(column).cast(pl.Int32),
    ],
    "most often listed": _most_often,
    "most often listed, newest version": lambda column: [*_most_often(column), pl.col("arxiv_version")],
    "main edition, most often listed": _of_edition,
    "main edition, most often listed, in full": lambda column: [
        pl.col("edition"),
        pl.len().over("paper_id", pl.col(column).str.extract(r"^([^-–]*)")),
        pl.col(column).str.len_chars(),
        *_most_often(column),
    ],
    "a preprint server last, main edition, most often listed": lambda column: [
        ~pl.col(column).str.contains(DOIS),
        *_of_edition(column),
    ],
    "a preprint server last, main edition, in full": _of_journal,
}
