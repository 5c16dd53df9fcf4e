"""Lists of papers on pages of HTML, told by the classes of their elements: proceedings, Google Scholar and its alerts.

PMLR, NeurIPS, CVF and others call a title and authors so; where two titles have authors behind them, it is a list.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.shared.author_lists import with_others
from papersieve.pipeline.extract.shared.dates import parse_date
from papersieve.pipeline.extract.shared.html_pages import text_of_node

_TITLE = re.compile(r"(?:^|\s)(?:(?:paper-?|p)?title|gs_rt|gse_alrt_title)(?:\s|$)")
_AUTHORS = re.compile(r"author|(?:^|\s)gs_a(?:\s|$)")
_ABSTRACT = re.compile(r"abstract|(?:^|\s)gs_rs(?:\s|$)|gse_alrt_sni")
#: "M Gale, J Holt - Journal of Towers, 2020 - example.org", as Google Scholar shows it.
_OF_SCHOLAR = re.compile(
    r"(?P<authors>[^-]{3,500}?)(?:\s[-–—]\s(?:(?P<venue>[^-]*?),? )?(?P<year>(?:19|20)\d\d)?(?:\s[-–—]\s.*)?)?$"
)
#: What Google Scholar's alerts put before an address.
_REDIRECT = re.compile(r"https?://scholar\.google\.[a-z.]{2,6}/scholar_url\?url=")
_FEWEST, _TITLE_WORDS = 2, 2


def listed_entries(root: Any) -> list[Entry]:
    """The papers of a list; none where fewer than two titles have authors behind them."""
    nodes = [node for node in root.iter() if isinstance(node.tag, str)]
    starts = [at for at, node in enumerate(nodes) if _is_title(node)]
    found = [entry for a, b in pairwise([*starts, len(nodes)]) if (entry := _entry(nodes[a], nodes[a + 1 : b]))]
    return found if len(found) >= _FEWEST else []


def _is_title(node: Any) -> bool:
    """Whether an element is a paper's title: headings of pages and of posts on them are called so too."""
    is_called = _TITLE.search(node.get("class") or "") or node.get("title") == "paper title"
    return bool(is_called) and node.tag not in ("h1", "h2") and len((text_of_node(node) or "").split()) >= _TITLE_WORDS


def _entry(title: Any, behind: list[Any]) -> Entry | None:
    """The paper of a title, by the elements behind it up to the next one."""
    authors = list(_authors(behind))
    said = _OF_SCHOLAR.match(", ".join(authors))
    if not said:
        return None
    links = [node.get("href") or "" for node in (title, *title.iter("a"), *behind) if node.tag == "a"]
    abstract = next(
        (text for node in behind if _ABSTRACT.search(node.get("class") or "") and (text := text_of_node(node))), None
    )
    return Entry(
        title.sourceline or 1, max([title.sourceline or 1, *(node.sourceline or 1 for node in behind[:-1])]),
        title=re.sub(r"^(?:\[[A-Z]{1,8}\]\s*)+", "", text_of_node(title) or ""), abstract=abstract,
        authors=with_others(said["authors"].replace(" ,", ",")), venue=(said["venue"] or "").strip() or None,
        published_raw=said["year"], published=parse_date(said["year"] or ""),
        urls=[unquote(_REDIRECT.sub("", link).partition("&")[0]) if _REDIRECT.match(link) else link for link in links if link.startswith(("http://", "https://"))],
    )  # fmt: skip


def _authors(behind: list[Any]) -> Iterator[str]:
    """Names, of one element or of several beside each other; else the first text in italics, or of a green line."""
    called = [node for node in behind if _AUTHORS.search(node.get("class") or "") and text_of_node(node)]
    known = set(called)
    outer = [node for node in called if known.isdisjoint(node.iterancestors())]
    shown = [node for node in behind if node.tag == "i" or "#006621" in (node.get("style") or "")]
    for node in outer or shown[:1]:
        yield (text_of_node(node) or "").strip(" ,;")
