"""Conditions on evidence that rule out that two documents are one paper: each is true, false, or null if unknown."""

import polars as pl

from papersieve.pipeline.matching.evidence import BESIDE_PRINT
from papersieve.pipeline.matching.title_differences import (
    KINDRED,
    NUMBERED,
    OTHER_PART,
    OTHER_WORDS,
    PLANNED,
    TEMPLATE,
    YEARS,
)

#: Without authors, who could show that an abstract was rewritten, two abstracts must be at least this similar: under
#: the same title, under similar titles, under different ones, and if a title is missing. It is also enough if one
#: abstract is a part of the other, except under different titles.
ONE_TITLE, UNLIKE_TITLES = 0.9, 0.7
ALIKE_UNDER_ONE_TITLE, ALIKE_UNDER_LIKE_TITLES, ALIKE_UNDER_UNLIKE_TITLES, ALIKE_WITHOUT_TITLE = 0.3, 0.45, 0.65, 0.5
PART_OF_ANOTHER = 0.9

#: Title similarity below which titles are different if nothing else can be compared.
TITLE_ALONE = 0.85

#: Venues with less in common are different, and with at least this much they are one journal; publications this many
#: years apart are different (one year is enough if the pages differ too).
OTHER_VENUE, ONE_VENUE, OTHER_YEAR = 0.65, 0.95, 2

#: A title of at most this many words may recur the year after. One journal prints two abstracts this similar only by
#: mistake, and within one year it is the listing that has a wrong volume or page.
FEW_WORDS, REPRINTED = 4, 0.9

#: Containment from which on two abstracts differ at most in an end that was left out or added.
WHOLE = 0.99

#: Share of agreeing names below which two lists of names are of different teams.
FEW_NAMES = 0.5


def has_one(*identifiers: str) -> pl.Expr:
    """Whether the documents have the same value for at least one of these identifiers."""
    return pl.any_horizontal(pl.col(identifiers) == 1).fill_null(value=False)


def unless(condition: pl.Expr) -> pl.Expr:
    """Whether a condition is false or unknown."""
    return ~condition.fill_null(value=False)


def are_other_parts() -> pl.Expr:
    """Whether two are different parts, numbers, kinds, volumes or years of one work, by their titles or places."""
    is_other = (pl.col("title_parts") == OTHER_PART) | _are_plan_and_results() | _are_numbered() | _are_kindred()
    return is_other | _are_volumes() | _are_years()


def _are_plan_and_results() -> pl.Expr:
    """Whether one abstract plans what the other reports, and neither an identifier nor their text shows one paper."""
    is_one_text = pl.col("similarity") >= ALIKE_UNDER_UNLIKE_TITLES
    return (pl.col("title_parts") == PLANNED) & unless(is_one_text | has_one("doi", "arxiv_id", "pmid"))


def _are_numbered() -> pl.Expr:
    """Whether two titles differ only in numbers, and nothing shows one paper: reports of a series, isomers.

    A page or an identifier can show it; so can an abstract that contains the other, if no place in print differs. The
    last does not count for titles that differ in years, since reports of two years have similar wording.
    """
    is_elsewhere = pl.any_horizontal(pl.col("volume", "pages", "doi", "pmid") == 0)
    is_one_text = (pl.col("similarity") >= ALIKE_UNDER_UNLIKE_TITLES) & (pl.col("containment") >= WHOLE)
    is_here = is_one_text & unless(is_elsewhere) & (pl.col("title_parts") == NUMBERED)
    is_one = is_here | (pl.col("pages") == 1) | has_one("doi", "arxiv_id", "pmid")
    return pl.col("title_parts").is_in([YEARS, NUMBERED]) & unless(is_one)


def _are_kindred() -> pl.Expr:
    """Whether one is a plan, an update or the opposite of the other, and only their titles could show one paper."""
    return (pl.col("title_parts") == KINDRED) & _says_no_more()


def _are_volumes() -> pl.Expr:
    """Whether two of one venue and year differ in the volume, and nothing shows one paper.

    They are volumes of one work, or a recurring column.
    """
    says_no_more = pl.col("similarity").is_null() & pl.col("pages").is_null() & ~has_one("doi", "pmid")
    return (pl.col("venue") == 1) & (pl.col("year_distance") == 0) & (pl.col("volume") == 0) & says_no_more


def _are_years() -> pl.Expr:
    """Whether two are of a series: their titles differ in a number, and they are in two volumes of one venue."""
    is_later = (pl.col("volume") == 0) & (pl.col("venue") >= OTHER_VENUE) & (pl.col("title_numbers") == 0)
    return is_later & ~has_one("doi", "arxiv_id", "pmid")


def are_neighbours() -> pl.Expr:
    """Whether two are on different pages of one volume, and no title contains the other, and nothing shows one paper.

    The same identifier shows it, and so do nearly equal abstracts.
    """
    is_one_volume = (pl.col("volume") == 1) & (pl.col("venue").fill_null(1.0) >= OTHER_VENUE)
    is_elsewhere = (pl.col("pages") == 0) & (pl.col("title_similarity") < 1) & (pl.col("title_containment") < 1)
    is_one = (pl.col("similarity") >= REPRINTED) | has_one("doi", "arxiv_id", "pmid")
    return is_one_volume & is_elsewhere & unless(is_one)


def have_other_pmids() -> pl.Expr:
    """Whether two PubMed ids differ, and no similar abstracts show that one id is wrong."""
    return (pl.col("pmid") == 0) & unless(pl.col("similarity") >= ALIKE_UNDER_UNLIKE_TITLES)


def are_of_other_subjects() -> pl.Expr:
    """Whether each title names something that the other paper does not mention, and other evidence allows two papers.

    It does if they are in different places in print, if there are neither abstracts nor two venues to compare, or if
    the abstracts of one venue and year name it too: then a template of reports or posters was filled in twice. If only
    two spellings of one venue are known, as with DBLP, a different word is a misprint in five of six cases. In two
    venues or years, a paper was more often retitled, unless the abstracts have different numbers as well.
    """
    is_one_year = (pl.col("year_distance") == 0) & (pl.col("venue").fill_null(1.0) == 1)
    is_template = is_one_year & pl.col("similarity").is_not_null()
    is_elsewhere = pl.any_horizontal(pl.col("volume", "issue", "pages", "doi", "pmid") == 0)
    is_nowhere = pl.col("similarity").is_null() & (pl.col("venue").is_null() | (pl.col("venue") == 1))
    is_apart = is_elsewhere | is_nowhere | is_template
    says_otherwise = ((pl.col("title_parts") == OTHER_WORDS) & is_apart) | (pl.col("title_parts") == TEMPLATE)
    # One DOI on two pages is that of a whole issue of posters.
    is_identified = has_one("arxiv_id", "pmid") | (has_one("doi") & unless(pl.col("pages") == 0))
    return says_otherwise & unless(_is_one_page() | is_identified)


def are_of_a_title_of_many() -> pl.Expr:
    """Whether many papers have this title, and neither a place in print nor abstracts can show one paper.

    Abstracts count only within one issue: thanks to reviewers and a journal's aims have the same wording everywhere. A
    yearly report is another one only if something differs.
    """
    is_elsewhere = pl.any_horizontal(pl.col("volume", "issue", "pages", "doi") == 0)
    is_other_print = (pl.col("year_distance") >= 1) | (pl.col("venue") < OTHER_VENUE) | is_elsewhere
    says_no_more = (pl.col("similarity").is_null() & (pl.col("generic_title") == 1)) | is_other_print
    return pl.col("generic_title").is_not_null() & says_no_more & unless(_is_one_place())


def _is_one_place() -> pl.Expr:
    """Whether an identifier, a page, or an issue and the authors show that two are in one place in print."""
    is_one_issue = (pl.col("volume") == 1) & (pl.col("issue") == 1) & (pl.col("authors") == 1)
    is_elsewhere = (pl.col("venue") < OTHER_VENUE) | (pl.col("year_distance") >= OTHER_YEAR)
    return is_one_issue | (_is_one_page() & unless(is_elsewhere)) | has_one("doi", "pmid")


def are_other_titles() -> pl.Expr:
    """Whether two titles are not similar, neither contains the other, and there is nothing else to compare."""
    is_alike = (pl.col("title_similarity") >= TITLE_ALONE) | (pl.col("title_containment") >= PART_OF_ANOTHER)
    is_told = pl.any_horizontal(pl.col("similarity", "authors").is_not_null()) | has_one("doi", "arxiv_id", "pmid")
    return ~is_alike & ~is_told & unless(_is_one_page())


def are_other_abstracts() -> pl.Expr:
    """Whether two abstracts differ, and no authors or identifier can show that one was rewritten."""
    titles = pl.col("title_similarity")
    needed = (
        pl.when(titles >= ONE_TITLE)
        .then(ALIKE_UNDER_ONE_TITLE)
        .when(titles >= UNLIKE_TITLES)
        .then(ALIKE_UNDER_LIKE_TITLES)
        .when(titles.is_not_null())
        .then(ALIKE_UNDER_UNLIKE_TITLES)
        .otherwise(ALIKE_WITHOUT_TITLE)
    )
    is_part = (pl.col("containment") >= PART_OF_ANOTHER) & unless(titles < UNLIKE_TITLES)
    is_told = pl.col("authors").is_not_null() | has_one("doi", "arxiv_id", "pmid")
    return (pl.col("similarity") < needed) & ~is_part & ~is_told


def are_other_publications() -> pl.Expr:
    """Whether two are in different places in print, or in different venues or years."""
    other_volume, other_page = pl.col("volume") == 0, pl.col("pages") == 0
    is_one_print = (pl.col("venue") >= ONE_VENUE) & (pl.col("year_distance") == 0)
    is_misprint = (pl.col("similarity") >= REPRINTED) & (pl.col("title_similarity") >= ONE_TITLE) & is_one_print
    other_place = ((pl.col("venue") < OTHER_VENUE) | other_page) & other_volume & unless(is_misprint)
    other_venue = (pl.col("venue") == 0) & pl.col("volume").is_null() & unless(pl.col("pages") == 1)
    is_later = pl.col("year_distance") >= 1
    other_print = is_later & other_page & unless(pl.col("volume") == 1)
    other_year = pl.col("year_distance") >= OTHER_YEAR
    is_preprint = pl.col("arxiv_id") == BESIDE_PRINT
    return (other_place | other_venue | other_print | other_year | is_preprint) & ~has_one("doi", "pmid")


def come_again() -> pl.Expr:
    """Whether a title recurs: years later (a short one the next year), in another issue (a short one on another page),
    or again in one journal.

    In one journal it recurs in another place, or as a further edition under the same number (Cochrane reviews).
    """
    years = pl.col("year_distance")
    is_short, one_year = pl.col("title_length") <= FEW_WORDS, pl.col("volume").is_null() & (years == 0)
    is_later = (years >= OTHER_YEAR) | ((years >= 1) & is_short)
    is_column = (pl.col("issue") == 0) | ((pl.col("pages") == 0) & is_short)
    is_other_issue = is_column & ((pl.col("volume") == 1) | (one_year & (pl.col("venue") >= ONE_VENUE)))
    volume, issue, pages, doi = other = [pl.col(name) == 0 for name in ("volume", "issue", "pages", "doi")]
    is_next = ((volume | (issue & doi)) & (years >= 1)) | (pl.col("volume").is_null() & (years >= OTHER_YEAR))
    is_edition = (pl.col("pages") == 1) & is_next
    is_elsewhere = (volume & pages) | ((years >= OTHER_YEAR) & pl.any_horizontal(other)) | is_edition
    is_one = (pl.col("similarity") >= REPRINTED) | has_one("doi", "arxiv_id", "pmid")
    in_one_journal = (pl.col("venue") >= ONE_VENUE) & is_elsewhere & unless(is_one)
    return ((is_later | is_other_issue) & _says_no_more()) | in_one_journal


def are_other_people() -> pl.Expr:
    """Whether few names agree, and nothing else can show one paper.

    One equal name proves nothing, as Wang and Zhang are in many teams; the names of a list that was cut short are all
    in the other. Letters and case reports of one journal and year may have one title, each with its own authors.
    """
    return (pl.col("authors") < FEW_NAMES) & _says_no_more()


def _says_no_more() -> pl.Expr:
    """Whether neither two abstracts, nor a page, nor an identifier can show that two are one paper."""
    return pl.col("similarity").is_null() & unless(_is_one_page() | has_one("doi", "arxiv_id", "pmid"))


def _is_one_page() -> pl.Expr:
    """Whether both begin on the same page, and not in different volumes: many papers begin on page 1."""
    return (pl.col("pages") == 1) & unless(pl.col("volume") == 0)
