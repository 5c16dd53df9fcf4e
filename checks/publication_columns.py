"""Columns of records that say where and as what a paper was published."""

from papersieve.checks.rules import TEXT, TEXTS, TRUTH, matches, one_of, said

PUBLICATION_TYPES = tuple(
    "article preprint conference-paper book chapter thesis report dataset patent software other".split(" ")
)

PUBLICATION = (
    said("venue", TEXT, "journal, conference or publisher, as listed", "most often listed", "venue shown most often"),
    said("volume", TEXT, "volume, as listed", "most often listed", "volume shown most often"),
    said("issue", TEXT, "issue or number, as listed", "most often listed", "issue shown most often"),
    said("pages", TEXT, "pages or article number, as listed", "most often listed", "pages shown most often"),
    said(
        "issns",
        TEXTS,
        "ISSNs of its journal or series, those whose check digit is right; null where not shown",
        "union",
        "ISSNs of all its records",
    ),
    said(
        "isbns",
        TEXTS,
        "ISBNs of its book, without hyphens, those whose check digit is right; null where not shown",
        "union",
        "ISBNs of all its records",
    ),
    said(
        "publication_type",
        TEXT,
        f"{', '.join(PUBLICATION_TYPES)}: what the source's word for it means; null where it says none that is known",
        "preprint and other last, most often listed",
        "type shown most often; preprint or other only where no record says more",
        (one_of(*PUBLICATION_TYPES),),
    ),
    said(
        "language",
        TEXT,
        "code of the first language named (ISO 639-1); null where none is known",
        "most often listed",
        "language shown most often",
        (matches("^[a-z]{2}$", "language_malformed", "two letters"),),
    ),
    said(
        "is_retracted",
        TRUTH,
        "true where its type, title or notes say that it was retracted; false where the source says that it was not",
        "any",
        "whether any of its records says that it was retracted",
    ),
)
