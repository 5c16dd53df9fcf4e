"""Lists of papers on pages of known sites, or of known classes: one row per site, with the XPath of each part."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.cited_marks import WHEN
from papersieve.pipeline.extract.shared.cited_reference import cited_of
from papersieve.pipeline.extract.shared.html_pages import on_lines, text_of_node
from papersieve.pipeline.extract.shared.list_links import leads_to_paper

#: What sites write before and after a part.
_LABEL = re.compile(
    r"^(?:(?:\[[A-Z]{1,8}\]\s*)+|(?:Title|Authors?|Subjects?|Journal-ref|Abstract):\s*|\[[\w./-]{9,20}\] )|\s*[△▽]\s*(?:Less|More)$| [|-] arXiv[^,]*$"
)
#: A date in the text or the address that has it.
_DATE = re.compile(
    r"\d{1,2} [A-Z][a-z]{2,8},? \d{4}|[A-Z][a-z]{2,8} \d{1,2}(?:, \d{4})?$|\b(?:19|20)\d\d(?:-\d\d){0,2}\b"
)

_COUNT = re.compile(r"\W*(\d{1,6}) authors?\b")
#: What Google Scholar shows behind names and before the name of a website: "M Gale, J Holt - Towers, 2020 - x.org".
_BETWEEN, _VENUE = re.compile(r"\s[-–—]\s"), re.compile(r"(?:(.*?),? )?((?:19|20)\d\d)")
#: A date behind a venue, and what Google Scholar's alerts put before an address.
_DATE_LAST = re.compile(rf"[\s,.(]*{WHEN.pattern}\W*$")
_REDIRECT = re.compile(r"https?://scholar\.google\.[a-z.]{2,6}/scholar_url\?url=([^&]*).*")


@dataclass(frozen=True)
class Site:
    """Where a site's pages have papers and, from there, their parts: XPaths of elements or attributes.

    people: one author each; names: several. place: where the paper appeared, which is split as in a reference. first,
    last: the elements that a paper begins and ends with, if they are outside its own. address: of the site, for links
    without it. is_any: `papers` are titles, and the parts in the largest elements around each; as shops have these
    classes, too, each paper has authors and a link to it, and there are two or more.
    """

    papers: str
    title: str
    links: str
    people: str = ""
    names: str = ""
    place: str = ""
    abstract: str = ""
    venue: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    date: str = ""
    categories: str = ""
    count: str = ""
    first: str = ""
    last: str = ""
    address: str = ""
    is_any: bool = False


def _of(*names: str) -> str:
    """The condition of an XPath that an element has one of these classes among others."""
    each = (f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')" for name in names)
    return f"[{' or '.join(each)}]"


def _bibtex(field: str) -> str:
    """The XPath of a field of the BibTeX that CVF has behind a paper."""
    return f"substring-before(substring-after(normalize-space(following-sibling::dd[2]), '{field} = {{'), '}}')"


#: A title by its class, not that of a page or a post, and without other text below a heading.
_TITLE = (
    f"*{_of('title', 'paper-title', 'papertitle')}"
    "[not(self::h1 or self::h2 or (h1 | h2 | h3 | h4)[normalize-space() != normalize-space(..)])]"
)
#: The next elements, of which libxml2 looks at no others: an axis as a whole takes quadratic time.
_NEXT = "(following-sibling::*[1] | following-sibling::*[2] | following-sibling::*[3])"

_SITES = (
    Site(  # a person's page on Google Scholar
        "//td[a/@class='gsc_a_at']", title="a", links="a[starts-with(@href, 'http')]/@href", names="div[1]", place="div[2]"
    ),
    Site(  # Google Scholar's results, and the mails of its alerts
        f"//h3{_of('gs_rt')} | //h3[a{_of('gse_alrt_title')}]", title=".",
        links=f"a/@href | ancestor::div{_of('gs_r')}[1]//a[starts-with(@href, 'http')]/@href",
        names=f"{_NEXT}[contains(@class, 'gs_a') or contains(@style, '#006621')][1]",
        abstract=f"{_NEXT}{_of('gs_rs', 'gse_alrt_sni')}", last=f"{_NEXT}{_of('gs_rs', 'gse_alrt_sni')}",
    ),
    Site(  # CVF
        f"//dt{_of('ptitle')}", title="a", links="following-sibling::dd[2]//a[starts-with(@href, 'http')]/@href",
        people="following-sibling::dd[1]//a", venue=_bibtex("booktitle"), date=_bibtex("year"), pages=_bibtex("pages"),
        last="following-sibling::dd[2]",
    ),
    Site(  # NeurIPS
        "//*[a[@title='paper title']]", title="a[1]", links="a/@href", names="*[self::i or contains(@class, 'authors')]",
        date="a[1]/@href", address="https://proceedings.neurips.cc",
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
    Site(  # elements whose classes name the parts of papers, as those of PMLR and al-folio
        f"//{_TITLE}", title=f".//{_TITLE}", is_any=True,
        links=".//a[starts-with(@href, 'http')]/@href", names=".//*[contains(@class, 'author') and not(contains(../@class, 'author'))]",
        abstract=".//*[contains(@class, 'abstract') and not(self::a or self::button)]",
        place=f".//*{_of('venue', 'journal', 'conference', 'booktitle', 'periodical')}",
        date=f".//*{_of('year', 'date')}",
    ),
)  # fmt: skip


def site_entries(root: Any) -> list[Entry]:
    """The papers on a page of the first of these sites that it may be of."""
    return next(filter(None, (_of_site(root, site) for site in _SITES)), [])


def _of_site(root: Any, site: Site) -> list[Entry]:
    nodes = root.xpath(site.papers)
    found = [entry for node in (_around(nodes) if site.is_any else nodes) if (entry := _entry(node, site))]
    return found if len(found) > site.is_any else []


def _around(titles: list[Any]) -> list[Any]:
    """The largest element around each title that has no other; a title alone is left out."""
    counts = Counter(node for title in titles for node in title.iterancestors())
    around = (next((node for node in [*title.iterancestors()][::-1] if counts[node] == 1), None) for title in titles)
    return [node for node in around if node is not None]


def _entry(node: Any, site: Site) -> Entry | None:
    date, count = _DATE.search(_first(node, site.date) or ""), _COUNT.match(_first(node, site.count) or "")
    names, *behind = _BETWEEN.split(", ".join(_texts(node, site.names)))
    venue, year = found.groups() if behind and (found := _VENUE.fullmatch(behind[0])) else (None, date and date[0])
    entry = _placed(_first(node, site.place), year)
    entry.title, entry.abstract = (_first(node, site.title) or "").removesuffix("."), _first(node, site.abstract)
    entry.authors = list(dict.fromkeys(_texts(node, site.people))) or with_others(names)
    entry.venue = _first(node, site.venue) or venue or entry.venue
    entry.volume, entry.issue = _first(node, site.volume) or entry.volume, _first(node, site.issue) or entry.issue
    entry.pages, entry.author_count = _first(node, site.pages) or entry.pages, int(count[1]) if count else None
    entry.categories = [name.strip() for text in _texts(node, site.categories) for name in text.split(";")]
    if not entry.is_told or (site.is_any and not (entry.authors and _leads_to_paper(node))):
        return None
    links = (_REDIRECT.sub(lambda found: unquote(found[1]), link) for link in node.xpath(site.links))
    entry.urls = [f"{site.address}{link}" if link.startswith("/") else link for link in links]
    first, last = (next(iter(node.xpath(path or ".")), node) for path in (site.first, site.last))
    return on_lines(entry, first, last)


def _placed(place: str | None, date: str | None) -> Entry:
    """Where and when a paper appeared; a place without a volume is the venue as a whole."""
    entry = cited_of("", "", place or "", date)
    if place and not entry.volume:
        entry.venue = _DATE_LAST.sub("", place).removeprefix("In ")
    return entry


def _leads_to_paper(node: Any) -> bool:
    return any(leads_to_paper(f"[{text_of_node(link) or ''}]({link.get('href')})") for link in node.iter("a"))


def _texts(node: Any, path: str) -> list[str]:
    """The texts of the elements or attributes at a path."""
    found = node.xpath(path) if path else ()
    found = [found] if isinstance(found, str) else found
    texts = (each if isinstance(each, str) else each.get("content") or text_of_node(each) for each in found)
    return [plain for text in texts if text and (plain := _LABEL.sub("", text).strip())]


def _first(node: Any, path: str) -> str | None:
    return next(iter(_texts(node, path)), None)
