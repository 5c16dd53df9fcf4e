"""Rules that stand above the model: what two papers never differ in, however alike they are. A guarded pair is for review at most."""

import polars as pl

OTHER_PART = "other_part"
OTHER_ARXIV_ID = "other_arxiv_id"
GENERIC_TITLE = "generic_title"
OTHER_PUBLICATION = "other_publication"

#: Guards whose pairs no chain of matches joins either.
TOLD_APART = (OTHER_PART, OTHER_ARXIV_ID, GENERIC_TITLE, OTHER_PUBLICATION)

#: Venues with less in common are two; years so far apart, or another year on another page, are two prints.
OTHER_VENUE, OTHER_YEAR = 0.65, 2


def guards(unit: str) -> list[tuple[str, pl.Expr]]:
    """(name, condition on evidence), in the order in which they are asked; a null condition does not hold."""
    is_same_issue = (pl.col("volume") == 1) & (pl.col("issue") == 1) & (pl.col("authors") == 1)
    is_same_place = is_same_issue | pl.any_horizontal(pl.col("doi", "pmid", "pages") == 1)
    other_venue = pl.col("venue") < OTHER_VENUE
    rules = [
        (OTHER_PART, pl.col("title_parts") == 0),
        (OTHER_ARXIV_ID, pl.col("arxiv_id") == 0),
        (
            GENERIC_TITLE,
            (pl.col("generic_title") == 1) & pl.col("similarity").is_null() & ~is_same_place.fill_null(value=False),
        ),
    ]
    if unit == "publication":
        other_volume, other_page = pl.col("volume") == 0, pl.col("pages") == 0
        other_place = (other_venue & other_volume) | (other_page & other_volume)
        other_time = (pl.col("year_distance") >= OTHER_YEAR) | (
            (pl.col("year_distance") >= 1) & other_page & (pl.col("volume") != 1).fill_null(value=True)
        )
        other = other_place.fill_null(value=False) | other_time.fill_null(value=False)
        rules.append(
            (OTHER_PUBLICATION, other & ~((pl.col("doi") == 1) | (pl.col("pmid") == 1)).fill_null(value=False))
        )
    return [(name, condition.fill_null(value=False)) for name, condition in rules]
