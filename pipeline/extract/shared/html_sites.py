"""Lists of papers on pages of known sites: one row per site, with the XPath of each part of a paper."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.cited_reference import cited_of
from papersieve.pipeline.extract.shared.html_pages import on_lines, text_of_node
from papersieve.pipeline.extract.shared.identifiers import find_doi, is_arxiv_url

#: What sites write before and after a part.
_LABEL = re.compile(
    r"^(?:(?:Title|Authors?|Subjects?|Journal-ref|Abstract):\s*|\[[\w./-]{9,20}\] )|\s*[△▽]\s*(?:Less|More)$| [|-] arXiv.*$"
)
#: A date in the text or the address that has it.
_DATE = re.compile(
    r"\d{1,2} [A-Z][a-z]{2,8},? \d{4}|[A-Z][a-z]{2,8} \d{1,2}(?:, \d{4})?$|\b(?:19|20)\d\d(?:-\d\d){0,2}\b"
)

_COUNT = re.compile(r"\W*(\d{1,6}) authors?\b")


@dataclass(frozen=True)
class Site:
    """Where a site's pages have papers and, from there, their parts: XPaths of elements or attributes.

    people: one author each. place: names, and where the paper appeared, which are split as in a reference. first: the
    element that a paper begins with, if it is outside its own. address: of the site, for links without it.
    """

    papers: str
    title: str
    links: str
    people: str = ""
    place: tuple[str, str] | None = None
    abstract: str = ""
    venue: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    date: str = ""
    categories: str = ""
    count: str = ""
    first: str = ""
    address: str = ""


def _of(name: str) -> str:
    """The condition of an XPath that an element has this class among others."""
    return f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"


_SITES = (
    Site(  # a person's page on Google Scholar
        "//td[a/@class='gsc_a_at']", title="a", links="a[starts-with(@href, 'http')]/@href", place=("div[1]", "div[2]")
    ),
    Site(  # ACL Anthology; a volume's title is above its papers
        "//p[.//strong/a[@class='align-middle']]", title=".//strong/a", links=".//strong/a/@href",
        people=".//a[contains(@href, '/people/')]", date=".//strong/a/@href",
        abstract="following-sibling::*[1][contains(@class, 'abstract-collapse')]",
        venue="(preceding-sibling::h4 | ancestor::*/preceding-sibling::h2)[last()]/a[@class='align-middle']",
        address="https://aclanthology.org",
    ),
    Site(  # OpenReview
        f"//div{_of('note')}[h4/a[contains(@href, '/forum?id=')]]", title="h4/a[@href]", links="h4/a[1]/@href",
        people=".//a[contains(@href, '/profile?id=')]", date=".//ul/li[starts-with(., 'Published: ')]",
        abstract=".//div[strong][starts-with(normalize-space(), 'Abstract:')]",
        venue=".//ul/li[not(contains(., 'ed: ') or contains(., 'Readers:') or contains(., 'Repl') or contains(., 'Revisions'))]",
        address="https://openreview.net",
    ),
    Site(  # arXiv's listings, where a paper's id is in <dt> and the rest in <dd>
        f"//dd[.//*{_of('list-title')}][preceding-sibling::*[1][self::dt]]", title=f".//*{_of('list-title')}",
        links="preceding-sibling::*[1]//a[contains(@href, '/abs/')]/@href", people=f".//*{_of('list-authors')}//a", abstract=".//p",
        venue=f".//*{_of('list-journal-ref')}", date=f".//*{_of('list-date')}", categories=f".//*{_of('list-subjects')}",
        first="preceding-sibling::*[1]", address="https://arxiv.org",
    ),
    Site(  # arXiv's search
        f"//li{_of('arxiv-result')}", title=f".//p{_of('title')}", links="(.//a)[1]/@href", people=f".//p{_of('authors')}//a",
        abstract=f".//span{_of('abstract-full')}", date=".//p[contains(., 'Submitted')]", categories=f".//span{_of('tag')}",
    ),
    Site(  # dblp
        f"//li{_of('entry')}[.//span[@class='title']]", title=".//span[@class='title']",
        links=".//a[contains(@href, '10.') or contains(@href, 'arxiv')]/@href",
        people=".//*[@itemprop='author']//span[@itemprop='name']", venue=".//*[@itemprop='isPartOf']//span[@itemprop='name']",
        volume=".//*[@itemprop='volumeNumber']", issue=".//*[@itemprop='issueNumber']", pages=".//*[@itemprop='pagination']",
        date=".//*[@itemprop='datePublished']",
    ),
    Site(  # Hugging Face
        "//article[.//h3/a[starts-with(@href, '/papers/')]]", title=".//h3", links=".//h3/a/@href", abstract=".//p", date=".//time",
        count=".//*[contains(text(), ' author')]", address="https://huggingface.co",
    ),
    Site(  # journals that describe their articles in schema.org's words
        "//article[contains(@itemtype, 'ScholarlyArticle')]", title="(.//h2 | .//h3 | .//h4)[1]", links="(.//h2 | .//h3 | .//h4)[1]//a/@href",
        people=".//*[@itemprop='creator' or @itemprop='author']", abstract=".//*[@itemprop='description']",
        date=".//*[@itemprop='datePublished']/@datetime",
    ),
    Site(  # a browser's bookmarks, which have the titles of pages
        "//dt/a[@add_date and (contains(@href, 'arxiv.org/') or contains(@href, '/10.'))]", title=".", links="@href"
    ),
)  # fmt: skip


def site_entries(root: Any) -> Iterator[Entry]:
    """The papers on a page of one of these sites."""
    return (entry for site in _SITES for node in root.xpath(site.papers) if (entry := _entry(node, site)))


def _entry(node: Any, site: Site) -> Entry | None:
    title = _first(node, site.title) or ""
    if site.place:
        names, place = (_first(node, path) or "" for path in site.place)
        entry = cited_of("", title, place, None)
        entry.authors = with_others(re.sub(r",? (?:\.\.\.|…)$", " et al.", names))
    else:
        date = _DATE.search(_first(node, site.date) or "")
        count = _COUNT.match(_first(node, site.count) or "")
        entry = Entry(
            title=title.removesuffix("."), abstract=_first(node, site.abstract), authors=list(dict.fromkeys(_texts(node, site.people))),
            venue=_first(node, site.venue), volume=_first(node, site.volume), issue=_first(node, site.issue),
            pages=_first(node, site.pages), published_raw=date and date[0], author_count=int(count[1]) if count else None,
            categories=[name.strip() for text in _texts(node, site.categories) for name in text.split(";")],
        )  # fmt: skip
    if not entry.is_told:
        return None
    entry.urls = [f"{site.address}{link}" if link.startswith("/") else link for link in node.xpath(site.links)]
    entry.doi = entry.doi or next(filter(find_doi, entry.urls), None)
    entry.arxiv = entry.arxiv or next(filter(is_arxiv_url, entry.urls), None)
    return on_lines(entry, next(iter(node.xpath(site.first)), node) if site.first else node, node)


def _texts(node: Any, path: str) -> list[str]:
    """The texts of the elements or attributes at a path."""
    found = node.xpath(path) if path else ()
    texts = (each if isinstance(each, str) else each.get("content") or text_of_node(each) for each in found)
    return [plain for text in texts if text and (plain := _LABEL.sub("", text).strip())]


def _first(node: Any, path: str) -> str | None:
    return next(iter(_texts(node, path)), None)
