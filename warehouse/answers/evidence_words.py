"""Words for rules, kinds of evidence and their values, as pages show them."""

from papersieve.pipeline.matching.judgement import MODEL
from papersieve.warehouse.answers.reasons import COUNTS, RULES

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
    if name in ("venue_kind", "arxiv_id") and value not in (0, 1):
        return "one unknown"
    if name in (*_SAME_OR_NOT, "venue_kind"):
        return "same" if value >= 1 else "different"
    return f"{value:.0%}".replace("%", " %")
