"""Rules that overrule the model: they rule out that two documents are one paper, however similar the rest is.

A guarded pair is never a match, at most for review.
"""

from typing import NamedTuple

import polars as pl

from papersieve.pipeline.matching import guard_conditions as conditions


class Guard(NamedTuple):
    """A rule that applies if its condition on evidence is true, and the words that explain it to people.

    called, sentence: shown on pages, and as the reason of a judgement. exactly: what the docs add. tells_apart: whether
    the two may not be joined by a chain of matches either. units: the units for which the rule applies.
    """

    name: str
    called: str
    condition: pl.Expr
    sentence: str
    exactly: str = ""
    tells_apart: bool = True
    units: tuple[str, ...] = ("work", "publication")


#: In the order in which they are checked.
GUARDS = (
    Guard(
        "other_part",
        "different parts, or a notice",
        conditions.are_other_parts(),
        "The titles name different parts, numbers or opposites, or only one is a notice, a plan, an update or a registration.",
        "A paper and its notice, reply, comment, review, figures or data, and two of these. Titles that differ only in "
        "numbers, unless one abstract holds the other and no place differs, or in years above two abstracts; and "
        "posters with two numbers ahead of their titles (P12). And where two abstracts, a page or an "
        'identifier can\'t decide: a title with one more number, another formula, or with "protocol", "update" or '
        '"continued"; one with "long-term", "further", "children" or a variant\'s name ("VL", "Pro") before '
        "its end; opposites (men and women); the same words in another order. If each abstract says its own word or "
        "version too, they are parts. A plan and its results: one abstract says what will be done and the other "
        "what was found, and they share no identifier.",
    ),
    Guard(
        "other_page",
        "different pages of one volume",
        conditions.are_neighbours(),
        "Both are in the same volume, but on different pages and with different titles, and the abstracts are not "
        "alike.",
    ),
    Guard("other_arxiv_id", "different arXiv ids", pl.col("arxiv_id") == 0, "The two have different arXiv ids."),
    Guard(
        "other_pmid",
        "different PubMed ids",
        conditions.have_other_pmids(),
        "The two have different PubMed ids, and the abstracts are not alike.",
    ),
    Guard(
        "other_words",
        "different subjects",
        conditions.are_of_other_subjects(),
        "Each title names something that the other paper does not mention, and they share no page or identifier.",
        "Two countries, drugs or species, where the papers stand in two places in print; where abstracts and a second "
        "venue are missing; where the abstracts of one year and venue name it too; or where the abstracts have other "
        "numbers as well, or one wording with other names in it. One DOI on two pages is that of a supplement.",
    ),
    Guard(
        "generic_title",
        "generic title",
        conditions.are_of_a_title_of_many(),
        "Many papers have this title, and there is no evidence that both appeared in the same place.",
        "The abstracts may be compared where nothing says that the two are in other issues or on other pages. A yearly "
        "report, and the overview of a shared task, only if a year or a place differs.",
    ),
    Guard(
        "other_title",
        "different titles",
        conditions.are_other_titles(),
        "The titles differ, and there is nothing else to compare: no abstracts, authors, page or identifier.",
    ),
    Guard(
        "other_abstract",
        "different abstracts",
        conditions.are_other_abstracts(),
        "The abstracts differ, and without authors there is no sign that one was rewritten.",
        tells_apart=False,
    ),
    Guard(
        "other_publication",
        "different publications",
        conditions.are_other_publications(),
        "The two appeared in different places (venue, volume, pages, year), and the setting `unit` counts each "
        "publication as a paper.",
        "A preprint and its publication in print are two. Not where one journal and year list one abstract twice.",
        units=("publication",),
    ),
    Guard(
        "comes_again",
        "recurring title",
        conditions.come_again(),
        "The same title appears again: years later, in another issue, or elsewhere in the same journal.",
        "A short title as soon as the year after, or on another page of the volume; in one journal also under its number years later. Elsewhere than in "
        "one journal, where an abstract is missing.",
    ),
    Guard(
        "other_authors",
        "different authors",
        conditions.are_other_people(),
        "The two have few authors in common, and neither abstracts nor a place in print show that they are one paper.",
        "Less than half of the names: letters and case reports of one journal have one title too.",
    ),
)

#: Guards whose pairs no chain of matches may join.
TOLD_APART = tuple(guard.name for guard in GUARDS if guard.tells_apart)


def guards(unit: str) -> list[tuple[str, pl.Expr]]:
    """(name, condition) of the unit's guards, in the order in which they are checked; null counts as false."""
    return [(guard.name, guard.condition.fill_null(value=False)) for guard in GUARDS if unit in guard.units]
