"""Identifiers of papers as dumps write them: arXiv ids old and new with their version, DOIs in any dress, PubMed ids."""

import re
from urllib.parse import unquote

#: New ids have a year and month and 4 or 5 digits (from 2007-04), old ones an archive and 7 digits.
_ARXIV = re.compile(
    r"(?:(?<![\d.])(?P<new>\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})"
    r"|(?<![A-Za-z.-])(?P<old>[a-z][a-z-]{1,15}(?:\.[A-Z]{2})?/\d{2}(?:0[1-9]|1[0-2])\d{3}))"
    r"(?:v(?P<version>[1-9]\d{0,2}))?(?!\d)"
)
#: What arXiv's own DOIs begin with.
ARXIV_DOI = "10.48550/arxiv."
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}|\\^`]{1,400}")
#: A PubMed id, after its name or in PubMed's address; a spreadsheet makes a decimal fraction of it.
_PMID = re.compile(
    r"(?:pmid\s*:?|https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/)?\s*([0-9]{1,8})(?:\.0)?/?",
    re.IGNORECASE,
)
_SUBJECT_CLASS = re.compile(r"\.[A-Z]{2}/")


def find_arxiv_id(text: str) -> tuple[str, int | None] | None:
    """Return the first arXiv id of a text and its version (None where none is written); None without an id.

    >>> find_arxiv_id("http://arxiv.org/abs/2401.00001v2")
    ('2401.00001', 2)
    >>> find_arxiv_id("arXiv:math.GT/0309136")
    ('math/0309136', None)
    """
    found = _ARXIV.search(text[:1_000])
    if not found:
        return None
    version = found["version"]
    return _SUBJECT_CLASS.sub("/", found["new"] or found["old"]), int(version) if version else None


def is_arxiv_url(url: str) -> bool:
    """Whether a link leads to a paper on arXiv."""
    return bool(re.match(r"https?://(?:[a-z]+\.)?arxiv\.org/(?:abs|pdf|html|format)/", url))


def find_doi(text: str) -> str | None:
    """Return the first DOI of a text, in lower case and without a resolver before it; None without one.

    >>> find_doi("https://doi.org/10.1000/ABC.1%3E.")
    '10.1000/abc.1%3e'
    """
    found = _DOI.search(text[:1_000])
    return found[0].rstrip(".,;:)]'’”").lower() if found else None


def arxiv_id_of_doi(doi: str) -> str | None:
    """Return the arXiv id that arXiv's own DOIs hold; None of any other."""
    found = find_arxiv_id(unquote(doi.removeprefix(ARXIV_DOI))) if doi.startswith(ARXIV_DOI) else None
    return found[0] if found else None


def find_pmid(text: str) -> str | None:
    """Return the PubMed id that a text is: 1 to 8 digits, without zeros before them; None where it is none.

    >>> find_pmid("https://pubmed.ncbi.nlm.nih.gov/29456894/"), find_pmid("PMC29456894")
    ('29456894', None)
    """
    found = _PMID.fullmatch(text[:1_000].strip())
    return found[1].lstrip("0") or None if found else None


def is_pubmed(database: str) -> bool:
    """Whether a database numbers its entries by PubMed ids: PubMed itself, and Medline in it, by whoever it is sold."""
    return bool(re.search(r"pubmed(?! ?central)|medline|^nlm$|^pmid$", database.strip(), re.IGNORECASE))
