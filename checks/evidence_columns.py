"""Columns of documents, block keys and pairs: what is compared, and the evidence."""

from papersieve.checks.record_columns import IS_ID
from papersieve.checks.rules import NUMBER, TEXT, WHOLE, Column, ColumnRules, Rule, at_least, between, one_of, table

JUDGEMENTS = ("match", "review", "non_match")
#: Rules that make block keys, strongest first. A pair's match_key is the first of those that propose it.
MATCH_KEYS = tuple("abstract title opening band doi arxiv_id pmid place title_words title_author opening_title".split())


def _said(name: str, kind: str, meaning: str, made_of: str, *, is_null: bool = True) -> Column:
    """A column of documents, whose values are compared."""
    made_of = " ".join(f"records.{column}" for column in made_of.split())
    return Column(name, kind, meaning, is_nullable=is_null, made_of=made_of)


DOCUMENTS = table(
    "documents",
    "One row per document: a distinct normalised content.",
    Column("document_id", TEXT, "hash of the other columns", (IS_ID,), is_unique=True, made_of="records.document_id"),
    _said(
        "title_text",
        TEXT,
        'normalised title, after "data from" if it is of data or software; empty if there is none',
        "title publication_type doi",
        is_null=False,
    ),
    _said("abstract_text", TEXT, "normalised abstract; empty if there is none", "abstract", is_null=False),
    _said("authors_text", TEXT, "normalised authors; null if not listed", "authors"),
    _said("year", WHOLE, "year of publication; null if unknown", "year"),
    _said("venue_text", TEXT, "normalised venue; null if not listed", "venue"),
    _said("volume", TEXT, "first number of the volume; null if there is none", "volume"),
    _said("issue", TEXT, "first number of the issue; null if there is none", "issue"),
    _said(
        "pages", TEXT, "first page, or both pages if a spreadsheet turned them into a date; null if unknown", "pages"
    ),
    _said(
        "doi",
        TEXT,
        "DOI, unless arXiv assigned it; without one, the site and id of a page that is the paper's own; null if unknown",
        "doi arxiv_id urls venue abstract",
    ),
    _said("arxiv_id", TEXT, "arXiv id without version; null if unknown", "arxiv_id"),
    _said("pmid", TEXT, "PubMed id; null if unknown", "pmid"),
)

#: All columns of a document that are compared, as sources of another column.
_ALL = " ".join(name for name in DOCUMENTS.columns if name != "document_id")

BLOCK_KEYS = table(
    "block_keys",
    "One row per document and block key: the buckets that contain the document.",
    Column("document_no", WHOLE, "the document"),
    Column("match_key", TEXT, "the rule that made the key", (one_of(*MATCH_KEYS),)),
    Column("key", WHOLE, "the block key; documents with equal keys form candidate pairs"),
)


def _made(
    name: str, kind: str, meaning: str, made_of: str, rules: ColumnRules = (), *, is_null: bool = False
) -> Column:
    """A column of pairs, made from columns of the two documents."""
    made_of = " ".join(f"documents.{column}" for column in made_of.split())
    return Column(name, kind, meaning, rules, is_nullable=is_null, made_of=made_of)


def _share(name: str, meaning: str, made_of: str) -> Column:
    return _made(name, NUMBER, meaning, made_of, (between(0, 1, "not_a_share"),), is_null=True)


def _number(name: str, meaning: str, made_of: str, low: float, high: float | None = None) -> Column:
    rule = at_least(low) if high is None else between(low, high)
    return _made(name, NUMBER, meaning, made_of, (rule,), is_null=True)


def _rules() -> tuple[Rule, ...]:
    import polars as pl

    return (
        Rule("pair_unordered", pl.col("left_no") < pl.col("right_no"), "left is before right"),
        Rule("pair_repeated", ~pl.struct("left_no", "right_no").is_duplicated(), "each pair occurs once"),
    )


#: What two documents have in common.
EVIDENCE = (
    _share(
        "similarity", "Jaccard similarity of the abstracts' shingles; null if an abstract is missing", "abstract_text"
    ),
    _share(
        "containment",
        "share of the smaller abstract's shingles found in the other; null if an abstract is missing",
        "abstract_text",
    ),
    _share(
        "abstract_words", "Jaccard similarity of the abstracts' words; null if an abstract is missing", "abstract_text"
    ),
    _made(
        "smaller_words",
        NUMBER,
        "words of the shorter abstract; 0 if an abstract is missing; null in published rows without a score",
        "abstract_text",
        (at_least(0),),
    ),
    _share(
        "title_similarity",
        "share of equal letters in the two titles, in order or with their words sorted; null if a title is missing",
        "title_text",
    ),
    _share(
        "title_containment",
        "share of the shorter title's words found in the other; null if a title is missing",
        "title_text",
    ),
    _number("title_length", "words of the shorter title; null if a title is missing", "title_text", 1),
    _share(
        "title_numbers",
        "1: the titles contain the same numbers, 0: different ones; null if neither contains any",
        "title_text",
    ),
    _share(
        "title_parts",
        "0: the titles name different parts, or one is a notice such as an erratum, or the registration of a trial; 0.1: one abstract plans what the "
        "other reports; 0.25: one is a plan, an update or the opposite of the other; 0.4: the titles differ only in "
        "years, and both have an abstract; 0.5: they differ only in numbers; 0.6: each names something that the other paper "
        "does not mention, and the abstracts have different numbers, or one wording with other names in it; 0.75: each "
        "names such a thing; 1: none of these",
        "title_text abstract_text doi",
    ),
    _share("generic_title", "1: a title that many papers have, such as Editorial; else null", "title_text"),
    _share(
        "authors",
        "share of names found in the other list, for the list with the higher share; null if authors are missing",
        "authors_text",
    ),
    _share(
        "authors_all",
        "share of the names of both lists that are found in the other list; null if authors are missing",
        "authors_text",
    ),
    _number("year_distance", "years between the two; null if a year is unknown", "year", 0),
    _share("venue", "share of the shorter venue's words found in the other; null if a venue is missing", "venue_text"),
    _share(
        "venue_kind",
        "1: venues of the same kind (journal, meeting, report), 0: of different kinds, 0.5: one kind is unknown; null if both are",
        "venue_text",
    ),
    _share("volume", "1: the same volume, 0: different volumes; null if one is unknown", "volume"),
    _share("issue", "1: the same issue, 0: different issues", "issue"),
    _share("pages", "1: the same first page, 0: different pages", "pages"),
    _share("doi", "1: the same DOI, or without a DOI the same page; 0: different DOIs", "doi"),
    _share(
        "arxiv_id",
        "1: the same arXiv id, 0: different ids, 0.5: one is a preprint on any server and the other is in print (venue, volume, issue, pages, doi and pmid are then null); null if unknown",
        "arxiv_id venue_text volume doi",
    ),
    _share("pmid", "1: the same PubMed id, 0: different ids", "pmid"),
)

#: What other documents say about a pair: those with the same title or abstract, and those in the same dump.
CONTEXT = (
    _number(
        "title_years", "number of years in which the title occurs; null if the titles differ", "title_text year", 1
    ),
    _number(
        "abstract_titles",
        "number of titles that the abstract has; null if the abstracts differ",
        "abstract_text title_text",
        0,
    ),
    _number(
        "one_list",
        "-1: both are in one dump that lists each paper once, 1: they are in two such dumps; closer to 0 if the dumps repeat some papers; else null, and for a preprint and its publication, or one title with one abstract and team, in one dump",
        "document_id title_text authors_text year",
        -1,
        1,
    ),
)

PAIRS = table(
    "pairs",
    "One row per candidate pair, with its evidence and judgement.",
    _made("left_no", WHOLE, "the document ingested earlier", "document_id"),
    _made("right_no", WHOLE, "the document ingested later", "document_id"),
    _made("match_key", TEXT, "the strongest rule that proposed the pair", _ALL, (one_of(*MATCH_KEYS),)),
    *EVIDENCE,
    *CONTEXT,
    _made(
        "score",
        NUMBER,
        "log-odds that the two are one paper, by the model; null for two records of one document, and for a pair that only a decision proposed",
        _ALL,
    ),
    _made("judgement", TEXT, "match, review or non_match", _ALL, (one_of(*JUDGEMENTS),)),
    _made("rule", TEXT, "the rule that judged the pair", _ALL),
    rules=_rules,
)
