"""Columns of records about the place of publication of a paper, and its type."""

from papersieve.checks.rules import TEXT, TEXTS, TRUTH, matches, one_of, said

PUBLICATION_TYPES = tuple(
    "article preprint conference-paper book chapter thesis report dataset patent software other".split(" ")
)

_OF_EDITION = "main edition, most often listed"

PUBLICATION = (
    said(
        "venue",
        TEXT,
        "journal, conference or publisher, as listed",
        "a preprint server last, main edition, in full",
        "venue of an article first, then the one shown most often, in full; a preprint server only if there is no other",
    ),
    said(
        "volume",
        TEXT,
        "volume, as listed",
        _OF_EDITION,
        "volume shown most often for this venue",
    ),
    said(
        "issue",
        TEXT,
        "issue or number, as listed",
        _OF_EDITION,
        "issue shown most often for this venue",
    ),
    said(
        "pages",
        TEXT,
        "pages or article number, as listed",
        "main edition, most often listed, in full",
        "pages shown most often for this venue, in full",
    ),
    said(
        "issns",
        TEXTS,
        "ISSNs of its journal or series with a valid check digit; null if not shown",
        "union",
        "ISSNs of all its records",
    ),
    said(
        "isbns",
        TEXTS,
        "ISBNs of its book with a valid check digit, without hyphens; null if not shown",
        "union",
        "ISBNs of all its records",
    ),
    said(
        "publication_type",
        TEXT,
        f"type that the source's word stands for: {', '.join(PUBLICATION_TYPES)}; null if it gives no known one",
        "preprint and other last, no preprint beside a print, main edition, most often listed",
        "type shown most often for this venue; preprint or other only if no record is more specific; null instead of preprint if one is in print",
        (one_of(*PUBLICATION_TYPES),),
    ),
    said(
        "language",
        TEXT,
        "ISO 639-1 code of the first language named; null if unknown",
        "most often listed",
        "language shown most often",
        (matches("^[a-z]{2}$", "language_malformed", "two letters"),),
    ),
    said(
        "is_retracted",
        TRUTH,
        "true: its type, title or notes say that it was retracted; false: the source says that it was not",
        "any",
        "whether any of its records says that it was retracted",
    ),
)
