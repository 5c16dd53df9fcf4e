"""The identifiers of an entry: DOI, arXiv id and version, PubMed id, ISSNs and ISBNs."""

from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared import identifiers as ids
from papersieve.pipeline.extract.shared.titles import complete_arxiv

#: DOI prefixes of data and software that papers link to: Zenodo, figshare, Dryad, Dataverse, OSF, Mendeley, Code Ocean,
#: Hugging Face.
_OF_DATA = ("10.5281/", "10.6084/", "10.5061/", "10.7910/", "10.17605/", "10.17632/", "10.24433/", "10.57967/")


def entry_identifiers(e: Entry, title: str | None, links: list[str]) -> dict[str, Any]:
    """The columns of identifiers, by name: from the entry's fields, else from its notes, else from its own links."""
    stated = ids.stated_ids(e.notes) if e.notes else {}
    doi = (ids.find_doi(e.doi) if e.doi else None) or ids.find_doi(stated.get("doi", "")) or _doi_of(e, links)
    of_corr = e.volume if e.volume and e.volume.startswith("abs/") else None  # in dblp and Semantic Scholar
    arxiv_id, arxiv_version = _arxiv(e.arxiv or stated.get("arxiv") or of_corr, title, doi, links) or (None, None)
    pmid = ids.find_pmid(e.pmid.partition("\n")[0]) if e.pmid else None
    serials = [*e.serials, *(stated[name] for name in ("issn", "isbn") if name in stated)]
    return {
        "doi": doi,
        "arxiv_id": arxiv_id,
        "arxiv_version": arxiv_version,
        "pmid": pmid or ids.find_pmid(stated.get("pmid", "")) or _pmid_of(e),
        "issns": (ids.find_issns(serials) or None) if serials else None,
        "isbns": (ids.find_isbns(serials) or None) if serials else None,
    }


def _arxiv(said: str | None, title: str | None, doi: str | None, links: list[str]) -> tuple[str, int | None] | None:
    """The arXiv id and version: as stated, else from a link, else from arXiv's own DOI; the title may complete it."""
    found = ids.find_arxiv_id(said) if said else None
    if not found and (link := next(filter(ids.is_arxiv_url, links), None)):
        found = ids.find_arxiv_id(link)
    if not found and doi and (of_doi := ids.arxiv_id_of_doi(doi)):
        found = of_doi, None
    return complete_arxiv(found, title) if title and (found or "arxiv" in title.lower() or title[0] == "[") else found


def _doi_of(e: Entry, links: list[str]) -> str | None:
    """The only DOI in the entry's own links, for an entry whose fields state none.

    None if the links also name a DOI of data, or the entry has an arXiv id or link.
    """
    found = {doi for link in links if "/10." in link and (doi := ids.find_doi(link))}
    is_other = e.arxiv or any(map(ids.is_arxiv_url, links)) or any(doi.startswith(_OF_DATA) for doi in found)
    return found.pop() if len(found) == 1 and not is_other else None


def _pmid_of(e: Entry) -> str | None:
    """The only PubMed id in the entry's own links, which may lack the server: /pubmed/12."""
    found = {pmid for link in e.urls if "/" in link and (pmid := ids.find_labelled_pmid(link))}
    return found.pop() if len(found) == 1 else None
