"""Columns of documents, block keys and pairs: what is compared, and what comparing found."""

from papersieve.checks.record_columns import IS_ID
from papersieve.checks.rules import NUMBER, TEXT, WHOLE, Column, ColumnRules, Rule, at_least, between, one_of, table

JUDGEMENTS = ("match", "review", "non_match")
#: Rules that make keys, strongest first: a pair proposed by several is filed under the first of these.
MATCH_KEYS = tuple("abstract title opening band doi arxiv_id pmid place title_words title_author opening_title".split())

_IS_SHARE = between(0, 1, "not_a_share")


def _said(name: str, kind: str, meaning: str, made_of: str, *, is_null: bool = True) -> Column:
    """A column of what is compared of a document."""
    made_of = " ".join(f"records.{column}" for column in made_of.split())
    return Column(name, kind, meaning, is_nullable=is_null, made_of=made_of)


DOCUMENTS = table(
    "documents",
    "One row per document: one distinct normalised content.",
    Column(
        "document_id",
        TEXT,
        "content id of all the rest",
        (IS_ID,),
        is_unique=True,
        made_of="records.document_id",
    ),
    _said("title_text", TEXT, "title as compared; empty where there is none", "title", is_null=False),
    _said("abstract_text", TEXT, "abstract as compared; empty where there is none", "abstract", is_null=False),
    _said("authors_text", TEXT, "authors as compared; null where not listed", "authors"),
    _said("year", WHOLE, "year of publication; null where unknown", "year"),
    _said("venue_text", TEXT, "venue as compared; null where not listed", "venue"),
    _said("volume", TEXT, "first number of the volume; null where it has none", "volume"),
    _said("issue", TEXT, "first number of the issue; null where it has none", "issue"),
    _said("pages", TEXT, "first page, or two where a spreadsheet made a date of them; null where unknown", "pages"),
    _said("doi", TEXT, "DOI, where it is not arXiv's own; null where unknown", "doi arxiv_id"),
    _said("arxiv_id", TEXT, "arXiv id without its version; null where unknown", "arxiv_id"),
    _said("pmid", TEXT, "PubMed id; null where unknown", "pmid"),
)

#: All that is compared of a document, as what something is made of.
_ALL = " ".join(name for name in DOCUMENTS.columns if name != "document_id")

BLOCK_KEYS = table(
    "block_keys",
    "One row per document and key: the buckets that a document lies in.",
    Column("document_no", WHOLE, "the document"),
    Column("match_key", TEXT, "which rule made the key", (one_of(*MATCH_KEYS),)),
    Column("key", WHOLE, "the key; documents with equal keys are candidates for a match"),
)


def _made(
    name: str, kind: str, meaning: str, made_of: str, rules: ColumnRules = (), *, is_null: bool = False
) -> Column:
    """A column that is made of columns of two documents."""
    made_of = " ".join(f"documents.{column}" for column in made_of.split())
    return Column(name, kind, meaning, rules, is_nullable=is_null, made_of=made_of)


def _share(name: str, meaning: str, made_of: str) -> Column:
    return _made(name, NUMBER, meaning, made_of, (_IS_SHARE,), is_null=True)


def _number(name: str, meaning: str, made_of: str, low: float, high: float | None = None) -> Column:
    rule = at_least(low) if high is None else between(low, high)
    return _made(name, NUMBER, meaning, made_of, (rule,), is_null=True)


def _rules() -> tuple[Rule, ...]:
    import polars as pl

    return (
        Rule("pair_unordered", pl.col("left_no") < pl.col("right_no"), "left is before right"),
        Rule("pair_repeated", ~pl.struct("left_no", "right_no").is_duplicated(), "a pair occurs once"),
    )


PAIRS = table(
    "pairs",
    "One row per candidate pair, with its evidence and judgement.",
    _made("left_no", WHOLE, "the document ingested earlier", "document_id"),
    _made("right_no", WHOLE, "the document ingested later", "document_id"),
    _made("match_key", TEXT, "the strongest rule that proposed the pair", _ALL, (one_of(*MATCH_KEYS),)),
    _share(
        "similarity",
        "Jaccard similarity of the abstracts' shingles; null where an abstract is missing",
        "abstract_text",
    ),
    _share(
        "containment",
        "share of the smaller abstract's shingles found in the other; null where an abstract is missing",
        "abstract_text",
    ),
    _share(
        "abstract_words",
        "Jaccard similarity of the abstracts' words; null where an abstract is missing",
        "abstract_text",
    ),
    _made(
        "smaller_words",
        NUMBER,
        "words of the shorter abstract; 0 where one is missing; null in published rows without a score",
        "abstract_text",
        (at_least(0),),
    ),
    _share("title_similarity", "share of equal letters in the two titles; null where a title is missing", "title_text"),
    _share(
        "title_containment",
        "share of the shorter title's words found in the other; null where a title is missing",
        "title_text",
    ),
    _number("title_length", "words of the shorter title; null where a title is missing", "title_text", 1),
    _share("title_numbers", "1 the titles have the same numbers, 0 others; null where neither has one", "title_text"),
    _share(
        "title_parts",
        "0 the titles name different parts, or one of them is a notice such as an erratum; 0.25 one is a plan, an "
        "update or the opposite of the other; 0.5 nothing but their numbers tells them apart; 0.75 each names what the "
        "other paper doesn't; else 1",
        "title_text abstract_text",
    ),
    _share("generic_title", "1 a title is one that many have, such as Editorial; null: neither", "title_text"),
    _share(
        "authors",
        "share of names found in the other list, of the list that is found best; null where authors are missing",
        "authors_text",
    ),
    _share(
        "authors_all",
        "share of names found in the other list, of both lists; null where authors are missing",
        "authors_text",
    ),
    _number("year_distance", "years between them; null where one is unknown", "year", 0),
    _share("venue", "share of the shorter venue's words found in the other; null where one is missing", "venue_text"),
    _share(
        "venue_kind",
        "1 venues of one kind (journal, meeting, report), 0 of two, 0.5 one unknown; null both",
        "venue_text",
    ),
    _share("volume", "1 the same volume, 0 another; null where one is unknown", "volume"),
    _share("issue", "1 the same issue, 0 another", "issue"),
    _share("pages", "1 the same first page, 0 another", "pages"),
    _share("doi", "1 the same DOI, 0 another", "doi"),
    _share("arxiv_id", "1 the same arXiv id, 0 another", "arxiv_id"),
    _share("pmid", "1 the same PubMed id, 0 another", "pmid"),
    _number("title_years", "years in which the title occurs; null where the titles differ", "title_text year", 1),
    _number(
        "abstract_titles",
        "titles under which the abstract occurs; null where the abstracts differ",
        "abstract_text title_text",
        0,
    ),
    _number(
        "one_list",
        "-1 both stand in one dump that lists a paper once, 1 in two such dumps; null: neither",
        "document_id title_text authors_text year",
        -1,
        1,
    ),
    _made(
        "score",
        NUMBER,
        "log-odds of being one paper, by the model; published rows of one document, and of decisions alone, have null",
        _ALL,
    ),
    _made("judgement", TEXT, "match, review or non_match", _ALL, (one_of(*JUDGEMENTS),)),
    _made("rule", TEXT, "the rule that judged it", _ALL),
    rules=_rules,
)
