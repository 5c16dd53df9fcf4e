"""Why a pair was judged as it was, in a sentence: what the rule asks for beside what was found."""

from typing import Any

from pipeline.settings import Settings

#: rule -> sentence; names in braces are the pair's scores and the settings.
REASONS = {
    "same_document": "both carry one document: title and abstract are the same but for case, accents, dashes and spacing",
    "same_abstract": "the abstracts are the same word for word",
    "near_abstract": (
        "similarity {similarity:.3f} reaches match_similarity {match_similarity} ({retitled_similarity} where the titles "
        "have less than half of their words in common)"
    ),
    "cut_short": "containment {containment:.3f} reaches match_containment {match_containment}: one abstract is a part of the other",
    "same_title_no_abstract": "the titles are the same, and one of the two has no abstract to say otherwise",
    "same_identifier": "both show one DOI or arXiv id, and titles or abstracts are alike enough for one work",
    "same_identifier_other_text": "both show one DOI or arXiv id, and neither the titles nor the abstracts are alike: for a person to decide",
    "other_identifier": "the texts are alike, but each shows an arXiv id of its own: for a person to decide",
    "same_title_other_citation": (
        "the titles are the same and no abstract says more, but identifiers, years or authors are other ones: for a person to decide"
    ),
    "same_title_other_abstract": "the titles are the same and the abstracts are not: for a person to decide",
    "half_alike": (
        "similarity {similarity:.3f} reaches review_similarity {review_similarity} and does not make a match: for a person to decide"
    ),
    "mostly_contained": (
        "containment {containment:.3f} reaches review_containment {review_containment} and not match_containment "
        "{match_containment}: for a person to decide"
    ),
    "other_part": "the titles name different parts, or only one of them is a notice such as an erratum: never merged unasked",
    "unlike": "no rule finds enough in common: similarity {similarity:.3f} is below review_similarity {review_similarity}",
    "bridge": (
        "the two texts match, but their papers don't agree on the whole: the audit of the cluster cut this match, for a person to decide"
    ),
    "ambiguous_part": "one text is a part of the other, but also of texts of another paper: for a person to decide",
    "decision": "a person decided so, which outranks every judgement",
}


def reason(pair: dict[str, Any], settings: Settings) -> str:
    """The sentence for a judged pair (rule, similarity, containment; scores may be null)."""
    scores = {name: pair.get(name) or 0.0 for name in ("similarity", "containment")}
    sentence = REASONS[pair["rule"]].format(**scores, **settings.model_dump())
    if pair["rule"] == "unlike" and pair.get("similarity") is None:
        return "one of the two has no abstract, and the titles say too little"
    return sentence
