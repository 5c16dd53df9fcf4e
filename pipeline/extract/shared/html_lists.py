"""Lists of papers on HTML pages, recognised by classes of elements: proceedings, Google Scholar and its alerts.

PMLR, NeurIPS, CVF and others have classes for titles and authors; two titles with authors after them make a list.
Shops and blogs have such classes too. So a title of class title, or with authors in italics, needs a link to a paper.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from papersieve.checks.publication_columns import LINK_TO_PAPER
from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.cited_reference import cited_of
from papersieve.pipeline.extract.shared.html_pages import text_of_node

_TITLE = re.compile(r"(?:^|\s)(?:(?:paper-?|p)?title|gs_rt|gse_alrt_title)(?:\s|$)")
#: Classes that only Google Scholar uses.
_OF_GOOGLE = re.compile(r"gs_rt|gse_alrt_title")
#: A class that titles of any kind have.
_ANY_TITLE = re.compile(r"(?:^|\s)title(?:\s|$)")
_AUTHORS = re.compile(r"author|(?:^|\s)(?:gs_a|authsearch)(?:\s|$)")
#: Addresses of papers, and texts of links to them.
_PAPER = re.compile(LINK_TO_PAPER)
_SAYS_PAPER = re.compile(r"\W*(?:download |full )?(?:pdf|paper|abs|abstract|doi)\W*", re.IGNORECASE)
#: Classes of where and when a paper appeared.
_PLACE = re.compile(r"(?:^|[\s_-])(?:venue|journal|conference|booktitle|periodical)(?:\s|$)")
_WHEN = re.compile(r"(?:^|[\s_-])(?:year|date)(?:\s|$)")
_YEAR_LAST = re.compile(
    r"[\s,.(]*(?:\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?,? )?(?:19|20)\d\d\W*$"
)
_ABSTRACT = re.compile(r"abstract|(?:^|\s)gs_rs(?:\s|$)|gse_alrt_sni")
#: "M Gale, J Holt - Journal of Towers, 2020 - example.org", as Google Scholar shows it.
_OF_SCHOLAR = re.compile(
    r"(?P<authors>[^-]{3,500}?)(?:\s[-–—]\s(?:(?P<venue>[^-]*?),? )?(?P<year>(?:19|20)\d\d)?(?:\s[-–—]\s.*)?)?$"
)
#: What Google Scholar's alerts put before an address.
_REDIRECT = re.compile(r"https?://scholar\.google\.[a-z.]{2,6}/scholar_url\?url=")
#: Where a paper appeared, in the BibTeX on CVF's pages.
_BIB = re.compile(r"\b(booktitle|year|pages)\s*=\s*[{\"]([^{}\"]+)")
#: A year in the addresses of NeurIPS.
_OF_NEURIPS = re.compile(r"/paper/((?:19|20)\d\d)/hash/")
#: The file type that Google Scholar puts before a title.
_FILE = re.compile(r"^(?:\[[A-Z]{1,8}\]\s*)+")
_FEWEST, _TITLE_WORDS, _HEADINGS = 2, 2, ("h1", "h2", "h3", "h4", "h5", "h6")


def listed_entries(root: Any) -> list[Entry]:
    """The papers of a list; none if fewer than two titles have authors after them, except on Google Scholar's pages."""
    nodes = [node for node in root.iter() if isinstance(node.tag, str)]
    starts = [at for at, node in enumerate(nodes) if _is_title(node)]
    counts = Counter(node for at in starts for node in nodes[at].iterancestors())
    found = [
        entry
        for a, b in pairwise([*starts, len(nodes)])
        if (entry := _entry(nodes[a], _block(nodes[a], counts) or nodes[a:b]))
    ]
    is_sure = any(_OF_GOOGLE.search(nodes[at].get("class") or "") for at in starts)
    return found if is_sure or len(found) >= _FEWEST else []


def _block(title: Any, counts: Counter[Any]) -> list[Any]:
    """The elements in the largest one around a title that has no other title in it; none if it has nothing else.

    counts: how many titles are in each element.
    """
    around = next((node for node in list(title.iterancestors())[::-1] if counts[node] == 1), title)
    is_alone = _FILE.sub("", text_of_node(around) or "") == text_of_node(title)
    return [] if is_alone else [node for node in around.iter() if isinstance(node.tag, str)]


def _is_title(node: Any) -> bool:
    """Whether an element is a paper's title; headings of pages and of posts (h1, h2) have the same classes.

    An element with a heading and other text has more than a title.
    """
    is_called = _TITLE.search(node.get("class") or "") or node.get("title") == "paper title"
    said = (text_of_node(node) or "") if is_called and node.tag not in ("h1", "h2") else ""
    return len(said.split()) >= _TITLE_WORDS and all(text_of_node(each) == said for each in node.iter(*_HEADINGS))


def _entry(title: Any, block: list[Any]) -> Entry | None:
    """The paper with this title, from the elements around it; None if it is not a paper."""
    anchors = [node for node in (*title.iterancestors("a"), *block) if node.tag == "a"]
    links = list(dict.fromkeys(node.get("href") or "" for node in anchors))
    has_paper = any(map(_PAPER.search, links)) or any(_SAYS_PAPER.fullmatch(text_of_node(a) or "") for a in anchors)
    behind = block[block.index(title) + 1 :]
    said = _OF_SCHOLAR.match(", ".join(_authors(behind, has_paper=has_paper)))
    if not said or (_ANY_TITLE.search(title.get("class") or "") and not has_paper):
        return None
    abstract = next(
        (
            text
            for node in behind
            if node.tag not in ("a", "button")
            and _ABSTRACT.search(node.get("class") or "")
            and (text := text_of_node(node))
        ),
        None,
    )
    bib = dict(_BIB.findall(" ".join(text_of_node(e) or "" for e in behind if "bibref" in (e.get("class") or ""))))
    year = said["year"] or bib.get("year") or next(iter(_OF_NEURIPS.findall(" ".join(links))), None)
    shown = _called(block, _PLACE)
    place = cited_of("", "", shown, year or _called(block, _WHEN) or None)
    if shown and not place.volume:
        place.venue = _YEAR_LAST.sub("", shown).removeprefix("In ")
    return Entry(
        title.sourceline or 1, max([title.sourceline or 1, *(node.sourceline or 1 for node in behind)]),
        title=_FILE.sub("", text_of_node(title) or ""), abstract=abstract,
        authors=with_others(said["authors"].replace(" ,", ",")), venue=(said["venue"] or "").strip() or bib.get("booktitle") or place.venue,
        volume=place.volume, issue=place.issue, pages=bib.get("pages", "").replace("--", "-") or place.pages, published_raw=place.published_raw,
        urls=[unquote(_REDIRECT.sub("", link).partition("&")[0]) if _REDIRECT.match(link) else link for link in links if link.startswith(("http://", "https://"))],
    )  # fmt: skip


def _called(block: list[Any], called: re.Pattern[str]) -> str:
    """The text of the first element with such a class."""
    nodes = (node for node in block if node.tag != "a" and called.search(node.get("class") or ""))
    texts = (text_of_node(node) for node in nodes if not any(map(_is_title, node.iter("*"))))
    return next(filter(None, texts), "")


def _authors(behind: list[Any], *, has_paper: bool) -> Iterator[str]:
    """The names in elements of an author class; else the first text that is in italics or on a green line."""
    called = [node for node in behind if _AUTHORS.search(node.get("class") or "") and text_of_node(node)]
    known = set(called)
    outer = [node for node in called if known.isdisjoint(node.iterancestors())]
    shown = [node for node in behind if (has_paper and _is_names(node)) or "#006621" in (node.get("style") or "")]
    for node in outer or shown[:1]:
        yield (text_of_node(node) or "").strip(" ,;")


def _is_names(node: Any) -> bool:
    """Whether an element may be names in italics: icons have a class, and other words begin in lower case."""
    return node.tag == "i" and not node.get("class") and not (text_of_node(node) or "a")[0].islower()
