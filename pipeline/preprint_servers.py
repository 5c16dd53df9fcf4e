"""Preprint servers, recognised by the names and the DOIs that listings give.

All patterns work in Python and in polars. Names match in any case, also in match texts, which have no punctuation.
"""

import re
from functools import lru_cache

#: Names at the start of a venue, among them CoRR, dblp's name for arXiv; or the words preprint and working paper
#: anywhere.
NAMES = (
    r"(?i)^\s*(?:[a-z]{0,9}rxiv\b|corr\b|ssrn\b|research square|osf preprints|egusphere\b|authorea\b|ess open archive)"
    r"|\b(?:preprints?|(?:working|discussion) papers?)\b"
)

#: DOIs in lower case: arXiv, bioRxiv and medRxiv (others of 10.1101 are journals), the servers on OSF (its projects are
#: 10.17605), EarthArXiv, engrXiv, SSRN, Research Square, Preprints.org, ChemRxiv and other servers of Cambridge Open
#: Engage, TechRxiv, Authorea, ESS Open Archive, EGUsphere and the discussions of Copernicus's journals, SciELO, JMIR,
#: PeerJ, EcoEvoRxiv, ScienceOpen, SportRxiv, Qeios, NBER.
DOIS = (
    r"^10\.(?:48550/arxiv\.|(?:1101|64898)/\d[\d.]*$|(?:31\d{3}|35542|33767)/osf\.io/|3122[34]/|2139/ssrn\.|21203/rs|"
    r"20944/preprints|26434/chemrxiv|33774/|36227/techrxiv|22541/|1002/essoar|1590/scielopreprints|2196/preprints|"
    r"7287/peerj\.preprints|32942/|14293/|51224/srxiv|32388/|3386/w\d|"
    r"5194/(?:egusphere|[a-z]{2,6}-(?:19|20)\d\d-\d+$|(?:acp|amt|bg|cp|esd|essd|esurf|gi|gmd|hess|nhess|npg|os|se|soil|tc|wes)d-\d))"
)

#: A DOI and its version, as two groups: Research Square, Preprints.org, Authorea, ChemRxiv, TechRxiv, PeerJ, figshare;
#: F1000 and similar publishers, and eLife, which publish before review.
DOI_AND_VERSION = (
    r"^(10\.(?:21203/rs\.|20944/preprints|22541/|26434/chemrxiv|36227/techrxiv|7287/peerj\.preprints|6084/m9).*?\d)([/.-]?v\d{1,2})$"
    r"|^(10\.(?:12688/[a-z0-9]+|7554/elife)\.\d{4,9})(\.\d{1,2})$"
)

_NAME, _DOI = re.compile(NAMES), re.compile(DOIS)


@lru_cache(4_096)
def is_server(venue: str) -> bool:
    """Whether a venue is a preprint server.

    >>> is_server("bioRxiv : the preprint server for biology"), is_server("SSRN Electronic Journal"), is_server("Cell")
    (True, True, False)
    """
    return bool(_NAME.search(venue))


def is_preprint_doi(doi: str) -> bool:
    """Whether a DOI in lower case is a preprint server's.

    >>> is_preprint_doi("10.1101/2024.10.10.617697"), is_preprint_doi("10.1101/gr.123.4"), is_preprint_doi("10.1016/x")
    (True, False, False)
    >>> is_preprint_doi("10.5194/angeo-2018-16"), is_preprint_doi("10.5194/esd-5-123-2014")
    (True, False)
    """
    return bool(_DOI.match(doi))
