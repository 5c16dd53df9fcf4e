"""Pages of single papers and trials: sites that give each of them an address with an id of its own.

Not among them: home pages, journals, conferences and code, which many papers link to. And DOIs of data.
"""

import re
from collections.abc import Iterable

#: Registers of trials, as a site. A registration is no article about its trial.
TRIAL = "trial"

#: What addresses contain -> the site, and the id of a paper in them. Of an entry with pages on several sites, the first
#: one here counts.
_SITES = {
    "clinicaltrials.gov/": (TRIAL, r"/(NCT\d{8})(?!\d)"),
    "trialsearch.who.int/": (TRIAL, r"(?i:trialid)=([A-Z][\w/-]{7,29})"),
    "isrctn.com/": (TRIAL, r"/(ISRCTN\d{8})(?!\d)"),
    "openreview.net/": ("openreview", r"/(?:forum|pdf)\?id=([\w-]{8,12})(?![\w-])"),
    "anthology": ("acl", r"/([A-Z]\d\d-\d{4}|(?:19|20)\d\d\.[a-z\d_]+-[a-z\d]+\.\d+)(?!\d)"),
    "thecvf.com/": ("cvf", r"/([^/\s]+)_paper\.(?:html|pdf)"),
    "mlr.press/": ("pmlr", r"/(v\d+/[a-z-]+\d\d[a-z]?)(?![a-z\d])"),
    "ps.cc/paper": ("neurips", r"/([\da-f]{32})-"),
    "hal.science/": ("hal", r"/([a-z]+-\d{8})(?!\d)"),
    "archives-ouvertes.fr/": ("hal", r"/([a-z]+-\d{8})(?!\d)"),
    "ieeexplore.ieee.org/": ("ieee", r"/document/(\d{5,})"),
    "sciencedirect.com/": ("elsevier", r"/pii/([SB][\dX]{16})(?![\dX])"),
    "adsabs.harvard.edu/": ("ads", r"/abs/(\d{4}[\w.&%]{15,17})(?![\w.&%])"),
    "inspirehep.net/": ("inspire", r"/(?:literature|record)/(\d{4,})"),
    "dblp.": ("dblp", r"/rec/((?:conf|journals)/[\w-]+/[\w-]+)"),
    "jstor.org/": ("jstor", r"/stable/(?:\d\d\.\d+/)?(\d{5,})"),
    "semanticscholar.org/": ("semanticscholar", r"/paper/(?:[^/\s]+/)?([\da-f]{40})(?![\da-f])"),
}
#: One of these texts, for polars.
MARK = "|".join(map(re.escape, _SITES))

#: DOIs of archives that keep nothing but data: Dryad, PANGAEA, Mendeley Data, Harvard Dataverse, ICPSR, GBIF, Code
#: Ocean, IEEE DataPort, OpenNeuro, PhysioNet, UK Data Service.
DATA = r"^10\.(?:5061/dryad|1594/pangaea|17632/|7910/dvn|3886/icpsr|15468/|24433/co|21227/|18112/openneuro|13026/|5255/ukda)"

_PAGES = [(mark, of, re.compile(rf"{re.escape(mark.rstrip('/'))}\S*?{page}")) for mark, (of, page) in _SITES.items()]


def page_of(links: Iterable[str], venue: str | None = None, abstract: str | None = None) -> str | None:
    """The site and the id of the page of a paper among the links of its entry; None if there is none, or several.

    Links in the abstract don't count, as they may lead to other papers, and with another venue, a link to a trial leads
    to that of an article. The venue of a registration may be its address.

    >>> page_of(["https://x.org", "https://openreview.net/pdf?id=aB3_dEfGh-"], abstract="Bees. See https://x.org.")
    'openreview aB3_dEfGh-'
    >>> page_of(["https://aclanthology.org/2024.acl-short.69.pdf"]), page_of(["https://aclanthology.org"])
    ('acl 2024.acl-short.69', None)
    >>> page_of(["https://hal.science/hal-01234567v2"], abstract="As in https://hal.science/hal-01234567v2")
    """
    text = "\n".join(link for link in (*links, venue or "") if not (abstract and link in abstract))
    for mark, site, pattern in _PAGES:
        is_articles = site == TRIAL and venue and mark.rstrip("/") not in venue.lower()
        if mark in text and not is_articles and (found := set(pattern.findall(text))):
            return f"{site} {found.pop()}" if len(found) == 1 else None
    return None
