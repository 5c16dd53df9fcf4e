"""Why a pair was judged as it was, in a sentence, and what spoke for and against."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from papersieve.pipeline.matching.judgement import MODEL, REVIEW_FROM
from papersieve.pipeline.matching.model import Term, load_model, terms_of
from papersieve.pipeline.settings import Settings

#: Evidence that counts something; all other evidence is a share.
COUNTS = ("smaller_words", "title_length", "year_distance", "title_years", "abstract_titles")

#: What a term has to add, either way, to be shown: less is 0.0 with one digit.
LEAST_TERM = 0.05


class RuleWords(NamedTuple):
    """What a rule is called on pages, and why it judged so."""

    name: str
    sentence: str


#: Every rule but the model, whose sentence has the numbers of the pair.
RULES = {
    "same_document": RuleWords(
        "same content",
        "Both have the same content: all that is compared is equal but for case, accents, dashes and spacing.",
    ),
    "same_abstract": RuleWords(
        "same abstract",
        "The abstracts are nearly the same and too long to be boilerplate; neither authors nor dumps speak against it.",
    ),
    "same_identifier": RuleWords(
        "same identifier",
        "Both show the same DOI, arXiv or PubMed id, one title contains the other, and no other authors are named.",
    ),
    "same_place": RuleWords(
        "same place in print",
        "Both stand in one journal, volume and page, one title contains the other, and it or the authors are the same.",
    ),
    "same_title": RuleWords(
        "same title and authors",
        "One title, by the same authors, within a year, in two dumps that list a paper once: another abstract makes no other work.",
    ),
    "other_part": RuleWords(
        "different parts, or a notice",
        "The titles name different parts, numbers or opposites, or only one is a notice, a plan or an update. Only a person may merge these.",
    ),
    "other_page": RuleWords(
        "two pages of one volume",
        "They stand in one volume, on other pages and under other titles, and no abstract says that they are one. Only a person may merge these.",
    ),
    "other_arxiv_id": RuleWords("two arXiv ids", "Each shows an arXiv id of its own. Only a person may merge these."),
    "other_pmid": RuleWords(
        "two PubMed ids",
        "Each shows a PubMed id of its own, and no like abstract joins them. Only a person may merge these.",
    ),
    "other_words": RuleWords(
        "other subjects",
        "Each title names something that the other paper doesn't, and neither a page nor an identifier says that they are one. Only a person may merge these.",
    ),
    "comes_again": RuleWords(
        "a title that comes again",
        "The title comes again: years later, in another issue, or elsewhere in the same journal. Only a person may merge these.",
    ),
    "other_authors": RuleWords(
        "other authors",
        "They have few names in common, and neither abstracts nor a place in print say that they are one. Only a person may merge these.",
    ),
    "generic_title": RuleWords(
        "generic title",
        "Many papers have this title, and nothing says that both stand in the same place. Only a person may merge these.",
    ),
    "other_abstract": RuleWords(
        "different abstracts",
        "The abstracts differ, and no author suggests that one was rewritten. Only a person may merge these.",
    ),
    "other_publication": RuleWords(
        "two publications",
        "They stand in two places (venue, volume, pages), and here one paper is one publication. Only a person may merge these.",
    ),
    "bridge": RuleWords(
        "bridge between two papers",
        "The two match, but the papers that they belong to do not agree on the whole, so the match was set aside for a person.",
    ),
    "decision": RuleWords("decided by a person", "A person decided so, which outranks every judgement."),
}

_SENTENCES = {
    "match": "What was compared adds up to {score:+.1f}; a match needs {match_from:+.1f}.",
    "review": "What was compared adds up to {score:+.1f}; a match needs {match_from:+.1f}, and from {review_from:+.1f} on a person is asked.",
    "non_match": "What was compared adds up to {score:+.1f}; a person is asked from {review_from:+.1f} on.",
}


def reason(pair: Mapping[str, Any], settings: Settings) -> str:
    """The sentence for a judged pair (rule, judgement, score; the score is null where the two were never compared)."""
    if pair["rule"] != MODEL:
        return RULES[pair["rule"]].sentence
    numbers = {"match_from": load_model().match_from(settings.wrong_share), "review_from": REVIEW_FROM}
    return _SENTENCES[pair["judgement"]].format(score=pair["score"], **numbers)


def terms(pair: Mapping[str, Any], settings: Settings) -> list[Term]:
    """What made the score of a pair, weightiest first; none where it has no score."""
    return terms_of(pair, settings.unit) if pair.get("score") is not None else []


def tell_value(name: str, value: float | None) -> str:
    """The value of a kind of evidence: a count as a whole number, a share with two digits; of the prior nothing."""
    if value is None:
        return ""
    return f"{value:.0f}" if name in COUNTS else f"{value:.2f}"
