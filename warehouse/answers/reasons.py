"""Why a pair was judged as it was: a sentence, the terms for and against, and their names on pages."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from papersieve.pipeline.matching.evidence import BESIDE_PRINT
from papersieve.pipeline.matching.guards import GUARDS
from papersieve.pipeline.matching.judgement import MODEL, REVIEW_FROM
from papersieve.pipeline.matching.model import Term, load_model, terms_of
from papersieve.pipeline.settings import Settings

#: Evidence that is a count; all other evidence is a share.
COUNTS = ("smaller_words", "title_length", "year_distance", "title_years", "abstract_titles")

#: The smallest term that is shown, for or against: a smaller one would round to 0.0.
LEAST_TERM = 0.05


class RuleWords(NamedTuple):
    """A rule's name on pages, and the sentence that explains its judgement."""

    name: str
    sentence: str


#: Every rule except the model, whose sentence contains the numbers of the pair.
RULES = {
    "same_document": RuleWords(
        "same content", "The two records have the same content, apart from case, accents, dashes and spacing."
    ),
    "same_abstract": RuleWords(
        "same abstract",
        "The abstracts are nearly identical and too long to be boilerplate. Neither the authors nor the dumps contradict this.",
    ),
    "same_identifier": RuleWords(
        "same identifier",
        "Both have the same DOI, arXiv id or PubMed id. One title contains the other, and the authors do not differ.",
    ),
    "same_place": RuleWords(
        "same place in print",
        "Both are in the same journal and volume, on the same page. One title contains the other, and the titles or the authors agree.",
    ),
    "same_title": RuleWords(
        "same title and authors",
        "Both have the same title and authors and are at most a year apart, in two dumps that list each paper once. Only the abstract was rewritten.",
    ),
    **{guard.name: RuleWords(guard.called, f"{guard.sentence} Only a person can merge them.") for guard in GUARDS},
    "bridge": RuleWords(
        "bridge between two papers",
        "The two match, but the papers they belong to do not agree as a whole, so the match is for review.",
    ),
    "decision": RuleWords("decided by a person", "A person decided this. A decision overrides every judgement."),
}

#: rule -> its name on pages.
RULE_NAMES = {MODEL: "the model's score"} | {rule: words.name for rule, words in RULES.items()}

#: judgement -> its name on pages.
JUDGEMENT_NAMES = {"match": "one paper", "review": "for review", "non_match": "two papers"}

#: kind of evidence -> its name on pages.
NAMES = {
    "similarity": "similarity of the abstracts",
    "containment": "overlap of the shorter abstract",
    "abstract_words": "words in both abstracts",
    "smaller_words": "length of the shorter abstract (words)",
    "title_similarity": "similarity of the titles",
    "title_containment": "words in both titles",
    "title_length": "length of the shorter title (words)",
    "title_numbers": "numbers in the titles",
    "title_parts": "parts and subjects in the titles",
    "generic_title": "generic title",
    "authors": "shared authors (shorter list)",
    "authors_all": "shared authors (both lists)",
    "year_distance": "years apart",
    "venue": "venue",
    "venue_kind": "kind of venue",
    "volume": "volume",
    "issue": "issue",
    "pages": "first page",
    "doi": "DOI",
    "arxiv_id": "arXiv id",
    "pmid": "PubMed id",
    "title_years": "years with this title",
    "abstract_titles": "titles with this abstract",
    "one_list": "dumps that list both",
    "prior": "starting value",
}

_SAME_OR_NOT = ("title_numbers", "title_parts", "volume", "issue", "pages", "doi", "arxiv_id", "pmid")

_SENTENCES = {
    "match": "The score is {score:+.1f}; a match needs at least {match_from:+.1f}.",
    "review": "The score is {score:+.1f}; a match needs at least {match_from:+.1f}, and a review at least {review_from:+.1f}.",
    "non_match": "The score is {score:+.1f}; a review needs at least {review_from:+.1f}.",
}

#: The sentence added for a preprint and its publication.
_PREPRINT = "One is a preprint and the other is in print, so their venues, pages, DOIs and PubMed ids may differ."


def reason(pair: Mapping[str, Any], settings: Settings) -> str:
    """The sentence for a judged pair (rule, judgement, score; the score is null if the two were never compared)."""
    if pair["rule"] != MODEL:
        return RULES[pair["rule"]].sentence
    numbers = {"match_from": load_model().match_from(settings.wrong_share), "review_from": REVIEW_FROM}
    said = _SENTENCES[pair["judgement"]].format(score=pair["score"], **numbers)
    return f"{said} {_PREPRINT}" if pair.get("arxiv_id") == BESIDE_PRINT else said


def terms(pair: Mapping[str, Any], settings: Settings) -> list[Term]:
    """The terms of a pair's score, largest first; none if it has no score."""
    return terms_of(pair, settings.unit) if pair.get("score") is not None else []


def told_terms(pair: Mapping[str, Any], settings: Settings) -> list[dict[str, Any]]:
    """The terms of a pair's score, for JSON."""
    return [{"evidence": t.name, "value": t.value, "adds": round(t.adds, 3)} for t in terms(pair, settings)]


def tell_value(name: str, value: float | None) -> str:
    """The value of a kind of evidence: a count as a whole number, a share with two digits; nothing for the prior."""
    if value is None:
        return ""
    return f"{value:.0f}" if name in COUNTS else f"{value:.2f}"


def value_in_words(name: str, value: float | None) -> str:
    """The value of a kind of evidence: same or different, a count, or a share in percent; nothing for the prior."""
    if value is None or name == "prior":
        return ""
    if name in COUNTS:
        return f"{value:.0f}"
    if name == "generic_title":
        return "yes"
    if name == "one_list":
        return "one dump that lists each paper once" if value < 0 else "two dumps that list each paper once"
    if name == "arxiv_id" and value == BESIDE_PRINT:
        return "a preprint and its publication"
    if name == "venue_kind" and value not in (0, 1):
        return "one unknown"
    if name in (*_SAME_OR_NOT, "venue_kind"):
        return "same" if value >= 1 else "different"
    return f"{value:.0%}".replace("%", " %")
