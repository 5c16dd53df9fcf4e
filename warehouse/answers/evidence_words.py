"""Rules, kinds of evidence and their values in words for people who look at a pair."""

from papersieve.pipeline.matching.judgement import MODEL
from papersieve.warehouse.answers.reasons import COUNTS, RULES

#: rule -> what it is called on pages.
RULE_NAMES = {MODEL: "the model's score"} | {rule: words.name for rule, words in RULES.items()}

#: judgement -> what it is called on pages.
JUDGEMENT_NAMES = {"match": "one paper", "review": "for a person", "non_match": "two papers"}

#: kind of evidence -> what it is called on pages.
NAMES = {
    "similarity": "wording of the abstracts",
    "containment": "shorter abstract found in the other",
    "abstract_words": "words of the abstracts",
    "smaller_words": "words of the shorter abstract",
    "title_similarity": "spelling of the titles",
    "title_containment": "words of the titles",
    "title_length": "words of the shorter title",
    "title_numbers": "numbers in the titles",
    "title_parts": "what the titles name",
    "generic_title": "generic title",
    "authors": "authors of the shorter list",
    "authors_all": "authors of both lists",
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
    "one_list": "listed together",
    "prior": "before anything is compared",
}

_SAME_OR_NOT = ("title_numbers", "title_parts", "volume", "issue", "pages", "doi", "arxiv_id", "pmid")


def value_in_words(name: str, value: float | None) -> str:
    """The value of a kind of evidence: same or different, a count, or a share in percent; of the prior nothing."""
    if value is None or name == "prior":
        return ""
    if name in COUNTS:
        return f"{value:.0f}"
    if name == "generic_title":
        return "yes"
    if name == "one_list":
        return "in one dump that lists a paper once" if value < 0 else "in two dumps that list a paper once"
    if name == "venue_kind" and value not in (0, 1):
        return "one unknown"
    if name in (*_SAME_OR_NOT, "venue_kind"):
        return "same" if value >= 1 else "different"
    return f"{value:.0%}".replace("%", " %")
