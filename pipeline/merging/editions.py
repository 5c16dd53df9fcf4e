"""Editions: the records of a paper that name one journal, and which edition comes first.

A paper may be a preprint, a congress abstract and an article. Its venue, volume, pages and identifiers should all be
those of one edition: of an article before others, and of the preprint only if nothing is in print.
"""

import polars as pl

from papersieve.pipeline.preprint_servers import DOIS, NAMES

#: What does not count in the name of a journal: brackets, a subtitle, small words.
_ASIDE = r"\([^()]*\)|\s[:=]\s.*|\b(?:the|of|and|for|in|on|de|et|la|und|der|für)\b|&"


def with_editions(records: pl.DataFrame) -> pl.DataFrame:
    """Add is_in_print, is_of_article, edition, year_records and volume_year to records that have a paper_id.

    Records in print have a venue or DOI, and none of a preprint server; with an arXiv id, a volume or pages too. They
    are of one edition if the words of their venues begin with the same letters, as those of a journal and its
    abbreviation do. is_of_article: a record of the edition says that it is an article. edition: a number that is
    greater for a better edition: in print, of an article, with more records, of a later year. year_records: how many of
    its records state this year with a volume or pages. volume_year: this year, or 0 if none do.
    """
    is_placed = pl.any_horizontal(pl.col("volume", "pages").is_not_null())
    is_listed = pl.any_horizontal(pl.col("venue", "doi").is_not_null())
    is_servers = (pl.col("venue").str.contains(NAMES), pl.col("doi").str.contains(DOIS))
    is_of_server = pl.any_horizontal(is_servers).fill_null(value=False)
    is_in_print = is_listed & ~is_of_server & (is_placed | pl.col("arxiv_id").is_null())
    letters = pl.col("venue").str.to_lowercase().str.replace_all(_ASIDE, " ").str.replace_all(r"\W*(\w)\w*\W*", "$1")
    edition = ("paper_id", "is_in_print", "journal")
    found = records.with_columns(is_in_print=is_in_print, journal=pl.when(is_in_print).then(letters)).with_columns(
        is_of_article=(pl.col("is_in_print") & (pl.col("publication_type") == "article")).any().over(edition),
        edition_records=pl.col("journal").count().over(edition),
        edition_year=pl.col("year").max().over(edition),
        year_records=(pl.col("is_in_print") & is_placed).sum().over(*edition, "year"),
    )
    rank = pl.struct("is_in_print", "is_of_article", "edition_records", "edition_year", "journal").rank("dense")
    volume_year = pl.when(pl.col("year_records") > 0).then("year").otherwise(0)
    return found.with_columns(edition=rank, volume_year=volume_year).drop("journal", "edition_records", "edition_year")


def is_overtaken() -> pl.Expr:
    """Whether a record's type, "preprint", is not that of its paper, because another record is in print."""
    is_preprint = pl.col("publication_type").eq_missing("preprint")
    return is_preprint & (~is_preprint & pl.col("is_in_print")).any().over("paper_id")
