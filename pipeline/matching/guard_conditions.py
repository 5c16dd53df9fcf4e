"""What two papers never differ in, as conditions on evidence: each is true, false, or null where nobody can say."""

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

#: Where no author says that one abstract was rewritten, so much of two has to be alike: under one title, under titles
#: that are alike, under unlike ones, and where a title is missing. A part of another abstract is enough, but not under
#: another title.
ONE_TITLE, UNLIKE_TITLES = 0.9, 0.7
ALIKE_UNDER_ONE_TITLE, ALIKE_UNDER_LIKE_TITLES, ALIKE_UNDER_UNLIKE_TITLES, ALIKE_WITHOUT_TITLE = 0.3, 0.45, 0.65, 0.5
PART_OF_ANOTHER = 0.9

#: Titles less alike are two where nothing but titles can be compared.
TITLE_ALONE = 0.85

#: Venues with less in common are two, and with so much one journal; years so far apart, or another year on another
#: page, are two prints.
OTHER_VENUE, ONE_VENUE, OTHER_YEAR = 0.65, 0.95, 2

#: A title of so few words comes again the year after; one journal prints abstracts so alike again by mistake alone, and
#: within one year it is the list that has a volume or a page wrong.
FEW_WORDS, REPRINTED = 4, 0.9

#: So much of the shorter abstract is in the longer one where nothing but its end was left out or added.
WHOLE = 0.99

#: Two lists of names of which fewer than so many agree are of two teams.
FEW_NAMES = 0.5


def has_one(*identifiers: str) -> pl.Expr:
    """Whether both documents show one of these, and the same."""
    return pl.any_horizontal(pl.col(identifiers) == 1).fill_null(value=False)


def unless(condition: pl.Expr) -> pl.Expr:
    """Whether nobody can say that a condition holds."""
    return ~condition.fill_null(value=False)


def are_other_parts() -> pl.Expr:
    """Whether titles name other parts, numbers or kinds of one work, or its volumes or years."""
    is_other = (pl.col("title_parts") == OTHER_PART) | _are_plan_and_results() | _are_numbered() | _are_kindred()
    return is_other | _are_volumes() | _are_years()


def _are_plan_and_results() -> pl.Expr:
    """Whether one abstract plans what the other reports, and neither an identifier nor one text says that they are one
    paper.
    """
    is_one_text = pl.col("similarity") >= ALIKE_UNDER_UNLIKE_TITLES
    return (pl.col("title_parts") == PLANNED) & unless(is_one_text | has_one("doi", "arxiv_id", "pmid"))


def _are_numbered() -> pl.Expr:
    """Whether nothing but their numbers tells two titles apart, and neither a page nor one abstract in no other place
    says that they are one: reports of a series, isomers. Reports of two years are worded alike.
    """
    is_elsewhere = pl.any_horizontal(pl.col("volume", "pages", "doi", "pmid") == 0)
    is_one_text = (pl.col("similarity") >= ALIKE_UNDER_UNLIKE_TITLES) & (pl.col("containment") >= WHOLE)
    is_here = is_one_text & unless(is_elsewhere) & (pl.col("title_parts") == NUMBERED)
    is_one = is_here | (pl.col("pages") == 1) | has_one("doi", "arxiv_id", "pmid")
    return pl.col("title_parts").is_in([YEARS, NUMBERED]) & unless(is_one)


def _are_kindred() -> pl.Expr:
    """Whether one is a plan, an update or the opposite of the other, and no more than titles says that they are one."""
    return (pl.col("title_parts") == KINDRED) & _says_no_more()


def _are_volumes() -> pl.Expr:
    """Whether one venue and year have both, and nothing but the volume tells them apart: volumes of one work, or a
    column that comes again.
    """
    says_no_more = pl.col("similarity").is_null() & pl.col("pages").is_null() & ~has_one("doi", "pmid")
    return (pl.col("venue") == 1) & (pl.col("year_distance") == 0) & (pl.col("volume") == 0) & says_no_more


def _are_years() -> pl.Expr:
    """Whether two are of a series: titles differ by a number, and stand in two volumes of one venue."""
    is_later = (pl.col("volume") == 0) & (pl.col("venue") >= OTHER_VENUE) & (pl.col("title_numbers") == 0)
    return is_later & ~has_one("doi", "arxiv_id", "pmid")


def are_neighbours() -> pl.Expr:
    """Whether two stand on other pages of one volume, under titles of which neither contains the other, and no abstract
    says that they are one.
    """
    is_one_volume = (pl.col("volume") == 1) & (pl.col("venue").fill_null(1.0) >= OTHER_VENUE)
    is_elsewhere = (pl.col("pages") == 0) & (pl.col("title_similarity") < 1) & (pl.col("title_containment") < 1)
    is_one = (pl.col("similarity") >= REPRINTED) | has_one("doi", "arxiv_id", "pmid")
    return is_one_volume & is_elsewhere & unless(is_one)


def have_other_pmids() -> pl.Expr:
    """Whether two PubMed ids differ, and no abstract says that one is wrong."""
    return (pl.col("pmid") == 0) & unless(pl.col("similarity") >= ALIKE_UNDER_UNLIKE_TITLES)


def are_of_other_subjects() -> pl.Expr:
    """Whether each title names what the other paper doesn't, and what else is said is another place, or no venue.

    In lists of one venue without pages, such as DBLP's, a word otherwise is a misprint five times of six; but where the
    abstracts say it too, the template of a year's reports and posters is filled in twice. A paper that is listed in two
    places, or years later, was retitled more often, unless the abstracts have other numbers as well.
    """
    is_one_year = (pl.col("year_distance") == 0) & (pl.col("venue").fill_null(1.0) == 1)
    is_template = is_one_year & pl.col("similarity").is_not_null()
    is_elsewhere = pl.any_horizontal(pl.col("volume", "issue", "pages", "doi", "pmid") == 0)
    is_nowhere = pl.col("similarity").is_null() & (pl.col("venue").is_null() | (pl.col("venue") == 1))
    is_apart = is_elsewhere | is_nowhere | is_template
    says_otherwise = ((pl.col("title_parts") == OTHER_WORDS) & is_apart) | (pl.col("title_parts") == TEMPLATE)
    # One DOI on two pages is that of an issue of posters.
    is_identified = has_one("arxiv_id", "pmid") | (has_one("doi") & unless(pl.col("pages") == 0))
    return says_otherwise & unless(_is_one_page() | is_identified)


def are_of_a_title_of_many() -> pl.Expr:
    """Whether a title is one that many have, and neither a place nor the abstract of one journal and year says more:
    thanks to reviewers are worded alike everywhere.
    """
    is_other_print = (pl.col("year_distance") >= 1) | (pl.col("venue") < OTHER_VENUE)
    says_no_more = pl.col("similarity").is_null() | is_other_print
    return (pl.col("generic_title") == 1) & says_no_more & unless(_is_one_place())


def _is_one_place() -> pl.Expr:
    """Whether an identifier, a page, or an issue and its authors say that two titles stand in one place."""
    is_one_issue = (pl.col("volume") == 1) & (pl.col("issue") == 1) & (pl.col("authors") == 1)
    is_elsewhere = (pl.col("venue") < OTHER_VENUE) | (pl.col("year_distance") >= OTHER_YEAR)
    return is_one_issue | (_is_one_page() & unless(is_elsewhere)) | has_one("doi", "pmid")


def are_other_titles() -> pl.Expr:
    """Whether two titles are not alike, neither holds the other, and nothing else says that they are one paper."""
    is_alike = (pl.col("title_similarity") >= TITLE_ALONE) | (pl.col("title_containment") >= PART_OF_ANOTHER)
    is_told = pl.any_horizontal(pl.col("similarity", "authors").is_not_null()) | has_one("doi", "arxiv_id", "pmid")
    return ~is_alike & ~is_told & unless(_is_one_page())


def are_other_abstracts() -> pl.Expr:
    """Whether two abstracts differ, and no author or identifier says that one was rewritten."""
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
    """Whether two stand in two places in print, or in two venues or years."""
    other_volume, other_page = pl.col("volume") == 0, pl.col("pages") == 0
    is_misprint = (pl.col("similarity") >= REPRINTED) & (pl.col("title_similarity") >= ONE_TITLE) & _is_one_print()
    other_place = ((pl.col("venue") < OTHER_VENUE) | other_page) & other_volume & unless(is_misprint)
    other_venue = (pl.col("venue") == 0) & pl.col("volume").is_null() & unless(pl.col("pages") == 1)
    is_later = pl.col("year_distance") >= 1
    other_print = is_later & other_page & unless(pl.col("volume") == 1)
    other_year = pl.col("year_distance") >= OTHER_YEAR
    is_preprint = pl.col("arxiv_id") == BESIDE_PRINT
    return (other_place | other_venue | other_print | other_year | is_preprint) & ~has_one("doi", "pmid")


def _is_one_print() -> pl.Expr:
    """Whether two stand in one venue and year."""
    return (pl.col("venue") >= ONE_VENUE) & (pl.col("year_distance") == 0)


def come_again() -> pl.Expr:
    """Whether a title recurs: years later, or soon where it is short; in another issue; in one journal, elsewhere, or
    as a further edition under its number (Cochrane's reviews).
    """
    years = pl.col("year_distance")
    is_later = (years >= OTHER_YEAR) | ((years >= 1) & (pl.col("title_length") <= FEW_WORDS))
    is_other_issue = (pl.col("volume") == 1) & (pl.col("issue") == 0)
    volume, issue, pages, doi = other = [pl.col(name) == 0 for name in ("volume", "issue", "pages", "doi")]
    is_next = ((volume | (issue & doi)) & (years >= 1)) | (pl.col("volume").is_null() & (years >= OTHER_YEAR))
    is_edition = (pl.col("pages") == 1) & is_next
    is_elsewhere = (volume & pages) | ((years >= OTHER_YEAR) & pl.any_horizontal(other)) | is_edition
    is_one = (pl.col("similarity") >= REPRINTED) | has_one("doi", "arxiv_id", "pmid")
    in_one_journal = (pl.col("venue") >= ONE_VENUE) & is_elsewhere & unless(is_one)
    return ((is_later | is_other_issue) & _says_no_more()) | in_one_journal


def are_other_people() -> pl.Expr:
    """Whether few names agree: Wang and Zhang are in many teams, and of a list cut short the other has all names.

    Letters and case reports of one year and journal have one title too, each by its own authors.
    """
    return (pl.col("authors") < FEW_NAMES) & _says_no_more()


def _says_no_more() -> pl.Expr:
    """Whether neither two abstracts, nor a page, nor an identifier can say that two are one."""
    return pl.col("similarity").is_null() & unless(_is_one_page() | has_one("doi", "arxiv_id", "pmid"))


def _is_one_page() -> pl.Expr:
    """Whether both begin on one page, and not of two volumes: many begin on the first."""
    return (pl.col("pages") == 1) & unless(pl.col("volume") == 0)
