"""Rules that stand above the model: what two papers never differ in, however alike they are. A guarded pair is for review at most."""

import polars as pl

OTHER_PART = "other_part"
OTHER_ARXIV_ID = "other_arxiv_id"
GENERIC_TITLE = "generic_title"
OTHER_ABSTRACT = "other_abstract"
OTHER_PUBLICATION = "other_publication"

#: Guards whose pairs no chain of matches joins either.
TOLD_APART = (OTHER_PART, OTHER_ARXIV_ID, GENERIC_TITLE, OTHER_PUBLICATION)

#: Abstracts with less in common are two, where no author says that one was rewritten.
UNLIKE_ABSTRACTS, UNLIKE_CONTAINED = 0.3, 0.6

#: Venues with less in common are two; years so far apart, or another year on another page, are two prints.
OTHER_VENUE, OTHER_YEAR = 0.65, 2


def guards(unit: str) -> list[tuple[str, pl.Expr]]:
    """(name, condition on evidence), in the order in which they are asked; a null condition does not hold."""
    rules = {
        OTHER_PART: pl.col("title_parts") == 0,
        OTHER_ARXIV_ID: pl.col("arxiv_id") == 0,
        GENERIC_TITLE: (pl.col("generic_title") == 1) & pl.col("similarity").is_null() & ~_is_one_place(),
        OTHER_ABSTRACT: (pl.col("similarity") < UNLIKE_ABSTRACTS)
        & (pl.col("containment") < UNLIKE_CONTAINED)
        & pl.col("authors").is_null(),
    }
    if unit == "publication":
        rules[OTHER_PUBLICATION] = _is_other_publication()
    return [(name, condition.fill_null(value=False)) for name, condition in rules.items()]


def _is_one_place() -> pl.Expr:
    """Whether an identifier, a page, or an issue and its authors say that two titles stand in one place."""
    is_one_issue = (pl.col("volume") == 1) & (pl.col("issue") == 1) & (pl.col("authors") == 1)
    return (is_one_issue | pl.any_horizontal(pl.col("doi", "pmid", "pages") == 1)).fill_null(value=False)


def _is_other_publication() -> pl.Expr:
    other_volume, other_page = pl.col("volume") == 0, pl.col("pages") == 0
    other_place = ((pl.col("venue") < OTHER_VENUE) | other_page) & other_volume
    is_later = pl.col("year_distance") >= 1
    other_print = is_later & other_page & (pl.col("volume") != 1).fill_null(value=True)
    other = [other_place, other_print, pl.col("year_distance") >= OTHER_YEAR]
    has_one_identifier = pl.any_horizontal(pl.col("doi", "pmid") == 1).fill_null(value=False)
    return pl.any_horizontal(condition.fill_null(value=False) for condition in other) & ~has_one_identifier
