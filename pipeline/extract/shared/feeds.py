"""Which feeds are of papers; feeds of news, posts and podcasts have titles, authors and dates too."""

import re

#: Where an entry states its address or identifier.
_OWN = re.compile(
    r"<(?:[\w.-]{1,20}:)?(?:link|guid|id|identifier|origLink|item|entry)\b[^<>]{0,300}>(?:\s{0,9}<!\[CDATA\[)?[^<>]{0,300}",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"<(?:[\w.-]{1,20}:)?(?:item|entry)[\s>]")
#: Addresses and identifiers of papers: parts that only these have, sites of papers alone, sites of publishers, and the
#: addresses of Open Journal Systems, Silverchair and repositories (DSpace, EPrints, HAL).
_PAPER = re.compile(
    r"\b10\.\d{4,9}/|arxiv|\d\.\d{4,5}(?:v\d{1,2})?\s*(?:$|[\"'<?#])|\b(?:pubmed|pmid|pii)\b|/(?:abs|doi|papers?|pdfs?|articlelanding)/|/stable/\d|\.pdf\b|_abstract\b"
    r"|\b(?:openreview|aclanthology|ssrn|biorxiv|medrxiv|jstage|scielo|ieeexplore|semanticscholar|repec|zenodo|osf|dblp|philpapers|psycnet|escholarship|inspirehep|europepmc|mlr\.press)\b"
    r"|(?:nature|springer|biomedcentral|science|wiley|tandfonline|sagepub|oup|cambridge|mdpi|frontiersin|plos|acs|rsc|iop|aps|cell|elifesciences|peerj|bmj|jmir)\.(?:com|org)/(?:\w+/)?(?:articles?|content|science|pii|product|20\d\d)\b"
    r"|/article/view/|/article(?:-\w{1,9})?/\d{1,3}/|[/.](?:journals|proceedings|eprints?)[/.]|/handle/\d|\bhdl\.handle\.net/|/(?:hal|tel)-\d|/conference/\w{1,20}/presentation/",
    re.IGNORECASE,
)
#: Elements that only feeds of journals and of arXiv have.
_OF_JOURNALS = re.compile(
    r"<(?:prism:|arxiv:|(?:\w+:)?(?:publicationName|article_title|bibliographicCitation|journalTitle)\b)|Announce Type: "
)
#: Names of journals; the addresses in their feeds may have any form.
_JOURNAL = re.compile(
    r"<title\b[^<>]{0,99}>[^<>]{0,99}\b(?:(?:Journal|Annals|Archives|Proceedings|Transactions) (?:of|on)|Advances in|Acta [A-Z])"
)
_ADDRESS = re.compile(r'"(?:id|url|external_url)"\s*:\s*"([^"]{1,300})"')


def is_feed_of_posts(text: str) -> bool:
    """Whether JSON is a feed in which no entry links to a paper."""
    return "jsonfeed.org/version" in text[:500] and not any(map(_PAPER.search, _ADDRESS.findall(text)))


def is_of_papers(text: str) -> bool:
    """Whether a feed may be of papers: an entry in its text links to one, or no entry states an address.

    >>> is_of_papers("<rss><item><title>Rain</title><link>https://news.example.org/rain</link></item></rss>")
    False
    >>> is_of_papers("<feed><entry><id>http://arxiv.org/abs/2401.00001v1</id></entry></feed>")
    True
    >>> is_of_papers("<rss><title>Annals of Towers</title><item><link>https://towers.example.org/1</link></item></rss>")
    True
    """
    first = _ENTRY.search(text)
    if not first or _OF_JOURNALS.search(text) or _JOURNAL.search(text[: first.start()]):
        return True
    said = [found[0] for found in _OWN.finditer(text, first.start())]
    addresses = [each for each in said if not _ENTRY.fullmatch(each.strip())]
    return not addresses or any(map(_PAPER.search, addresses))
