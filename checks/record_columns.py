"""Columns of records, each defined once: type, meaning, rules, and how a paper's value is chosen from its records.

Everything else takes these columns from here: entries, golden records and their lineage, the tables of the store and of
the warehouse, the data dictionary, and Dagster's columns with their lineage.
"""

import datetime as dt

from papersieve.checks.publication_columns import LINK_TO_PAPER, PUBLICATION
from papersieve.checks.rules import (
    DATE,
    TEXT,
    TEXTS,
    WHOLE,
    Column,
    Rule,
    at_least,
    at_most_chars,
    between,
    matches,
    not_repeated,
    one_of,
    table,
)
from papersieve.checks.rules import said as _said

#: The most characters of a title and of an abstract. In 250,000 real papers, the longest title has 398 and the longest
#: abstract 6,091. A longer text is more likely several texts that were not split.
MAX_TITLE_CHARS = 1_000
MAX_ABSTRACT_CHARS = 20_000

#: The fewest words of an accepted abstract (not "Coming soon." or "Withdrawn.").
MIN_ABSTRACT_WORDS = 15

#: No paper is older than the first printed journals (1665).
EARLIEST_DATE = dt.date(1665, 1, 1)

#: A later year is a typing error, or means "unknown", as 9999 does in some catalogues.
LATEST_DATE = dt.date(2199, 12, 31)

#: Columns of a record that do not come from its entry: its ids, and what normalising adds.
IDS = ("record_id", "dump_id")
NORMALISED = ("title", "abstract", "document_id")

IS_ID = matches(r"^[0-9a-f]{32}$", "id_malformed", "32 hexadecimal digits")


def _rules() -> tuple[Rule, ...]:
    import polars as pl

    # A title without an abstract needs one of these; otherwise it may be just a line of a page.
    is_cited = pl.any_horizontal(
        pl.col("doi", "arxiv_id", "pmid", "authors").is_not_null(),
        pl.col("year").is_not_null() & pl.col("venue").is_not_null(),
        pl.col("urls").list.join("\n").str.contains(f"(?m){LINK_TO_PAPER}"),
    )
    # Words come first: nearly every abstract has enough of them, and counting letters of scripts is slow.
    has_words = pl.col("abstract").str.contains(rf"^\s*(?:\S+\s+){{{MIN_ABSTRACT_WORDS - 1}}}\S")
    letters_without_spaces = (
        pl.when(~has_words).then("abstract").str.count_matches(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]")
    )
    return (
        Rule(
            "abstract_missing",
            pl.col("abstract").is_not_null() | (pl.col("title").is_not_null() & is_cited),
            "an entry has an abstract, or a title with an identifier, authors, a link to it, or a venue and year",
        ),
        Rule(
            "abstract_too_long",
            pl.col("abstract").str.len_chars() <= MAX_ABSTRACT_CHARS,
            f"at most {MAX_ABSTRACT_CHARS:,} characters",
        ),
        Rule(
            # In Chinese, Japanese and Thai, 30 characters say as much as 15 words. With a title, any text is enough.
            "abstract_too_short",
            pl.col("title").is_not_null() | has_words | (letters_without_spaces >= 2 * MIN_ABSTRACT_WORDS),
            f"at least {MIN_ABSTRACT_WORDS} words if there is no title",
        ),
        Rule("span_reversed", pl.col("line_start") <= pl.col("line_end"), "a record does not end before it starts"),
    )


RECORDS = table(
    "records",
    "One row per record: an entry of a dump, extracted and normalised.",
    Column(
        "record_id",
        TEXT,
        "id of the record: hash of the dump's id and the first line; unchanged after re-ingest",
        (IS_ID, not_repeated("record_id_repeated")),
    ),
    Column("dump_id", TEXT, "the dump that contains the record", (IS_ID,), made_of="dumps.dump_id"),
    Column("ordinal", WHOLE, "position among the dump's entries, counted from 1", (at_least(1),)),
    Column("line_start", WHOLE, "first line, counted from 1", (at_least(1),)),
    Column("line_end", WHOLE, "last line, inclusive", (at_least(1),)),
    _said(
        "title",
        TEXT,
        "title with characters repaired, LaTeX as text, and additions of feeds and catalogues removed; "
        "null if there is none",
        "not upper-case, not decorated, in print, most often listed, with subtitle, longest",
        "best title; null if no record has one",
        (at_most_chars(MAX_TITLE_CHARS, "title_too_long"),),
    ),
    _said(
        "abstract",
        TEXT,
        "abstract with characters repaired, LaTeX as text and tags removed",
        "complete, in English, of an article, longest",
        "longest complete abstract, one in English first, then an article's",
    ),
    _said(
        "published_date",
        DATE,
        "date of publication; null unless the source shows a complete date",
        "stated year before inferred year, in print, of an article, year of a volume, earliest",
        "date with a stated year first, then an article's, then one in the year of its volume, then the earliest; null if no record has a complete date (see year)",
        (between(EARLIEST_DATE, LATEST_DATE, "date_implausible"),),
    ),
    _said(
        "date_precision",
        TEXT,
        "precision of the date shown: day, month, year, or month_day if the year is unknown; null if no date is shown",
        "with published_date",
        "date_precision of the record that gave published_date",
        (one_of("day", "month_day", "month", "year"),),
    ),
    _said(
        "year_source",
        TEXT,
        "where the year is from: stated (by the entry), or listing (inferred from the years that the same listing states)",
        "with published_date",
        "year_source of the record that gave published_date",
        (one_of("stated", "listing"),),
    ),
    _said("published_raw", TEXT, "date as shown"),
    _said(
        "authors",
        TEXTS,
        "names of the authors as listed, in order; null if not shown",
        "longest list",
        "longest list of authors; null if no record has one",
    ),
    _said(
        "author_count",
        WHOLE,
        "number of authors, as shown or counted; null if unknown",
        "largest",
        "largest number of authors shown",
        (between(1, 100_000, "author_count_implausible"),),
    ),
    _said(
        "organisation",
        TEXT,
        "organisation that the source shows instead of a number of authors",
        "most often listed",
        "organisation shown most often",
    ),
    *PUBLICATION,
    _said(
        "year",
        WHOLE,
        "year of publication, even if the complete date is unknown",
        "in print, of an article, year of a volume, earliest",
        "an article's year first, the one that most records state with a volume or pages, then the earliest",
        (between(EARLIEST_DATE.year, LATEST_DATE.year, "year_implausible"),),
    ),
    _said(
        "doi",
        TEXT,
        "DOI in lower case, without the address of a resolver",
        "a preprint server last, main edition, most often listed",
        "DOI shown most often for the edition that gave the venue, a publisher's before a preprint server's",
    ),
    _said(
        "arxiv_id", TEXT, "arXiv id without version", "most often listed, newest version", "arXiv id shown most often"
    ),
    _said(
        "arxiv_version",
        WHOLE,
        "arXiv version; null if not shown",
        "with arxiv_id",
        "newest version of that arXiv id",
        (at_least(1),),
    ),
    _said(
        "pmid",
        TEXT,
        "PubMed id",
        "main edition, most often listed",
        "PubMed id shown most often for the edition that gave the venue",
        (matches(r"^[1-9][0-9]{0,7}$", "pmid_malformed", "one to eight digits"),),
    ),
    _said(
        "categories",
        TEXTS,
        "subjects or keywords, as listed; null if not shown",
        "union",
        "subjects and keywords of all its records",
    ),
    _said(
        "comment_count",
        WHOLE,
        "number of comments; null if not shown",
        "largest",
        "largest number of comments shown",
        (at_least(0),),
    ),
    _said(
        "urls", TEXTS, "links in the entry and in its abstract", "union", "links of all its records", is_nullable=False
    ),
    _said("code_urls", TEXTS, "links to source code", "union", "links to source code", is_nullable=False),
    _said(
        "other_fields",
        TEXT,
        "JSON object of the fields that have no column, by the source's names; null if there are none",
    ),
    _said("authors_raw", TEXTS, "authors as listed; null if cleaning changed no name"),
    _said("venue_raw", TEXT, "venue as listed; null if cleaning did not change it"),
    _said("title_raw", TEXT, "title as listed; null if cleaning did not change it"),
    _said("abstract_raw", TEXT, "abstract as listed; null if cleaning did not change it"),
    Column("document_id", TEXT, "the document that this record carries", (IS_ID,)),
    rules=_rules,
)
