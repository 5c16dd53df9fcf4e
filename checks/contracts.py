"""Contracts: what every table that crosses a stage looks like. The one source of column names, types and meaning.

A contract's row rules carry a reason code as their name; `papersieve.checks.quarantine` quarantines by them. Frames are
validated eagerly: pandera checks only the schema of a LazyFrame.
"""

import datetime as dt
from typing import Any

import pandera.polars as pa
import polars as pl

#: Characters of the longest title or abstract that is taken for one: the longest title of 250,000 real
#: papers has 398, the longest abstract 6,091. Beyond lies something that was not split.
MAX_TITLE_CHARS = 1_000
MAX_ABSTRACT_CHARS = 20_000

#: Words of the shortest text that is taken for an abstract ("Coming soon.", "Withdrawn.").
MIN_ABSTRACT_WORDS = 15

#: Papers are older than this listing software, but none is older than printing in journals (1665).
EARLIEST_DATE = dt.date(1665, 1, 1)

#: A year beyond is a slip of a finger (9999 stands for "unknown" in some catalogues).
LATEST_DATE = dt.date(2199, 12, 31)

FATES = ("record", "furniture", "blank", "rejected")
JUDGEMENTS = ("match", "review", "non_match")
MATCH_KEYS = ("abstract", "title", "opening", "band", "doi", "arxiv_id", "pmid", "place", "title_words", "title_author")
PRECISIONS = ("day", "month_day", "month", "year")
YEAR_SOURCES = ("stated", "listing")

_ID = pa.Check.str_matches(r"^[0-9a-f]{32}$", error="id_malformed")


def _unique(column: str) -> pa.Check:
    return pa.Check(lambda data: data.lazyframe.select(~pl.col(column).is_duplicated()), name=f"{column}_repeated")


def _row_rule(rule: pl.Expr, name: str, description: str) -> pa.Check:
    """Make a rule over several columns; a null verdict passes (a missing value breaks no rule)."""
    return pa.Check(lambda data: data.lazyframe.select(rule.fill_null(True)), name=name, description=description)


def _share(description: str, **more: Any) -> pa.Column:
    return pa.Column(pl.Float64, pa.Check.in_range(0, 1, error="not_a_share"), description=description, **more)


def _table(
    columns: dict[str, pa.Column], checks: list[pa.Check] | None = None, *, description: str
) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, checks=checks or [], strict=True, ordered=False, description=description)


dumps = _table(
    {
        "dump_id": pa.Column(pl.String, _ID, unique=True, description="hash of its bytes, uncompressed"),
        "format": pa.Column(pl.String, description="format that recognised it"),
        "listing": pa.Column(
            pl.String, nullable=True, description="who publishes it; null where the page does not say"
        ),
        "listing_date": pa.Column(
            pl.Date, nullable=True, description="day of the listing; null where its year is unknown"
        ),
        "listing_date_raw": pa.Column(
            pl.String, nullable=True, description="the listing's date as shown, without a year"
        ),
        "size_bytes": pa.Column(pl.Int64, pa.Check.gt(0), description="its bytes, uncompressed"),
        "lines": pa.Column(pl.Int64, pa.Check.gt(0), description="its lines; rows of a Parquet or Arrow table"),
    },
    description="One row a dump: one file, or member of an archive, as received.",
)

line_spans = _table(
    {
        "dump_id": pa.Column(pl.String, _ID),
        "line_start": pa.Column(pl.Int64, pa.Check.ge(1), description="first line, counted from 1"),
        "line_end": pa.Column(pl.Int64, pa.Check.ge(1), description="last line, inclusive"),
        "fate": pa.Column(pl.String, pa.Check.isin(FATES), description="what became of these lines"),
    },
    [
        _row_rule(
            pl.col("line_start") <= pl.col("line_end"),
            "span_reversed",
            "a span ends where it starts, or after",
        )
    ],
    description="One row a run of lines of one fate; the spans of a dump cover it.",
)

rejected_lines = _table(
    {
        "dump_id": pa.Column(pl.String, _ID),
        "line": pa.Column(pl.Int64, pa.Check.ge(1), description="line number, counted from 1"),
        "reason_code": pa.Column(pl.String, description="why it became part of no record"),
        "text": pa.Column(pl.String, description="the line, at most its first 1,000 characters"),
        "length": pa.Column(pl.Int64, pa.Check.ge(1), description="characters of the whole line"),
    },
    description="One row a line that became part of no record and is no furniture.",
)

notices = _table(
    {
        "dump_id": pa.Column(pl.String, _ID),
        "line": pa.Column(pl.Int64, pa.Check.ge(1), description="line number, counted from 1"),
        "code": pa.Column(pl.String, description="what kind of thing to know"),
        "message": pa.Column(pl.String, description="what to know, in words"),
    },
    description="One row a thing worth knowing about a line that was read all the same.",
)

#: What makes a title without an abstract more than a line of a page.
_IS_CITED = pl.any_horizontal(
    pl.col("doi", "arxiv_id", "authors").is_not_null(), pl.col("year").is_not_null() & pl.col("venue").is_not_null()
)

records = _table(
    {
        "record_id": pa.Column(pl.String, [_ID, _unique("record_id")], description="hash of the dump's id and the first line: the same after re-ingest"),
        "dump_id": pa.Column(pl.String, _ID, description="the dump it stands in"),
        "ordinal": pa.Column(pl.Int64, pa.Check.ge(1), description="place among the dump's entries, from 1"),
        "line_start": pa.Column(pl.Int64, pa.Check.ge(1), description="first line, counted from 1"),
        "line_end": pa.Column(pl.Int64, pa.Check.ge(1), description="last line, inclusive"),
        "title_raw": pa.Column(pl.String, nullable=True, description="title as listed; null where the entry has none"),
        "abstract_raw": pa.Column(pl.String, nullable=True, description="abstract as listed; null where the entry has none"),
        "authors": pa.Column(pl.List(pl.String), nullable=True, description="names of the authors, each as listed, in order; null where not shown"),
        "author_count": pa.Column(pl.Int64, pa.Check.in_range(1, 100_000, error="author_count_implausible"), nullable=True, description="number of authors, shown or counted; null where neither"),
        "organisation": pa.Column(pl.String, nullable=True, description="organisation shown in place of the author count"),
        "venue": pa.Column(pl.String, nullable=True, description="journal, conference or publisher, as listed"),
        "volume": pa.Column(pl.String, nullable=True, description="volume, as listed"),
        "issue": pa.Column(pl.String, nullable=True, description="issue or number, as listed"),
        "pages": pa.Column(pl.String, nullable=True, description="pages or article number, as listed"),
        "year": pa.Column(pl.Int64, pa.Check.in_range(EARLIEST_DATE.year, LATEST_DATE.year, error="year_implausible"), nullable=True, description="year of publication, known also where the whole date is not"),
        "published_raw": pa.Column(pl.String, nullable=True, description="date as shown"),
        "published_date": pa.Column(
            pl.Date,
            pa.Check.in_range(EARLIEST_DATE, LATEST_DATE, error="date_implausible"),
            nullable=True,
            description="date of publication; null where no whole one is shown",
        ),
        "date_precision": pa.Column(pl.String, pa.Check.isin(PRECISIONS), nullable=True, description="day; month_day where the year is unknown; month or year where no more is shown; null where no date is shown"),
        "year_source": pa.Column(pl.String, pa.Check.isin(YEAR_SOURCES), nullable=True, description="stated by the entry, or listing: inferred from the years that the same listing states"),
        "doi": pa.Column(pl.String, nullable=True, description="DOI in lower case, without a resolver before it"),
        "arxiv_id": pa.Column(pl.String, nullable=True, description="arXiv id without its version"),
        "arxiv_version": pa.Column(pl.Int64, pa.Check.ge(1), nullable=True, description="arXiv version; null where not shown"),
        "pmid": pa.Column(pl.String, pa.Check.str_matches(r"^[1-9][0-9]{0,7}$", error="pmid_malformed"), nullable=True, description="PubMed id"),
        "categories": pa.Column(pl.List(pl.String), nullable=True, description="subjects or keywords, as listed; null where not shown"),
        "comment_count": pa.Column(pl.Int64, pa.Check.ge(0), nullable=True, description="number of comments; null where not shown"),
        "urls": pa.Column(pl.List(pl.String), description="links of the entry, and in its abstract"),
        "code_urls": pa.Column(pl.List(pl.String), description="those of them that lead to source code"),
        "title": pa.Column(pl.String, pa.Check.str_length(max_value=MAX_TITLE_CHARS, error="title_too_long"), nullable=True, description="title with repaired characters and LaTeX as text, without what feeds and catalogues write around it; null where there is none"),
        "abstract": pa.Column(pl.String, nullable=True, description="abstract with repaired characters, and LaTeX and tags as text"),
        "document_id": pa.Column(pl.String, _ID, description="the distinct content it carries"),
    },
    [
        _row_rule(
            pl.col("abstract").is_not_null() | (pl.col("title").is_not_null() & _IS_CITED),
            "abstract_missing",
            "an entry has an abstract, or a title with an identifier, authors, or a venue and year",
        ),
        _row_rule(
            pl.col("abstract").str.len_chars() <= MAX_ABSTRACT_CHARS, "abstract_too_long", f"at most {MAX_ABSTRACT_CHARS:,} characters"
        ),
        _row_rule(
            # 30 characters without spaces say as much as 15 words do (Chinese, Japanese, Thai). A title makes any text an abstract.
            pl.col("title").is_not_null() | (pl.col("abstract").str.count_matches(r"\S+") >= MIN_ABSTRACT_WORDS)
            | (pl.col("abstract").str.count_matches(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]") >= 2 * MIN_ABSTRACT_WORDS),
            "abstract_too_short",
            f"at least {MIN_ABSTRACT_WORDS} words, where there is no title",
        ),
        _row_rule(pl.col("line_start") <= pl.col("line_end"), "span_reversed", "a record ends where it starts, or after"),
    ],
    description="One row a record: one entry of one dump, as extracted and normalised.",
)  # fmt: skip

documents = _table(
    {
        "document_id": pa.Column(pl.String, _ID, unique=True, description="content id of all the rest"),
        "title_text": pa.Column(pl.String, description="title as compared; empty where there is none"),
        "abstract_text": pa.Column(pl.String, description="abstract as compared; empty where there is none"),
        "authors_text": pa.Column(pl.String, nullable=True, description="authors as compared; null where not listed"),
        "year": pa.Column(pl.Int64, nullable=True, description="year of publication; null where unknown"),
        "venue_text": pa.Column(pl.String, nullable=True, description="venue as compared; null where not listed"),
        "volume": pa.Column(pl.String, nullable=True, description="first number of the volume; null where it has none"),
        "issue": pa.Column(pl.String, nullable=True, description="first number of the issue; null where it has none"),
        "pages": pa.Column(
            pl.String,
            nullable=True,
            description="first page, or two where a spreadsheet made a date of them; null where unknown",
        ),
        "doi": pa.Column(pl.String, nullable=True, description="DOI, where it is not arXiv's own; null where unknown"),
        "arxiv_id": pa.Column(pl.String, nullable=True, description="arXiv id without its version; null where unknown"),
        "pmid": pa.Column(pl.String, nullable=True, description="PubMed id; null where unknown"),
    },
    description="One row a document: one distinct normalised content.",
)

block_keys = _table(
    {
        "document_no": pa.Column(pl.Int64, description="the document"),
        "match_key": pa.Column(pl.String, pa.Check.isin(MATCH_KEYS), description="which rule made the key"),
        "key": pa.Column(pl.Int64, description="documents with an equal key are candidates"),
    },
    description="One row a document and key: the buckets that a document lies in.",
)

pairs = _table(
    {
        "left_no": pa.Column(pl.Int64, description="the document ingested earlier"),
        "right_no": pa.Column(pl.Int64, description="the document ingested later"),
        "match_key": pa.Column(
            pl.String, pa.Check.isin(MATCH_KEYS), description="the strongest rule that proposed the pair"
        ),
        "similarity": _share(
            "Jaccard similarity of the abstracts' shingles; null where an abstract is missing", nullable=True
        ),
        "containment": _share(
            "share of the smaller abstract's shingles found in the other; null where an abstract is missing",
            nullable=True,
        ),
        "abstract_words": _share(
            "Jaccard similarity of the abstracts' words; null where an abstract is missing", nullable=True
        ),
        "smaller_words": pa.Column(
            pl.Float64,
            pa.Check.ge(0),
            description="words of the shorter abstract; 0 where one is missing; null in published rows without a score",
        ),
        "title_similarity": _share("equal letters of the titles; null where a title is missing", nullable=True),
        "title_containment": _share(
            "share of the shorter title's words found in the other; null where a title is missing", nullable=True
        ),
        "title_length": pa.Column(
            pl.Float64,
            pa.Check.ge(1),
            nullable=True,
            description="words of the shorter title; null where a title is missing",
        ),
        "title_numbers": _share(
            "1 the titles have the same numbers, 0 others; null where neither has one", nullable=True
        ),
        "title_parts": _share(
            "0 the titles name different parts, or one of them is a notice such as an erratum, else 1", nullable=True
        ),
        "generic_title": _share("1 a title is one that many have, such as Editorial; null: neither", nullable=True),
        "authors": _share(
            "share of names found in the other list, of the list that is found best; null where authors are missing",
            nullable=True,
        ),
        "authors_all": _share(
            "share of names found in the other list, of both lists; null where authors are missing", nullable=True
        ),
        "year_distance": pa.Column(
            pl.Float64, pa.Check.ge(0), nullable=True, description="years between them; null where one is unknown"
        ),
        "venue": _share(
            "share of the shorter venue's words found in the other; null where one is missing", nullable=True
        ),
        "venue_kind": _share(
            "1 venues of one kind (journal, meeting, report), 0 of two, 0.5 one unknown; null both", nullable=True
        ),
        "volume": _share("1 the same volume, 0 another; null where one is unknown", nullable=True),
        "issue": _share("1 the same issue, 0 another", nullable=True),
        "pages": _share("1 the same first page, 0 another", nullable=True),
        "doi": _share("1 the same DOI, 0 another", nullable=True),
        "arxiv_id": _share("1 the same arXiv id, 0 another", nullable=True),
        "pmid": _share("1 the same PubMed id, 0 another", nullable=True),
        "title_years": pa.Column(
            pl.Float64,
            pa.Check.ge(1),
            nullable=True,
            description="years in which the title occurs; null where the titles differ",
        ),
        "abstract_titles": pa.Column(
            pl.Float64,
            pa.Check.ge(0),
            nullable=True,
            description="titles under which the abstract occurs; null where the abstracts differ",
        ),
        "one_list": pa.Column(
            pl.Float64,
            pa.Check.in_range(-1, 1),
            nullable=True,
            description="-1 both stand in one dump that lists a paper once, 1 in two such dumps; null: neither",
        ),
        "score": pa.Column(
            pl.Float64,
            description="log-odds of being one paper, by the model; published rows of one document, and of decisions alone, have null",
        ),
        "judgement": pa.Column(pl.String, pa.Check.isin(JUDGEMENTS), description="match, review or non_match"),
        "rule": pa.Column(pl.String, description="the rule that judged it"),
    },
    [
        _row_rule(pl.col("left_no") < pl.col("right_no"), "pair_unordered", "left is before right"),
        pa.Check(
            lambda data: data.lazyframe.select(~pl.struct("left_no", "right_no").is_duplicated()),
            name="pair_repeated",
            description="a pair occurs once",
        ),
    ],
    description="One row a candidate pair, with its evidence and judgement.",
)

papers = _table(
    {
        "paper_id": pa.Column(pl.String, _ID, unique=True, description="id of the earliest-ingested document of the cluster"),
        "title": pa.Column(pl.String, nullable=True, description="best title; null where no record has one"),
        "abstract": pa.Column(pl.String, nullable=True, description="longest complete abstract"),
        "published_date": pa.Column(pl.Date, nullable=True, description="earliest date, stated ones first; null where unknown"),
        "date_precision": pa.Column(pl.String, pa.Check.isin(PRECISIONS), nullable=True, description="precision of published_date"),
        "year_source": pa.Column(pl.String, pa.Check.isin(YEAR_SOURCES), nullable=True, description="where its year comes from"),
        "authors": pa.Column(pl.List(pl.String), nullable=True, description="longest list of authors; null where no record has one"),
        "author_count": pa.Column(pl.Int64, nullable=True, description="largest number of authors shown"),
        "organisation": pa.Column(pl.String, nullable=True, description="organisation shown most often"),
        "venue": pa.Column(pl.String, nullable=True, description="venue shown most often"),
        "volume": pa.Column(pl.String, nullable=True, description="volume shown most often"),
        "issue": pa.Column(pl.String, nullable=True, description="issue shown most often"),
        "pages": pa.Column(pl.String, nullable=True, description="pages shown most often"),
        "year": pa.Column(pl.Int64, nullable=True, description="earliest year"),
        "doi": pa.Column(pl.String, nullable=True, description="DOI shown most often, a publisher's before arXiv's"),
        "arxiv_id": pa.Column(pl.String, nullable=True, description="arXiv id shown most often"),
        "arxiv_version": pa.Column(pl.Int64, nullable=True, description="newest version of that arXiv id"),
        "pmid": pa.Column(pl.String, nullable=True, description="PubMed id shown most often"),
        "categories": pa.Column(pl.List(pl.String), description="subjects and keywords of all its records"),
        "comment_count": pa.Column(pl.Int64, nullable=True, description="largest number of comments shown"),
        "urls": pa.Column(pl.List(pl.String), description="links of all its records"),
        "code_urls": pa.Column(pl.List(pl.String), description="those of them that lead to source code"),
        "record_count": pa.Column(pl.Int64, pa.Check.ge(1), description="records of this paper"),
        "document_count": pa.Column(pl.Int64, pa.Check.ge(1), description="distinct contents among them"),
        "dump_count": pa.Column(pl.Int64, pa.Check.ge(1), description="dumps it is listed in"),
    },
    description="One row a paper: the golden record of a cluster.",
)  # fmt: skip

paper_lineage = _table(
    {
        "paper_id": pa.Column(pl.String, _ID, description="the paper"),
        "column_name": pa.Column(pl.String, description="column of papers"),
        "record_id": pa.Column(pl.String, _ID, description="the record that gave the value"),
        "rule": pa.Column(pl.String, description="the survivorship rule that chose it"),
    },
    description="One row a paper, column and record that gave its value (a union of links has several records).",
)

#: Every contract by the name of its table.
CONTRACTS: dict[str, pa.DataFrameSchema] = {
    "dumps": dumps,
    "line_spans": line_spans,
    "rejected_lines": rejected_lines,
    "notices": notices,
    "records": records,
    "documents": documents,
    "block_keys": block_keys,
    "pairs": pairs,
    "papers": papers,
    "paper_lineage": paper_lineage,
}
