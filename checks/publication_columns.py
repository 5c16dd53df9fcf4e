"""Columns of records about the place of publication of a paper, and its type."""

from papersieve.checks.rules import TEXT, TEXTS, TRUTH, matches, one_of, said

_TYPES = "article preprint conference-paper book chapter thesis report dataset patent software other"
PUBLICATION_TYPES = tuple(_TYPES.split())

#: An address that leads to a paper, not to some other page.
LINK_TO_PAPER = (
    r"(?i)\.pdf(?:[?#]|$)|/pdfs?/|doi\.org/10\.|/doi/|/abs/|[-_]abstract\b|/abstracts?/|arxiv\.org/|openreview\.net/"
    r"|aclanthology\.org/|/papers?(?:/|_files/)|_paper\.|/article/view/|(?:bio|med)rxiv\.org/|pubmed\.ncbi\.nlm\.nih\.gov/\d"
    r"|sciencedirect\.com/science/article|ieeexplore\.ieee\.org/.*document|link\.springer\.com/(?:article|chapter)|nature\.com/articles"
    r"|/articles?(?:/|\?id=)10\.\d|/articles/PMC\d|\.gov/pubmed/\d|(?:peerj\.com|elifesciences\.org)/articles/\d|mdpi\.com/\d{4}-|/fulltext/S"
    r"|\.acm\.org/citation|mlr\.press/v\d+/\w|aclweb\.org/anthology/\w|usenix\.org/.*presentation/|/ndss-paper/|computer\.org/csdl/|/viewdoc/"
    r"|dagstuhl\.de/.*\d{4}|ebooks\.iospress\.nl/.*/\d|iacr\.org/\d{4}/\d|ijcai\.org/proceedings/\d{4}/\d|\.(?:oup\.com|mit\.edu)/.*/article"
    r"|jstor\.org/stable/|[?&]abstract_id=|hal\.science/\w+-\d|researchgate\.net/publication/\d|osf\.io/preprints/|repec\.org/(?:[ap]|article)/"
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
    said("volume", TEXT, "volume, as listed", _OF_EDITION, "volume shown most often for this venue"),
    said("issue", TEXT, "issue or number, as listed", _OF_EDITION, "issue shown most often for this venue"),
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
